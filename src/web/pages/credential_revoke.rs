//! `…/access-tokens/{id}/revoke`, and the same of keys: the question before one is revoked. People delete a key; it
//! stays listed as revoked.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    credential_new::back_to,
    credential_row::{menu_id, revoke_id},
    credentials::{Behind, HEADING},
    error::ErrorDialog,
    form::{FormProblem, Problems, when_done},
    frame::may,
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{
        credential::{CredentialId, Kind, Status},
        policy::Action,
    },
    web::{
        api::credentials::{CredentialView, RevokeCredential, credential_details},
        components::{
            button::Submit,
            dialog::Dialog,
            icon::{Glyph, Icon},
            number::thousands,
        },
        navigate::FocusNext,
        routes,
        send::{SendForm, Sending},
    },
};

/// The dialog.
#[component]
pub fn CredentialRevoke() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let focus_next = expect_context::<FocusNext>();
    let params = use_params_map();
    let id = move || params.with(routes::id);
    let asked = Resource::new(
        move || (behind.workspace.get(), id()),
        |(workspace, id)| async move {
            let view = credential_details(workspace.clone(), id).await?;
            Ok((workspace, view))
        },
    );
    let back = move || {
        if let Ok(id) = untrack(id).parse::<CredentialId>() {
            focus_next.set(revoke_id(id));
        }
    };
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        back();
        navigate(&behind.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Title text=match behind.kind {
            Kind::AccessToken => "Revoke a token · Latchkey",
            Kind::ApiKey => "Delete an API key · Latchkey",
        }/>
        <Transition>
            {move || Suspend::new(async move {
                viewing.enter(&behind.workspace.get_untracked()).await.ok()?;
                let close = Close { href: behind.href(), back: Callback::new(move |()| back()) };
                Some(
                    match asked.await {
                        Ok((workspace, view)) => {
                            match refusal(&view) {
                                None => {
                                    EitherOf3::A(
                                        view! {
                                            <Dialog titled="revoke-title" on_close>
                                                <Question workspace view close/>
                                            </Dialog>
                                        },
                                    )
                                }
                                Some(reason) => {
                                    EitherOf3::B(
                                        view! {
                                            <Dialog titled="revoke-title" on_close>
                                                <Pointless view reason close/>
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

/// Why there is nothing to ask.
fn refusal(view: &CredentialView) -> Option<&'static str> {
    match view.token.status {
        Status::Revoked => Some("It is revoked already. It can't come back."),
        Status::Expired => Some("It has expired already. It can't come back."),
        Status::Active | Status::Expiring | Status::Inactive if !may(view.role, Action::RevokeCredential) => {
            Some("Only owners and admins can do this.")
        }
        Status::Active | Status::Expiring | Status::Inactive => None,
    }
}

/// The links that close the dialog.
#[derive(Clone)]
struct Close {
    href: String,
    back: Callback<()>,
}

#[component]
fn Pointless(view: CredentialView, reason: &'static str, close: Close) -> impl IntoView {
    let Close { href, back } = close;
    view! {
        <section>
            <header>
                <div>
                    <h2 id="revoke-title">{view.token.name}</h2>
                    <p>{reason}</p>
                </div>
            </header>
            <footer>
                <a class="btn primary" href=href on:click=move |_| back.run(())>
                    {back_to(view.token.id.kind())}
                </a>
            </footer>
        </section>
    }
}

#[component]
fn Question(workspace: String, view: CredentialView, close: Close) -> impl IntoView {
    let (changes, behind) = (expect_context::<Changes>(), expect_context::<Behind>());
    let focus_next = expect_context::<FocusNext>();
    let revoke = Sending::to::<RevokeCredential>();
    let answer = revoke.value();
    let id = view.token.id;
    let kind = id.kind();
    let verb = match kind {
        Kind::AccessToken => "Revoke",
        Kind::ApiKey => "Delete",
    };
    when_done(
        move || answer.get(),
        move || {
            focus_next.set(behind.next(id).map_or_else(|| HEADING.to_owned(), menu_id));
            changes.happened();
        },
    );
    let problems = Problems::new(move || answer.get(), view.refused.clone().map(|refused| refused.error));
    let used = view
        .token
        .last_used_at
        .map_or_else(|| "never used".to_owned(), |at| format!("last used {}", at.relative(view.now)));
    let hint = view.token.hint.clone();
    let Close { href, back } = close;
    view! {
        <SendForm sending=revoke>
            <header>
                <div>
                    <h2 id="revoke-title">{format!("{verb} {}?", view.token.name)}</h2>
                    <p>{what_follows(kind)}</p>
                </div>
            </header>
            <div class="body">
                <FormProblem problems fields=&[]/>
                <p class="hint">
                    <code>{format!("{hint}…")}</code>
                    {format!(" · {used}")}
                </p>
                <input type="hidden" name="workspace" value=workspace/>
                <input type="hidden" name="id" value=id.to_string()/>
                <Descendants view/>
            </div>
            <footer>
                <a class="btn" href=href autofocus on:click=move |_| back.run(())>
                    "Cancel"
                </a>
                <Submit class="btn danger primary" pending=revoke.pending()>
                    <EndLabel kind/>
                </Submit>
            </footer>
        </SendForm>
    }
}

/// What a button says that ends one.
#[component]
pub fn EndLabel(
    /// One of which kind.
    kind: Kind,
) -> impl IntoView {
    let (glyph, label) = match kind {
        Kind::AccessToken => (Glyph::Ban, " Revoke token"),
        Kind::ApiKey => (Glyph::Trash, " Delete API key"),
    };
    view! {
        <Icon glyph/>
        {label}
    }
}

/// What comes of ending one.
#[must_use]
pub const fn what_follows(kind: Kind) -> &'static str {
    match kind {
        Kind::AccessToken => "Tools using it stop working at once. This cannot be undone.",
        Kind::ApiKey => "Tools using it stop working at once. It stays listed as revoked. This cannot be undone.",
    }
}

/// The tokens and keys that go with it, unless somebody says otherwise.
#[component]
fn Descendants(view: CredentialView) -> impl IntoView {
    if view.descendants.is_empty() {
        return view! { <input type="hidden" name="descendants" value="revoke"/> }.into_any();
    }
    let label = match view.descendants.len() {
        1 => format!("Also revoke the {} it has made", view.descendants[0].id.kind().noun()),
        many => format!("Also revoke the {} tokens and keys it has made", thousands(many as u64)),
    };
    let made = view
        .descendants
        .into_iter()
        .map(|token| {
            view! {
                <li>
                    <span class="glyph">
                        <Icon glyph=Glyph::Key/>
                    </span>
                    <div>
                        <div class="line">
                            <b>{token.name}</b>
                        </div>
                        <p>
                            <code>{format!("{}…", token.hint)}</code>
                        </p>
                    </div>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="panel list" role="list" aria-label="What it has made">
            {made}
        </ul>
        <label class="check">
            <input type="checkbox" name="descendants" value="revoke" checked/>
            " "
            <span>{label}</span>
        </label>
    }
    .into_any()
}
