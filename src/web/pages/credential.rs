//! `/w/{slug}/settings/access-tokens/{id}` and `…/api-keys/{id}`: all about one.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    credential_revoke::{EndLabel, what_follows},
    credential_use::{LastCalls, UseFigure},
    error::ErrorPage,
    frame::{Frame, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{
        credential::{Kind, LastUse},
        policy::Action,
        timestamp::Timestamp,
    },
    web::{
        api::{
            credential_use::{UseView, credential_use},
            credentials::{CredentialRow, CredentialView, ScopeChip, credential_details},
        },
        components::{
            badge::Badge,
            icon::{Glyph, Icon},
            number::thousands,
            shell::{Current, Section},
            when::When,
        },
        error::UiError,
        routes::{self, Page},
    },
};

/// The page.
#[component]
pub fn CredentialPage(
    /// What the address says it is.
    kind: Kind,
) -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let params = use_params_map();
    let asked = Resource::new(
        move || (params.with(|params| (routes::workspace(params), routes::id(params))), changes.count()),
        move |((workspace, id), _)| async move {
            let view = credential_details(workspace.clone(), id).await?;
            if view.token.id.kind() != kind {
                return Err(UiError::NotFound);
            }
            Ok((workspace, view))
        },
    );
    let used = Resource::new(
        move || (params.with(|params| (routes::workspace(params), routes::id(params))), changes.count()),
        |((workspace, id), _)| credential_use(workspace, id),
    );
    view! {
        <Title text=match kind {
            Kind::AccessToken => "Access token · Latchkey",
            Kind::ApiKey => "API key · Latchkey",
        }/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, asked, used).await {
                    Ok((here, view, used)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Below)>
                                    <Details here view used/>
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
    asked: Resource<Result<(String, CredentialView), UiError>>,
    used: Resource<Result<UseView, UiError>>,
) -> Result<(Here, CredentialView, UseView), UiError> {
    let (workspace, view) = asked.await?;
    Ok((viewing.enter(&workspace).await?, view, used.await?))
}

#[component]
fn Details(here: Here, view: CredentialView, used: UseView) -> impl IntoView {
    let (workspace, tabs) = (here.workspace.slug, here.workspace.tabs);
    let CredentialView { now, token, scopes, responsible, descendants, role, .. } = view;
    let kind = token.id.kind();
    let list = routes::credentials(&workspace, kind);
    let name = token.name.clone();
    let intro = match kind {
        Kind::AccessToken => {
            "A token cannot be changed. To change what it may do, create one like it and revoke this one.".to_owned()
        }
        Kind::ApiKey => token.description.clone(),
    };
    let edit = (kind == Kind::ApiKey && token.status.is_alive() && may(role, Action::EditCredential)).then(|| {
        view! {
            <a class="btn" href=routes::edit_credential(&workspace, token.id)>
                <Icon glyph=Glyph::Edit/>
                " Edit"
            </a>
        }
    });
    let like = may(role, Action::CreateCredential).then(|| {
        view! {
            <a class="btn" href=routes::credential_like(&workspace, token.id)>
                <Icon glyph=Glyph::Copy/>
                " Create one like this"
            </a>
        }
    });
    let made = (!descendants.is_empty()).then(|| view! { <Made workspace=workspace.clone() tokens=descendants/> });
    let may_revoke = token.status.is_alive() && may(role, Action::RevokeCredential);
    let revoke = may_revoke.then(|| {
        view! { <Revoke kind href=routes::revoke_credential(&workspace, token.id, &Page::default())/> }
    });
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=list.clone()>"Settings"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <a href=list>{kind.plural()}</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <span aria-current="page">{name.clone()}</span>
        </nav>
        <div class="head">
            <div>
                <h1 class="titled">{name} " " <Badge status=token.status/></h1>
                <p>{intro}</p>
            </div>
            <div class="actions">
                {edit}
                {like}
            </div>
        </div>
        <div class="split">
            <div class="stack loose">
                <Scopes kind scopes/>
                <UseFigure used=used.clone()/>
                {made}
            </div>
            <aside class="stack" aria-label=about(kind)>
                <div class="panel pad">
                    <Facts token responsible now/>
                </div>
                {revoke}
                {when_which(&tabs, &workspace)}
            </aside>
        </div>
        <LastCalls used/>
    }
}

