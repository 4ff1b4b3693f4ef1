//! A text as words.

use super::key::pack;
use super::lexicon::Lexicon;
use super::words::{Name, Word};
use crate::lanes;

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) word: &'static Word,
    pub(crate) negates: bool,
    /// Whether it is written in capitals only.
    pub(crate) shouted: bool,
}

impl Token {
    /// What stands before the first word and after the last.
    pub(crate) const NONE: Self = Self { word: &Word::UNKNOWN, negates: false, shouted: false };

    pub(crate) fn name(&self) -> Name {
        self.word.name
    }
}

/// Appends the words of `text`, in which only ASCII spaces part words.
pub(crate) fn split(text: &str, lexicon: &'static Lexicon, tokens: &mut Vec<Token>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = word_end(bytes, at);
        if end > at {
            tokens.push(token(text, at, end, lexicon));
        }
        at = end + 1;
    }
}

/// The first position from `start` on that is a space, or the end.
///
/// Python's `str.split` parts words at `\t` to `\r` and at `\x1C` to `\x1F` and the space, which follows them.
fn word_end(bytes: &[u8], start: usize) -> usize {
    for at in (start..bytes.len()).step_by(8) {
        let letters = lanes::load(bytes, at);
        let spaces = lanes::between(letters, b'\t', b'\r') | lanes::between(letters, 0x1C, b' ');
        if spaces != 0 {
            return at + lanes::before_first(spaces);
        }
    }
    bytes.len()
}

#[inline]
fn token(text: &str, start: usize, end: usize, lexicon: &'static Lexicon) -> Token {
    let bytes = text.as_bytes();
    let (first, last) = without_punctuation(bytes, start, end);
    let (first, last) = if last - first > 2 { (first, last) } else { (start, end) };
    let packed = pack(bytes, first, last);
    let key = packed.key.filter(|_| packed.is_ascii); // no other word is in the lexicon
    let word = key.map_or(&Word::UNKNOWN, |key| lexicon.find(key));
    let (negates, shouted) = if packed.is_ascii {
        let negates = word.negates || (packed.has_apostrophe && has_not(&bytes[first..last]));
        (negates, packed.has_capital && !packed.has_small)
    } else {
        let letters = stripped(&text[start..end]);
        (has_not(letters.as_bytes()), is_shouted(letters))
    };
    Token { word, negates, shouted }
}

/// As Python strips a word: without punctuation at its ends if that leaves three characters.
fn stripped(word: &str) -> &str {
    let (first, last) = without_punctuation(word.as_bytes(), 0, word.len());
    let stripped = &word[first..last];
    if stripped.chars().nth(2).is_some() { stripped } else { word }
}

/// The bounds of `bytes[start..end]` without punctuation at both ends.
fn without_punctuation(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    let (mut first, mut last) = (start, end);
    while first < last && bytes[first].is_ascii_punctuation() {
        first += 1;
    }
    while first < last && bytes[last - 1].is_ascii_punctuation() {
        last -= 1;
    }
    (first, last)
}

/// Whether the word holds "n't". No character but these has them as its lower case.
fn has_not(word: &[u8]) -> bool {
    word.windows(3).any(|letters| letters.eq_ignore_ascii_case(b"n't"))
}

/// Python's `str.isupper`: some letter is a capital, and none is small or a title letter.
fn is_shouted(word: &str) -> bool {
    let small = |letter: char| letter.is_lowercase() || is_title(letter);
    word.chars().any(char::is_uppercase) && !word.chars().any(small)
}

/// The letters that are a capital and a small one in one character, like `ǅ`.
fn is_title(letter: char) -> bool {
    matches!(letter,
        'ǅ' | 'ǈ' | 'ǋ' | 'ǲ'
        | '\u{1F88}'..='\u{1F8F}' | '\u{1F98}'..='\u{1F9F}' | '\u{1FA8}'..='\u{1FAF}'
        | '\u{1FBC}' | '\u{1FCC}' | '\u{1FFC}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        split(text, Lexicon::shared(), &mut tokens);
        tokens
    }

    fn valence(text: &str) -> Option<f64> {
        tokens(text)[0].word.valence
    }

    #[test]
    fn spaces_are_pythons() {
        assert_eq!(tokens(" a\tb\nc\x0Bd\x1Ce\x1Ff\r\n").len(), 6);
        assert_eq!(tokens("a\0b\x1Bc").len(), 1);
        assert!(tokens(" \t ").is_empty());
    }

    #[test]
    fn punctuation_is_stripped_when_three_characters_are_left() {
        assert_eq!(valence("\"(good)!!\""), valence("good"));
        assert_eq!(valence(":)"), Some(2.0));
        assert_eq!(valence("no!"), None); // two letters would be left
    }

    #[test]
    fn shouting_needs_a_capital_and_no_small_letter() {
        let shouted = |text| tokens(text)[0].shouted;
        assert!(shouted("GOOD"));
        assert!(shouted("A1-B2"));
        assert!(shouted("ÜBER"));
        assert!(!shouted("Good"));
        assert!(!shouted("123"));
        assert!(!shouted("ÜBeR"));
        assert!(!shouted("ǅA"));
        assert!(!shouted("漢字"));
    }

    #[test]
    fn any_word_with_not_negates() {
        for text in ["don't", "DON'T", "shouldn't've", "dön't", "abcdefghijklmnopqrstuvwxyzn't"] {
            assert!(tokens(text)[0].negates, "{text}");
        }
        assert!(!tokens("don’t")[0].negates);
    }
}
