//! `/device`: signing a command line in (RFC 8628). Forms in, and the answers and errors that OAuth has for them (RFC
//! 6749, section 5), not problems.

use axum::{
    Form, Json,
    extract::{Request, State, rejection::FormRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::{
    domain::activity::Via,
    http::{address, state},
    service::{
        Error,
        device_sign_in::{Begun, Polled},
        throttle::Wait,
    },
};

/// What `grant_type` a command line asks with.
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// A command line that begins to sign in.
#[derive(Deserialize, ToSchema)]
pub(super) struct DeviceAuthorization {
    /// What the host is called, for the person who approves; at most 100 characters.
    #[schema(example = "build-7")]
    #[serde(default)]
    host_name: String,
    /// Any; there is nothing to register.
    #[schema(example = "latchkey")]
    #[serde(default, rename = "client_id")]
    _client_id: Option<String>,
}

/// The two codes of a sign-in.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceCodes {
    /// What to ask with. Nobody else must see it.
    device_code: String,
    /// What a person types at `verification_uri`.
    #[schema(example = "WDJB-MJHT")]
    user_code: String,
    /// Where they do.
    #[schema(example = "https://latchkey.example/device")]
    verification_uri: String,
    /// The same with the code in it.
    #[schema(example = "https://latchkey.example/device?user_code=WDJB-MJHT")]
    verification_uri_complete: String,
    /// The seconds until both codes are over.
    #[schema(example = 900)]
    expires_in: i64,
    /// The seconds between two questions.
    #[schema(example = 5)]
    interval: i64,
}

/// The question whether a command line was approved.
#[derive(Deserialize, ToSchema)]
pub(super) struct DeviceTokenRequest {
    /// `urn:ietf:params:oauth:grant-type:device_code`
    #[schema(example = "urn:ietf:params:oauth:grant-type:device_code")]
    grant_type: String,
    /// The `device_code`.
    device_code: String,
    /// Any.
    #[schema(example = "latchkey")]
    #[serde(default, rename = "client_id")]
    _client_id: Option<String>,
}

/// The secret of a signed-in command line, for the only time.
#[derive(Serialize, ToSchema)]
pub(super) struct DeviceToken {
    /// The secret, `lku_…`.
    #[schema(example = "lku_7Qx4EXAMPLEnotARealSecret0000000")]
    access_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// The seconds after which it ends, used or not.
    #[schema(example = 7_776_000)]
    expires_in: i64,
}

/// An error of OAuth (RFC 6749, section 5.2; RFC 8628, section 3.5).
#[derive(Serialize, ToSchema)]
pub(super) struct OAuthError {
    /// `authorization_pending`, `slow_down`, `access_denied`, `expired_token`, `invalid_grant`, `invalid_request` or
    /// `unsupported_grant_type`.
    #[schema(example = "authorization_pending")]
    error: &'static str,
    /// The same in words.
    error_description: String,
}

impl OAuthError {
    fn answer(error: &'static str, description: impl Into<String>) -> Response {
        let body = Self { error, error_description: description.into() };
        (StatusCode::BAD_REQUEST, Json(body)).into_response()
    }
}

/// Begin to sign a command line in
///
/// Show the person the `user_code` and where to type it, then ask for the token.
#[utoipa::path(
    post, path = "/device/code", operation_id = "begin_device_sign_in", tag = "Device sign-in", security(()),
    request_body(content = DeviceAuthorization, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = DeviceCodes),
        (status = 400, description = "The form is not good", body = OAuthError),
        (status = 429, description = "Too many from this address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The server cannot answer now", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn code(State(state): State<state::State>, request: Request) -> Result<Response, Problem> {
    let origin = address::origin(Via::Api, &state.settings, request.headers(), request.extensions());
    state.networks.attempt(&origin).map_err(|wait| {
        let now = state.service.now();
        Error::TooManyAttempts(Wait::new(now, now.plus(wait.try_into().unwrap_or(time::Duration::MINUTE))))
    })?;
    let DeviceAuthorization { host_name, .. } = match form(request, &state).await {
        Ok(form) => form,
        Err(refusal) => return Ok(refusal),
    };
    let Begun { device_code, user_code, expires_in, interval } =
        match state.service.begin_device_sign_in(&origin, &host_name).await {
            Ok(begun) => begun,
            Err(Error::Invalid(errors)) => {
                let words = errors.into_iter().map(|error| error.message).collect::<Vec<_>>().join(" ");
                return Ok(OAuthError::answer("invalid_request", words));
            }
            Err(error) => return Err(error.into()),
        };
    let verification_uri = state.settings.page("/device");
    let verification_uri_complete = format!("{verification_uri}?user_code={user_code}");
    let codes =
        DeviceCodes { device_code, user_code, verification_uri, verification_uri_complete, expires_in, interval };
    Ok(Json(codes).into_response())
}

/// Ask for a command line's token
///
/// Again and again, with `interval` seconds between, until the person has answered. The token is given out once.
#[utoipa::path(
    post, path = "/device/token", operation_id = "get_device_token", tag = "Device sign-in", security(()),
    request_body(content = DeviceTokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = DeviceToken),
        (status = 400, description = "Not yet, or never; `error` says which", body = OAuthError),
        (status = 503, description = "The server cannot answer now", body = Problem, content_type = "application/problem+json")
    )
)]
pub(super) async fn token(State(state): State<state::State>, request: Request) -> Result<Response, Problem> {
    let asked: DeviceTokenRequest = match form(request, &state).await {
        Ok(asked) => asked,
        Err(refusal) => return Ok(refusal),
    };
    if asked.grant_type != GRANT {
        return Ok(OAuthError::answer("unsupported_grant_type", format!("grant_type must be {GRANT}.")));
    }
    let secret = match state.service.poll_device_sign_in(&asked.device_code).await? {
        Polled::Approved(secret) => secret,
        polled => return Ok(not_yet(&polled)),
    };
    let body = DeviceToken {
        access_token: secret.expose().to_owned(),
        token_type: "Bearer",
        expires_in: crate::domain::session::ABSOLUTE.whole_seconds(),
    };
    Ok(([(header::PRAGMA, "no-cache")], Json(body)).into_response())
}

fn not_yet(polled: &Polled) -> Response {
    let (error, description) = match polled {
        Polled::Pending => ("authorization_pending", "Nobody has approved it yet. Ask again."),
        Polled::SlowDown => ("slow_down", "Wait five seconds longer between two questions."),
        Polled::Denied => ("access_denied", "It was refused."),
        Polled::Expired => ("expired_token", "The code is over. Begin again."),
        Polled::Unknown | Polled::Approved(_) => {
            ("invalid_grant", "There is no such code, or its token was given out. Begin again.")
        }
    };
    OAuthError::answer(error, description)
}

/// Reads a form; what is none is answered as OAuth says.
async fn form<T: serde::de::DeserializeOwned>(request: Request, state: &state::State) -> Result<T, Response> {
    use axum::extract::FromRequest as _;
    let read: Result<Form<T>, FormRejection> = Form::from_request(request, state).await;
    read.map(|Form(value)| value).map_err(|rejection| {
        OAuthError::answer("invalid_request", format!("Send the fields as a form. {}.", rejection.body_text()))
    })
}
