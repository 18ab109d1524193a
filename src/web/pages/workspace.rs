//! `/w/{slug}` and `/account`: who is signed in, for all pages below. They draw nothing themselves.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{components::Outlet, hooks::use_params_map};

use super::{error::ErrorPage, frame::first_page};
use crate::web::{
    api::account::{Viewer, WorkspaceLink, current_viewer},
    error::UiError,
    navigate::Go,
    routes,
};

/// Who is signed in, fetched for all pages of a workspace.
#[derive(Clone, Copy, Debug)]
pub struct Viewing(Resource<Result<Option<Viewer>, UiError>>);

/// How often something was created or revoked here: what lists it is fetched again.
#[derive(Clone, Copy, Debug)]
pub struct Changes(RwSignal<u32>);

/// The person who is signed in, in a workspace of theirs.
#[derive(Clone, Debug)]
pub struct Here {
    /// The person.
    pub viewer: Viewer,
    /// The workspace.
    pub workspace: WorkspaceLink,
}

impl Viewing {
    /// Asks again who is signed in and what their workspaces are: one of them has changed.
    pub fn again(self) {
        self.0.refetch();
    }

    /// The viewer, wherever they are.
    ///
    /// # Errors
    /// [`UiError::SignedOut`] if there is nobody.
    pub async fn anybody(self) -> Result<Viewer, UiError> {
        self.0.await?.ok_or(UiError::SignedOut)
    }

    /// The viewer in the workspace of that slug.
    ///
    /// # Errors
    /// [`UiError::SignedOut`] if there is nobody, [`UiError::NotFound`] if it is not theirs, [`UiError::NeedsTwoFactor`].
    pub async fn enter(self, slug: &str) -> Result<Here, UiError> {
        let viewer = self.anybody().await?;
        let workspace = viewer.workspaces.iter().find(|workspace| workspace.slug == slug).cloned();
        match workspace {
            Some(workspace) if workspace.needs_two_factor => Err(UiError::NeedsTwoFactor),
            Some(workspace) => Ok(Here { viewer, workspace }),
            None => Err(UiError::NotFound),
        }
    }
}

impl Changes {
    /// How many there were, tracked.
    #[must_use]
    pub fn count(self) -> u32 {
        self.0.get()
    }

    /// One more.
    pub fn happened(self) {
        self.0.update(|count| *count += 1);
    }
}

/// `/w/{slug}` itself: leads on to the first page of the workspace.
#[component]
pub fn WorkspaceHome() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let params = use_params_map();
    view! {
        <Title text="Latchkey"/>
        <Transition>
            {move || {
                let slug = params.with(routes::workspace);
                Suspend::new(async move {
                    match viewing.enter(&slug).await {
                        Ok(here) => Either::Left(view! { <Go to=first_page(&here.workspace)/> }),
                        Err(error) => Either::Right(view! { <ErrorPage error/> }),
                    }
                })
            }}
        </Transition>
    }
}

/// The route around all pages of a workspace.
#[component]
pub fn Workspace() -> impl IntoView {
    let changes = Changes(RwSignal::new(0));
    // A change may be of what the frame shows: the name of a project, its being there.
    provide_context(Viewing(Resource::new(move || changes.count(), |_| current_viewer())));
    provide_context(changes);
    view! { <Outlet/> }
}
