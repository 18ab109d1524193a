//! A member in the list: what they are, what they answer for, and what one can do about it.

use leptos::prelude::*;

use crate::{
    domain::{id::UserId, policy::Action, role::Role, timestamp::Timestamp},
    web::{
        api::members::MemberRow,
        components::{
            icon::{Glyph, Icon},
            menu::RowMenu,
            number::count,
            when::When,
        },
        pages::frame::may,
        routes,
        send::{SendForm, Sending},
    },
};

/// The id of a row's menu button.
#[must_use]
pub fn menu_id(member: UserId) -> String {
    format!("more-{member}")
}

/// The roles that somebody of `role` may give.
pub fn grantable(role: Role) -> impl Iterator<Item = Role> {
    [Role::Member, Role::Admin, Role::Owner].into_iter().filter(move |given| may(role, Action::change_of(*given)))
}

/// One row.
#[component]
pub fn Row(
    /// The workspace's slug.
    workspace: String,
    /// The viewer's role.
    viewer: Role,
    /// The member.
    member: MemberRow,
    /// The instant to which relative times refer.
    now: Timestamp,
    /// The way of the form that gives another role.
    sending: Sending,
) -> impl IntoView {
    let you = member.is_viewer.then(|| view! { " " <span class="badge plain">"You"</span> });
    let role = if member.may_change {
        view! { <RoleForm workspace=workspace.clone() viewer member=member.clone() sending/> }.into_any()
    } else {
        member.role.title().into_any()
    };
    let last_seen = match member.last_seen_at {
        _ if member.is_viewer => view! { <When at=now text="Active now".to_owned()/> }.into_any(),
        Some(at) => view! { <When at text=at.relative(now)/> }.into_any(),
        None => view! { <span class="muted">"Never"</span> }.into_any(),
    };
    view! {
        <tr role="row">
            <th role="rowheader" scope="row">
                <b>{member.email.clone()} {you}</b>
            </th>
            <td role="cell" data-label="Role">
                {role}
            </td>
            <td role="cell" data-label="Responsible for">
                <Responsible tokens=member.tokens keys=member.keys/>
            </td>
            <td role="cell" data-label="Last seen" class="nowrap">
                {last_seen}
            </td>
            <td role="cell" class="c-menu">
                <Actions workspace viewer member/>
            </td>
        </tr>
    }
}

#[component]
fn Responsible(tokens: u64, keys: u64) -> impl IntoView {
    match (tokens, keys) {
        (0, 0) => view! { <span class="muted">"Nothing"</span> }.into_any(),
        (tokens, 0) => count(tokens, "token").into_any(),
        (0, keys) => count(keys, "key").into_any(),
        (tokens, keys) => format!("{}, {}", count(tokens, "token"), count(keys, "key")).into_any(),
    }
}

/// The choice of another role. Its button shows once the choice is another one.
#[component]
fn RoleForm(workspace: String, viewer: Role, member: MemberRow, sending: Sending) -> impl IntoView {
    let options = grantable(viewer)
        .map(|role| {
            view! {
                <option value=role.as_str() selected=role == member.role>
                    {role.title()}
                </option>
            }
        })
        .collect_view();
    view! {
        <SendForm sending class="role-form">
            <input type="hidden" name="workspace" value=workspace/>
            <input type="hidden" name="user" value=member.id.to_string()/>
            <select class="input small" name="role" autocomplete="off" aria-label=format!("Role of {}", member.email)>
                {options}
            </select>
            <button class="btn small" aria-label=format!("Save the role of {}", member.email)>
                "Save"
            </button>
        </SendForm>
    }
}

#[component]
fn Actions(workspace: String, viewer: Role, member: MemberRow) -> impl IntoView {
    let reset = (may(viewer, Action::ResetPassword) && !member.is_viewer).then(|| {
        view! {
            <li>
                <a href=routes::reset_link(&workspace, member.id)>
                    <Icon glyph=Glyph::Key/>
                    " Reset password"
                </a>
            </li>
        }
    });
    let going = if member.is_viewer {
        Some((routes::leave_workspace(&workspace), Glyph::Out, " Leave workspace"))
    } else {
        member.may_change.then(|| (routes::remove_member(&workspace, member.id), Glyph::X, " Remove from workspace"))
    };
    let going = going.map(|(href, glyph, words)| {
        view! {
            <hr/>
            <a class="danger" href=href>
                <Icon glyph/>
                {words}
            </a>
        }
    });
    view! {
        <RowMenu button=menu_id(member.id) id=format!("menu-{}", member.id) owner=member.email>
            <ul role="list">
                <li>
                    <a href=routes::activity_by(&workspace, member.id)>
                        <Icon glyph=Glyph::Pulse/>
                        " See activity"
                    </a>
                </li>
                {reset}
            </ul>
            {going}
        </RowMenu>
    }
}
