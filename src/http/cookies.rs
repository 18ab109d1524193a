//! The cookies of a browser session (PRODUCT section 6).

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use time::Duration;

use super::state::Settings;
use crate::{
    domain::session,
    service::{
        sessions::Tokens,
        throttle::{self, DeviceCode},
    },
};

/// With https, names that bind a cookie to this host; with http, names that carry the port, since browsers share
/// cookies between the ports of a host.
fn name(settings: &Settings, what: &str) -> String {
    if settings.is_https() {
        format!("__Host-latchkey-{what}")
    } else {
        format!("latchkey-{what}-{}", settings.public_url.port_or_known_default().unwrap_or_default())
    }
}

/// The name of the cookie of tower-sessions.
#[must_use]
pub fn state_name(settings: &Settings) -> String {
    name(settings, "state")
}

/// The JWT and the refresh token of a request.
#[must_use]
pub fn read(settings: &Settings, headers: &HeaderMap) -> (Option<String>, Option<String>) {
    let jar = CookieJar::from_headers(headers);
    let value = |what| jar.get(&name(settings, what)).map(|cookie| cookie.value().to_owned());
    (value("session"), value("refresh"))
}

/// The code by which accounts know the browser again.
#[must_use]
pub fn device(settings: &Settings, headers: &HeaderMap) -> Option<DeviceCode> {
    CookieJar::from_headers(headers).get(&name(settings, "device")).and_then(|cookie| DeviceCode::parse(cookie.value()))
}

/// What tells a browser to keep `tokens`. The JWT's cookie lives as long as the session: a JWT whose time is over is
/// harmless, and its absence would look like a browser without cookies.
#[must_use]
pub fn keep(settings: &Settings, tokens: &Tokens) -> Vec<HeaderValue> {
    let mut cookies =
        vec![("session", tokens.jwt.as_str(), session::IDLE), ("refresh", tokens.refresh.expose(), session::IDLE)];
    cookies.extend(tokens.device.as_ref().map(|device| ("device", device.expose(), throttle::KNOWN)));
    cookies.into_iter().map(|(what, value, age)| header_value(settings, what, value, age)).collect()
}

/// What tells a browser to forget the session. It stays known.
#[must_use]
pub fn forget(settings: &Settings) -> [HeaderValue; 2] {
    ["session", "refresh"].map(|what| header_value(settings, what, "", Duration::ZERO))
}

/// Adds `cookies` to a response, unless it has set the same names already: a sign-out in the response wins over a
/// renewal on the way in.
pub fn append(headers: &mut HeaderMap, cookies: impl IntoIterator<Item = HeaderValue>) {
    for cookie in cookies {
        let name = cookie.as_bytes().split(|byte| *byte == b'=').next().unwrap_or_default();
        let set = headers
            .get_all(header::SET_COOKIE)
            .iter()
            .any(|other| other.as_bytes().strip_prefix(name).is_some_and(|rest| rest.starts_with(b"=")));
        if !set {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}

fn header_value(settings: &Settings, what: &str, value: &str, age: Duration) -> HeaderValue {
    let cookie = Cookie::build((name(settings, what), value.to_owned()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_https())
        .max_age(age)
        .build();
    cookie.to_string().parse().expect("names and values are printable ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str) -> Settings {
        Settings { public_url: url.parse().unwrap(), trusted_proxies: vec![], insecure_http: false }
    }

    #[test]
    fn cookies_are_bound_to_the_host_or_the_port() {
        let [https, _] = forget(&settings("https://latchkey.example"));
        let https = https.to_str().unwrap();
        assert!(https.starts_with("__Host-latchkey-session=;") && https.contains("Secure"), "{https}");
        let [http, _] = forget(&settings("http://127.0.0.1:3000"));
        let http = http.to_str().unwrap();
        assert!(http.starts_with("latchkey-session-3000=;") && !http.contains("Secure"), "{http}");
        assert!(http.contains("HttpOnly") && http.contains("SameSite=Lax") && http.contains("Path=/"));
    }

    #[test]
    fn a_sign_out_wins_over_a_renewal() {
        let settings = settings("http://127.0.0.1:3000");
        let mut headers = HeaderMap::new();
        append(&mut headers, forget(&settings));
        append(&mut headers, ["latchkey-session-3000=new", "latchkey-refresh-3000=new"].map(HeaderValue::from_static));
        assert_eq!(headers.get_all(header::SET_COOKIE).iter().count(), 2);
        assert!(headers.values().all(|value| !value.to_str().unwrap().contains("new")));
    }
}
