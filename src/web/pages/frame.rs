//! What stands around a workspace's pages, filled in with who is signed in.

use leptos::prelude::*;

use super::{
    confirm::ConfirmDialog,
    form::when_done,
    workspace::{Here, Viewing},
};
use crate::{
    domain::{
        credential::Kind,
        id::WorkspaceId,
        policy::{Action, Decision, Resource, Subject, decide},
        role::Role,
    },
    web::{
        api::account::{DismissNotices, Notice, SignOut, Viewer, WorkspaceLink},
        components::{
            callout::{Callout, Tone},
            icon::{Glyph, Icon},
            shell::{Current, OwnPage, Place, Section, Shell, Spot},
            tabs::SettingsTabs,
            when::When,
        },
        navigate, routes,
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
    let at = Spot::Workspace(at.0, at.1);
    view! { <Around viewer workspace=Some(workspace) at project children/> }
}

/// The shell around a page of the viewer's account.
#[component]
pub fn AccountFrame(
    /// Who is signed in.
    viewer: Viewer,
    /// Which page it is.
    at: OwnPage,
    /// The page.
    children: Children,
) -> impl IntoView {
    // Some workspace stands beside the account, so that there is a way back.
    let workspace = viewer.workspaces.first().cloned();
    view! { <Around viewer workspace at=Spot::Account(at) project=None children/> }
}

/// The pages of the account, with their addresses.
const OWN: [(OwnPage, &str); 4] = [
    (OwnPage::Profile, routes::PROFILE_PAGE),
    (OwnPage::TwoFactor, routes::TWO_FACTOR_PAGE),
    (OwnPage::Sessions, routes::SESSIONS_PAGE),
    (OwnPage::Activity, routes::OWN_ACTIVITY_PAGE),
];

#[component]
fn Around(
    viewer: Viewer,
    workspace: Option<WorkspaceLink>,
    at: Spot,
    project: Option<String>,
    children: Children,
) -> impl IntoView {
    let place = |link: &WorkspaceLink| Place { name: link.name.clone(), href: first_page(link), plan: link.plan };
    let is_here = |link: &WorkspaceLink| workspace.as_ref().is_some_and(|here| here.slug == link.slug);
    let places = viewer.workspaces.iter().map(|link| (place(link), is_here(link))).collect();
    let sections = workspace.iter().flat_map(|workspace| {
        Section::ALL.map(|section| {
            let href = match section {
                Section::Projects => routes::projects(&workspace.slug),
                Section::Activity => routes::activity(&workspace.slug),
                Section::Members => routes::members(&workspace.slug),
                Section::Settings => first_page(workspace),
            };
            (section, href)
        })
    });
    let projects = workspace.iter().flat_map(|workspace| {
        workspace.projects.iter().map(|slug| {
            let current = match at {
                Spot::Workspace(_, current) if project.as_ref() == Some(slug) => Some(current),
                Spot::Workspace(..) | Spot::Account(_) => None,
            };
            (slug.clone(), routes::project(&workspace.slug, slug), current)
        })
    });
    let has_two_factor = viewer.has_two_factor;
    view! {
        <Shell
            here=workspace.as_ref().map(place)
            places
            new_workspace=routes::NEW_WORKSPACE_PAGE
            projects=projects.collect()
            email=viewer.email
            role=workspace.as_ref().map(|workspace| workspace.role)
            at
            sections=sections.collect()
            account=OWN
            insecure_http=viewer.insecure_http
            above=(!viewer.notices.is_empty()).then(|| view! { <Notices notices=viewer.notices/> }.into_any())
            sign_out=view! { <SignOutForm class=""/> }.into_any()
            children
        />
        <ConfirmDialog has_two_factor/>
    }
}

/// So many notices stand above a page.
const NOTICES: usize = 5;

/// What happened to the account since the last sign-in, until it is put away.
#[component]
fn Notices(notices: Vec<Notice>) -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let dismiss = Sending::to::<DismissNotices>().staying();
    let answer = dismiss.value();
    when_done(move || answer.get(), move || viewing.again());
    let more = (notices.len() > NOTICES).then(|| {
        view! {
            <li>
                <a href=routes::OWN_ACTIVITY_PAGE>"More in your account activity"</a>
            </li>
        }
    });
    let lines = notices.into_iter().take(NOTICES).map(|Notice { at, text }| {
        view! {
            <li>
                {text}
                " "
                <When at text=at.date_and_minute()/>
            </li>
        }
    });
    view! {
        <section aria-label="Since your last sign-in">
            <Callout tone=Tone::Warn title="Since your last sign-in">
                <div class="stack tight">
                    <ul role="list">{lines.collect_view()} {more}</ul>
                    <p>
                        "If this was not you, "<a href=routes::PROFILE_PAGE>"change your password"</a>" and look at your "
                        <a href=routes::SESSIONS_PAGE>"sessions"</a> "."
                    </p>
                    <SendForm sending=dismiss>
                        <input type="hidden" name="back" value=navigate::here()/>
                        <button class="btn small">"It was me"</button>
                    </SendForm>
                </div>
            </Callout>
        </section>
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
