//! A token in use, in three notations; radios choose, no script is needed.

use leptos::prelude::*;

use super::copy::Copy;

/// How to call the API with a token.
#[component]
pub fn Snippets(
    /// The address of the API.
    api_url: String,
    /// The secret, which only the `.env` file holds.
    secret: String,
    /// What it is: token, API key.
    noun: &'static str,
    /// Whether callers send a passphrase too.
    has_passphrase: bool,
) -> impl IntoView {
    view! {
        <div class="snippets">
            <fieldset>
                <legend class="sr-only">"Snippet"</legend>
                <label>
                    <input type="radio" name="snippet" value="curl" checked/>
                    "curl"
                </label>
                <label>
                    <input type="radio" name="snippet" value="env"/>
                    ".env"
                </label>
                <label>
                    <input type="radio" name="snippet" value="actions"/>
                    "GitHub Actions"
                </label>
            </fieldset>
            <Snippet name="curl" id="s-curl" label="curl snippet" text=curl(&api_url, has_passphrase)/>
            <Snippet name="env" id="s-env" label="env snippet" text=env(&api_url, &secret, has_passphrase)/>
            <Snippet name="actions" id="s-actions" label="actions snippet" text=actions(&api_url, noun, has_passphrase)/>
        </div>
    }
}

#[component]
fn Snippet(name: &'static str, id: &'static str, label: &'static str, text: String) -> impl IntoView {
    view! {
        <div class="snippet" data-for=name>
            <pre tabindex="0" role="group" id=id aria-label=label>
                <code>{text}</code>
            </pre>
            <Copy from=id/>
        </div>
    }
}

fn curl(api_url: &str, has_passphrase: bool) -> String {
    let passphrase = if has_passphrase { " \\\n  -H \"Latchkey-Passphrase: $LATCHKEY_PASSPHRASE\"" } else { "" };
    format!("curl {api_url}/whoami \\\n  -H \"Authorization: Bearer $LATCHKEY_KEY\"{passphrase}")
}

fn env(api_url: &str, secret: &str, has_passphrase: bool) -> String {
    let passphrase = if has_passphrase { "\nLATCHKEY_PASSPHRASE=" } else { "" };
    format!("LATCHKEY_API_URL={api_url}\nLATCHKEY_KEY={secret}{passphrase}")
}

fn actions(api_url: &str, noun: &str, has_passphrase: bool) -> String {
    let (header, variable) = if has_passphrase {
        (
            " -H \"Latchkey-Passphrase: $LATCHKEY_PASSPHRASE\"",
            "\n    LATCHKEY_PASSPHRASE: ${{ secrets.LATCHKEY_PASSPHRASE }}",
        )
    } else {
        ("", "")
    };
    format!(
        "- name: Check the {noun}\n  \
           run: curl --fail \"$LATCHKEY_API_URL/whoami\" -H \"Authorization: Bearer $LATCHKEY_KEY\"{header}\n  \
           env:\n    \
             LATCHKEY_API_URL: {api_url}\n    \
             LATCHKEY_KEY: ${{{{ secrets.LATCHKEY_KEY }}}}{variable}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const API: &str = "https://latchkey.example/api/v1";

    #[test]
    fn snippets_are_those_of_the_design() {
        assert_eq!(
            curl(API, false),
            "curl https://latchkey.example/api/v1/whoami \\\n  -H \"Authorization: Bearer $LATCHKEY_KEY\""
        );
        assert_eq!(
            actions(API, "token", false),
            "- name: Check the token
  run: curl --fail \"$LATCHKEY_API_URL/whoami\" -H \"Authorization: Bearer $LATCHKEY_KEY\"
  env:
    LATCHKEY_API_URL: https://latchkey.example/api/v1
    LATCHKEY_KEY: ${{ secrets.LATCHKEY_KEY }}"
        );
    }

    #[test]
    fn a_passphrase_is_sent_in_its_header() {
        assert!(curl(API, true).ends_with(" \\\n  -H \"Latchkey-Passphrase: $LATCHKEY_PASSPHRASE\""));
        assert!(actions(API, "token", true).contains("LATCHKEY_PASSPHRASE: ${{ secrets.LATCHKEY_PASSPHRASE }}"));
        assert!(env(API, "sk", true).ends_with("LATCHKEY_KEY=sk\nLATCHKEY_PASSPHRASE="));
    }
}
