//! A card on the canvas, for pages outside the shell: signing in, setting up, errors.

use leptos::prelude::*;

use super::brand::Brand;

/// The page around one card. A key lies behind it.
#[component]
pub fn Auth(
    /// Whether the card is wide.
    #[prop(optional)]
    wide: bool,
    /// The address of this Latchkey, for the footer; none if empty.
    #[prop(optional)]
    host: String,
    /// What stands in the footer in place of the address.
    #[prop(optional)]
    foot: Option<AnyView>,
    /// What stands on the card.
    children: Children,
) -> impl IntoView {
    let address = (!host.is_empty()).then(|| {
        view! {
            "Self-hosted at "
            <span class="mono">{host}</span>
        }
        .into_any()
    });
    let foot = foot.or(address);
    view! {
        <div class=if wide { "auth wide" } else { "auth" }>
            <svg class="backdrop" viewBox="0 0 1344 400" aria-hidden="true">
                <path d="M326 166h890l44 34-44 34h-60l-22 34-34-22-30 34-44-30-26-20-38 36-34-32H326a140 140 0 1 1 0-68Z"></path>
                <circle cx="120" cy="200" r="40"></circle>
                <path d="M366 200h812"></path>
            </svg>
            <header>
                <Brand href="/".to_owned()/>
            </header>
            <main id="main" tabindex="-1">
                {children()}
            </main>
            {foot.map(|foot| view! { <footer>{foot}</footer> })}
        </div>
    }
}
