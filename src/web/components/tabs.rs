//! Tabs that are links, because each is an address.

use leptos::prelude::*;

/// The tabs of a workspace's settings.
#[component]
pub fn SettingsTabs(
    /// The tab *Access tokens*.
    access_tokens: String,
) -> impl IntoView {
    view! {
        <nav class="tabs" aria-label="Settings">
            <a href=access_tokens aria-current="page">
                "Access tokens"
            </a>
        </nav>
    }
}
