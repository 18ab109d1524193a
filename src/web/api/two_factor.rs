//! The viewer's second factor: setting it up, its backup codes, turning it off.

#![expect(
    missing_docs,
    reason = "the macro makes a struct of each server function's parameters; the function has the words"
)]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::request::{Request, because};
#[cfg(feature = "ssr")]
use crate::{
    domain::stored::Sealed,
    web::{navigate, routes},
};
use crate::{
    domain::timestamp::Timestamp,
    web::{api::form::Refused, error::UiError},
};

/// What the page of the second factor shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoFactorView {
    /// What there is.
    pub state: State,
    /// The names of the viewer's workspaces that require a second factor.
    pub required_by: Vec<String>,
    /// What was just done, without JavaScript.
    pub done: Option<String>,
    /// Why it was not turned on or off before, without JavaScript.
    pub refused: Option<Refused>,
    /// Why there are no new backup codes, without JavaScript.
    pub refused_codes: Option<Refused>,
}

/// Whether the viewer has a second factor.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    /// They have none: what their app needs for one.
    Off(EnrolmentView),
    /// They have one.
    On {
        /// Since when.
        since: Timestamp,
        /// How many backup codes were not used yet.
        codes_left: u32,
    },
}

/// What an app needs. It is shown until a code of the app has come, and never again.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentView {
    /// The key as text, in groups.
    pub key: String,
    /// The link for an app on the same device.
    pub link: String,
    /// The QR code of that link: the dark modules as a path, with four light ones around.
    pub qr: String,
    /// How many modules it has on each side, with those around.
    pub modules: usize,
}

/// New backup codes, for the only time.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupCodesView {
    /// The codes; none if they were shown before.
    pub codes: Option<Vec<String>>,
    /// The viewer's address, for the sheet of paper.
    pub email: String,
    /// The public address of this Latchkey without its scheme, for the sheet of paper.
    pub host: String,
    /// Today, for the sheet of paper.
    pub date: String,
}

/// What the state of the browser keeps until the second factor is on.
#[cfg(feature = "ssr")]
const PENDING: &str = "two-factor";

/// What the page of the second factor needs. Whoever has none begins to set it up, or goes on where they began.
#[server(prefix = "/fn", endpoint = "two_factor")]
pub async fn two_factor() -> Result<TwoFactorView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    let has = request.service.two_factor(person).await?;
    let state = if let Some(since) = has.enabled_at {
        State::On { since, codes_left: has.codes_left }
    } else {
        let before: Option<String> = request.kept_for(PENDING).await?;
        let begun = request.service.enrolment(person, before.clone().map(Sealed)).await?;
        if before.as_ref() != Some(&begun.pending.0) {
            request.keep_for(PENDING, &begun.pending.0).await?;
        }
        let (qr, modules) = qr(&begun.link)?;
        State::Off(EnrolmentView { key: begun.key, link: begun.link, qr, modules })
    };
    Ok(TwoFactorView {
        state,
        required_by: has.required_by,
        done: request.told().await?,
        refused: request.refused("two-factor").await?,
        refused_codes: request.refused("backup codes").await?,
    })
}

/// Black squares on white. The least correction makes the coarsest code: a screen is not torn or stained.
#[cfg(feature = "ssr")]
fn qr(link: &str) -> Result<(String, usize), UiError> {
    use std::fmt::Write as _;

    const QUIET: usize = 4;
    let code = qrcode::QrCode::with_error_correction_level(link, qrcode::EcLevel::L).map_err(|error| {
        tracing::error!(%error, "an otpauth link does not fit into a QR code");
        because(UiError::Fault)
    })?;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == qrcode::Color::Dark {
                let (left, top, length) = (x + QUIET, y + QUIET, run.len());
                // Writing into a String cannot fail.
                _ = write!(path, "M{left} {top}h{length}v1h-{length}z");
            }
            x += run.len();
        }
    }
    Ok((path, code.width() + 2 * QUIET))
}

/// Turns the second factor on with a code of the app, then leads to the backup codes, and from there to `next`.
#[server(prefix = "/fn", endpoint = "turn_on_two_factor")]
pub async fn turn_on_two_factor(
    #[server(default)] code: String,
    #[server(default)] others: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let pending: Option<String> = request.kept_for(PENDING).await?;
        let (person, origin) = (request.person()?, &request.caller.origin);
        let (pending, others) = (pending.map(Sealed), others == "end");
        request.service.turn_on_two_factor(person, origin, pending.as_ref(), &code, others).await?;
        request.drop_kept(PENDING).await
    };
    match done.await {
        Ok(()) => {
            leptos_axum::redirect(&routes::backup_codes(&navigate::local(&next)));
            Ok(())
        }
        Err(error) => {
            request.refuse("two-factor", error, Vec::new(), &routes::two_factor(&navigate::local(&next))).await
        }
    }
}

/// Takes new backup codes out of their slot; the second call finds none.
#[server(prefix = "/fn", endpoint = "reveal_backup_codes")]
pub async fn reveal_backup_codes() -> Result<BackupCodesView, UiError> {
    let request = Request::current()?;
    let person = request.person()?;
    if !request.is_looked_at() {
        return Err(because(UiError::Refused("Open this page to see the codes.".to_owned())));
    }
    Ok(BackupCodesView {
        codes: request.service.reveal_backup_codes(person).await?,
        email: person.email.to_string(),
        host: request.state.settings.host(),
        date: request.service.now().date(),
    })
}

/// Makes new backup codes with a code of the app, then leads to the page that shows them.
#[server(prefix = "/fn", endpoint = "make_backup_codes")]
pub async fn make_backup_codes(#[server(default)] code: String) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let person = request.person()?;
        request.attempt(person.email.as_str()).await?;
        Ok(request.service.make_backup_codes(person, &request.caller.origin, &code).await?)
    };
    match done.await {
        Ok(()) => {
            leptos_axum::redirect(&routes::backup_codes(routes::HOME));
            Ok(())
        }
        Err(error) => request.refuse("backup codes", error, Vec::new(), routes::TWO_FACTOR_PAGE).await,
    }
}

/// Turns the second factor off with the password and a code.
#[server(prefix = "/fn", endpoint = "turn_off_two_factor")]
pub async fn turn_off_two_factor(
    #[server(default)] password: String,
    #[server(default)] code: String,
) -> Result<(), UiError> {
    let request = Request::current()?;
    let done = async {
        let person = request.person()?;
        request.attempt(person.email.as_str()).await?;
        Ok(request.service.turn_off_two_factor(person, &request.caller.origin, &password, &code).await?)
    };
    match done.await {
        Ok(()) => request.tell("Two-factor is off.", routes::TWO_FACTOR_PAGE).await,
        Err(error) => request.refuse("two-factor", error, Vec::new(), routes::TWO_FACTOR_PAGE).await,
    }
}
