//! The same-origin rule: a form or a script of another site changes nothing here.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::state;

/// Refuses unsafe requests that another site caused (OWASP: Fetch Metadata, then `Origin`).
pub async fn same_origin(State(state): State<state::State>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let public = state.settings.public_url.origin().ascii_serialization();
    if safe || is_ours(request.headers(), &public) {
        return next.run(request).await;
    }
    tracing::warn!("a request of another site was refused");
    (StatusCode::FORBIDDEN, "The request came from another site, so nothing was changed.").into_response()
}

fn is_ours(headers: &HeaderMap, public: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    match headers.get(header::ORIGIN).map(|value| value.to_str()) {
        Some(Ok(origin)) => {
            // Where https is, nothing but its one address counts. Without, people may use localhost for 127.0.0.1.
            let host = text(header::HOST).unwrap_or_default();
            let plain = origin.strip_prefix("http://").filter(|_| public.starts_with("http://"));
            origin == public || plain.is_some_and(|authority| !authority.is_empty() && authority == host)
        }
        Some(Err(_)) => false,
        // No browser of our time: without a cookie there is nothing that it could misuse.
        None => !headers.contains_key(header::COOKIE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(pairs: &[(&'static str, &'static str)]) -> bool {
        judge_at("https://latchkey.example", pairs)
    }

    fn judge_at(public: &str, pairs: &[(&'static str, &'static str)]) -> bool {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), header::HeaderValue::from_static(value)))
            .collect();
        is_ours(&headers, public)
    }

    #[test]
    fn fetch_metadata_decides_where_it_is_sent() {
        assert!(judge(&[("sec-fetch-site", "same-origin")]));
        assert!(judge(&[("sec-fetch-site", "none"), ("cookie", "a=b")]));
        assert!(!judge(&[("sec-fetch-site", "cross-site"), ("origin", "https://latchkey.example")]));
        assert!(!judge(&[("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn otherwise_the_origin_does() {
        assert!(judge(&[("origin", "https://latchkey.example")]));
        let localhost = [("origin", "http://localhost:3000"), ("host", "localhost:3000")];
        assert!(judge_at("http://127.0.0.1:3000", &localhost));
        assert!(!judge(&[("origin", "http://latchkey.example"), ("host", "latchkey.example")]), "not the same scheme");
        assert!(!judge(&[("origin", "https://evil.example"), ("host", "latchkey.example")]));
        assert!(!judge(&[("origin", "null"), ("host", "")]));
    }

    #[test]
    fn with_neither_a_cookie_is_refused() {
        assert!(judge(&[]));
        assert!(!judge(&[("cookie", "a=b")]));
    }
}
