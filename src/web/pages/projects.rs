//! `/w/{slug}/projects`: one page of the workspace's projects, and the dialog that may lie over it.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    error::ErrorPage,
    frame::{Frame, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{policy::Action, timestamp::Timestamp},
    web::{
        api::projects::{ProjectRow, ProjectsView, list_projects},
        components::{
            empty::Empty,
            icon::{Glyph, Icon},
            pager::Pager,
            shell::{Current, Section},
            when::When,
        },
        error::UiError,
        routes::{self, Part},
    },
};

/// The id of what opens the dialog *New project*.
pub const NEW_PROJECT: &str = "new-project";
/// The id of the heading, which gets the focus when nothing better is left.
pub const HEADING: &str = "projects-title";

/// One part of a workspace's list, with the address that it is the answer to.
type Listed = (String, Part, ProjectsView);

/// The list behind a dialog.
#[derive(Clone, Copy, Debug)]
pub struct Behind {
    /// The workspace's slug.
    pub workspace: Signal<String>,
    /// The address of the list, without the dialog.
    pub href: Signal<String>,
}

/// The route around the list and its dialog.
#[component]
pub fn Projects() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let (params, query) = (use_params_map(), use_query_map());
    let workspace = Signal::derive(move || params.with(routes::workspace));
    let part = Memo::new(move |_| query.with(Part::asked));
    let listed = Resource::new(
        move || (workspace.get(), part.get(), changes.count()),
        |(workspace, part, _)| async move {
            let view = list_projects(workspace.clone(), part.after.clone(), part.before.clone()).await?;
            Ok((workspace, part, view))
        },
    );
    provide_context(Behind {
        workspace,
        href: Signal::derive(move || routes::projects_part(&workspace.get(), &part.get())),
    });
    // The dialog comes first: its title then gives way to that of an error page, on the server and in the browser.
    view! {
        <Outlet/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, listed).await {
                    Ok((here, part, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Projects, Current::Page)>
                                    <List here part view/>
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

async fn shown(
    viewing: Viewing,
    listed: Resource<Result<Listed, UiError>>,
) -> Result<(Here, Part, ProjectsView), UiError> {
    let (workspace, part, view) = listed.await?;
    Ok((viewing.enter(&workspace).await?, part, view))
}

/// The list without a dialog.
#[component]
pub fn Index() -> impl IntoView {
    view! { <Title text="Projects · Latchkey"/> }
}

#[component]
fn List(here: Here, part: Part, view: ProjectsView) -> impl IntoView {
    let workspace = here.workspace.slug;
    let ProjectsView { now, role, projects, newer, older } = view;
    let new = may(role, Action::CreateProject)
        .then(|| view! { <New href=routes::new_project(&workspace, &part)/> }.into_any());
    let to = |part: Part| routes::projects_part(&workspace, &part);
    let (previous, next) = (newer.map(Part::before).map(to), older.map(Part::after).map(to));
    let is_empty = projects.is_empty();
    let (beside, inside) = if is_empty { (None, new) } else { (new, None) };
    let list = if is_empty {
        view! {
            <h2 class="sr-only">"All projects"</h2>
            <Nothing inside/>
        }
        .into_any()
    } else {
        let rows = projects
            .into_iter()
            .map(|project| view! { <Row href=routes::project(&workspace, &project.slug) project now/> })
            .collect_view();
        view! {
            <ul class="panel list" role="list" aria-labelledby=HEADING>
                {rows}
            </ul>
            <Pager previous next/>
        }
        .into_any()
    };
    view! {
        <div class="head">
            <div>
                <h1 id=HEADING tabindex="-1">
                    "Projects"
                </h1>
                <p>
                    "A project keeps a record of what was deployed. A token or API key can be limited to one project; then \
                     it sees nothing else."
                </p>
            </div>
            {beside}
        </div>
        {list}
    }
}

#[component]
fn New(href: String) -> impl IntoView {
    view! {
        <a class="btn primary" id=NEW_PROJECT href=href>
            <Icon glyph=Glyph::Plus/>
            " New project"
        </a>
    }
}

#[component]
fn Nothing(inside: Option<AnyView>) -> impl IntoView {
    view! {
        <Empty
            title="No projects yet"
            text="Create one for each thing that you deploy, and limit its tokens and API keys to it."
        >
            {inside.map(|new| view! { <div class="actions">{new}</div> })}
        </Empty>
    }
}

#[component]
fn Row(href: String, project: ProjectRow, now: Timestamp) -> impl IntoView {
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Box/>
            </span>
            <div>
                <div class="line">
                    <b>
                        <a href=href>{project.name}</a>
                    </b>
                </div>
                <p>
                    <code>{project.slug}</code>
                </p>
            </div>
            <When at=project.created_at text=format!("Created {}", project.created_at.relative(now))/>
        </li>
    }
}
