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
    /// Its own id.
    #[prop(default = "secret")]
    id: &'static str,
    /// What it is.
    #[prop(default = "Token")]
    label: &'static str,
    /// What the button says.
    #[prop(default = "Copy")]
    copy: &'static str,
    /// How the button looks.
    #[prop(default = "btn primary")]
    look: &'static str,
) -> impl IntoView {
    view! {
        <div class="keytag">
            <output id=id tabindex="0" autofocus aria-label=label aria-describedby=warned>
                {secret}
            </output>
            <Copy from=id class=look words=copy/>
        </div>
    }
}
