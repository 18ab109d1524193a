//! `…/access-tokens/new`: the dialog that makes a token. `?like=tok_…` fills it in like another one.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    credential_row::menu_id,
    credentials::{Behind, NEW_TOKEN},
    error::ErrorDialog,
    form::{FormProblem, Problems, when_done},
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{
        credential::{CredentialId, Kind},
        lifetime::Choice,
    },
    web::{
        api::credentials::{CreateCredential, NewCredentialView, ScopeGroup, new_credential_form},
        components::{
            button::Submit,
            callout::{Callout, Tone},
            dialog::Dialog,
            expiry::Expiry,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            number::thousands,
            passphrase::Passphrase,
            picks::{Pick, PickGroup, ScopePicks},
            plan::limit_reached,
        },
        navigate::FocusNext,
        send::{SendForm, Sending},
    },
};

const FIELDS: &[&str] = &["name", "expiry", "until", "scopes", "passphrase"];

/// The dialog.
#[component]
pub fn CredentialNew() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let focus_next = expect_context::<FocusNext>();
    let query = use_query_map();
    let like = move || query.with(|query| query.get("like").unwrap_or_default());
    let form = Resource::new(
        move || (behind.workspace.get(), like()),
        move |(workspace, like)| async move {
            let view = new_credential_form(workspace.clone(), behind.kind.as_str().to_owned(), like).await?;
            Ok((workspace, view))
        },
    );
    // Back to what opened it: the button, or the menu of the row that it was to be like.
    let back = move || {
        let opener = untrack(like).parse::<CredentialId>().map_or_else(|_| NEW_TOKEN.to_owned(), menu_id);
        focus_next.set(opener);
    };
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        back();
        navigate(&behind.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Title text="New access token · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                // Where there is no list to lie over, the list says why.
                viewing.enter(&behind.workspace.get_untracked()).await.ok()?;
                let close = Close { href: behind.href(), back: Callback::new(move |()| back()) };
                Some(
                    match form.await {
                        Ok((workspace, view)) => {
                            match limit_reached(behind.kind, &view.usage) {
                                None => {
                                    EitherOf3::A(
                                        view! {
                                            <Dialog titled="create-title" on_close>
                                                <Form workspace kind=behind.kind view close/>
                                            </Dialog>
                                        },
                                    )
                                }
                                Some(reason) => {
                                    EitherOf3::B(
                                        view! {
                                            <Dialog titled="create-title" on_close>
                                                <Full reason close/>
                                            </Dialog>
                                        },
                                    )
                                }
                            }
                        }
                        Err(error) => EitherOf3::C(view! { <ErrorDialog error list=close.href on_close/> }),
                    },
                )
            })}
        </Transition>
    }
}

/// The links that close the dialog.
#[derive(Clone)]
struct Close {
    href: String,
    back: Callback<()>,
}

#[component]
fn Head(text: String, close: Close) -> impl IntoView {
    let Close { href, back } = close;
    view! {
        <header>
            <div>
                <h2 id="create-title">"New access token"</h2>
                <p>{text}</p>
            </div>
            <a class="btn quiet square small" href=href aria-label="Close" on:click=move |_| back.run(())>
                <Icon glyph=Glyph::X/>
            </a>
        </header>
    }
}

#[component]
fn Full(reason: String, close: Close) -> impl IntoView {
    let Close { href, back } = close.clone();
    view! {
        <section>
            <Head text=reason close/>
            <footer>
                <a class="btn primary" href=href on:click=move |_| back.run(())>
                    "Back to access tokens"
                </a>
            </footer>
        </section>
    }
}

#[component]
fn Form(workspace: String, kind: Kind, view: NewCredentialView, close: Close) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let intro = intro(&view);
    let NewCredentialView { asked_at, form_key, groups, like, refused, .. } = view;
    let typed = |field| refused.as_ref().and_then(|refused| refused.value(field)).map(ToOwned::to_owned);
    let (like_name, like_scopes) = like.unwrap_or_default();
    let name = typed("name").unwrap_or(like_name);
    let expiry = typed("expiry").and_then(|value| Choice::from_value(&value)).unwrap_or(Choice::DEFAULT);
    let until = typed("until");
    let ticked = |scope: &str| match &refused {
        Some(refused) => refused.ticked("scopes", scope),
        None => like_scopes.iter().any(|like| like == scope),
    };
    let groups = groups.into_iter().map(|group| pick_group(group, ticked)).collect();

    let create = Sending::to::<CreateCredential>();
    let answer = create.value();
    when_done(move || answer.get(), move || changes.happened());
    let problems = Problems::new(move || answer.get(), refused.map(|refused| refused.error));
    let focused = problems.first_of(FIELDS).unwrap_or("name");
    let at_name = problems.of("name");
    let Close { href, back } = close.clone();
    view! {
        <SendForm sending=create>
            <Head text=intro close/>
            <div class="body">
                <FormProblem problems fields=FIELDS/>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="kind" value=kind.as_str()/>
                <input type="hidden" name="form_key" value=form_key/>
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
                        aria-describedby=described(at_name, "name-error", Some("name-hint"))
                    />
                    <p class="hint" id="name-hint">
                        "Say what will use it, so the next person can tell. At least 3 characters."
                    </p>
                    <FieldError id="name-error" message=at_name/>
                </div>
                <Expiry
                    asked_at
                    chosen=expiry
                    until
                    focused
                    at_expiry=problems.of("expiry")
                    at_until=problems.of("until")
                />
                <ScopePicks groups error=problems.of("scopes")>
                    <Callout tone=Tone::Warn class="callout when-sensitive" title="You chose a sensitive scope">
                        <p>"Whoever holds this token can do a lot. Grant it only where it is needed."</p>
                    </Callout>
                </ScopePicks>
                <Passphrase message=problems.of("passphrase") focused=focused == "passphrase"/>
            </div>
            <footer>
                <a class="btn" href=href on:click=move |_| back.run(())>
                    "Cancel"
                </a>
                <Submit class="btn primary" pending=create.pending()>
                    <Icon glyph=Glyph::Key/>
                    " Generate token"
                </Submit>
            </footer>
        </SendForm>
    }
}

fn intro(view: &NewCredentialView) -> String {
    let workspace = &view.workspace;
    let place = view.usage.limit.map(|limit| {
        let number = thousands(u64::from(view.usage.used) + 1);
        format!(" This will be token {number} of {}.", thousands(u64::from(limit)))
    });
    format!("For {workspace}.{} It cannot be changed later, only revoked.", place.unwrap_or_default())
}

fn pick_group(group: ScopeGroup, ticked: impl Fn(&str) -> bool) -> PickGroup {
    let picks = group.scopes.into_iter().map(|scope| Pick {
        ticked: ticked(&scope.name),
        name: scope.name,
        description: scope.description,
        sensitive: scope.sensitive,
    });
    PickGroup { name: group.name, picks: picks.collect() }
}
