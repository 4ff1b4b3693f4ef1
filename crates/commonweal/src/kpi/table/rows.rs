//! What a table holds: columns side by side, so that what is alike in many rows takes no room.
use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use super::columns::{Column, Values};
use super::{Key, Shape};
use crate::view::Group;

/// The rows of a [`super::Table`]: those of each group one after the other, each by period and value.
#[derive(Clone, Debug, Default)]
pub struct Rows {
    pub(crate) shape: Shape,
    pub(crate) groups: Vec<Group>,
    /// Where the rows of each group end.
    ends: Vec<usize>,
    periods: Column,
    xs: Column,
    values: Values,
}

impl Rows {
    pub(crate) fn new(shape: Shape) -> Self {
        Self::with_capacity(shape, 0)
    }

    /// None yet, with room for so many.
    pub(crate) fn with_capacity(shape: Shape, rows: usize) -> Self {
        let values = Values::with_capacity(shape.width, rows);
        let (periods, xs) = (Column::with_capacity(rows), Column::with_capacity(rows));
        Self { shape, groups: vec![], ends: vec![], periods, xs, values }
    }

    /// Begins a group: labels come in order, each once.
    pub(crate) fn open(&mut self, label: Group) {
        self.groups.push(label);
        self.ends.push(self.len());
    }

    /// Adds a row of the group that was begun last: rows come in order, each once.
    pub(crate) fn push(&mut self, period: i64, x: i64, values: &[i128]) {
        self.periods.push(period);
        self.xs.push(x);
        self.values.push(values);
        self.close();
    }

    /// The same, with the value of each by its place among a few: where these are many rows, that takes half of the room.
    #[must_use]
    pub(crate) fn among(mut self, places: Vec<u32>, few: Arc<[i64]>) -> Self {
        debug_assert_eq!(places.len(), self.len());
        self.xs = Column::among(places, few);
        self
    }

    /// The place of the value of each row among a few, and these, where it is kept so.
    pub(crate) fn places(&self) -> Option<(&[u32], &[i64])> {
        self.xs.places()
    }

    /// The rows of tables of one shape, of which each has groups that come after all of those before.
    pub(crate) fn concat(shape: Shape, tables: Vec<Self>) -> Self {
        let (mut groups, mut ends, mut before) = (vec![], vec![], 0);
        let (mut periods, mut xs, mut values) = (vec![], vec![], vec![]);
        for table in tables {
            ends.extend(table.ends.iter().map(|end| before + end));
            before += table.len();
            groups.extend(table.groups);
            periods.push(table.periods);
            xs.push(table.xs);
            values.push(table.values);
        }
        let ((periods, values), xs) =
            rayon::join(|| (Column::concat(periods), Values::concat(shape.width, values)), || Column::concat(xs));
        Self { shape, groups, ends, periods, xs, values }
    }

    /// The rows so far are those of the groups so far.
    fn close(&mut self) {
        let len = self.len();
        if let Some(end) = self.ends.last_mut() {
            *end = len;
        }
    }

    /// The number of rows.
    pub(crate) fn len(&self) -> usize {
        self.xs.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Which rows are of a group.
    pub(crate) fn range(&self, group: usize) -> Range<usize> {
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[group]
    }

    pub(crate) fn period(&self, row: usize) -> i64 {
        self.periods.get(row)
    }

    pub(crate) fn x(&self, row: usize) -> i64 {
        self.xs.get(row)
    }

    /// The integers of a row.
    pub(crate) fn values(&self, row: usize) -> &[i128] {
        self.values.get(self.shape.width, row)
    }

    /// Calls `f` with the period, x and the first integer of some rows, in order.
    pub(crate) fn each(&self, rows: Range<usize>, mut f: impl FnMut(i64, i64, i128)) {
        let (periods, xs) = (self.periods.slice(rows.clone()), self.xs.slice(rows.clone()));
        let keys = periods.iter().zip(xs.iter());
        match self.values.small(rows.clone()) {
            Some(small) => keys.zip(small).for_each(|((period, x), value)| f(*period, *x, i128::from(*value))),
            None => keys.zip(rows).for_each(|((period, x), row)| f(*period, *x, self.values(row)[0])),
        }
    }

    /// The earliest period with a row.
    pub(crate) fn first_period(&self) -> Option<i64> {
        // The first of its group.
        let first = |group| self.range(group).next().map(|row| self.period(row));
        (0..self.groups.len()).filter_map(first).min()
    }

    /// The rows, in order.
    pub(crate) fn keyed(&self) -> impl Iterator<Item = (Key, &[i128])> {
        let of_group = |group| self.range(group).map(move |row| (group as u32, row));
        let key = |(group, row)| (Key { group, period: self.period(row), x: self.x(row) }, self.values(row));
        (0..self.groups.len()).flat_map(of_group).map(key)
    }

    /// The rows: group, period, x, values; in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Group, i64, i64, &[i128])> {
        self.keyed().map(|(key, values)| (&self.groups[key.group as usize], key.period, key.x, values))
    }

