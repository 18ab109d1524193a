//! `…/access-tokens/new` and `…/api-keys/new`: the dialog that makes one. `?like=tok_…` fills it in like another one.

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
        api::{
            credentials::{CreateCredential, NewCredentialView, ScopeChip, ScopeGroup, new_credential_form},
            form,
        },
        components::{
            button::Submit,
            callout::{Callout, Tone},
            description::Description,
            dialog::Dialog,
            expiry::Expiry,
            field::{FieldError, described, invalid},
            icon::{Glyph, Icon},
            level::Level,
            number::thousands,
            passphrase::Passphrase,
            picks::{Pick, PickGroup, ScopePicks},
            plan::limit_reached,
            switch::ActiveField,
        },
        navigate::FocusNext,
        send::{SendForm, Sending},
    },
};

const FIELDS: &[&str] = &["name", "description", "expiry", "until", "project", "scopes", "passphrase"];

/// The dialog.
#[component]
pub fn CredentialNew() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let focus_next = expect_context::<FocusNext>();
    let query = use_query_map();
    let like = move || query.with(|query| query.get("like").unwrap_or_default());
    let asked = Resource::new(
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
        <Title text=match behind.kind {
            Kind::AccessToken => "New access token · Latchkey",
            Kind::ApiKey => "New API key · Latchkey",
        }/>
        <Transition>
            {move || Suspend::new(async move {
                // Where there is no list to lie over, the list says why.
                viewing.enter(&behind.workspace.get_untracked()).await.ok()?;
                let close = Close { href: behind.href(), back: Callback::new(move |()| back()) };
                Some(
                    match asked.await {
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
                                                <Full kind=behind.kind reason close/>
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
fn Head(kind: Kind, text: String, close: Close) -> impl IntoView {
    let title = match kind {
        Kind::AccessToken => "New access token",
        Kind::ApiKey => "New API key",
    };
    let Close { href, back } = close;
    view! {
        <header>
            <div>
                <h2 id="create-title">{title}</h2>
                <p>{text}</p>
            </div>
            <a class="btn quiet square small" href=href aria-label="Close" on:click=move |_| back.run(())>
                <Icon glyph=Glyph::X/>
            </a>
        </header>
    }
}

#[component]
fn Full(kind: Kind, reason: String, close: Close) -> impl IntoView {
    let Close { href, back } = close.clone();
    view! {
        <section>
            <Head kind text=reason close/>
            <footer>
                <a class="btn primary" href=href on:click=move |_| back.run(())>
                    {back_to(kind)}
                </a>
            </footer>
        </section>
    }
}

#[component]
fn Form(workspace: String, kind: Kind, view: NewCredentialView, close: Close) -> impl IntoView {
    let changes = expect_context::<Changes>();
    let intro = intro(kind, &view);
    let NewCredentialView { asked_at, form_key, groups, projects, begin, error, .. } = view;
    let typed = |field| form::value(&begin, field).map(ToOwned::to_owned);
    let name = typed("name").unwrap_or_default();
    let chosen = typed("expiry").unwrap_or_else(|| Choice::DEFAULT.to_string());
    let until = typed("until");
    let project = typed("project").filter(|_| form::ticked(&begin, "level", "project"));
    let groups = pick_groups(groups, |scope| form::ticked(&begin, "scopes", scope));
    let is_key = kind == Kind::ApiKey;
    let is_active = begin.is_empty() || form::ticked(&begin, "active", "true");
    let description = typed("description").unwrap_or_default();

    let create = Sending::to::<CreateCredential>();
    let answer = create.value();
    when_done(move || answer.get(), move || changes.happened());
    let problems = Problems::new(move || answer.get(), error);
    let focused = problems.first_of(FIELDS).unwrap_or("name");
    let at_name = problems.of("name");
    let description = is_key.then(|| {
        view! { <Description text=description focused=focused == "description" message=problems.of("description")/> }
    });
    let Close { href, back } = close.clone();
    view! {
        <SendForm sending=create>
            <Head kind text=intro close/>
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
                {description}
                <Expiry
                    kind
                    asked_at
                    keep=None
                    chosen
                    until
                    focused
                    at_expiry=problems.of("expiry")
                    at_until=problems.of("until")
                />
                <Level projects chosen=project focused=focused == "project" message=problems.of("project")/>
                <ScopePicks kind groups error=problems.of("scopes")>
                    <Sensitive kind/>
                </ScopePicks>
                {is_key.then(|| view! { <ActiveField on=is_active/> })}
                <Passphrase noun=kind.noun() message=problems.of("passphrase") focused=focused == "passphrase"/>
            </div>
            <footer>
                <a class="btn" href=href on:click=move |_| back.run(())>
                    "Cancel"
                </a>
                <Submit class="btn primary" pending=create.pending()>
                    <Icon glyph=Glyph::Key/>
                    {match kind {
                        Kind::AccessToken => " Generate token",
                        Kind::ApiKey => " Generate API key",
                    }}
                </Submit>
            </footer>
        </SendForm>
    }
}

/// Stands below the scopes while one of those is ticked that the catalog warns of.
#[component]
pub fn Sensitive(
    /// What is made or edited.
    kind: Kind,
) -> impl IntoView {
    let (title, holder) = match kind {
        Kind::AccessToken => ("You chose a sensitive scope", "token"),
        Kind::ApiKey => ("You chose a sensitive permission", "key"),
    };
    view! {
        <Callout tone=Tone::Warn class="callout when-sensitive" title>
            <p>{format!("Whoever holds this {holder} can do a lot. Grant it only where it is needed.")}</p>
        </Callout>
    }
}

/// The way out of a dialog over a list.
#[must_use]
pub const fn back_to(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "Back to access tokens",
        Kind::ApiKey => "Back to API keys",
    }
}

fn intro(kind: Kind, view: &NewCredentialView) -> String {
    let workspace = &view.workspace;
    let place = view.usage.limit.map(|limit| {
        let number = thousands(u64::from(view.usage.used) + 1);
        format!(" This will be {} {number} of {}.", kind.noun(), thousands(u64::from(limit)))
    });
    let later = match kind {
        Kind::AccessToken => "It cannot be changed later, only revoked.",
        Kind::ApiKey => "All but its secret and its level can be changed later.",
    };
    format!("For {workspace}.{} {later}", place.unwrap_or_default())
}

/// The boxes of these scopes.
pub fn pick_groups(groups: Vec<ScopeGroup>, ticked: impl Fn(&str) -> bool) -> Vec<PickGroup> {
    let pick = |scope: ScopeChip| Pick {
        ticked: ticked(&scope.name),
        name: scope.name,
        description: if scope.known { scope.description } else { "Grants nothing".to_owned() },
        sensitive: scope.sensitive,
        owners_only: scope.owners_only,
    };
    let group = |group: ScopeGroup| PickGroup { name: group.name, picks: group.scopes.into_iter().map(pick).collect() };
    groups.into_iter().map(group).collect()
}
