//! `/reset/{code}`: choosing a new password by a link.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
};
use crate::web::{
    api::password_reset::{ResetPassword, ResetView, reset_form},
    components::{auth::Auth, button::Submit, callout::InTheOpen, field::PasswordField},
    navigate, routes,
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn Reset() -> impl IntoView {
    let params = use_params_map();
    let code = move || params.with(|params| params.get("code").unwrap_or_default());
    let asked = Resource::new(code, reset_form);
    view! {
        <Title text="New password · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match asked.await {
                    Ok(ResetView { email: None, .. }) => EitherOf3::A(view! { <Over/> }),
                    Ok(view) => EitherOf3::B(view! { <Card view code=untrack(code)/> }),
                    Err(error) => EitherOf3::C(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Over() -> impl IntoView {
    navigate::status(404);
    view! {
        <Auth>
            <div>
                <h1>"This link does not work"</h1>
                <p>"It was used or replaced, or its time is over. Ask for another one."</p>
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
fn Card(view: ResetView, code: String) -> impl IntoView {
    let ResetView { email, refused, host, insecure_http } = view;
    let sending = Sending::to::<ResetPassword>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    view! {
        <Auth host>
            <div>
                <h1>"Choose a new password"</h1>
                <p>"You are signed out everywhere; then sign in with it."</p>
            </div>
            {insecure_http.then(|| view! { <InTheOpen/> })}
            <SendForm sending class="stack">
                <FormProblem problems fields=&["password"]/>
                <input type="hidden" name="code" value=code/>
                <div class="field">
                    <label for="email">"Email"</label>
                    <input class="input" id="email" type="email" autocomplete="username" readonly value=email/>
                </div>
                <PasswordField
                    name="password"
                    label="New password"
                    autocomplete="new-password"
                    error_id="password-error"
                    message=problems.of("password")
                    hint=Some(("password-hint", "12 to 256 characters. Not a common one, not your email."))
                    autofocus=true
                />
                <Submit pending=sending.pending()>"Set password"</Submit>
            </SendForm>
        </Auth>
    }
}
