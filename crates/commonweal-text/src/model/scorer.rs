//! Text in, scores out.

use std::fmt;

use super::Label;
use super::explain::{Reason, explain};
use super::features::{self, Kind, Tokens};
use super::fixed::{logistic, softmax};
use super::language::is_foreign;
use super::meaning;
use super::memory::{Memory, Weighed};
use super::profile::{ATTACK, HEADS, OFFENSIVE, Own, Profile, SENTIMENT};
use super::scores::{Scores, Unscored};
use super::table::LANES;
use super::train::sums;

/// Of a longer text the first bytes are read, this many at most.
pub(crate) const LONGEST: usize = 1 << 16;

/// Scores one text after another, in the buffers of the last.
///
/// It remembers words, in half a megabyte at most, but nothing that changes a score. Each thread takes its own.
#[derive(Clone)]
pub struct Scorer {
    profile: Profile,
    tokens: Tokens,
    hashes: Vec<u32>,
    memory: Memory,
}

impl Scorer {
    /// A scorer for a profile.
    pub fn new(profile: Profile) -> Self {
        Self { profile, tokens: Tokens::default(), hashes: vec![], memory: Memory::default() }
    }

    /// The scores of a text. Of one longer than 64 KiB the beginning is read.
    ///
    /// # Errors
    ///
    /// [`Unscored`] says why the text has none.
    pub fn score(&mut self, text: &str) -> Result<Scores, Unscored> {
        let text = beginning(text);
        let (own, shared) = (&*self.profile.own, &self.profile.weights.shared);
        let memory = &mut self.memory;
        (memory.runs, memory.sums) = Default::default();
        self.tokens.read(text, &mut Weighed { memory, own, shared });
        check(&self.tokens, text)?;
        self.hashes.clear();
        features::each(&self.tokens, |hash, _| self.hashes.push(hash));
        let (mut of_all, mut of_own) = sums(own, shared, &self.hashes);
        for (sums, letters) in [&mut of_all, &mut of_own].into_iter().zip(&self.memory.sums) {
            sums.iter_mut().zip(letters).for_each(|(sum, letters)| *sum += i64::from(*letters));
        }
        let meaning = self.profile.weights.meanings.logits(meaning::words(&self.tokens));
        Ok(scores(own, logits(own, [of_all, of_own], self.memory.runs + self.hashes.len() as u64, meaning)))
    }

    /// What of a text made its scores, the strongest first.
    ///
    /// The logit of a head is the sum of what all parts and the bias ([`Part::Start`](super::Part::Start)) add to it.
    ///
    /// # Errors
    ///
    /// As [`Scorer::score`].
    ///
    /// ```
    /// use commonweal_text::model::{Part, Profile, Scorer};
    ///
    /// let text = "The docs are wonderful.";
    /// let reasons = Scorer::new(Profile::general()?).explain(text)?;
    /// let Part::Word(place) = &reasons[0].part else { panic!("a word decided") };
    /// assert_eq!(&text[place.clone()], "wonderful");
    /// assert!(reasons[0].sentiment > 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(&mut self, text: &str) -> Result<Vec<Reason>, Unscored> {
        let text = beginning(text);
        self.tokens.read(text, &mut ());
        check(&self.tokens, text)?;
        Ok(explain(&self.tokens, &self.profile))
    }
}

impl fmt::Debug for Scorer {
    /// Without the buffers, which hold someone's message.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scorer").field("profile", &self.profile.name()).finish_non_exhaustive()
    }
}

/// Whether tokens of a text are to be scored.
fn check(tokens: &Tokens, text: &str) -> Result<(), Unscored> {
    let says_nothing = |c: char| c.is_control() || c.is_whitespace();
    if !tokens.all.iter().any(|token| matches!(token.kind, Kind::Word | Kind::Mark)) || text.chars().all(says_nothing) {
        return Err(if text.trim().is_empty() { Unscored::Empty } else { Unscored::NotProse });
    }
    if is_foreign(tokens, text) { Err(Unscored::OtherLanguage) } else { Ok(()) }
}

/// What is read of a text.
pub(crate) fn beginning(text: &str) -> &str {
    let end = (0..=text.len().min(LONGEST)).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or(0)]
}

/// The logits of all heads: (shared + own weights) / √features + what words mean + bias.
pub(crate) fn logits(
    profile: &Own,
    [shared, own]: [[i64; LANES]; 2],
    features: u64,
    meaning: [i64; HEADS],
) -> [i64; HEADS] {
    let root = (features.max(1) << 20).isqrt() as i64;
    std::array::from_fn(|head| {
        let blend = profile.blends[head];
        let sum = shared[head] * i64::from(blend.shared) + own[head] * i64::from(blend.own);
        (sum << 10) / root + ((meaning[head] * i64::from(blend.meaning)) >> 20) + i64::from(blend.bias)
    })
}

/// What logits say.
pub(crate) fn scores(profile: &Own, logits: [i64; HEADS]) -> Scores {
    let [negative, neutral, positive] = SENTIMENT.map(|head| logits[head]);
    let [lean_negative, lean_positive] = profile.lean.map(i64::from);
    let [bad, plain, good] = softmax([negative, neutral, positive]);
    let (negative, positive) = (negative + lean_negative, positive + lean_positive);
    let (label, confidence) = if neutral >= negative && neutral >= positive {
        (Label::Neutral, plain)
    } else if positive >= negative {
        (Label::Positive, good)
    } else {
        (Label::Negative, bad)
    };
    Scores {
        sentiment: good - bad,
        label,
        confidence,
        offensive: logistic(logits[OFFENSIVE]),
        attack: logistic(logits[ATTACK]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The scores by all features of a text that is read letter by letter.
    fn by_letters(profile: &Profile, text: &str) -> Scores {
        let (mut tokens, mut hashes) = (Tokens::default(), vec![]);
        tokens.read(text, &mut ());
        features::each(&tokens, |hash, _| hashes.push(hash));
        let (of_all, of_own) = sums(&profile.own, &profile.weights.shared, &hashes);
        let meaning = profile.weights.meanings.logits(meaning::words(&tokens));
        scores(&profile.own, logits(&profile.own, [of_all, of_own], hashes.len() as u64, meaning))
    }

    proptest! {
        #[test]
        fn recalled_words_score_as_read_ones(
            texts in prop::collection::vec("([a-cA-C0_]{1,2}|can't|n't|women|[#@'’é!. -]|GREAT|not|\u{200d}|incomprehensib|[ -~]){0,40}", 1..8),
        ) {
            let profile = Profile::named("social")?;
            let mut scorer = Scorer::new(profile.clone());
            for text in &texts {
                if let Ok(scores) = scorer.score(text) {
                    prop_assert_eq!(scores, by_letters(&profile, text), "{:?}", text);
                }
            }
        }
    }
}
