//! Integers side by side, in as little room as they need.
use std::ops::Range;

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

fn wide(small: &[i8]) -> impl Iterator<Item = i128> {
    small.iter().map(|value| i128::from(*value))
}
