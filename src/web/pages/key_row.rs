//! An API key in the list: what one sees of it, its switch, and what one can do with it.

use leptos::{either::Either, prelude::*};

use super::{
    bulk::RowCheck,
    credential_row::{End, LastUsed, Made, NameCell, chip, menu_id},
    form::when_done,
    workspace::Changes,
};
use crate::{
    domain::{
        credential::{CredentialId, Status},
        policy::Action,
        role::Role,
        timestamp::Timestamp,
    },
    web::{
        api::{api_keys::SwitchCredential, credentials::CredentialRow},
        components::{
            badge::Badge,
            chip::Chips,
            icon::{Glyph, Icon},
            menu::RowMenu,
            switch::SwitchButton,
            toast::Toast,
            when::When,
        },
        pages::frame::may,
        routes::{self, Page},
        send::{SendForm, Sending},
    },
};

/// The key that was switched last on this page.
#[derive(Clone, Copy, Debug)]
pub struct Switched(RwSignal<Option<Switch>>);

/// A key and whether it is on now.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Switch {
    id: CredentialId,
    name: String,
    active: bool,
}

impl Switched {
    /// None yet; makes it known to the rows.
    #[must_use]
    pub fn provide() -> Self {
        let switched = Self(RwSignal::new(None));
        provide_context(switched);
        switched
    }
}

/// Says that a key is off or on, and takes it back on demand.
#[component]
pub fn SwitchedToast(
    /// What was switched.
    switched: Switched,
    /// The workspace's slug.
    workspace: Signal<String>,
) -> impl IntoView {
    let (last, changes) = (switched.0, expect_context::<Changes>());
    let text = Signal::derive(move || {
        last.with(|last| {
            let Switch { name, active, .. } = last.as_ref()?;
            Some(if *active { format!("{name} is on.") } else { format!("{name} is off. Calls with it are refused.") })
        })
    });
    let undo = move || {
        let switch = last.get()?;
        let sending = Sending::to::<SwitchCredential>().staying();
        let answer = sending.value();
        when_done(
            move || answer.get(),
            move || {
                last.set(None);
                changes.happened();
            },
        );
        Some(view! {
            <SendForm sending>
                <Fields workspace=workspace.get_untracked() id=switch.id active=!switch.active back=String::new()/>
                <button class="btn quiet small">"Undo"</button>
            </SendForm>
        })
    };
    view! { <Toast text>{undo}</Toast> }
}

/// What a switch sends.
#[component]
fn Fields(workspace: String, id: CredentialId, #[prop(into)] active: Signal<bool>, back: String) -> impl IntoView {
    view! {
        <input type="hidden" name="workspace" value=workspace/>
        <input type="hidden" name="id" value=id.to_string()/>
        <input type="hidden" name="active" value=move || active.get().to_string()/>
        <input type="hidden" name="back" value=back/>
    }
}

/// One row.
#[component]
pub fn KeyRow(
    /// The workspace's slug.
    workspace: String,
    /// The page of the list, kept behind dialogs.
    page: Page,
    /// The key.
    key: CredentialRow,
    /// The instant to which relative times refer.
    now: Timestamp,
    /// The viewer's role.
    role: Role,
    /// Whether one may be made like it.
    may_create: bool,
    /// Whether it may be deleted, if it is alive.
    may_revoke: bool,
) -> impl IntoView {
    let (id, is_alive) = (key.id, key.status.is_alive());
    let may_edit = is_alive && may(role, Action::EditCredential);
    let check = may_revoke.then(|| {
        let check = is_alive.then(|| view! { <RowCheck value=id.to_string() owner=key.name.clone()/> });
        view! {
            <td role="cell" class="c-check">
                {check}
            </td>
        }
    });
    let edit = may_edit.then(|| routes::edit_credential(&workspace, id));
    let delete = (may_revoke && is_alive).then(|| routes::revoke_credential(&workspace, id, &page));
    let like = may_create.then(|| routes::credential_like(&workspace, id));
    let details = routes::credential(&workspace, id);
    let description = key.description.clone();
    let small =
        (!description.is_empty()).then(|| view! { <small title=description.clone()>{description.clone()}</small> });
    let level = key.project.clone().map(|project| view! { <small>{project}</small> });
    view! {
        <tr role="row" data-dim=!is_alive>
            {check}
            <NameCell id href=edit.clone().unwrap_or_else(|| details.clone()) name=key.name.clone()>
                {small}
            </NameCell>
            <td role="cell" data-label="Key">
                <code class="masked">{format!("{}…", key.hint)}</code>
                {level}
            </td>
            <td role="cell" data-label="Permissions" class="c-wide">
                <Chips id=format!("scopes-{id}") owner=key.name.clone() chips=key.scopes.iter().map(chip).collect()/>
            </td>
            <td role="cell" data-label="Active">
                <Active workspace page key=key.clone() may_edit/>
            </td>
            <td role="cell" data-label="Last used" class="nowrap">
                <LastUsed token=key.clone() now/>
            </td>
            <Made token=key.clone()/>
            <td role="cell" data-label="Expires" class="nowrap">
                <Expiry key=key.clone() now/>
            </td>
            <td role="cell" class="c-menu">
                <Actions id name=key.name details edit like delete/>
            </td>
        </tr>
    }
}

