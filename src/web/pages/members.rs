//! `/w/{slug}/members`: who is in a workspace, who is invited, and whatever dialog lies over it. `?invited=inv_…` shows
//! the link of a new invitation, once.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
    frame::{Frame, may},
    member_invite::{InviteForm, Invited, LINK, NewLink},
    member_reset::ResetLink,
    member_row::Row,
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::policy::Action,
    web::{
        api::{
            invitations::{Invite, WithdrawInvitation, reveal_invitation},
            members::{ChangeRole, MembersView, list_members},
            password_reset::reveal_reset_link,
        },
        components::{
            pager::Pager,
            shell::{Current, Section},
            table::Table,
        },
        error::UiError,
        navigate::FocusNext,
        routes,
        send::Sending,
    },
};

/// The id of the heading, which gets the focus when nothing better is left.
pub const HEADING: &str = "members-title";

/// One page of the list, with the workspace and the place that it is the answer to.
type Listed = (String, String, MembersView);

/// The forms of the page. They outlive the list, which is drawn anew after each.
#[derive(Clone, Copy)]
pub struct Forms {
    /// Invites.
    pub invite: Sending,
    /// Gives a member another role.
    pub role: Sending,
    /// Takes an invitation back.
    pub withdraw: Sending,
}

/// The list behind a dialog.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// The workspace's slug.
    pub workspace: Signal<String>,
}

impl Behind {
    /// The address of the list, without the dialog.
    #[must_use]
    pub fn href(self) -> String {
        routes::members(&self.workspace.get_untracked())
    }
}

/// The route around the list and its dialogs.
#[component]
pub fn Members() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let (params, query) = (use_params_map(), use_query_map());
    let workspace = Signal::derive(move || params.with(routes::workspace));
    let asked = move |name| move || query.with(|query| query.get(name).unwrap_or_default());
    let (after, invited) = (Memo::new(move |_| asked("after")()), Memo::new(move |_| asked("invited")()));
    let reset = Memo::new(move |_| asked("reset")());
    let listed = Resource::new(
        move || (workspace.get(), after.get(), changes.count()),
        |(workspace, after, _)| async move {
            let view = list_members(workspace.clone(), after.clone()).await?;
            Ok((workspace, after, view))
        },
    );
    let link = Resource::new(
        move || (workspace.get(), invited.get()),
        |(workspace, id)| async move { if id.is_empty() { None } else { Some(reveal_invitation(workspace, id).await) } },
    );
    let reset = Resource::new(
        move || (workspace.get(), reset.get()),
        |(workspace, id)| async move { if id.is_empty() { None } else { Some(reveal_reset_link(workspace, id).await) } },
    );
    let forms = forms(changes);
    provide_context(Behind { workspace });
    // The dialog comes first: its title then gives way to that of an error page, on the server and in the browser.
    view! {
        <Outlet/>
        <Transition>
            {move || Suspend::new(async move {
                let link = match (link.await, reset.await) {
                    (Some(link), _) => Some(view! { <NewLink link/> }.into_any()),
                    (None, Some(link)) => Some(view! { <ResetLink link/> }.into_any()),
                    (None, None) => None,
                };
                match shown(viewing, listed).await {
                    Ok((here, after, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Members, Current::Page)>
                                    <Page here after view link forms/>
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

fn forms(changes: Changes) -> Forms {
    let focus_next = expect_context::<FocusNext>();
    let forms = Forms {
        invite: Sending::to::<Invite>(),
        role: Sending::to::<ChangeRole>(),
        withdraw: Sending::to::<WithdrawInvitation>(),
    };
    for form in [forms.invite, forms.role, forms.withdraw] {
        let answer = form.value();
        Effect::new(move |_| {
            if answer.get() == Some(Ok(())) {
                changes.happened();
            }
        });
    }
    Effect::new(move |_| {
        if forms.invite.value().get() == Some(Ok(())) {
            focus_next.set(LINK.to_owned());
        }
    });
    forms
}

async fn shown(
    viewing: Viewing,
    listed: Resource<Result<Listed, UiError>>,
) -> Result<(Here, String, MembersView), UiError> {
    let (workspace, after, view) = listed.await?;
    Ok((viewing.enter(&workspace).await?, after, view))
}

/// The list without a dialog.
#[component]
pub fn Index() -> impl IntoView {
    view! { <Title text="Members · Latchkey"/> }
}

#[component]
fn Page(here: Here, after: String, mut view: MembersView, link: Option<AnyView>, forms: Forms) -> impl IntoView {
    let workspace = here.workspace.slug;
    let refused = view.refused.take().map(|refused| refused.error);
    let answer = move || {
        let failed = |form: Sending| form.value().get().filter(Result::is_err);
        failed(forms.role).or_else(|| failed(forms.withdraw))
    };
    let problems = Problems::new(answer, refused);
    let invite = may(view.role, Action::Invite).then(|| {
        let refused = view.refused_invitation.take();
        view! { <InviteForm workspace=workspace.clone() role=view.role refused sending=forms.invite/> }
    });
    let invitations = std::mem::take(&mut view.invitations);
    let invited = (!invitations.is_empty()).then(|| {
        view! { <Invited workspace=workspace.clone() invitations sending=forms.withdraw/> }
    });
    view! {
        <div class="head">
            <div>
                <h1 id=HEADING tabindex="-1">
                    "Members"
                </h1>
                <p>
                    "Everyone here sees all projects, tokens and API keys, never their secrets. Owners and Admins also \
                     create, edit and revoke them, and invite people. Only an Owner makes another Owner."
                </p>
            </div>
        </div>
        {invite}
        {link}
        <FormProblem problems fields=&[]/>
        <List workspace after view sending=forms.role/>
        <p class="hint">
            "Each token and API key has one person who answers for it. It never does more than that person’s role allows now."
        </p>
        {invited}
    }
}

#[component]
fn List(workspace: String, after: String, view: MembersView, sending: Sending) -> impl IntoView {
    const COLUMNS: &[&str] = &["Account", "Role", "Responsible for", "Last seen"];
    let MembersView { now, role, members, more, .. } = view;
    let next = more.map(|place| routes::members_after(&workspace, &place));
    let previous = (!after.is_empty()).then(|| routes::members(&workspace));
    let pager = (next.is_some() || previous.is_some()).then(|| {
        view! {
            <footer>
                <span>"Those who joined first come first."</span>
                <Pager previous next/>
            </footer>
        }
    });
    let rows = members
        .into_iter()
        .map(|member| view! { <Row workspace=workspace.clone() viewer=role member now sending/> })
        .collect_view();
    view! {
        <section class="panel" aria-labelledby=HEADING>
            <Table caption="Members" columns=COLUMNS>
                {rows}
            </Table>
            {pager}
        </section>
    }
}
