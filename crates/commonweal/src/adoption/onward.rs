//! Days on from the last event: where members leave a trailing window.
use crate::kpi::{Part, Periods};
use crate::period::{Calendar, Every};

/// The starts of the days of the events, and of so many after them.
pub(super) fn starts(part: &Part<'_>, days: &Periods, after: usize) -> Vec<i64> {
    let calendar = Calendar::new(part.community.zone(), Every::Day);
    let later = std::iter::successors(Some(days.start(days.len())), |last| Some(calendar.next(*last)));
    days.starts().into_iter().chain(later.skip(1).take(after)).collect()
}
