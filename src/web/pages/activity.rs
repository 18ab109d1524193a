//! `/w/{slug}/activity`: what happened in a workspace, day by day.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    activity_event::{Day, by_day},
    error::ErrorPage,
    frame::{Frame, may},
    workspace::{Here, Viewing},
};
use crate::{
    domain::{activity::About, policy::Action},
    web::{
        api::activity::{ActivityView, list_activity},
        components::{
            empty::Empty,
            icon::{Glyph, Icon},
            pager::Pager,
            shell::{Current, Section},
        },
        error::UiError,
        routes::{self, Sought},
    },
};

/// One page of a workspace's log, with the address that it is the answer to.
type Listed = (String, Sought, ActivityView);

/// The page.
#[component]
pub fn Activity() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| (params.with(routes::workspace), query.with(Sought::asked)));
    let listed = Resource::new(
        move || asked.get(),
        |(workspace, sought)| async move {
            let Sought { kind, by, from, q, after, before } = sought.clone();
            let view = list_activity(workspace.clone(), kind, by, from, q, after, before).await?;
            Ok((workspace, sought, view))
        },
    );
    view! {
        <Title text="Activity · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, listed).await {
                    Ok((here, (workspace, sought, view))) => {
                        let sees_addresses = may(here.workspace.role, Action::SeeAddresses);
                        Either::Left(
                            view! {
                                <Frame here at=(Section::Activity, Current::Page)>
                                    <Head sees_addresses/>
                                    <Filters workspace=workspace.clone() sought=sought.clone() doers=view.doers.clone()/>
                                    <Log workspace sought view/>
                                </Frame>
                            },
                        )
                    }
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

async fn shown(viewing: Viewing, listed: Resource<Result<Listed, UiError>>) -> Result<(Here, Listed), UiError> {
    let listed = listed.await?;
    Ok((viewing.enter(&listed.0).await?, listed))
}

#[component]
fn Head(sees_addresses: bool) -> impl IntoView {
    let addresses = if sees_addresses { "" } else { " Addresses are shown to Owners and Admins." };
    view! {
        <div class="head">
            <div>
                <h1>"Activity"</h1>
                <p>
                    "Every change to tokens, API keys, projects, members and settings. \
                     Nobody can change or delete what stands here."
                    {addresses}
                </p>
            </div>
        </div>
    }
}

#[component]
fn Filters(workspace: String, sought: Sought, doers: Vec<(String, String)>) -> impl IntoView {
    let kinds = About::OF_WORKSPACE.iter().map(|about| (about.as_str().to_owned(), about.title().to_owned())).collect();
    view! {
        <search>
            <form class="filters" method="get" action=routes::activity(&workspace)>
                <div class="search-box">
                    <Icon glyph=Glyph::Search/>
                    <input
                        class="input"
                        type="search"
                        name="q"
                        placeholder="Search events"
                        aria-label="Search events"
                        value=sought.q
                    />
                </div>
                <Choice name="kind" label="Kind" all="Any kind" options=kinds chosen=sought.kind/>
                <Choice name="by" label="Done by" all="Anyone" options=doers chosen=sought.by/>
                <input class="input" type="date" name="from" aria-label="From" value=sought.from/>
                <button class="btn">"Filter"</button>
            </form>
        </search>
    }
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    all: &'static str,
    options: Vec<(String, String)>,
    chosen: String,
) -> impl IntoView {
    // Somebody whose deeds one looked for may not be among those of late.
    let is_other = !chosen.is_empty() && !options.iter().any(|(value, _)| *value == chosen);
    let other = is_other.then(|| (chosen.clone(), chosen.clone()));
    let options = options
        .into_iter()
        .chain(other)
        .map(|(value, text)| {
            let selected = value == chosen;
            view! {
                <option value=value selected=selected>
                    {text}
                </option>
            }
        })
        .collect_view();
    view! {
        <select class="input" name=name aria-label=label>
            <option value="">{all}</option>
            {options}
        </select>
    }
}

#[component]
fn Log(workspace: String, sought: Sought, view: ActivityView) -> impl IntoView {
    let ActivityView { now, events, newer, older, .. } = view;
    if events.is_empty() {
        return view! { <Nothing workspace sought/> }.into_any();
    }
    let to = |after, before| routes::activity_page(&workspace, &sought.turned(after, before));
    let previous = newer.map(|cursor| to(String::new(), cursor));
    let next = older.map(|cursor| to(cursor, String::new()));
    let export = |format| routes::activity_export(&workspace, format, &sought);
    let (csv, json) = (export("csv"), export("json"));
    let days = by_day(events).into_iter().map(|events| view! { <Day workspace=workspace.clone() now events/> });
    view! {
        {days.collect_view()}
        <div class="actions">
            <Pager previous next/>
            <a class="btn small quiet end" href=csv download="">
                <Icon glyph=Glyph::Download/>
                " Export CSV"
            </a>
            <a class="btn small quiet" href=json download="">
                <Icon glyph=Glyph::Download/>
                " Export JSON"
            </a>
        </div>
    }
    .into_any()
}

#[component]
fn Nothing(workspace: String, sought: Sought) -> impl IntoView {
    let (title, text, link) = if !sought.is_first() {
        ("Nothing on this page", "What was here is on another page now.", Some("Show the newest"))
    } else if sought.is_all() {
        ("Nothing has happened yet", "Whatever somebody changes in this workspace is written down here.", None)
    } else {
        ("No events match", "Look for something else, or for all that happened.", Some("Clear filters"))
    };
    let href = if sought.is_first() {
        routes::activity(&workspace)
    } else {
        routes::activity_page(&workspace, &sought.turned(String::new(), String::new()))
    };
    view! {
        <h2 class="sr-only">"Events"</h2>
        <Empty title text>
            {link
                .map(|link| {
                    view! {
                        <div class="actions">
                            <a class="btn primary" href=href>
                                {link}
                            </a>
                        </div>
                    }
                })}
        </Empty>
    }
}
