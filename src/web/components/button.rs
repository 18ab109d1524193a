//! Buttons that do something besides leading on.

use leptos::prelude::*;

/// Sends its form, once at a time. It keeps the focus while the answer is on its way.
#[component]
pub fn Submit(
    /// How it looks.
    #[prop(default = "btn primary wide")]
    class: &'static str,
    /// Whether the answer is still on its way.
    #[prop(into)]
    pending: Signal<bool>,
    /// What it does: verb and thing.
    children: Children,
) -> impl IntoView {
    let wait = move |click: leptos::ev::MouseEvent| {
        if pending.get_untracked() {
            click.prevent_default();
        }
    };
    view! {
        <button class=class aria-disabled=move || pending.get().then_some("true") on:click=wait>
            {children()}
        </button>
    }
}
