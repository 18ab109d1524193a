//! A secret that is shown once, on a tag with a punched hole.

use leptos::prelude::*;

use super::copy::Copy;

/// The secret and the button that copies it. It has the focus when its dialog opens; one click selects all of it.
#[component]
pub fn KeyTag(
    /// The secret.
    secret: String,
    /// The id of the warning beside it.
    warned: &'static str,
) -> impl IntoView {
    view! {
        <div class="keytag">
            <output id="secret" tabindex="0" autofocus aria-label="Token" aria-describedby=warned>
                {secret}
            </output>
            <Copy from="secret" class="btn primary"/>
        </div>
    }
}
