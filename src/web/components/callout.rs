//! A fact that somebody should not miss.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// How serious it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Think first.
    Warn,
    /// Something went wrong.
    Bad,
    /// Something was done.
    Ok,
}

impl Tone {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Ok => "ok",
        }
    }
}

/// Stands on every page of a Latchkey that is reached without encryption.
#[component]
pub fn InTheOpen() -> impl IntoView {
    view! {
        <Callout tone=Tone::Warn title="Passwords and tokens travel in the open">
            <p>"This Latchkey is reached over http. Anyone on the way can read them; put it behind https."</p>
        </Callout>
    }
}

/// The fact in bold, then what follows from it.
#[component]
pub fn Callout(
    /// How serious it is.
    tone: Tone,
    /// `callout`, and when it shows.
    #[prop(default = "callout")]
    class: &'static str,
    /// Its id, where something refers to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The fact.
    #[prop(into)]
    title: String,
    /// What follows: one `<p>`, or nothing.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class=class data-tone=tone.as_str() id=id>
            <Icon glyph=if tone == Tone::Ok { Glyph::Check } else { Glyph::Warn }/>
            <strong>{title}</strong>
            {children.map(|children| children())}
        </div>
    }
}
