//! How a name that ends in a number is written, and which number that is.
use polars_arrow::array::View;

use super::NONE;

/// Bits of a view that hold a byte of a short value, and where they begin.
const BYTE: u32 = 8;
pub(super) const BYTES_BEGIN: u32 = 32;

/// Digits of the largest numbers.
const MOST_DIGITS: u32 = 10;

/// How names are written: what precedes the number, and whether zeros do. Two names so written are the same if their numbers are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The bytes before the number, as a view has them, and how many they are.
    before: u128,
    length: u32,
    /// How many digits each number has, with zeros before it; none where no zeros precede.
    digits: Option<u32>,
}

impl Written {
    /// Digits alone, without zeros before them: as whole numbers are written.
    pub const PLAIN: Self = Self { before: 0, length: 0, digits: None };

    /// The ways in which a name may be written.
    pub fn ways(name: &str) -> impl Iterator<Item = Self> {
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
    pub(super) fn bytes(&self, number: u32) -> ([u8; 16], usize) {
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

    /// The same, for names that all have as many digits: none of others.
    pub fn filled(&self) -> Option<Filled> {
        let digits = self.digits.filter(|digits| *digits <= MOST_DIGITS)?;
        let before = BYTES_BEGIN + BYTE * self.length;
        let length = self.length + digits;
        let known = (1 << before) - 1;
        let digits_at_last = !0 << (u128::BITS - BYTE * digits);
        Some(Filled {
            head: self.before << BYTES_BEGIN | u128::from(length),
            known,
            up: BYTE * (View::MAX_INLINE_SIZE - length),
            digits: digits_at_last,
            zeros: ZEROS & !digits_at_last,
            length: length as usize,
            is_long: digits > 8,
        })
    }

    /// The number of a name; none where it is written otherwise, or is too large. `packed` has the length of the name in its lowest 32 bits, then
    /// its bytes, the first in the lowest; what follows them is not looked at. So Arrow has short names in its views, and Parquet in its pages.
    #[inline]
    pub fn number(&self, packed: u128) -> Option<u32> {
        let all = packed as u32;
        let digits = all.wrapping_sub(self.length);
        // And at least one.
        if digits.wrapping_sub(1) >= MOST_DIGITS || all > View::MAX_INLINE_SIZE {
            return None;
        }
        let bytes = packed >> BYTES_BEGIN;
        let number = bytes >> (BYTE * self.length);
        let as_asked = match self.digits {
            Some(all) => digits == all,
            None => digits == 1 || number as u8 != b'0',
        };
        if !as_asked || bytes & ((1 << (BYTE * self.length)) - 1) != self.before {
            return None;
        }
        // Zeros before them until they are sixteen; there is room for six at least.
        let room = BYTE * (16 - digits);
        let filled = (number << room) | ZEROS >> (u128::BITS - room);
        of_ten(filled, digits > 8)
    }
}

/// Sixteen zeros.
const ZEROS: u128 = 0x3030_3030_3030_3030_3030_3030_3030_3030;

/// [`Written`] of names that all have as many digits: what need not be told anew for each.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// The length of a name, and what precedes the number; and the bits that hold them.
    head: u128,
    known: u128,
    /// How many bits the last digit is to go up to be the last of sixteen, the bits that hold digits then, and zeros for the others.
    up: u32,
    digits: u128,
    zeros: u128,
    length: usize,
    is_long: bool,
}

impl Filled {
    /// How long each name is, in bytes.
    pub fn length(&self) -> usize {
        self.length
    }

    /// As [`Written::number`].
    #[inline]
    pub fn number(&self, packed: u128) -> Option<u32> {
        if (packed ^ self.head) & self.known != 0 {
            return None;
        }
        of_ten(packed << self.up & self.digits | self.zeros, self.is_long)
    }
}

/// The number that the last ten of sixteen digits write, the first in the lowest bits; none where it is too large. The first two are looked at
/// if there are more than eight: the others are zeros.
#[inline]
fn of_ten(digits: u128, is_long: bool) -> Option<u32> {
    let last = of_eight((digits >> u64::BITS) as u64)?;
    if !is_long {
        return Some(last as u32);
    }
    let first = (digits >> (u64::BITS - 2 * BYTE)) as u64 & 0xffff ^ 0x3030;
    let (tens, ones) = (first & 0xff, first >> BYTE);
    if tens > 9 || ones > 9 {
        return None;
    }
    u32::try_from((10 * tens + ones) * 100_000_000 + last).ok().filter(|value| *value != NONE)
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
