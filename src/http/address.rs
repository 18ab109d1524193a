//! From which address a request came, through proxies that are trusted.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{Extensions, HeaderMap, HeaderName, header},
};
use ipnet::IpNet;

use super::{cookies, state::Settings};
use crate::{domain::activity::Via, service::actor::Origin};

static FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// A user agent is kept up to this many characters.
const USER_AGENT: usize = 200;

/// From where a request came.
#[must_use]
pub fn origin(via: Via, settings: &Settings, headers: &HeaderMap, extensions: &Extensions) -> Origin {
    let device = (via == Via::Browser).then(|| cookies::device(settings, headers)).flatten();
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    Origin {
        via,
        ip: peer.map(|peer| client(peer, headers, &settings.trusted_proxies)),
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.chars().take(USER_AGENT).collect()),
        device,
        once: None,
    }
}

/// Walks `X-Forwarded-For` from its end, as long as the hop before was a trusted proxy.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|net| net.contains(ip));
    let hops = headers.get_all(&FORWARDED_FOR).iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|line| line.split(',')).map(str::trim).collect();
    let mut at = peer;
    for hop in hops.iter().rev() {
        if !is_trusted(&at) {
            break;
        }
        let Ok(before) = hop.parse::<IpAddr>() else { break };
        at = before.to_canonical();
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &str, trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        client(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(seen("203.0.113.5", "1.2.3.4", &[]), "203.0.113.5");
        assert_eq!(seen("203.0.113.5", "1.2.3.4", &["10.0.0.0/8"]), "203.0.113.5");
    }

    #[test]
    fn trusted_proxies_are_walked_through_from_the_end() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(seen("10.0.0.1", "6.6.6.6, 203.0.113.5", &trusted), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", "203.0.113.5, 10.0.0.2", &trusted), "203.0.113.5");
        assert_eq!(seen("10.0.0.1", "203.0.113.5, nonsense", &trusted), "10.0.0.1");
    }
}
