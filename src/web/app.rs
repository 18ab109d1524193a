//! The document, and which page stands at which address.

#![expect(clippy::must_use_candidate, reason = "only the view macro calls components")]

use leptos::prelude::*;
use leptos_meta::{MetaTags, Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    any_nested_route::{AnyNestedRoute, IntoAnyNestedRoute},
    components::{ParentRoute, Route, Router, Routes},
};

use crate::{
    domain::credential::Kind,
    web::{
        components::icon::Sprite,
        navigate::{Announcer, FocusNext, Go},
        pages::{
            activity::Activity,
            backup_codes::BackupCodes,
            confirm::ConfirmPage,
            credential::CredentialPage,
            credential_created::CredentialCreated,
            credential_new::CredentialNew,
            credential_revoke::CredentialRevoke,
            credentials::{Credentials, Index},
            credentials_revoke::{CredentialsRevoke, CredentialsRevoked},
            deployment_new::DeploymentNew,
            device::Device,
            general::General,
            general_questions::{CatalogQuestion, DeleteQuestion},
            general_two_factor::TwoFactorRule,
            home::Home,
            invitation::Invitation,
            key_edit::KeyEdit,
            member_parting::{MemberParting, Parting},
            member_reset::MemberReset,
            members::{self, Members},
            not_found::NotFound,
            own_activity::OwnActivity,
            profile::Profile,
            project::{self, Project},
            project_delete::ProjectDelete,
            project_new::ProjectNew,
            projects::{self, Projects},
            reset::Reset,
            sessions::Sessions,
            setup::Setup,
            sign_in::SignIn,
            sign_in_code::SignInCode,
            two_factor::TwoFactor,
            workspace::{Workspace, WorkspaceHome},
            workspace_new::WorkspaceNew,
        },
        routes,
        send::Confirm,
    },
};

/// The document around the app, rendered by the server alone.
#[must_use]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href="/pkg/latchkey.css"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
                <Sprite/>
            </body>
        </html>
    }
}

