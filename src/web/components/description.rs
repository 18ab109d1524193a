//! What a key is for, in a few lines.

use leptos::prelude::*;

use super::field::{FieldError, described, invalid};

/// The field. Leptos writes the children of a `<textarea>` unescaped into the page that the server renders, so that
/// `</textarea>` would end it; here the text is escaped by hand.
#[component]
pub fn Description(
    /// What stands there at first.
    text: String,
    /// Whether it has the focus at first.
    focused: bool,
    /// What is wrong with it.
    message: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="description">"Description " <span class="muted">"(optional)"</span></label>
            <textarea
                class="input"
                id="description"
                name="description"
                rows="3"
                autofocus=focused
                aria-invalid=invalid(message)
                aria-describedby=described(message, "description-error", Some("description-hint"))
                inner_html=escape(&text)
            ></textarea>
            <p class="hint" id="description-hint">
                "What it is for and where it is kept. Up to 1,000 characters."
            </p>
            <FieldError id="description-error" message/>
        </div>
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_its_field() {
        assert_eq!(escape("</textarea><b>&lt;"), "&lt;/textarea&gt;&lt;b&gt;&amp;lt;");
    }
}
