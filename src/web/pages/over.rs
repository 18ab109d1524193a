//! What the dialogs over projects and over a project's page do alike: lie there, and close.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::error::ErrorDialog;
use crate::web::{
    components::{
        dialog::Dialog,
        icon::{Glyph, Icon},
    },
    error::UiError,
    navigate::FocusNext,
};

/// Where a dialog leads back to.
#[derive(Clone, Copy, Debug)]
pub struct Back {
    /// The page below it.
    pub href: Signal<String>,
    /// The id of what opened it.
    pub opener: &'static str,
    /// What the link back says.
    pub words: &'static str,
}

/// The id of every such dialog's heading.
const TITLE: &str = "dialog-title";

/// A dialog, or why there is none.
#[component]
pub fn Over(
    /// Where it leads back to.
    back: Back,
    /// What stands in it: [`Head`], `.body` and `footer` inside a form.
    content: Result<AnyView, UiError>,
) -> impl IntoView {
    let focus_next = expect_context::<FocusNext>();
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        focus_next.set(back.opener.to_owned());
        navigate(&back.href.get_untracked(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    match content {
        Ok(content) => view! {
            <Dialog titled=TITLE on_close>
                {content}
            </Dialog>
        }
        .into_any(),
        Err(error) => view! { <ErrorDialog error list=back.href.get_untracked() back=back.words on_close/> }.into_any(),
    }
}

/// The heading of a dialog, what follows from it, and a way out.
#[component]
pub fn Head(
    /// The heading.
    #[prop(into)]
    title: String,
    /// What follows from it.
    text: &'static str,
    /// Where the dialog leads back to.
    back: Back,
) -> impl IntoView {
    let focus_next = expect_context::<FocusNext>();
    view! {
        <header>
            <div>
                <h2 id=TITLE>{title}</h2>
                <p>{text}</p>
            </div>
            <a
                class="btn quiet square small"
                href=back.href.get_untracked()
                aria-label="Close"
                on:click=move |_| focus_next.set(back.opener.to_owned())
            >
                <Icon glyph=Glyph::X/>
            </a>
        </header>
    }
}

/// Leaves without changes.
#[component]
pub fn Cancel(
    /// Where the dialog leads back to.
    back: Back,
    /// Whether it has the focus at first: where the other button can't be undone.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let focus_next = expect_context::<FocusNext>();
    view! {
        <a
            class="btn"
            href=back.href.get_untracked()
            autofocus=autofocus
            on:click=move |_| focus_next.set(back.opener.to_owned())
        >
            "Cancel"
        </a>
    }
}
