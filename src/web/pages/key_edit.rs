//! `/w/{slug}/settings/api-keys/{id}/edit`: all of a key that can change, the facts about it, and its end.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    credential::{Facts, Revoke, about, when_which},
    credential_new::{Sensitive, pick_groups},
    credential_row::name_id,
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::{Frame, may},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{credential::Kind, lifetime::Choice, policy::Action},
    web::{
        api::{
            api_keys::{EditKey, EditKeyView, edit_key_form},
            credential_use::credential_use,
            form,
        },
        components::{
            bars::Spark,
            button::Submit,
            description::Description,
            expiry::{Expiry, KEEP},
            field::{FieldError, described, invalid},
            picks::ScopePicks,
            shell::{Current, Section},
            switch::ActiveField,
        },
        error::UiError,
        navigate::{FocusNext, Go},
        routes::{self, Page},
        send::{SendForm, Sending},
    },
};

const FIELDS: &[&str] = &["name", "description", "scopes", "expiry", "until"];

/// The page. What cannot be edited, for its state or for the viewer's role, shows as it is on its own page.
#[component]
pub fn KeyEdit() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let params = use_params_map();
    // A change from elsewhere does not take away what is being typed.
    let asked = Resource::new(
        move || params.with(|params| (routes::workspace(params), routes::id(params))),
        |(workspace, id)| async move {
            let view = edit_key_form(workspace.clone(), id.clone()).await?;
            if view.key.token.id.kind() != Kind::ApiKey {
                return Err(UiError::NotFound);
            }
            let days = credential_use(workspace.clone(), id).await?.days;
            Ok((workspace, view, days))
        },
    );
    view! {
        <Title text="Edit API key · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, asked).await {
                    Ok((here, view, days)) if can_change(&view) => {
                        EitherOf3::A(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Below)>
                                    <Edit here view days/>
                                </Frame>
                            },
                        )
                    }
                    Ok((here, view, _)) => {
                        let to = routes::credential(&here.workspace.slug, view.key.token.id);
                        EitherOf3::B(view! { <Go to/> })
                    }
                    Err(error) => EitherOf3::C(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

/// Where, which key, and its calls a day.
type Asked = Result<(String, EditKeyView, Vec<u64>), UiError>;

async fn shown(viewing: Viewing, asked: Resource<Asked>) -> Result<(Here, EditKeyView, Vec<u64>), UiError> {
    let (workspace, view, days) = asked.await?;
    Ok((viewing.enter(&workspace).await?, view, days))
}

fn can_change(view: &EditKeyView) -> bool {
    view.key.token.status.is_alive() && may(view.key.role, Action::EditCredential)
}

#[component]
fn Edit(here: Here, view: EditKeyView, days: Vec<u64>) -> impl IntoView {
    let (workspace, tabs) = (here.workspace.slug, here.workspace.tabs);
    let list = routes::credentials(&workspace, Kind::ApiKey);
    let key = view.key.clone();
    let id = key.token.id;
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=list.clone()>"Settings"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <a href=list>"API keys"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <span aria-current="page">{key.token.name.clone()}</span>
        </nav>
        <h1>"Edit API key"</h1>
        <div class="split">
            <Form workspace=workspace.clone() view/>
            <aside class="stack" aria-label=about(Kind::ApiKey)>
                <div class="panel pad">
                    <Facts token=key.token responsible=key.responsible now=key.now/>
                    <Spark days wide=true/>
                    <p class="hint">
                        "Saving takes effect at once. The secret never changes: for a new one, "
                        <a href=routes::credential_like(&workspace, id)>"create one like this"</a>
                        " and delete this key. " <a href=routes::credential(&workspace, id)>"Its calls and refusals"</a>
                        " are on its own page."
                    </p>
                </div>
                <Revoke kind=Kind::ApiKey href=routes::revoke_credential(&workspace, id, &Page::default())/>
                {when_which(&tabs, &workspace)}
            </aside>
        </div>
    }
}

#[component]
fn Form(workspace: String, view: EditKeyView) -> impl IntoView {
    let (changes, focus_next) = (expect_context::<Changes>(), expect_context::<FocusNext>());
    let EditKeyView { key, version, groups, begin, error } = view;
    let (token, asked_at) = (key.token, key.now);
    let id = token.id;
    let list = routes::credentials(&workspace, Kind::ApiKey);
    let is_fresh = begin.is_empty();
    let typed = |field| form::value(&begin, field).map(ToOwned::to_owned);
    let name = typed("name").unwrap_or(token.name);
    let description = typed("description").unwrap_or(token.description);
    let first = if token.expires_at.is_some() { KEEP.to_owned() } else { Choice::Never.to_string() };
    let chosen = typed("expiry").unwrap_or(first);
    let until = typed("until");
    let is_held = |scope: &str| token.scopes.iter().any(|held| held.name == scope);
    let groups =
        pick_groups(groups, |scope| if is_fresh { is_held(scope) } else { form::ticked(&begin, "scopes", scope) });
    let is_on = if is_fresh { token.status.is_live() } else { form::ticked(&begin, "active", "true") };

    let edit = Sending::to::<EditKey>();
    let answer = edit.value();
    when_done(
        move || answer.get(),
        move || {
            focus_next.set(name_id(id));
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), error);
    let focused = problems.first_of(FIELDS).unwrap_or_default();
    let at_name = problems.of("name");
    view! {
        <SendForm sending=edit class="stack loose">
            <FormProblem problems fields=FIELDS/>
            <input type="hidden" name="workspace" value=workspace/>
            <input type="hidden" name="id" value=id.to_string()/>
            <input type="hidden" name="version" value=version.to_string()/>
            <input type="hidden" name="asked_at" value=asked_at.micros().to_string()/>
            <div class="field">
                <label for="name">"Name"</label>
                <input
                    class="input"
                    id="name"
                    name="name"
                    autocomplete="off"
                    autofocus=focused == "name"
                    value=name
                    aria-invalid=invalid(at_name)
                    aria-describedby=described(at_name, "name-error", None)
                />
                <FieldError id="name-error" message=at_name/>
            </div>
            <Description text=description focused=focused == "description" message=problems.of("description")/>
            <ScopePicks kind=Kind::ApiKey groups error=problems.of("scopes")>
                <Sensitive kind=Kind::ApiKey/>
            </ScopePicks>
            <Expiry
                kind=Kind::ApiKey
                asked_at
                keep=token.expires_at
                chosen
                until
                focused
                at_expiry=problems.of("expiry")
                at_until=problems.of("until")
            />
            <ActiveField on=is_on/>
            <div class="actions">
                <Submit class="btn primary" pending=edit.pending()>
                    "Save changes"
                </Submit>
                <a class="btn" href=list>
                    "Cancel"
                </a>
            </div>
        </SendForm>
    }
}
