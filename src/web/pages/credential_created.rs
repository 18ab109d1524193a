//! `…/access-tokens/created?id=tok_…`, and the same of keys: the one page that shows a secret, once.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    credential_live::FirstCall, credential_revoke::EndLabel, credential_row::name_id, credentials::Behind,
    error::ErrorDialog, stored::Stored, workspace::Viewing,
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
                <footer>
                    <Stored
                        words="I have stored it"
                        to=routes::credentials(&workspace, token.id.kind())
                        focus=name_id(token.id)
                    />
                </footer>
            </section>
        </Dialog>
    }
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
