//! Eight bytes at once, in one integer.
//!
//! A question is answered in the highest bit of each byte; the first byte of the text is the lowest of the integer.

/// Eight copies of one byte.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The highest bit of each byte: yes for all.
pub(crate) const HIGH: u64 = each(0x80);

/// The eight bytes from `at`, which is in `bytes`, with zeros after the last.
#[inline]
pub(crate) fn load(bytes: &[u8], at: usize) -> u64 {
    let rest = &bytes[at..];
    if let Some(chunk) = rest.first_chunk() {
        return u64::from_le_bytes(*chunk);
    }
    if let Some(chunk) = bytes.last_chunk() {
        return u64::from_le_bytes(*chunk) >> (8 * (8 - rest.len()));
    }
    let mut padded = [0; 8];
    padded[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(padded)
}

/// The first `count` bytes, from one to eight, and zeros.
#[inline]
pub(crate) fn first(lanes: u64, count: usize) -> u64 {
    lanes & (u64::MAX >> (64 - 8 * count))
}

/// Which bytes are from `low` to `high`, both ASCII.
#[inline]
pub(crate) fn between(lanes: u64, low: u8, high: u8) -> u64 {
    // Without their highest bits, bytes do not carry into the next.
    let seven_bits = lanes & !HIGH;
    let from_low = seven_bits + each(0x80 - low);
    let past_high = seven_bits + each(0x7F - high);
    from_low & !past_high & !lanes & HIGH
}

/// Which bytes are not ASCII.
#[inline]
pub(crate) fn not_ascii(lanes: u64) -> u64 {
    lanes & HIGH
}

/// Makes capitals small.
#[inline]
pub(crate) fn lowered(lanes: u64, capitals: u64) -> u64 {
    lanes | capitals >> 2 // 0x80 >> 2 is 0x20, the bit between 'A' and 'a'
}

/// How many bytes are before the first for which the answer is yes; eight if it is no for all.
#[inline]
pub(crate) fn before_first(answer: u64) -> usize {
    answer.trailing_zeros() as usize / 8
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn loads_what_is_there(bytes in prop::collection::vec(any::<u8>(), 1..20), at in 0usize..20) {
            let at = at % bytes.len();
            let mut expected = bytes[at..].to_vec();
            expected.resize(expected.len().max(8), 0);
            expected.truncate(8);
            prop_assert_eq!(load(&bytes, at).to_le_bytes().to_vec(), expected);
        }

        #[test]
        fn answers_for_each_byte(bytes in any::<[u8; 8]>(), low in 0u8..128, high in 0u8..128) {
            let (low, high) = (low.min(high), low.max(high));
            let answers = between(u64::from_le_bytes(bytes), low, high).to_le_bytes();
            for (byte, answer) in bytes.into_iter().zip(answers) {
                prop_assert_eq!(answer == 0x80, (low..=high).contains(&byte));
            }
        }
    }
}
