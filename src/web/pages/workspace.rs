//! `/w/{slug}`: who is signed in, for all pages below. It draws nothing itself.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::web::{
    api::account::{Viewer, WorkspaceLink, current_viewer},
    error::UiError,
};

/// Who is signed in, fetched once for all pages of a workspace.
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
    /// The viewer in the workspace of that slug.
    ///
    /// # Errors
    /// [`UiError::SignedOut`] if there is nobody, [`UiError::NotFound`] if it is not theirs.
    pub async fn enter(self, slug: &str) -> Result<Here, UiError> {
        let viewer = self.0.await?.ok_or(UiError::SignedOut)?;
        let workspace = viewer.workspaces.iter().find(|workspace| workspace.slug == slug).cloned();
        workspace.map(|workspace| Here { viewer, workspace }).ok_or(UiError::NotFound)
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

/// The route around all pages of a workspace.
#[component]
pub fn Workspace() -> impl IntoView {
    provide_context(Viewing(Resource::new(|| (), |()| current_viewer())));
    provide_context(Changes(RwSignal::new(0)));
    view! { <Outlet/> }
}
