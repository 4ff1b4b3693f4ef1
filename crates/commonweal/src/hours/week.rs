//! The opening intervals of a week.
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// Days by their names in a schedule, from Monday.
pub(super) const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const DAY: u16 = 24 * 60;

/// Opening intervals in minutes after midnight, by the weekday they start on, from Monday. An end after 24:00 lies in the next day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Week([Vec<(u16, u16)>; 7]);

impl Week {
    /// The intervals that start on a weekday, 0 for Monday.
    pub(super) fn starting(&self, weekday: usize) -> &[(u16, u16)] {
        &self.0[weekday]
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// The same intervals on these weekdays.
    pub(super) fn on(weekdays: &[&str], intervals: &[(&str, &str)]) -> Result<Self> {
        let days = weekdays.iter().map(|day| ((*day).to_owned(), json!(intervals)));
        Self::read("hours.week", &Value::Object(days.collect()))
    }

    /// Reads `{"mon": [["09:00", "17:00"], …], …}`; a day that is not there is closed.
    pub(super) fn read(path: &str, value: &Value) -> Result<Self> {
        let Some(days) = value.as_object() else {
            return Err(Error::option(
                path,
                r#"opening intervals by weekday, as {"mon": [["09:00", "17:00"]]}"#,
                value,
            ));
        };
        let mut week = Self::default();
        for (name, intervals) in days {
            let Some(day) = DAYS.iter().position(|known| known == name) else {
                return Err(Error::option(path, "by weekdays mon, tue, wed, thu, fri, sat, sun", format!("{name:?}")));
            };
            let path = format!("{path}.{name}");
            let Some(list) = intervals.as_array() else {
                let allowed = r#"a list of intervals, as [["09:00", "12:30"], ["13:30", "17:00"]]; [] for closed"#;
                return Err(Error::option(&path, allowed, intervals));
            };
            week.0[day] = list.iter().map(|interval| read_interval(&path, interval)).collect::<Result<_>>()?;
            week.0[day].sort_unstable();
        }
        week.refuse_overlaps(path)?;
        Ok(week)
    }

    fn refuse_overlaps(&self, path: &str) -> Result<()> {
        let all = || (0..7).flat_map(|day| self.0[day].iter().map(move |(start, end)| (day, *start, *end)));
        let at = |(day, start, end): (usize, u16, u16)| {
            let midnight = day as i32 * i32::from(DAY);
            (midnight + i32::from(start), midnight + i32::from(end))
        };
        // After Sunday comes Monday again.
        let next = all().skip(1).map(|i| (i, 0)).chain(all().take(1).map(|i| (i, 7 * i32::from(DAY))));
        for (one, (two, later)) in all().zip(next) {
            if at(one).1 > at(two).0 + later {
                let show = |(day, start, end): (usize, u16, u16)| {
                    format!("{} {} to {}", DAYS[day], text(start), text(if end > DAY { end - DAY } else { end }))
                };
                let path = format!("{path}.{}", DAYS[two.0]);
                let allowed = "intervals that do not overlap: join them, or let one end where the next starts";
                return Err(Error::option(&path, allowed, format!("{} and {}", show(one), show(two))));
            }
        }
        Ok(())
    }

    /// What [`Week::read`] reads; days without an interval are left out.
    pub(super) fn to_json(&self) -> Value {
        let mut days = Map::new();
        for (day, intervals) in DAYS.iter().zip(&self.0).filter(|(_, intervals)| !intervals.is_empty()) {
            let shown =
                intervals.iter().map(|(start, end)| [text(*start), text(if *end > DAY { end - DAY } else { *end })]);
            days.insert((*day).to_owned(), json!(shown.collect::<Vec<_>>()));
        }
        Value::Object(days)
    }
}

fn read_interval(path: &str, interval: &Value) -> Result<(u16, u16)> {
    let texts: Option<Vec<&str>> = interval.as_array().and_then(|pair| pair.iter().map(Value::as_str).collect());
    let Some([start, end]) = texts.as_deref() else {
        return Err(Error::option(path, r#"pairs of times, as ["09:00", "17:00"]"#, interval));
    };
    let time = |text: &str| {
        minutes(text).ok_or_else(|| Error::option(path, r#"times from "00:00" to "24:00""#, format!("{text:?}")))
    };
    match (time(start)?, time(end)?) {
        (DAY, _) => Err(Error::option(path, r#"opening before "24:00": that is "00:00" of the next day"#, interval)),
        (start, end) if start == end => {
            let allowed = r#"intervals of some length: ["00:00", "24:00"] for the whole day, [] for closed"#;
            Err(Error::option(path, allowed, interval))
        }
        (start, end) if end < start => Ok((start, end + DAY)),
        interval => Ok(interval),
    }
}

/// `"9:05"` and `"09:05"` as minutes after midnight.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if !matches!(hours.len(), 1 | 2) || minutes.len() != 2 || !digits(hours) || !digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let all = hours * 60 + minutes;
    (minutes < 60 && all <= DAY).then_some(all)
}

fn text(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}
