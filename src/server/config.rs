//! What the operator has set, checked before anything starts.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::{Host, Url};

use crate::http::state::Settings;

/// The settings as they were given.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Where to listen.
    pub addr: SocketAddr,
    /// Where people find it; none means: where it listens.
    pub public_url: Option<String>,
    /// Networks, with commas between.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether http beyond this machine is insisted on.
    pub insecure_http: bool,
    /// Whether to fill an empty database with a demo.
    pub demo: bool,
}

/// A setting is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The public URL is none.
    #[error("LATCHKEY_PUBLIC_URL must be an http or https address without path, such as https://latchkey.example.org")]
    PublicUrl,
    /// Cookies and tokens would travel in the open.
    #[error(
        "LATCHKEY_PUBLIC_URL is http beyond this machine: passwords and tokens would travel in the open. \
         Use https, or set LATCHKEY_INSECURE_HTTP=1 to insist"
    )]
    InsecureHttp,
    /// The demo's password is on the console, and its content is nobody's secret.
    #[error("--demo listens on loopback only")]
    DemoBeyondLoopback,
}

impl Raw {
    /// Checks them together.
    ///
    /// # Errors
    /// The first that is wrong.
    pub fn check(self) -> Result<Settings, ConfigError> {
        let public_url = match &self.public_url {
            Some(url) => Url::parse(url).map_err(|_| ConfigError::PublicUrl)?,
            None => own_address(self.addr),
        };
        let plain = public_url.path() == "/" && public_url.query().is_none() && public_url.fragment().is_none();
        if !matches!(public_url.scheme(), "http" | "https") || !public_url.username().is_empty() || !plain {
            return Err(ConfigError::PublicUrl);
        }
        let open = public_url.scheme() == "http" && !is_loopback(&public_url);
        if open && !self.insecure_http {
            return Err(ConfigError::InsecureHttp);
        }
        if self.demo && !(self.addr.ip().is_loopback() && is_loopback(&public_url)) {
            return Err(ConfigError::DemoBeyondLoopback);
        }
        Ok(Settings { public_url, trusted_proxies: self.trusted_proxies, insecure_http: open })
    }
}

/// Where a browser on this machine finds a server that listens at `addr`.
fn own_address(addr: SocketAddr) -> Url {
    let host = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(ip) if ip.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    };
    Url::parse(&format!("http://{host}:{}", addr.port())).expect("an address and a port make a URL")
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addr: &str, url: Option<&str>, insecure_http: bool, demo: bool) -> Result<String, ConfigError> {
        let raw = Raw {
            addr: addr.parse().unwrap(),
            public_url: url.map(str::to_owned),
            trusted_proxies: vec![],
            insecure_http,
            demo,
        };
        raw.check().map(|settings| format!("{} {}", settings.api_url(), settings.insecure_http))
    }

    #[test]
    fn without_a_url_it_is_found_where_it_listens() {
        assert_eq!(check("127.0.0.1:3000", None, false, true), Ok("http://127.0.0.1:3000/api/v1 false".into()));
        assert_eq!(check("0.0.0.0:80", None, false, false), Ok("http://127.0.0.1/api/v1 false".into()));
    }

    #[test]
    fn http_beyond_this_machine_must_be_insisted_on() {
        assert_eq!(check("0.0.0.0:80", Some("http://keys.example"), false, false), Err(ConfigError::InsecureHttp));
        assert_eq!(check("10.0.0.7:80", None, false, false), Err(ConfigError::InsecureHttp));
        assert_eq!(
            check("0.0.0.0:80", Some("http://keys.example"), true, false),
            Ok("http://keys.example/api/v1 true".into())
        );
        assert!(check("0.0.0.0:80", Some("https://keys.example"), false, false).is_ok());
        assert!(check("127.0.0.1:1", Some("http://localhost:1"), false, false).is_ok());
    }

    #[test]
    fn the_demo_stays_on_this_machine() {
        assert_eq!(check("0.0.0.0:80", None, false, true), Err(ConfigError::DemoBeyondLoopback));
        assert_eq!(
            check("127.0.0.1:80", Some("https://keys.example"), false, true),
            Err(ConfigError::DemoBeyondLoopback)
        );
    }

    #[test]
    fn a_url_has_a_host_and_no_path() {
        for url in ["keys.example", "ftp://keys.example", "https://keys.example/latchkey", "https://a@keys.example", ""]
        {
            assert_eq!(check("127.0.0.1:80", Some(url), true, false), Err(ConfigError::PublicUrl), "{url}");
        }
    }
}
