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
