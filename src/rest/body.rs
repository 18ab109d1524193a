//! JSON bodies, paths and query parameters, with errors that name the member.

use std::{fmt::Display, str::FromStr};

use axum::{
    body::Bytes,
    extract::{
        FromRequest, FromRequestParts, Request,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method, StatusCode, header},
    response::IntoResponse as _,
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, IgnoredAny},
};

use super::problem::Problem;
use crate::{domain::invalid::Invalid, service::once::Once};

/// The variable parts of the path. What cannot be read names nothing.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub(super) struct Path<T>(pub T);

/// The query. What cannot be read, or stands twice, is 400.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(super) struct Query<T>(pub T);

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::not_found()
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::malformed(format!("{}.", rejection.body_text()))
    }
}

/// A JSON body; for PATCH also a merge patch by its own type (RFC 7396). Not JSON at all is 400; an unknown member or a wrong type is 422 and names it.
pub(super) struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        read(request, state).await.map(|(value, _)| Self(value))
    }
}

/// The body of a create, and the key in the header `Idempotency-Key` if there is one.
pub(super) struct Create<T>(pub T, pub Option<Once>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Create<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = idempotency_key(request.headers())?;
        let line = format!("{} {}", request.method(), request.uri());
        let (value, bytes) = read(request, state).await?;
        let once = key.map(|key| Once { key, request: format!("{line}\n{}", String::from_utf8_lossy(&bytes)) });
        Ok(Self(value, once))
    }
}

/// A key has 1 to 255 visible ASCII characters, and stands once.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim();
    let is_key = (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if !is_key || keys.next().is_some() {
        return Err(Problem::malformed("Idempotency-Key has 1 to 255 visible ASCII characters, and stands once."));
    }
    Ok(Some(key.to_owned()))
}

async fn read<S: Send + Sync, T: DeserializeOwned>(request: Request, state: &S) -> Result<(T, Bytes), Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_patch = request.method() == Method::PATCH && kind.eq_ignore_ascii_case("application/merge-patch+json");
    if !is_patch && !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::unsupported_media_type());
    }
    let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
    // serde would take the members' values in their order, without names.
    if bytes.trim_ascii_start().starts_with(b"[") && serde_json::from_slice::<IgnoredAny>(&bytes).is_ok() {
        let message = "The body has the wrong type: an object belongs here.";
        return Err(Problem::invalid(vec![Invalid::new("body", "wrong_type", message)]));
    }
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| describe(&error))?;
    json.end().map_err(|error| Problem::malformed(format!("The body is not JSON: {error}.")))?;
    Ok((value, bytes))
}

/// A member of a merge patch (RFC 7396).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Patch<T> {
    /// It is not there: nothing changes.
    #[default]
    Absent,
    /// It is null: cleared.
    Null,
    /// It changes to this.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T> Patch<T> {
    /// Of a member that cannot be cleared.
    ///
    /// # Errors
    /// `required` if it is null.
    pub fn required(self, field: &str) -> Result<Option<T>, Invalid> {
        match self {
            Self::Absent => Ok(None),
            Self::Value(value) => Ok(Some(value)),
            Self::Null => {
                let message = "This member cannot be cleared. Leave it out to keep it as it is.";
                Err(Invalid::new(field, "required", message))
            }
        }
    }
}

fn unreadable(rejection: BytesRejection) -> Problem {
    match rejection.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
        _ => Problem::malformed("The body could not be read."),
    }
}

fn describe(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return Problem::malformed(format!("The body is not JSON: {inner}."));
    }
    let message = inner.to_string();
    // serde names an unknown member in its message only.
    if let Some(name) = message.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next()) {
        return Problem::invalid(vec![Invalid::new(name, "unknown_member", "There is no such member. Remove it.")]);
    }
    let path = error.path().to_string();
    let field = if path == "." { "body".to_owned() } else { path };
    let rule = message.split(" at line ").next().unwrap_or_default();
    Problem::invalid(vec![Invalid::new(&field, "wrong_type", format!("This member has the wrong type: {rule}."))])
}

/// How many items a page has unless the caller says otherwise.
const DEFAULT_LIMIT: usize = 50;

/// Reads `?limit`.
pub(super) fn limit(raw: Option<&str>) -> Result<usize, Invalid> {
    let Some(raw) = raw else { return Ok(DEFAULT_LIMIT) };
    let limit = raw.parse().ok().filter(|limit| (1..=200).contains(limit));
    limit.ok_or_else(|| Invalid::new("limit", "out_of_range", "The limit is a number from 1 to 200."))
}

/// A parameter as it was given; empty if it was not. One without a value is no word of any list, so that it is refused
/// by its name.
pub(super) fn given(raw: Option<String>) -> String {
    raw.map(|raw| if raw.is_empty() { " ".to_owned() } else { raw }).unwrap_or_default()
}

/// Reads `?cursor`: the id of the last item of the page before.
pub(super) fn cursor<Id: FromStr>(raw: Option<&str>) -> Result<Option<Id>, Invalid> {
    raw.map(|raw| {
        let decoded = data_encoding::BASE64URL_NOPAD.decode(raw.as_bytes()).ok();
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let unknown = || Invalid::new("cursor", "unknown", "This cursor is none that a list has given.");
        text.and_then(|text| text.parse().ok()).ok_or_else(unknown)
    })
    .transpose()
}

/// Writes a cursor. What is in it is nobody's business.
pub(super) fn to_cursor(id: impl Display) -> String {
    data_encoding::BASE64URL_NOPAD.encode(id.to_string().as_bytes())
}
