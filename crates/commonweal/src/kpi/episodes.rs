//! Episodes of members to whom something was done, and those like them to whom it was not: before and after, difference in differences.
use std::collections::BTreeSet;
use std::ops::Range;

use super::Horizon;
use super::sheet::Sheet;
use crate::error::{Error, Result};
use crate::period::{Calendar, Every, Span, days_since_epoch, midnight};
use crate::stats::matching::{Matched, difference};

/// Refuses windows that are not whole days, or longer than ten years.
///
/// # Errors
/// [`Error::InvalidOption`].
pub(crate) fn check_days(options: [(&'static str, Span); 2]) -> Result<()> {
    for (option, span) in options {
        if span.whole_days().is_none_or(|days| days > 3_660) {
            return Err(Error::option(option, "whole days, as \"30d\", and 3660 at most", span));
        }
    }
    Ok(())
}

/// The time before and after an episode, in local days since 1970, and what of it is on record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Windows {
    pub(crate) within: i32,
    landmark: i32,
    /// The first day on record, and the last that was watched to its end.
    start: i32,
    last: i32,
}

impl Windows {
    pub(crate) fn new(within: Span, landmark: Span, start: i32, horizon: &Horizon) -> Self {
        let days = |span: Span| span.whole_days().unwrap_or(0) as i32;
        let calendar = Calendar::new(horizon.zone, Every::Day);
        let today = calendar.start_of(horizon.as_of);
        let over = calendar.next(today) <= horizon.as_of.saturating_add(1);
        let last = days_since_epoch(calendar.date_of(today)) - i32::from(!over);
        Self { within: days(within), landmark: days(landmark), start, last }
    }

    /// The last day on which what is done to an episode counts.
    pub(crate) fn reach(&self, date: i32) -> i32 {
        date + self.landmark
    }

    pub(crate) fn before(&self, date: i32) -> Range<i32> {
        date - self.within..date
    }

    /// As long, after the landmark.
    pub(crate) fn after(&self, date: i32) -> Range<i32> {
        let from = self.reach(date) + 1;
        from..from + self.within
    }

    /// As long, before the time before; none where that is not on record.
    pub(crate) fn earlier(&self, date: i32) -> Option<Range<i32>> {
        let from = date - 2 * self.within;
        (from >= self.start).then(|| from..date - self.within)
    }

    /// Whether the time before is not on record.
    pub(crate) fn early(&self, date: i32) -> bool {
        date - self.within < self.start
    }

    /// Whether the time after is not over.
    pub(crate) fn censored(&self, date: i32) -> bool {
        self.reach(date) + self.within > self.last
    }
}

/// The start of a date.
pub(crate) fn instant(date: i32, horizon: &Horizon) -> i64 {
    chrono::NaiveDate::from_epoch_days(date).map_or(0, |date| midnight(horizon.zone, date))
}

/// The place of a number among 0, 1, 2–3, 4–7, 8–15 …
pub(crate) fn power(n: u32) -> u32 {
    u32::BITS - n.leading_zeros()
}

/// What a member did, or how it felt, around a day.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Episode {
    pub(crate) member: usize,
    pub(crate) before: f64,
    pub(crate) after: f64,
    /// The change in the time before; none where that is not on record.
    pub(crate) trend: Option<f64>,
}

/// Episodes that are alike: first those to whom it was done.
pub(crate) type Stratum = [Vec<Episode>; 2];

/// The treated of one group and those that are like them.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) unmatched: usize,
    pub(crate) matched: usize,
    controls: usize,
    treated_members: usize,
    control_members: usize,
    /// Of the treated before and after, of the others before and after.
    means: Option<[f64; 4]>,
    /// After − before, by stratum.
    changes: Vec<Matched>,
    /// Before − the time before that.
    before: Vec<Matched>,
}

impl Compared {
    pub(crate) fn of(strata: impl Iterator<Item = Stratum>) -> Self {
        let mut compared = Self::default();
        let mut sums = [0.0; 4];
        let [mut own, mut others]: [BTreeSet<usize>; 2] = Default::default();
        for [treated, controls] in strata {
            if controls.is_empty() {
                compared.unmatched += treated.len();
                continue;
            }
            if treated.is_empty() {
                continue;
            }
            compared.matched += treated.len();
            compared.controls += controls.len();
            own.extend(treated.iter().map(|episode| episode.member));
            others.extend(controls.iter().map(|episode| episode.member));
            let weight = treated.len() as f64 / controls.len() as f64;
            for (place, episodes, weight) in [(0, &treated, 1.0), (2, &controls, weight)] {
                for episode in episodes {
                    sums[place] += weight * episode.before;
                    sums[place + 1] += weight * episode.after;
                }
            }
            let of = |episodes: &[Episode]| episodes.iter().map(|e| (e.member, e.after - e.before)).collect();
            compared.changes.push(Matched { exposed: of(&treated), others: of(&controls) });
            let of = |episodes: &[Episode]| episodes.iter().filter_map(|e| Some((e.member, e.trend?))).collect();
            compared.before.push(Matched { exposed: of(&treated), others: of(&controls) });
        }
        (compared.treated_members, compared.control_members) = (own.len(), others.len());
        compared.means = (compared.matched > 0).then(|| sums.map(|sum| sum / compared.matched as f64));
        compared
    }
}

impl Compared {
    /// How many members are behind its figures, on the side that has fewer.
    pub(crate) fn members(&self) -> i64 {
        self.treated_members.min(self.control_members) as i64
    }
}

/// An estimate with its limits, where there are any.
pub(crate) type Estimate = Option<(f64, Option<[f64; 2]>)>;

impl Sheet<'_> {
    /// What came of the matching, one row for each: counts, means, differences with their intervals.
    pub(crate) fn compared(self, all: &[&Compared], confidence: f64) -> Self {
        let count = |of: &dyn Fn(&Compared) -> usize| all.iter().map(|c| of(c) as i64).collect::<Vec<_>>();
        let mean = |of: &dyn Fn([f64; 4]) -> f64| all.iter().map(|c| c.means.map(of)).collect::<Vec<_>>();
        let estimate = |strata: &dyn Fn(&Compared) -> &[Matched]| -> Vec<Estimate> {
            all.iter().map(|compared| difference(strata(compared), confidence)).collect()
        };
        self.counts("unmatched", count(&|c| c.unmatched))
            .counts("matched", count(&|c| c.matched))
            .counts("controls", count(&|c| c.controls))
            .counts("control_members", count(&|c| c.control_members))
            .numbers("treated_before", mean(&|m| m[0]))
            .numbers("treated_after", mean(&|m| m[1]))
            .numbers("control_before", mean(&|m| m[2]))
            .numbers("control_after", mean(&|m| m[3]))
            .numbers("before_after", mean(&|m| m[1] - m[0]))
            .estimates(["difference", "difference_low", "difference_high"], &estimate(&|c| &c.changes))
            .estimates(["pre_trend", "pre_trend_low", "pre_trend_high"], &estimate(&|c| &c.before))
    }

    /// An estimate and its limits, as `name`, `name_low`, `name_high`.
    pub(crate) fn estimates(self, names: [&'static str; 3], all: &[Estimate]) -> Self {
        let limit = |i: usize| all.iter().map(move |found| found.and_then(|(_, limits)| limits).map(|l| l[i]));
        self.numbers(names[0], all.iter().map(|found| found.map(|(value, _)| value)))
            .numbers(names[1], limit(0))
            .numbers(names[2], limit(1))
    }
}
