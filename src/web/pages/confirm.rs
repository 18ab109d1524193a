//! Typing the password again before a sensitive act: as a dialog over the page whose form was refused, which it then
//! sends once more; and without script as a page of its own, `/confirm`, from which one comes back to that form.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
};
use crate::web::{
    api::account::{ConfirmView, Reauthenticate, confirm_form},
    components::{
        auth::Auth,
        button::Submit,
        dialog::Dialog,
        field::{AnyCodeField, PasswordField},
    },
    error::UiError,
    navigate,
    send::{Confirm, SendForm, Sending},
};

const TITLE: &str = "Confirm that it is you";
const WHY: &str = "This needs a sign-in that is younger than 30 minutes. What you typed stays as it is.";

/// The dialog, while a form waits for it.
#[component]
pub fn ConfirmDialog(
    /// Whether it asks for a code, too.
    has_two_factor: bool,
) -> impl IntoView {
    let confirm = expect_context::<Confirm>();
    let asked = confirm.is_asked();
    move || {
        asked.get().then(|| {
            let sending = Sending::to::<Reauthenticate>().that_confirms();
            let answer = sending.value();
            when_done(move || answer.get(), move || confirm.done());
            let problems = Problems::new(move || answer.get(), None);
            view! {
                <Dialog titled="confirm-title" on_close=Callback::new(move |()| confirm.cancel())>
                    <SendForm sending>
                        <header>
                            <div>
                                <h2 id="confirm-title">{TITLE}</h2>
                                <p>{WHY}</p>
                            </div>
                        </header>
                        <div class="body">
                            <Fields problems has_two_factor/>
                        </div>
                        <footer>
                            <button class="btn" type="button" on:click=move |_| confirm.cancel()>
                                "Cancel"
                            </button>
                            <Submit class="btn primary" pending=sending.pending()>
                                "Confirm"
                            </Submit>
                        </footer>
                    </SendForm>
                </Dialog>
            }
        })
    }
}

#[component]
fn Fields(problems: Problems, has_two_factor: bool) -> impl IntoView {
    let code = has_two_factor.then(|| {
        view! { <AnyCodeField id="confirm-code" error_id="confirm-code-error" message=problems.of("code")/> }
    });
    view! {
        <FormProblem problems fields=&["password", "code"]/>
        <PasswordField
            name="password"
            label="Password"
            autocomplete="current-password"
            error_id="password-error"
            message=problems.of("password")
            autofocus=true
        />
        {code}
    }
}

/// The page.
#[component]
pub fn ConfirmPage() -> impl IntoView {
    let query = use_query_map();
    let asked = Resource::new(|| (), |()| confirm_form());
    view! {
        <Title text="Confirm that it is you · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let next = navigate::local(&query.get_untracked().get("next").unwrap_or_default());
                match asked.await {
                    Ok(ConfirmView { has_two_factor, refused }) => {
                        let refused = refused.map(|refused| refused.error);
                        Either::Left(view! { <Card next has_two_factor refused/> })
                    }
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Card(next: String, has_two_factor: bool, refused: Option<UiError>) -> impl IntoView {
    let sending = Sending::to::<Reauthenticate>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused);
    let back = next.clone();
    view! {
        <Auth>
            <div>
                <h1>{TITLE}</h1>
                <p>{WHY}</p>
            </div>
            <SendForm sending class="stack">
                <input type="hidden" name="next" value=next/>
                <Fields problems has_two_factor/>
                <Submit pending=sending.pending()>"Confirm"</Submit>
            </SendForm>
            <p>
                <a href=back>"Back without confirming"</a>
            </p>
        </Auth>
    }
}
