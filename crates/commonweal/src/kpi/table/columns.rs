//! Integers side by side, in as little room as they need.
use std::borrow::Cow;
use std::ops::Range;

use rayon::prelude::*;

use crate::stats::order::zeros;

/// A column of integers: one alone, as long as all are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    len: usize,
    same: i64,
    /// All of them, from when two differ.
    each: Vec<i64>,
}

impl Column {
    /// One with room for so many.
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { each: Vec::with_capacity(len), ..Self::default() }
    }

    /// The integers of all of these.
    pub(super) fn concat(mut columns: Vec<Self>) -> Self {
        columns.retain(|column| column.len > 0);
        let Some(first) = columns.first() else { return Self::default() };
        let (len, same) = (columns.iter().map(Self::len).sum(), first.same);
        if columns.iter().all(|column| column.each.is_empty() && column.same == same) {
            return Self { len, same, each: vec![] };
        }
        Self { len, same, each: concat(&columns.iter().map(Self::each).collect::<Vec<_>>()) }
    }

    /// All of them.
    fn each(&self) -> Cow<'_, [i64]> {
        if self.each.is_empty() { vec![self.same; self.len].into() } else { (&self.each).into() }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, row: usize) -> i64 {
        if self.each.is_empty() { self.same } else { self.each[row] }
    }

    pub(super) fn push(&mut self, value: i64) {
        self.meet(value);
        if !self.each.is_empty() {
            self.each.push(value);
        }
        self.len += 1;
    }

    /// Takes over some of the integers of another column.
    pub(super) fn extend(&mut self, other: &Self, rows: Range<usize>) {
        let more = rows.len();
        match other.each.get(rows) {
            Some(each) if !other.each.is_empty() => {
                if self.each.is_empty() {
                    self.each.resize(self.len, self.same);
                }
                self.each.extend_from_slice(each);
            }
            _ => {
                self.meet(other.same);
                if !self.each.is_empty() {
                    self.each.resize(self.len + more, other.same);
                }
            }
        }
        self.len += more;
    }

    /// Makes room for another than all so far.
    fn meet(&mut self, value: i64) {
        if self.len == 0 {
            self.same = value;
        } else if self.each.is_empty() && value != self.same {
            self.each.resize(self.len, self.same);
        }
    }
}

impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && (0..self.len).all(|row| self.get(row) == other.get(row))
    }
}

impl Eq for Column {}

/// The integers of all rows, as many in each: in a byte, as long as there is one in each and all are small.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    are_small: bool,
    small: Vec<i8>,
    any: Vec<i128>,
}

/// Every integer of a byte, at its place.
static SMALL: [i128; 1 << 8] = {
    let mut small = [0; 1 << 8];
    let mut byte = 0;
    while byte < small.len() {
        small[byte] = byte as u8 as i8 as i128;
        byte += 1;
    }
    small
};

impl Values {
    /// Room for so many rows of so many integers.
    pub(super) fn with_capacity(width: usize, rows: usize) -> Self {
        let are_small = width == 1;
        let (small, any) = if are_small { (rows, 0) } else { (0, width * rows) };
        Self { are_small, small: Vec::with_capacity(small), any: Vec::with_capacity(any) }
    }

    /// Those of all of these.
    pub(super) fn concat(width: usize, values: Vec<Self>) -> Self {
        if values.iter().all(|values| values.are_small) {
            let small = concat(&values.iter().map(|values| &values.small[..]).collect::<Vec<_>>());
            return Self { are_small: width == 1, small, any: vec![] };
        }
        let len = |values: &Self| if values.are_small { values.small.len() } else { values.any.len() / width.max(1) };
        let mut all = Self::with_capacity(width, values.iter().map(len).sum());
        values.iter().for_each(|values| all.extend(width, values, 0..len(values)));
        all
    }

    pub(super) fn get(&self, width: usize, row: usize) -> &[i128] {
        if self.are_small {
            std::slice::from_ref(&SMALL[usize::from(self.small[row] as u8)])
        } else {
            &self.any[row * width..][..width]
        }
    }

    /// Adds a row.
    pub(super) fn push(&mut self, row: &[i128]) {
        match row {
            [value] if self.are_small && i8::try_from(*value).is_ok() => self.small.push(*value as i8),
            _ => {
                self.widen();
                self.any.extend_from_slice(row);
            }
        }
    }

    /// Takes over some rows of others.
    pub(super) fn extend(&mut self, width: usize, other: &Self, rows: Range<usize>) {
        match (self.are_small, other.are_small) {
            (true, true) => self.small.extend_from_slice(&other.small[rows]),
            (false, true) => self.any.extend(wide(&other.small[rows])),
            (_, false) => {
                self.widen();
                self.any.extend_from_slice(&other.any[width * rows.start..width * rows.end]);
            }
        }
    }

    /// Turns the sign of all.
    pub(super) fn negate(&mut self) {
        if self.small.contains(&i8::MIN) {
            self.widen();
        }
        self.small.iter_mut().for_each(|value| *value = -*value);
        self.any.iter_mut().for_each(|value| *value = value.saturating_neg());
    }

    /// Makes room for integers of any size.
    fn widen(&mut self) {
        if self.are_small {
            let small = std::mem::take(&mut self.small);
            self.any.reserve(small.capacity());
            self.any.extend(wide(&small));
            self.are_small = false;
        }
    }
}

/// All of these, one after the other, written by all cores.
fn concat<T: Copy + Default + Send + Sync, P: AsRef<[T]> + Sync>(pieces: &[P]) -> Vec<T> {
    let mut all: Vec<T> = zeros(pieces.iter().map(|piece| piece.as_ref().len()).sum());
    let (mut rest, mut places) = (&mut all[..], vec![]);
    for piece in pieces.iter().map(AsRef::as_ref) {
        let (own, others) = std::mem::take(&mut rest).split_at_mut(piece.len());
        places.push((own, piece));
        rest = others;
    }
    places.into_par_iter().for_each(|(own, piece)| own.copy_from_slice(piece));
    all
}

fn wide(small: &[i8]) -> impl Iterator<Item = i128> {
    small.iter().map(|value| i128::from(*value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn together_they_are_what_they_are_one_by_one(
            pieces in prop::collection::vec(prop::collection::vec((0i64..2, prop_oneof![Just(1i128), Just(300)]), 0..5), 0..5),
        ) {
            let (mut columns, mut values) = (vec![], vec![]);
            let (mut column, mut all) = (Column::default(), Values::with_capacity(1, 0));
            for piece in &pieces {
                let (mut own, mut own_values) = (Column::default(), Values::with_capacity(1, 0));
                for (x, value) in piece {
                    own.push(*x);
                    own_values.push(&[*value]);
                    column.push(*x);
                    all.push(&[*value]);
                }
                columns.push(own);
                values.push(own_values);
            }
            prop_assert_eq!(Column::concat(columns), column);
            let values = Values::concat(1, values);
            for row in 0..pieces.concat().len() {
                prop_assert_eq!(values.get(1, row), all.get(1, row));
            }
        }
    }
}
