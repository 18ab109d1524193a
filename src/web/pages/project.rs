//! `/w/{slug}/projects/{project}`: a project and one page of its deployments, and the dialog that may lie over it.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    components::Outlet,
    hooks::{use_params_map, use_query_map},
};

use super::{
    deployment_row::Row,
    error::ErrorPage,
    form::{FormProblem, Problems},
    frame::{Frame, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{credential::Kind, policy::Action},
    web::{
        api::{
            form::Refused,
            projects::{ProjectView, RenameProject, project_details},
        },
        components::{
            button::Submit,
            empty::Empty,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            pager::Pager,
            shell::{Current, Section},
            when::When,
        },
        error::UiError,
        navigate,
        routes::{self, Part},
        send::{SendForm, Sending},
    },
};

/// The id of what opens the dialog *Record a deployment*.
pub const NEW_DEPLOYMENT: &str = "new-deployment";
/// The id of what opens the question before the project is deleted.
pub const DELETE: &str = "delete-project";

/// The id of the field with its name.
const NAME: &str = "project-name";

/// The project's page behind a dialog.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    /// The workspace's slug.
    pub workspace: Signal<String>,
    /// The project's slug or id, as the address has it.
    pub project: Signal<String>,
    /// The address of the page, without the dialog.
    pub href: Signal<String>,
}

/// What the page shows: the workspace's slug, the part of the list, and what the server said.
type Shown = (String, Part, ProjectView);

/// The route around the page and its dialogs.
#[component]
pub fn Project() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let (params, query) = (use_params_map(), use_query_map());
    let workspace = Signal::derive(move || params.with(routes::workspace));
    let project = Signal::derive(move || params.with(routes::asked_project));
    let part = Memo::new(move |_| query.with(Part::asked));
    let asked = Resource::new(
        move || (workspace.get(), project.get(), part.get(), changes.count()),
        |(workspace, project, part, _)| async move {
            let view = project_details(workspace.clone(), project, part.after.clone(), part.before.clone()).await?;
            Ok((workspace, part, view))
        },
    );
    let href = Signal::derive(move || routes::project_part(&workspace.get(), &project.get(), &part.get()));
    provide_context(Around { workspace, project, href });
    // The form outlives what it stands in, which is drawn anew after it.
    let rename = Sending::to::<RenameProject>();
    let answer = rename.value();
    Effect::new(move |_| {
        if answer.get() == Some(Ok(())) {
            navigate::refocus(NAME.to_owned());
            changes.happened();
        }
    });
    // The dialog comes first: its title then gives way to that of an error page, on the server and in the browser.
    view! {
        <Outlet/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, asked).await {
                    Ok((here, part, view)) => {
                        let slug = view.project.slug.clone();
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Projects, Current::Page) project=slug>
                                    <Page here part view rename/>
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
    asked: Resource<Result<Shown, UiError>>,
) -> Result<(Here, Part, ProjectView), UiError> {
    let (workspace, part, view) = asked.await?;
    Ok((viewing.enter(&workspace).await?, part, view))
}

/// The page without a dialog.
#[component]
pub fn Index() -> impl IntoView {
    view! { <Title text="Project · Latchkey"/> }
}

#[component]
fn Page(here: Here, part: Part, mut view: ProjectView, rename: Sending) -> impl IntoView {
    let link = here.workspace;
    let workspace = link.slug;
    let (role, id) = (view.role, view.id);
    let (name, slug) = (view.project.name.clone(), view.project.slug.clone());
    let refused = view.refused_name.take();
    let name_form = may(role, Action::RenameProject).then(|| {
        view! { <Rename workspace=workspace.clone() slug=slug.clone() name=name.clone() refused rename/> }.into_any()
    });
    let delete = may(role, Action::DeleteProject)
        .then(|| view! { <Delete href=routes::delete_project(&workspace, &slug, &part)/> }.into_any());
    let keys = link.tabs.into_iter().map(|kind| (kind, routes::credentials_of_project(&workspace, kind, id))).collect();
    let created_at = view.project.created_at;
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=routes::projects(&workspace)>"Projects"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <span aria-current="page">{name.clone()}</span>
        </nav>
        <div class="head">
            <div>
                <h1>{name}</h1>
                <p>
                    <code>{slug.clone()}</code>
                    " · created "
                    <When at=created_at text=created_at.date()/>
                </p>
            </div>
        </div>
        <div class="split">
            <Deployments workspace part view/>
            <aside class="stack" aria-label="About this project">
                <Limited keys/>
                {name_form}
                {delete}
            </aside>
        </div>
    }
}

