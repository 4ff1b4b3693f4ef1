//! Names that differ in a number only, such as `17` or `e000000017`, as that number: most ids are such, and numbers are compared, counted
//! and looked up without a hash.
mod ranks;
mod written;

use polars::prelude::*;
use polars_arrow::array::{Array, Utf8ViewArray, View};
use rayon::prelude::*;

pub(crate) use ranks::Ranks;
pub use written::{Filled, Written};

/// The code, or the number, of a null.
pub(crate) const NONE: u32 = u32::MAX;

/// Bits for a row, at most, where each number has one; and where they are to lie in a cache of the processor.
const BITS: usize = 64;
pub(crate) const FEW_BITS: usize = 4;

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 16;

/// A column of names that differ in a number only, as ids mostly do: `e000000017`, or `17`. Four bytes hold a name, and a bit or a place is
/// enough to tell whether it is there twice, where a text takes sixteen and a table of hashes.
///
/// ```
/// use commonweal::Numbers;
/// use polars::prelude::*;
///
/// let names: StringChunked = [Some("e0017"), None, Some("e0018")].into_iter().collect();
/// let numbers = Numbers::of(&names).ok_or("of several kinds")?;
/// assert!(numbers.spelled("id").iter().eq(names.iter()));
/// assert!(Numbers::of(&["e0017", "ana"].into_iter().map(Some).collect()).is_none());
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Debug)]
pub struct Numbers {
    /// The number of each row, [`NONE`] for null.
    pub(crate) rows: Vec<u32>,
    pub(crate) written: Written,
}

impl Numbers {
    /// Stands for null.
    pub const NONE: u32 = NONE;

