//! The table of words, shared by all scorers.

use std::sync::OnceLock;

use super::key::{Key, pack};
use super::words::{BOOST, DAMPENERS, INTENSIFIERS, NAMES, NEGATIONS, Word};

/// `word TAB mean rating TAB ...`, one a line. See `data/README.md`.
const VADER_LEXICON: &str = include_str!("../../data/vader_lexicon.txt");

const SLOT_BITS: u32 = 14;
const SLOTS: usize = 1 << SLOT_BITS;

/// Where a word is. Most words of a message are not in the table, and the tag tells so without a look at the words themselves.
#[derive(Clone, Copy)]
struct Slot {
    tag: u16,
    index: u16,
}

impl Slot {
    const EMPTY: Self = Self { tag: 0, index: u16::MAX };
}

/// Each word that VADER knows: a hash table with linear probing, half full.
pub(crate) struct Lexicon {
    slots: Box<[Slot; SLOTS]>,
    words: Vec<(Key, Word)>,
}

impl Lexicon {
    /// The one lexicon, built at the first call.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Lexicon> = OnceLock::new();
        SHARED.get_or_init(Self::build)
    }

    #[inline]
    pub(crate) fn find(&self, key: Key) -> &Word {
        match self.probe(key) {
            Ok(index) => &self.words[index].1,
            Err(_) => &Word::UNKNOWN,
        }
    }

    fn build() -> Self {
        let mut lexicon = Self { slots: Box::new([Slot::EMPTY; SLOTS]), words: Vec::with_capacity(SLOTS / 2) };
        for (word, valence) in lexicon_lines() {
            lexicon.entry(word).valence = Some(valence);
        }
        for word in INTENSIFIERS.split(' ') {
            lexicon.entry(word).boost = BOOST;
        }
        for word in DAMPENERS.split(' ') {
            lexicon.entry(word).boost = -BOOST;
        }
        for word in NEGATIONS.split(' ') {
            lexicon.entry(word).negates = true;
        }
        for (name, word) in NAMES {
            lexicon.entry(word).name = *name;
        }
        lexicon
    }

    /// The word's entry, made if it is new.
    fn entry(&mut self, word: &str) -> &mut Word {
        let key = pack(word.as_bytes(), 0, word.len()).key.unwrap_or_default();
        let index = self.probe(key).unwrap_or_else(|free| {
            let index = self.words.len();
            self.slots[free] = Slot { tag: tag(key), index: index as u16 };
            self.words.push((key, Word::UNKNOWN));
            index
        });
        &mut self.words[index].1
    }

    /// The index of the word, or else the free slot where it would be.
    #[inline]
    fn probe(&self, key: Key) -> Result<usize, usize> {
        let tag = tag(key);
        let mut at = (key.hash() >> (64 - SLOT_BITS)) as usize;
        loop {
            let slot = self.slots[at % SLOTS];
            let index = usize::from(slot.index);
            if slot.index == Slot::EMPTY.index {
                return Err(at % SLOTS);
            }
            if slot.tag == tag && self.words[index].0 == key {
                return Ok(index);
            }
            at += 1;
        }
    }
}

/// The bits of the hash below those that choose the slot.
fn tag(key: Key) -> u16 {
    (key.hash() >> (48 - SLOT_BITS)) as u16
}

/// The words and ratings that a token can match.
///
/// Tokens are lower-cased and have no spaces, so the list's own `:D` and `fed up` are never found, in Python as here.
pub(crate) fn lexicon_lines() -> impl Iterator<Item = (&'static str, f64)> {
    VADER_LEXICON.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let word = fields.next()?;
        let valence = fields.next()?.parse().ok()?;
        let reachable = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
        word.bytes().all(reachable).then_some((word, valence))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(word: &str) -> Option<Key> {
        pack(word.as_bytes(), 0, word.len()).key
    }

    fn find(word: &str) -> &'static Word {
        Lexicon::shared().find(key(word).unwrap())
    }

    #[test]
    fn every_line_is_read() {
        // 7,520 lines; 14 words have a capital or are not ASCII, 4 have a space.
        assert_eq!(VADER_LEXICON.lines().count(), 7_520);
        assert_eq!(lexicon_lines().count(), 7_502);
        assert!(lexicon_lines().all(|(word, valence)| key(word).is_some() && valence != 0.0));
    }

    #[test]
    fn every_word_is_found() {
        for (word, _) in lexicon_lines() {
            assert!(find(word).valence.is_some(), "{word}");
        }
        assert_eq!(find("sentimentalizations").valence, Some(0.4));
        assert_eq!(find(":)").valence, Some(2.0));
    }

    #[test]
    fn the_last_of_two_lines_counts() {
        assert_eq!(find("lol").valence, Some(1.8));
    }

    #[test]
    fn a_word_can_have_several_roles() {
        let no = find("no");
        assert_eq!((no.valence, no.negates), (Some(-1.2), false));
        let nor = find("nor");
        assert_eq!((nor.valence, nor.negates), (None, true));
        assert_eq!(find("very").boost, BOOST);
        assert_eq!(find("sort-of").boost, -BOOST);
    }

    #[test]
    fn other_words_are_unknown() {
        for word in ["", "table", ":þ", "internationalization"] {
            assert!(find(word).valence.is_none(), "{word}");
        }
    }
}
