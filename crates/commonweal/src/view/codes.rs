//! Dense ids: a column of names as codes 0, 1, 2 … by first appearance; numbers by size.
mod numbered;

use std::hash::BuildHasher;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

use hashbrown::{DefaultHashBuilder, HashTable};
use polars::prelude::*;
use polars_arrow::array::{Array, Utf8ViewArray, View};
use polars_buffer::Buffer;
use rayon::prelude::*;

use crate::categories;
use crate::error::{Error, Result};
use crate::numbers::{NONE, Numbers};

/// A column as dense codes. Codes are local to one community and never leave it: tables carry the labels.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    /// The code of each row, [`NONE`] for null.
    pub(crate) rows: Buffer<u32>,
    /// The label of each code.
    pub(crate) labels: Labels,
}

/// The label of each code. Shares the bytes of the column that it comes from; those that differ in a number only are spelled when one is asked for,
/// as of threads there are many, and seldom is one.
#[derive(Debug)]
pub(crate) struct Labels {
    texts: OnceLock<Utf8ViewArray>,
    numbers: Option<Arc<Numbers>>,
}

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
        if column.null_count() == column.len() {
            return Ok(Self::absent(column.len()));
        }
        let series = column.as_materialized_series();
        if let Some(names) = categories::names(series) {
            return Ok(Self::of_categories(series, names));
        }
        let series = series.cast(&DataType::String)?;
        let strings = series.str()?;
        if let Some(numbers) = Numbers::of(strings) {
            return Ok(Self::of_numbers(numbers));
        }
        let mut pieces = vec![];
        for array in strings.downcast_iter() {
            let starts = (0..array.len()).step_by(AT_ONCE);
            pieces.extend(starts.map(|start| array.clone().sliced(start, AT_ONCE.min(array.len() - start))));
        }
        // Each piece by itself, with names of its own that fit a cache of the processor; then the names of all are put together.
        let mut coded: Vec<(Vec<u32>, Vec<IdxSize>)> = pieces.par_iter().map(Names::of_piece).collect();
        if let [(rows, first)] = &mut coded[..] {
            return Ok(Self { rows: std::mem::take(rows).into(), labels: Labels::of(strings, std::mem::take(first))? });
        }
        let mut names = Names::default();
        let mut before = 0;
        let places: Vec<Vec<u32>> = (pieces.iter().zip(&coded))
            .map(|(piece, (rows, first))| {
                let code = |row: &IdxSize| names.code(piece, *row as usize, before, |row| strings.get(row));
                let places = first.iter().map(code).collect();
                before += rows.len();
                places
            })
            .collect();
        coded.par_iter_mut().zip(places).for_each(|((rows, _), places)| {
            rows.iter_mut().for_each(|code| *code = places.get(*code as usize).copied().unwrap_or(NONE));
        });
        let rows = coded.into_iter().map(|(rows, _)| rows).collect::<Vec<_>>().concat();
        Ok(Self { rows: rows.into(), labels: Labels::of(strings, names.first)? })
    }

    /// Codes from the numbers that names differ in, in their place.
    pub(crate) fn of_numbers(numbers: Numbers) -> Self {
        let written = numbers.written;
        let (rows, known) = numbered::codes(numbers);
        let labels = Numbers { rows: known, written };
        Self { rows: rows.into(), labels: Labels { texts: OnceLock::new(), numbers: Some(Arc::new(labels)) } }
    }

    /// The number of each code, where names differ in a number only.
    pub(crate) fn numbers(&self) -> Option<Arc<Numbers>> {
        self.labels.numbers.clone()
    }

    /// Codes from those that a column has already, which need not begin at 0 or be in the order of the rows.
    fn of_categories(column: &Series, names: &CategoricalMapping) -> Self {
        if let Some(rows) = Self::in_order(column, names) {
            let labels = (0..names.num_cats_upper_bound() as u32).filter_map(|code| names.cat_to_str(code));
            return Self { rows, labels: labels.map(str::to_owned).collect() };
        }
        let mut places = vec![NONE; names.num_cats_upper_bound()];
        let known = categories::by_appearance(column, names).into_iter();
        let labels = known.filter_map(|code| Some((code, names.cat_to_str(code)?))).enumerate();
        let labels = labels.map(|(place, (code, name))| {
            places[code as usize] = place as u32;
            name.to_owned()
        });
        let labels = labels.collect();
        let place = |code| places.get(code as usize).copied().unwrap_or(NONE);
        let rows = categories::map(column, names, |code: Option<u32>| code.map_or(NONE, place));
        Self { rows: rows.into(), labels }
    }

    /// The codes of a column as they lie there, if they are what they would become: as of a file, whose names come by first appearance.
    fn in_order(column: &Series, names: &CategoricalMapping) -> Option<Buffer<u32>> {
        let codes = column.to_physical_repr();
        let codes = codes.u32().ok().filter(|codes| codes.null_count() == 0)?;
        let mut arrays = codes.downcast_iter();
        let rows = arrays.next().filter(|_| arrays.next().is_none())?.values();
        (numbered_by_appearance(rows, AT_ONCE)? as usize == names.num_cats_upper_bound()).then(|| rows.clone())
    }

    /// Codes of a column that is not there: every row null.
    pub(crate) fn absent(rows: usize) -> Self {
        Self { rows: vec![NONE; rows].into(), labels: Labels::default() }
    }

    /// The label of a code, none for [`NONE`].
    pub(crate) fn label(&self, code: u32) -> Option<&str> {
        self.labels.get(code as usize)
    }
}

