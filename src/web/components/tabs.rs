//! Tabs that are links, because each is an address.

use leptos::prelude::*;

/// The tabs of a workspace's settings, one of them the page itself.
#[component]
pub fn SettingsTabs(
    /// Title and address of each, and whether it is the page itself.
    tabs: Vec<(&'static str, String, bool)>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|(title, href, is_here)| {
            view! {
                <a href=href aria-current=is_here.then_some("page")>
                    {title}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label="Settings">
            {tabs}
        </nav>
    }
}
