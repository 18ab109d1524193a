//! `/`: leads on to the first workspace, or to signing in.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;

use super::{
    error::ErrorPage,
    frame::{SignOutForm, first_page},
};
use crate::web::{
    api::account::current_viewer,
    components::{
        auth::Auth,
        icon::{Glyph, Icon},
    },
    error::UiError,
    navigate::Go,
    routes,
};

/// The page; only who is in no workspace sees it.
#[component]
pub fn Home() -> impl IntoView {
    let viewer = Resource::new(|| (), |()| current_viewer());
    view! {
        <Title text="Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match viewer.await {
                    Ok(Some(viewer)) => {
                        match viewer.workspaces.first() {
                            Some(first) => EitherOf3::A(view! { <Go to=first_page(first)/> }),
                            None => EitherOf3::B(view! { <Nowhere/> }),
                        }
                    }
                    Ok(None) => EitherOf3::C(view! { <ErrorPage error=UiError::SignedOut/> }),
                    Err(error) => EitherOf3::C(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Nowhere() -> impl IntoView {
    view! {
        <Auth>
            <div>
                <h1>"You are in no workspace"</h1>
                <p>"Ask an owner of a workspace to invite you, or make one of your own."</p>
            </div>
            <div class="actions">
                <a class="btn primary" href=routes::NEW_WORKSPACE_PAGE>
                    <Icon glyph=Glyph::Plus/>
                    " New workspace"
                </a>
                <SignOutForm class="btn"/>
            </div>
        </Auth>
    }
}
