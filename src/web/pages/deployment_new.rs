//! `…/projects/{project}/deployments/new`: the dialog that records a deployment.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    form::{FormProblem, Problems, when_done},
    over::{Back, Cancel, Head, Over},
    project::{Around, NEW_DEPLOYMENT},
    workspace::{Changes, Viewing},
};
use crate::web::{
    api::{
        deployments::{CreateDeployment, new_deployment_form},
        form::Refused,
    },
    components::{
        button::Submit,
        field::{FieldError, described, invalid},
    },
    send::{SendForm, Sending},
};

const FIELDS: &[&str] = &["file_name", "size", "sha256"];

/// The dialog.
#[component]
pub fn DeploymentNew() -> impl IntoView {
    let (viewing, around) = (expect_context::<Viewing>(), expect_context::<Around>());
    let form = Resource::new(
        move || (around.workspace.get(), around.project.get()),
        |(workspace, project)| new_deployment_form(workspace, project),
    );
    let back = Back { href: around.href, opener: NEW_DEPLOYMENT, words: "Back to the project" };
    view! {
        <Title text="Record a deployment · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let (workspace, project) = (around.workspace.get_untracked(), around.project.get_untracked());
                // Where there is no project to lie over, its page says why.
                viewing.enter(&workspace).await.ok()?;
                let content = form
                    .await
                    .map(|refused| view! { <Form workspace project refused back/> }.into_any());
                Some(view! { <Over back content/> })
            })}
        </Transition>
    }
}

#[component]
fn Form(workspace: String, project: String, refused: Option<Refused>, back: Back) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let create = Sending::to::<CreateDeployment>();
    let answer = create.value();
    when_done(move || answer.get(), move || changes.happened());
    let typed = |field| refused.as_ref().and_then(|refused| refused.value(field)).unwrap_or_default().to_owned();
    let (file_name, size, sha256) = (typed("file_name"), typed("size"), typed("sha256"));
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let focused = problems.first_of(FIELDS).unwrap_or("file_name");
    let (at_name, at_size, at_digest) = (problems.of("file_name"), problems.of("size"), problems.of("sha256"));
    view! {
        <SendForm sending=create>
            <Head title="Record a deployment" text="Latchkey keeps the record; it hosts nothing." back/>
            <div class="body">
                <FormProblem problems fields=FIELDS/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="project" value=project/>
                <div class="field">
                    <label for="file_name">"File name"</label>
                    <input
                        class="input"
                        id="file_name"
                        name="file_name"
                        autocomplete="off"
                        autofocus=focused == "file_name"
                        value=file_name
                        aria-invalid=invalid(at_name)
                        aria-describedby=described(at_name, "file-name-error", None)
                    />
                    <FieldError id="file-name-error" message=at_name/>
                </div>
                <div class="field">
                    <label for="size">"Size in bytes"</label>
                    <input
                        class="input"
                        id="size"
                        name="size"
                        inputmode="numeric"
                        autocomplete="off"
                        autofocus=focused == "size"
                        value=size
                        aria-invalid=invalid(at_size)
                        aria-describedby=described(at_size, "size-error", None)
                    />
                    <FieldError id="size-error" message=at_size/>
                </div>
                <div class="field">
                    <label for="sha256">"SHA-256"</label>
                    <input
                        class="input mono"
                        id="sha256"
                        name="sha256"
                        autocomplete="off"
                        spellcheck="false"
                        autofocus=focused == "sha256"
                        value=sha256
                        aria-invalid=invalid(at_digest)
                        aria-describedby=described(at_digest, "sha256-error", Some("sha256-hint"))
                    />
                    <p class="hint" id="sha256-hint">
                        "64 hexadecimal digits, as "
                        <code>"sha256sum"</code>
                        " writes them."
                    </p>
                    <FieldError id="sha256-error" message=at_digest/>
                </div>
            </div>
            <footer>
                <Cancel back/>
                <Submit class="btn primary" pending=create.pending()>
                    "Record deployment"
                </Submit>
            </footer>
        </SendForm>
    }
}
