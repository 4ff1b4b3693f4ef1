//! A text as tokens: words, marks, mentions and links, in small letters.

use std::ops::Range;

use super::words::{Known, Words};
use crate::question::prose;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Word,
    /// Punctuation, or an emoji.
    Mark,
    /// `@name`: all are one.
    Mention,
    /// The address of a page: all are one.
    Link,
}

/// A token of a text.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    /// Where its folded characters are.
    pub(crate) folded: Range<u32>,
    /// Where it stands in the text, in bytes.
    pub(crate) place: Range<u32>,
    pub(crate) hash: u32,
    pub(crate) known: Known,
    /// Two capitals at least and no small letter.
    pub(crate) shouted: bool,
    pub(crate) negated: bool,
}

/// Makes characters alike that mean the same: small letters, one kind of apostrophe, 0 for any digit, at most two in a row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Fold {
    last: u32,
    run: u32,
    /// Whether a third in a row was left out.
    pub(crate) stretched: bool,
}

impl Fold {
    /// The folded character, or none where it is a third in a row.
    #[inline]
    pub(crate) fn next(&mut self, c: char) -> Option<u32> {
        let folded = match c {
            'a'..='z' => c as u32,
            'A'..='Z' => c as u32 | 0x20,
            '0'..='9' => '0' as u32,
            '’' | '‘' => '\'' as u32,
            _ if c.is_ascii() => c as u32,
            _ => c.to_lowercase().next().unwrap_or(c) as u32,
        };
        self.run = if folded == self.last { self.run + 1 } else { 1 };
        self.last = folded;
        if self.run > 2 {
            self.stretched |= folded != '0' as u32;
            return None;
        }
        Some(folded)
    }
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

fn add(hash: u64, folded: u32) -> u64 {
    (hash ^ u64::from(folded)).wrapping_mul(0x0000_0100_0000_01B3)
}

/// The hash of a word from its folded characters.
pub(crate) fn word_hash(folded: impl Iterator<Item = u32>) -> u64 {
    folded.fold(START, add)
}

/// Mixes the bits of a hash until each depends on all.
#[inline]
pub(crate) fn mix(hash: u64) -> u32 {
    let h = (hash ^ (hash >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    ((h ^ (h >> 32)).wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as u32
}

/// The tokens of a text, with what counting its characters told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tokens {
    pub(crate) folded: Vec<u32>,
    pub(crate) all: Vec<Token>,
    pub(crate) exclamations: u32,
    pub(crate) questions: u32,
    pub(crate) dots: u32,
    /// Whether some character stood three times in a row.
    pub(crate) stretched: bool,
}

/// A negation reaches this many words.
const REACH: u32 = 4;

impl Tokens {
    /// Reads what of a text is its author's own, in place of the last.
    pub(crate) fn read(&mut self, text: &str) {
        self.folded.clear();
        self.all.clear();
        (self.exclamations, self.questions, self.dots, self.stretched) = (0, 0, 0, false);
        for piece in prose::pieces(text) {
            let before = self.all.len();
            self.read_piece(piece);
            let offset = (piece.as_ptr() as usize - text.as_ptr() as usize) as u32;
            for token in &mut self.all[before..] {
                token.place = token.place.start + offset..token.place.end + offset;
            }
        }
    }

    fn read_piece(&mut self, text: &str) {
        let words = Words::shared();
        let bytes = text.as_bytes();
        let mut at = 0;
        let mut reach = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            if byte == b' ' || byte.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            let Some(c) = char_at(text, at) else { break };
            if is_ignored(c) || c.is_whitespace() {
                at += c.len_utf8();
                continue;
            }
            let next = bytes.get(at + 1).copied().unwrap_or(b' ');
            let end = if is_link(&bytes[at..]) {
                self.single(Kind::Link, at, word_end_of_link(bytes, at), "http", words)
            } else if byte == b'@' && (next.is_ascii_alphanumeric() || next == b'_') {
                let end = (at + 1..bytes.len()).find(|i| !is_name(bytes[*i])).unwrap_or(bytes.len());
                self.single(Kind::Mention, at, end, "@user", words)
            } else if is_letter(c) || (byte == b'#' && char_at(text, at + 1).is_some_and(is_letter)) {
                self.word(text, at, words)
            } else {
                self.mark(text, at, words)
            };
            at = end;
            if let Some(token) = self.all.last_mut() {
                reach = negate(token, &self.folded, reach);
            }
        }
    }

    fn single(&mut self, kind: Kind, at: usize, end: usize, name: &str, words: &Words) -> usize {
        let start = self.folded.len() as u32;
        self.folded.extend(name.chars().map(u32::from));
        self.push(kind, start, at..end, false, words);
        end
    }

    /// Reads a word that starts at `at`, and tells where it ends.
    fn word(&mut self, text: &str, at: usize, words: &Words) -> usize {
        let start = self.folded.len() as u32;
        let bytes = text.as_bytes();
        let mut fold = Fold::default();
        let (mut capitals, mut small) = (0, false);
        let mut end = at;
        while end < bytes.len() {
            let byte = bytes[end];
            if byte.is_ascii() {
                let inner = byte.is_ascii_alphanumeric()
                    || byte == b'_'
                    || (end == at && byte == b'#')
                    || (matches!(byte, b'\'' | b'-') && end > at && char_at(text, end + 1).is_some_and(is_letter));
                if !inner {
                    break;
                }
                capitals += u32::from(byte.is_ascii_uppercase());
                small |= byte.is_ascii_lowercase();
                self.folded.extend(fold.next(char::from(byte)));
                end += 1;
                continue;
            }
            let Some(c) = char_at(text, end) else { break };
            let after = end + c.len_utf8();
            if !is_ignored(c) {
                let apostrophe = matches!(c, '’' | '‘') && char_at(text, after).is_some_and(is_letter);
                if !apostrophe && !is_letter(c) {
                    break;
                }
                capitals += u32::from(c.is_uppercase());
                small |= c.is_lowercase();
                self.folded.extend(fold.next(c));
            }
            end = after;
        }
        self.stretched |= fold.stretched;
        self.push(Kind::Word, start, at..end, capitals > 1 && !small, words);
        end
    }

    /// Reads marks that stand together, or one emoji.
    fn mark(&mut self, text: &str, at: usize, words: &Words) -> usize {
        let start = self.folded.len() as u32;
        let mut fold = Fold::default();
        let mut end = at;
        while let Some(c) = char_at(text, end) {
            let pictured = c as u32 >= 0x2190;
            if end > at && (pictured || c.is_whitespace() || is_letter(c) || c == '@' || c == '#') {
                break;
            }
            match c {
                '!' => self.exclamations += 1,
                '?' => self.questions += 1,
                '.' => self.dots += 1,
                '…' => self.dots += 3,
                _ => {}
            }
            if !is_ignored(c) {
                self.folded.extend(fold.next(c));
            }
            end += c.len_utf8();
            if pictured {
                break;
            }
        }
        self.push(Kind::Mark, start, at..end, false, words);
        end
    }

    fn push(&mut self, kind: Kind, start: u32, place: Range<usize>, shouted: bool, words: &Words) {
        let folded = start..self.folded.len() as u32;
        let hash = word_hash(self.folded[start as usize..].iter().copied());
        let known = words.find(hash);
        let place = place.start as u32..place.end as u32;
        self.all.push(Token { kind, folded, place, hash: mix(hash), known, shouted, negated: false });
    }
}

/// Marks a token as negated where a negation reaches it, and tells how far one reaches from here.
fn negate(token: &mut Token, folded: &[u32], reach: u32) -> u32 {
    let folded = &folded[token.folded.start as usize..token.folded.end as usize];
    if token.kind != Kind::Word {
        let ends = folded.iter().any(|c| char::from_u32(*c).is_some_and(|c| ".,;:!?()".contains(c)));
        return if ends { 0 } else { reach };
    }
    let reach = if token.known.turns() { 0 } else { reach };
    token.negated = reach > 0;
    if token.known.negates() || folded.ends_with(&['n' as u32, '\'' as u32, 't' as u32]) {
        return REACH;
    }
    reach.saturating_sub(1)
}

#[inline]
fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text.get(at..)?.chars().next(),
    }
}

