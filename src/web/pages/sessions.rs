//! `/account/sessions`: where the viewer is signed in.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
    frame::AccountFrame,
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{session::DeviceKind, timestamp::Timestamp},
    web::{
        api::sessions::{EndOtherSessions, EndSession, SessionRow, SessionsView, list_sessions},
        components::{
            icon::{Glyph, Icon},
            shell::OwnPage,
            when::When,
        },
        navigate,
        send::{SendForm, Sending},
    },
};

/// The id of the heading, which gets the focus when a session is gone from the list.
const HEADING: &str = "sessions-title";

/// The page.
#[component]
pub fn Sessions() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let listed = Resource::new(move || changes.count(), |_| list_sessions());
    // They outlive the list, which is drawn anew after each.
    let (end, end_others) = (Sending::to::<EndSession>(), Sending::to::<EndOtherSessions>());
    for form in [end, end_others] {
        let answer = form.value();
        super::form::when_done(
            move || answer.get(),
            move || {
                navigate::refocus(HEADING.to_owned());
                changes.happened();
            },
        );
    }
    view! {
        <Title text="Sessions · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let both = async { Ok((viewing.anybody().await?, listed.await?)) };
                match both.await {
                    Ok((viewer, view)) => {
                        Either::Left(
                            view! {
                                <AccountFrame viewer at=OwnPage::Sessions>
                                    <Page view end end_others/>
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
fn Page(view: SessionsView, end: Sending, end_others: Sending) -> impl IntoView {
    let SessionsView { now, sessions, refused } = view;
    let failed = |form: Sending| form.value().get().filter(Result::is_err);
    let problems = Problems::new(move || failed(end).or_else(|| failed(end_others)), refused);
    let others = (sessions.len() > 1).then(|| {
        view! {
            <SendForm sending=end_others>
                <button class="btn danger">
                    <Icon glyph=Glyph::Out/>
                    " Sign out all others"
                </button>
            </SendForm>
        }
    });
    let lines = sessions.into_iter().map(|session| view! { <Line session now end/> }).collect_view();
    view! {
        <div class="head">
            <div>
                <h1 id=HEADING tabindex="-1">
                    "Sessions"
                </h1>
                <p>
                    "Where your account is signed in. If you do not know a device, sign it out and change your password."
                </p>
            </div>
            {others}
        </div>
        <FormProblem problems fields=&[]/>
        <ul class="panel list" role="list" aria-label="Signed-in devices">
            {lines}
        </ul>
        <p class="hint">"A session ends on its own after 30 days without use, and after 90 days at most."</p>
    }
}

#[component]
fn Line(session: SessionRow, now: Timestamp, end: Sending) -> impl IntoView {
    let SessionRow { id, device, ip, first_seen_at, last_seen_at, is_here } = session;
    let glyph = match device.kind {
        DeviceKind::Computer => Glyph::Monitor,
        DeviceKind::Phone => Glyph::Phone,
        DeviceKind::CommandLine => Glyph::Terminal,
    };
    let seen = if is_here { "now".to_owned() } else { last_seen_at.relative(now) };
    let label = format!("Sign out {}", device.name);
    view! {
        <li>
            <span class="glyph">
                <Icon glyph/>
            </span>
            <div>
                <div class="line">
                    <b>{device.name}</b>
                    {is_here
                        .then(|| {
                            view! {
                                " "
                                <span class="badge" data-status="here">
                                    "This device"
                                </span>
                            }
                        })}
                </div>
                <p>
                    {ip
                        .map(|ip| {
                            view! {
                                <span class="mono">{ip}</span>
                                " · "
                            }
                        })} "first seen " <When at=first_seen_at text=first_seen_at.relative(now)/> " · last seen "
                    <When at=if is_here { now } else { last_seen_at } text=seen/>
                </p>
            </div>
            {(!is_here)
                .then(|| {
                    view! {
                        <SendForm sending=end>
                            <input type="hidden" name="id" value=id.to_string()/>
                            <button class="btn small" aria-label=label>
                                "Sign out"
                            </button>
                        </SendForm>
                    }
                })}
        </li>
    }
}
