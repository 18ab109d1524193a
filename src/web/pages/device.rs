//! `/device`: signing a command line in. The code that it shows is entered, or confirmed where `?user_code=…` brings it;
//! then one sees what asks, and approves or refuses.

use leptos::{either::EitherOf5, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    confirm::ConfirmDialog,
    error::ErrorPage,
    form::{FormProblem, Problems},
};
use crate::web::{
    api::device::{ApproveDevice, DenyDevice, DeviceView, EnterDeviceCode, EnterView, WaitingView, device},
    components::{
        auth::Auth,
        button::Submit,
        callout::{Callout, Tone},
        field::{FieldError, described, invalid},
        when::When,
    },
    navigate::Go,
    routes,
    send::{SendForm, Sending},
};

/// The page.
#[component]
pub fn Device() -> impl IntoView {
    let query = use_query_map();
    let step = Memo::new(move |_| query.with(|query| query.get("step").unwrap_or_default()));
    let shown = Resource::new(move || step.get(), device);
    view! {
        <Title text="Sign in a command line · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let code = query.with_untracked(|query| query.get("user_code").unwrap_or_default());
                match (step.get().as_str(), shown.await) {
                    (_, Err(error)) => EitherOf5::A(view! { <ErrorPage error/> }),
                    (_, Ok(DeviceView::SignedOut)) => {
                        EitherOf5::B(view! { <Go to=routes::sign_in(&routes::device(&code))/> })
                    }
                    (step @ ("approved" | "denied"), Ok(_)) => {
                        EitherOf5::C(view! { <Done approved=step == "approved"/> })
                    }
                    (_, Ok(DeviceView::Enter(view))) => EitherOf5::D(view! { <Enter view code/> }),
                    (_, Ok(DeviceView::Waiting(view))) => EitherOf5::E(view! { <Waiting view=*view/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Enter(view: EnterView, code: String) -> impl IntoView {
    let EnterView { email, refused } = view;
    let sending = Sending::to::<EnterDeviceCode>();
    let answer = sending.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_code = problems.of("user_code");
    view! {
        <Auth foot=format!("Signed in as {email}.").into_any()>
            <div>
                <h1>"Sign in a command line"</h1>
                <p>"Enter the code that it shows. Only go on if you started this sign-in yourself."</p>
            </div>
            <SendForm sending class="stack">
                <FormProblem problems fields=&["user_code"]/>
                <div class="field">
                    <label for="user_code">"Code"</label>
                    <input
                        class="input mono"
                        id="user_code"
                        name="user_code"
                        autocomplete="off"
                        autocapitalize="characters"
                        spellcheck="false"
                        placeholder="XXXX-XXXX"
                        maxlength="20"
                        autofocus
                        value=code
                        aria-invalid=invalid(at_code)
                        aria-describedby=described(at_code, "user-code-error", None)
                    />
                    <FieldError id="user-code-error" message=at_code/>
                </div>
                <Submit pending=sending.pending()>"Continue"</Submit>
            </SendForm>
        </Auth>
    }
}

#[component]
fn Waiting(view: WaitingView) -> impl IntoView {
    let WaitingView { email, user_code, host_name, ip, created_at, now, has_two_factor, refused } = view;
    let (approve, deny) = (Sending::to::<ApproveDevice>(), Sending::to::<DenyDevice>());
    let (approved, denied) = (approve.value(), deny.value());
    let failed = move || approved.get().filter(Result::is_err).or_else(|| denied.get().filter(Result::is_err));
    let problems = Problems::new(failed, refused.map(|refused| refused.error));
    let ip = ip.unwrap_or_else(|| "unknown".to_owned());
    let (foot, what) = (format!("Signed in as {email}."), format!("It could then do what {email} may do."));
    let (code, to_approve) = (user_code.clone(), user_code.clone());
    view! {
        <Auth foot=foot.into_any()>
            <div>
                <h1>"Let this command line in?"</h1>
                <p>{what}</p>
            </div>
            <FormProblem problems fields=&[]/>
            <dl class="facts">
                <dt>"Code"</dt>
                <dd class="mono">{code}</dd>
                <dt>"Host"</dt>
                <dd class="mono">{host_name}</dd>
                <dt>"Address"</dt>
                <dd class="mono">{ip}</dd>
                <dt>"Asked"</dt>
                <dd>
                    <When at=created_at text=created_at.relative(now)/>
                </dd>
            </dl>
            <Callout tone=Tone::Warn title="Did you start this yourself?">
                <p>
                    "The host gives its own name. If you did not run "<span class="mono">"latchkey login"</span>
                    " just now, or the code is another one there, refuse."
                </p>
            </Callout>
            <SendForm sending=approve class="stack">
                <input type="hidden" name="user_code" value=to_approve/>
                <Submit pending=approve.pending()>"Approve"</Submit>
            </SendForm>
            <SendForm sending=deny class="stack">
                <input type="hidden" name="user_code" value=user_code/>
                <Submit class="btn wide" pending=deny.pending()>
                    "Refuse"
                </Submit>
            </SendForm>
        </Auth>
        <ConfirmDialog has_two_factor/>
    }
}

#[component]
fn Done(approved: bool) -> impl IntoView {
    let (title, text) = if approved {
        ("The command line is signed in", "Go back to it. You find it among your sessions, where you can sign it out.")
    } else {
        ("The command line was refused", "It gets nothing. You can close this page.")
    };
    view! {
        <Auth>
            <div role="status">
                <h1>{title}</h1>
                <p>{text}</p>
            </div>
            <div class="actions">
                <a class="btn" href=routes::SESSIONS_PAGE>
                    "See your sessions"
                </a>
            </div>
        </Auth>
    }
}
