//! `…/projects/{project}/delete`: the question before a project is deleted. It says which tokens and keys end with it.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{FormProblem, Problems, when_done},
    over::{Back, Cancel, Head, Over},
    project::{Around, DELETE},
    projects::HEADING,
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{credential::Kind, timestamp::Timestamp},
    web::{
        api::projects::{DeleteProject, DeletionView, EndingRow, before_deleting_project},
        components::{
            button::Submit,
            icon::{Glyph, Icon},
            number::thousands,
            when::When,
        },
        navigate::FocusNext,
        send::{SendForm, Sending},
    },
};

/// The dialog.
#[component]
pub fn ProjectDelete() -> impl IntoView {
    let (viewing, around) = (expect_context::<Viewing>(), expect_context::<Around>());
    let asked = Resource::new(
        move || (around.workspace.get(), around.project.get()),
        |(workspace, project)| before_deleting_project(workspace, project),
    );
    let back = Back { href: around.href, opener: DELETE, words: "Back to the project" };
    view! {
        <Title text="Delete a project · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let (workspace, project) = (around.workspace.get_untracked(), around.project.get_untracked());
                // Where there is no project to lie over, its page says why.
                viewing.enter(&workspace).await.ok()?;
                let content = asked.await.map(|view| view! { <Question workspace project view back/> }.into_any());
                Some(view! { <Over back content/> })
            })}
        </Transition>
    }
}

#[component]
fn Question(workspace: String, project: String, view: DeletionView, back: Back) -> impl IntoView {
    let (changes, focus_next) = (expect_context::<Changes>(), expect_context::<FocusNext>());
    let delete = Sending::to::<DeleteProject>();
    let answer = delete.value();
    when_done(
        move || answer.get(),
        move || {
            focus_next.set(HEADING.to_owned());
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), view.refused.map(|refused| refused.error));
    let all = view.ending.len() as u64 + view.more;
    let label = match all {
        0 => "No token or API key is limited to this project.".to_owned(),
        1 => "This stops working at once:".to_owned(),
        _ => format!("These {} tokens and API keys stop working at once:", thousands(all)),
    };
    let rows = view.ending.into_iter().map(|row| view! { <Ending row now=view.now/> }).collect_view();
    let more = (view.more > 0).then(|| view! { <p class="hint">{format!("And {} more.", thousands(view.more))}</p> });
    let list = (all > 0).then(|| {
        view! {
            <ul class="panel list" role="list" aria-labelledby="ending">
                {rows}
            </ul>
            {more}
        }
    });
    view! {
        <SendForm sending=delete>
            <Head
                title=format!("Delete {}?", view.name)
                text="Its deployments go with it. This cannot be undone."
                back
            />
            <div class="body">
                <FormProblem problems fields=&[]/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="project" value=project/>
                <p id="ending">{label}</p>
                {list}
            </div>
            <footer>
                <Cancel back autofocus=true/>
                <Submit class="btn danger primary" pending=delete.pending()>
                    <Icon glyph=Glyph::Trash/>
                    " Delete project"
                </Submit>
            </footer>
        </SendForm>
    }
}

#[component]
fn Ending(row: EndingRow, now: Timestamp) -> impl IntoView {
    let kind = match row.id.kind() {
        Kind::AccessToken => "Token",
        Kind::ApiKey => "API key",
    };
    let used = match row.last_used_at {
        Some(at) => view! { <When at text=format!("Used {}", at.relative(now))/> }.into_any(),
        None => view! { <span class="hint">"Never used"</span> }.into_any(),
    };
    view! {
        <li>
            <span class="glyph">
                <Icon glyph=Glyph::Key/>
            </span>
            <div>
                <div class="line">
                    <b>{row.name}</b>
                </div>
                <p>
                    {format!("{kind} · ")}
                    <code>{format!("{}…", row.hint)}</code>
                </p>
            </div>
            {used}
        </li>
    }
}
