//! Where a word ends, a smiley, and a link.
use super::characters::{Fold, JOINS, LETTER, OTHER, SIGN, SPACE, class};
use super::words::Words;
use crate::lanes;

/// Words of more bytes are read anew each time.
const LONGEST_KEPT: usize = 16;

/// Bytes of the longest smiley that is looked for.
const LONGEST_SMILEY: usize = 5;
/// Bytes that are no marks.
const NO_MARK: u8 = SPACE | LETTER | SIGN | OTHER;
/// What may stand after a smiley.
const CLOSING: &[u8] = b"\"').,!?;]}*";

/// Where a word ends, and its bytes as an integer: of a short one that is ASCII, as nearly all are.
#[inline]
pub(super) fn remembered(bytes: &[u8], at: usize) -> Option<(usize, u128)> {
    let (mut length, eight) = letters(bytes, at);
    let mut key = u128::from(eight);
    if length == 8 && at + 8 < bytes.len() {
        let (more, eight) = letters(bytes, at + 8);
        (length, key) = (8 + more, key | u128::from(eight) << 64);
    }
    if matches!(length, 0 | 16) || class_at(bytes, at + length) & (JOINS | OTHER) != 0 {
        return remembered_of_any_length(bytes, at);
    }
    Some((at + length, key))
}

/// How many of eight bytes are letters, digits or `_` before any that is not, and they alone.
#[inline]
fn letters(bytes: &[u8], at: usize) -> (usize, u64) {
    let eight = lanes::load(bytes, at);
    let found = lanes::between(lanes::lowered(eight, lanes::HIGH), b'a', b'z')
        | lanes::between(eight, b'0', b'9')
        | lanes::between(eight, b'_', b'_');
    let length = lanes::before_first(lanes::HIGH & !found);
    let after = u64::MAX.checked_shl(8 * length as u32).unwrap_or(0);
    (length, eight & !after)
}

/// As [`remembered`], byte by byte.
fn remembered_of_any_length(bytes: &[u8], at: usize) -> Option<(usize, u128)> {
    let mut end = at + 1;
    loop {
        let here = class_at(bytes, end);
        let joined = if here & JOINS != 0 { class_at(bytes, end + 1) } else { here };
        if joined & OTHER != 0 || end > at + LONGEST_KEPT {
            return None;
        }
        if joined & LETTER == 0 {
            break;
        }
        end += 1;
    }
    let key = bytes[at..end].iter().rfold(0, |key, byte| key << 8 | u128::from(*byte));
    (end - at <= LONGEST_KEPT).then_some((end, key))
}

#[inline]
fn class_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).map_or(0, |byte| class(*byte))
}

/// Where a smiley ends that VADER rates: what closes a sentence may follow it, as in `:).`, but no other marks, as in `://`.
pub(super) fn end_of_smiley(bytes: &[u8], at: usize, words: &Words) -> Option<usize> {
    if !matches!(bytes[at], b':' | b';' | b'=' | b'>') {
        return None;
    }
    let mut fold = Fold::default();
    let ends = (at..bytes.len().min(at + LONGEST_SMILEY)).take_while(|end| class(bytes[*end]) & NO_MARK == 0);
    let known = ends.filter(|end| {
        fold.next_ascii(bytes[*end]);
        let ends_here = bytes.get(end + 1).is_none_or(|next| class(*next) & NO_MARK != 0 || CLOSING.contains(next));
        *end > at && ends_here && words.find(fold.hash).rating != 0
    });
    known.last().map(|end| end + 1)
}

pub(super) fn is_name(byte: u8) -> bool {
    class(byte) & LETTER != 0
}

#[inline]
pub(super) fn is_link(rest: &[u8]) -> bool {
    let starts = |with: &[u8]| rest.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    matches!(rest[0], b'h' | b'H' | b'w' | b'W') && (starts(b"http://") || starts(b"https://") || starts(b"www."))
}

pub(super) fn end_of_link(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len()).find(|i| bytes[*i].is_ascii_whitespace()).unwrap_or(bytes.len())
}
