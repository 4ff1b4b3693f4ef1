//! The periods of a series, or the one period of none.
use crate::community::Community;
use crate::period::{Calendar, Every, Grid};

/// The periods that a community's events lie in. Without a series there is one, and its start is 0, whatever the events.
#[derive(Debug)]
pub(crate) struct Periods(Option<Grid>);

impl Periods {
    /// The periods from the first event to the last.
    pub(crate) fn of(community: &Community, every: Option<Every>) -> Self {
        let span = community.dense().span();
        Self(every.zip(span).map(|(every, (first, last))| Calendar::new(community.zone(), every).grid(first, last)))
    }

    /// The number of the period that an instant is in.
    pub(crate) fn index(&self, instant: i64) -> usize {
        self.0.as_ref().map_or(0, |grid| grid.index(instant))
    }

    /// The start of a period. The period after the last has one too.
    #[inline]
    pub(crate) fn start(&self, period: usize) -> i64 {
        self.0.as_ref().map_or(0, |grid| grid.start(period))
    }

    /// The starts of all, and of the one after them.
    pub(crate) fn starts(&self) -> Vec<i64> {
        (0..=self.len()).map(|period| self.start(period)).collect()
    }

    /// The start of the period that an instant is in.
    pub(crate) fn start_of(&self, instant: i64) -> i64 {
        self.start(self.index(instant))
    }

    /// The period as `[start, end)`.
    pub(crate) fn bounds(&self, period: usize) -> (i64, i64) {
        self.0.as_ref().map_or((i64::MIN, i64::MAX), |grid| (grid.start(period), grid.end(period)))
    }

    /// The last instant of a period.
    pub(crate) fn last_instant(&self, period: usize) -> i64 {
        self.0.as_ref().map_or(i64::MAX, |grid| grid.end(period) - 1)
    }

    /// The number of periods.
    pub(crate) fn len(&self) -> usize {
        self.0.as_ref().map_or(1, Grid::len)
    }
}
