//! Characters: their classes, and what makes those alike that mean the same.

/// A letter, a digit or `_`.
pub(super) const LETTER: u8 = 1;
pub(super) const CAPITAL: u8 = 2;
pub(super) const SMALL: u8 = 4;
pub(super) const SPACE: u8 = 8;
/// Ends what a negation reaches.
pub(super) const ENDS: u8 = 16;
/// A mark that begins another token than marks are.
pub(super) const SIGN: u8 = 32;
/// Part of a word between letters.
pub(super) const JOINS: u8 = 128;
/// A byte of a character that is not ASCII.
pub(super) const OTHER: u8 = 64;

/// The classes of a byte.
#[inline]
pub(super) fn class(byte: u8) -> u8 {
    const CLASSES: [u8; 256] = classes();
    CLASSES[byte as usize]
}

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut at = 0;
    while at < classes.len() {
        classes[at] = match at as u8 {
            b'A'..=b'Z' => LETTER | CAPITAL,
            b'a'..=b'z' => LETTER | SMALL,
            b'0'..=b'9' | b'_' => LETTER,
            b'\t'..=b'\r' | b' ' => SPACE,
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'(' | b')' => ENDS,
            b'@' | b'#' => SIGN,
            b'\'' | b'-' => JOINS,
            0..=127 => 0,
            128..=255 => OTHER,
        };
        at += 1;
    }
    classes
}

/// Small letters, and 0 for any digit, of ASCII.
const FOLDED: [u8; 128] = folded();

const fn folded() -> [u8; 128] {
    let mut folded = [0; 128];
    let mut at = 0;
    while at < folded.len() {
        let byte = at as u8;
        folded[at] = if byte.is_ascii_digit() { b'0' } else { byte.to_ascii_lowercase() };
        at += 1;
    }
    folded
}

/// Makes characters alike that mean the same: small letters, one kind of apostrophe, 0 for any digit, at most two in a row. Hashes them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fold {
    last: u32,
    last_but_one: u32,
    /// Whether a third in a row was left out.
    pub(super) stretched: bool,
    /// Of the folded characters so far.
    pub(super) hash: u64,
}

impl Default for Fold {
    fn default() -> Self {
        Self { last: u32::MAX, last_but_one: u32::MAX, stretched: false, hash: 0xcbf2_9ce4_8422_2325 }
    }
}

impl Fold {
    /// The hash of a whole word.
    pub(super) fn hash_of(word: &str) -> u64 {
        let mut fold = Self::default();
        word.chars().for_each(|c| _ = fold.next(c));
        fold.hash
    }

    /// The folded character, or none where it is a third in a row.
    #[inline]
    pub(super) fn next(&mut self, c: char) -> Option<u32> {
        self.take(match c {
            '’' | '‘' => '\'' as u32,
            _ if c.is_ascii() => u32::from(FOLDED[c as usize]),
            _ => c.to_lowercase().next().unwrap_or(c) as u32,
        })
    }

    /// As [`Fold::next`], of a byte of ASCII.
    #[inline]
    pub(super) fn next_ascii(&mut self, byte: u8) -> Option<u32> {
        self.take(u32::from(FOLDED[usize::from(byte & 127)]))
    }

    #[inline]
    fn take(&mut self, folded: u32) -> Option<u32> {
        if folded == self.last && folded == self.last_but_one {
            self.stretched |= folded != '0' as u32;
            return None;
        }
        self.last_but_one = self.last;
        self.last = folded;
        self.hash = (self.hash ^ u64::from(folded)).wrapping_mul(0x0000_0100_0000_01B3);
        Some(folded)
    }
}

/// Mixes the bits of a hash until each depends on all.
#[inline]
pub(crate) fn mix(hash: u64) -> u32 {
    let h = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as u32
}

#[inline]
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

#[inline]
pub(super) fn is_letter(c: char) -> bool {
    if c.is_ascii() { class(c as u8) & LETTER != 0 } else { c.is_alphanumeric() }
}

/// What is not seen: joiners, marks of direction, accents and variants that combine with what is before.
pub(super) fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Latin letters, and what belongs to no script.
pub(super) fn is_latin(folded: u32) -> bool {
    folded < 0x250 || (0x1E00..0x1F00).contains(&folded) || (0x2000..0x2E80).contains(&folded)
}
