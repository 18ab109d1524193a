//! `…/projects/new`: the dialog that makes a project.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{FormProblem, Problems, when_done},
    over::{Back, Cancel, Head, Over},
    projects::{Behind, NEW_PROJECT},
    workspace::{Changes, Viewing},
};
use crate::web::{
    api::{
        form::Refused,
        projects::{CreateProject, new_project_form},
    },
    components::{
        button::Submit,
        field::{FieldError, described, invalid},
    },
    send::{SendForm, Sending},
};

/// The dialog.
#[component]
pub fn ProjectNew() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let form = Resource::new(move || behind.workspace.get(), new_project_form);
    let back = Back { href: behind.href, opener: NEW_PROJECT, words: "Back to projects" };
    view! {
        <Title text="New project · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let workspace = behind.workspace.get_untracked();
                // Where there is no list to lie over, the list says why.
                viewing.enter(&workspace).await.ok()?;
                let content = form.await.map(|refused| view! { <Form workspace refused back/> }.into_any());
                Some(view! { <Over back content/> })
            })}
        </Transition>
    }
}

#[component]
fn Form(workspace: String, refused: Option<Refused>, back: Back) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let create = Sending::to::<CreateProject>();
    let answer = create.value();
    when_done(move || answer.get(), move || changes.happened());
    let name = refused.as_ref().and_then(|refused| refused.value("name")).unwrap_or_default().to_owned();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_name = problems.of("name");
    view! {
        <SendForm sending=create>
            <Head title="New project" text="Everyone in the workspace sees it." back/>
            <div class="body">
                <FormProblem problems fields=&["name"]/>
                <input type="hidden" name="workspace" value=workspace/>
                <div class="field">
                    <label for="name">"Name"</label>
                    <input
                        class="input"
                        id="name"
                        name="name"
                        autocomplete="off"
                        autofocus
                        value=name
                        aria-invalid=invalid(at_name)
                        aria-describedby=described(at_name, "name-error", Some("name-hint"))
                    />
                    <p class="hint" id="name-hint">
                        "For example Weekly report. Its address is made from this name and never changes."
                    </p>
                    <FieldError id="name-error" message=at_name/>
                </div>
            </div>
            <footer>
                <Cancel back/>
                <Submit class="btn primary" pending=create.pending()>
                    "Create project"
                </Submit>
            </footer>
        </SendForm>
    }
}
