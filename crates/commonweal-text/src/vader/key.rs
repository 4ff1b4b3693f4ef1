//! A word as three integers, lower-cased and compared eight letters at a time.

use crate::lanes;

/// The bytes in a [`Key`]. The longest word of the lexicon has 19.
const LONGEST: usize = 24;

/// A lower-case ASCII word of at most 24 bytes, padded with zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Key([u64; LONGEST / 8]);

impl Key {
    pub(crate) fn hash(self) -> u64 {
        let [first, second, third] = self.0;
        let mixed = first ^ second.rotate_left(29) ^ third.rotate_left(47);
        mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// What one pass over a word tells.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed {
    /// `None` for a word too long to be in the lexicon.
    pub(crate) key: Option<Key>,
    pub(crate) is_ascii: bool,
    pub(crate) has_capital: bool,
    pub(crate) has_small: bool,
    pub(crate) has_apostrophe: bool,
}

/// Packs `bytes[start..end]`. Only whether it is ASCII holds for a word that is not.
#[inline]
pub(crate) fn pack(bytes: &[u8], start: usize, end: usize) -> Packed {
    let mut key = Key::default();
    let (mut capital, mut small, mut apostrophe, mut not_ascii) = (0, 0, 0, 0);
    for (part, at) in (start..end).step_by(8).enumerate() {
        let letters = lanes::first(lanes::load(bytes, at), (end - at).min(8));
        let capitals = lanes::between(letters, b'A', b'Z');
        capital |= capitals;
        small |= lanes::between(letters, b'a', b'z');
        apostrophe |= lanes::between(letters, b'\'', b'\'');
        not_ascii |= lanes::not_ascii(letters);
        if let Some(slot) = key.0.get_mut(part) {
            *slot = lanes::lowered(letters, capitals);
        }
    }
    Packed {
        key: (end - start <= LONGEST).then_some(key),
        is_ascii: not_ascii == 0,
        has_capital: capital != 0,
        has_small: small != 0,
        has_apostrophe: apostrophe != 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn agrees_with_the_plain_reading(before in "[ -~]{0,9}", word in "[\\x00-\\x7f]{1,30}", after in "[ -~]{0,9}") {
            let text = format!("{before}{word}{after}");
            let packed = pack(text.as_bytes(), before.len(), before.len() + word.len());

            let mut padded = word.to_ascii_lowercase().into_bytes();
            padded.resize(LONGEST.max(word.len()), 0);
            let bytes = packed.key.map(|key| key.0.iter().flat_map(|part| part.to_le_bytes()).collect());

            prop_assert_eq!(bytes, (word.len() <= LONGEST).then_some(padded));
            prop_assert!(packed.is_ascii);
            prop_assert_eq!(packed.has_capital, word.bytes().any(|byte| byte.is_ascii_uppercase()));
            prop_assert_eq!(packed.has_small, word.bytes().any(|byte| byte.is_ascii_lowercase()));
            prop_assert_eq!(packed.has_apostrophe, word.contains('\''));
        }

        #[test]
        fn tells_what_is_not_ascii(word in "\\PC{1,30}") {
            prop_assert_eq!(pack(word.as_bytes(), 0, word.len()).is_ascii, word.is_ascii());
        }
    }
}
