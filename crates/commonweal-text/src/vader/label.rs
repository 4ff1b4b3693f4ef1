//! A compound score as one of three classes.

use std::fmt;

/// The class of a message, by VADER's usual thresholds on the compound score.
///
/// # Formula
///
/// Positive from 0.05 up, negative from -0.05 down, neutral between. The authors of VADER advise these thresholds in the package's
/// README.
///
/// ```
/// use commonweal_text::vader::Label;
///
/// assert_eq!(Label::of(0.05), Label::Positive);
/// assert_eq!(Label::of(0.0499), Label::Neutral);
/// assert_eq!(Label::of(-0.05), Label::Negative);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// A compound score of at most -0.05.
    Negative,
    /// A compound score between -0.05 and 0.05.
    Neutral,
    /// A compound score of at least 0.05.
    Positive,
}

impl Label {
    /// The distance from zero at which a compound score stops being neutral.
    pub const THRESHOLD: f64 = 0.05;

    /// The label of a compound score. Not a number is neutral.
    pub fn of(compound: f64) -> Self {
        if compound >= Self::THRESHOLD {
            Self::Positive
        } else if compound <= -Self::THRESHOLD {
            Self::Negative
        } else {
            Self::Neutral
        }
    }

    /// `"negative"`, `"neutral"` or `"positive"`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }
}

/// Shows [`Label::name`].
impl fmt::Display for Label {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
