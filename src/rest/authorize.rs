//! `GET /authorize`: whether a reverse proxy may let a request through (nginx `auth_request`, Caddy `forward_auth`,
//! Traefik). The bearer of the request is judged; anything that is not understood is not let through.

use axum::{
    extract::{Query, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    authenticate::{self, Presented},
    problem::Problem,
};
use crate::{
    domain::{activity::Via, call::Call, credential::Kind, scope::ScopeName},
    http::{address, state},
    service::{
        forward_auth::{Demand, Lack},
        verify::Verified,
    },
};

/// Where it is asked.
pub(super) const PATH: &str = "/api/v1/authorize";
/// Where proxies say which method a request has.
static METHODS: [HeaderName; 2] =
    [HeaderName::from_static("x-original-method"), HeaderName::from_static("x-forwarded-method")];

/// What a request must come with; the description of the route says what each means.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorizeQuery {
    workspace: String,
    scope: String,
    project: Option<String>,
    kind: Option<String>,
    write_scope: Option<String>,
}

/// Authorize a request
///
/// For reverse proxies: 2xx lets the request through, and the headers of the answer say whose it is. Recipes for nginx,
/// Caddy and Traefik are in the documentation.
#[utoipa::path(
    get, path = "/authorize", operation_id = "authorize", tag = "Verification", security(("bearer" = [])),
    params(
        ("workspace" = String, Query, description = "The workspace, by id or slug", example = "northwind-robotics"),
        ("scope" = String, Query, description = "The scopes that are needed, all of them, with spaces between", example = "services:read"),
        ("project" = Option<String>, Query, description = "The project, by id or slug. Without it no token or key of a single project is let through"),
        ("kind" = Option<String>, Query, description = "`access_token` or `api_key`; without it either will do"),
        (
            "write_scope" = Option<String>, Query, example = "services:write",
            description = "The scopes that are needed as well, unless `X-Original-Method` or `X-Forwarded-Method` says GET or HEAD"
        ),
        ("X-Original-Method" = Option<String>, Header, description = "The method of the request in question, set by the proxy"),
        ("X-Forwarded-Method" = Option<String>, Header, description = "The same, as Caddy and Traefik call it"),
    ),
    responses(
        (
            status = 200, description = "Let it through",
            headers(
                ("Latchkey-Credential" = String, description = "The id of the token or key"),
                ("Latchkey-Kind" = String, description = "`access_token` or `api_key`"),
                ("Latchkey-Workspace" = String, description = "The slug of its workspace"),
                ("Latchkey-Project" = String, description = "The slug of the only project that it reaches; empty at the level of the workspace"),
                ("Latchkey-Scopes" = String, description = "What it may do, with spaces between")
            )
        ),
        (status = 400, description = "A parameter is missing, unknown or malformed", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "The token or key is missing or not good", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "It is good, but not for this", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many refusals from this address", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The server cannot answer now", body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn authorize(State(state): State<state::State>, request: Request) -> Result<Response, Problem> {
    let headers = request.headers();
    let presented = Presented::bearer(headers).ok_or_else(Problem::missing_credentials)?;
    let uri = request.uri();
    let demand = state.service.demand(uri.query().unwrap_or_default(), || read(uri))?;
    let origin = address::origin(Via::Api, &state.settings, headers, request.extensions());
    let call = Call { method: "GET".into(), path: PATH.into(), status: StatusCode::OK.as_u16(), refused: None };
    let verified = authenticate::verify(&state, &presented, &origin, &call).await?;
    let of = (verified.workspace.id, verified.credential.id);
    match demand.met_by(&verified, is_reading(headers)) {
        Ok(()) => {
            state.service.remember_call(of, &origin, call);
            Ok(identity(&verified).into_response())
        }
        Err(lack) => {
            let refused = Call { status: StatusCode::FORBIDDEN.as_u16(), refused: Some(lack.reason()), ..call };
            state.service.remember_call(of, &origin, refused);
            Err(problem(&lack))
        }
    }
}

fn read(uri: &Uri) -> Result<Demand, Problem> {
    let asked = Query::<AuthorizeQuery>::try_from_uri(uri);
    let Query(asked) = asked.map_err(|rejection| Problem::malformed(format!("{}.", rejection.body_text())))?;
    asked.try_into()
}

impl TryFrom<AuthorizeQuery> for Demand {
    type Error = Problem;

    fn try_from(asked: AuthorizeQuery) -> Result<Self, Problem> {
        let AuthorizeQuery { workspace, scope, project, kind, write_scope } = asked;
        let scopes = scopes("scope", &scope)?;
        let write_scopes = write_scope.map(|text| self::scopes("write_scope", &text)).transpose()?.unwrap_or_default();
        let kind = kind.as_deref().map(str::parse::<Kind>).transpose();
        let kind = kind.map_err(|_| Problem::malformed("kind: say access_token or api_key."))?;
        for (name, value) in [("workspace", Some(&workspace)), ("project", project.as_ref())] {
            if value.is_some_and(String::is_empty) {
                return Err(Problem::malformed(format!("{name}: say which, by id or slug.")));
            }
        }
        Ok(Self { workspace, project, kind, scopes, write_scopes })
    }
}

/// One scope at least: an empty list would ask for nothing.
fn scopes(parameter: &str, text: &str) -> Result<Vec<ScopeName>, Problem> {
    let scopes: Result<Vec<ScopeName>, _> = text.split_whitespace().map(str::parse).collect();
    match scopes {
        Ok(scopes) if scopes.is_empty() => Err(Problem::malformed(format!("{parameter}: name one scope at least."))),
        Ok(scopes) => Ok(scopes),
        Err(error) => Err(Problem::malformed(format!("{parameter}: {error}."))),
    }
}

/// Whether every header that names a method names one that only reads, and one does. A client may have sent one of
/// them; it cannot make the proxy's own disappear.
fn is_reading(headers: &HeaderMap) -> bool {
    let mut methods = METHODS.iter().flat_map(|name| headers.get_all(name)).peekable();
    methods.peek().is_some() && methods.all(|method| method == "GET" || method == "HEAD")
}

fn problem(lack: &Lack) -> Problem {
    match lack {
        Lack::Workspace => Problem::not_for_this("It is good, but of another workspace."),
        Lack::Project => Problem::not_for_this("It is good, but not for this project."),
        Lack::Kind => Problem::not_for_this("It is good, but of the other kind: a token is no key."),
        Lack::Scopes(missing) => {
            let names: Vec<_> = missing.iter().map(ScopeName::as_str).collect();
            Problem::lacks_scopes(&names.join(" "))
        }
    }
}

/// Whose request it is, for the service behind the proxy.
fn identity(verified: &Verified) -> HeaderMap {
    let Verified { credential, workspace, scope, .. } = verified;
    let value = |text: &str| HeaderValue::from_str(text).expect("slugs and names of scopes are of visible ASCII");
    let id = HeaderValue::try_from(credential.id.to_string()).expect("ids are of letters and digits");
    // Never absent: Caddy 2.6 would pass the name of its own placeholder on.
    let project = credential.project.as_ref().map_or(HeaderValue::from_static(""), |project| value(&project.slug));
    // With room for what every answer has as well.
    let mut headers = HeaderMap::with_capacity(16);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(said::CREDENTIAL.clone(), id);
    headers.insert(said::KIND.clone(), HeaderValue::from_static(credential.id.kind().as_str()));
    headers.insert(said::WORKSPACE.clone(), value(&workspace.slug));
    headers.insert(said::PROJECT.clone(), project);
    headers.insert(said::SCOPES.clone(), value(scope));
    headers
}

/// The names of the headers that say whose request it is.
mod said {
    use axum::http::HeaderName;

    pub(super) static CREDENTIAL: HeaderName = HeaderName::from_static("latchkey-credential");
    pub(super) static KIND: HeaderName = HeaderName::from_static("latchkey-kind");
    pub(super) static WORKSPACE: HeaderName = HeaderName::from_static("latchkey-workspace");
    pub(super) static PROJECT: HeaderName = HeaderName::from_static("latchkey-project");
    pub(super) static SCOPES: HeaderName = HeaderName::from_static("latchkey-scopes");
}