/// The app. Pages are rendered whole (`Async`), so that they are complete without script.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    FocusNext::provide();
    Confirm::provide();
    let (routing, set_routing) = signal(false);
    view! {
        <Title text="Latchkey"/>
        <Router set_is_routing=set_routing>
            <Announcer routing/>
            <Routes fallback=NotFound>
                <Route path=routes::INDEX view=Home ssr=SsrMode::Async/>
                <Route path=routes::SETUP view=Setup ssr=SsrMode::Async/>
                <Route path=routes::SIGN_IN view=SignIn ssr=SsrMode::Async/>
                <Route path=routes::SIGN_IN_CODE view=SignInCode ssr=SsrMode::Async/>
                <Route path=routes::NEW_WORKSPACE view=WorkspaceNew ssr=SsrMode::Async/>
                <Route path=routes::INVITATION view=Invitation ssr=SsrMode::Async/>
                <Route path=routes::RESET view=Reset ssr=SsrMode::Async/>
                <Route path=routes::CONFIRM view=ConfirmPage ssr=SsrMode::Async/>
                <Route path=routes::DEVICE view=Device ssr=SsrMode::Async/>
                <AccountRoutes/>
                <ParentRoute path=routes::WORKSPACE view=Workspace ssr=SsrMode::Async>
                    <Route path=routes::INDEX view=WorkspaceHome ssr=SsrMode::Async/>
                    <Route path=routes::GENERAL view=General ssr=SsrMode::Async/>
                    <Route path=routes::CHANGE_CATALOG view=CatalogQuestion ssr=SsrMode::Async/>
                    <Route path=routes::TWO_FACTOR_RULE view=TwoFactorRule ssr=SsrMode::Async/>
                    <Route path=routes::DELETE_WORKSPACE view=DeleteQuestion ssr=SsrMode::Async/>
                    <Route path=routes::ACTIVITY view=Activity ssr=SsrMode::Async/>
                    <Tab kind=Kind::AccessToken/>
                    <Tab kind=Kind::ApiKey/>
                    <Route path=routes::EDIT_KEY view=KeyEdit ssr=SsrMode::Async/>
                    <MembersRoutes/>
                    <ProjectRoutes/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// The tab of one kind: its list with the dialogs over it, and the page of each.
#[component(transparent)]
fn Tab(
    /// Which of the two.
    kind: Kind,
) -> AnyNestedRoute {
    view! {
        <ParentRoute path=routes::credentials_route(kind) view=move || view! { <Credentials kind/> } ssr=SsrMode::Async>
            <Route path=routes::INDEX view=Index ssr=SsrMode::Async/>
            <Route path=routes::NEW view=CredentialNew ssr=SsrMode::Async/>
            <Route path=routes::CREATED view=CredentialCreated ssr=SsrMode::Async/>
            <Route path=routes::REVOKE view=CredentialRevoke ssr=SsrMode::Async/>
            <Route path=routes::REVOKE_CHOSEN view=CredentialsRevoke ssr=SsrMode::Async/>
            <Route path=routes::REVOKED view=CredentialsRevoked ssr=SsrMode::Async/>
        </ParentRoute>
        <Route path=routes::credential_route(kind) view=move || view! { <CredentialPage kind/> } ssr=SsrMode::Async/>
    }
    .into_inner()
    .into_any_nested_route()
}

/// What is the viewer's own.
#[component(transparent)]
fn AccountRoutes() -> AnyNestedRoute {
    view! {
        <ParentRoute path=routes::ACCOUNT view=Workspace ssr=SsrMode::Async>
            <Route path=routes::INDEX view=|| view! { <Go to=routes::PROFILE_PAGE.to_owned()/> } ssr=SsrMode::Async/>
            <Route path=routes::PROFILE view=Profile ssr=SsrMode::Async/>
            <Route path=routes::TWO_FACTOR view=TwoFactor ssr=SsrMode::Async/>
            <Route path=routes::BACKUP_CODES view=BackupCodes ssr=SsrMode::Async/>
            <Route path=routes::SESSIONS view=Sessions ssr=SsrMode::Async/>
            <Route path=routes::ACTIVITY view=OwnActivity ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// Who is in a workspace, with the dialogs over the list.
#[component(transparent)]
fn MembersRoutes() -> AnyNestedRoute {
    let parting = |parting| move || view! { <MemberParting parting/> };
    view! {
        <ParentRoute path=routes::MEMBERS view=Members ssr=SsrMode::Async>
            <Route path=routes::INDEX view=members::Index ssr=SsrMode::Async/>
            <Route path=routes::LEAVE view=parting(Parting::Leave) ssr=SsrMode::Async/>
            <Route path=routes::REMOVE view=parting(Parting::Remove) ssr=SsrMode::Async/>
            <Route path=routes::DEMOTE view=parting(Parting::Demote) ssr=SsrMode::Async/>
            <Route path=routes::RESET_LINK view=MemberReset ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}

/// A workspace's projects and the page of each, with the dialogs over them.
#[component(transparent)]
fn ProjectRoutes() -> AnyNestedRoute {
    view! {
        <ParentRoute path=routes::PROJECTS view=Projects ssr=SsrMode::Async>
            <Route path=routes::INDEX view=projects::Index ssr=SsrMode::Async/>
            <Route path=routes::NEW view=ProjectNew ssr=SsrMode::Async/>
        </ParentRoute>
        <ParentRoute path=routes::PROJECT view=Project ssr=SsrMode::Async>
            <Route path=routes::INDEX view=project::Index ssr=SsrMode::Async/>
            <Route path=routes::NEW_DEPLOYMENT view=DeploymentNew ssr=SsrMode::Async/>
            <Route path=routes::DELETE view=ProjectDelete ssr=SsrMode::Async/>
        </ParentRoute>
    }
    .into_inner()
    .into_any_nested_route()
}
