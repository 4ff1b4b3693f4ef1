//! What durations are measured by.
use std::str::FromStr;

use chrono_tz::Tz;

use super::{BusinessHours, OpenTime};

/// The wall clock, or the open time of a schedule.
#[derive(Debug)]
pub(crate) enum Meter {
    /// Every hour counts.
    Wall,
    /// Open hours do.
    Open(OpenTime),
}

impl Meter {
    /// The meter for stretches between `from` and `to`, the wall clock where there are no hours. `zone`: the name of the clock's zone; none, and what is
    /// no zone, for the team's.
    pub(crate) fn new(hours: Option<&BusinessHours>, zone: Option<&str>, from: i64, to: i64) -> Self {
        hours.map_or(Self::Wall, |hours| {
            let zone = zone.and_then(|name| Tz::from_str(name).ok()).unwrap_or(hours.zone);
            Self::Open(OpenTime::new(hours, zone, from, to))
        })
    }

    /// The time that counts between two instants.
    pub(crate) fn between(&self, from: i64, to: i64) -> i64 {
        match self {
            Self::Wall => to.saturating_sub(from).max(0),
            Self::Open(open) => open.between(from, to),
        }
    }
}
