//! A link by which a member chooses a new password: the question before it is made, and the link, shown once.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    form::{FormProblem, Problems},
    members::{Behind, HEADING},
    over::{Back, Cancel, Head, Over},
    workspace::Viewing,
};
use crate::web::{
    api::password_reset::{MakeResetLink, ResetLinkView, ResetQuestion, before_reset},
    components::{button::Submit, keytag::KeyTag},
    error::UiError,
    routes,
    send::{SendForm, Sending},
};

/// The dialog.
#[component]
pub fn MemberReset() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let params = use_params_map();
    let id = move || params.with(routes::id);
    let asked = Resource::new(
        move || (behind.workspace.get(), id()),
        |(workspace, user)| async move { before_reset(workspace, user).await },
    );
    let back = Back { href: Signal::derive(move || behind.href()), opener: HEADING, words: "Back to members" };
    view! {
        <Title text="Reset password · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let workspace = behind.workspace.get_untracked();
                // Where there is no list to lie over, the list says why.
                viewing.enter(&workspace).await.ok()?;
                let user = untrack(id);
                let content = asked.await.map(|view| view! { <Question workspace user view back/> }.into_any());
                Some(view! { <Over back content/> })
            })}
        </Transition>
    }
}

#[component]
fn Question(workspace: String, user: String, view: ResetQuestion, back: Back) -> impl IntoView {
    let sending = Sending::to::<MakeResetLink>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), view.refused.map(|refused| refused.error));
    view! {
        <SendForm sending>
            <Head
                title=format!("Reset the password of {}?", view.email)
                text="You get a link to send them yourself. It works once, for 30 minutes; using it signs them out \
                      everywhere. Their second factor stays."
                back
            />
            <div class="body">
                <FormProblem problems fields=&[]/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="user" value=user/>
            </div>
            <footer>
                <Cancel back autofocus=true/>
                <Submit class="btn primary" pending=sending.pending()>
                    "Make reset link"
                </Submit>
            </footer>
        </SendForm>
    }
}

/// The id of the link that was made.
pub const LINK: &str = "reset-link";

/// A link that was made, or that it was shown before.
#[component]
pub fn ResetLink(
    /// What came out of its slot.
    link: Result<ResetLinkView, UiError>,
) -> impl IntoView {
    match link {
        Ok(ResetLinkView { email, expires_at, url: Some(url) }) => EitherOf3::A(view! {
            <section class="stack tight" aria-labelledby="link-title">
                <h2 class="sr-only" id="link-title">
                    "Reset link"
                </h2>
                <KeyTag secret=url id=LINK label="Reset link" copy="Copy link" look="btn" warned="link-hint"/>
                <p class="hint" id="link-hint">
                    {format!("Send it to {email} yourself: it is shown once and works once, until ")}
                    <time datetime=expires_at.rfc3339()>{expires_at.exact()}</time>
                    "."
                </p>
            </section>
        }),
        Ok(ResetLinkView { email, .. }) => EitherOf3::B(view! {
            <p class="hint" id=LINK tabindex="-1">
                {format!("Already shown: the link for {email}. If it is lost, make another one; the old link stops working.")}
            </p>
        }),
        Err(error) => EitherOf3::C(view! { <p class="hint">{error.to_string()}</p> }),
    }
}
