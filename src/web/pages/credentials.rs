//! `/w/{slug}/settings/{access-tokens,api-keys}`: the tab, one page of the list, and whatever dialog lies over it.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    bulk::{AllCheck, Bulk, Chosen},
    credential_filters::{Filters, Soon, nouns},
    credential_row::Row,
    error::ErrorPage,
    frame::{Frame, Tabs, may},
    key_row::{KeyRow, Switched, SwitchedToast},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{
        credential::{CredentialId, Kind},
        policy::Action,
    },
    web::{
        api::credential_lists::{CredentialsView, list_credentials},
        components::{
            callout::{Callout, Tone},
            empty::Empty,
            fold::Fold,
            icon::{Glyph, Icon},
            pager::Pager,
            plan::PlanMeter,
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

/// What the button says that makes a new one.
#[must_use]
pub const fn new_label(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => " New token",
        Kind::ApiKey => " New API key",
    }
}

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
            let view = list_credentials(workspace.clone(), kind.as_str().to_owned(), page.clone()).await?;
            Ok((workspace, page, view))
        },
    );
    provide_context(Behind { kind, listed, workspace, page });
    let switched = Switched::provide();
    let chosen = Chosen::of(move || listed.track());
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
                                    <Tab here kind page view chosen/>
                                </Frame>
                            },
                        )
                    }
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
        <SwitchedToast switched workspace/>
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
    let title = match expect_context::<Behind>().kind {
        Kind::AccessToken => "Access tokens · Latchkey",
        Kind::ApiKey => "API keys · Latchkey",
    };
    view! { <Title text=title/> }
}

#[component]
fn Tab(here: Here, kind: Kind, page: Page, view: CredentialsView, chosen: Chosen) -> impl IntoView {
    let link = here.workspace;
    let workspace = link.slug.clone();
    let may_create = view.offered && may(view.role, Action::CreateCredential);
    let (usage, other) = (view.usage, link.tabs.iter().any(|tab| *tab != kind));
    let refused = view.refused.clone().map(|refused| {
        view! { <Callout tone=Tone::Bad title=refused.error.to_string()/> }
    });
    let list = if view.any {
        let (soon, filters) = (view.expiring, view.clone());
        view! {
            <Soon workspace=workspace.clone() kind expiring=soon page=page.clone()/>
            {refused}
            <Filters workspace=workspace.clone() kind page=page.clone() view=filters may_create/>
            {if view.tokens.is_empty() {
                view! { <NothingHere workspace=workspace.clone() kind page/> }.into_any()
            } else {
                view! { <List workspace=workspace.clone() kind page view chosen/> }.into_any()
            }}
        }
        .into_any()
    } else {
        view! { <Nothing workspace=workspace.clone() kind may_create/> }.into_any()
    };
    view! {
        <h1>"Settings"</h1>
        <Tabs link kind=Some(kind)/>
        <div class="head">
            <Explainer workspace=workspace.clone() kind other/>
            <PlanMeter kind usage href=routes::general(&workspace)/>
        </div>
        {list}
    }
}

