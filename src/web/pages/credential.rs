//! `/w/{slug}/settings/access-tokens/{id}`: all about one token.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    credential_use::{LastCalls, UseFigure},
    error::ErrorPage,
    frame::{Frame, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{credential::Kind, policy::Action, timestamp::Timestamp},
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
        <Title text="Access token · Latchkey"/>
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
    let workspace = here.workspace.slug;
    let CredentialView { now, token, scopes, responsible, descendants, role, .. } = view;
    let list = routes::credentials(&workspace, token.id.kind());
    let name = token.name.clone();
    let like = may(role, Action::CreateCredential).then(|| {
        view! {
            <a class="btn" href=routes::credential_like(&workspace, token.id)>
                <Icon glyph=Glyph::Copy/>
                " Create one like this"
            </a>
        }
    });
    let made = (!descendants.is_empty()).then(|| view! { <Made workspace=workspace.clone() tokens=descendants/> });
    let may_revoke = token.status.is_live() && may(role, Action::RevokeCredential);
    let revoke = may_revoke.then(|| {
        view! { <Revoke href=routes::revoke_credential(&workspace, token.id, &Page::default())/> }
    });
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=list.clone()>"Settings"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <a href=list>"Access tokens"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <span aria-current="page">{name.clone()}</span>
        </nav>
        <div class="head">
            <div>
                <h1 class="titled">{name} " " <Badge status=token.status/></h1>
                <p>"A token cannot be changed. To change what it may do, create one like it and revoke this one."</p>
            </div>
            {like}
        </div>
        <div class="split">
            <div class="stack loose">
                <Scopes scopes/>
                <UseFigure used=used.clone()/>
                {made}
            </div>
            <aside class="stack" aria-label="About this token">
                <div class="panel pad">
                    <Facts token responsible now/>
                </div>
                {revoke}
            </aside>
        </div>
        <LastCalls used/>
    }
}

#[component]
fn Scopes(scopes: Vec<ScopeChip>) -> impl IntoView {
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
            <h2 id="scopes-title">"Scopes"</h2>
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

#[component]
fn Facts(token: CredentialRow, responsible: String, now: Timestamp) -> impl IntoView {
    let last_used = match token.last_used_at {
        Some(at) => {
            let from = token.last_used_from.map(|from| view! { " from " <span class="mono">{from}</span> });
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
            <dt>"Token"</dt>
            <dd>
                <code class="masked">{format!("{}…", token.hint)}</code>
            </dd>
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

#[component]
fn Revoke(href: String) -> impl IntoView {
    view! {
        <div class="panel pad">
            <h2>"Revoke this token"</h2>
            <p class="hint">"Tools using it stop working at once. This cannot be undone."</p>
            <div>
                <a class="btn danger" href=href>
                    <Icon glyph=Glyph::Ban/>
                    " Revoke token"
                </a>
            </div>
        </div>
    }
}
