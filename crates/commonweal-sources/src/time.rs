//! Times as the exports write them, turned into microseconds since 1970-01-01T00:00:00Z.
use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;

use crate::error::{Error, Result};
use crate::options::TimeUnit;

/// A time as written: with a zone it is UTC, without one it is some wall clock's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Microseconds, of UTC or of the wall clock.
    pub micros: i64,
    /// True when the text named its zone.
    pub zoned: bool,
    /// True when the text has the date alone.
    pub day_only: bool,
}

impl Stamp {
    fn new(time: NaiveDateTime, zoned: bool) -> Self {
        Self { micros: time.and_utc().timestamp_micros(), zoned, day_only: false }
    }
}

/// Reads ISO 8601 as exports write it: `2018-03-12T17:00:45.567`, a blank for the `T`, an offset or `Z` or neither, or the
/// date alone.
pub(crate) fn parse_iso(text: &str) -> Option<Stamp> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !text.is_char_boundary(10) {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(number(&bytes[..4])? as i32, number(&bytes[5..7])?, number(&bytes[8..10])?)?;
    if bytes.len() == 10 {
        return Some(Stamp { day_only: true, ..Stamp::new(date.and_time(NaiveTime::MIN), false) });
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let (clock, zone) = split_zone(&bytes[11..]);
    let (time, days) = parse_clock(clock)?;
    let local = date.checked_add_days(Days::new(days))?.and_time(time);
    let Some(zone) = zone else { return Some(Stamp::new(local, false)) };
    let offset = parse_offset(zone)?;
    Some(Stamp::new(local.checked_sub_signed(chrono::TimeDelta::seconds(offset))?, true))
}

/// Reads the dates of mail: RFC 5322, and the `Thu Apr  1 11:12:55 2004` that Pipermail and envelope lines have.
pub(crate) fn parse_mail(text: &str) -> Option<Stamp> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Ok(time) = DateTime::parse_from_rfc2822(&text) {
        return Some(Stamp::new(time.naive_utc(), true));
    }
    let words: Vec<&str> = text.split(' ').collect();
    // The weekday is left out, as where it contradicts the date, the date holds.
    let words = match words.as_slice() {
        [day, rest @ ..] if day.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_month(day) => rest,
        all => all,
    };
    let (date, clock, zone) = match words {
        [day, month, year, clock, zone @ ..] if is_month(month) => {
            ([*day, *month, *year], *clock, zone.first().copied())
        }
        [month, day, clock, year] if is_month(month) => ([*day, *month, *year], *clock, None),
        [month, day, clock, zone, year] if is_month(month) && zone.starts_with(['+', '-']) => {
            ([*day, *month, *year], *clock, Some(*zone))
        }
        [month, day, clock, year, zone, ..] if is_month(month) => ([*day, *month, *year], *clock, Some(*zone)),
        _ => return None,
    };
    let (time, days) = parse_clock(clock.as_bytes())?;
    let date = date.join(" ");
    if let Some(zone) = zone {
        let canonical = format!("{date} {} {zone}", time.format("%H:%M:%S"));
        let zoned = DateTime::parse_from_rfc2822(&canonical).ok()?.checked_add_days(Days::new(days))?;
        return Some(Stamp::new(zoned.naive_utc(), true));
    }
    let date = NaiveDate::parse_from_str(&date, "%d %b %Y").ok()?;
    Some(Stamp::new(date.checked_add_days(Days::new(days))?.and_time(time), false))
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS.iter().any(|month| word.eq_ignore_ascii_case(month))
}

fn number(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))
}

/// `12:30`, `12:30:45`, `12:30:45.123456789`; 24:00 is the next day's start, a leap second the second before it.
fn parse_clock(clock: &[u8]) -> Option<(NaiveTime, u64)> {
    let mut parts = clock.splitn(3, |byte| *byte == b':');
    let hour = number(parts.next()?)?;
    let minute = number(parts.next()?)?;
    let seconds = parts.next().unwrap_or(b"0");
    let (whole, fraction) = match seconds.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(point) => (&seconds[..point], &seconds[point + 1..]),
        None => (seconds, &b"0"[..]),
    };
    let second = number(whole)?.min(if minute == 59 || minute == 29 { 59 } else { u32::MAX });
    let fraction = &fraction[..fraction.len().min(9)];
    let nanos = number(fraction)? * 10_u32.pow(9 - fraction.len() as u32);
    if (hour, minute, second) == (24, 0, 0) {
        return Some((NaiveTime::MIN, 1));
    }
    NaiveTime::from_hms_nano_opt(hour, minute, second, nanos).map(|time| (time, 0))
}

