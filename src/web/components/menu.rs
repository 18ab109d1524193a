//! A list that a button opens.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The three dots of a row and the list that they open.
#[component]
pub fn RowMenu(
    /// The id of the button.
    button: String,
    /// The id of the list.
    id: String,
    /// The name of the row.
    owner: String,
    /// Links and groups of links.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            class="btn quiet square small"
            type="button"
            id=button
            popovertarget=id.clone()
            aria-label=format!("More for {owner}")
        >
            <Icon glyph=Glyph::Dots/>
        </button>
        <div class="menu" id=id popover="auto">
            {children()}
        </div>
    }
}
