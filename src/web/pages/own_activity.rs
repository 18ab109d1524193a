//! `/account/activity`: what happened to the viewer's account.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    activity_event::{Day, by_day},
    error::ErrorPage,
    frame::AccountFrame,
    workspace::Viewing,
};
use crate::web::{
    api::profile::{OwnActivityView, list_own_activity},
    components::{empty::Empty, pager::Pager, shell::OwnPage},
    routes,
};

/// The page.
#[component]
pub fn OwnActivity() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let query = use_query_map();
    let asked = move |name: &'static str| query.with(|query| query.get(name).unwrap_or_default());
    let listed =
        Resource::new(move || (asked("after"), asked("before")), |(after, before)| list_own_activity(after, before));
    view! {
        <Title text="Account activity · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let both = async { Ok((viewing.anybody().await?, listed.await?)) };
                match both.await {
                    Ok((viewer, view)) => {
                        Either::Left(
                            view! {
                                <AccountFrame viewer at=OwnPage::Activity>
                                    <Page view/>
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
fn Page(view: OwnActivityView) -> impl IntoView {
    let OwnActivityView { now, events, newer, older } = view;
    let previous = newer.map(|cursor| routes::own_activity_page("", &cursor));
    let next = older.map(|cursor| routes::own_activity_page(&cursor, ""));
    let is_empty = events.is_empty();
    let days =
        by_day(events).into_iter().map(|events| view! { <Day workspace=String::new() now events/> }).collect_view();
    view! {
        <div class="head">
            <div>
                <h1>"Account activity"</h1>
                <p>
                    "Sign-ins, and every change to your email, password and sessions. Only you see this; nobody can \
                     change or delete it."
                </p>
            </div>
        </div>
        {is_empty
            .then(|| {
                view! {
                    <h2 class="sr-only">"Events"</h2>
                    <Empty title="Nothing on this page" text="What was here is on another page now.">
                        <div class="actions">
                            <a class="btn primary" href=routes::OWN_ACTIVITY_PAGE>
                                "Show the newest"
                            </a>
                        </div>
                    </Empty>
                }
            })}
        {days}
        <div class="actions">
            <Pager previous next/>
        </div>
    }
}
