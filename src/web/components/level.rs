//! How far a new token or key reaches: every project, or one.

use leptos::prelude::*;

use super::field::{FieldError, described, invalid};
use crate::domain::credential::OwnProject;

/// Two cards, and the projects to choose from.
#[component]
pub fn Level(
    /// The projects; without any there is nothing to choose.
    projects: Vec<OwnProject>,
    /// The id of the project that is chosen at first; none for every project.
    chosen: Option<String>,
    /// Whether the project has the focus at first.
    focused: bool,
    /// What is wrong with the project.
    message: Signal<Option<String>>,
) -> impl IntoView {
    if projects.is_empty() && chosen.is_none() {
        return view! { <input type="hidden" name="level" value="workspace"/> }.into_any();
    }
    let is_one = chosen.is_some();
    let options = projects
        .into_iter()
        .map(|project| {
            let id = project.id.to_string();
            let selected = chosen.as_ref() == Some(&id);
            view! {
                <option value=id selected=selected>
                    {project.name}
                </option>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field">
            <legend>"Level"</legend>
            <div class="choices">
                <label class="check choice">
                    <input type="radio" name="level" value="workspace" checked=!is_one/>
                    " "
                    <span>"Workspace" <small>"Every project, and new ones."</small></span>
                </label>
                <label class="check choice">
                    <input type="radio" name="level" value="project" checked=is_one/>
                    " "
                    <span>"One project" <small>"Nothing outside it."</small></span>
                </label>
            </div>
        </fieldset>
        <div class="field when-project">
            <label for="project">"Project"</label>
            <select
                class="input"
                id="project"
                name="project"
                autofocus=focused
                aria-invalid=invalid(message)
                aria-describedby=described(message, "project-error", None)
            >
                {options}
            </select>
            <FieldError id="project-error" message/>
        </div>
    }
    .into_any()
}
