//! One short result, told politely.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// What was done, and a way to take it back.
#[component]
pub fn Toast(
    /// What was done; nothing shows while there is none.
    #[prop(into)]
    text: Signal<Option<String>>,
    /// A way to take it back.
    children: ChildrenFn,
) -> impl IntoView {
    view! {
        <output class="toast" hidden=move || text.with(Option::is_none)>
            <Icon glyph=Glyph::Check/>
            <span>{move || text.get()}</span>
            {move || text.with(Option::is_some).then(|| children())}
        </output>
    }
}
