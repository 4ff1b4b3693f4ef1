//! Integers side by side, in as little room as they need.
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::stats::order::zeros;

/// A column of integers.
#[derive(Clone, Debug, Default)]
pub(super) struct Column {
    len: usize,
    integers: Integers,
}

#[derive(Clone, Debug)]
enum Integers {
    /// As long as all are the same: that one, and room for all from when two differ.
    Same(i64, Vec<i64>),
    Each(Vec<i64>),
    /// The place of each among a few.
    Among(Vec<u32>, Arc<[i64]>),
}

impl Default for Integers {
    fn default() -> Self {
        Self::Same(0, vec![])
    }
}

impl Column {
    /// One with room for so many.
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { len: 0, integers: Integers::Same(0, Vec::with_capacity(len)) }
    }

    /// One of a few integers, that many times, each by its place among these.
    pub(super) fn among(places: Vec<u32>, integers: Arc<[i64]>) -> Self {
        Self { len: places.len(), integers: Integers::Among(places, integers) }
    }

    /// The integers of all of these.
    pub(super) fn concat(mut columns: Vec<Self>) -> Self {
        columns.retain(|column| column.len > 0);
        let len = columns.iter().map(Self::len).sum();
        let Some(first) = columns.first() else { return Self::default() };
        let all = || columns.iter().map(|column| &column.integers);
        let integers = match &first.integers {
            Integers::Same(same, _) if all().all(|other| matches!(other, Integers::Same(own, _) if own == same)) => {
                Integers::Same(*same, vec![])
            }
            Integers::Among(_, few) if all().all(|other| other.among(few).is_some()) => {
                let places: Vec<&[u32]> = all().filter_map(|other| other.among(few)).collect();
                Integers::Among(concat(&places), few.clone())
            }
            _ => Integers::Each(concat(&columns.iter().map(Self::each).collect::<Vec<_>>())),
        };
        Self { len, integers }
    }

    /// All of them.
    fn each(&self) -> Cow<'_, [i64]> {
        self.slice(0..self.len)
    }

    /// Those of some rows.
    pub(super) fn slice(&self, rows: Range<usize>) -> Cow<'_, [i64]> {
        match &self.integers {
            Integers::Same(same, _) => vec![*same; rows.len()].into(),
            Integers::Each(each) => each[rows].into(),
            Integers::Among(places, few) => places[rows].iter().map(|place| few[*place as usize]).collect(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, row: usize) -> i64 {
        match &self.integers {
            Integers::Same(same, _) => *same,
            Integers::Each(each) => each[row],
            Integers::Among(places, few) => few[places[row] as usize],
        }
    }

    /// The place of each among a few integers, and these, where it is kept so.
    pub(super) fn places(&self) -> Option<(&[u32], &[i64])> {
        match &self.integers {
            Integers::Among(places, few) => Some((places, few)),
            _ => None,
        }
    }

    pub(super) fn push(&mut self, value: i64) {
        match &mut self.integers {
            Integers::Same(same, _) if self.len == 0 => *same = value,
            Integers::Same(same, _) if *same == value => {}
            Integers::Each(each) => each.push(value),
            _ => self.widen(|each| each.push(value)),
        }
        self.len += 1;
    }

    /// Takes over some of the integers of another column.
    pub(super) fn extend(&mut self, other: &Self, rows: Range<usize>) {
        let (more, none_yet) = (rows.len(), self.len == 0);
        match (&mut self.integers, &other.integers) {
            (Integers::Same(same, _), Integers::Same(own, _)) if none_yet || same == own => *same = *own,
            (own @ Integers::Same(..), Integers::Among(places, few)) if none_yet => {
                *own = Integers::Among(places[rows].to_vec(), few.clone());
            }
            (Integers::Among(places, few), Integers::Among(others, of)) if Arc::ptr_eq(few, of) => {
                places.extend_from_slice(&others[rows]);
            }
            (_, Integers::Same(own, _)) => {
                let len = self.len + more;
                self.widen(|each| each.resize(len, *own));
            }
            (_, Integers::Each(others)) => self.widen(|each| each.extend_from_slice(&others[rows])),
            (_, Integers::Among(places, few)) => {
                self.widen(|each| each.extend(places[rows].iter().map(|place| few[*place as usize])));
            }
        }
        self.len += more;
    }

    /// Adds any others to all of them.
    fn widen(&mut self, add: impl FnOnce(&mut Vec<i64>)) {
        let mut each = match &mut self.integers {
            Integers::Same(same, room) => {
                let mut each = std::mem::take(room);
                each.resize(self.len, *same);
                each
            }
            Integers::Each(each) => std::mem::take(each),
            Integers::Among(..) => self.each().into_owned(),
        };
        add(&mut each);
        self.integers = Integers::Each(each);
    }
}

impl Integers {
    /// The place of each among these integers.
    fn among(&self, few: &Arc<[i64]>) -> Option<&[u32]> {
        match self {
            Self::Among(places, of) if Arc::ptr_eq(few, of) => Some(places),
            _ => None,
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

    /// Those of some rows of one integer, where all are small.
    pub(super) fn small(&self, rows: Range<usize>) -> Option<&[i8]> {
        self.are_small.then(|| &self.small[rows])
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

    #[test]
    fn places_among_a_few_are_these() {
        let few: Arc<[i64]> = vec![7, 8, 9].into();
        let others: Arc<[i64]> = vec![7, 8, 9].into();
        let of = |places: &[u32], few: &Arc<[i64]>| Column::among(places.to_vec(), few.clone());
        let plain = |integers: &[i64]| {
            let mut column = Column::default();
            integers.iter().for_each(|integer| column.push(*integer));
            column
        };
        let column = of(&[2, 0, 1], &few);
        assert_eq!(column, plain(&[9, 7, 8]));
        // Together with those among the same, they stay so.
        let both = Column::concat(vec![column.clone(), of(&[1], &few)]);
        assert!(both.places().is_some() && both == plain(&[9, 7, 8, 8]));
        for other in [of(&[1], &others), plain(&[8]), plain(&[8, 8]), plain(&[8, 5])] {
            let together = Column::concat(vec![column.clone(), other.clone()]);
            assert_eq!((0..together.len()).map(|row| together.get(row)).collect::<Vec<_>>()[..4], [9, 7, 8, 8]);
            let mut extended = column.clone();
            extended.extend(&other, 0..other.len());
            assert_eq!(extended, together);
            let mut extended = other.clone();
            extended.extend(&column, 1..3);
            assert_eq!(extended, Column::concat(vec![other, plain(&[7, 8])]));
        }
        let mut taken = Column::default();
        taken.extend(&column, 0..2);
        taken.extend(&column, 2..3);
        assert!(taken.places().is_some() && taken == column);
        taken.push(1);
        assert_eq!(taken, plain(&[9, 7, 8, 1]));
    }

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
