//! Open time on the axis of instants: sums over any stretch by binary search.
//!
//! The axis is cut where the zone's offset changes. Between two cuts local time runs evenly, so the open stretches of local time are moved
//! by the offset and clipped to the piece: a local time that a gap leaves out is nowhere, one that comes twice is there twice, and no
//! case needs a rule of its own.
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

use super::BusinessHours;
use crate::period::SECOND;

const MINUTE: i64 = 60 * SECOND;
const DAY: i64 = 86_400 * SECOND;

/// The open stretches of a schedule in one zone, from one instant to another.
#[derive(Debug, Default)]
pub(crate) struct OpenTime {
    starts: Vec<i64>,
    ends: Vec<i64>,
    /// The open time before each stretch.
    before: Vec<i64>,
}

impl OpenTime {
    /// The open time between `from` and `to`, by the clocks of `zone`.
    pub(crate) fn new(hours: &BusinessHours, zone: Tz, from: i64, to: i64) -> Self {
        let mut open = Self::default();
        for (start, end, offset) in offsets(zone, from, to) {
            let (first, last) = (start + offset, end + offset);
            for day in first.div_euclid(DAY)..=last.div_euclid(DAY) {
                for (opens, closes) in hours.open_on(day) {
                    let opens = (day * DAY + i64::from(opens) * MINUTE).max(first);
                    let closes = (day * DAY + i64::from(closes) * MINUTE).min(last);
                    open.push(opens - offset, closes - offset);
                }
            }
        }
        open
    }

    fn push(&mut self, start: i64, end: i64) {
        if start >= end {
            return;
        }
        let last = self.ends.len().checked_sub(1);
        match last {
            Some(last) if start <= self.ends[last] => self.ends[last] = self.ends[last].max(end),
            _ => {
                self.before.push(last.map_or(0, |last| self.before[last] + self.ends[last] - self.starts[last]));
                self.starts.push(start);
                self.ends.push(end);
            }
        }
    }

    /// The open time from the start to `instant`.
    fn until(&self, instant: i64) -> i64 {
        match self.starts.partition_point(|start| *start <= instant).checked_sub(1) {
            None => 0,
            Some(last) => self.before[last] + instant.min(self.ends[last]) - self.starts[last],
        }
    }

    /// The open time between two instants.
    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        (self.until(to) - self.until(from)).max(0)
    }

    /// The first instant at which so much open time has passed since `from`; none where it is not reached.
    pub(crate) fn reach(&self, from: i64, open: i64) -> Option<i64> {
        if open <= 0 {
            return Some(from);
        }
        let wanted = self.until(from).checked_add(open)?;
        let stretch = self.before.partition_point(|before| *before < wanted).checked_sub(1)?;
        let instant = self.starts[stretch] + wanted - self.before[stretch];
        (instant <= self.ends[stretch]).then_some(instant)
    }
}

/// The offset of a zone's clocks, east of UTC, in microseconds.
fn offset(zone: Tz, instant: i64) -> i64 {
    let utc = DateTime::from_timestamp_micros(instant).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc()) * SECOND
}

/// The stretches of one offset, from `from` to `to`. No zone has changed its clocks and changed them back within a day: the shortest time
/// between two changes is four days (Freetown, 1939), so looking once a day finds them all.
fn offsets(zone: Tz, from: i64, to: i64) -> Vec<(i64, i64, i64)> {
    let mut found = vec![];
    let (mut start, mut now, mut here) = (from, from, offset(zone, from));
    while now < to {
        let next = (now + DAY).min(to);
        if offset(zone, next) == here {
            now = next;
            continue;
        }
        let (mut same, mut other) = (now, next);
        while other - same > 1 {
            let middle = same + (other - same) / 2;
            if offset(zone, middle) == here { same = middle } else { other = middle }
        }
        found.push((start, other, here));
        (start, now, here) = (other, other, offset(zone, other));
    }
    found.push((start, to, here));
    found
}
