//! What stands around a workspace's pages, filled in with who is signed in.

use leptos::prelude::*;

use super::workspace::Here;
use crate::{
    domain::{
        credential::Kind,
        id::WorkspaceId,
        policy::{Action, Decision, Resource, Subject, decide},
        role::Role,
    },
    web::{
        api::account::{SignOut, WorkspaceLink},
        components::{
            icon::{Glyph, Icon},
            shell::{Current, Place, Section, Shell},
            tabs::SettingsTabs,
        },
        routes,
        send::{SendForm, Sending},
    },
};

/// The shell around a page of a workspace.
#[component]
pub fn Frame(
    /// Who is where.
    here: Here,
    /// Where the page stands in the navigation.
    at: (Section, Current),
    /// The slug of the project that the page is about.
    #[prop(optional)]
    project: Option<String>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let Here { viewer, workspace } = here;
    let place = |link: &WorkspaceLink| Place { name: link.name.clone(), href: first_page(link), plan: link.plan };
    let places = viewer.workspaces.iter().map(|link| (place(link), link.slug == workspace.slug)).collect();
    let sections = Section::ALL.map(|section| {
        let href = match section {
            Section::Projects => routes::projects(&workspace.slug),
            Section::Activity => routes::activity(&workspace.slug),
            Section::Members => routes::members(&workspace.slug),
            Section::Settings => first_page(&workspace),
        };
        (section, href)
    });
    let link = |slug: &String| {
        let current = (project.as_ref() == Some(slug)).then_some(at.1);
        (slug.clone(), routes::project(&workspace.slug, slug), current)
    };
    let projects = workspace.projects.iter().map(link).collect();
    view! {
        <Shell
            here=place(&workspace)
            places
            new_workspace=routes::NEW_WORKSPACE_PAGE
            projects
            email=viewer.email
            role=workspace.role
            at
            sections
            insecure_http=viewer.insecure_http
            sign_out=view! { <SignOutForm class=""/> }.into_any()
            children
        />
    }
}

/// Where one begins in a workspace: at the first tab of its settings.
#[must_use]
pub fn first_page(link: &WorkspaceLink) -> String {
    routes::credentials(&link.slug, link.tabs.first().copied().unwrap_or(Kind::AccessToken))
}

/// The tabs of a workspace's settings: *General*, and one of each kind that the workspace has.
#[component]
pub fn Tabs(
    /// The workspace.
    link: WorkspaceLink,
    /// Which tab the page is; none is *General*.
    kind: Option<Kind>,
) -> impl IntoView {
    let mut tabs = vec![("General", routes::general(&link.slug), kind.is_none())];
    let of_kind = |tab: &Kind| (tab.plural(), routes::credentials(&link.slug, *tab), kind == Some(*tab));
    tabs.extend(link.tabs.iter().map(of_kind));
    view! { <SettingsTabs tabs/> }
}

/// Ends the session, from the account menu or where there is no shell.
#[component]
pub fn SignOutForm(
    /// How its button looks; a menu styles its own.
    class: &'static str,
) -> impl IntoView {
    let sign_out = Sending::to::<SignOut>();
    view! {
        <SendForm sending=sign_out>
            <button class=class>
                <Icon glyph=Glyph::Out/>
                " Sign out"
            </button>
        </SendForm>
    }
}

/// Whether a person of that role is offered `action`. A person's rights in a workspace depend on the role alone, so
/// any workspace will do for the question.
#[must_use]
pub fn may(role: Role, action: Action) -> bool {
    let any = Resource::Workspace(WorkspaceId::from_u128(0));
    decide(Subject::Person(Some(role)), action, any) == Decision::Allow
}
