//! `/sign-in/code`: the second half of a sign-in. `?next=…` leads on afterwards.

use leptos::{either::EitherOf4, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
};
use crate::web::{
    api::{
        form::Refused,
        sign_in_code::{CodeView, SignInWithBackupCode, SignInWithCode, code_form},
    },
    components::{
        auth::Auth,
        button::Submit,
        callout::InTheOpen,
        field::{CodeField, FieldError, described, invalid},
        fold::Fold,
    },
    navigate::{Go, local},
    routes,
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn SignInCode() -> impl IntoView {
    let query = use_query_map();
    let form = Resource::new(|| (), |()| code_form());
    view! {
        <Title text="Enter your code · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let next = local(&query.get_untracked().get("next").unwrap_or_default());
                match form.await {
                    Ok(CodeView::SignedIn) => EitherOf4::A(view! { <Go to=next/> }),
                    Ok(CodeView::Over) => EitherOf4::B(view! { <Go to=routes::sign_in(&next)/> }),
                    Ok(CodeView::Waiting { email, refused_code, refused_backup, insecure_http }) => {
                        EitherOf4::C(
                            view! {
                                <Card email next insecure_http refused_code refused_backup/>
                            },
                        )
                    }
                    Err(error) => EitherOf4::D(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Card(
    email: String,
    next: String,
    insecure_http: bool,
    refused_code: Option<Refused>,
    refused_backup: Option<Refused>,
) -> impl IntoView {
    let was_refused = refused_backup.is_some();
    let foot = view! {
        {format!("Signing in as {email}. ")}
        <a href=routes::sign_in(&next)>"Use another account"</a>
    };
    view! {
        <Auth foot=foot.into_any()>
            <div>
                <h1>"Enter your code"</h1>
                <p>"Open your authenticator app and type the six digits it shows for Latchkey."</p>
            </div>
            {insecure_http.then(|| view! { <InTheOpen/> })}
            <CodeForm next=next.clone() refused=refused_code autofocus=!was_refused/>
            <Fold summary=|| "Use a backup code" open=Signal::stored(was_refused)>
                <BackupForm next refused=refused_backup/>
            </Fold>
        </Auth>
    }
}

#[component]
fn CodeForm(next: String, refused: Option<Refused>, autofocus: bool) -> impl IntoView {
    let sending = Sending::to::<SignInWithCode>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    view! {
        <SendForm sending class="stack">
            <FormProblem problems fields=&["code"]/>
            <input type="hidden" name="next" value=next/>
            <CodeField
                id="code"
                label="Six-digit code"
                hint=("code-hint", "Codes change every 30 seconds.")
                error_id="code-error"
                message=problems.of("code")
                autofocus
            />
            <Submit pending=sending.pending()>"Sign in"</Submit>
        </SendForm>
    }
}

#[component]
fn BackupForm(next: String, refused: Option<Refused>) -> impl IntoView {
    let sending = Sending::to::<SignInWithBackupCode>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_code = problems.of("backup");
    view! {
        <SendForm sending class="stack">
            <FormProblem problems fields=&["backup"]/>
            <input type="hidden" name="next" value=next/>
            <div class="field">
                <label for="backup">"Backup code"</label>
                <input
                    class="input mono"
                    id="backup"
                    name="backup"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    placeholder="XXXX-XXXX-XXXX-XXXX"
                    maxlength="40"
                    aria-invalid=invalid(at_code)
                    aria-describedby=described(at_code, "backup-error", Some("backup-hint"))
                />
                <p class="hint" id="backup-hint">
                    "Each backup code works once."
                </p>
                <FieldError id="backup-error" message=at_code/>
            </div>
            <Submit class="btn wide" pending=sending.pending()>
                "Sign in with backup code"
            </Submit>
        </SendForm>
    }
}
