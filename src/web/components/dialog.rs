//! A dialog with an address of its own. Without script it lies over its page; with script it is modal.

use leptos::{ev, html, prelude::*};

use crate::web::dom;

/// A dialog around `<form>` or `<section>` with `header`, `.body` and `footer`.
#[component]
pub fn Dialog(
    /// The id of its heading.
    titled: &'static str,
    /// Runs when Escape closes it. A dialog without this one stays until something in it leads on.
    #[prop(optional)]
    on_close: Option<Callback<()>>,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            dom::make_modal(&dialog);
        }
    });
    // Escape asks with `cancel`, which a browser may ignore the second time and close at once.
    let cancel = move |event: ev::Event| {
        event.prevent_default();
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    let closed = move |_| match (dialog.get_untracked(), on_close) {
        (Some(dialog), _) if dialog.open() => {}
        (_, Some(on_close)) => on_close.run(()),
        (Some(dialog), None) => dom::make_modal(&dialog),
        (None, None) => {}
    };
    view! {
        <dialog
            class="dialog"
            aria-labelledby=titled
            closedby=on_close.is_none().then_some("none")
            open
            node_ref=dialog
            on:cancel=cancel
            on:close=closed
        >
            {children()}
        </dialog>
    }
}
