//! Dense ids: a column of names as codes 0, 1, 2 … by first appearance.
use std::hash::BuildHasher;
use std::ops::Index;

use hashbrown::{DefaultHashBuilder, HashTable};
use polars::prelude::*;
use polars_arrow::array::{Array, Utf8ViewArray, View};

use crate::error::{Error, Result};

/// The code of a null.
pub(crate) const NONE: u32 = u32::MAX;

/// A column as dense codes. Codes are local to one community and never leave it: tables carry the labels.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// The code of each row, [`NONE`] for null.
    pub(crate) rows: Vec<u32>,
    /// The label of each code.
    pub(crate) labels: Labels,
}

/// The label of each code. Shares the bytes of the column that it comes from.
#[derive(Debug)]
pub(crate) struct Labels(Utf8ViewArray);

impl Codes {
    /// Encodes a column by the text of its values.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] where a value holds several, as a list does.
    pub(crate) fn encode(column: &Column) -> Result<Self> {
        if column.dtype().is_nested() {
            let got = format!("{:?}, a column of {}", column.name(), column.dtype());
            return Err(Error::option(
                "by",
                "a column of single values: make texts of its values, or a row of each",
                got,
            ));
        }
        let series = column.as_materialized_series().cast(&DataType::String)?;
        let strings = series.str()?;
        let mut rows = Vec::with_capacity(strings.len());
        let mut names = Names::default();
        for array in strings.downcast_iter() {
            names.encode(array, &mut rows, strings);
        }
        Ok(Self { rows, labels: Labels::of(strings, names.first)? })
    }

    /// Codes of a column that is not there: every row null.
    pub(crate) fn absent(rows: usize) -> Self {
        Self { rows: vec![NONE; rows], labels: Labels::default() }
    }

    /// The label of a code, none for [`NONE`].
    pub(crate) fn label(&self, code: u32) -> Option<&str> {
        self.labels.get(code as usize)
    }
}

impl Labels {
    /// The values of `strings` at these rows.
    fn of(strings: &StringChunked, rows: Vec<IdxSize>) -> Result<Self> {
        let labels = strings.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows))?.rechunk().into_owned();
        Ok(labels.downcast_iter().next().cloned().map_or_else(Self::default, Self))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The label of a code; none beyond the last.
    pub(crate) fn get(&self, code: usize) -> Option<&str> {
        (code < self.len()).then(|| self.0.value(code))
    }

    /// The labels, by code.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.values_iter()
    }
}

impl Default for Labels {
    fn default() -> Self {
        Self::from_iter(Vec::<String>::new())
    }
}

impl Index<usize> for Labels {
    type Output = str;

    fn index(&self, code: usize) -> &str {
        self.0.value(code)
    }
}

impl FromIterator<String> for Labels {
    fn from_iter<T: IntoIterator<Item = String>>(labels: T) -> Self {
        Self(Utf8ViewArray::from_slice_values(labels.into_iter().collect::<Vec<_>>()))
    }
}

/// Slots of the memory of values just seen.
const RECENT: usize = 1 << 10;

/// The names found so far.
struct Names {
    hasher: DefaultHashBuilder,
    index: HashTable<(u128, u32)>,
    /// The row that each name is first found in.
    first: Vec<IdxSize>,
    recent: Vec<(u128, u32)>,
}

impl Default for Names {
    fn default() -> Self {
        let (hasher, index) = (DefaultHashBuilder::default(), HashTable::new());
        Self { hasher, index, first: vec![], recent: vec![(0, NONE); RECENT] }
    }
}

impl Names {
    /// Appends the code of each value of a chunk.
    fn encode(&mut self, array: &Utf8ViewArray, rows: &mut Vec<u32>, all: &StringChunked) {
        // Long values are known by where they lie, and that holds within a chunk.
        self.recent.fill((0, NONE));
        let valid = array.validity().filter(|v| v.unset_bits() > 0);
        for (i, view) in array.views().iter().enumerate() {
            if valid.is_some_and(|valid| !valid.get_bit(i)) {
                rows.push(NONE);
                continue;
            }
            let raw = view.as_u128();
            let slot = (raw ^ (raw >> 64)) as u64;
            let slot = (slot.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize;
            let known = self.recent[slot];
            if known.0 == raw && known.1 != NONE {
                rows.push(known.1);
                continue;
            }
            let code = self.code(view, || array.value(i), rows.len(), all);
            self.recent[slot] = (raw, code);
            rows.push(code);
        }
    }

    /// The code of a value: that of the same value before, or the next.
    fn code<'a>(&mut self, view: &View, text: impl Fn() -> &'a str, row: usize, all: &StringChunked) -> u32 {
        let short = view.length <= View::MAX_INLINE_SIZE;
        // A short value is its own key; a long one has its length, which no short one has, and its hash, and is compared.
        let key = if short {
            view.as_u128()
        } else {
            u128::from(view.length) | u128::from(self.hasher.hash_one(text())) << 64
        };
        let Self { hasher, index, first, .. } = self;
        let same = |entry: &(u128, u32)| {
            entry.0 == key && (short || all.get(first[entry.1 as usize] as usize) == Some(text()))
        };
        let entry = index.entry(hasher.hash_one(key), same, |entry| hasher.hash_one(entry.0));
        entry
            .or_insert_with(|| {
                first.push(row as IdxSize);
                (key, first.len() as u32 - 1)
            })
            .get()
            .1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equal_values_have_equal_codes_by_first_appearance(
            // Short and long ones, which are kept in different ways, in several chunks.
            chunks in prop::collection::vec(prop::collection::vec(prop::option::of("(a|b|long enough to lie elsewhere )[ab]{0,3}"), 0..30), 1..4),
        ) {
            let values: Vec<Option<String>> = chunks.concat();
            let mut column = StringChunked::from_iter(Vec::<Option<String>>::new());
            for chunk in chunks {
                column.append(&StringChunked::from_iter(chunk)).expect("strings");
            }
            let codes = Codes::encode(&column.into_column()).expect("codes");
            let mut seen: Vec<&str> = vec![];
            for (value, code) in values.iter().zip(&codes.rows) {
                let expected = value.as_deref().map_or(NONE, |value| {
                    seen.iter().position(|s| *s == value).unwrap_or_else(|| {
                        seen.push(value);
                        seen.len() - 1
                    }) as u32
                });
                prop_assert_eq!(*code, expected);
                prop_assert_eq!(codes.label(*code), value.as_deref());
            }
            prop_assert!(codes.labels.iter().eq(seen.iter().copied()));
        }
    }

    #[test]
    fn absent_columns_have_no_labels() {
        let codes = Codes::absent(2);
        assert_eq!((codes.rows, codes.labels.len()), (vec![NONE; 2], 0));
    }
}
