//! Additive integer tables: what partitions hand over and what is merged.
use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use hashbrown::HashMap;

use crate::view::{Group, NONE};

/// Where a number belongs: a group, the start of a period, and the value of a distribution (a duration, a time, a code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub(crate) group: u32,
    pub(crate) period: i64,
    pub(crate) x: i64,
}

/// How the integers of one key are put together when tables are merged. Both are associative and commutative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Added up; absent is 0.
    #[default]
    Sum,
    /// The least of both; absent is [`i128::MAX`]. For what came first.
    Least,
}

impl Merge {
    /// What changes nothing.
    pub(crate) const fn neutral(self) -> i128 {
        match self {
            Self::Sum => 0,
            Self::Least => i128::MAX,
        }
    }

    fn of(self, a: i128, b: i128) -> i128 {
        match self {
            Self::Sum => a.saturating_add(b),
            Self::Least => a.min(b),
        }
    }
}

/// What a table of a KPI is like: the number of integers in a row, and how they are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub(crate) width: usize,
    pub(crate) merge: Merge,
}

impl Shape {
    /// So many counts or sums in a row.
    pub(crate) const fn sums(width: usize) -> Self {
        Self { width, merge: Merge::Sum }
    }

    /// So many minima in a row.
    pub(crate) const fn least(width: usize) -> Self {
        Self { width, merge: Merge::Least }
    }
}

/// Integers by key, sorted, each key once. Equal content has equal layout, so equal bytes. Clones share their rows until one is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table(Arc<Rows>);

/// What a table holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub(crate) shape: Shape,
    pub(crate) groups: Vec<Group>,
    pub(crate) keys: Vec<Key>,
    /// As many integers for each key as the shape says.
    pub(crate) values: Vec<i128>,
}

impl Deref for Table {
    type Target = Rows;

    fn deref(&self) -> &Rows {
        &self.0
    }
}

/// Takes the rows over, if they are shared: what changes many of them does so once.
impl DerefMut for Table {
    fn deref_mut(&mut self) -> &mut Rows {
        Arc::make_mut(&mut self.0)
    }
}

impl From<Rows> for Table {
    fn from(rows: Rows) -> Self {
        Self(Arc::new(rows))
    }
}

impl Table {
    pub(crate) fn new(shape: Shape) -> Self {
        Rows::new(shape).into()
    }

    /// A table without rows of each shape.
    pub(crate) fn empty(shapes: &[Shape]) -> Vec<Self> {
        shapes.iter().map(|shape| Self::new(*shape)).collect()
    }

    /// As many tables of the same shapes, each put together with its own.
    pub(crate) fn merge_all(tables: Vec<Self>, others: Vec<Self>) -> Vec<Self> {
        tables.into_iter().zip(others).map(|(a, b)| a.merge(b)).collect()
    }

    /// The earliest period with a row.
    pub(crate) fn first_period(&self) -> Option<i64> {
        self.keys.iter().map(|key| key.period).min()
    }

    /// The rows: group, period, x, values; in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Group, i64, i64, &[i128])> {
        self.keys
            .iter()
            .zip(self.values.chunks_exact(self.shape.width.max(1)))
            .map(|(key, values)| (&self.groups[key.group as usize], key.period, key.x, values))
    }

    /// Both put together, key by key.
    pub(crate) fn merge(mut self, mut other: Self) -> Self {
        if other.keys.is_empty() {
            return self;
        }
        if self.keys.is_empty() {
            return other;
        }
        let mut groups: Vec<Group> = self.groups.iter().chain(&other.groups).cloned().collect();
        groups.sort();
        groups.dedup();
        for table in [&mut self, &mut other].into_iter().filter(|table| table.groups != groups) {
            // Found by construction: every group of either is in the union.
            let place = |group: &Group| groups.binary_search(group).unwrap_or_default() as u32;
            let places: Vec<u32> = table.groups.iter().map(place).collect();
            table.deref_mut().keys.iter_mut().for_each(|key| key.group = places[key.group as usize]);
        }
        self.0.merge(&other.0, groups).into()
    }

    /// What takes this table out of a sum; none for minima, which forget what they were made of.
    pub(crate) fn negated(mut self) -> Option<Self> {
        if self.shape.merge == Merge::Least && !self.keys.is_empty() {
            return None;
        }
        self.values.iter_mut().for_each(|value| *value = value.saturating_neg());
        Some(self)
    }
}

