//! Names that differ in a number only, such as `17` or `e000000017`, as that number: most ids are such, and numbers are compared, counted
//! and looked up without a hash.
use polars::prelude::*;
use polars_arrow::array::{Array, Utf8ViewArray, View};
use rayon::prelude::*;

/// The code, or the number, of a null.
pub(crate) const NONE: u32 = u32::MAX;

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 16;

/// Bits of a view that hold a byte of a short value, and where they begin.
const BYTE: u32 = 8;
const BYTES_BEGIN: u32 = 32;

/// How names are written: what precedes the number, and whether zeros do. Two names so written are the same if their numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The bytes before the number, as a view has them, and how many they are.
    before: u128,
    length: u32,
    /// How many digits each number has, with zeros before it; none where no zeros precede.
    digits: Option<u32>,
}

/// A column of such names.
#[derive(Debug)]
pub(crate) struct Numbers {
    /// The number of each row, [`NONE`] for null.
    pub(crate) rows: Vec<u32>,
    pub(crate) written: Written,
}

impl Written {
    /// The ways in which a name may be written.
    fn ways(name: &str) -> impl Iterator<Item = Self> {
        let (length, short) = (name.len(), name.len() <= View::MAX_INLINE_SIZE as usize);
        let digits = name.bytes().rev().take_while(u8::is_ascii_digit).count();
        let before = name.bytes().take(length - digits).enumerate();
        let before =
            before.take(size_of::<u128>()).fold(0, |all, (i, byte)| all | u128::from(byte) << (BYTE * i as u32));
        let is_plain = digits == 1 || name.as_bytes().get(length - digits).is_some_and(|first| *first != b'0');
        let way = move |digits_of_all| Self { before, length: (length - digits) as u32, digits: digits_of_all };
        let (plain, filled) = (way(None), way(Some(digits as u32)));
        let known = short && digits > 0;
        [(known && is_plain).then_some(plain), known.then_some(filled)].into_iter().flatten()
    }

    /// The bytes of the name of a number, and how many they are.
    fn bytes(&self, number: u32) -> ([u8; 16], usize) {
        let mut bytes = self.before.to_le_bytes();
        let digits = self.digits.unwrap_or_else(|| number.checked_ilog10().unwrap_or(0) + 1);
        let length = (self.length + digits) as usize;
        let mut rest = number;
        for byte in bytes[self.length as usize..length].iter_mut().rev() {
            *byte = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        (bytes, length)
    }

    /// The number of a name; none where it is written otherwise, or is too large.
    #[inline]
    fn number(&self, view: &View) -> Option<u32> {
        let digits = view.length.wrapping_sub(self.length);
        // No more than ten, that is, and at least one.
        if digits.wrapping_sub(1) >= 10 || view.length > View::MAX_INLINE_SIZE {
            return None;
        }
        let bytes = view.as_u128() >> BYTES_BEGIN;
        let number = bytes >> (BYTE * self.length);
        let as_asked = match self.digits {
            Some(all) => digits == all,
            None => digits == 1 || number as u8 != b'0',
        };
        if !as_asked || bytes & ((1 << (BYTE * self.length)) - 1) != self.before {
            return None;
        }
        if digits <= 8 {
            const ZEROS: u64 = 0x3030_3030_3030_3030;
            let room = BYTE * (8 - digits);
            let zeros = if room > 0 { ZEROS >> (u64::BITS - room) } else { 0 };
            return of_eight(((number as u64) << room) | zeros).map(|value| value as u32);
        }
        let first = digits - 8;
        let high = (0..first).try_fold(0, |high, i| {
            let digit = u64::from((number >> (BYTE * i)) as u8).wrapping_sub(u64::from(b'0'));
            (digit < 10).then_some(high * 10 + digit)
        })?;
        let value = high * 100_000_000 + of_eight((number >> (BYTE * first)) as u64)?;
        u32::try_from(value).ok().filter(|value| *value != NONE)
    }
}

/// The number that eight digits write, the first in the lowest bits; none where one is no digit. All are read at once.
#[inline]
fn of_eight(digits: u64) -> Option<u64> {
    const HIGH: u64 = 0xf0f0_f0f0_f0f0_f0f0;
    let above_nine = digits.wrapping_add(0x0606_0606_0606_0606);
    if digits & HIGH | (above_nine & HIGH) >> 4 != 0x3333_3333_3333_3333 {
        return None;
    }
    let pairs = (digits & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2_561) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    Some((fours & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32)
}

impl Numbers {
    /// The numbers of a column; none where not all of its names are written in one way.
    pub(crate) fn of(strings: &StringChunked) -> Option<Self> {
        let first = strings.iter().flatten().next()?;
        Written::ways(first).find_map(|written| {
            let found = Self::read(strings, move |view| written.number(view));
            found.map(|rows| Self { rows, written })
        })
    }

    /// The numbers of another column, whose names these may be; [`NONE`] for one that is written otherwise, which none of these is.
    pub(crate) fn others(&self, strings: &StringChunked) -> Vec<u32> {
        Self::read(strings, |view| Some(self.written.number(view).unwrap_or(NONE))).unwrap_or_default()
    }

    /// The numbers of a column that is written as these are; none where it is not.
    pub(crate) fn alike(&self, strings: &StringChunked) -> Option<Self> {
        let rows = Self::read(strings, |view| self.written.number(view))?;
        Some(Self { rows, written: self.written })
    }

    /// The names.
    pub(crate) fn spelled(&self, name: &str) -> StringChunked {
        let spell = |numbers: &[u32]| {
            let mut names = StringChunkedBuilder::new(PlSmallStr::from_str(name), numbers.len());
            for number in numbers {
                if *number == NONE {
                    names.append_null();
                    continue;
                }
                let (bytes, length) = self.written.bytes(*number);
                names.append_option(std::str::from_utf8(&bytes[..length]).ok());
            }
            names.finish()
        };
        let pieces: Vec<StringChunked> = self.rows.par_chunks(AT_ONCE).map(spell).collect();
        let arrays = pieces.iter().flat_map(|piece| piece.downcast_iter().cloned());
        StringChunked::from_chunk_iter(PlSmallStr::from_str(name), arrays).rechunk().into_owned()
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

    /// How many numbers there may be, from 0, if they lie dense enough that a place is kept for each: `places` for a row, at most.
    pub(crate) fn range(&self, places: usize) -> Option<usize> {
        let known = self.rows.par_iter().copied().filter(|number| *number != NONE);
        let range = known.max().map_or(0, |last| last as usize + 1);
        (range <= places.saturating_mul(self.rows.len())).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn numbers(names: &[Option<&str>]) -> Option<Vec<u32>> {
        Numbers::of(&names.iter().copied().collect()).map(|numbers| numbers.rows)
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
