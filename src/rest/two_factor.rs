//! `/account/two-factor`: the second factor of whoever calls, from a command line.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    authenticate::Caller,
    body::Body,
    problem::{Problem, Refusals},
};
use crate::{domain::timestamp::Timestamp, http::state};

/// Whether somebody has a second factor.
#[derive(Serialize, ToSchema)]
pub(super) struct TwoFactor {
    /// Whether signing in takes a code.
    enabled: bool,
    /// Since when, RFC 3339; null if it does not.
    enabled_at: Option<String>,
    /// How many backup codes were not used yet.
    #[schema(example = 10)]
    backup_codes_left: u32,
    /// The names of the own workspaces that require one.
    required_by: Vec<String>,
}

/// What an authenticator app needs. The same until it is confirmed.
#[derive(Serialize, ToSchema)]
pub(super) struct Enrolment {
    /// The key as text, in groups.
    key: String,
    /// The same as a link that apps read, also from a QR code.
    otpauth_url: String,
}

/// A code that proves that the app has the key.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ConfirmTwoFactor {
    /// The six digits that the app shows now.
    #[schema(example = "123456")]
    code: String,
    /// Whether all other sessions end.
    sign_out_others: bool,
}

/// A code of the app.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MakeBackupCodes {
    /// The six digits that the app shows now.
    #[schema(example = "123456")]
    code: String,
}

/// What it takes to turn a second factor off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TurnOff {
    /// The password of the account.
    password: String,
    /// A code of the app, or a backup code.
    #[schema(example = "123456")]
    code: String,
}

/// New backup codes, for the only time. Each works once.
#[derive(Serialize, ToSchema)]
pub(super) struct BackupCodes {
    /// Ten codes.
    backup_codes: Vec<String>,
}

/// Get the own second factor
///
/// Whether there is one, and which workspaces require one.
#[utoipa::path(
    get, path = "/account/two-factor", operation_id = "get_two_factor", tag = "Account",
    responses((status = 200, body = TwoFactor), Refusals)
)]
pub(super) async fn get(State(state): State<state::State>, caller: Caller) -> Result<Json<TwoFactor>, Problem> {
    let found = state.service.two_factor(caller.person()?).await?;
    Ok(Json(TwoFactor {
        enabled: found.enabled_at.is_some(),
        enabled_at: found.enabled_at.map(Timestamp::rfc3339),
        backup_codes_left: found.codes_left,
        required_by: found.required_by,
    }))
}

/// Begin to set a second factor up
///
/// Nothing is asked for at sign-in before a code has confirmed it.
#[utoipa::path(
    post, path = "/account/two-factor", operation_id = "enrol_two_factor", tag = "Account",
    responses(
        (status = 200, body = Enrolment),
        (status = 409, description = "There is one already", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn enrol(State(state): State<state::State>, caller: Caller) -> Result<Json<Enrolment>, Problem> {
    let begun = state.service.enrolment_at_command_line(caller.person()?).await?;
    Ok(Json(Enrolment { key: begun.key, otpauth_url: begun.link }))
}

/// Turn the second factor on
///
/// The answer is the only one that has the backup codes.
#[utoipa::path(
    post, path = "/account/two-factor/confirm", operation_id = "confirm_two_factor", tag = "Account",
    request_body = ConfirmTwoFactor,
    responses(
        (status = 200, body = BackupCodes),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is one already, or none was begun", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The code is not right", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn confirm(
    State(state): State<state::State>,
    caller: Caller,
    Body(body): Body<ConfirmTwoFactor>,
) -> Result<Json<BackupCodes>, Problem> {
    let person = caller.person()?;
    let pending = state.service.pending_enrolment(person).await?;
    let (code, others) = (&body.code, body.sign_out_others);
    state.service.turn_on_two_factor(person, &caller.origin, pending.as_ref(), code, others).await?;
    backup_codes(&state, &caller).await
}

/// Make new backup codes
///
/// Those before do not work any more. The answer is the only one that has them.
#[utoipa::path(
    post, path = "/account/two-factor/backup-codes", operation_id = "make_backup_codes", tag = "Account",
    request_body = MakeBackupCodes,
    responses(
        (status = 200, body = BackupCodes),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is no second factor", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The code is not right", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn make_backup_codes(
    State(state): State<state::State>,
    caller: Caller,
    Body(body): Body<MakeBackupCodes>,
) -> Result<Json<BackupCodes>, Problem> {
    state.service.make_backup_codes(caller.person()?, &caller.origin, &body.code).await?;
    backup_codes(&state, &caller).await
}

/// Turn the second factor off
///
/// Takes the password and a code.
#[utoipa::path(
    delete, path = "/account/two-factor", operation_id = "turn_off_two_factor", tag = "Account",
    request_body = TurnOff,
    responses(
        (status = 204, description = "Signing in takes a password alone"),
        (status = 400, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "There is no second factor", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON by its type", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The password or the code is not right", body = Problem, content_type = "application/problem+json"),
        Refusals
    )
)]
pub(super) async fn turn_off(
    State(state): State<state::State>,
    caller: Caller,
    Body(body): Body<TurnOff>,
) -> Result<StatusCode, Problem> {
    state.service.turn_off_two_factor(caller.person()?, &caller.origin, &body.password, &body.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The codes that were just made.
async fn backup_codes(state: &state::State, caller: &Caller) -> Result<Json<BackupCodes>, Problem> {
    let codes = state.service.reveal_backup_codes(caller.person()?).await?;
    Ok(Json(BackupCodes { backup_codes: codes.ok_or_else(Problem::unavailable)? }))
}
