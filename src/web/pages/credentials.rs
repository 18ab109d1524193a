//! `/w/{slug}/settings/access-tokens`: the tab, one page of the list, and whatever dialog lies over it.

use leptos::{either::Either, either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    credential_row::Row,
    error::ErrorPage,
    frame::{Frame, Tabs, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{
        credential::{CredentialId, Kind},
        plan::Usage,
        policy::Action,
    },
    web::{
        api::credentials::{CredentialsView, list_credentials},
        components::{
            empty::Empty,
            fold::Fold,
            icon::{Glyph, Icon},
            pager::Pager,
            plan::{PlanMeter, limit_reached},
            shell::{Current, Section},
            table::Table,
        },
        error::UiError,
        routes::{self, Page},
    },
};

/// The id of what opens the dialog *New access token*.
pub const NEW_TOKEN: &str = "new-token";
/// The id of the heading, which gets the focus when nothing better is left.
pub const HEADING: &str = "tokens-title";

/// One page of a workspace's list, with the address that it is the answer to.
type Listed = (String, Page, CredentialsView);

/// The list behind a dialog.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// What it lists.
    pub kind: Kind,
    listed: Resource<Result<Listed, UiError>>,
    /// The workspace's slug.
    pub workspace: Signal<String>,
    /// Which page of the list it is.
    pub page: Memo<Page>,
}

impl Behind {
    /// The address of the list, without the dialog.
    #[must_use]
    pub fn href(self) -> String {
        routes::credentials_page(&self.workspace.get_untracked(), self.kind, &self.page.get_untracked())
    }

    /// The token that stands below `id`.
    #[must_use]
    pub fn next(self, id: CredentialId) -> Option<CredentialId> {
        self.listed.with_untracked(|listed| {
            let (_, _, view) = listed.as_ref()?.as_ref().ok()?;
            let mut rows = view.tokens.iter().map(|token| token.id).skip_while(|row| *row != id);
            rows.nth(1)
        })
    }
}

/// The route around the list and its dialogs.
#[component]
pub fn Credentials(
    /// What is listed.
    kind: Kind,
) -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let (params, query) = (use_params_map(), use_query_map());
    let workspace = Signal::derive(move || params.with(routes::workspace));
    let page = Memo::new(move |_| query.with(Page::asked));
    let listed = Resource::new(
        move || (workspace.get(), page.get(), changes.count()),
        move |(workspace, page, _)| async move {
            let view =
                list_credentials(workspace.clone(), kind.as_str().to_owned(), page.after.clone(), page.before.clone())
                    .await?;
            Ok((workspace, page, view))
        },
    );
    provide_context(Behind { kind, listed, workspace, page });
    // The dialog comes first: its title then gives way to that of an error page, on the server and in the browser.
    view! {
        <Outlet/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, listed).await {
                    Ok((here, page, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Page)>
                                    <Tab here kind page view/>
                                </Frame>
                            },
                        )
                    }
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

async fn shown(
    viewing: Viewing,
    listed: Resource<Result<Listed, UiError>>,
) -> Result<(Here, Page, CredentialsView), UiError> {
    let (workspace, page, view) = listed.await?;
    Ok((viewing.enter(&workspace).await?, page, view))
}

/// The list without a dialog.
#[component]
pub fn Index() -> impl IntoView {
    view! { <Title text="Access tokens · Latchkey"/> }
}

#[component]
fn Tab(here: Here, kind: Kind, page: Page, view: CredentialsView) -> impl IntoView {
    let link = here.workspace;
    let workspace = link.slug.clone();
    let may_create = may(view.role, Action::CreateCredential);
    let usage = view.usage;
    let list = if !view.tokens.is_empty() {
        let toolbar = may_create.then(|| view! { <Toolbar workspace=workspace.clone() kind page=page.clone() usage/> });
        EitherOf3::A(view! {
            {toolbar}
            <List workspace kind page view/>
        })
    } else if page.is_first() {
        EitherOf3::B(view! { <Nothing workspace kind may_create/> })
    } else {
        EitherOf3::C(view! { <NothingHere workspace kind/> })
    };
    view! {
        <h1>"Settings"</h1>
        <Tabs link kind=Some(kind)/>
        <div class="head">
            <Explainer/>
            <PlanMeter usage/>
        </div>
        {list}
    }
}

