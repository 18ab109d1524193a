//! Previous and next; no numbers, no totals.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// Links to the pages on either side, as far as there are any.
#[component]
pub fn Pager(
    /// The page of newer things.
    previous: Option<String>,
    /// The page of older things.
    next: Option<String>,
) -> impl IntoView {
    (previous.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="pager" aria-label="Pages">
                {previous
                    .map(|href| {
                        view! {
                            <a class="btn small quiet" href=href rel="prev">
                                <Icon glyph=Glyph::Left/>
                                " Previous"
                            </a>
                        }
                    })}
                {next
                    .map(|href| {
                        view! {
                            <a class="btn small quiet" href=href rel="next">
                                "Next "
                                <Icon glyph=Glyph::Right/>
                            </a>
                        }
                    })}
            </nav>
        }
    })
}
