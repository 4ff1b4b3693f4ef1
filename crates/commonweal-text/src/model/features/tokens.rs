//! A text as tokens: words, marks, mentions and links, in small letters.

use std::ops::Range;

use super::characters::{
    CAPITAL, ENDS, Fold, JOINS, LETTER, OTHER, SIGN, SMALL, SPACE, char_at, class, is_ignored, is_latin, is_letter, mix,
};
use super::ends::{end_of_link, end_of_smiley, is_link, is_name, remembered};
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

/// What the characters of a word tell, wherever it stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Word {
    hash: u32,
    pub(crate) known: Known,
    /// Folded characters.
    length: u16,
    shouted: bool,
    stretched: bool,
    /// Whether it ends with "n't".
    has_not: bool,
}

/// A memory of words.
pub(crate) trait Recall {
    /// The word of these bytes, if it is known, with what its letters tell.
    fn recall(&mut self, key: u128) -> Option<Word>;

    /// Whether it takes a word that has been read, with its letters.
    fn take(&mut self, key: u128, word: Word, folded: &[u32]) -> bool;
}

/// Nothing is known: each word is read.
impl Recall for () {
    fn recall(&mut self, _: u128) -> Option<Word> {
        None
    }

    fn take(&mut self, _: u128, _: Word, _: &[u32]) -> bool {
        false
    }
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
    /// Folded characters of words, and those of them that are not Latin letters.
    pub(crate) letters: usize,
    pub(crate) not_latin: usize,
}

/// A negation reaches this many words.
const REACH: u32 = 4;

impl Tokens {
    /// Reads what of a text is its author's own, in place of the last. Words that the memory has have no folded characters here.
    pub(crate) fn read(&mut self, text: &str, memory: &mut impl Recall) {
        self.folded.clear();
        self.all.clear();
        (self.exclamations, self.questions, self.dots) = (0, 0, 0);
        (self.stretched, self.letters, self.not_latin) = (false, 0, 0);
        let words = Words::shared();
        for piece in prose::pieces(text) {
            let before = self.all.len();
            self.read_piece(piece, words, memory);
            let offset = (piece.as_ptr() as usize - text.as_ptr() as usize) as u32;
            if offset > 0 {
                for token in &mut self.all[before..] {
                    token.place = token.place.start + offset..token.place.end + offset;
                }
            }
        }
    }

    fn read_piece(&mut self, text: &str, words: &Words, memory: &mut impl Recall) {
        let bytes = text.as_bytes();
        let (mut at, mut reach) = (0, 0);
        while let Some(&byte) = bytes.get(at) {
            let class = class(byte);
            if class & SPACE != 0 {
                at += 1;
            } else if class & LETTER != 0 {
                if is_link(&bytes[at..]) {
                    at = self.single(Kind::Link, at, end_of_link(bytes, at), "http", words);
                } else {
                    (at, reach) = self.word(text, at, reach, words, memory);
                }
            } else if class & OTHER != 0 {
                let Some(c) = char_at(text, at) else { break };
                if is_ignored(c) || c.is_whitespace() {
                    at += c.len_utf8();
                } else if is_letter(c) {
                    (at, reach) = self.word(text, at, reach, words, memory);
                } else {
                    (at, reach) = self.mark(text, at, reach, words);
                }
            } else if byte == b'@' && bytes.get(at + 1).is_some_and(|next| is_name(*next)) {
                let end = (at + 1..bytes.len()).find(|i| !is_name(bytes[*i])).unwrap_or(bytes.len());
                at = self.single(Kind::Mention, at, end, "@user", words);
            } else if byte == b'#' && char_at(text, at + 1).is_some_and(is_letter) {
                (at, reach) = self.word(text, at, reach, words, memory);
            } else {
                (at, reach) = self.mark(text, at, reach, words);
            }
        }
    }

    fn single(&mut self, kind: Kind, at: usize, end: usize, name: &str, words: &Words) -> usize {
        let start = self.folded.len() as u32;
        let mut fold = Fold::default();
        self.folded.extend(name.bytes().filter_map(|byte| fold.next_ascii(byte)));
        self.push(kind, start, at..end, fold.hash, words);
        end
    }

