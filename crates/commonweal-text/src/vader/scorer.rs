//! Text in, scores out.

use std::fmt;

use super::but::shift_weight;
use super::emoji::spell_out;
use super::lexicon::Lexicon;
use super::rules::Words;
use super::scores::{Scores, emphasis};
use super::tokens::{Token, split};

/// The scores of one text. For many texts, a [`Scorer`] is faster.
///
/// ```
/// use commonweal_text::vader::{Scores, score};
///
/// assert_eq!(score("VADER is smart, handsome, and funny!").compound, 0.8439);
/// assert_eq!(score("Catch utf-8 emoji such as 💘 and 💋 and 😁").compound, 0.875);
/// assert_eq!(score(" \n"), Scores::default());
/// ```
pub fn score(text: &str) -> Scores {
    Scorer::new().score(text)
}

/// Scores one text after another, in the buffers of the last.
///
/// It is cheap to make and can go to another thread. It remembers nothing that changes a score.
///
/// ```
/// use commonweal_text::vader::Scorer;
///
/// let texts = ["good", "bad", "good", "awful"];
/// let sums: Vec<i32> = std::thread::scope(|scope| {
///     let workers: Vec<_> = texts
///         .chunks(2)
///         .map(|chunk| {
///             scope.spawn(move || {
///                 let mut scorer = Scorer::new();
///                 chunk.iter().map(|text| scorer.score(text).compound_ten_thousandths()).sum()
///             })
///         })
///         .collect();
///     workers.into_iter().map(|worker| worker.join().unwrap()).collect()
/// });
/// assert_eq!(sums, [4_404 - 5_423, 4_404 - 4_588]);
/// ```
#[derive(Clone, Default)]
pub struct Scorer {
    spelled: String,
    tokens: Vec<Token>,
    valences: Vec<f64>,
}

impl Scorer {
    /// A scorer. The first of the program also reads the word list, in about a millisecond.
    pub fn new() -> Self {
        Lexicon::shared();
        Self::default()
    }

    /// The scores of a text of any length.
    ///
    /// It never fails, and allocates only for a text longer than any before it, or with a "but" among more than 128 words.
    pub fn score(&mut self, text: &str) -> Scores {
        let text = if text.is_ascii() {
            text
        } else {
            spell_out(text, &mut self.spelled);
            &self.spelled
        };

        self.tokens.clear();
        split(text, Lexicon::shared(), &mut self.tokens);

        let words = Words::new(&self.tokens);
        self.valences.clear();
        self.valences.extend((0..self.tokens.len()).map(|at| words.valence(at)));
        if let Some(but) = words.but() {
            shift_weight(&mut self.valences, but);
        }

        Scores::of_valences(&self.valences, emphasis(text))
    }
}

impl fmt::Debug for Scorer {
    /// Without the buffers, which hold someone's message.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Scorer").finish_non_exhaustive()
    }
}
