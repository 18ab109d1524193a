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

/// Whether a key works, as a field of a form: `active=true`, or nothing.
#[component]
pub fn ActiveField(
    /// Whether it is on at first.
    on: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <div>
                <label class="switch-row">
                    <input
                        class="switch"
                        type="checkbox"
                        role="switch"
                        name="active"
                        value="true"
                        checked=on
                        aria-describedby="active-hint"
                    />
                    " "
                    <span>"Active"</span>
                </label>
            </div>
            <p class="hint" id="active-hint">
                "Off: every call with this key is refused until you switch it on again."
            </p>
        </div>
    }
}
