//! VADER sentiment, equal to the Python package `vaderSentiment` 3.3.2.
//!
//! VADER looks each word up in a list of some 7,500 words rated from -4 to 4 by ten people, changes the rating by the words around
//! it (*not*, *very*, *but*, capitals), and squashes the sum into `-1..=1`.
//!
//! # Which text it suits
//!
//! Short English messages. It knows no other language, no irony and no subject: "the bug was killed" is negative. Use it for
//! comparisons over time or between groups, not as a fact about one message or one person.
//!
//! # The same as Python
//!
//! All four scores are those of `SentimentIntensityAnalyzer().polarity_scores(text)`, with its word list, its emoji list, its
//! roundings and its oddities. Two things depend on the Python that runs it; here they are always as follows.
//!
//! - Valences are added from left to right, as by `sum` up to Python 3.11. From 3.12 on `sum` corrects rounding errors, so where
//!   valences cancel, one of the two gives 0 and the other some 1e-16, which `!` and `?` then move away from 0. In 530,000 messages
//!   we saw that twice.
//! - Which letters are capitals is said by the Unicode version of Rust. Python 3.11's is older, and differs in 181 characters, nearly
//!   all unassigned in it.
//!
//! # Many messages
//!
//! A [`Scorer`] keeps its buffers, so a message costs no allocation. Each thread takes its own; the word list is shared.
//!
//! ```
//! use commonweal_text::vader::{Label, Scorer};
//!
//! let mut scorer = Scorer::new();
//! let labels: Vec<Label> = ["love it", "hate it", "it is a table"]
//!     .iter()
//!     .map(|text| scorer.score(text).label())
//!     .collect();
//! assert_eq!(labels, [Label::Positive, Label::Negative, Label::Neutral]);
//! ```
//!
//! # Source
//!
//! Hutto, C.J. & Gilbert, E.E. (2014). VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text. Eighth
//! International Conference on Weblogs and Social Media (ICWSM-14). Words, emoji and rules are those of `vaderSentiment` 3.3.2,
//! copyright 2016 C.J. Hutto, MIT licence.

mod but;
mod emoji;
mod key;
mod label;
mod lexicon;
mod rounding;
mod rules;
mod scorer;
mod scores;
mod tokens;
mod words;

pub use label::Label;
pub(crate) use lexicon::lexicon_lines as rated_words;
pub use scorer::{Scorer, score};
pub use scores::Scores;
pub(crate) use words::NEGATIONS;
