//! `/setup?code=…`: the first owner and workspace, once.

use leptos::{either::Either, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    error::ErrorPage,
    form::{FormProblem, Problems},
};
use crate::web::{
    api::setup::{CatalogCard, SetUp, SetupView, setup_form},
    components::{
        auth::Auth,
        button::Submit,
        catalog::{Card, CatalogCards},
        field::{FieldError, described, invalid},
    },
    send::{SendForm, Sending},
};

const FIELDS: &[&str] = &["email", "password", "workspace"];

/// The page.
#[component]
pub fn Setup() -> impl IntoView {
    let query = use_query_map();
    let code = move || query.with(|query| query.get("code").unwrap_or_default());
    let form = Resource::new(code, setup_form);
    view! {
        <Title text="Set up · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                match form.await {
                    Ok(view) => Either::Left(view! { <Card view code=untrack(code)/> }),
                    Err(error) => Either::Right(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Card(view: SetupView, code: String) -> impl IntoView {
    let SetupView { catalogs, refused, host } = view;
    let set_up = Sending::to::<SetUp>();
    let answer = set_up.value();
    let typed = |field| refused.as_ref().and_then(|refused| refused.value(field)).unwrap_or_default().to_owned();
    let (email, workspace, catalog) = (typed("email"), typed("workspace"), typed("catalog"));
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let focused = problems.first_of(FIELDS).unwrap_or("email");
    let (at_email, at_password, at_workspace) =
        (problems.of("email"), problems.of("password"), problems.of("workspace"));
    view! {
        <Auth wide=true host>
            <div>
                <h1>"Set up Latchkey"</h1>
                <p>"This makes the first account, its owner, and one workspace. The set-up link works once."</p>
            </div>
            <SendForm sending=set_up class="stack">
                <FormProblem problems fields=FIELDS/>
                <input type="hidden" name="code" value=code/>
                <div class="pair">
                    <div class="field">
                        <label for="email">"Email"</label>
                        <input
                            class="input"
                            id="email"
                            name="email"
                            type="email"
                            autocomplete="username"
                            autofocus=focused == "email"
                            value=email
                            aria-invalid=invalid(at_email)
                            aria-describedby=described(at_email, "email-error", None)
                        />
                        <FieldError id="email-error" message=at_email/>
                    </div>
                    <div class="field">
                        <label for="password">"Password"</label>
                        <input
                            class="input"
                            id="password"
                            name="password"
                            type="password"
                            autocomplete="new-password"
                            autofocus=focused == "password"
                            aria-invalid=invalid(at_password)
                            aria-describedby=described(at_password, "password-error", Some("password-hint"))
                        />
                        <p class="hint" id="password-hint">
                            "12 to 256 characters. Not a common one, not your email."
                        </p>
                        <FieldError id="password-error" message=at_password/>
                    </div>
                </div>
                <div class="field">
                    <label for="workspace">"Workspace name"</label>
                    <input
                        class="input"
                        id="workspace"
                        name="workspace"
                        autocomplete="organization"
                        autofocus=focused == "workspace"
                        value=workspace
                        aria-invalid=invalid(at_workspace)
                        aria-describedby=described(at_workspace, "workspace-error", Some("workspace-hint"))
                    />
                    <p class="hint" id="workspace-hint">
                        "Its address is made from this name and never changes."
                    </p>
                    <FieldError id="workspace-error" message=at_workspace/>
                </div>
                <CatalogCards cards=cards(catalogs) chosen=catalog/>
                <Submit pending=set_up.pending()>"Create owner and workspace"</Submit>
            </SendForm>
        </Auth>
    }
}

/// Catalogs as the cards show them.
pub(super) fn cards(catalogs: Vec<CatalogCard>) -> Vec<Card> {
    catalogs.into_iter().map(catalog_card).collect()
}

/// A catalog as a card shows it.
pub(super) fn catalog_card(catalog: CatalogCard) -> Card {
    let CatalogCard { name, title, description, prefixes } = catalog;
    Card { name, title, description, prefixes }
}