fn split_zone(clock: &[u8]) -> (&[u8], Option<&[u8]>) {
    match clock.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-' | b' ')) {
        Some(at) => (&clock[..at], Some(clock[at..].trim_ascii())),
        None => (clock, None),
    }
}

/// Seconds east of UTC: `Z`, `UTC`, `+02`, `+0200`, `+02:00`.
fn parse_offset(zone: &[u8]) -> Option<i64> {
    if matches!(zone, b"Z" | b"z" | b"UTC" | b"GMT") {
        return Some(0);
    }
    let sign = match zone.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: Vec<u8> = zone[1..].iter().copied().filter(|byte| *byte != b':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits)?, 0),
        4 => (number(&digits[..2])?, number(&digits[2..])?),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

/// A number since 1970. Without a unit the magnitude tells: seconds, milliseconds, microseconds and nanoseconds of the years
/// 1973 to 5138 do not overlap; smaller numbers are no times.
pub(crate) fn epoch(value: i64, unit: Option<TimeUnit>) -> Option<i64> {
    let unit = match unit {
        Some(unit) => unit,
        None => match value.unsigned_abs() {
            0..100_000_000 => return None,
            100_000_000..100_000_000_000 => TimeUnit::Seconds,
            100_000_000_000..100_000_000_000_000 => TimeUnit::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => TimeUnit::Microseconds,
            _ => TimeUnit::Nanoseconds,
        },
    };
    match unit {
        TimeUnit::Seconds => value.checked_mul(1_000_000),
        TimeUnit::Milliseconds => value.checked_mul(1_000),
        TimeUnit::Microseconds => Some(value),
        TimeUnit::Nanoseconds => Some(value.div_euclid(1_000)),
    }
    .filter(|micros| DateTime::from_timestamp_micros(*micros).is_some())
}

/// The same for a number with a fraction, such as `1503435956.000247`.
pub(crate) fn epoch_fraction(value: f64, unit: Option<TimeUnit>) -> Option<i64> {
    let whole = value.floor();
    if !whole.is_finite() || whole.abs() > 9.0e18 {
        return None;
    }
    let micros = epoch(whole as i64, unit)?;
    let per_unit = epoch(whole as i64 + 1, unit)? - micros;
    Some(micros + ((value - whole) * per_unit as f64).round() as i64)
}

/// What a wall clock's time needed to become UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// Nothing: the time happened once.
    Once,
    /// The clocks went back and showed it twice: the earlier is taken.
    Twice,
    /// The clocks went forward and skipped it: it is moved forward by as much.
    Never,
}

impl Local {
    /// The note for the intake, if there is something to note.
    pub fn note(self) -> Option<&'static str> {
        match self {
            Self::Once => None,
            Self::Twice => Some("local time that the clocks showed twice: the earlier is taken"),
            Self::Never => Some("local time that the clocks skipped: moved forward"),
        }
    }
}

/// The zone of times that name none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zone(Tz);

impl Zone {
    pub const UTC: Self = Self(Tz::UTC);

    pub fn parse(name: &str) -> Result<Self> {
        name.parse().map(Self).map_err(|_| Error::UnknownZone { name: name.to_owned() })
    }

    /// The zone that the option names, if it names one.
    pub fn option(name: Option<&str>) -> Result<Option<Self>> {
        name.map(Self::parse).transpose()
    }