#[component]
fn Deployments(workspace: String, part: Part, view: ProjectView) -> impl IntoView {
    let ProjectView { now, role, project, deployments, newer, older, refused_archive, .. } = view;
    let slug = project.slug;
    let new = may(role, Action::CreateDeployment)
        .then(|| view! { <New href=routes::new_deployment(&workspace, &slug, &part)/> }.into_any());
    let may_archive = may(role, Action::ArchiveDeployment);
    let to = |part: Part| routes::project_part(&workspace, &slug, &part);
    let (previous, next) = (newer.map(Part::before).map(to), older.map(Part::after).map(to));
    let problems = Problems::new(|| None, refused_archive.map(|refused| refused.error));
    let is_empty = deployments.is_empty();
    let (beside, inside) = if is_empty { (None, new) } else { (new, None) };
    let list = if is_empty {
        view! { <Nothing inside/> }.into_any()
    } else {
        let rows = deployments
            .into_iter()
            .map(|deployment| {
                view! { <Row workspace=workspace.clone() project=slug.clone() deployment now may_archive/> }
            })
            .collect_view();
        view! {
            <ol class="panel list" role="list" aria-labelledby="deployments-title">
                {rows}
            </ol>
            <Pager previous next/>
        }
        .into_any()
    };
    view! {
        <section class="stack" aria-labelledby="deployments-title">
            <div class="head">
                <h2 id="deployments-title">"Deployments"</h2>
                {beside}
            </div>
            <FormProblem problems fields=&[]/>
            {list}
        </section>
    }
}

#[component]
fn New(href: String) -> impl IntoView {
    view! {
        <a class="btn primary" id=NEW_DEPLOYMENT href=href>
            <Icon glyph=Glyph::Plus/>
            " Record deployment"
        </a>
    }
}

#[component]
fn Nothing(inside: Option<AnyView>) -> impl IntoView {
    view! {
        <Empty
            title="No deployments yet"
            text="Record one here, or let a pipeline do it: a token or API key that may deploy, limited to this project."
        >
            {inside.map(|new| view! { <div class="actions">{new}</div> })}
        </Empty>
    }
}

/// Where the tokens and keys are that reach this project alone.
#[component]
fn Limited(keys: Vec<(Kind, String)>) -> impl IntoView {
    let links = keys
        .into_iter()
        .map(|(kind, href)| {
            view! {
                <li>
                    <a class="btn" href=href>
                        <Icon glyph=Glyph::Key/>
                        " "
                        {kind.plural()}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="panel pad">
            <h2>"Limited to this project"</h2>
            <p class="hint">"Tokens and API keys that see this project and nothing else."</p>
            <ul class="actions" role="list">
                {links}
            </ul>
        </div>
    }
}

#[component]
fn Rename(workspace: String, slug: String, name: String, refused: Option<Refused>, rename: Sending) -> impl IntoView {
    let typed = refused.as_ref().and_then(|refused| refused.value("name")).map_or(name, ToOwned::to_owned);
    let answer = rename.value();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_name = problems.of("name");
    view! {
        <div class="panel pad">
            <h2>"Name"</h2>
            <SendForm sending=rename class="stack">
                <FormProblem problems fields=&["name"]/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="project" value=slug/>
                <div class="field">
                    <label class="sr-only" for=NAME>
                        "Name"
                    </label>
                    <input
                        class="input"
                        id=NAME
                        name="name"
                        autocomplete="off"
                        value=typed
                        aria-invalid=invalid(at_name)
                        aria-describedby=described(at_name, "project-name-error", Some("project-name-hint"))
                    />
                    <p class="hint" id="project-name-hint">
                        "Its address stays as it is."
                    </p>
                    <FieldError id="project-name-error" message=at_name/>
                </div>
                <div>
                    <Submit class="btn" pending=rename.pending()>
                        "Save name"
                    </Submit>
                </div>
            </SendForm>
        </div>
    }
}

#[component]
fn Delete(href: String) -> impl IntoView {
    view! {
        <div class="panel pad">
            <h2>"Delete this project"</h2>
            <p class="hint">
                "Its tokens and API keys stop working at once, and its deployments go with it. This cannot be undone."
            </p>
            <div>
                <a class="btn danger" id=DELETE href=href>
                    <Icon glyph=Glyph::Trash/>
                    " Delete project"
                </a>
            </div>
        </div>
    }
}
