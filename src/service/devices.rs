//! What somebody is signed in on, from what their browser calls itself. It can lie: for people to recognise, never for a
//! decision.

use woothee::parser::Parser;

use crate::{
    domain::session::{Device, DeviceKind},
    store::sessions::Seen,
};

/// On what a session is: a command line by the name of its host, a browser by what it calls itself.
#[must_use]
pub fn of_session(seen: &Seen) -> Device {
    match &seen.device_name {
        Some(name) => Device { kind: DeviceKind::CommandLine, name: name.clone() },
        None => describe(seen.user_agent.as_deref()),
    }
}

/// `Firefox on Linux`, as far as it can be told.
#[must_use]
pub fn describe(user_agent: Option<&str>) -> Device {
    let found = user_agent.and_then(|agent| Parser::new().parse(agent));
    let known = |text: &str| (!text.is_empty() && text != "UNKNOWN").then(|| text.to_owned());
    let Some(found) = found else {
        return Device { kind: DeviceKind::Computer, name: "Unknown browser".to_owned() };
    };
    let browser = known(found.name).unwrap_or_else(|| "Unknown browser".to_owned());
    let system = known(found.os).map(|os| match os.as_str() {
        "Mac OSX" => "macOS".to_owned(),
        os if os.starts_with("Windows") => "Windows".to_owned(),
        _ => os,
    });
    let kind = match found.category {
        "smartphone" | "mobilephone" => DeviceKind::Phone,
        _ => DeviceKind::Computer,
    };
    let name = system.map_or_else(|| browser.clone(), |system| format!("{browser} on {system}"));
    Device { kind, name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_recognise_their_browsers() {
        let table = [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                "Firefox on Linux",
                DeviceKind::Computer,
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
                "Chrome on Windows",
                DeviceKind::Computer,
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
                DeviceKind::Phone,
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
                "Safari on macOS",
                DeviceKind::Computer,
            ),
        ];
        for (agent, name, kind) in table {
            assert_eq!(describe(Some(agent)), Device { kind, name: name.to_owned() }, "{agent}");
        }
    }

    #[test]
    fn what_cannot_be_told_is_said_so() {
        for agent in [None, Some(""), Some("nonsense\u{7f}")] {
            assert_eq!(describe(agent).name, "Unknown browser");
        }
    }
}
