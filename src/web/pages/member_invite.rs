//! Inviting: the form, the link that is shown once, and the invitations that are open.

use leptos::{either::EitherOf3, html, prelude::*};

use super::{
    form::{FormProblem, Problems},
    member_row::grantable,
};
use crate::{
    domain::role::Role,
    web::{
        api::{form::Refused, invitations::LinkView, members::InvitationRow},
        components::{
            button::Submit,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            keytag::KeyTag,
            when::When,
        },
        error::UiError,
        send::{SendForm, Sending},
    },
};

/// The id of the link of a new invitation.
pub const LINK: &str = "invitation";

/// Address, role, and the button that makes a link.
#[component]
pub fn InviteForm(
    /// The workspace's slug.
    workspace: String,
    /// The viewer's role.
    role: Role,
    /// What was refused before, without script.
    refused: Option<Refused>,
    /// The form's way.
    sending: Sending,
) -> impl IntoView {
    let typed = |field| refused.as_ref().and_then(|refused| refused.value(field)).unwrap_or_default().to_owned();
    let (email, chosen) = (typed("email"), typed("role"));
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_email = problems.of("email");
    let field = NodeRef::<html::Input>::new();
    // The page is drawn anew around its fields, which keep what was typed.
    Effect::new(move |_| {
        if let (Some(Ok(())), Some(field)) = (answer.get(), field.get_untracked()) {
            field.set_value("");
        }
    });
    let options = grantable(role)
        .map(|role| {
            view! {
                <option value=role.as_str() selected=role.as_str() == chosen>
                    {role.title()}
                </option>
            }
        })
        .collect_view();
    view! {
        <section class="stack tight" aria-label="Invite">
            <FormProblem problems fields=&["email"]/>
            <SendForm sending class="filters">
                <input type="hidden" name="workspace" value=workspace/>
                <div class="search-box">
                    <Icon glyph=Glyph::Users/>
                    <input
                        class="input"
                        type="email"
                        name="email"
                        node_ref=field
                        autocomplete="off"
                        placeholder="name@example.org"
                        aria-label="Email to invite"
                        value=email
                        aria-invalid=invalid(at_email)
                        aria-describedby=described(at_email, "email-error", None)
                    />
                </div>
                <select class="input" name="role" autocomplete="off" aria-label="Role">
                    {options}
                </select>
                <Submit class="btn primary" pending=sending.pending()>
                    <Icon glyph=Glyph::Link/>
                    " Invite by link"
                </Submit>
            </SendForm>
            <FieldError id="email-error" message=at_email/>
        </section>
    }
}

/// The link of a new invitation, or that it was shown before.
#[component]
pub fn NewLink(
    /// What came out of its slot.
    link: Result<LinkView, UiError>,
) -> impl IntoView {
    match link {
        Ok(LinkView::Shown { email, url, expires_at }) => EitherOf3::A(view! {
            <section class="stack tight" aria-labelledby="link-title">
                <h2 class="sr-only" id="link-title">
                    "New invitation"
                </h2>
                <KeyTag secret=url id=LINK label="Invitation link" copy="Copy link" look="btn" warned="link-hint"/>
                <p class="hint" id="link-hint">
                    {format!("Send it to {email} yourself: it is shown once, works once and only for that address, until ")}
                    <time datetime=expires_at.rfc3339()>{expires_at.exact()}</time>
                    "."
                </p>
            </section>
        }),
        Ok(LinkView::AlreadyShown { email }) => EitherOf3::B(view! {
            <p class="hint" id=LINK tabindex="-1">
                {format!("Already shown: the link for {email}. If it is lost, invite {email} again; the old link stops working.")}
            </p>
        }),
        Err(error) => EitherOf3::C(view! { <p class="hint">{error.to_string()}</p> }),
    }
}

/// The invitations that were neither accepted nor taken back.
#[component]
pub fn Invited(
    /// The workspace's slug.
    workspace: String,
    /// The invitations.
    invitations: Vec<InvitationRow>,
    /// The way of the form that takes one back.
    sending: Sending,
) -> impl IntoView {
    let lines = invitations
        .into_iter()
        .map(|invitation| view! { <Line workspace=workspace.clone() invitation sending/> })
        .collect_view();
    view! {
        <section class="stack tight" aria-labelledby="invited-title">
            <h2 id="invited-title">"Invited"</h2>
            <ul class="panel list" role="list">
                {lines}
            </ul>
        </section>
    }
}

#[component]
fn Line(workspace: String, invitation: InvitationRow, sending: Sending) -> impl IntoView {
    let InvitationRow { id, email, role, invited_by, expires_at, may_withdraw } = invitation;
    let label = format!("Withdraw the invitation of {email}");
    let withdraw = may_withdraw.then(|| {
        view! {
            <SendForm sending>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="id" value=id.to_string()/>
                <button class="btn small" aria-label=label>
                    "Withdraw"
                </button>
            </SendForm>
        }
    });
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Link/>
            </span>
            <div>
                <div class="line">
                    <b>{email}</b>
                    " "
                    <span class="badge plain">{role.title()}</span>
                </div>
                <p>
                    {format!("Invited by {invited_by} · link works until ")}
                    <When at=expires_at text=expires_at.date_and_minute()/>
                </p>
            </div>
            {withdraw}
        </li>
    }
}
