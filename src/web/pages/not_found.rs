//! Any address that leads nowhere, or nowhere for this person: both look the same.

use leptos::prelude::*;
use leptos_meta::Title;

use super::error::Facts;
use crate::web::{components::auth::Auth, navigate, routes};

/// The page, with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    navigate::status(404);
    view! {
        <Title text="Page not found · Latchkey"/>
        <Auth>
            <div>
                <h1>"This page is not here"</h1>
                <p>"The link may be old, or it belongs to a workspace you are not in. Nothing was changed."</p>
            </div>
            <div class="actions">
                <a class="btn primary" href=routes::HOME>
                    "Go to access tokens"
                </a>
            </div>
            <Facts code=404/>
        </Auth>
    }
}