impl Rows {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape, ..Self::default() }
    }

    /// Both put together, key by key, where both have these groups.
    fn merge(&self, other: &Self, groups: Vec<Group>) -> Self {
        let Shape { width, merge } = self.shape;
        let rows = self.keys.len() + other.keys.len();
        let (keys, values) = (Vec::with_capacity(rows), Vec::with_capacity(rows * width));
        let mut merged = Self { shape: self.shape, groups, keys, values };
        let (mut i, mut j, mut dropped) = (0, 0, false);
        while let (Some(a), Some(b)) = (self.keys.get(i), other.keys.get(j)) {
            match a.cmp(b) {
                Ordering::Less => i = merged.take(self, i, run(&self.keys[i..], b)),
                Ordering::Greater => j = merged.take(other, j, run(&other.keys[j..], a)),
                Ordering::Equal => {
                    let at = merged.values.len();
                    let (left, right) = (&self.values[i * width..][..width], &other.values[j * width..][..width]);
                    merged.values.extend(left.iter().zip(right).map(|(a, b)| merge.of(*a, *b)));
                    // What cancels out is as if it had not been there.
                    if merged.values[at..].iter().all(|v| *v == merge.neutral()) {
                        merged.values.truncate(at);
                        dropped = true;
                    } else {
                        merged.keys.push(*a);
                    }
                    (i, j) = (i + 1, j + 1);
                }
            }
        }
        merged.take(self, i, self.keys.len() - i);
        merged.take(other, j, other.keys.len() - j);
        if dropped { merged.without_empty_groups() } else { merged }
    }

    /// Takes over so many rows of another table, from the one at `start`. Gives where they end.
    fn take(&mut self, other: &Self, start: usize, rows: usize) -> usize {
        let end = start + rows;
        let width = self.shape.width;
        self.keys.extend_from_slice(&other.keys[start..end]);
        self.values.extend_from_slice(&other.values[start * width..end * width]);
        end
    }

    /// The table without the labels of groups that have no row.
    fn without_empty_groups(mut self) -> Self {
        let mut place = vec![u32::MAX; self.groups.len()];
        let mut kept = 0;
        for key in &mut self.keys {
            let place = &mut place[key.group as usize];
            if *place == u32::MAX {
                *place = kept;
                kept += 1;
            }
            key.group = *place;
        }
        let mut group = 0;
        self.groups.retain(|_| {
            group += 1;
            place[group - 1] != u32::MAX
        });
        self
    }
}

/// How many of the first keys, in order, are below another. Few are looked at where they are few; parts of a community mostly hand
/// over long runs.
fn run(keys: &[Key], below: &Key) -> usize {
    let mut end = 1;
    while keys.get(end).is_some_and(|key| key < below) {
        end *= 2;
    }
    let start = end / 2;
    start + keys[start..end.min(keys.len())].partition_point(|key| key < below)
}

/// Slots of the memory of keys just written to.
const RECENT: usize = 1 << 9;

/// Rows that may be there twice before they are put together.
const LOOSE: usize = 1 << 16;

