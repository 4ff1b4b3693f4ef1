//! What the model says of a message.

use std::fmt;

use super::Label;
use super::fixed::ONE;

/// The scores of a message, in units of 2⁻²⁰ ([`ONE`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Scores {
    /// The probability of positive less that of negative, from −[`ONE`] to [`ONE`].
    pub sentiment: i32,
    /// The class that the words speak for most, as if all three were equally common. Where neutral messages are many, `sentiment`,
    /// which knows how common they are, can be near 0 for a message that is called positive.
    pub label: Label,
    /// The probability that the label is right.
    pub confidence: i32,
    /// The probability that a reader calls the message offensive.
    pub offensive: i32,
    /// The probability that the message attacks a person, or is uncivil towards one.
    pub attack: i32,
}

impl Scores {
    /// A score as a floating-point number; exact, as 2²⁰ is a power of two.
    ///
    /// ```
    /// use commonweal_text::model::{ONE, Scores};
    ///
    /// assert_eq!(Scores::number(ONE / 4), 0.25);
    /// ```
    pub fn number(score: i32) -> f64 {
        f64::from(score) / f64::from(ONE)
    }
}

/// Why a message has no scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unscored {
    /// Nothing to read: no word, no mark, no emoji.
    Empty,
    /// Code, quotations, addresses or a signature, and nothing else.
    NotProse,
    /// It is not in English.
    OtherLanguage,
}

impl fmt::Display for Unscored {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Empty => "empty",
            Self::NotProse => "not prose",
            Self::OtherLanguage => "other language",
        })
    }
}

impl std::error::Error for Unscored {}
