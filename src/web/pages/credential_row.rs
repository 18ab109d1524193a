//! A token in the list: what one sees of it, and what one can do with it.

use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use super::bulk::RowCheck;
use crate::{
    domain::{
        credential::{CredentialId, Status},
        timestamp::Timestamp,
    },
    web::{
        api::credentials::{CredentialRow, ScopeChip},
        components::{
            badge::Badge,
            bars::Spark,
            chip::{Chip, Chips},
            icon::{Glyph, Icon},
            menu::RowMenu,
            number::count,
            when::When,
        },
        routes::{self, Page},
    },
};

/// The id of a row's name, which leads to the token's own page.
#[must_use]
pub fn name_id(token: CredentialId) -> String {
    format!("name-{token}")
}

/// The id of a row's button that leads to the question before revoking.
#[must_use]
pub fn revoke_id(token: CredentialId) -> String {
    format!("revoke-{token}")
}

/// The id of a row's menu button.
#[must_use]
pub fn menu_id(token: CredentialId) -> String {
    format!("more-{token}")
}

/// One row.
#[component]
pub fn Row(
    /// The workspace's slug.
    workspace: String,
    /// The page of the list, kept behind dialogs.
    page: Page,
    /// The token.
    token: CredentialRow,
    /// The instant to which relative times refer.
    now: Timestamp,
    /// Whether one may be made like it.
    may_create: bool,
    /// Whether it may be revoked, if it is alive.
    may_revoke: bool,
) -> impl IntoView {
    let id = token.id;
    let is_alive = token.status.is_alive();
    let details = routes::credential(&workspace, id);
    let revoke = (may_revoke && is_alive).then(|| routes::revoke_credential(&workspace, id, &page));
    let like = may_create.then(|| routes::credential_like(&workspace, id));
    let hint = format!("{}…", token.hint);
    let check = may_revoke.then(|| {
        let check = is_alive.then(|| view! { <RowCheck value=id.to_string() owner=token.name.clone()/> });
        view! {
            <td role="cell" class="c-check">
                {check}
            </td>
        }
    });
    view! {
        <tr role="row" data-dim=!is_alive>
            {check}
            <NameCell id href=details.clone() name=token.name.clone()>
                <small>
                    <code>{hint}</code>
                </small>
            </NameCell>
            <td role="cell" data-label="Status">
                <Badge status=token.status/>
            </td>
            <td role="cell" data-label="Scopes" class="c-wide">
                <Chips id=format!("scopes-{id}") owner=token.name.clone() chips=token.scopes.iter().map(chip).collect()/>
            </td>
            <td role="cell" data-label="Level">
                <Level project=token.project.clone()/>
            </td>
            <td role="cell" data-label="Last used" class="c-wide">
                <LastUsed token=token.clone() now/>
            </td>
            <Made token=token.clone()/>
            <td role="cell" data-label="Expires" class="nowrap">
                <End token=token.clone() now/>
            </td>
            <td role="cell" class="c-menu">
                <Actions id name=token.name details like revoke/>
            </td>
        </tr>
    }
}

/// The name, which leads to the own page, and what stands under it.
#[component]
pub fn NameCell(
    /// Whose.
    id: CredentialId,
    /// The own page.
    href: String,
    /// The name.
    name: String,
    /// What stands under it.
    children: Children,
) -> impl IntoView {
    view! {
        <th role="rowheader" scope="row">
            <a href=href id=name_id(id)>
                {name}
            </a>
            {children()}
        </th>
    }
}

/// What it reaches.
#[component]
fn Level(project: Option<String>) -> impl IntoView {
    match project {
        None => Either::Left("Workspace"),
        Some(project) => Either::Right(view! {
            <span class="nowrap">{project}</span>
            <small>"Project"</small>
        }),
    }
}

/// When and by whom it was made.
#[component]
pub fn Made(
    /// Of which.
    token: CredentialRow,
) -> impl IntoView {
    view! {
        <td role="cell" data-label="Created" class="nowrap">
            <When at=token.created_at text=token.created_at.date()/>
            <small class="by" title=token.created_by.clone()>
                {token.created_by.clone()}
            </small>
        </td>
    }
}

/// A scope as it stands in a row.
#[must_use]
pub fn chip(scope: &ScopeChip) -> Chip {
    Chip { name: scope.name.clone(), risk: scope.sensitive }
}

/// The last call that was let in.
#[component]
pub fn LastUsed(
    /// Of which.
    token: CredentialRow,
    /// The instant to which relative times refer.
    now: Timestamp,
) -> impl IntoView {
    match token.last_used_at {
        Some(at) => view! {
            <div class="use">
                <div class="nowrap">
                    <When at text=at.relative(now)/>
                    <small>{format!("used {}", count(token.use_count, "time"))}</small>
                </div>
                <Spark days=token.days/>
            </div>
        }
        .into_any(),
        None => view! { <span class="muted">"Never used"</span> }.into_any(),
    }
}

/// When it stops working, or did.
#[component]
pub fn End(
    /// Of which.
    token: CredentialRow,
    /// The instant to which relative times refer.
    now: Timestamp,
) -> impl IntoView {
    let revoked_at = token.revoked_at.filter(|_| token.status == Status::Revoked);
    match (revoked_at, token.expires_at) {
        (Some(at), _) => EitherOf3::A(view! {
            <When at text=at.date()/>
            <small>"revoked"</small>
        }),
        (None, Some(at)) => EitherOf3::B(view! {
            <When at text=at.date()/>
            <small>{at.distance(now)}</small>
        }),
        (None, None) => EitherOf3::C(view! {
            <span class="alarm">
                <Icon glyph=Glyph::Warn/>
                " Never"
            </span>
            <small>"no end date"</small>
        }),
    }
}

#[component]
fn Actions(
    id: CredentialId,
    name: String,
    details: String,
    like: Option<String>,
    revoke: Option<String>,
) -> impl IntoView {
    let trash = revoke.clone().map(|href| {
        view! {
            <a
                class="btn quiet square small danger"
                id=revoke_id(id)
                href=href
                aria-label=format!("Revoke {name}")
            >
                <Icon glyph=Glyph::Trash/>
            </a>
        }
    });
    let like = like.map(|href| {
        view! {
            <li>
                <a href=href>
                    <Icon glyph=Glyph::Copy/>
                    " Create one like this"
                </a>
            </li>
        }
    });
    let revoke = revoke.map(|href| {
        view! {
            <hr/>
            <a class="danger" href=href>
                <Icon glyph=Glyph::Ban/>
                " Revoke"
            </a>
        }
    });
    view! {
        <div class="row-actions">
            {trash}
            <RowMenu button=menu_id(id) id=format!("menu-{id}") owner=name>
                <ul role="list">
                    <li>
                        <a href=details>
                            <Icon glyph=Glyph::Info/>
                            " Details"
                        </a>
                    </li>
                    {like}
                </ul>
                {revoke}
            </RowMenu>
        </div>
    }
}
