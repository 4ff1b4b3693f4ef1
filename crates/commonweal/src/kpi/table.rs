//! Additive integer tables: what partitions hand over and what is merged.
mod builder;
mod tally;

use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use crate::view::Group;

pub(crate) use builder::{LabelledBuilder, TableBuilder};
pub(crate) use tally::Tally;

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

/// The labels of some codes, in order, each once, and each code in that order with the place of its label: two codes may have one.
fn labelled(codes: impl Iterator<Item = u32>, label: impl Fn(u32) -> Group) -> (Vec<Group>, Vec<(u32, u32)>) {
    let mut found: Vec<(Group, u32)> = codes.map(|code| (label(code), code)).collect();
    found.sort();
    let mut labels: Vec<Group> = vec![];
    let place = |(group, code)| {
        if labels.last() != Some(&group) {
            labels.push(group);
        }
        (code, labels.len() as u32 - 1)
    };
    let places = found.into_iter().map(place).collect();
    (labels, places)
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
