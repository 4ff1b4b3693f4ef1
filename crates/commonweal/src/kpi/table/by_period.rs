//! Counts by group and period.
use super::{Table, TableBuilder};
use crate::view::Group;

/// Events for each cell of each thread of the machine, at least, where cells are kept in place: to clear and to look through many that are seldom touched would take longer.
const EVENTS_OF_A_CELL: usize = 64;

/// Collects a table of counts by group and period, with no other value. Where both are few for so many events, each has its place, and no key is looked
/// for, as a [`TableBuilder`] does.
#[derive(Debug)]
pub(crate) struct PeriodBuilder<const WIDTH: usize> {
    /// The start of each period.
    starts: Vec<i64>,
    /// The cells of each group, period by period: those without a group, then those of each group code. None where they would be too many.
    cells: Vec<[i64; WIDTH]>,
    others: TableBuilder<WIDTH>,
}

impl<const WIDTH: usize> PeriodBuilder<WIDTH> {
    /// Of periods that start then, and so many group codes, for so many events.
    pub(crate) fn new(starts: Vec<i64>, groups: usize, events: usize) -> Self {
        let cells = (groups + 1).saturating_mul(starts.len());
        // Every part has its own.
        let events = events / rayon::current_num_threads();
        let cells = if cells <= events / EVENTS_OF_A_CELL { vec![[0; WIDTH]; cells] } else { vec![] };
        Self { starts, cells, others: TableBuilder::new() }
    }

    /// Adds these counts to a group in a period, by its number.
    #[inline]
    pub(crate) fn add(&mut self, group: u32, period: usize, counts: [i64; WIDTH]) {
        debug_assert!(period < self.starts.len());
        // The code of none, the largest, is 0 then.
        let place = group.wrapping_add(1) as usize * self.starts.len() + period;
        if let Some(cell) = self.cells.get_mut(place) {
            cell.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        } else {
            add(self.others.at(group, self.starts[period], 0), counts);
        }
    }

    /// The table, its group codes turned into labels.
    pub(crate) fn finish(self, label: impl Fn(u32) -> Group) -> Table {
        let Self { starts, cells, mut others } = self;
        for (place, counts) in cells.into_iter().enumerate().filter(|(_, counts)| *counts != [0; WIDTH]) {
            let group = (place / starts.len()) as u32;
            add(others.at(group.wrapping_sub(1), starts[place % starts.len()], 0), counts);
        }
        others.finish(label)
    }
}

fn add<const WIDTH: usize>(sums: &mut [i128; WIDTH], counts: [i64; WIDTH]) {
    sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += i128::from(count));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::NONE;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn cells_in_place_are_those_that_are_looked_for(
            counts in prop::collection::vec((prop_oneof![0u32..3, Just(NONE)], 0usize..5, [-2i64..3, 0i64..2]), 0..60),
        ) {
            let label = |code: u32| vec![(code != NONE).then(|| format!("{}", 9 - code))];
            let [in_place, looked_for] = [usize::MAX, 0].map(|events| {
                let mut builder = PeriodBuilder::new(vec![3, 5, 8, 13, 21], 3, events);
                assert_eq!(builder.cells.is_empty(), events == 0);
                counts.iter().for_each(|(group, period, counts)| builder.add(*group, *period, *counts));
                builder.finish(label)
            });
            prop_assert_eq!(in_place, looked_for);
        }
    }
}
