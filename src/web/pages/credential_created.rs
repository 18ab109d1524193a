//! `…/access-tokens/created?id=tok_…`, and the same of keys: the one page that shows a secret, once.

use leptos::{either::EitherOf3, ev, html, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    credential_live::FirstCall, credential_revoke::EndLabel, credential_row::name_id, credentials::Behind,
    error::ErrorDialog, workspace::Viewing,
};
use crate::{
    domain::credential::{Kind, Status},
    web::{
        api::credentials::{CredentialRow, RevealView, reveal_credential},
        components::{
            callout::{Callout, Tone},
            dialog::Dialog,
            icon::{Glyph, Icon},
            keytag::KeyTag,
            snippets::Snippets,
        },
        navigate::FocusNext,
        routes::{self, Page},
    },
};

/// The dialog. It asks for the secret once in its life, whatever changes around it.
#[component]
pub fn CredentialCreated() -> impl IntoView {
    let (viewing, behind) = (expect_context::<Viewing>(), expect_context::<Behind>());
    let asked = use_query_map().with_untracked(|query| query.get("id").unwrap_or_default());
    let workspace = behind.workspace.get_untracked();
    let reveal = Resource::new(|| (), {
        let workspace = workspace.clone();
        move |()| reveal_credential(workspace.clone(), asked.clone())
    });
    let navigate = use_navigate();
    let on_close = Callback::new(move |()| {
        navigate(&behind.href(), NavigateOptions { scroll: false, ..NavigateOptions::default() });
    });
    view! {
        <Title text=match behind.kind {
            Kind::AccessToken => "Your new token · Latchkey",
            Kind::ApiKey => "Your new API key · Latchkey",
        }/>
        <Transition>
            {move || {
                let workspace = workspace.clone();
                Suspend::new(async move {
                    viewing.enter(&workspace).await.ok()?;
                    Some(
                        match reveal.await {
                            Ok(RevealView::Shown { token, secret, api_url }) => {
                                EitherOf3::A(view! { <Reveal workspace token=*token secret api_url/> })
                            }
                            Ok(RevealView::AlreadyShown(token)) => {
                                EitherOf3::B(view! { <AlreadyShown workspace token=*token on_close/> })
                            }
                            Err(error) => EitherOf3::C(view! { <ErrorDialog error list=behind.href() on_close/> }),
                        },
                    )
                })
            }}
        </Transition>
    }
}

#[component]
fn Reveal(workspace: String, token: CredentialRow, secret: String, api_url: String) -> impl IntoView {
    let noun = token.id.kind().noun();
    let (label, end_it, never) = match token.id.kind() {
        Kind::AccessToken => ("Token", "revoke", " It works until someone revokes it."),
        Kind::ApiKey => ("API key", "delete", " It works until someone deletes it."),
    };
    let off =
        (token.status == Status::Inactive).then_some(" It is switched off: calls are refused until you switch it on.");
    let end = token.expires_at.map_or_else(
        || never.into_any(),
        |at| {
            view! {
                " Stops working on "
                <time datetime=at.rfc3339()>{at.exact()}</time>
                "."
            }
            .into_any()
        },
    );
    view! {
        <Dialog titled="reveal-title">
            <section>
                <header>
                    <div>
                        <h2 id="reveal-title">{format!("Your {noun} is ready")}</h2>
                        <p>{token.name.clone()} "." {end} {off}</p>
                    </div>
                </header>
                <div class="body">
                    <KeyTag secret=secret.clone() warned="once" label=label/>
                    <Callout tone=Tone::Warn id="once" title="This is the only time you will see it">
                        <p>
                            {format!(
                                "Put it in your secret store now. If you lose it, {end_it} this {noun} and create one like it.",
                            )}
                        </p>
                    </Callout>
                    <div class="stack tight">
                        <h3>"Use it"</h3>
                        <Snippets api_url secret noun has_passphrase=token.has_passphrase/>
                    </div>
                    <FirstCall workspace=workspace.clone() id=token.id/>
                </div>
                <Finish workspace token/>
            </section>
        </Dialog>
    }
}

/// The tick that opens the way out. Without script it is a form that insists on it.
#[component]
fn Finish(workspace: String, token: CredentialRow) -> impl IntoView {
    let focus_next = expect_context::<FocusNext>();
    let navigate = use_navigate();
    let list = routes::credentials(&workspace, token.id.kind());
    let (script, stored) = (RwSignal::new(false), RwSignal::new(false));
    let tick = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(tick) = tick.get() {
            stored.set(tick.checked());
            script.set(true);
        }
    });
    ask_before_leaving(stored);
    let done = {
        let list = list.clone();
        move |submit: ev::SubmitEvent| {
            submit.prevent_default();
            if stored.get_untracked() {
                focus_next.set(name_id(token.id));
                navigate(&list, NavigateOptions::default());
            }
        }
    };
    view! {
        <footer>
            <label class="check">
                <input
                    type="checkbox"
                    id="stored"
                    form="finish"
                    required
                    node_ref=tick
                    on:change=move |event| stored.set(event_target_checked(&event))
                />
                " "
                <span>"I have stored it"</span>
            </label>
            <button class="btn primary" form="finish" disabled=move || script.get() && !stored.get()>
                "Done"
            </button>
            <form id="finish" method="get" action=list hidden on:submit=done></form>
        </footer>
    }
}

/// While the secret is not stored, the browser asks before it closes or reloads the page.
fn ask_before_leaving(stored: RwSignal<bool>) {
    Effect::new(move |_| {
        let listener = window_event_listener(ev::beforeunload, move |leave| {
            if !stored.get_untracked() {
                leave.prevent_default();
                leave.set_return_value("It is not stored yet.");
            }
        });
        on_cleanup(move || listener.remove());
    });
}

#[component]
fn AlreadyShown(workspace: String, token: CredentialRow, on_close: Callback<()>) -> impl IntoView {
    let list = routes::credentials(&workspace, token.id.kind());
    let end_it = match token.id.kind() {
        Kind::AccessToken => "revoke",
        Kind::ApiKey => "delete",
    };
    let revoke = token.status.is_alive().then(|| {
        view! {
            <a class="btn danger" href=routes::revoke_credential(&workspace, token.id, &Page::default())>
                <EndLabel kind=token.id.kind()/>
            </a>
        }
    });
    view! {
        <Dialog titled="reveal-title" on_close>
            <section>
                <header>
                    <div>
                        <h2 id="reveal-title">"Already shown"</h2>
                        <p>
                            {token.name}
                            {format!(
                                " was shown once, when it was generated. If it is not in your secret store, {end_it} it and create one like it.",
                            )}
                        </p>
                    </div>
                    <a class="btn quiet square small" href=list aria-label="Close">
                        <Icon glyph=Glyph::X/>
                    </a>
                </header>
                <footer>
                    {revoke}
                    <a class="btn primary" href=routes::credential_like(&workspace, token.id)>
                        <Icon glyph=Glyph::Copy/>
                        " Create one like this"
                    </a>
                </footer>
            </section>
        </Dialog>
    }
}
