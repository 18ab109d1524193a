//! On or off, at once.

use leptos::prelude::*;

/// A button that looks and reads as a switch. It sends its form, so that it works without script.
#[component]
pub fn SwitchButton(
    /// What it switches, to people.
    label: String,
    /// Whether it is on.
    #[prop(into)]
    on: Signal<bool>,
) -> impl IntoView {
    view! {
        <button class="switch" role="switch" aria-checked=move || on.get().to_string() aria-label=label></button>
    }
}
