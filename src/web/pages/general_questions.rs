//! `…/settings/general/catalog?to=…` and `…/settings/general/delete`: what is asked before the workspace itself
//! changes for good.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::Frame,
    setup::catalog_card,
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::credential::Kind,
    web::{
        api::{
            form::Refused,
            workspaces::{
                CatalogPreviewView, ChangeCatalog, DeleteWorkspace, KindChange, delete_workspace_form, preview_catalog,
            },
        },
        components::{
            button::Submit,
            callout::{Callout, Tone},
            catalog::CardText,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            number::count,
            shell::{Current, Section},
        },
        error::UiError,
        routes,
        send::{SendForm, Sending},
    },
};

/// Another catalog.
#[component]
pub fn CatalogQuestion() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Resource::new(
        move || (params.with(routes::workspace), query.with(|query| query.get("to").unwrap_or_default())),
        |(workspace, to)| async move {
            let view = preview_catalog(workspace.clone(), to).await?;
            Ok((workspace, view))
        },
    );
    view! {
        <Title text="Change the catalog · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match entered(viewing, asked).await {
                    Ok((here, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Below)>
                                    <Preview here view/>
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

/// What a page below the settings needs, and who is where.
pub(super) async fn entered<T: Clone + Send + Sync + 'static>(
    viewing: Viewing,
    asked: Resource<Result<(String, T), UiError>>,
) -> Result<(Here, T), UiError> {
    let (workspace, view) = asked.await?;
    Ok((viewing.enter(&workspace).await?, view))
}

/// The way back to the settings.
#[component]
pub(super) fn Crumbs(
    /// The workspace's slug.
    slug: String,
    /// The page.
    here: &'static str,
) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label="Breadcrumb">
            <a href=routes::general(&slug)>"Settings"</a>
            " "
            <span aria-hidden="true">"/"</span>
            " "
            <span aria-current="page">{here}</span>
        </nav>
    }
}

#[component]
fn Preview(here: Here, view: CatalogPreviewView) -> impl IntoView {
    let (viewing, changes) = (expect_context::<Viewing>(), expect_context::<Changes>());
    let slug = here.workspace.slug;
    let change = Sending::to::<ChangeCatalog>();
    let answer = change.value();
    when_done(
        move || answer.get(),
        move || {
            viewing.again();
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), view.refused.map(|refused| refused.error));
    let to = view.to.name.clone();
    let title = view.to.title.clone();
    let kinds = view.kinds.into_iter().map(|kind| view! { <WhatChanges kind title=title.clone()/> }).collect_view();
    view! {
        <Crumbs slug=slug.clone() here="Change the catalog"/>
        <div class="head">
            <div>
                <h1>{format!("Change the catalog to {title}?")}</h1>
                <p>"Nothing is revoked. What each scope may do is read in the new catalog from then on."</p>
            </div>
        </div>
        <div class="panel pad">
            <CardText card=catalog_card(view.to)/>
        </div>
        {kinds}
        <SendForm sending=change class="stack tight">
            <FormProblem problems fields=&[]/>
            <input type="hidden" name="workspace" value=slug.clone()/>
            <input type="hidden" name="to" value=to/>
            <div class="actions">
                <Submit class="btn primary" pending=change.pending()>
                    "Change catalog"
                </Submit>
                <a class="btn" href=routes::general(&slug)>
                    "Cancel"
                </a>
            </div>
        </SendForm>
    }
}

/// What a catalog would mean for one kind, in sentences.
#[component]
fn WhatChanges(kind: KindChange, title: String) -> impl IntoView {
    let KindChange { kind, live, before, after, unknown } = kind;
    let noun = kind.noun();
    let heading = kind.plural();
    let fate = match (before, after, live) {
        (true, true, _) => format!("{} in use. New ones can be made.", count(live, noun)),
        (false, true, _) => format!("This tab appears: {title} has {noun}s."),
        (_, false, 0) => format!("This tab goes: {title} has no {noun}s."),
        (_, false, _) => {
            format!("{title} has no {noun}s. The tab stays for the {}, but no new ones can be made.", count(live, noun))
        }
    };
    let lost = (!unknown.is_empty()).then(|| {
        let lost = unknown
            .into_iter()
            .map(|(scope, many)| {
                view! {
                    <li>
                        <span class="glyph">
                            <Icon glyph=Glyph::Warn/>
                        </span>
                        <div>
                            <div class="line">
                                <code>{scope}</code>
                            </div>
                            <p>{format!("Will grant nothing on {}", count(many, noun))}</p>
                        </div>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul class="panel list" role="list" aria-label=scopes_lost(kind)>
                {lost}
            </ul>
        }
    });
    view! {
        <section class="stack tight">
            <h2>{heading}</h2>
            <p>{fate}</p>
            {lost}
        </section>
    }
}

const fn scopes_lost(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "Scopes that will grant nothing",
        Kind::ApiKey => "Permissions that will grant nothing",
    }
}

/// The end of the workspace.
#[component]
pub fn DeleteQuestion() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let params = use_params_map();
    let asked = Resource::new(
        move || params.with(routes::workspace),
        |workspace| async move {
            let refused = delete_workspace_form(workspace.clone()).await?;
            Ok((workspace, refused))
        },
    );
    view! {
        <Title text="Delete the workspace · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match entered(viewing, asked).await {
                    Ok((here, refused)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Below)>
                                    <Deletion here refused/>
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

#[component]
fn Deletion(here: Here, refused: Option<Refused>) -> impl IntoView {
    let slug = here.workspace.slug;
    let delete = Sending::to::<DeleteWorkspace>();
    let answer = delete.value();
    let typed = refused.as_ref().and_then(|refused| refused.value("confirmation")).unwrap_or_default().to_owned();
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let at_confirmation = problems.of("confirmation");
    view! {
        <Crumbs slug=slug.clone() here="Delete the workspace"/>
        <h1>{format!("Delete {}?", here.workspace.name)}</h1>
        <Callout tone=Tone::Bad title="This cannot be undone">
            <p>
                "All its tokens and API keys are revoked and stop working at once. Open invitations end, and nobody gets into the workspace any more."
            </p>
        </Callout>
        <SendForm sending=delete class="stack">
            <FormProblem problems fields=&["confirmation"]/>
            <input type="hidden" name="workspace" value=slug.clone()/>
            <div class="field">
                <label for="confirmation">"Type " <code>{slug.clone()}</code> " to confirm"</label>
                <input
                    class="input"
                    id="confirmation"
                    name="confirmation"
                    autocomplete="off"
                    value=typed
                    aria-invalid=invalid(at_confirmation)
                    aria-describedby=described(at_confirmation, "confirmation-error", None)
                />
                <FieldError id="confirmation-error" message=at_confirmation/>
            </div>
            <div class="actions">
                <Submit class="btn danger primary" pending=delete.pending()>
                    <Icon glyph=Glyph::Trash/>
                    " Delete workspace"
                </Submit>
                <a class="btn" href=routes::general(&slug)>
                    "Cancel"
                </a>
            </div>
        </SendForm>
    }
}
