//! `/account/two-factor`: setting up a second factor, and what there is of it.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::AccountFrame,
    two_factor_on::On,
    workspace::{Changes, Viewing},
};
use crate::web::{
    api::{
        form::Refused,
        two_factor::{EnrolmentView, State, TurnOffTwoFactor, TurnOnTwoFactor, TwoFactorView, two_factor},
    },
    components::{
        button::Submit,
        callout::{Callout, Tone},
        copy::Copy,
        field::CodeField,
        icon::{Glyph, Icon},
        shell::OwnPage,
    },
    navigate::local,
    routes,
    send::{SendForm, Sending},
};

/// The id of the key as text, which is copied.
const KEY: &str = "setup-key";

/// The page.
#[component]
pub fn TwoFactor() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let query = use_query_map();
    let asked = Resource::new(move || changes.count(), |_| two_factor());
    let done = RwSignal::new(None);
    // They outlive what is drawn anew after them.
    let (on, off) = (Sending::to::<TurnOnTwoFactor>(), Sending::to::<TurnOffTwoFactor>().staying());
    when_done(move || on.value().get(), move || viewing.again());
    when_done(
        move || off.value().get(),
        move || {
            done.set(Some("Two-factor is off.".to_owned()));
            changes.happened();
        },
    );
    view! {
        <Title text="Two-factor · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let next = local(&query.get_untracked().get("next").unwrap_or_default());
                let both = async { Ok((viewing.anybody().await?, asked.await?)) };
                match both.await {
                    Ok((viewer, mut view)) => {
                        view.done = view.done.take().or_else(|| done.get_untracked());
                        Either::Left(
                            view! {
                                <AccountFrame viewer at=OwnPage::TwoFactor>
                                    <Page view next on off/>
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
fn Page(view: TwoFactorView, next: String, on: Sending, off: Sending) -> impl IntoView {
    let TwoFactorView { state, required_by, done, refused, refused_codes } = view;
    match state {
        State::Off(enrolment) => Either::Left(view! { <SetUp enrolment required_by done refused next sending=on/> }),
        State::On { since, codes_left } => {
            Either::Right(view! { <On since codes_left required_by refused refused_codes off/> })
        }
    }
}

/// Where one is in setting it up.
#[component]
pub fn Steps(
    /// Whether the app is connected already.
    connected: bool,
) -> impl IntoView {
    view! {
        <ol class="steps no-print" role="list" aria-label="Progress">
            <li data-done=connected aria-current=(!connected).then_some("step")>
                "Connect your app"
            </li>
            <li aria-current=connected.then_some("step")>"Save backup codes"</li>
        </ol>
    }
}

#[component]
fn SetUp(
    enrolment: EnrolmentView,
    required_by: Vec<String>,
    done: Option<String>,
    refused: Option<Refused>,
    next: String,
    sending: Sending,
) -> impl IntoView {
    let EnrolmentView { key, link, qr, modules } = enrolment;
    let required = (!required_by.is_empty()).then(|| {
        view! {
            <Callout tone=Tone::Warn title=format!("{} requires two-factor", required_by.join(", "))>
                <p>"Until it is on, you see nothing else there."</p>
            </Callout>
        }
    });
    view! {
        <div class="head">
            <div>
                <h1>"Set up two-factor"</h1>
                <p>
                    "After this, signing in takes your password and a code from your phone. A workspace may require it; \
                     without it, that workspace shows you only this page."
                </p>
            </div>
        </div>
        <output>{done.map(|done| view! { <Callout tone=Tone::Ok title=done/> })}</output>
        {required}
        <Steps connected=false/>
        <div class="enrol">
            <div class="qr">
                <svg
                    viewBox=format!("0 0 {modules} {modules}")
                    role="img"
                    aria-label="QR code for your authenticator app"
                >
                    <path d=qr></path>
                </svg>
            </div>
            <div class="stack">
                <div class="stack tight">
                    <h2>"Scan with your authenticator app"</h2>
                    <p class="muted">"Any app that makes six-digit codes will do."</p>
                </div>
                <p>
                    <a class="btn" href=link rel="external">
                        <Icon glyph=Glyph::Phone/>
                        " Open on this device"
                    </a>
                </p>
                <div class="field">
                    <span class="label" id="setup-label">
                        "Or type this key"
                    </span>
                    <code class="secret" id=KEY tabindex="0" role="textbox" aria-readonly="true" aria-labelledby="setup-label">
                        {key}
                    </code>
                    <div class="needs-script">
                        <Copy from=KEY words="Copy key"/>
                    </div>
                </div>
                <hr/>
                <Confirm refused next sending/>
            </div>
        </div>
    }
}

#[component]
fn Confirm(refused: Option<Refused>, next: String, sending: Sending) -> impl IntoView {
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    view! {
        <SendForm sending class="stack">
            <FormProblem problems fields=&["code"]/>
            <input type="hidden" name="next" value=next/>
            <CodeField
                id="code"
                label="Code from the app"
                hint=("code-hint", "Six digits. If it is refused, check that your phone sets its clock automatically.")
                error_id="code-error"
                message=problems.of("code")
            />
            <label class="check">
                <input type="checkbox" name="others" value="end" checked/>
                " "
                <span>
                    "Sign out my other sessions" <small>"They signed in without a code."</small>
                </span>
            </label>
            <div class="actions">
                <Submit class="btn primary" pending=sending.pending()>
                    "Turn on two-factor"
                </Submit>
                <a class="btn quiet" href=routes::PROFILE_PAGE>
                    "Not now"
                </a>
            </div>
        </SendForm>
    }
}
