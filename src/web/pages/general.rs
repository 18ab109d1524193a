//! `/w/{slug}/settings/general`: the workspace itself. Owners change it, all others look.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::{Frame, Tabs, may},
    setup::catalog_card,
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::{plan::Plan, policy::Action},
    web::{
        api::{
            form::Refused,
            setup::CatalogCard,
            workspaces::{ChangePlan, GeneralView, RenameWorkspace, general_settings},
        },
        components::{
            button::Submit,
            catalog::CardText,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            number::thousands,
            shell::{Current, Section},
        },
        error::UiError,
        routes,
        send::{SendForm, Sending},
    },
};

/// The page.
#[component]
pub fn General() -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let params = use_params_map();
    let asked = Resource::new(
        move || (params.with(routes::workspace), changes.count()),
        |(workspace, _)| async move {
            let view = general_settings(workspace.clone()).await?;
            Ok((workspace, view))
        },
    );
    view! {
        <Title text="Workspace settings · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match shown(viewing, asked).await {
                    Ok((here, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Page)>
                                    <Page here view/>
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
    asked: Resource<Result<(String, GeneralView), UiError>>,
) -> Result<(Here, GeneralView), UiError> {
    let (workspace, view) = asked.await?;
    Ok((viewing.enter(&workspace).await?, view))
}

#[component]
fn Page(here: Here, view: GeneralView) -> impl IntoView {
    let role = view.role;
    let facts = view! { <Facts view=view.clone()/> };
    let name = may(role, Action::RenameWorkspace).then(|| {
        view! { <Rename slug=view.slug.clone() name=view.name.clone() refused=refused(&view, "workspace")/> }
    });
    let plan = may(role, Action::ChangePlan).then(|| view! { <Plans view=view.clone()/> });
    let catalog = may(role, Action::ChangeCatalog).then(|| {
        view! { <Catalogs slug=view.slug.clone() current=view.catalog.clone() others=view.others.clone()/> }
    });
    let rule = may(role, Action::RequireTwoFactor).then(|| {
        view! { <Rule slug=view.slug.clone() required=view.requires_two_factor/> }
    });
    let delete = may(role, Action::DeleteWorkspace).then(|| view! { <Delete slug=view.slug.clone()/> });
    view! {
        <h1>"Settings"</h1>
        <Tabs link=here.workspace kind=None/>
        <div class="split">
            <div class="stack loose">
                {name.is_none().then(|| view! { <p>"Only owners change the workspace itself."</p> })} {name} {plan}
                {catalog} {rule}
            </div>
            <aside class="stack" aria-label="About this workspace">
                {facts} {delete}
            </aside>
        </div>
    }
}

/// What was refused before, if it was the form with this field.
fn refused(view: &GeneralView, field: &str) -> Option<Refused> {
    view.refused.clone().filter(|refused| refused.value(field).is_some())
}

#[component]
fn Facts(view: GeneralView) -> impl IntoView {
    view! {
        <div class="panel pad">
            <dl class="facts">
                <dt>"Name"</dt>
                <dd>{view.name}</dd>
                <dt>"Address"</dt>
                <dd>
                    <code class="break">{view.slug}</code>
                </dd>
                <dt>"Plan"</dt>
                <dd>{view.plan.title()}</dd>
                <dt>"Catalog"</dt>
                <dd>{view.catalog.title}</dd>
                <dt>"Two-factor"</dt>
                <dd>{if view.requires_two_factor { "Required" } else { "Not required" }}</dd>
                <dt>"Created"</dt>
                <dd>{view.created}</dd>
                <dt>"Id"</dt>
                <dd>
                    <code class="break">{view.id}</code>
                </dd>
            </dl>
        </div>
    }
}

/// What follows a change that stays on this page: everything that shows the workspace is asked anew.
fn look_again(sending: Sending) {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let answer = sending.value();
    when_done(
        move || answer.get(),
        move || {
            viewing.again();
            changes.happened();
        },
    );
}

#[component]
fn Rename(slug: String, name: String, refused: Option<Refused>) -> impl IntoView {
    let rename = Sending::to::<RenameWorkspace>();
    let answer = rename.value();
    look_again(rename);
    let typed = refused.as_ref().and_then(|refused| refused.value("workspace")).map(ToOwned::to_owned);
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_name = problems.of("workspace");
    view! {
        <SendForm sending=rename class="stack tight">
            <h2>"Name"</h2>
            <FormProblem problems fields=&["workspace"]/>
            <input type="hidden" name="workspace" value=slug/>
            <div class="field">
                <label for="name">"Workspace name"</label>
                <input
                    class="input"
                    id="name"
                    name="name"
                    autocomplete="off"
                    value=typed.unwrap_or(name)
                    aria-invalid=invalid(at_name)
                    aria-describedby=described(at_name, "name-error", Some("name-hint"))
                />
                <p class="hint" id="name-hint">
                    "Its address stays as it is, so links and scripts keep working."
                </p>
                <FieldError id="name-error" message=at_name/>
            </div>
            <div>
                <Submit class="btn primary" pending=rename.pending()>
                    "Save name"
                </Submit>
            </div>
        </SendForm>
    }
}

#[component]
fn Plans(view: GeneralView) -> impl IntoView {
    let change = Sending::to::<ChangePlan>();
    let answer = change.value();
    look_again(change);
    let problems = Problems::new(move || answer.get(), refused(&view, "plan").map(|refused| refused.error));
    let GeneralView { plan: current, used, slug, .. } = view;
    let choices = view
        .plans
        .into_iter()
        .map(|(plan, limit)| {
            view! {
                <label class="check choice">
                    <input type="radio" name="plan" value=plan.as_str() checked=plan == current/>
                    " "
                    <span>
                        <b>{plan.title()}</b>
                        <small>{allows(plan, limit, used)}</small>
                    </span>
                </label>
            }
        })
        .collect_view();
    view! {
        <SendForm sending=change class="stack tight">
            <FormProblem problems fields=&[]/>
            <input type="hidden" name="workspace" value=slug/>
            <fieldset class="field" id="plan">
                <legend>
                    <h2>"Plan"</h2>
                </legend>
                <p class="hint">
                    "A smaller plan revokes nothing: what is there keeps working, and new ones wait until there is room."
                </p>
                <div class="choices">{choices}</div>
            </fieldset>
            <div>
                <Submit class="btn" pending=change.pending()>
                    "Change plan"
                </Submit>
            </div>
        </SendForm>
    }
}

fn allows(plan: Plan, limit: Option<u32>, used: u32) -> String {
    match limit {
        None => "As many tokens and API keys as you like.".to_owned(),
        Some(limit) if used > limit => {
            let (limit, used) = (thousands(u64::from(limit)), thousands(u64::from(used)));
            format!("{limit} of each kind. {used} are in use: no new ones on {}.", plan.title())
        }
        Some(limit) => format!("{} tokens and as many API keys.", thousands(u64::from(limit))),
    }
}

#[component]
fn Catalogs(slug: String, current: CatalogCard, others: Vec<CatalogCard>) -> impl IntoView {
    let others = others
        .into_iter()
        .map(|other| {
            let href = routes::change_catalog(&slug, &other.name);
            let label = format!("See what changes with {}", other.title);
            view! {
                <li>
                    <span class="glyph">
                        <Icon glyph=Glyph::Swap/>
                    </span>
                    <div>
                        <div class="line">
                            <b>{other.title}</b>
                        </div>
                        <p>{other.description}</p>
                    </div>
                    <a class="btn small" href=href aria-label=label>
                        "See what changes"
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="stack tight" aria-labelledby="catalog-title">
            <h2 id="catalog-title">"Catalog"</h2>
            <div class="panel pad">
                <CardText card=catalog_card(current)/>
            </div>
            <p class="hint">"The scopes and prefixes of this workspace. Another one can be chosen after a look at what it does."</p>
            <ul class="panel list" role="list">
                {others}
            </ul>
        </section>
    }
}

#[component]
fn Rule(slug: String, required: bool) -> impl IntoView {
    let (text, action) = if required {
        ("Required: whoever has none sees nothing of this workspace but the way to set it up.", "Stop requiring it")
    } else {
        ("Not required: whoever has none signs in with the password alone.", "See whom it would affect")
    };
    view! {
        <section class="stack tight" aria-labelledby="rule-title">
            <h2 id="rule-title">"Two-factor"</h2>
            <p>{text}</p>
            <div>
                <a class="btn" href=routes::two_factor_rule(&slug)>
                    <Icon glyph=Glyph::Shield/>
                    " "
                    {action}
                </a>
            </div>
        </section>
    }
}

#[component]
fn Delete(slug: String) -> impl IntoView {
    view! {
        <div class="panel pad">
            <h2>"Delete this workspace"</h2>
            <p class="hint">"Its tokens and keys stop working at once, and nobody gets in any more. This cannot be undone."</p>
            <div>
                <a class="btn danger" href=routes::delete_workspace(&slug)>
                    <Icon glyph=Glyph::Trash/>
                    " Delete workspace"
                </a>
            </div>
        </div>
    }
}