#[component]
fn Scopes(kind: Kind, scopes: Vec<ScopeChip>) -> impl IntoView {
    let title = match kind {
        Kind::AccessToken => "Scopes",
        Kind::ApiKey => "Permissions",
    };
    let scopes = scopes
        .into_iter()
        .map(|scope| {
            let meaning = match (scope.known, scope.included) {
                (false, _) => "Not in this workspace's catalog, so it grants nothing".to_owned(),
                (true, true) => format!("{} · included", scope.description),
                (true, false) => scope.description,
            };
            view! {
                <li>
                    <div class="line">
                        <code>{scope.name}</code>
                        {scope
                            .sensitive
                            .then(|| {
                                view! {
                                    " "
                                    <span class="mini" data-risk>
                                        "Sensitive"
                                    </span>
                                }
                            })}
                    </div>
                    <p>{meaning}</p>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack tight" aria-labelledby="scopes-title">
            <h2 id="scopes-title">{title}</h2>
            <ul class="panel list scopes" role="list">
                {scopes}
            </ul>
        </section>
    }
}

#[component]
fn Made(workspace: String, tokens: Vec<CredentialRow>) -> impl IntoView {
    let made = tokens
        .into_iter()
        .map(|token| {
            let end = token.expires_at.map(|at| view! { <When at text=format!("Expires {}", at.date())/> });
            view! {
                <li>
                    <span class="glyph">
                        <Icon glyph=Glyph::Key/>
                    </span>
                    <div>
                        <div class="line">
                            <b>
                                <a href=routes::credential(&workspace, token.id)>{token.name}</a>
                            </b>
                            " "
                            <Badge status=token.status/>
                        </div>
                        <p>
                            <code>{format!("{}…", token.hint)}</code>
                        </p>
                    </div>
                    {end}
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack tight" aria-labelledby="made-title">
            <h2 id="made-title">"What it has made"</h2>
            <ul class="panel list" role="list">
                {made}
            </ul>
        </section>
    }
}

/// The facts about one, and what can be done with it.
#[component]
pub fn Facts(
    /// The token or key.
    token: CredentialRow,
    /// Who answers for it.
    responsible: String,
    /// The instant to which relative times refer.
    now: Timestamp,
) -> impl IntoView {
    let noun = match token.id.kind() {
        Kind::AccessToken => "Token",
        Kind::ApiKey => "Key",
    };
    let level = match token.project {
        Some(project) => format!("Project {project}"),
        None => "Workspace".to_owned(),
    };
    let last_used = match token.last_used_at {
        Some(at) => {
            let from = token.last_used_from.map(|from| {
                let (word, place) = LastUse::whence(&from);
                view! { " " {word} " " <span class="mono">{place.to_owned()}</span> }
            });
            let by = token.last_used_by.map(|by| view! { " by " <span class="mono">{by}</span> });
            view! {
                <When at text=at.relative(now)/>
                {from}
                {by}
            }
            .into_any()
        }
        None => "Never".into_any(),
    };
    let expires = match token.expires_at {
        Some(at) => view! { <When at text=at.exact()/> }.into_any(),
        None => "Never".into_any(),
    };
    let revoked = token.revoked_at.map(|at| {
        view! {
            <dt>"Revoked"</dt>
            <dd>
                <When at text=at.exact()/>
            </dd>
        }
    });
    view! {
        <dl class="facts">
            <dt>{noun}</dt>
            <dd>
                <code class="masked">{format!("{}…", token.hint)}</code>
            </dd>
            <dt>"Status"</dt>
            <dd>
                <Badge status=token.status/>
            </dd>
            <dt>"Level"</dt>
            <dd>{level}</dd>
            <dt>"Passphrase"</dt>
            <dd>{if token.has_passphrase { "Needed" } else { "None" }}</dd>
            <dt>"Created"</dt>
            <dd>
                <When at=token.created_at text=token.created_at.date_and_minute()/>
            </dd>
            <dt>"Created by"</dt>
            <dd>{breakable(&token.created_by)}</dd>
            <dt>"Responsible"</dt>
            <dd>{breakable(&responsible)}</dd>
            <dt>"Last used"</dt>
            <dd>{last_used}</dd>
            <dt>"Calls"</dt>
            <dd>{thousands(token.use_count)}</dd>
            <dt>"Expires"</dt>
            <dd>{expires}</dd>
            {revoked}
            <dt>"Id"</dt>
            <dd>
                <code class="break">{token.id.to_string()}</code>
            </dd>
        </dl>
    }
}

/// An address that may break after its `@`.
fn breakable(address: &str) -> impl IntoView + use<> {
    match address.split_once('@') {
        Some((local, host)) => {
            let (local, host) = (format!("{local}@"), host.to_owned());
            Either::Left(view! { {local} <wbr/> {host} })
        }
        None => Either::Right(address.to_owned()),
    }
}

/// The way to the question before it is ended.
#[component]
pub fn Revoke(
    /// One of which kind.
    kind: Kind,
    /// Where it is asked for.
    href: String,
) -> impl IntoView {
    let title = match kind {
        Kind::AccessToken => "Revoke this token",
        Kind::ApiKey => "Delete this key",
    };
    view! {
        <div class="panel pad">
            <h2>{title}</h2>
            <p class="hint">{what_follows(kind)}</p>
            <div>
                <a class="btn danger" href=href>
                    <EndLabel kind/>
                </a>
            </div>
        </div>
    }
}

/// When to use a token and when a key, in a line, where there are both.
pub fn when_which(tabs: &[Kind], workspace: &str) -> Option<impl IntoView + use<>> {
    let (keys, tokens) =
        (routes::credentials(workspace, Kind::ApiKey), routes::credentials(workspace, Kind::AccessToken));
    (tabs.len() > 1).then(|| {
        view! {
            <p class="hint">
                "A service that keeps running uses an " <a href=keys>"API key"</a>
                ". A script, an agent or a pipeline uses an " <a href=tokens>"access token"</a> "."
            </p>
        }
    })
}

/// What the facts beside one are called.
#[must_use]
pub const fn about(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "About this token",
        Kind::ApiKey => "About this key",
    }
}