/// Collects a [`Table`] from rows in any order. A key that comes again soon finds its row; one that comes again late has two, which are
/// put together at the end: sorting is cheaper than looking up every key.
#[derive(Debug)]
pub(crate) struct TableBuilder<const WIDTH: usize> {
    merge: Merge,
    rows: Vec<(Key, [i128; WIDTH])>,
    recent: Vec<Option<(Key, u32)>>,
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
        Self { merge, rows: vec![], recent: vec![None; RECENT], full: LOOSE }
    }

    /// The integers of a key, to add to or to lower.
    pub(crate) fn at(&mut self, group: u32, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let key = Key { group, period, x };
        let hash = (u64::from(group) ^ (period as u64).rotate_left(21) ^ (x as u64).rotate_left(42))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let slot = (hash >> 55) as usize;
        let row = match self.recent[slot] {
            Some((known, row)) if known == key => row as usize,
            _ => {
                if self.rows.len() >= self.full {
                    self.put_together();
                    self.full = (2 * self.rows.len()).max(LOOSE);
                }
                self.rows.push((key, [self.merge.neutral(); WIDTH]));
                self.recent[slot] = Some((key, self.rows.len() as u32 - 1));
                self.rows.len() - 1
            }
        };
        &mut self.rows[row].1
    }

    /// Sorts the rows, each key once.
    fn put_together(&mut self) {
        self.recent.fill(None);
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
        let mut groups: Vec<(Group, u32)> = codes.into_iter().map(|code| (label(code), code)).collect();
        groups.sort();
        let mut place: HashMap<u32, u32> = HashMap::new();
        let mut labels: Vec<Group> = vec![];
        for (group, code) in groups {
            if labels.last() != Some(&group) {
                labels.push(group);
            }
            place.insert(code, labels.len() as u32 - 1);
        }
        for rows in self.rows.chunk_by_mut(|a, b| a.0.group == b.0.group) {
            let place = place[&rows[0].0.group];
            rows.iter_mut().for_each(|(key, _)| key.group = place);
        }
        // In the order of the labels, and two codes may have had one.
        self.put_together();
        let before = self.rows.len();
        self.rows.retain(|(_, values)| values.iter().any(|v| *v != neutral));
        let shape = Shape { width: WIDTH, merge: self.merge };
        let keys = self.rows.iter().map(|(key, _)| *key).collect();
        let values = self.rows.iter().flat_map(|(_, values)| *values).collect();
        let rows = Rows { shape, groups: labels, keys, values };
        Table::from(if self.rows.len() < before { rows.without_empty_groups() } else { rows })
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

    fn sums(rows: &[(&str, i64, i128)]) -> Table {
        let mut builder = LabelledBuilder::<1>::new();
        rows.iter().for_each(|(name, x, n)| builder.at(vec![Some((*name).to_owned())], 0, *x)[0] += n);
        builder.finish()
    }

    #[test]
    fn what_cancels_out_leaves_no_trace() {
        let (a, b) = (sums(&[("ana", 1, 2), ("bo", 1, 1), ("cy", 1, 1)]), sums(&[("ana", 1, -2), ("bo", 1, 1)]));
        assert_eq!(a.merge(b), sums(&[("bo", 1, 2), ("cy", 1, 1)]));
        assert_eq!(sums(&[("ana", 1, 2), ("bo", 1, 1), ("ana", 1, -2)]), sums(&[("bo", 1, 1)]));
    }

    #[test]
    fn what_is_done_to_a_table_is_not_done_to_its_clones() {
        let table = sums(&[("ana", 1, 2), ("cy", 1, 1)]);
        let (other, kept) = (sums(&[("bo", 1, 1)]), table.clone());
        let all = sums(&[("ana", 1, 2), ("bo", 1, 1), ("cy", 1, 1)]);
        assert_eq!(table.clone().merge(other.clone()), all);
        assert_eq!(other.merge(table.clone()), all);
        assert_eq!(table.negated().map(|table| table.values.clone()), Some(vec![-2, -1]));
        assert_eq!(kept, sums(&[("ana", 1, 2), ("cy", 1, 1)]));
    }

    #[test]
    fn keys_that_come_again_late_are_put_together() {
        let mut builder = TableBuilder::<1>::new();
        let keys = 3 * LOOSE as i64;
        for _ in 0..2 {
            (0..keys).rev().for_each(|x| builder.at(0, x % 7, x)[0] += 1);
        }
        let table = builder.finish(|_| vec![]);
        assert_eq!(table.keys.len() as i64, keys);
        assert!(table.keys.is_sorted() && table.values.iter().all(|n| *n == 2));
    }

    #[test]
    fn minima_are_merged_as_minima() {
        let table = |times: &[(&str, i128)]| {
            let mut builder = LabelledBuilder::<2>::least();
            for (name, time) in times {
                let row = builder.at(vec![Some((*name).to_owned())], 0, 0);
                row[0] = row[0].min(*time);
            }
            builder.finish()
        };
        let (a, b) = (table(&[("ana", 7), ("bo", 2), ("ana", 5)]), table(&[("ana", 9), ("cy", -1)]));
        assert_eq!(a.clone().merge(b.clone()), table(&[("ana", 5), ("bo", 2), ("cy", -1)]));
        assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        assert_eq!(a.clone().merge(Table::new(Shape::least(2))), a);
    }
}
