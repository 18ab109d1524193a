//! `…/settings/general/two-factor`: whom it affects when a second factor is required, before it is.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems, when_done},
    frame::Frame,
    general_questions::{Crumbs, entered},
    workspace::{Changes, Here, Viewing},
};
use crate::{
    domain::role::Role,
    web::{
        api::workspaces::{RequireTwoFactor, TwoFactorRuleView, two_factor_rule},
        components::{
            button::Submit,
            callout::{Callout, Tone},
            icon::{Glyph, Icon},
            shell::{Current, Section},
        },
        routes,
        send::{SendForm, Sending},
    },
};

/// The page.
#[component]
pub fn TwoFactorRule() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let params = use_params_map();
    let asked = Resource::new(
        move || params.with(routes::workspace),
        |workspace| async move {
            let view = two_factor_rule(workspace.clone()).await?;
            Ok((workspace, view))
        },
    );
    view! {
        <Title text="Require two-factor · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match entered(viewing, asked).await {
                    Ok((here, view)) => {
                        Either::Left(
                            view! {
                                <Frame here=here.clone() at=(Section::Settings, Current::Below)>
                                    <Question here view/>
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
fn Question(here: Here, view: TwoFactorRuleView) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let slug = here.workspace.slug;
    let TwoFactorRuleView { required, own, without, refused } = view;
    let change = Sending::to::<RequireTwoFactor>();
    let answer = change.value();
    when_done(move || answer.get(), move || changes.happened());
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let (title, text, button) = if required {
        ("Stop requiring two-factor?", "Whoever has none gets in with the password alone.", "Stop requiring it")
    } else {
        (
            "Require two-factor?",
            "Whoever has none sees nothing of this workspace until they have set it up, from now on. Tokens and keys go \
             on working.",
            "Require two-factor",
        )
    };
    let own_first = (!own).then(|| {
        view! {
            <Callout tone=Tone::Warn title="Turn on two-factor for your own account first">
                <p>
                    "Or you would lock yourself out. " <a href=routes::TWO_FACTOR_PAGE>"Set it up"</a> "."
                </p>
            </Callout>
        }
    });
    view! {
        <Crumbs slug=slug.clone() here="Two-factor"/>
        <div class="head">
            <div>
                <h1>{title}</h1>
                <p>{text}</p>
            </div>
        </div>
        {own_first}
        <Affected without/>
        <SendForm sending=change class="stack tight">
            <FormProblem problems fields=&[]/>
            <input type="hidden" name="workspace" value=slug.clone()/>
            <input type="hidden" name="required" value=if required { "" } else { "yes" }/>
            <div class="actions">
                {own
                    .then(|| {
                        view! {
                            <Submit class="btn primary" pending=change.pending()>
                                {button}
                            </Submit>
                        }
                    })}
                <a class="btn" href=routes::general(&slug)>
                    "Cancel"
                </a>
            </div>
        </SendForm>
    }
}

#[component]
fn Affected(without: Vec<(Role, String)>) -> impl IntoView {
    if without.is_empty() {
        return Either::Left(view! { <p>"Everybody in this workspace has two-factor."</p> });
    }
    let title = match without.len() {
        1 => "1 person has none".to_owned(),
        many => format!("{many} people have none"),
    };
    let lines = without.into_iter().map(|(role, email)| {
        view! {
            <li>
                <span class="glyph">
                    <Icon glyph=Glyph::User/>
                </span>
                <div>
                    <div class="line">
                        <b>{email}</b>
                    </div>
                    <p>{role.title()}</p>
                </div>
            </li>
        }
    });
    Either::Right(view! {
        <section class="stack tight" aria-labelledby="affected-title">
            <h2 id="affected-title">{title}</h2>
            <ul class="panel list" role="list">
                {lines.collect_view()}
            </ul>
        </section>
    })
}