    /// Takes a word that starts at `at`, where a negation reaches `reach` words. Tells where the word ends, and what is reached then.
    #[inline]
    fn word(&mut self, text: &str, at: usize, reach: u32, words: &Words, memory: &mut impl Recall) -> (usize, u32) {
        let found = remembered(text.as_bytes(), at);
        let start = self.folded.len();
        let recalled = found.and_then(|(end, key)| memory.recall(key).map(|word| (end, word)));
        let (end, word) = recalled.unwrap_or_else(|| {
            let (end, word) = self.spell(text, at, words);
            if found.is_some_and(|(_, key)| memory.take(key, word, &self.folded[start..])) {
                self.folded.truncate(start);
            }
            (end, word)
        });
        let Word { hash, known, length, shouted, stretched, has_not } = word;
        self.stretched |= stretched;
        self.letters += length as usize;
        let reach = if known.turns() { 0 } else { reach };
        let (folded, place) = (start as u32..self.folded.len() as u32, at as u32..end as u32);
        self.all.push(Token { kind: Kind::Word, folded, place, hash, known, shouted, negated: reach > 0 });
        (end, if known.negates() || has_not { REACH } else { reach.saturating_sub(1) })
    }

    /// Reads a word letter by letter. Tells where it ends.
    fn spell(&mut self, text: &str, at: usize, words: &Words) -> (usize, Word) {
        let start = self.folded.len();
        let bytes = text.as_bytes();
        let mut fold = Fold::default();
        let (mut capitals, mut small) = (0, false);
        let mut end = at;
        while let Some(&byte) = bytes.get(end) {
            let class = class(byte);
            if class & OTHER == 0 {
                let inner = class & LETTER != 0
                    || (end == at && byte == b'#')
                    || (class & JOINS != 0 && end > at && char_at(text, end + 1).is_some_and(is_letter));
                if !inner {
                    break;
                }
                capitals += u32::from(class & CAPITAL != 0);
                small |= class & SMALL != 0;
                if let Some(folded) = fold.next_ascii(byte) {
                    self.folded.push(folded);
                }
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
                if let Some(folded) = fold.next(c) {
                    self.not_latin += usize::from(!is_latin(folded));
                    self.folded.push(folded);
                }
            }
            end = after;
        }
        let folded = &self.folded[start..];
        let word = Word {
            hash: mix(fold.hash),
            known: words.find(fold.hash),
            length: u16::try_from(folded.len()).unwrap_or(u16::MAX), // one more fills the text, and is ASCII
            shouted: capitals > 1 && !small,
            stretched: fold.stretched,
            has_not: folded.ends_with(&['n' as u32, '\'' as u32, 't' as u32]),
        };
        (end, word)
    }

    /// Reads marks that stand together, one emoji, or a smiley among marks. Tells the same as [`Tokens::word`].
    fn mark(&mut self, text: &str, at: usize, reach: u32, words: &Words) -> (usize, u32) {
        let start = self.folded.len() as u32;
        let bytes = text.as_bytes();
        let mut fold = Fold::default();
        let mut seen = 0;
        let mut end = at;
        let until = end_of_smiley(bytes, at, words).unwrap_or(usize::MAX);
        while let Some(&byte) = bytes.get(end).filter(|_| end < until) {
            let class = class(byte);
            if class & OTHER == 0 {
                let parted = class & (SPACE | LETTER | SIGN) != 0;
                if end > at && (parted || until == usize::MAX && end_of_smiley(bytes, end, words).is_some()) {
                    break;
                }
                self.exclamations += u32::from(byte == b'!');
                self.questions += u32::from(byte == b'?');
                self.dots += u32::from(byte == b'.');
                seen |= class;
                self.folded.extend(fold.next_ascii(byte));
                end += 1;
                continue;
            }
            let Some(c) = char_at(text, end) else { break };
            let pictured = c as u32 >= 0x2190;
            if end > at && (pictured || c.is_whitespace() || is_letter(c)) {
                break;
            }
            self.dots += 3 * u32::from(c == '…');
            if !is_ignored(c) {
                self.folded.extend(fold.next(c));
            }
            end += c.len_utf8();
            if pictured {
                break;
            }
        }
        self.push(Kind::Mark, start, at..end, fold.hash, words);
        (end, if seen & ENDS != 0 { 0 } else { reach })
    }

    /// Keeps a token that is no word.
    fn push(&mut self, kind: Kind, start: u32, place: Range<usize>, hash: u64, words: &Words) {
        let folded = start..self.folded.len() as u32;
        let place = place.start as u32..place.end as u32;
        let known = words.find(hash);
        self.all.push(Token { kind, folded, place, hash: mix(hash), known, shouted: false, negated: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Tokens {
        let mut tokens = Tokens::default();
        tokens.read(text, &mut ());
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
    fn smileys_stand_apart_from_marks() {
        assert_eq!(spelled("no :(\""), ["no", ":(", "\""]);
        assert_eq!(spelled("thanks :). (yes ;)) ok!:)"), ["thanks", ":)", ".", "(", "yes", ";)", ")", "ok", "!", ":)"]);
        assert_eq!(spelled("no >:( a://b x :-) ::) :("), ["no", ">:(", "a", "://", "b", "x", ":-)", ":", ":)", ":("]);
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