    /// Both put together, key by key.
    pub(super) fn merge(&self, other: &Self) -> Self {
        let mut merged = Self::with_capacity(self.shape, self.len() + other.len());
        let (mut i, mut j) = (0, 0);
        loop {
            let order = match (self.groups.get(i), other.groups.get(j)) {
                (None, None) => return merged,
                (Some(a), Some(b)) => a.cmp(b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
            };
            merged.open(if order.is_le() { &self.groups[i] } else { &other.groups[j] }.clone());
            match order {
                Ordering::Less => merged.take(self, self.range(i)),
                Ordering::Greater => merged.take(other, other.range(j)),
                Ordering::Equal => merged.take_both([self, other], [self.range(i), other.range(j)]),
            }
            (i, j) = (i + usize::from(order.is_le()), j + usize::from(order.is_ge()));
        }
    }

    /// Takes over the rows of a group of two tables; the group goes, if nothing is left of it.
    fn take_both(&mut self, tables: [&Self; 2], [mut left, mut right]: [Range<usize>; 2]) {
        let (before, merge) = (self.len(), self.shape.merge);
        let mut both = vec![0; self.shape.width];
        while !(left.is_empty() || right.is_empty()) {
            let (a, b) = (tables[0].place(left.start), tables[1].place(right.start));
            match a.cmp(&b) {
                Ordering::Less => self.take(tables[0], tables[0].run(&mut left, b)),
                Ordering::Greater => self.take(tables[1], tables[1].run(&mut right, a)),
                Ordering::Equal => {
                    let values = tables[0].values(left.start).iter().zip(tables[1].values(right.start));
                    both.iter_mut().zip(values).for_each(|(both, (a, b))| *both = merge.of(*a, *b));
                    // What cancels out is as if it had not been there.
                    if both.iter().any(|value| *value != merge.neutral()) {
                        self.push(a.0, a.1, &both);
                    }
                    (left.start, right.start) = (left.start + 1, right.start + 1);
                }
            }
        }
        self.take(tables[0], left);
        self.take(tables[1], right);
        if self.len() == before {
            self.groups.pop();
            self.ends.pop();
        }
    }

    /// Takes over some rows of another table.
    fn take(&mut self, other: &Self, rows: Range<usize>) {
        if rows.is_empty() {
            return;
        }
        self.periods.extend(&other.periods, rows.clone());
        self.xs.extend(&other.xs, rows.clone());
        self.values.extend(self.shape.width, &other.values, rows);
        self.close();
    }

    /// Where a row is among those of its group.
    fn place(&self, row: usize) -> (i64, i64) {
        (self.period(row), self.x(row))
    }

    /// Takes from some rows the first ones that come before a place, one at least. Few are looked at where they are few; parts of a
    /// community mostly hand over long runs.
    fn run(&self, rows: &mut Range<usize>, below: (i64, i64)) -> Range<usize> {
        let (start, mut step) = (rows.start, 1);
        while start + step < rows.end && self.place(start + step) < below {
            step *= 2;
        }
        rows.start = first(start + step / 2..(start + step).min(rows.end), |row| self.place(row) >= below);
        start..rows.start
    }

    /// Takes from some rows of one group the first ones of a period that is not after this one.
    pub(crate) fn until(&self, rows: &mut Range<usize>, last: i64) -> Range<usize> {
        let start = rows.start;
        rows.start = first(rows.clone(), |row| self.period(row) > last);
        start..rows.start
    }

    /// Turns the sign of all integers.
    pub(super) fn negate(&mut self) {
        self.values.negate();
    }
}

/// The first of some rows for which this is so, as it is of all that follow; else their end.
fn first(rows: Range<usize>, is_so: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (rows.start, rows.end);
    while low < high {
        let middle = low.midpoint(high);
        if is_so(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

impl PartialEq for Rows {
    fn eq(&self, other: &Self) -> bool {
        (self.shape, &self.groups, &self.ends) == (other.shape, &other.groups, &other.ends)
            && (&self.periods, &self.xs) == (&other.periods, &other.xs)
            && (0..self.len()).all(|row| self.values(row) == other.values(row))
    }
}

impl Eq for Rows {}
