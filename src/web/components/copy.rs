//! Copying, and saying truthfully whether it worked.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use super::icon::{Glyph, Icon};
use crate::web::dom;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Unasked,
    Copied,
    Refused,
}

/// Copies the text of another element. Where there is no clipboard, or it refuses, the text is selected instead and
/// the keyboard does the rest.
#[component]
pub fn Copy(
    /// The id of the element.
    from: &'static str,
    /// How it looks.
    #[prop(default = "btn small")]
    class: &'static str,
    /// What it says.
    #[prop(default = "Copy")]
    words: &'static str,
) -> impl IntoView {
    let outcome = RwSignal::new(Outcome::Unasked);
    let copy = move |_| {
        spawn_local(async move {
            if dom::copy(dom::text(from)).await {
                outcome.try_set(Outcome::Copied);
                set_timeout(move || _ = outcome.try_set(Outcome::Unasked), Duration::from_secs(2));
            } else {
                dom::select(from);
                outcome.try_set(Outcome::Refused);
            }
        });
    };
    let refused = move || outcome.get() == Outcome::Refused;
    let said = move || match outcome.get() {
        Outcome::Unasked => "",
        Outcome::Copied => "Copied",
        Outcome::Refused => "Press Ctrl+C to copy",
    };
    view! {
        <button
            class=class
            type="button"
            data-copy=from
            data-copied=move || outcome.get() == Outcome::Copied
            on:click=copy
        >
            <span class="todo">{words}</span>
            <span class="done">
                <Icon glyph=Glyph::Check/>
                " Copied"
            </span>
        </button>
        <p role="status" class=move || if refused() { "hint" } else { "sr-only" }>
            {said}
        </p>
    }
}
