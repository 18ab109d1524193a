//! `…/members/{id}/remove`, `…/members/{id}/role` and `…/members/leave`: the question before somebody goes, or becomes a
//! member only. It lists the tokens and keys that they answer for and asks what becomes of them.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    error::ErrorDialog,
    form::{FormProblem, Problems, when_done},
    member_row::menu_id,
    members::{Behind, HEADING},
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{credential::Kind, id::UserId, role::Role, timestamp::Timestamp},
    web::{
        api::members::{ChangeRole, LeaveWorkspace, MemberRow, PartingView, RemoveMember, TheirsRow, before_parting},
        components::{
            button::Submit,
            dialog::Dialog,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            number::count,
            when::When,
        },
        navigate::FocusNext,
        routes,
        send::{SendForm, Sending},
    },
};

const BACK: &str = "Back to members";

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Somebody is removed.
    Remove,
    /// Somebody becomes a member only.
    Demote,
    /// The viewer leaves.
    Leave,
}

impl Parting {
    const fn title(self) -> &'static str {
        match self {
            Self::Remove => "Remove a member · Latchkey",
            Self::Demote => "Change a role · Latchkey",
            Self::Leave => "Leave a workspace · Latchkey",
        }
    }

    fn sending(self) -> Sending {
        match self {
            Self::Remove => Sending::to::<RemoveMember>(),
            Self::Demote => Sending::to::<ChangeRole>(),
            Self::Leave => Sending::to::<LeaveWorkspace>(),
        }
    }

    fn question(self, email: &str, workspace: &str) -> String {
        match self {
            Self::Remove => format!("Remove {email}?"),
            Self::Demote => format!("Make {email} a Member?"),
            Self::Leave => format!("Leave {workspace}?"),
        }
    }

    const fn effect(self) -> &'static str {
        match self {
            Self::Remove => "They lose this workspace at once.",
            Self::Demote => "They will see everything here and change nothing.",
            Self::Leave => "You lose this workspace at once.",
        }
    }

    const fn button(self) -> &'static str {
        match self {
            Self::Remove => "Remove member",
            Self::Demote => "Change role",
            Self::Leave => "Leave workspace",
        }
    }
}

/// The dialog.
#[component]
pub fn MemberParting(
    /// Which of the three.
    parting: Parting,
) -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let focus_next = expect_context::<FocusNext>();
    let params = use_params_map();
    let id = move || params.with(routes::id);
    let asked = Resource::new(
        move || (behind.workspace.get(), id()),
        |(workspace, user)| async move { before_parting(workspace, user).await },
    );
    let back = move || {
        let opener = untrack(id).parse::<UserId>().map_or_else(|_| HEADING.to_owned(), menu_id);
        focus_next.set(opener);
    };
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        back();
        navigate(&behind.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Title text=parting.title()/>
        <Transition>
            {move || Suspend::new(async move {
                // Where there is no list to lie over, the list says why.
                let here = viewing.enter(&behind.workspace.get_untracked()).await.ok()?;
                let close = Close { href: behind.href(), back: Callback::new(move |()| back()) };
                let (name, slug) = (here.workspace.name, here.workspace.slug);
                Some(
                    match asked.await {
                        Ok(view) if view.is_last_owner => {
                            EitherOf3::A(
                                view! {
                                    <Dialog titled="parting-title" on_close>
                                        <Pointless heading=parting.question(&view.member.email, &name) close/>
                                    </Dialog>
                                },
                            )
                        }
                        Ok(view) => {
                            let heading = parting.question(&view.member.email, &name);
                            EitherOf3::B(
                                view! {
                                    <Dialog titled="parting-title" on_close>
                                        <Question parting workspace=slug heading view close/>
                                    </Dialog>
                                },
                            )
                        }
                        Err(error) => {
                            EitherOf3::C(view! { <ErrorDialog error list=close.href back=BACK on_close/> })
                        }
                    },
                )
            })}
        </Transition>
    }
}

/// The links that close the dialog.
#[derive(Clone)]
struct Close {
    href: String,
    back: Callback<()>,
}

#[component]
fn Pointless(heading: String, close: Close) -> impl IntoView {
    let Close { href, back } = close;
    view! {
        <section>
            <header>
                <div>
                    <h2 id="parting-title">{heading}</h2>
                    <p>"A workspace always keeps one owner. Make somebody else an Owner first."</p>
                </div>
            </header>
            <footer>
                <a class="btn primary" href=href on:click=move |_| back.run(())>
                    {BACK}
                </a>
            </footer>
        </section>
    }
}

