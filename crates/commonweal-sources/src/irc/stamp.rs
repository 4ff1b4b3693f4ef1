//! When a line was written, as far as it says.
use chrono::{NaiveDate, NaiveTime};

use crate::time::parse_iso;

/// A line with its time put aside.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stamped<'a> {
    pub date: Option<NaiveDate>,
    pub time: Option<NaiveTime>,
    pub has_seconds: bool,
    /// Seconds east of UTC.
    pub offset: Option<i64>,
    pub rest: &'a str,
}

/// Reads `[12:34:56] `, `12:34 `, `2018-05-01 12:34:56`, `[2018-05-01T12:34:56+02:00] ` and their like.
pub(super) fn stamp(line: &str) -> Stamped<'_> {
    let none = Stamped { date: None, time: None, has_seconds: false, offset: None, rest: line };
    let (inside, in_brackets) = match line.strip_prefix('[') {
        Some(inside) => (inside, true),
        None => (line, false),
    };
    if !inside.starts_with(|c: char| c.is_ascii_digit()) {
        return none;
    }
    let end = |text: &str, from: usize| {
        let ends = |c: char| c == ']' || c.is_ascii_whitespace();
        text[from..].find(ends).map_or(text.len(), |at| from + at)
    };
    let first = end(inside, 0);
    let (date, clock) = match day(&inside[..first]) {
        // A date, and the clock behind a blank.
        Some(date) if inside[first..].starts_with(' ') => (Some(date), first + 1..end(inside, first + 1)),
        Some(_) => return none,
        None => match inside[..first].find(['T', 't']).filter(|at| *at == 10) {
            Some(at) => (day(&inside[..at]), at + 1..first),
            None => (None, 0..first),
        },
    };
    let text = &inside[clock.clone()];
    let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ',')).unwrap_or(text.len());
    let Some(time) = time(&text[..digits]) else { return none };
    let offset = match &text[digits..] {
        "" => None,
        // The day is of no matter: what differs from UTC is the zone.
        zone => match parse_iso(&format!("2000-01-02T00:00:00{zone}")).filter(|stamp| stamp.zoned) {
            Some(stamp) => Some((946_771_200_000_000 - stamp.micros) / 1_000_000),
            None => return none,
        },
    };
    let mut rest = &inside[clock.end..];
    if in_brackets {
        let Some(behind) = rest.strip_prefix(']') else { return none };
        rest = behind;
    }
    let has_seconds = text[..digits].matches(':').count() == 2;
    Stamped { date, time: Some(time), has_seconds, offset, rest: rest.trim_start() }
}

fn day(text: &str) -> Option<NaiveDate> {
    (text.len() == 10).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

fn time(text: &str) -> Option<NaiveTime> {
    let whole = text.split(['.', ',']).next().unwrap_or(text);
    match whole.matches(':').count() {
        1 => NaiveTime::parse_from_str(whole, "%H:%M").ok(),
        2 => NaiveTime::parse_from_str(whole, "%H:%M:%S").ok(),
        _ => None,
    }
}

/// The day that a name tells: the last of `2018-05-01`, `2018_05_01`, `20180501`, `2018/05-01`, `2018/05/01` in it.
pub(super) fn day_of_name(name: &str) -> Option<NaiveDate> {
    let bytes = name.as_bytes();
    let digits = |from: usize, count: usize| -> Option<u32> {
        let part = bytes.get(from..from + count)?;
        part.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_mark = |at: usize| matches!(bytes.get(at), Some(b'-' | b'_' | b'.' | b'/'));
    let found = |at: usize| -> Option<NaiveDate> {
        if at > 0 && is_digit(at - 1) {
            return None;
        }
        let year = digits(at, 4).filter(|year| (1988..2100).contains(year))?;
        let month_at = at + 4 + usize::from(is_mark(at + 4));
        let month = digits(month_at, 2)?;
        let day_at = month_at + 2 + usize::from(is_mark(month_at + 2));
        let day = digits(day_at, 2)?;
        // Marks at both places or at none, or it is some other number.
        if is_digit(day_at + 2) || is_mark(at + 4) != is_mark(month_at + 2) {
            return None;
        }
        NaiveDate::from_ymd_opt(year as i32, month, day)
    };
    (0..bytes.len()).rev().find_map(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_many_forms() {
        let date = NaiveDate::from_ymd_opt(2018, 5, 1);
        for (line, date, has_seconds, offset, rest) in [
            ("12:34 <a> x", None, false, None, "<a> x"),
            ("12:34:00 <a> x", None, true, None, "<a> x"),
            ("[12:34] <a> x", None, false, None, "<a> x"),
            ("[12:34:00]  * a x", None, true, None, "* a x"),
            ("2018-05-01 12:34:00\ta\tx", date, true, None, "a\tx"),
            ("[2018-05-01 12:34] <a> x", date, false, None, "<a> x"),
            ("2018-05-01T12:34:00  <a> x", date, true, None, "<a> x"),
            ("2018-05-01T12:34:00.123Z <a> x", date, true, Some(0), "<a> x"),
            ("[2018-05-01T12:34:00+02:00] <a> x", date, true, Some(7200), "<a> x"),
        ] {
            let time = NaiveTime::from_hms_opt(12, 34, 0);
            assert_eq!(stamp(line), Stamped { date, time, has_seconds, offset, rest }, "{line}");
        }
        for line in ["", "[", "12", "25:00 x", "12:34x", "[12:34 <a> x", "2018-05-01", "=== a", "2018-05-01 noon", "[é"]
        {
            assert_eq!(stamp(line).time, None, "{line}");
        }
    }

    #[test]
    fn days_in_names() {
        let day = NaiveDate::from_ymd_opt(2018, 5, 1);
        for name in [
            "2018-05-01.log",
            "#zig_20180501.log",
            "2018/05-01.txt",
            "2018/05/01.log",
            "x/2018_05_01_03.raw.txt",
            "2017-01-01/2018-05-01",
        ] {
            assert_eq!(day_of_name(name), day, "{name}");
        }
        for name in ["", "zig.log", "20180532.log", "120180501.log", "2018-0501", "1234-05-01", "2018é05-01"] {
            assert_eq!(day_of_name(name), None, "{name}");
        }
    }
}
