//! The name and its mark: a key standing as the letter L.

use leptos::prelude::*;

/// The name, leading to the first page.
#[component]
pub fn Brand(
    /// Where it leads.
    href: String,
) -> impl IntoView {
    view! {
        <a class="brand" href=href>
            <svg class="mark" viewBox="2.5 1 17 22" aria-hidden="true">
                <circle cx="8" cy="6.5" r="4"></circle>
                <path d="M8 10.5V21h8.5v-3.25M8 15.25h5v2.25"></path>
            </svg>
            " Latchkey"
        </a>
    }
}
