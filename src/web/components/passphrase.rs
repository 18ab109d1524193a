//! A passphrase that callers must send with a token; most tokens have none.

use leptos::prelude::*;

use super::{
    field::{FieldError, described, invalid},
    fold::Fold,
};

/// The fold with the field. It opens by itself when the passphrase was refused.
#[component]
pub fn Passphrase(
    /// What it is sent with: token, API key.
    noun: &'static str,
    /// What is wrong with it.
    message: Signal<Option<String>>,
    /// Whether it has the focus at first.
    focused: bool,
) -> impl IntoView {
    let summary = || {
        view! {
            "Add a passphrase "
            <span class="muted">"(optional)"</span>
        }
    };
    view! {
        <Fold summary open=Signal::derive(move || message.read().is_some())>
            <div class="field">
                <label for="passphrase">"Passphrase"</label>
                <input
                    class="input"
                    id="passphrase"
                    name="passphrase"
                    type="password"
                    autocomplete="new-password"
                    autofocus=focused
                    aria-invalid=invalid(message)
                    aria-describedby=described(message, "passphrase-error", Some("passphrase-hint"))
                />
                <p class="hint" id="passphrase-hint">
                    {format!("8 to 255 characters. Callers must send it with the {noun}, in the ")}
                    <code>"Latchkey-Passphrase"</code> " header. It cannot be recovered or changed."
                </p>
                <FieldError id="passphrase-error" message/>
            </div>
        </Fold>
    }
}
