//! What handlers share.

use std::sync::Arc;

use ipnet::IpNet;
use url::Url;

use super::throttle::Networks;
use crate::service::Service;

/// How this server is reached, decided once at start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where people and programs find it; links are built from it, never from a Host header.
    pub public_url: Url,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether the operator insisted on http beyond this machine; pages then carry a banner.
    pub insecure_http: bool,
}

impl Settings {
    /// Whether people reach it through https: cookies are then `Secure`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// The address of the REST API, without a slash at its end.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api/v1", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The full address of a page, for those who get it elsewhere than in their browser.
    #[must_use]
    pub fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// The public address without its scheme, for people.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.public_url.host_str().unwrap_or_default();
        self.public_url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// The state of every handler: each request has a share of it.
pub type State = Arc<Shared>;

/// What all requests share.
pub struct Shared {
    /// The use cases.
    pub service: Arc<Service>,
    /// How this server is reached.
    pub settings: Settings,
    /// What each network has tried of late.
    pub networks: Networks,
    /// What each network has reported of late.
    pub reporters: Networks,
    /// Whose secrets were refused of late.
    pub refusals: Networks,
}

impl Shared {
    /// Of a process that has just begun.
    #[must_use]
    pub fn new(service: Arc<Service>, settings: Settings) -> Self {
        Self {
            service,
            settings,
            networks: Networks::default(),
            reporters: Networks::default(),
            refusals: Networks::of_secrets(),
        }
    }
}
