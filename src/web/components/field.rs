//! What a field says about itself.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What is wrong with a field, under it; nothing if all is well.
#[component]
pub fn FieldError(
    /// The id by which the field refers to it.
    id: &'static str,
    /// What is wrong.
    message: Signal<Option<String>>,
) -> impl IntoView {
    move || {
        message.get().map(|message| {
            view! {
                <p class="error" id=id>
                    <Icon glyph=Glyph::Warn/>
                    " "
                    {message}
                </p>
            }
        })
    }
}

/// A password, with its label, its rule and what is wrong with it.
#[component]
pub fn PasswordField(
    /// Its name and id.
    name: &'static str,
    /// What it is called.
    label: &'static str,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    /// The id of its error: the name and `-error`.
    error_id: &'static str,
    /// What is wrong with it.
    message: Signal<Option<String>>,
    /// The id of its rule, the name and `-hint`, and the rule; none of a password that is there already.
    #[prop(default = None)]
    hint: Option<(&'static str, &'static str)>,
    /// Whether it has the focus at first.
    #[prop(default = false)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                class="input"
                id=name
                name=name
                type="password"
                autocomplete=autocomplete
                autofocus=autofocus
                aria-invalid=invalid(message)
                aria-describedby=described(message, error_id, hint.map(|(id, _)| id))
            />
            {hint.map(|(id, text)| view! { <p class="hint" id=id>{text}</p> })}
            <FieldError id=error_id message/>
        </div>
    }
}

/// Six digits of an app: one field, so that a paste and the keyboard's suggestion fill it.
#[component]
pub fn CodeField(
    /// Its id.
    id: &'static str,
    /// What it is called.
    label: &'static str,
    /// The id of its hint, and the hint.
    hint: (&'static str, &'static str),
    /// The id of its error.
    error_id: &'static str,
    /// What is wrong with it.
    message: Signal<Option<String>>,
    /// Whether it has the focus at first.
    #[prop(default = false)]
    autofocus: bool,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                class="input code-input"
                id=id
                name="code"
                inputmode="numeric"
                autocomplete="one-time-code"
                maxlength="16"
                autofocus=autofocus
                aria-invalid=invalid(message)
                aria-describedby=described(message, error_id, Some(hint.0))
            />
            <p class="hint" id=hint.0>
                {hint.1}
            </p>
            <FieldError id=error_id message/>
        </div>
    }
}

/// Six digits of an app, or a backup code.
#[component]
pub fn AnyCodeField(
    /// Its id.
    id: &'static str,
    /// The id of its error.
    error_id: &'static str,
    /// What is wrong with it.
    message: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>"Code from the app, or a backup code"</label>
            <input
                class="input mono"
                id=id
                name="code"
                autocomplete="one-time-code"
                autocapitalize="characters"
                spellcheck="false"
                maxlength="40"
                aria-invalid=invalid(message)
                aria-describedby=described(message, error_id, None)
            />
            <FieldError id=error_id message/>
        </div>
    }
}

/// `aria-invalid` of a field with this message.
pub fn invalid(message: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Clone + Send {
    move || message.read().is_some().then_some("true")
}

/// `aria-describedby` of a field: its error while it has one, else what it says in peace.
pub fn described(
    message: Signal<Option<String>>,
    error: &'static str,
    hint: Option<&'static str>,
) -> impl Fn() -> Option<&'static str> + Clone + Send {
    move || if message.read().is_some() { Some(error) } else { hint }
}
