//! `/sign-in`: email and password. `?next=…` leads on afterwards; `?fresh=1` says that the cookie did not come back.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
};
use crate::web::{
    api::account::{SignIn as SignInForm, SignInView, sign_in_form},
    components::{
        auth::Auth,
        button::Submit,
        callout::{Callout, InTheOpen, Tone},
        field::{FieldError, described, invalid},
    },
    navigate::{Go, local},
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn SignIn() -> impl IntoView {
    let query = use_query_map();
    // A sign-in that was accepted leads back here with `fresh`, to see whether the browser has kept the cookie.
    let is_fresh = move || query.with(|query| query.get("fresh").is_some());
    let form = Resource::new(is_fresh, |_| sign_in_form());
    let sign_in = Sending::to::<SignInForm>();
    let answer = sign_in.value();
    Effect::new(move |_| {
        if answer.get() == Some(Ok(())) && untrack(is_fresh) {
            form.refetch();
        }
    });
    view! {
        <Title text="Sign in · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let asked = query.get_untracked();
                let next = local(&asked.get("next").unwrap_or_default());
                match form.await {
                    Ok(view) if view.signed_in => EitherOf3::A(view! { <Go to=next/> }),
                    Ok(view) => EitherOf3::B(view! { <Card view next lost=untrack(is_fresh) sign_in/> }),
                    Err(error) => EitherOf3::C(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Card(view: SignInView, next: String, lost: bool, sign_in: Sending) -> impl IntoView {
    let SignInView { refused, host, insecure_http, .. } = view;
    let answer = sign_in.value();
    let email = refused.as_ref().and_then(|refused| refused.value("email")).unwrap_or_default().to_owned();
    let was_refused = refused.is_some();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    // A refusal never says which of the two was wrong; it stands at the password, where one types again.
    let (wrong, refusal) = (problems.of("password"), problems.refusal());
    let at_password = Signal::derive(move || wrong.get().or_else(|| refusal.get()));
    let at_email = problems.of("email");
    view! {
        <Auth host=host.clone()>
            <div>
                <h1>"Sign in"</h1>
                <p>"Use the account you were invited with."</p>
            </div>
            {insecure_http.then(|| view! { <InTheOpen/> })}
            {lost.then(|| view! { <CookieLost host/> })}
            <SendForm sending=sign_in class="stack">
                <FormProblem problems fields=&["email", "password"] refusals=false/>
                <input type="hidden" name="next" value=next/>
                <div class="field">
                    <label for="email">"Email"</label>
                    <input
                        class="input"
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="username"
                        autofocus=!was_refused
                        value=email
                        aria-invalid=invalid(at_email)
                        aria-describedby=described(at_email, "email-error", None)
                    />
                    <FieldError id="email-error" message=at_email/>
                </div>
                <div class="field">
                    <label for="password">"Password"</label>
                    <input
                        class="input"
                        id="password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        autofocus=was_refused
                        aria-invalid=invalid(at_password)
                        aria-describedby=described(at_password, "password-error", None)
                    />
                    <FieldError id="password-error" message=at_password/>
                </div>
                <Submit pending=sign_in.pending()>"Continue"</Submit>
            </SendForm>
            <p class="hint">"Forgot your password? Ask an owner of your workspace or the operator."</p>
        </Auth>
    }
}

#[component]
fn CookieLost(host: String) -> impl IntoView {
    view! {
        <Callout tone=Tone::Warn title="This browser did not keep the sign-in">
            <p>
                "Allow cookies for this site, and use the address " <span class="mono">{host}</span> "."
            </p>
        </Callout>
    }
}
