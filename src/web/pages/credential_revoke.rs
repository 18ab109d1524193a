//! `…/access-tokens/{id}/revoke`: the question before a token is revoked.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    credential_row::{menu_id, revoke_id},
    credentials::{Behind, HEADING},
    error::ErrorDialog,
    form::{FormProblem, Problems, when_done},
    frame::may,
    workspace::{Changes, Viewing},
};
use crate::{
    domain::{
        credential::{CredentialId, Status},
        policy::Action,
    },
    web::{
        api::credentials::{CredentialView, RevokeCredential, credential_details},
        components::{
            button::Submit,
            dialog::Dialog,
            icon::{Glyph, Icon},
            number::count,
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
        <Title text="Revoke a token · Latchkey"/>
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
            Some("Only owners and admins can revoke tokens.")
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
                    "Back to access tokens"
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
                    <h2 id="revoke-title">{format!("Revoke {}?", view.token.name)}</h2>
                    <p>"Tools using it stop working at once. This cannot be undone."</p>
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
                    <Icon glyph=Glyph::Ban/>
                    " Revoke token"
                </Submit>
            </footer>
        </SendForm>
    }
}

/// The tokens that go with it, unless somebody says otherwise.
#[component]
fn Descendants(view: CredentialView) -> impl IntoView {
    if view.descendants.is_empty() {
        return view! { <input type="hidden" name="descendants" value="revoke"/> }.into_any();
    }
    let label = match view.descendants.len() {
        1 => "Also revoke the token it has made".to_owned(),
        many => format!("Also revoke the {} it has made", count(many as u64, "token")),
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