    /// Numbers that are known, [`Numbers::NONE`] for null, and how they are written.
    pub fn new(rows: Vec<u32>, written: Written) -> Self {
        Self { rows, written }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows have none.
    pub(crate) fn null_count(&self) -> usize {
        self.rows.par_iter().with_min_len(AT_ONCE).filter(|number| **number == NONE).count()
    }

    /// How the names are written.
    pub fn written(&self) -> Written {
        self.written
    }

    /// The numbers of a column; none where not all of its names are written in one way.
    pub fn of(strings: &StringChunked) -> Option<Self> {
        let first = if strings.null_count() < strings.len() { strings.iter().flatten().next()? } else { return None };
        Written::ways(first).find_map(|written| {
            let found = Self::read(strings, move |view| written.number(view.as_u128()));
            found.map(|rows| Self { rows, written })
        })
    }

    /// The numbers of another column, whose names these may be; [`NONE`] for one that is written otherwise, which none of these is.
    pub(crate) fn others(&self, strings: &StringChunked) -> Vec<u32> {
        Self::read(strings, |view| Some(self.written.number(view.as_u128()).unwrap_or(NONE))).unwrap_or_default()
    }

    /// The numbers of a column that is written as these are; none where it is not.
    pub(crate) fn alike(&self, strings: &StringChunked) -> Option<Self> {
        let rows = Self::read(strings, |view| self.written.number(view.as_u128()))?;
        Some(Self { rows, written: self.written })
    }

    /// The same of a column of whole numbers; none where one is below zero or too large.
    pub fn of_integers(column: &Series) -> Option<Self> {
        if !column.dtype().is_integer() {
            return None;
        }
        let known = |value: Option<i64>| match value {
            None => Some(NONE),
            Some(value) => u32::try_from(value).ok().filter(|value| *value != NONE),
        };
        // Of 64 bits without a sign, the largest become nulls: then there are more of these.
        let wide = column.cast(&DataType::Int64).ok().filter(|wide| wide.null_count() == column.null_count())?;
        let rows = wide.i64().ok()?.iter().map(known).collect::<Option<_>>()?;
        Some(Self { rows, written: Written::PLAIN })
    }

    /// The rows for which `mask` is true.
    #[must_use]
    pub fn filter(&self, mask: &BooleanChunked) -> Self {
        let kept = self.rows.iter().zip(mask.iter()).filter(|(_, kept)| *kept == Some(true));
        Self { rows: kept.map(|(number, _)| *number).collect(), written: self.written }
    }

    /// The rows whose number an earlier row has, in order.
    pub(crate) fn repeats(&self) -> Vec<usize> {
        // Side by side, whether there is one at all: mostly, there is none.
        if let Some(range) = self.range(FEW_BITS)
            && Ranks::of(&self.rows, range).len() + self.null_count() == self.len()
        {
            return vec![];
        }
        if let Some(range) = self.range(BITS) {
            return repeated_bits(&self.rows, range);
        }
        let known = self.rows.par_iter().enumerate().filter(|(_, number)| **number != NONE);
        let mut rows: Vec<u64> = known.map(|(row, number)| u64::from(*number) << u32::BITS | row as u64).collect();
        rows.par_sort_unstable();
        let same = |pair: &[u64]| pair[0] >> u32::BITS == pair[1] >> u32::BITS;
        let mut repeated: Vec<usize> =
            rows.windows(2).filter(|pair| same(pair)).map(|pair| pair[1] as u32 as usize).collect();
        repeated.sort_unstable();
        repeated
    }

    /// The names.
    pub fn spelled(&self, name: &str) -> StringChunked {
        if self.rows.len() <= AT_ONCE {
            return self.spelled_by_one(name);
        }
        let pieces: Vec<StringChunked> = self.rows.par_chunks(AT_ONCE).map(|rows| self.spell(rows, name)).collect();
        let arrays = pieces.iter().flat_map(|piece| piece.downcast_iter().cloned());
        StringChunked::from_chunk_iter(PlSmallStr::from_str(name), arrays).rechunk().into_owned()
    }

    /// The same, by this thread alone.
    pub(crate) fn spelled_by_one(&self, name: &str) -> StringChunked {
        // No names are no chunk, which cannot be rechunked.
        if self.is_empty() {
            return StringChunked::full_null(PlSmallStr::from_str(name), 0);
        }
        self.spell(&self.rows, name)
    }

    fn spell(&self, rows: &[u32], name: &str) -> StringChunked {
        let mut names = StringChunkedBuilder::new(PlSmallStr::from_str(name), rows.len());
        for number in rows {
            if *number == NONE {
                names.append_null();
                continue;
            }
            let (bytes, length) = self.written.bytes(*number);
            names.append_option(std::str::from_utf8(&bytes[..length]).ok());
        }
        names.finish()
    }

    fn read(strings: &StringChunked, number: impl Fn(&View) -> Option<u32> + Sync) -> Option<Vec<u32>> {
        // There, a view has its bytes in another order.
        if cfg!(target_endian = "big") {
            return None;
        }
        let mut rows = vec![0; strings.len()];
        let mut rest = &mut rows[..];
        let mut pieces: Vec<(&Utf8ViewArray, usize, &mut [u32])> = vec![];
        for array in strings.downcast_iter() {
            for start in (0..array.len()).step_by(AT_ONCE) {
                let (piece, others) = std::mem::take(&mut rest).split_at_mut(AT_ONCE.min(array.len() - start));
                pieces.push((array, start, piece));
                rest = others;
            }
        }
        let read = |(array, start, rows): (&Utf8ViewArray, usize, &mut [u32])| {
            let views = &array.views()[start..start + rows.len()];
            let nulls = array.validity().filter(|validity| validity.unset_bits() > 0);
            for (i, (row, view)) in rows.iter_mut().zip(views).enumerate() {
                let is_null = nulls.is_some_and(|validity| !validity.get_bit(start + i));
                *row = if is_null { NONE } else { number(view)? };
            }
            Some(())
        };
        pieces.into_par_iter().try_for_each(read)?;
        Some(rows)
    }

    /// Those of some rows; null for [`NONE`].
    pub(crate) fn at(&self, rows: &[IdxSize]) -> Self {
        let number = |row: &IdxSize| self.rows.get(*row as usize).copied().unwrap_or(NONE);
        Self { rows: rows.par_iter().with_min_len(AT_ONCE).map(number).collect(), written: self.written }
    }

    /// The names of some rows.
    pub(crate) fn spelled_at(&self, rows: &[IdxSize]) -> StringChunked {
        self.at(rows).spelled("")
    }

    /// How many numbers there may be, from 0, if they lie dense enough that a place is kept for each: `places` for a row, at most.
    pub(crate) fn range(&self, places: usize) -> Option<usize> {
        let known = self.rows.par_iter().copied().filter(|number| *number != NONE);
        let range = known.max().map_or(0, |last| last as usize + 1);
        (range <= places.saturating_mul(self.rows.len())).then_some(range)
    }
}

/// The rows that repeat a number: a bit for each, so that they lie in a cache of the processor where they are dense.
fn repeated_bits(numbers: &[u32], range: usize) -> Vec<usize> {
    let mut seen = vec![0u64; range.div_ceil(u64::BITS as usize)];
    let mut is_repeated = |number: u32| {
        let (word, bit) = (&mut seen[(number / u64::BITS) as usize], 1 << (number % u64::BITS));
        let before = *word;
        *word |= bit;
        before & bit != 0
    };
    let rows = numbers.iter().enumerate().filter(|(_, number)| **number != NONE);
    rows.filter_map(|(row, number)| is_repeated(*number).then_some(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::written::BYTES_BEGIN;
    use proptest::prelude::*;

    use super::*;

    fn numbers(names: &[Option<&str>]) -> Option<Vec<u32>> {
        Numbers::of(&names.iter().copied().collect()).map(|numbers| numbers.rows)
    }

    #[test]
    fn no_names_are_spelled_as_no_names() {
        let written = Numbers::of(&["7"].into_iter().map(Some).collect()).expect("numbers").written;
        let none = Numbers::new(vec![], written).spelled("id");
        assert_eq!((none.name().as_str(), none.len()), ("id", 0));
        assert_eq!(Numbers::new(vec![NONE; 3], written).spelled_at(&[]).len(), 0);
    }

    #[test]
    fn names_that_differ_in_a_number_are_numbers() {
        assert_eq!(numbers(&[Some("e0017"), None, Some("e9999")]), Some(vec![17, NONE, 9_999]));
        assert_eq!(numbers(&[Some("17"), Some("0"), Some("4294967294")]), Some(vec![17, 0, 4_294_967_294]));
        assert_eq!(numbers(&[Some("12345678"), Some("123456789")]), Some(vec![12_345_678, 123_456_789]));
        assert_eq!(numbers(&[Some("t-1000"), Some("t-0007")]), Some(vec![1_000, 7]));
    }

    #[test]
    fn others_are_none() {
        let no = [
            // Two names of one number.
            vec!["17", "017"],
            vec!["17", "f17"],
            vec!["17", "1 7"],
            vec!["17", ""],
            vec!["e17", "e"],
            vec!["e17", "e1/"],
            vec!["e17", "e:1"],
            vec!["17", "4294967295"],
            vec!["4294967296"],
            vec!["99999999999"],
            vec!["reply-0000017"],
            vec!["ana"],
            vec![""],
        ];
        for names in no {
            assert_eq!(numbers(&names.iter().copied().map(Some).collect::<Vec<_>>()), None, "{names:?}");
        }
        assert_eq!(numbers(&[None]), None);
    }

    #[test]
    fn whole_numbers_are_names() {
        let of = |values: &[Option<i64>]| Numbers::of_integers(&Series::new("id".into(), values));
        let numbers = of(&[Some(17), None, Some(0)]).expect("numbers");
        assert_eq!(numbers.rows, [17, NONE, 0]);
        let names = [Some("17"), None, Some("0")];
        assert!(numbers.spelled("id").iter().eq(names));
        assert!(of(&[Some(-1)]).is_none() && of(&[Some(i64::from(NONE))]).is_none());
        assert!(Numbers::of_integers(&Series::new("id".into(), [u64::MAX])).is_none());
        assert!(Numbers::of_integers(&Series::new("id".into(), [1.0])).is_none());
    }

    #[test]
    fn no_rows_have_no_names() {
        assert_eq!(Numbers::new(vec![], Written::PLAIN).spelled("id").len(), 0);
        assert_eq!(Numbers::new(vec![NONE], Written::PLAIN).spelled_at(&[]).len(), 0);
        let long = Numbers::new((0..200_000).collect(), Written::PLAIN);
        assert!(long.spelled("id").iter().enumerate().all(|(row, name)| name == Some(row.to_string().as_str())));
    }

    #[test]
    fn what_follows_a_name_is_not_looked_at() {
        let written = Written::ways("e07").last().expect("a way");
        let packed = |name: &str, more: &str| {
            let bytes =
                format!("{name}{more}").bytes().enumerate().fold(0, |all, (i, b)| all | u128::from(b) << (8 * i));
            bytes << BYTES_BEGIN | name.len() as u128
        };
        for more in ["", "9", "xyz", "99999999"] {
            assert_eq!(written.number(packed("e42", more)), Some(42));
            assert_eq!(Written::PLAIN.number(packed("1", more)), Some(1));
        }
        assert_eq!(Written::PLAIN.number(packed("1234567890", "12")), Some(1_234_567_890));
    }

    #[test]
    fn a_null_among_long_names_is_a_null() {
        let column: StringChunked = [Some("message-17"), None, Some("message-18")].into_iter().collect();
        assert!(Numbers::of(&column).expect("numbers").spelled("id").iter().eq(column.iter()));
    }

    #[test]
    fn what_is_written_otherwise_is_none_of_these() {
        let ids = Numbers::of(&["e07", "e99"].into_iter().map(Some).collect()).expect("numbers");
        let others: StringChunked =
            [Some("e99"), Some("e7"), None, Some("e07"), Some("somewhere else")].into_iter().collect();
        assert_eq!(ids.others(&others), [99, NONE, NONE, 7, NONE]);
    }

    proptest! {
        #[test]
        fn names_of_one_length_are_read_alike(
            first in "(a|e:|message-)?[0-9]{1,11}",
            others in prop::collection::vec("(a|e:|f:|message-)?[0-9/:]{0,11}[x0-9]{0,4}", 0..20),
            changes in prop::collection::vec((any::<prop::sample::Index>(), b' '..=b'~'), 0..20),
        ) {
            let changed = |(at, byte): &(prop::sample::Index, u8)| {
                let mut name = first.clone().into_bytes();
                let at = at.index(name.len());
                name[at] = *byte;
                String::from_utf8(name).expect("ASCII")
            };
            let changed: Vec<String> = changes.iter().map(changed).collect();
            let packed = |name: &str| {
                let bytes = name.bytes().take(12).enumerate();
                bytes.fold(0, |all, (i, byte)| all | u128::from(byte) << (8 * i)) << BYTES_BEGIN | name.len() as u128
            };
            for written in Written::ways(&first) {
                let Some(filled) = written.filled() else { continue };
                for name in others.iter().chain(&changed).chain([&first]) {
                    prop_assert_eq!(filled.number(packed(name)), written.number(packed(name)), "{}", name);
                }
            }
        }

        #[test]
        fn numbers_near_and_far_repeat_alike(few in prop::collection::vec(prop::option::of(0u32..20), 0..30)) {
            let of = |scale: u32| {
                let rows = few.iter().map(|n| n.map_or(NONE, |n| n * scale)).collect();
                Numbers::new(rows, Written::PLAIN).repeats()
            };
            let earlier = |row: &usize| few[*row].is_some() && few[..*row].contains(&few[*row]);
            let expected: Vec<usize> = (0..few.len()).filter(earlier).collect();
            prop_assert_eq!(of(1), expected.clone());
            prop_assert_eq!(of(200_000_000), expected);
        }

        #[test]
        fn numbers_are_the_same_where_names_are(
            names in prop::collection::vec(prop::option::of("(a|ab|message-|)0{0,3}[1-9]{0,11}"), 0..6),
        ) {
            let names: Vec<Option<&str>> = names.iter().map(Option::as_deref).collect();
            if let Some(found) = numbers(&names) {
                let column: StringChunked = names.iter().copied().collect();
                let again = Numbers::of(&column).expect("as before").spelled("id");
                prop_assert!(again.iter().eq(column.iter()));
                for (a, x) in names.iter().zip(&found) {
                    prop_assert_eq!(*x == NONE, a.is_none());
                    for (b, y) in names.iter().zip(&found) {
                        prop_assert_eq!(a == b, x == y);
                    }
                }
            }
        }
    }
}
