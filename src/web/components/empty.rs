//! What is missing, what it is for, one thing to do.

use leptos::prelude::*;

/// A panel in place of a list, with an empty hook on the rack.
#[component]
pub fn Empty(
    /// What is missing.
    title: &'static str,
    /// What it is for.
    text: &'static str,
    /// One thing to do, in `.actions`, if there is one.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="panel" aria-labelledby="empty-title">
            <div class="empty">
                <svg class="art" viewBox="0 0 320 136" aria-hidden="true">
                    <rect class="plate" x="20" y="10" width="280" height="22" rx="7"></rect>
                    <path d="M55 21h.01M105 21h.01M155 21h.01M205 21h.01M255 21h.01" stroke-width="4"></path>
                    <path d="M55 32v11a5 5 0 0 0 10 0v-2M105 32v11a5 5 0 0 0 10 0v-2M205 32v11a5 5 0 0 0 10 0v-2M255 32v11a5 5 0 0 0 10 0v-2"></path>
                    <path class="ink" d="M155 32v11a5 5 0 0 0 10 0v-2"></path>
                    <g class="ink" stroke-dasharray="3 4">
                        <circle cx="160" cy="61" r="14"></circle>
                        <path d="M160 75v48h22v-11M160 99h14v9"></path>
                    </g>
                </svg>
                <h3 id="empty-title">{title}</h3>
                <p>{text}</p>
                {children()}
            </div>
        </section>
    }
}