/// What they are for, and when the other kind is the better one.
#[component]
fn Explainer(workspace: String, kind: Kind, other: bool) -> impl IntoView {
    let title = view! {
        <h2 id=HEADING tabindex="-1">
            {kind.plural()}
        </h2>
    };
    if kind == Kind::ApiKey {
        let token = if other {
            let href = routes::credentials(&workspace, Kind::AccessToken);
            view! {
                " Use an "
                <a href=href>"access token"</a>
                " for a script, an agent or a pipeline: what it may do never changes."
            }
            .into_any()
        } else {
            ().into_any()
        };
        return view! {
            <div>
                {title}
                <p>
                    "Use an API key for a service that keeps running: you can edit it, pause it and switch it on again."
                    {token}
                </p>
            </div>
        }
        .into_any();
    }
    let key = other.then(|| {
        let href = routes::credentials(&workspace, Kind::ApiKey);
        view! {
            " For a service that keeps running, use an "
            <a href=href>"API key"</a>
            ", which you can edit and pause."
        }
    });
    view! {
        <div>
            {title}
            <p>
                "A token lets a script, an agent or a pipeline act on this workspace without a person signing in. \
                 Give each job its own token, with only the scopes it needs." {key}
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
    .into_any()
}

#[component]
fn List(workspace: String, kind: Kind, page: Page, view: CredentialsView, chosen: Chosen) -> impl IntoView {
    let may_revoke = may(view.role, Action::RevokeCredential);
    let may_create = view.offered && may(view.role, Action::CreateCredential) && !view.usage.is_full();
    let (now, role) = (view.now, view.role);
    let to = |page: Page| routes::credentials_page(&workspace, kind, &page);
    let previous = view.previous.map(|cursor| to(page.before(cursor)));
    let next = view.next.map(|cursor| to(page.after(cursor)));
    let row = |token| {
        let (workspace, page) = (workspace.clone(), page.clone());
        match kind {
            Kind::AccessToken => view! { <Row workspace page token now may_create may_revoke/> }.into_any(),
            Kind::ApiKey => view! { <KeyRow workspace page key=token now role may_create may_revoke/> }.into_any(),
        }
    };
    let rows = view.tokens.into_iter().map(row).collect_view();
    let bulk = may_revoke.then(|| {
        let fields = page.pairs().into_iter().filter(|(_, value)| !value.is_empty());
        let fields = fields.map(|(name, value)| (name, value.to_owned())).collect();
        let (label, action) = (format!("Selected {}", nouns(kind)), routes::revoke_credentials(&workspace, kind));
        view! { <Bulk chosen label action fields/> }
    });
    let all = may_revoke.then(|| view! { <AllCheck chosen/> }.into_any());
    let export = ["csv", "json"].map(|format| routes::export_credentials(&workspace, kind, format, &page));
    let [csv, json] = export;
    view! {
        <section class="panel" aria-labelledby=HEADING on:change=move |_| chosen.count()>
            <Table caption=kind.plural() columns=columns(kind) all>
                {rows}
            </Table>
            {bulk}
            <footer>
                <span>"Dates are UTC."</span>
                <span>
                    "Export as "
                    <a href=csv download rel="external">
                        "CSV"
                    </a>
                    " or "
                    <a href=json download rel="external">
                        "JSON"
                    </a>
                </span>
                <Pager previous next/>
            </footer>
        </section>
    }
}

const fn columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::AccessToken => &["Name", "Status", "Scopes", "Level", "Last used", "Created", "Expires"],
        Kind::ApiKey => &["Name", "Key", "Permissions", "Active", "Last used", "Created", "Expires"],
    }
}

#[component]
fn Nothing(workspace: String, kind: Kind, may_create: bool) -> impl IntoView {
    let (title, text) = match kind {
        Kind::AccessToken => (
            "No tokens yet",
            "Generate one for your first pipeline or script. You choose what it can do and when it stops working.",
        ),
        Kind::ApiKey => (
            "No API keys yet",
            "Create one for your first service. You choose what it can do, and can change that or pause it any time.",
        ),
    };
    view! {
        <Empty title text>
            <div class="actions">
                {may_create
                    .then(|| {
                        let href = routes::new_credential(&workspace, kind, &Page::default());
                        view! {
                            <a class="btn primary" id=NEW_TOKEN href=href>
                                <Icon glyph=Glyph::Plus/>
                                {new_label(kind)}
                            </a>
                        }
                    })}
                <a class="btn quiet" href=routes::GUIDE rel="external">
                    "Read the guide"
                    <Icon glyph=Glyph::Open/>
                </a>
            </div>
        </Empty>
    }
}

/// A page of the list that has nothing on it: the filters leave out everything, or what it began after is the last.
#[component]
fn NothingHere(workspace: String, kind: Kind, page: Page) -> impl IntoView {
    let (title, text, link, to) = if page.is_filtered() {
        let title = match kind {
            Kind::AccessToken => "No tokens match",
            Kind::ApiKey => "No API keys match",
        };
        let to = Page { sort: page.sort, ..Page::default() };
        (title, "Nothing here is what the filters ask for.", "Clear filters", to)
    } else {
        ("Nothing on this page", "What was here is on another page now.", "Show the first page", page.first())
    };
    view! {
        <Empty title text>
            <div class="actions">
                <a class="btn primary" href=routes::credentials_page(&workspace, kind, &to)>
                    {link}
                </a>
            </div>
        </Empty>
    }
}
