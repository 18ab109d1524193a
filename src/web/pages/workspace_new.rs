//! `/workspaces/new`: another workspace, for anybody who is signed in.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
    setup::cards,
};
use crate::web::{
    api::workspaces::{CreateWorkspace, NewWorkspaceView, new_workspace_form},
    components::{
        auth::Auth,
        button::Submit,
        catalog::CatalogCards,
        field::{FieldError, described, invalid},
    },
    routes,
    send::{SendForm, Sending},
};

const FIELDS: &[&str] = &["workspace"];

/// The page.
#[component]
pub fn WorkspaceNew() -> impl IntoView {
    let form = Resource::new(|| (), |()| new_workspace_form());
    view! {
        <Title text="New workspace · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(view) => Either::Left(view! { <Form view/> }),
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Form(view: NewWorkspaceView) -> impl IntoView {
    let NewWorkspaceView { catalogs, refused } = view;
    let create = Sending::to::<CreateWorkspace>();
    let answer = create.value();
    let typed = |field| refused.as_ref().and_then(|refused| refused.value(field)).unwrap_or_default().to_owned();
    let (name, catalog) = (typed("workspace"), typed("catalog"));
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_name = problems.of("workspace");
    view! {
        <Auth wide=true>
            <div>
                <h1>"New workspace"</h1>
                <p>"A workspace has its own tokens, keys, projects and people. You will be its owner."</p>
            </div>
            <SendForm sending=create class="stack">
                <FormProblem problems fields=FIELDS/>
                <div class="field">
                    <label for="workspace">"Workspace name"</label>
                    <input
                        class="input"
                        id="workspace"
                        name="workspace"
                        autocomplete="organization"
                        autofocus
                        value=name
                        aria-invalid=invalid(at_name)
                        aria-describedby=described(at_name, "workspace-error", Some("workspace-hint"))
                    />
                    <p class="hint" id="workspace-hint">
                        "Its address is made from this name and never changes."
                    </p>
                    <FieldError id="workspace-error" message=at_name/>
                </div>
                <CatalogCards cards=cards(catalogs) chosen=catalog/>
                <div class="actions">
                    <Submit class="btn primary" pending=create.pending()>
                        "Create workspace"
                    </Submit>
                    <a class="btn" href=routes::HOME>
                        "Cancel"
                    </a>
                </div>
            </SendForm>
        </Auth>
    }
}
