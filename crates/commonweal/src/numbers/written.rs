//! How a name that ends in a number is written, and which number that is.
use polars_arrow::array::View;

use super::NONE;

/// Bits of a view that hold a byte of a short value, and where they begin.
const BYTE: u32 = 8;
pub(super) const BYTES_BEGIN: u32 = 32;

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

    /// The number of a name; none where it is written otherwise, or is too large. `packed` has the length of the name in its lowest 32 bits, then
    /// its bytes, the first in the lowest; what follows them is not looked at. So Arrow has short names in its views, and Parquet in its pages.
    #[inline]
    pub fn number(&self, packed: u128) -> Option<u32> {
        let all = packed as u32;
        let digits = all.wrapping_sub(self.length);
        // No more than ten, that is, and at least one.
        if digits.wrapping_sub(1) >= 10 || all > View::MAX_INLINE_SIZE {
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
        const ZEROS: u128 = 0x3030_3030_3030_3030_3030_3030_3030_3030;
        let room = BYTE * (16 - digits);
        let filled = (number << room) | ZEROS >> (u128::BITS - room);
        let last = of_eight((filled >> u64::BITS) as u64)?;
        if digits <= 8 {
            return Some(last as u32);
        }
        let value = of_eight(filled as u64)? * 100_000_000 + last;
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
