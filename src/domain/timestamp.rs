//! Instants, and the ways in which people and programs read them. Always UTC.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// An instant: microseconds since 1970, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

/// The text is no instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date such as 2026-12-31 or a time such as 2026-12-31T09:30:00Z")]
pub struct NotATime;

/// The last instant that four digits of a year can say; later ones could not be written in RFC 3339.
const LAST: i64 = 253_402_300_799_999_999;

impl Timestamp {
    /// From microseconds since 1970, held within the years 1970 to 9999.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        if micros < 0 {
            Self(0)
        } else if micros > LAST {
            Self(LAST)
        } else {
            Self(micros)
        }
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, as JWTs count.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0 / 1_000_000
    }

    /// Whole minutes since 1970.
    #[must_use]
    pub const fn minute(self) -> i64 {
        self.0 / 60_000_000
    }

    /// Whole days since 1970, UTC.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0 / 86_400_000_000
    }

    /// Later by `span`, or earlier when it is negative.
    #[must_use]
    pub const fn plus(self, span: Duration) -> Self {
        Self::from_micros(self.0.saturating_add(span.whole_seconds().saturating_mul(1_000_000)))
    }

    /// The time from `earlier` until this.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::microseconds(self.0 - earlier.0)
    }

    /// Without the part of a second: what people are shown is then exactly what is meant.
    #[must_use]
    pub const fn whole_second(self) -> Self {
        Self(self.0 - self.0 % 1_000_000)
    }

    /// Reads RFC 3339, or a date alone, which means its last second (PRODUCT section 1).
    ///
    /// # Errors
    /// [`NotATime`] on anything else.
    pub fn parse(text: &str) -> Result<Self, NotATime> {
        let at = OffsetDateTime::parse(text, &Rfc3339)
            .or_else(|_| OffsetDateTime::parse(&format!("{text}T23:59:59Z"), &Rfc3339))
            .map_err(|_| NotATime)?;
        i64::try_from(at.unix_timestamp_nanos() / 1000).map(Self::from_micros).map_err(|_| NotATime)
    }

    fn civil(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// `2026-11-22T20:47:00Z`, for programs (RFC 3339).
    #[must_use]
    pub fn rfc3339(self) -> String {
        let (date, (hour, minute, second)) = (self.iso_date(), self.civil().to_hms());
        match self.0 % 1_000_000 {
            0 => format!("{date}T{hour:02}:{minute:02}:{second:02}Z"),
            micros => format!("{date}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z"),
        }
    }

    /// `2026-11-22`, for date fields.
    #[must_use]
    pub fn iso_date(self) -> String {
        let at = self.civil();
        format!("{:04}-{:02}-{:02}", at.year(), u8::from(at.month()), at.day())
    }

    /// `20 February 2027 at 20:47:00 UTC`: an exact instant.
    #[must_use]
    pub fn exact(self) -> String {
        let at = self.civil();
        let (day, month, year) = (at.day(), at.month(), at.year());
        format!("{day} {month} {year} at {:02}:{:02}:{:02} UTC", at.hour(), at.minute(), at.second())
    }

    /// `28 Sep 2026`.
    #[must_use]
    pub fn date(self) -> String {
        let at = self.civil();
        format!("{} {:.3} {}", at.day(), at.month().to_string(), at.year())
    }

    /// `28 Sep`.
    #[must_use]
    pub fn day_and_month(self) -> String {
        let at = self.civil();
        format!("{} {:.3}", at.day(), at.month().to_string())
    }

    /// `18:52 UTC` on the day of `now`, the day otherwise: `20 Nov`.
    #[must_use]
    pub fn minute_or_day(self, now: Self) -> String {
        if self.day() != now.day() {
            return self.day_and_month();
        }
        format!("{:02}:{:02} UTC", self.civil().hour(), self.civil().minute())
    }

    /// `14 Jul 2026, 08:30 UTC`.
    #[must_use]
    pub fn date_and_minute(self) -> String {
        format!("{}, {:02}:{:02} UTC", self.date(), self.civil().hour(), self.civil().minute())
    }

    /// `20:47 UTC`, where the day is known.
    #[must_use]
    pub fn clock(self) -> String {
        format!("{:02}:{:02} UTC", self.civil().hour(), self.civil().minute())
    }

    /// The day as a heading: `Today`, `Yesterday`, `Thursday 19 November`; with its year if that is another.
    #[must_use]
    pub fn day_heading(self, now: Self) -> String {
        let (at, today) = (self.civil(), now.civil().date());
        if at.date() == today {
            return "Today".to_owned();
        }
        if Some(at.date()) == today.previous_day() {
            return "Yesterday".to_owned();
        }
        let day = format!("{} {} {}", at.weekday(), at.day(), at.month());
        if at.year() == today.year() { day } else { format!("{day} {}", at.year()) }
    }

    /// Relative within a week either way, `4 minutes ago`, `in 5 days`; the date beyond it.
    #[must_use]
    pub fn relative(self, now: Self) -> String {
        let seconds = now.seconds() - self.seconds();
        let words = |n: i64, unit: &str| if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") };
        let span = match seconds.abs() {
            0..60 => return if seconds < 0 { "in under a minute" } else { "just now" }.to_owned(),
            s @ 60..3_600 => words(s / 60, "minute"),
            s @ 3_600..86_400 => words(s / 3_600, "hour"),
            s @ 86_400..=604_800 => words(s / 86_400, "day"),
            _ => return self.date(),
        };
        if seconds < 0 { format!("in {span}") } else { format!("{span} ago") }
    }

    /// How far an end lies off, at any distance: `in 62 days`, `3 days ago`.
    #[must_use]
    pub fn distance(self, now: Self) -> String {
        // To the nearest day: 90 days that began a minute ago are still 90.
        let days = (self.seconds() - now.seconds() + 43_200).div_euclid(86_400);
        match days {
            2.. => format!("in {days} days"),
            ..=-2 => format!("{} days ago", -days),
            _ => self.relative(now),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_programs_are_told_is_read_back(micros in 0..LAST) {
            let at = Timestamp::from_micros(micros);
            prop_assert_eq!(Timestamp::parse(&at.rfc3339()), Ok(at));
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_date_alone_means_its_last_second() {
        assert_eq!(at("2026-12-31").rfc3339(), "2026-12-31T23:59:59Z");
    }

    #[test]
    fn an_offset_is_turned_into_utc() {
        assert_eq!(at("2026-12-31T10:00:00+02:00"), at("2026-12-31T08:00:00Z"));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "tomorrow", "2026-13-01", "2026-02-30", "31.12.2026", "2026-12-31T10:00:00"] {
            assert_eq!(Timestamp::parse(text), Err(NotATime), "{text}");
        }
    }

    #[test]
    fn people_read_it_as_the_design_writes_it() {
        let end = at("2027-02-20T20:47:00Z");
        assert_eq!(end.exact(), "20 February 2027 at 20:47:00 UTC");
        assert_eq!(end.date(), "20 Feb 2027");
        assert_eq!(end.date_and_minute(), "20 Feb 2027, 20:47 UTC");
        assert_eq!(end.iso_date(), "2027-02-20");
        assert_eq!(end.minute_or_day(at("2027-02-20T23:59:59Z")), "20:47 UTC");
        assert_eq!(end.minute_or_day(at("2027-02-21T00:00:00Z")), "20 Feb");
    }

    #[test]
    fn relative_up_to_a_week_then_the_date() {
        let now = at("2026-11-22T20:47:00Z");
        let ago = |span: Duration| now.plus(-span).relative(now);
        assert_eq!(ago(Duration::seconds(5)), "just now");
        assert_eq!(ago(Duration::minutes(1)), "1 minute ago");
        assert_eq!(ago(Duration::hours(2)), "2 hours ago");
        assert_eq!(ago(Duration::days(7)), "7 days ago");
        assert_eq!(ago(Duration::days(8)), "14 Nov 2026");
        assert_eq!(now.plus(Duration::days(5)).relative(now), "in 5 days");
        assert_eq!(now.plus(Duration::days(62)).distance(now), "in 62 days");
        assert_eq!(now.plus(Duration::days(-9)).distance(now), "9 days ago");
        assert_eq!(now.plus(Duration::hours(3)).distance(now), "in 3 hours");
        assert_eq!(now.plus(Duration::days(90)).distance(now.plus(Duration::minutes(1))), "in 90 days");
    }

    #[test]
    fn a_day_is_a_heading() {
        let now = at("2026-11-22T20:47:00Z");
        for (then, heading) in [
            ("2026-11-22T00:00:00Z", "Today"),
            ("2026-11-21T23:59:59Z", "Yesterday"),
            ("2026-11-19T14:22:00Z", "Thursday 19 November"),
            ("2025-12-31T12:00:00Z", "Wednesday 31 December 2025"),
        ] {
            assert_eq!(at(then).day_heading(now), heading);
        }
        assert_eq!(at("2026-11-21T06:05:59Z").clock(), "06:05 UTC");
    }

    #[test]
    fn arithmetic_stays_within_what_can_be_written() {
        assert_eq!(Timestamp::from_micros(i64::MAX).plus(Duration::days(9)).iso_date(), "9999-12-31");
        assert_eq!(Timestamp::from_micros(-5).rfc3339(), "1970-01-01T00:00:00Z");
    }
}
