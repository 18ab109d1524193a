//! When a credential stops working: what may be chosen, and what that means exactly.

use std::fmt;

use time::Duration;

use super::{invalid::Invalid, timestamp::Timestamp};

/// Shorter than this to live, and a credential shows as expiring.
pub const EXPIRING: Duration = Duration::days(7);

/// What the form offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// So many days from now.
    Days(u16),
    /// The end of a day that the person picks.
    Custom,
    /// No end.
    Never,
}

impl Choice {
    /// In the order of the form.
    pub const ALL: [Self; 6] =
        [Self::Days(7), Self::Days(30), Self::Days(90), Self::Days(365), Self::Custom, Self::Never];
    /// What the form begins with.
    pub const DEFAULT: Self = Self::Days(90);

    /// Reads the form's value.
    #[must_use]
    pub fn from_value(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.to_string() == text)
    }

    /// What the person reads in the list of choices.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Days(days) => format!("In {days} days"),
            Self::Custom => "On a date you pick".to_owned(),
            Self::Never => "Never".to_owned(),
        }
    }
}

/// The value in the form.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(f, "{days}"),
            Self::Custom => f.write_str("custom"),
            Self::Never => f.write_str("never"),
        }
    }
}

/// What the two fields of the form mean, counted from `asked`, the moment the form was made:
/// the sentence under the field then says exactly what is stored.
///
/// # Errors
/// `expiry` unknown, or `until` missing, no date or not in the future.
pub fn from_form(expiry: &str, until: &str, asked: Timestamp, now: Timestamp) -> Result<Option<Timestamp>, Invalid> {
    match Choice::from_value(expiry) {
        Some(Choice::Never) => Ok(None),
        Some(Choice::Days(days)) => {
            future("expiry", asked.whole_second().plus(Duration::days(i64::from(days))), now).map(Some)
        }
        Some(Choice::Custom) if until.trim().is_empty() => {
            Err(Invalid::new("until", "required", "Choose the last day."))
        }
        Some(Choice::Custom) => parse("until", until.trim(), now).map(Some),
        None => Err(Invalid::new("expiry", "unknown", "Choose when it expires from the list.")),
    }
}

/// Reads `2026-12-31` or RFC 3339, which must lie in the future.
///
/// # Errors
/// `malformed` or `not_in_future`, for `field`.
pub fn parse(field: &str, text: &str, now: Timestamp) -> Result<Timestamp, Invalid> {
    let end = Timestamp::parse(text).map_err(|_| {
        Invalid::new(field, "malformed", "Use a date such as 2026-12-31 or a time such as 2026-12-31T09:30:00Z.")
    })?;
    future(field, end, now)
}

fn future(field: &str, end: Timestamp, now: Timestamp) -> Result<Timestamp, Invalid> {
    if end > now {
        Ok(end)
    } else {
        Err(Invalid::new(field, "not_in_future", "Choose an end that lies in the future."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-22T20:47:00Z";

    fn form(expiry: &str, until: &str) -> Result<Option<String>, String> {
        let now = Timestamp::parse(NOW).unwrap();
        from_form(expiry, until, now, now)
            .map(|end| end.map(Timestamp::rfc3339))
            .map_err(|e| format!("{} {}", e.field, e.code))
    }

    #[test]
    fn days_count_from_the_moment_the_form_was_made() {
        assert_eq!(form("90", ""), Ok(Some("2027-02-20T20:47:00Z".into())));
    }

    #[test]
    fn a_picked_day_lasts_until_its_last_second() {
        assert_eq!(form("custom", "2026-12-31"), Ok(Some("2026-12-31T23:59:59Z".into())));
        assert_eq!(form("custom", "2026-11-22"), Ok(Some("2026-11-22T23:59:59Z".into())));
    }

    #[test]
    fn never_is_a_choice_and_silence_is_none() {
        assert_eq!(form("never", ""), Ok(None));
        assert_eq!(form("", ""), Err("expiry unknown".into()));
        assert_eq!(form("14", ""), Err("expiry unknown".into()));
        assert_eq!(form("custom", ""), Err("until required".into()));
        assert_eq!(form("custom", "2026-11-21"), Err("until not_in_future".into()));
        assert_eq!(form("custom", "soon"), Err("until malformed".into()));
    }

    #[test]
    fn a_form_left_open_too_long_is_refused_instead_of_making_a_dead_token() {
        let asked = Timestamp::parse(NOW).unwrap();
        let error = from_form("7", "", asked, asked.plus(Duration::days(8))).unwrap_err();
        assert_eq!((error.field.as_str(), error.code.as_str()), ("expiry", "not_in_future"));
    }
}
