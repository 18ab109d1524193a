//! `/account/profile`: the viewer's address and password.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::AccountFrame,
    workspace::{Changes, Viewing},
};
use crate::web::{
    api::{
        form::Refused,
        profile::{ChangeEmail, ChangePassword, ProfileView, profile},
    },
    components::{
        button::Submit,
        callout::{Callout, Tone},
        field::{FieldError, PasswordField, described, invalid},
        shell::OwnPage,
    },
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn Profile() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let asked = Resource::new(move || changes.count(), |_| profile());
    let done = RwSignal::new(None);
    let (email, password) = (Sending::to::<ChangeEmail>().staying(), Sending::to::<ChangePassword>().staying());
    for (form, words) in
        [(email, "Email changed."), (password, "Password changed. Your other sessions are signed out.")]
    {
        let answer = form.value();
        when_done(
            move || answer.get(),
            move || {
                done.set(Some(words.to_owned()));
                changes.happened();
            },
        );
    }
    view! {
        <Title text="Profile · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let both = async { Ok((viewing.anybody().await?, asked.await?)) };
                match both.await {
                    Ok((viewer, mut view)) => {
                        let done = view.done.take().or_else(|| done.get_untracked());
                        Either::Left(
                            view! {
                                <AccountFrame viewer at=OwnPage::Profile>
                                    <Page view done email password/>
                                </AccountFrame>
                            },
                        )
                    }
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Page(view: ProfileView, done: Option<String>, email: Sending, password: Sending) -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1>"Profile"</h1>
                <p>"The email and password that you sign in with."</p>
            </div>
        </div>
        <output>{done.map(|done| view! { <Callout tone=Tone::Ok title=done/> })}</output>
        <EmailForm email=view.email refused=view.refused_email sending=email/>
        <PasswordForm refused=view.refused_password sending=password/>
    }
}

#[component]
fn EmailForm(email: String, refused: Option<Refused>, sending: Sending) -> impl IntoView {
    let answer = sending.value();
    let typed = refused.as_ref().and_then(|refused| refused.value("email")).unwrap_or(&email).to_owned();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_email = problems.of("email");
    view! {
        <section class="panel pad" aria-labelledby="email-title">
            <h2 id="email-title">"Email"</h2>
            <SendForm sending class="stack">
                <FormProblem problems fields=&["email", "password"]/>
                <div class="field">
                    <label for="email">"Email"</label>
                    <input
                        class="input"
                        id="email"
                        name="email"
                        type="email"
                        autocomplete="username"
                        value=typed
                        aria-invalid=invalid(at_email)
                        aria-describedby=described(at_email, "email-error", None)
                    />
                    <FieldError id="email-error" message=at_email/>
                </div>
                <PasswordField
                    name="password"
                    label="Password, to confirm"
                    autocomplete="current-password"
                    error_id="password-error"
                    message=problems.of("password")
                />
                <div class="actions">
                    <Submit class="btn" pending=sending.pending()>
                        "Change email"
                    </Submit>
                </div>
            </SendForm>
        </section>
    }
}

#[component]
fn PasswordForm(refused: Option<Refused>, sending: Sending) -> impl IntoView {
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_old = problems.of("password");
    view! {
        <section class="panel pad" aria-labelledby="password-title">
            <h2 id="password-title">"Password"</h2>
            <SendForm sending class="stack">
                <FormProblem problems fields=&["password", "new_password"]/>
                <div class="field">
                    <label for="old-password">"Password now"</label>
                    <input
                        class="input"
                        id="old-password"
                        name="password"
                        type="password"
                        autocomplete="current-password"
                        aria-invalid=invalid(at_old)
                        aria-describedby=described(at_old, "old-password-error", None)
                    />
                    <FieldError id="old-password-error" message=at_old/>
                </div>
                <PasswordField
                    name="new_password"
                    label="New password"
                    autocomplete="new-password"
                    error_id="new_password-error"
                    message=problems.of("new_password")
                    hint=Some(("new_password-hint", "12 to 256 characters. Not a common one, not your email."))
                />
                <div class="actions">
                    <Submit class="btn" pending=sending.pending()>
                        "Change password"
                    </Submit>
                </div>
                <p class="hint">"Your other sessions are signed out."</p>
            </SendForm>
        </section>
    }
}
