//! What only some want to read or fill in.

use leptos::{html, prelude::*};

use super::icon::{Glyph, Icon};

/// A summary that opens.
#[component]
pub fn Fold(
    /// What it is about.
    #[prop(into)]
    summary: ViewFnOnce,
    /// Opens it when it becomes true; it closes by hand alone.
    #[prop(optional, into)]
    open: Signal<bool>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let fold = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        if let (true, Some(fold)) = (open.get(), fold.get()) {
            fold.set_open(true);
        }
    });
    view! {
        <details class="fold" open=open.get_untracked() node_ref=fold>
            <summary>
                <Icon glyph=Glyph::Right/>
                " "
                {summary.run()}
            </summary>
            {children()}
        </details>
    }
}