#[component]
fn Question(parting: Parting, workspace: String, heading: String, view: PartingView, close: Close) -> impl IntoView {
    let (changes, focus_next) = (expect_context::<Changes>(), expect_context::<FocusNext>());
    let sending = parting.sending();
    let answer = sending.value();
    let user = view.member.id;
    when_done(
        move || answer.get(),
        move || {
            focus_next.set(if parting == Parting::Demote { menu_id(user) } else { HEADING.to_owned() });
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), view.refused.as_ref().map(|refused| refused.error.clone()));
    let text = match responsible(&view.member) {
        None => parting.effect().to_owned(),
        Some(what) if parting == Parting::Leave => format!("{} You are responsible for {what}.", parting.effect()),
        Some(what) => format!("{} They are responsible for {what}.", parting.effect()),
    };
    let Close { href, back } = close;
    view! {
        <SendForm sending>
            <header>
                <div>
                    <h2 id="parting-title">{heading}</h2>
                    <p>{text}</p>
                </div>
            </header>
            <div class="body">
                <FormProblem problems fields=&["to"]/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="user" value=user.to_string()/>
                <input type="hidden" name="role" value=Role::Member.as_str()/>
                <Theirs view problems/>
            </div>
            <footer>
                <a class="btn" href=href autofocus on:click=move |_| back.run(())>
                    "Cancel"
                </a>
                <Submit class="btn danger primary" pending=sending.pending()>
                    {parting.button()}
                </Submit>
            </footer>
        </SendForm>
    }
}

/// `1 token and 2 API keys`; nothing for none.
fn responsible(member: &MemberRow) -> Option<String> {
    let tokens = (member.tokens > 0).then(|| count(member.tokens, "token"));
    let keys = (member.keys > 0).then(|| count(member.keys, "API key"));
    match (tokens, keys) {
        (Some(tokens), Some(keys)) => Some(format!("{tokens} and {keys}")),
        (tokens, keys) => tokens.or(keys),
    }
}

/// What they answer for, and what becomes of it.
#[component]
fn Theirs(view: PartingView, problems: Problems) -> impl IntoView {
    let total = view.member.tokens + view.member.keys;
    if total == 0 {
        return view! { <input type="hidden" name="credentials" value="revoke"/> }.into_any();
    }
    let now = view.now;
    let unlisted = total.saturating_sub(view.theirs.len() as u64);
    let lines = view.theirs.into_iter().map(|one| view! { <Line one now/> }).collect_view();
    let typed = |field| view.refused.as_ref().and_then(|refused| refused.value(field)).unwrap_or_default().to_owned();
    let (credentials, to) = (typed("credentials"), typed("to"));
    view! {
        <ul class="panel list" role="list" aria-label="Responsible for">
            {lines}
            {(unlisted > 0).then(|| view! { <li class="more">{format!("and {unlisted} more")}</li> })}
        </ul>
        <Fate total heirs=view.heirs hands_over=credentials == "hand_over" to problems/>
    }
    .into_any()
}

#[component]
fn Line(one: TheirsRow, now: Timestamp) -> impl IntoView {
    let noun = match one.kind {
        Kind::AccessToken => "Token · ",
        Kind::ApiKey => "API key · ",
    };
    let used = match one.last_used_at {
        Some(at) => view! { <When at text=format!("Used {}", at.relative(now))/> }.into_any(),
        None => view! { <span class="hint">"Never used"</span> }.into_any(),
    };
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Key/>
            </span>
            <div>
                <div class="line">
                    <b>{one.name}</b>
                </div>
                <p>
                    {noun}
                    <code>{format!("{}…", one.hint)}</code>
                </p>
            </div>
            {used}
        </li>
    }
}

/// Revoke, or hand over to whom. Where there is nobody to hand over to, that is said.
#[component]
fn Fate(
    total: u64,
    heirs: Vec<(UserId, String, Role)>,
    hands_over: bool,
    to: String,
    problems: Problems,
) -> impl IntoView {
    let (them, those) = if total == 1 { ("it", "It keeps") } else { ("them", "They keep") };
    let revoke = match total {
        1 => "Revoke it".to_owned(),
        2 => "Revoke both".to_owned(),
        many => format!("Revoke all {many}"),
    };
    if heirs.is_empty() {
        return view! {
            <input type="hidden" name="credentials" value="revoke"/>
            <p class="hint">
                {format!("Tools using {them} stop working at once: there is no other owner or admin to hand {them} over to.")}
            </p>
        }
        .into_any();
    }
    let at_to = problems.of("to");
    let options = heirs
        .into_iter()
        .map(|(id, email, role)| {
            let id = id.to_string();
            let selected = id == to;
            view! {
                <option value=id selected=selected>
                    {format!("{email} ({})", role.title())}
                </option>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>{format!("What happens to {them}")}</legend>
            <div class="choices">
                <label class="check choice">
                    <input type="radio" name="credentials" value="revoke" checked=!hands_over/>
                    " "
                    <span>{revoke} <small>{format!("Tools using {them} stop working at once.")}</small></span>
                </label>
                <label class="check choice">
                    <input type="radio" name="credentials" value="hand_over" checked=hands_over/>
                    " "
                    <span>
                        {format!("Hand {them} over")} <small>{format!("{those} working, under another person.")}</small>
                    </span>
                </label>
            </div>
        </fieldset>
        <div class="field when-handed">
            <label for="to">"New responsible person"</label>
            <select
                class="input"
                id="to"
                name="to"
                aria-invalid=invalid(at_to)
                aria-describedby=described(at_to, "to-error", None)
            >
                {options}
            </select>
            <FieldError id="to-error" message=at_to/>
        </div>
    }
    .into_any()
}
