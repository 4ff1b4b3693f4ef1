//! Days after the last event: where members leave a trailing window.
use chrono_tz::Tz;

use crate::kpi::Periods;
use crate::period::{Calendar, Every};

/// The starts of days, those after the last event among them.
#[derive(Debug)]
pub(super) struct Onward {
    calendar: Calendar,
    after: Vec<i64>,
}

impl Onward {
    pub(super) fn new(zone: Tz) -> Self {
        Self { calendar: Calendar::new(zone, Every::Day), after: vec![] }
    }

    /// The start of day `i` of the events' days, or as many days after them.
    #[inline]
    pub(super) fn start(&mut self, days: &Periods, i: usize) -> i64 {
        let known = days.len();
        if i <= known {
            return days.start(i);
        }
        while self.after.len() < i - known {
            let last = self.after.last().copied().unwrap_or_else(|| days.start(known));
            self.after.push(self.calendar.next(last));
        }
        self.after[i - known - 1]
    }
}
