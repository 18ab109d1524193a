//! `/account/two-factor/codes`: new backup codes, shown once. It prints, too.

use leptos::{either::EitherOf3, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{error::ErrorPage, frame::AccountFrame, stored::Stored, two_factor::Steps, workspace::Viewing};
use crate::web::{
    api::two_factor::{BackupCodesView, reveal_backup_codes},
    components::{
        callout::{Callout, Tone},
        copy::Copy,
        icon::{Glyph, Icon},
        shell::OwnPage,
    },
    dom,
    error::UiError,
    navigate::{Go, local},
    routes,
};

/// The id of the list, which is copied.
const CODES: &str = "codes";

/// The page. It asks for the codes once in its life, whatever changes around it.
#[component]
pub fn BackupCodes() -> impl IntoView {
    let viewing = expect_context::<Viewing>();
    let query = use_query_map();
    let reveal = Resource::new(|| (), |()| reveal_backup_codes());
    view! {
        <Title text="Backup codes · Latchkey"/>
        <Transition>
            {move || Suspend::new(async move {
                let next = local(&query.get_untracked().get("next").unwrap_or_default());
                let next = if next == routes::HOME { routes::TWO_FACTOR_PAGE.to_owned() } else { next };
                let both = async { Ok((viewing.anybody().await?, reveal.await?)) };
                match both.await {
                    Ok((viewer, view)) => {
                        EitherOf3::A(
                            view! {
                                <AccountFrame viewer at=OwnPage::TwoFactor>
                                    <Page view next/>
                                </AccountFrame>
                            },
                        )
                    }
                    Err(UiError::Refused(_)) => EitherOf3::B(view! { <Go to=routes::TWO_FACTOR_PAGE.to_owned()/> }),
                    Err(error) => EitherOf3::C(view! { <ErrorPage error/> }),
                }
            })}
        </Transition>
    }
}

#[component]
fn Page(view: BackupCodesView, next: String) -> impl IntoView {
    let BackupCodesView { codes, email, host, date } = view;
    let Some(codes) = codes else { return view! { <AlreadyShown/> }.into_any() };
    let file = codes.join("%0A");
    // Each on a line of its own where they are copied.
    let lines = codes.into_iter().map(|code| view! { <li>{code} "\n"</li> }).collect_view();
    view! {
        <div class="head">
            <div>
                <h1>
                    <span class="no-print">"Save your backup codes"</span>
                    <span class="print-only">"Latchkey backup codes"</span>
                </h1>
                <p class="no-print">
                    "Two-factor is on. If you lose your phone, one of these ten codes signs you in. Each works once."
                </p>
                <p class="print-only">{format!("{host}, account {email}. Made on {date}. Each code works once.")}</p>
            </div>
        </div>
        <Steps connected=true/>
        <section class="stack" aria-label="Backup codes">
            <ol class="codes" id=CODES role="list">
                {lines}
            </ol>
            <div class="actions no-print">
                <Copy from=CODES class="btn needs-script"/>
                <a
                    class="btn"
                    download="latchkey-backup-codes.txt"
                    href=format!("data:text/plain,{file}%0A")
                    rel="external"
                >
                    <Icon glyph=Glyph::Download/>
                    " Download"
                </a>
                <button class="btn needs-script" type="button" on:click=|_| dom::print()>
                    <Icon glyph=Glyph::Print/>
                    " Print"
                </button>
            </div>
        </section>
        <Callout tone=Tone::Warn class="callout no-print" title="These codes are not shown again">
            <p>
                "Keep them apart from your password, in a password manager or on paper. A current code from your app \
                 makes a new set at any time; that cancels this one."
            </p>
        </Callout>
        <div class="actions no-print">
            <Stored words="I saved them" to=next/>
        </div>
    }
    .into_any()
}

#[component]
fn AlreadyShown() -> impl IntoView {
    view! {
        <div class="head">
            <div>
                <h1>"Already shown"</h1>
                <p>
                    "These backup codes were shown once. If they are not in a safe place, make a new set with a code from \
                     your app; that cancels the one before."
                </p>
            </div>
        </div>
        <div class="actions">
            <a class="btn primary" href=routes::TWO_FACTOR_PAGE>
                "Back to two-factor"
            </a>
        </div>
    }
}