#[inline]
fn is_letter(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || (!c.is_ascii() && c.is_alphanumeric())
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// What is not seen: joiners, marks of direction, accents and variants that combine with what is before.
fn is_ignored(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_link(rest: &[u8]) -> bool {
    let starts = |with: &[u8]| rest.get(..with.len()).is_some_and(|head| head.eq_ignore_ascii_case(with));
    matches!(rest[0], b'h' | b'H' | b'w' | b'W') && (starts(b"http://") || starts(b"https://") || starts(b"www."))
}

fn word_end_of_link(bytes: &[u8], at: usize) -> usize {
    (at..bytes.len()).find(|i| bytes[*i].is_ascii_whitespace()).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tokens {
        let mut tokens = Tokens::default();
        tokens.read(text);
        tokens
    }

    fn spelled(text: &str) -> Vec<String> {
        let tokens = read(text);
        let spell = |token: &Token| {
            let folded = &tokens.folded[token.folded.start as usize..token.folded.end as usize];
            folded.iter().filter_map(|c| char::from_u32(*c)).collect()
        };
        tokens.all.iter().map(spell).collect()
    }

    #[test]
    fn tokens_are_words_and_marks() {
        assert_eq!(spelled("I don’t LIKE it!!!! :)"), ["i", "don't", "like", "it", "!!", ":)"]);
        assert_eq!(
            spelled("@ana_b see https://a.b/c?d=1 #Rust-lang v2.15"),
            ["@user", "see", "http", "#rust-lang", "v0", ".", "00"]
        );
        assert_eq!(spelled("sooooo 😀😀x"), ["soo", "😀", "😀", "x"]);
        assert_eq!(spelled("Łódź ПРИВЕТ"), ["łódź", "привет"]);
    }

    #[test]
    fn what_is_not_seen_is_not_read() {
        assert_eq!(spelled("f\u{200b}o\u{200d}o"), spelled("foo"));
        assert_eq!(spelled("\u{202e}foo\u{202c}"), ["foo"]);
        assert!(spelled("\u{feff}\u{200d} \u{300}").is_empty());
    }

    #[test]
    fn negations_reach_four_words() {
        let negated = |text: &str| read(text).all.iter().map(|token| u8::from(token.negated)).collect::<Vec<_>>();
        assert_eq!(negated("not a b c d e"), [0, 1, 1, 1, 1, 0]);
        assert_eq!(negated("isn't a, b"), [0, 1, 0, 0]);
        assert_eq!(negated("never a but b"), [0, 1, 0, 0]);
    }

    #[test]
    fn shouting_needs_two_capitals() {
        let shouted = |text: &str| read(text).all[0].shouted;
        assert!(shouted("NO") && shouted("ÜBER") && !shouted("I") && !shouted("No"));
    }

    proptest::proptest! {
        #[test]
        fn tokens_lie_in_the_text_one_after_another(text in "\\PC{0,60}") {
            let mut end = 0;
            for token in read(&text).all {
                assert!(token.place.start >= end && token.place.end > token.place.start);
                assert!(text.get(token.place.start as usize..token.place.end as usize).is_some());
                end = token.place.end;
            }
        }
    }
}
