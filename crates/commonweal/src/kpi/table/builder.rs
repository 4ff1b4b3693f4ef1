//! Tables from rows in any order.
use hashbrown::HashMap;

use super::{Key, Merge, Rows, Shape, Table, labelled};
use crate::view::{Group, NONE};

/// Bits of a slot of the memory of keys just written to.
const SLOT: u32 = 12;

/// Rows that may be there twice before they are put together.
const LOOSE: usize = 1 << 16;

/// Collects a [`Table`] from rows in any order. A key that comes again soon finds its row; one that comes again late has two, which are
/// put together at the end: sorting is cheaper than looking up every key.
#[derive(Debug)]
pub(crate) struct TableBuilder<const WIDTH: usize> {
    merge: Merge,
    rows: Vec<(Key, [i128; WIDTH])>,
    /// The row that was written to last of all keys of a slot.
    recent: Vec<u32>,
    /// The number of rows at which they are put together.
    full: usize,
}

impl<const WIDTH: usize> TableBuilder<WIDTH> {
    pub(crate) fn new() -> Self {
        Self::merging(Merge::Sum)
    }

    /// A builder of minima.
    pub(crate) fn least() -> Self {
        Self::merging(Merge::Least)
    }

    fn merging(merge: Merge) -> Self {
        Self { merge, rows: vec![], recent: vec![u32::MAX; 1 << SLOT], full: LOOSE }
    }

    /// The integers of a key, to add to or to lower.
    pub(crate) fn at(&mut self, group: u32, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let key = Key { group, period, x };
        let hash = (u64::from(group) ^ (period as u64).rotate_left(21) ^ (x as u64).rotate_left(42))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let slot = (hash >> (u64::BITS - SLOT)) as usize;
        let mut row = self.recent[slot] as usize;
        if self.rows.get(row).is_none_or(|(known, _)| *known != key) {
            row = self.open(key);
            self.recent[slot] = row as u32;
        }
        &mut self.rows[row].1
    }

    /// Another row for a key.
    #[inline(never)]
    fn open(&mut self, key: Key) -> usize {
        if self.rows.len() >= self.full {
            self.put_together();
            self.full = (2 * self.rows.len()).max(LOOSE);
        }
        self.rows.push((key, [self.merge.neutral(); WIDTH]));
        self.rows.len() - 1
    }

    /// Sorts the rows, each key once.
    fn put_together(&mut self) {
        self.recent.fill(u32::MAX);
        self.sort();
        let merge = self.merge;
        self.rows.dedup_by(|(key, values), (kept, both)| {
            let same = key == kept;
            if same {
                for (both, value) in both.iter_mut().zip(values) {
                    *both = merge.of(*both, *value);
                }
            }
            same
        });
    }

    /// Sorts the rows by key: first by group, then each group, whose rows mostly are in the order of time already.
    fn sort(&mut self) {
        if !self.rows.is_sorted_by_key(|(key, _)| key.group) {
            self.gather();
        }
        for rows in self.rows.chunk_by_mut(|a, b| a.0.group == b.0.group) {
            if !rows.is_sorted_by_key(|(key, _)| *key) {
                rows.sort_unstable_by_key(|(key, _)| *key);
            }
        }
    }

    /// Puts the rows of each group side by side.
    fn gather(&mut self) {
        let known = self.rows.iter().map(|(key, _)| key.group).filter(|group| *group != NONE);
        let groups = known.max().map_or(0, |last| last as usize + 1);
        if groups > self.rows.len() {
            return self.rows.sort_unstable_by_key(|(key, _)| *key);
        }
        let slot = |key: &Key| (key.group as usize).min(groups);
        let mut place = vec![0; groups + 2];
        self.rows.iter().for_each(|(key, _)| place[slot(key) + 1] += 1);
        (0..=groups).for_each(|group| place[group + 1] += place[group]);
        let mut gathered = vec![self.rows[0]; self.rows.len()];
        for row in &self.rows {
            let place = &mut place[slot(&row.0)];
            gathered[*place] = *row;
            *place += 1;
        }
        self.rows = gathered;
    }

    /// The table, its group codes turned into labels. Rows that say nothing are left out, so that they make no difference.
    pub(crate) fn finish(mut self, label: impl Fn(u32) -> Group) -> Table {
        let neutral = self.merge.neutral();
        self.put_together();
        self.rows.retain(|(_, values)| values.iter().any(|v| *v != neutral));
        let mut codes: Vec<u32> = self.rows.iter().map(|(key, _)| key.group).collect();
        codes.dedup();
        let (mut labels, places) = labelled(codes.into_iter(), label);
        let place: HashMap<u32, u32> = places.into_iter().collect();
        for rows in self.rows.chunk_by_mut(|a, b| a.0.group == b.0.group) {
            let place = place[&rows[0].0.group];
            rows.iter_mut().for_each(|(key, _)| key.group = place);
        }
        // In the order of the labels, and two codes may have had one.
        self.put_together();
        self.rows.retain(|(_, values)| values.iter().any(|v| *v != neutral));
        let mut table = Rows::with_capacity(Shape { width: WIDTH, merge: self.merge }, self.rows.len());
        for rows in self.rows.chunk_by(|a, b| a.0.group == b.0.group) {
            table.open(std::mem::take(&mut labels[rows[0].0.group as usize]));
            rows.iter().for_each(|(key, values)| table.push(key.period, key.x, values));
        }
        table.into()
    }
}

/// A [`TableBuilder`] whose groups are made up on the way: the labels of the group and a name more, say.
#[derive(Debug)]
pub(crate) struct LabelledBuilder<const WIDTH: usize> {
    table: TableBuilder<WIDTH>,
    codes: HashMap<Group, u32>,
}

impl<const WIDTH: usize> LabelledBuilder<WIDTH> {
    pub(crate) fn new() -> Self {
        Self { table: TableBuilder::new(), codes: HashMap::new() }
    }

    /// A builder of minima.
    pub(crate) fn least() -> Self {
        Self { table: TableBuilder::least(), codes: HashMap::new() }
    }

    /// The integers of a key, to add to or to lower.
    pub(crate) fn at(&mut self, group: Group, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let next = self.codes.len() as u32;
        let code = *self.codes.entry(group).or_insert(next);
        self.table.at(code, period, x)
    }

    pub(crate) fn finish(self) -> Table {
        let mut labels = vec![Group::new(); self.codes.len()];
        for (group, code) in self.codes {
            labels[code as usize] = group;
        }
        self.table.finish(|code| labels[code as usize].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_come_again_late_are_put_together() {
        let mut builder = TableBuilder::<1>::new();
        let keys = 3 * LOOSE as i64;
        for _ in 0..2 {
            (0..keys).rev().for_each(|x| builder.at(0, x % 7, x)[0] += 1);
        }
        let table = builder.finish(|_| vec![]);
        assert_eq!(table.len() as i64, keys);
        assert!(table.keyed().is_sorted_by_key(|(key, _)| key) && table.keyed().all(|(_, n)| n == [2]));
    }
}
