//! Headers that tell browsers what not to do with our answers.

use std::env;

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use tower_http::set_header::SetResponseHeaderLayer;

use super::state::{self, Settings};

/// What everything but a page may do in a browser: nothing.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// A number used once (CSP Level 3, section 6.7): the inline scripts of the page that answers a request carry it.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

/// What a browser must not do with our answers.
pub fn harden(settings: &Settings, headers: &mut HeaderMap) {
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(NOTHING));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // `no-referrer` would make plain forms send `Origin: null`.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // For browsers that do not know `frame-ancestors`.
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    if settings.is_https() {
        let a_year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, a_year);
    }
}

/// Lets a page run its own script and styles, and nothing that somebody smuggled into it.
pub async fn protect_pages(State(state): State<state::State>, mut request: Request, next: Next) -> Response {
    let nonce = state.service.nonce();
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_page(headers)
        && let Ok(policy) = policy(&nonce).parse()
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What is for one person's eyes and one moment.
#[must_use]
pub fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))
}

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The policy of a page. `'self'` stands beside the nonce for the module that the inline script imports, and
/// WebAssembly needs a word of its own.
fn policy(nonce: &str) -> String {
    // `cargo leptos watch` tells the page on a port of its own that something has changed.
    let watch = if env::var_os("LEPTOS_WATCH").is_some() { " ws: wss:" } else { "" };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'{watch}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_runs_no_script_without_its_number_and_no_inline_style() {
        let policy = policy("abc");
        assert!(policy.contains("script-src 'self' 'nonce-abc' 'wasm-unsafe-eval';"), "{policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("ws:"), "{policy}");
    }
}