/// How many codes there are, if each comes after all below it. Pieces of so many rows are looked at side by side.
fn numbered_by_appearance(rows: &[u32], piece: usize) -> Option<u32> {
    // How many codes a piece takes for known, and how many there are after it.
    let of_piece = |piece: &[u32]| {
        piece.iter().fold((0, 0), |(asked, next): (u32, u32), code| {
            (if *code > next { asked.max(*code) } else { asked }, next.max(code.saturating_add(1)))
        })
    };
    let pieces: Vec<(u32, u32)> = rows.par_chunks(piece).map(of_piece).collect();
    pieces.into_iter().try_fold(0, |known, (asked, next)| (asked <= known).then(|| known.max(next)))
}

impl Labels {
    /// The values of `strings` at these rows.
    fn of(strings: &StringChunked, rows: Vec<IdxSize>) -> Result<Self> {
        // A column of no rows may have no chunk either, as of a Parquet file without row groups, and cannot be rechunked.
        if strings.is_empty() {
            return Ok(Self::default());
        }
        let labels = strings.take(&IdxCa::from_vec(PlSmallStr::EMPTY, rows))?.rechunk().into_owned();
        Ok(only_chunk(&labels).into())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.as_ref().map_or_else(|| self.texts().len(), |numbers| numbers.len())
    }

    /// The label of a code; none beyond the last.
    pub(crate) fn get(&self, code: usize) -> Option<&str> {
        (code < self.len()).then(|| self.texts().value(code))
    }

    /// The labels, by code.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts().values_iter()
    }

    fn texts(&self) -> &Utf8ViewArray {
        // By one thread alone, as others may wait for it.
        let spell = || self.numbers.as_ref().map_or_else(none, |numbers| only_chunk(&numbers.spelled_by_one("")));
        self.texts.get_or_init(spell)
    }
}

fn none() -> Utf8ViewArray {
    Utf8ViewArray::from_slice_values(Vec::<String>::new())
}

/// The one chunk of a column; none of no rows.
fn only_chunk(strings: &StringChunked) -> Utf8ViewArray {
    strings.downcast_iter().next().cloned().unwrap_or_else(none)
}

impl From<Utf8ViewArray> for Labels {
    fn from(texts: Utf8ViewArray) -> Self {
        Self { texts: texts.into(), numbers: None }
    }
}

impl Default for Labels {
    fn default() -> Self {
        none().into()
    }
}

impl Index<usize> for Labels {
    type Output = str;

    fn index(&self, code: usize) -> &str {
        self.texts().value(code)
    }
}

impl FromIterator<String> for Labels {
    fn from_iter<T: IntoIterator<Item = String>>(labels: T) -> Self {
        Utf8ViewArray::from_slice_values(labels.into_iter().collect::<Vec<_>>()).into()
    }
}

/// Slots of the memory of values just seen.
const RECENT: usize = 1 << 10;

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 18;

/// The names found so far.
#[derive(Default)]
struct Names {
    hasher: DefaultHashBuilder,
    index: HashTable<(u128, u32)>,
    /// The row that each name is first found in.
    first: Vec<IdxSize>,
}

impl Names {
    /// The code of each value of a piece of a column, and the row that each name is first found in.
    fn of_piece(piece: &Utf8ViewArray) -> (Vec<u32>, Vec<IdxSize>) {
        let mut names = Self::default();
        // Values just seen, by where they lie: that holds within a piece, for long ones, too.
        let mut recent = vec![(0u128, NONE); RECENT];
        let valid = piece.validity().filter(|v| v.unset_bits() > 0);
        let code = |(row, view): (usize, &View)| {
            if valid.is_some_and(|valid| !valid.get_bit(row)) {
                return NONE;
            }
            let raw = view.as_u128();
            let slot = (raw ^ (raw >> 64)) as u64;
            let slot = (slot.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54) as usize;
            let known = recent[slot];
            if known.0 == raw && known.1 != NONE {
                return known.1;
            }
            let code = names.code(piece, row, 0, |row| piece.get(row));
            recent[slot] = (raw, code);
            code
        };
        let rows = piece.views().iter().enumerate().map(code).collect();
        (rows, names.first)
    }