#[component]
fn Explainer() -> impl IntoView {
    view! {
        <div>
            <h2 id=HEADING tabindex="-1">
                "Access tokens"
            </h2>
            <p>
                "A token lets a script, an agent or a pipeline act on this workspace without a person signing in. \
                 Give each job its own token, with only the scopes it needs."
            </p>
            <Fold summary=|| "How tokens work">
                <p>
                    "The full token is shown once, when you generate it. After that only its first characters are \
                     shown. A token cannot be changed: to change its scopes or its end, create one like it and \
                     revoke the old one. Revoking takes effect at once. Expired and revoked tokens stay listed and \
                     do not count towards your plan."
                </p>
            </Fold>
        </div>
    }
}

/// The button that makes another token, or why it is off.
#[component]
fn Toolbar(workspace: String, kind: Kind, page: Page, usage: Usage) -> impl IntoView {
    match limit_reached(&usage) {
        None => Either::Left(view! {
            <div class="actions">
                <a class="btn primary end" id=NEW_TOKEN href=routes::new_credential(&workspace, kind, &page)>
                    <Icon glyph=Glyph::Plus/>
                    " New token"
                </a>
            </div>
        }),
        Some(reason) => Either::Right(view! {
            <div>
                <div class="actions">
                    <button class="btn primary end" type="button" disabled aria-describedby="limit">
                        <Icon glyph=Glyph::Plus/>
                        " New token"
                    </button>
                </div>
                <p class="hint limit" id="limit">
                    {reason}
                </p>
            </div>
        }),
    }
}

#[component]
fn List(workspace: String, kind: Kind, page: Page, view: CredentialsView) -> impl IntoView {
    const COLUMNS: &[&str] = &["Name", "Status", "Scopes", "Last used", "Created", "Expires"];
    let may_revoke = may(view.role, Action::RevokeCredential);
    let may_create = may(view.role, Action::CreateCredential) && !view.usage.is_full();
    let to = |page: Page| routes::credentials_page(&workspace, kind, &page);
    let previous = view.newer.map(Page::before).map(to);
    let next = view.older.map(Page::after).map(to);
    let now = view.now;
    let rows = view
        .tokens
        .into_iter()
        .map(|token| {
            view! { <Row workspace=workspace.clone() page=page.clone() token now may_create may_revoke/> }
        })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby=HEADING>
            <Table caption="Access tokens, newest first" columns=COLUMNS>
                {rows}
            </Table>
            <footer>
                <span>"Dates are UTC."</span>
                <Pager previous next/>
            </footer>
        </section>
    }
}

#[component]
fn Nothing(workspace: String, kind: Kind, may_create: bool) -> impl IntoView {
    view! {
        <Empty
            title="No tokens yet"
            text="Generate one for your first pipeline or script. You choose what it can do and when it stops working."
        >
            {may_create
                .then(|| {
                    let href = routes::new_credential(&workspace, kind, &Page::default());
                    view! {
                        <div class="actions">
                            <a class="btn primary" id=NEW_TOKEN href=href>
                                <Icon glyph=Glyph::Plus/>
                                " New token"
                            </a>
                        </div>
                    }
                })}
        </Empty>
    }
}

/// A page of the list that has nothing on it, since what it began after is the last of them.
#[component]
fn NothingHere(workspace: String, kind: Kind) -> impl IntoView {
    view! {
        <Empty title="Nothing on this page" text="What was here is on another page now.">
            <div class="actions">
                <a class="btn primary" href=routes::credentials(&workspace, kind)>
                    "Show the newest"
                </a>
            </div>
        </Empty>
    }
}
