//! Calendar periods in a time zone.
//!
//! A period is half-open, `[start, end)`, and starts at the first instant of a local date, so days on which clocks change have 23 or
//! 25 hours, and a date that a zone skipped has none.
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, MappedLocalTime, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// The length of a KPI's periods: calendar units, weeks from Monday (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Every {
    /// `"1d"`
    Day,
    /// `"1w"`, from Monday
    Week,
    /// `"1mo"`
    Month,
    /// `"1q"`, from January, April, July and October
    Quarter,
    /// `"1y"`
    Year,
}

const UNITS: [(Every, &str); 5] =
    [(Every::Day, "1d"), (Every::Week, "1w"), (Every::Month, "1mo"), (Every::Quarter, "1q"), (Every::Year, "1y")];
const ANY_UNIT: &str = "one of \"1d\", \"1w\", \"1mo\", \"1q\", \"1y\"";

impl FromStr for Every {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unit = UNITS.iter().find(|(_, name)| *name == text);
        unit.map(|(every, _)| *every).ok_or_else(|| Error::option("every", ANY_UNIT, format!("{text:?}")))
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(UNITS[*self as usize].1)
    }
}

impl Serialize for Every {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Every {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Name;
        impl serde::de::Visitor<'_> for Name {
            type Value = Every;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(ANY_UNIT)
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Every, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Name)
    }
}

/// A length of time as an option: `"90s"`, `"30m"`, `"1h"`, `"28d"`, `"2w"`, or several in a row, `"1h30m"`.
///
/// ```
/// use commonweal::Span;
/// assert_eq!("1h30m".parse::<Span>()?, Span::minutes(90));
/// assert_eq!("4w".parse::<Span>()?.to_string(), "28d");
/// # Ok::<(), commonweal::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

const SPAN_UNITS: [(&str, i64); 5] = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

impl Span {
    /// A span of seconds.
    pub const fn seconds(n: u32) -> Self {
        Self(n as i64 * SECOND)
    }

    /// A span of minutes.
    pub const fn minutes(n: u32) -> Self {
        Self(n as i64 * 60 * SECOND)
    }

    /// A span of hours.
    pub const fn hours(n: u32) -> Self {
        Self(n as i64 * 3_600 * SECOND)
    }

    /// A span of days of 24 hours.
    pub const fn days(n: u32) -> Self {
        Self(n as i64 * 86_400 * SECOND)
    }

    /// Its length in microseconds.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Its length in whole days, where it is whole days.
    pub(crate) const fn whole_days(self) -> Option<i64> {
        let day = 86_400 * SECOND;
        if self.0 % day == 0 { Some(self.0 / day) } else { None }
    }
}

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let refuse = || {
            Error::option(
                "span",
                "a length such as \"90s\", \"30m\", \"1h\", \"28d\" or \"1h30m\"",
                format!("{text:?}"),
            )
        };
        let (mut rest, mut total) = (text, 0i64);
        while !rest.is_empty() {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let number: i64 = rest[..digits].parse().map_err(|_| refuse())?;
            rest = &rest[digits..];
            let (unit, seconds) = SPAN_UNITS.iter().find(|(unit, _)| rest.starts_with(unit)).ok_or_else(refuse)?;
            rest = &rest[unit.len()..];
            total = number.checked_mul(seconds * SECOND).and_then(|span| span.checked_add(total)).ok_or_else(refuse)?;
        }
        if total == 0 { Err(refuse()) } else { Ok(Self(total)) }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0 / SECOND;
        // Weeks are read, not written: windows are known by their days.
        for (unit, seconds) in SPAN_UNITS.into_iter().filter(|(unit, _)| *unit != "w") {
            if rest >= seconds {
                write!(f, "{}{unit}", rest / seconds)?;
                rest %= seconds;
            }
        }
        Ok(())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The periods of one length in one zone. Instants are microseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calendar {
    zone: Tz,
    every: Every,
}

impl Calendar {
    /// The calendar of `every` in `zone`.
    pub const fn new(zone: Tz, every: Every) -> Self {
        Self { zone, every }
    }

