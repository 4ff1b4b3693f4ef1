//! Additive integer tables: what partitions hand over and what is merged.
mod builder;
mod by_period;
mod columns;
mod rows;
mod tally;

use std::any::Any;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::error::Result;
use crate::view::Group;

pub(crate) use builder::{LabelledBuilder, TableBuilder};
pub(crate) use by_period::PeriodBuilder;
pub use rows::Rows;
pub(crate) use tally::{Labelled, Tally};

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

/// Integers by key, sorted, each key once. Equal content is equal, and has equal bytes. Clones share their rows until one is changed, and
/// what was made of them.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Arc<Rows>,
    made: Arc<OnceLock<Arc<dyn Any + Send + Sync>>>,
}

impl Deref for Table {
    type Target = Rows;

    fn deref(&self) -> &Rows {
        &self.rows
    }
}

impl From<Rows> for Table {
    fn from(rows: Rows) -> Self {
        Arc::new(rows).into()
    }
}

impl From<Arc<Rows>> for Table {
    fn from(rows: Arc<Rows>) -> Self {
        Self { rows, made: Arc::default() }
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
    }
}

impl Eq for Table {}

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

    /// Both put together, key by key.
    pub(crate) fn merge(self, other: Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (_, true) => self,
            (true, _) => other,
            _ => self.rows.merge(&other.rows).into(),
        }
    }

    /// Whether both are the same table, and not merely equal.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rows, &other.rows)
    }

    /// What `make` makes of the table, kept with it: the first thing that is. Others are made anew.
    pub(crate) fn made<T: Any + Send + Sync>(&self, make: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        if let Some(known) = self.made.get().and_then(|known| known.clone().downcast().ok()) {
            return Ok(known);
        }
        let new = Arc::new(make()?);
        let _ = self.made.set(new.clone());
        Ok(new)
    }

    /// What takes this table out of a sum; none for minima, which forget what they were made of.
    pub(crate) fn negated(self) -> Option<Self> {
        if self.shape.merge == Merge::Least && !self.is_empty() {
            return None;
        }
        let mut rows = self.rows;
        Arc::make_mut(&mut rows).negate();
        Some(rows.into())
    }
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
        assert_eq!(table.negated(), Some(sums(&[("ana", 1, -2), ("cy", 1, -1)])));
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
