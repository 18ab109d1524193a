//! A word with a shape of its own.

use leptos::prelude::*;

use crate::domain::credential::Status;

/// Where a token stands.
#[component]
pub fn Badge(
    /// Where it stands.
    status: Status,
) -> impl IntoView {
    view! {
        <span class="badge" data-status=status.as_str()>
            {status.title()}
        </span>
    }
}