/// The switch; for those who may not use it, and of those that have ended, where it stands.
#[component]
fn Active(workspace: String, page: Page, key: CredentialRow, may_edit: bool) -> impl IntoView {
    if !may_edit {
        return view! { <Badge status=key.status/> }.into_any();
    }
    let (changes, switched) = (expect_context::<Changes>(), expect_context::<Switched>());
    // What the server has said of it: first by the list, then by its answers, until the list is drawn anew.
    let active = RwSignal::new(key.status != Status::Inactive);
    let sending = Sending::to::<SwitchCredential>().staying();
    let (answer, pending) = (sending.value(), sending.pending());
    let (id, name) = (key.id, key.name.clone());
    when_done(
        move || answer.get(),
        move || {
            active.update(|active| *active = !*active);
            switched.0.set(Some(Switch { id, name: name.clone(), active: active.get() }));
            changes.happened();
        },
    );
    // It turns at once, and back if the answer is no.
    let on = Signal::derive(move || active.get() != pending.get());
    let problem = move || {
        let error = answer.get()?.err()?;
        Some(view! { <small role="alert">{error.to_string()}</small> })
    };
    let back = routes::credentials_page(&workspace, id.kind(), &page);
    view! {
        <SendForm sending>
            <Fields workspace id active=Signal::derive(move || !active.get()) back/>
            <SwitchButton label=format!("{} active", key.name) on/>
            {problem}
        </SendForm>
    }
    .into_any()
}

/// When it stops working; a badge says so where that is soon, since keys have no column for it.
#[component]
fn Expiry(key: CredentialRow, now: Timestamp) -> impl IntoView {
    match key.expires_at.filter(|_| key.status == Status::Expiring) {
        Some(at) => Either::Left(view! {
            <When at text=at.date()/>
            <div>
                <Badge status=key.status/>
            </div>
        }),
        None => Either::Right(view! { <End token=key now/> }),
    }
}

#[component]
fn Actions(
    id: CredentialId,
    name: String,
    details: String,
    edit: Option<String>,
    like: Option<String>,
    delete: Option<String>,
) -> impl IntoView {
    let item = |href: String, glyph: Glyph, text: &'static str| {
        view! {
            <li>
                <a href=href>
                    <Icon glyph=glyph/>
                    {text}
                </a>
            </li>
        }
    };
    let first = match edit {
        Some(href) => item(href, Glyph::Edit, " Edit"),
        None => item(details, Glyph::Info, " Details"),
    };
    let like = like.map(|href| item(href, Glyph::Copy, " Create one like this"));
    let delete = delete.map(|href| {
        view! {
            <hr/>
            <a class="danger" href=href>
                <Icon glyph=Glyph::Trash/>
                " Delete"
            </a>
        }
    });
    view! {
        <RowMenu button=menu_id(id) id=format!("menu-{id}") owner=name>
            <ul role="list">{first} {like}</ul>
            {delete}
        </RowMenu>
    }
}