    /// The code of the value in a row of a piece that begins after so many rows of the column: that of the same value before, or the next.
    fn code<'a>(
        &mut self,
        piece: &Utf8ViewArray,
        row: usize,
        before: usize,
        value: impl Fn(usize) -> Option<&'a str>,
    ) -> u32 {
        let view = &piece.views()[row];
        let text = || piece.value(row);
        let short = view.length <= View::MAX_INLINE_SIZE;
        // A short value is its own key; a long one has its length, which no short one has, and its hash, and is compared.
        let key = if short {
            view.as_u128()
        } else {
            u128::from(view.length) | u128::from(self.hasher.hash_one(text())) << 64
        };
        let Self { hasher, index, first } = self;
        let same =
            |entry: &(u128, u32)| entry.0 == key && (short || value(first[entry.1 as usize] as usize) == Some(text()));
        let entry = index.entry(hasher.hash_one(key), same, |entry| hasher.hash_one(entry.0));
        entry
            .or_insert_with(|| {
                first.push((before + row) as IdxSize);
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

    #[test]
    fn a_column_without_chunks_has_no_codes() {
        let none = StringChunked::from_chunk_iter(PlSmallStr::EMPTY, std::iter::empty::<Utf8ViewArray>());
        let codes = Codes::encode(&none.into_column()).expect("codes");
        assert_eq!((codes.rows.len(), codes.labels.len()), (0, 0));
    }

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
            for (value, code) in values.iter().zip(codes.rows.iter()) {
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

    proptest! {
        #[test]
        fn pieces_tell_what_all_rows_do(rows in prop::collection::vec(0u32..6, 0..40), piece in 1usize..9) {
            let mut next = 0;
            let known = rows.iter().all(|code| {
                next += u32::from(*code == next);
                *code < next
            });
            prop_assert_eq!(numbered_by_appearance(&rows, piece), known.then_some(next));
        }
    }

    #[test]
    fn categories_of_many_rows_come_by_first_appearance() {
        // Later pieces begin with names that are new, and with such as are not.
        let names: Vec<String> = (0..700_000).map(|row| format!("name {}.", (row * 7 + row / 100_000) % 23)).collect();
        let names = StringChunked::from_iter_values(PlSmallStr::EMPTY, names.iter());
        let mut column =
            names.into_series().cast(&DataType::from_categories(Categories::global())).expect("categories");
        column.append(&column.clone()).expect("more");
        let of_names = Codes::encode(&column.cast(&DataType::String).expect("names").into_column()).expect("codes");
        let found = Codes::encode(&column.into_column()).expect("codes");
        assert_eq!(found.rows, of_names.rows);
        assert!(found.labels.iter().eq(of_names.labels.iter()));
    }

    #[test]
    fn categories_have_the_codes_of_their_names() {
        let names = ["ana", "bo", "cy"];
        let coded = |codes: &[Option<u32>], bytes: CategoricalPhysical| {
            let categories = Categories::random("test".into(), bytes);
            let mapping = categories.mapping();
            names.iter().for_each(|name| _ = mapping.insert_cat(name).expect("room"));
            let dtype = DataType::Categorical(categories, mapping);
            let names = codes.iter().map(|code| code.map(|code| names[code as usize]));
            names.collect::<StringChunked>().into_series().cast(&dtype).expect("categories").into_column()
        };
        // As a file has them; by other first appearance; not all of them used; with nulls; none.
        let all: [&[Option<u32>]; 5] = [
            &[Some(0), Some(1), Some(0), Some(2)],
            &[Some(1), Some(0), Some(2)],
            &[Some(0), Some(1)],
            &[Some(0), None, Some(1), Some(2)],
            &[],
        ];
        for codes in all {
            for bytes in [CategoricalPhysical::U8, CategoricalPhysical::U16, CategoricalPhysical::U32] {
                let column = coded(codes, bytes);
                let of_names = Codes::encode(&column.cast(&DataType::String).expect("names")).expect("codes");
                let found = Codes::encode(&column).expect("codes");
                assert_eq!(found.rows, of_names.rows, "{codes:?}");
                assert!(found.labels.iter().eq(of_names.labels.iter()), "{codes:?}");
            }
        }
    }

    #[test]
    fn absent_columns_have_no_labels() {
        let codes = Codes::absent(2);
        assert_eq!((&codes.rows[..], codes.labels.len()), (&[NONE; 2][..], 0));
    }
}
