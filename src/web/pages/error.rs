//! In place of a page that could not be shown.

use leptos::prelude::*;
use leptos_meta::Title;

use super::not_found::NotFound;
use crate::web::{
    components::{auth::Auth, dialog::Dialog},
    error::UiError,
    navigate::{self, ToSignIn, ToTwoFactor},
    routes,
};

/// What stands for `error` in place of a whole page.
#[component]
pub fn ErrorPage(
    /// Why the page could not be shown.
    error: UiError,
) -> impl IntoView {
    match error {
        UiError::SignedOut => view! { <ToSignIn/> }.into_any(),
        UiError::NotFound => view! { <NotFound/> }.into_any(),
        UiError::NeedsTwoFactor => view! { <ToTwoFactor/> }.into_any(),
        error => view! { <Failure error/> }.into_any(),
    }
}

#[component]
fn Failure(error: UiError) -> impl IntoView {
    let code = error.status();
    navigate::status(code);
    let here = navigate::here();
    view! {
        <Title text="Something failed · Latchkey"/>
        <Auth>
            <div>
                <h1>{heading(&error)}</h1>
                <p>{error.to_string()}</p>
            </div>
            <div class="actions">
                <a class="btn primary" href=here rel="external">
                    "Try again"
                </a>
                <a class="btn" href=routes::HOME>
                    "Go to access tokens"
                </a>
            </div>
            <Facts code/>
        </Auth>
    }
}

/// What to tell whoever is asked for help.
#[component]
pub fn Facts(
    /// The HTTP status.
    code: u16,
) -> impl IntoView {
    // Known where the page was rendered; the browser is told, or it would draw another page than it got.
    let request = SharedValue::new(navigate::request_number).into_inner();
    view! {
        <dl class="facts">
            <dt>"Code"</dt>
            <dd>{code}</dd>
            {request
                .map(|request| {
                    view! {
                        <dt>"Request"</dt>
                        <dd>
                            <code>{request}</code>
                        </dd>
                    }
                })}
        </dl>
    }
}

const fn heading(error: &UiError) -> &'static str {
    match error {
        UiError::NotFound => "This is not here",
        UiError::Forbidden(_) | UiError::OtherSite | UiError::Stale => "This is not for you to do",
        UiError::NeedsTwoFactor => "Two-factor is required here",
        UiError::Invalid(_) | UiError::Refused(_) | UiError::Wait(..) => "This cannot be done now",
        UiError::SignedOut | UiError::Unreachable | UiError::Fault => "Something failed",
    }
}

/// What stands for `error` in place of a dialog over the list. Where the list itself cannot be shown, that says why.
#[component]
pub fn ErrorDialog(
    /// Why the dialog could not be shown.
    error: UiError,
    /// The list below it.
    list: String,
    /// What leads back to it.
    #[prop(default = "Back to access tokens")]
    back: &'static str,
    /// Runs when Escape closes it.
    on_close: Callback<()>,
) -> impl IntoView {
    match error {
        UiError::SignedOut => return view! { <ToSignIn/> }.into_any(),
        UiError::NeedsTwoFactor => return view! { <ToTwoFactor/> }.into_any(),
        _ => {}
    }
    navigate::status(error.status());
    view! {
        <Dialog titled="trouble-title" on_close>
            <section>
                <header>
                    <div>
                        <h2 id="trouble-title">{heading(&error)}</h2>
                        <p>{error.to_string()}</p>
                    </div>
                </header>
                <footer>
                    <a class="btn primary" href=list>
                        {back}
                    </a>
                </footer>
            </section>
        </Dialog>
    }
    .into_any()
}
