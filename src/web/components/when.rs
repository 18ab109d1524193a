//! Instants: short for people, exact on hover, RFC 3339 for programs.

use leptos::prelude::*;

use crate::domain::timestamp::Timestamp;

/// An instant in the words given.
#[component]
pub fn When(
    /// The instant.
    at: Timestamp,
    /// How it is said here.
    text: String,
) -> impl IntoView {
    view! {
        <time datetime=at.rfc3339() title=at.exact()>
            {text}
        </time>
    }
}