    /// The start of the period that `instant` is in.
    pub fn start_of(self, instant: i64) -> i64 {
        let start = midnight(self.zone, self.first_date(self.date_of(instant)));
        // Where clocks go back across midnight, a date that has begun is left once more; its period goes on.
        let next = self.next(start);
        if instant < next { start } else { next }
    }

    /// The start of the period after the one that starts at `start`.
    pub fn next(self, start: i64) -> i64 {
        midnight(self.zone, self.next_date(self.first_date(self.date_of(start))))
    }

    /// The local date of an instant.
    pub fn date_of(self, instant: i64) -> NaiveDate {
        local_date(self.zone, instant)
    }

    /// The periods from the one that `from` is in to the one that `to` is in.
    pub fn grid(self, from: i64, to: i64) -> Grid {
        let mut date = self.first_date(self.date_of(from));
        let mut starts = vec![midnight(self.zone, date)];
        loop {
            let next = self.next_date(date);
            // The end of the calendar is the end of the last period.
            let start = if next > date { midnight(self.zone, next) } else { i64::MAX };
            date = next;
            // A date that the zone skipped is an empty period and no period at all.
            if start > starts[starts.len() - 1] {
                starts.push(start);
            }
            if start > to {
                return Grid { starts };
            }
        }
    }

    fn first_date(self, date: NaiveDate) -> NaiveDate {
        let first = match self.every {
            Every::Day => Some(date),
            Every::Week => date.checked_sub_days(Days::new(date.weekday().num_days_from_monday().into())),
            Every::Month => date.with_day(1),
            Every::Quarter => NaiveDate::from_ymd_opt(date.year(), date.month0() / 3 * 3 + 1, 1),
            Every::Year => NaiveDate::from_ymd_opt(date.year(), 1, 1),
        };
        first.unwrap_or(date)
    }

    fn next_date(self, first: NaiveDate) -> NaiveDate {
        let next = match self.every {
            Every::Day => first.checked_add_days(Days::new(1)),
            Every::Week => first.checked_add_days(Days::new(7)),
            Every::Month => first.checked_add_months(Months::new(1)),
            Every::Quarter => first.checked_add_months(Months::new(3)),
            Every::Year => first.checked_add_months(Months::new(12)),
        };
        next.unwrap_or(NaiveDate::MAX)
    }
}

/// Consecutive periods, for quick look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grid {
    /// The starts, and at last the end of the last period.
    starts: Vec<i64>,
}

impl Grid {
    /// The number of periods.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no period; a grid has always one.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The start of period `i`; for `i == len()`, the end of the last.
    pub fn start(&self, i: usize) -> i64 {
        self.starts[i]
    }

    /// The end of period `i`.
    pub fn end(&self, i: usize) -> i64 {
        self.starts[i + 1]
    }

    /// The period that `instant` is in; the first or the last for instants outside.
    pub fn index(&self, instant: i64) -> usize {
        let (first, last) = (self.starts[0], self.starts[self.len()]);
        // Periods are of nearly one length, so the guess is at most a step or two off.
        let share = (instant - first) as f64 / (last - first) as f64;
        let mut i = ((share * self.len() as f64) as usize).min(self.len() - 1);
        while i > 0 && instant < self.starts[i] {
            i -= 1;
        }
        while i + 1 < self.len() && instant >= self.starts[i + 1] {
            i += 1;
        }
        i
    }
}

/// Days since 1970-01-01, as polars counts its dates.
pub(crate) fn days_since_epoch(date: NaiveDate) -> i32 {
    date.to_epoch_days()
}

