//! A deployment in a project's list: what one sees of it, and the button that archives it.

use leptos::{either::Either, prelude::*};

use super::{
    form::{FormProblem, Problems, when_done},
    workspace::Changes,
};
use crate::{
    domain::timestamp::Timestamp,
    web::{
        api::{deployments::ArchiveDeployment, projects::DeploymentRow},
        components::{
            button::Submit,
            icon::{Glyph, Icon},
            when::When,
        },
        navigate,
        send::{SendForm, Sending},
    },
};

/// One row.
#[component]
pub fn Row(
    /// The workspace's slug.
    workspace: String,
    /// The project's slug.
    project: String,
    /// The deployment.
    deployment: DeploymentRow,
    /// The instant to which relative times refer.
    now: Timestamp,
    /// Whether it may be archived.
    may_archive: bool,
) -> impl IntoView {
    let id = deployment.id.to_string();
    let badge = match deployment.archived_at {
        None => Either::Left(view! {
            <span class="badge" data-status="active">
                "Live"
            </span>
        }),
        Some(_) => Either::Right(view! {
            <span class="badge" data-status="inactive">
                "Archived"
            </span>
        }),
    };
    let end = match deployment.archived_at {
        Some(at) => view! { <When at text=format!("Archived {}", at.relative(now))/> }.into_any(),
        None if may_archive => {
            let name = deployment.file_name.clone();
            view! { <Archive workspace project id=id.clone() name/> }.into_any()
        }
        None => ().into_any(),
    };
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Box/>
            </span>
            <div>
                <div class="line">
                    <b id=id tabindex="-1">
                        {deployment.file_name}
                    </b>
                    " "
                    {badge}
                </div>
                <p>
                    {format!("{} · by {} · ", deployment.size, deployment.created_by)}
                    <When at=deployment.created_at text=deployment.created_at.relative(now)/>
                </p>
                <p>
                    <code class="break" title="SHA-256">
                        {deployment.sha256}
                    </code>
                </p>
            </div>
            {end}
        </li>
    }
}

#[component]
fn Archive(workspace: String, project: String, id: String, name: String) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let archive = Sending::to::<ArchiveDeployment>();
    let answer = archive.value();
    let row = id.clone();
    when_done(
        move || answer.get(),
        move || {
            // The button goes; the row stays.
            navigate::refocus(row.clone());
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), None);
    view! {
        <SendForm sending=archive>
            <FormProblem problems fields=&[]/>
            <input type="hidden" name="workspace" value=workspace/>
            <input type="hidden" name="project" value=project/>
            <input type="hidden" name="id" value=id/>
            <Submit class="btn small" pending=archive.pending()>
                "Archive"
                <span class="sr-only">{format!(" {name}")}</span>
            </Submit>
        </SendForm>
    }
}
