//! Rows grouped by a key, each group in order of time.
use std::ops::Range;

/// Rows that are looked at before any is used.
const AT_ONCE: usize = 1 << 9;

/// For each key, its rows, as one array with offsets (compressed sparse rows). The last group holds the rows without a key.
#[derive(Debug)]
pub(crate) struct Csr {
    offsets: Vec<u32>,
    rows: Vec<u32>,
}

impl Csr {
    /// Groups rows by `key`, a code below `keys` or anything above for none. `order` lists the rows in order of time; rows that
    /// `keep` refuses are left out.
    pub(crate) fn build(key: &[u32], keys: usize, order: &Order, keep: impl Fn(usize) -> bool) -> Self {
        let slot = |row: usize| (key[row] as usize).min(keys);
        let mut offsets = vec![0u32; keys + 2];
        for row in 0..key.len() {
            if keep(row) {
                offsets[slot(row) + 1] += 1;
            }
        }
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut rows = vec![0u32; offsets[keys + 1] as usize];
        order.for_each(0..key.len(), |row| {
            if keep(row) {
                let at = &mut next[slot(row)];
                rows[*at as usize] = row as u32;
                *at += 1;
            }
        });
        Self { offsets, rows }
    }

    /// The rows of a group, in order of time.
    pub(crate) fn rows(&self, group: usize) -> &[u32] {
        &self.rows[self.offsets[group] as usize..self.offsets[group + 1] as usize]
    }
}

/// The rows in order of time.
#[derive(Debug)]
pub(crate) enum Order {
    /// They are in it already.
    AsTheyAre,
    /// By this permutation.
    By(Vec<u32>),
}

impl Order {
    /// The order of `time`, rows of one instant as they stand.
    pub(crate) fn of(time: &[i64]) -> Self {
        let mut rows: Vec<u32> = (0..time.len() as u32).collect();
        rows.sort_by_key(|row| time[*row as usize]);
        Self::By(rows)
    }

    /// Calls `f` for the rows at these places of the order.
    #[inline]
    pub(super) fn for_each(&self, places: Range<usize>, mut f: impl FnMut(usize)) {
        let (mut room, mut start) = ([0; AT_ONCE], places.start);
        while start < places.end {
            let end = (start + AT_ONCE).min(places.end);
            // One loop, whatever the order, so that `f` becomes a part of it.
            let rows = match self {
                Self::AsTheyAre => {
                    let room = &mut room[..end - start];
                    room.iter_mut().zip(start as u32..).for_each(|(row, place)| *row = place);
                    &*room
                }
                Self::By(order) => &order[start..end],
            };
            rows.iter().for_each(|row| f(*row as usize));
            start = end;
        }
    }

    /// The same for the rows that `keep` keeps: told of some before any is looked at, and without a branch, which nobody could foresee. It keeps one
    /// of some rows side by side only if `may_keep` says so.
    pub(super) fn for_each_of(
        &self,
        places: Range<usize>,
        may_keep: impl Fn(Range<usize>) -> bool,
        keep: impl Fn(usize) -> bool,
        mut f: impl FnMut(usize),
    ) {
        let (mut kept, mut start) = ([0u32; AT_ONCE], places.start);
        while start < places.end {
            let (end, mut found) = ((start + AT_ONCE).min(places.end), 0);
            if matches!(self, Self::AsTheyAre) && !may_keep(start..end) {
                start = end;
                continue;
            }
            self.for_each(start..end, |row| {
                // Never more than there are rows so far: the remainder spares a check.
                kept[found % AT_ONCE] = row as u32;
                found += usize::from(keep(row));
            });
            kept[..found].iter().for_each(|row| f(*row as usize));
            start = end;
        }
    }

    /// The row at a place of the order; none beyond the last, if that is known here.
    pub(super) fn row(&self, place: usize) -> Option<usize> {
        match self {
            Self::AsTheyAre => Some(place),
            Self::By(order) => order.get(place).map(|row| *row as usize),
        }
    }

    /// The place of the first row that is not before an instant.
    pub(super) fn place(&self, time: &[i64], instant: i64) -> usize {
        match self {
            Self::AsTheyAre => time.partition_point(|t| *t < instant),
            Self::By(order) => order.partition_point(|row| time[*row as usize] < instant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_in_order_whatever_is_skipped() {
        let rows = 3 * AT_ONCE + 7;
        // Of the second piece nothing is kept, and of the others every third.
        let keep = |row: usize| row / AT_ONCE != 1 && row.is_multiple_of(3);
        let may_keep = |rows: Range<usize>| rows.into_iter().any(keep);
        let time: Vec<i64> = (0..rows as i64).rev().collect();
        for order in [Order::AsTheyAre, Order::of(&time)] {
            let (mut kept, mut all) = (vec![], vec![]);
            order.for_each_of(5..rows - 2, may_keep, keep, |row| kept.push(row));
            order.for_each(5..rows - 2, |row| all.push(row));
            let expected: Vec<usize> = (5..rows - 2).filter_map(|place| order.row(place)).collect();
            assert_eq!(all, expected);
            assert_eq!(kept, expected.into_iter().filter(|row| keep(*row)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn rows_come_by_key_and_time() {
        let time = [30, 10, 20, 40];
        let csr = Csr::build(&[1, 0, 1, u32::MAX], 2, &Order::of(&time), |_| true);
        assert_eq!((csr.rows(0), csr.rows(1), csr.rows(2)), (&[1][..], &[2, 0][..], &[3][..]));
    }
}