    /// UTC of a wall clock's time.
    pub fn to_utc(self, wall: i64) -> (i64, Local) {
        if self.0 == Tz::UTC {
            return (wall, Local::Once);
        }
        let Some(naive) = DateTime::from_timestamp_micros(wall).map(|time| time.naive_utc()) else {
            return (wall, Local::Once);
        };
        match self.0.from_local_datetime(&naive) {
            LocalResult::Single(time) => (time.timestamp_micros(), Local::Once),
            LocalResult::Ambiguous(earlier, _) => (earlier.timestamp_micros(), Local::Twice),
            LocalResult::None => {
                // The offset of a day before holds up to the gap.
                let before = naive - chrono::TimeDelta::days(1);
                let offset = self
                    .0
                    .offset_from_local_datetime(&before)
                    .earliest()
                    .map_or(0, |offset| i64::from(offset.fix().local_minus_utc()));
                (wall - offset * 1_000_000, Local::Never)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(text).expect("a test's time").timestamp_micros()
    }

    #[test]
    fn iso_with_and_without_zone() {
        let noon = utc("2020-02-29T12:00:00Z");
        for (text, micros, zoned) in [
            ("2020-02-29T12:00:00", noon, false),
            ("2020-02-29 12:00", noon, false),
            ("2020-02-29T12:00:00Z", noon, true),
            ("2020-02-29T14:00:00+02:00", noon, true),
            ("2020-02-29 14:00:00 +0200", noon, true),
            ("2020-02-29 12:00:00 UTC", noon, true),
            ("2020-02-29T12:00:00.000001", noon + 1, false),
            ("2020-02-28T24:00:00Z", utc("2020-02-29T00:00:00Z"), true),
            ("2016-12-31T23:59:60Z", utc("2016-12-31T23:59:59Z"), true),
        ] {
            assert_eq!(parse_iso(text), Some(Stamp { micros, zoned, day_only: false }), "{text}");
        }
        assert!(parse_iso("2020-02-29").is_some_and(|stamp| stamp.day_only));
        for bad in [
            "",
            "2020-02-30",
            "2020-13-01",
            "29/02/2020",
            "2020-02-29T25:00",
            "2020-02-29Tnoon",
            "2020-02-2é9",
            "0000-00-00 00:00:00",
        ] {
            assert_eq!(parse_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn mail_dates() {
        let time = utc("2003-12-28T08:00:52Z");
        for text in [
            "Sun, 28 Dec 2003 00:00:52 -0800 (PST)",
            "28 Dec 2003 08:00:52 +0000",
            "Sun, 28 Dec 2003 08:00:52 GMT",
            "Mon, 28 Dec 2003 08:00:52 +0000",
            "Sun,  28 Dec 2003  08:00:52 +0000 ",
            "Sun, 28 Dec 2003 8:00:52 +0000",
            "Sun, 28 Dec 2003 03:00:52 EST (by hand)",
            "Sun Dec 28 08:00:52 +0000 2003",
            "Sun Dec 28 00:00:52 2003 -0800",
        ] {
            assert_eq!(parse_mail(text), Some(Stamp { micros: time, zoned: true, day_only: false }), "{text}");
        }
        assert_eq!(parse_mail("Sun Dec 28 08:00:52 2003"), Some(Stamp { micros: time, zoned: false, day_only: false }));
        for bad in [
            "",
            "yesterday",
            "Sun, 32 Dec 2003 00:00:00 +0000",
            "Thursday 14 April 2005 11:30 (UTC+1)",
            "a b c d e f g",
        ] {
            assert_eq!(parse_mail(bad), None, "{bad}");
        }
    }

    #[test]
    fn epochs_by_magnitude() {
        let micros = 1_503_435_956_000_247;
        assert_eq!(epoch(1_503_435_956, None), Some(1_503_435_956_000_000));
        assert_eq!(epoch(1_503_435_956_000, None), Some(1_503_435_956_000_000));
        assert_eq!(epoch(micros, None), Some(micros));
        assert_eq!(epoch(micros * 1_000 + 999, None), Some(micros));
        assert_eq!(epoch(0, None), None);
        assert_eq!(epoch(0, Some(TimeUnit::Seconds)), Some(0));
        assert_eq!(epoch(i64::MAX, Some(TimeUnit::Seconds)), None);
        assert_eq!(epoch_fraction(1_503_435_956.5, None), Some(1_503_435_956_500_000));
        assert_eq!(epoch_fraction(f64::NAN, None), None);
        assert_eq!(epoch_fraction(1e300, None), None);
    }

    #[test]
    fn clocks_that_go_back_and_forward() {
        let berlin = Zone::parse("Europe/Berlin").expect("a zone");
        let wall = |text: &str| utc(&format!("{text}Z"));
        assert_eq!(berlin.to_utc(wall("2021-07-01T12:00:00")), (utc("2021-07-01T10:00:00Z"), Local::Once));
        assert_eq!(berlin.to_utc(wall("2021-10-31T02:30:00")), (utc("2021-10-31T00:30:00Z"), Local::Twice));
        assert_eq!(berlin.to_utc(wall("2021-03-28T02:30:00")), (utc("2021-03-28T01:30:00Z"), Local::Never));
        assert_eq!(
            Zone::parse("Berlin").expect_err("no zone").to_string(),
            "the option `time_zone` must be an IANA name such as \"UTC\" or \"Europe/Berlin\", got \"Berlin\""
        );
    }
}
