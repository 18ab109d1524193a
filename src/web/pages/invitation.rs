//! `/invitations/{code}`: what somebody sees who was sent the link.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
    frame::SignOutForm,
};
use crate::web::{
    api::invitations::{AcceptAsNewcomer, AcceptInvitation, InvitationView, OfferView, Reader, invitation},
    components::{
        auth::Auth,
        button::Submit,
        callout::InTheOpen,
        field::{FieldError, described, invalid},
    },
    navigate::{self, Go},
    routes,
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn Invitation() -> impl IntoView {
    let params = use_params_map();
    let code = move || params.with(|params| params.get("code").unwrap_or_default());
    let asked = Resource::new(code, invitation);
    view! {
        <Title text="Invitation · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match asked.await {
                    Ok(view) => Either::Left(view! { <Card view code=untrack(code)/> }),
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Card(view: InvitationView, code: String) -> impl IntoView {
    match view {
        InvitationView::Open(offer) => view! { <Offer offer=*offer code/> }.into_any(),
        InvitationView::Member(to) => view! { <Go to/> }.into_any(),
        InvitationView::ForAnother(email) => view! { <ForAnother email/> }.into_any(),
        InvitationView::Over => view! { <Over/> }.into_any(),
    }
}

#[component]
fn Over() -> impl IntoView {
    navigate::status(404);
    view! {
        <Auth>
            <div>
                <h1>"This invitation does not work"</h1>
                <p>"It was used or taken back, or its time is over. Ask whoever invited you for another one."</p>
            </div>
            <div class="actions">
                <a class="btn" href=routes::HOME>
                    "Go to Latchkey"
                </a>
            </div>
        </Auth>
    }
}

#[component]
fn ForAnother(email: String) -> impl IntoView {
    view! {
        <Auth>
            <div>
                <h1>"This invitation is for another address"</h1>
                <p>{format!("You are signed in as {email}. Sign out, then open the link again.")}</p>
            </div>
            <SignOutForm class="btn"/>
        </Auth>
    }
}

#[component]
fn Offer(offer: OfferView, code: String) -> impl IntoView {
    let OfferView { workspace, email, role, invited_by, reader, refused, host, insecure_http } = offer;
    let refused = refused.map(|refused| refused.error);
    let rest = match reader {
        Reader::Account => {
            let accept = Sending::to::<AcceptInvitation>();
            let answer = accept.value();
            let problems = Problems::new(move || answer.get(), refused);
            view! {
                <SendForm sending=accept class="stack">
                    <FormProblem problems fields=&[]/>
                    <input type="hidden" name="code" value=code/>
                    <Submit pending=accept.pending()>"Join workspace"</Submit>
                </SendForm>
                <p class="hint">{format!("You are signed in as {email}.")}</p>
            }
            .into_any()
        }
        Reader::MustSignIn => view! {
            <p class="hint">{format!("{email} has an account here. Sign in with it to join.")}</p>
            <a class="btn primary wide" href=routes::sign_in(&routes::invitation(&code))>
                "Sign in to join"
            </a>
        }
        .into_any(),
        Reader::Newcomer => {
            let accept = Sending::to::<AcceptAsNewcomer>();
            let answer = accept.value();
            let problems = Problems::new(move || answer.get(), refused);
            view! { <NewAccount code email problems sending=accept/> }.into_any()
        }
    };
    view! {
        <Auth host>
            <div>
                <h1>{format!("Join {workspace}")}</h1>
                <p>{format!("{invited_by} invites you as {}.", role.title())}</p>
            </div>
            {insecure_http.then(|| view! { <InTheOpen/> })}
            {rest}
        </Auth>
    }
}

#[component]
fn NewAccount(code: String, email: String, problems: Problems, sending: Sending) -> impl IntoView {
    let at_password = problems.of("password");
    view! {
        <SendForm sending class="stack">
            <FormProblem problems fields=&["password"]/>
            <input type="hidden" name="code" value=code/>
            <div class="field">
                <label for="email">"Email"</label>
                <input class="input" id="email" type="email" autocomplete="username" readonly value=email/>
            </div>
            <div class="field">
                <label for="password">"Choose a password"</label>
                <input
                    class="input"
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="new-password"
                    autofocus
                    aria-invalid=invalid(at_password)
                    aria-describedby=described(at_password, "password-error", Some("password-hint"))
                />
                <p class="hint" id="password-hint">
                    "12 to 256 characters. Not a common one, not your email."
                </p>
                <FieldError id="password-error" message=at_password/>
            </div>
            <Submit pending=sending.pending()>"Create account and join"</Submit>
        </SendForm>
    }
}