fn utc(instant: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(instant).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn local_date(zone: Tz, instant: i64) -> NaiveDate {
    utc(instant).with_timezone(&zone).date_naive()
}

/// The first instant of a local date.
pub(crate) fn midnight(zone: Tz, date: NaiveDate) -> i64 {
    let naive = date.and_time(NaiveTime::MIN);
    match zone.from_local_datetime(&naive) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at.timestamp_micros(),
        // Midnight falls into a gap: the date starts where the gap ends.
        MappedLocalTime::None => {
            let centre = naive.and_utc().timestamp();
            let (mut before, mut after) = (centre - 50 * 3_600, centre + 50 * 3_600);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if local_date(zone, middle * SECOND) >= date { after = middle } else { before = middle }
            }
            after * SECOND
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> i64 {
        text.parse::<DateTime<Utc>>().expect("a time").timestamp_micros()
    }

    #[test]
    fn weeks_start_on_monday() {
        let calendar = Calendar::new(Tz::UTC, Every::Week);
        assert_eq!(calendar.start_of(at("2026-11-22T23:59:59Z")), at("2026-11-16T00:00:00Z"));
        assert_eq!(calendar.start_of(at("2026-11-23T00:00:00Z")), at("2026-11-23T00:00:00Z"));
    }

    #[test]
    fn days_follow_the_clocks() {
        let hours = |zone: Tz, noon: &str| {
            let calendar = Calendar::new(zone, Every::Day);
            let start = calendar.start_of(at(noon));
            (calendar.next(start) - start) as f64 / (3_600 * SECOND) as f64
        };
        assert_eq!(hours(Tz::America__New_York, "2024-03-10T16:00:00Z"), 23.0);
        assert_eq!(hours(Tz::America__New_York, "2024-11-03T16:00:00Z"), 25.0);
        assert_eq!(hours(Tz::Australia__Lord_Howe, "2024-10-06T01:00:00Z"), 23.5);
        // Cairo springs forward at midnight: the day starts at 01:00 local time.
        assert_eq!(hours(Tz::Africa__Cairo, "2024-04-26T10:00:00Z"), 23.0);
        assert_eq!(
            Calendar::new(Tz::Africa__Cairo, Every::Day).start_of(at("2024-04-26T10:00:00Z")),
            at("2024-04-25T22:00:00Z")
        );
        assert_eq!(hours(Tz::Africa__Cairo, "2024-10-31T10:00:00Z"), 25.0);
    }

    #[test]
    fn a_skipped_date_is_no_period() {
        // Samoa went from 29 to 31 December 2011.
        let grid =
            Calendar::new(Tz::Pacific__Apia, Every::Day).grid(at("2011-12-29T12:00:00Z"), at("2012-01-01T12:00:00Z"));
        let calendar = Calendar::new(Tz::Pacific__Apia, Every::Day);
        let days: Vec<_> = (0..grid.len()).map(|i| calendar.date_of(grid.start(i)).to_string()).collect();
        assert_eq!(days, ["2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"]);
    }

    #[test]
    fn spans_are_read_and_shown() {
        for text in ["90s", "1m30s", "1h", "1d", "4w"] {
            let span: Span = text.parse().expect("a span");
            assert_eq!(span, span.to_string().parse().expect("its own text"));
        }
        let message = "span must be a length such as \"90s\", \"30m\", \"1h\", \"28d\" or \"1h30m\", got \"one hour\"";
        assert_eq!("one hour".parse::<Span>().expect_err("words").to_string(), message);
        assert!(
            "".parse::<Span>().is_err() && "0h".parse::<Span>().is_err() && "99999999999w".parse::<Span>().is_err()
        );
    }

    proptest! {
        #[test]
        fn a_grid_holds_every_instant_in_its_period(
            from in 0i64..4_000_000_000, length in 0i64..100_000_000, share in 0.0f64..1.0, unit in 0usize..5, zone in 0usize..7,
        ) {
            let zone = [Tz::UTC, Tz::Europe__Berlin, Tz::America__New_York, Tz::Africa__Cairo, Tz::Pacific__Apia, Tz::Australia__Lord_Howe, Tz::America__St_Johns][zone];
            let calendar = Calendar::new(zone, UNITS[unit].0);
            let (from, to) = (from * SECOND, (from + length) * SECOND);
            let grid = calendar.grid(from, to);
            let instant = from + (share * (to - from) as f64) as i64;
            let i = grid.index(instant);
            prop_assert!(grid.start(i) <= instant && instant < grid.end(i));
            prop_assert_eq!(calendar.start_of(instant), grid.start(i));
            prop_assert_eq!(calendar.next(grid.start(i)), grid.end(i));
        }
    }
}
