//! What is known of single words before any training: VADER's rating, negation, whom they address.

use std::sync::OnceLock;

use super::characters::Fold;
use crate::vader::{NEGATIONS, rated_words};

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// VADER's rating in quarters of a point.
    pub(crate) rating: i8,
    traits: u8,
}

const NEGATES: u8 = 1;
const TURNS: u8 = 2;
const ADDRESSES: u8 = 4;
const ENGLISH: u8 = 8;
const GROUP: u8 = 16;

impl Known {
    pub(crate) fn negates(self) -> bool {
        self.traits & NEGATES != 0
    }

    /// "but", "however": what was negated before is so no longer.
    pub(crate) fn turns(self) -> bool {
        self.traits & TURNS != 0
    }

    /// "you", "your": speaks to someone.
    pub(crate) fn addresses(self) -> bool {
        self.traits & ADDRESSES != 0
    }

    /// A word for a group of people. It is passed over, since who people are is no reason for a score.
    pub(crate) fn is_group(self) -> bool {
        self.traits & GROUP != 0
    }

    /// A small word that English alone uses.
    pub(crate) fn is_english(self) -> bool {
        self.traits & ENGLISH != 0
    }
}

const TURNING: &str = "but however";
const SECOND_PERSON: &str = "you your you're youre you've youve you'll you'd yours yourself yourselves u ur";

/// Common English words that are rare in other languages' messages.
const ENGLISH_WORDS: &str = "the and is are was were of to for with this that these those it it's its i'm i've i'll don't doesn't \
    didn't isn't can't won't you your you're he she they their we our my have has had been be will would could should can \
    what when where which who why how not but if then than there here from by at as an or so just like get got only into about \
    after before because thanks thank please yes yeah good great some any all more most very much really know think want need \
    see look make does did do done work works working use using new now out up over again still also too";

/// Words for groups of people, the same as `docs/models/prepare.py` has.
const GROUPS: &str = "gay gays lesbian lesbians bisexual bisexuals transgender trans queer lgbt lgbtq homosexual homosexuals \
    heterosexual heterosexuals muslim muslims islam islamic christian christians jew jews jewish hindu hindus buddhist buddhists \
    atheist atheists catholic catholics protestant protestants sikh sikhs black blacks white whites asian asians african africans \
    hispanic hispanics latino latinos latina latinas latinx mexican mexicans arab arabs chinese indian indians native immigrant \
    immigrants migrant migrants refugee refugees female females male males woman women man men girl girls boy boys feminist \
    feminists deaf blind disabled autistic elderly teenager teenagers american americans british canadian canadians european \
    europeans russian russians german germans french japanese korean koreans israeli israelis palestinian palestinians turkish \
    iranian iranians nigerian nigerians polish foreigner foreigners old young straight";

/// A hash table with linear probing, at most half full. Most words of a message are not in it, so hashes stand apart from what
/// is known of the words.
pub(crate) struct Words {
    hashes: Box<[u64; SLOTS]>,
    known: Box<[Known; SLOTS]>,
}

const SLOT_BITS: u32 = 14;
const SLOTS: usize = 1 << SLOT_BITS;
/// The hash of no word: a word that has it all the same is taken for unknown.
const FREE: u64 = 0;

impl Words {
    /// The one table, built at the first call.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<Words> = OnceLock::new();
        SHARED.get_or_init(|| {
            let mut words = Self { hashes: Box::new([FREE; SLOTS]), known: Box::new([Known::default(); SLOTS]) };
            for (word, rating) in rated_words() {
                words.entry(word).rating = (rating * 4.0).round().clamp(-17.0, 17.0) as i8;
            }
            let lists = [
                (NEGATIONS, NEGATES),
                (TURNING, TURNS),
                (SECOND_PERSON, ADDRESSES),
                (ENGLISH_WORDS, ENGLISH),
                (GROUPS, GROUP),
            ];
            for (list, own) in lists {
                list.split(' ').for_each(|word| words.entry(word).traits |= own);
            }
            GROUPS.split(' ').for_each(|word| words.entry(word).rating = 0);
            words
        })
    }

    #[inline]
    pub(crate) fn find(&self, hash: u64) -> Known {
        self.known[self.slot(hash)]
    }

    fn entry(&mut self, word: &str) -> &mut Known {
        let hash = Fold::hash_of(word);
        let slot = self.slot(hash);
        self.hashes[slot] = hash;
        &mut self.known[slot]
    }

    /// Where the word is, or would be.
    #[inline]
    fn slot(&self, hash: u64) -> usize {
        let mut at = (hash.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - SLOT_BITS)) as usize;
        while self.hashes[at] != hash && self.hashes[at] != FREE {
            at = (at + 1) % SLOTS;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(word: &str) -> Known {
        Words::shared().find(Fold::hash_of(word))
    }

    #[test]
    fn words_are_known_by_what_they_do() {
        assert_eq!(find("good").rating, 8); // 1.9
        assert_eq!(find("GOOOOOD").rating, 8);
        assert_eq!(find(":)").rating, 8);
        assert!(find("don't").negates() && find("never").negates());
        assert!(find("but").turns());
        assert!(find("You").addresses());
        assert!(find("the").is_english());
        assert!(find("Nigerian").is_group() && !find("people").is_group());
        assert_eq!(find("blind").rating, 0);
        assert_eq!(find("tablecloth"), Known::default());
    }

    #[test]
    fn the_table_has_room() {
        let taken = Words::shared().hashes.iter().filter(|hash| **hash != FREE).count();
        assert!((7_000..1 << (SLOT_BITS - 1)).contains(&taken), "{taken}");
    }
}
