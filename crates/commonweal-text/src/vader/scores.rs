//! The four scores.

use super::label::Label;
use super::rounding::round_scaled;

/// Ten thousandths: the unit of a compound score.
const COMPOUND_SCALE: u32 = 10_000;
/// Thousandths: the unit of a share.
const SHARE_SCALE: u32 = 1_000;

/// The four scores of a text.
///
/// # Formula
///
/// With `s` the sum of the words' valences, moved away from 0 by the emphasis of `!` and `?`, the compound is `s / sqrt(s² + 15)`.
/// The shares weigh each positive word by its valence plus 1, each negative one by its valence's size plus 1 and each other one by
/// 1, add the emphasis to the larger of positive and negative, and divide by the total.
///
/// # Unit and range
///
/// The compound is in `-1..=1`, in steps of 0.0001; the shares are in `0..=1`, in steps of 0.001, and add up to 1 but for rounding.
///
/// # Edge cases
///
/// A text without words has four zeros ([`Scores::default`]). A text in which no word is known has a neutral share of 1.
///
/// # Source
///
/// Hutto & Gilbert (2014), ICWSM-14; `score_valence` in `vaderSentiment` 3.3.2.
///
/// # Example
///
/// ```
/// use commonweal_text::vader;
///
/// let scores = vader::score("The docs are good, but the installer is horrible.");
/// assert_eq!(scores.compound, -0.5859);
/// assert_eq!(scores.positive, 0.142);
/// assert_eq!(scores.neutral, 0.511);
/// assert_eq!(scores.negative, 0.347);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scores {
    /// The whole text in one number, from -1 (negative) to 1 (positive), to 4 decimals.
    pub compound: f64,
    /// The share of the text that is positive, to 3 decimals.
    pub positive: f64,
    /// The share of the text that is neither, to 3 decimals.
    pub neutral: f64,
    /// The share of the text that is negative, to 3 decimals.
    pub negative: f64,
}

impl Scores {
    /// The compound score as a whole number of ten thousandths, in `-10_000..=10_000`: what to add up when sums must be exact.
    ///
    /// ```
    /// use commonweal_text::vader;
    ///
    /// assert_eq!(vader::score("good").compound_ten_thousandths(), 4_404);
    /// ```
    pub fn compound_ten_thousandths(&self) -> i32 {
        // The compound is the float nearest to n / 10,000, so the product is within a hair of n.
        (self.compound * f64::from(COMPOUND_SCALE)).round() as i32
    }

    /// The class of the compound score.
    ///
    /// ```
    /// use commonweal_text::vader::{self, Label};
    ///
    /// assert_eq!(vader::score("not good").label(), Label::Negative);
    /// ```
    pub fn label(&self) -> Label {
        Label::of(self.compound)
    }

    /// The scores of words with these valences, and of a text with this emphasis.
    pub(crate) fn of_valences(valences: &[f64], emphasis: f64) -> Self {
        if valences.is_empty() {
            return Self::default();
        }
        let (mut sum, mut positive, mut negative, mut neutral) = (0.0, 0.0, 0.0, 0.0);
        for valence in valences {
            sum += valence;
            if *valence > 0.0 {
                positive += valence + 1.0;
            } else if *valence < 0.0 {
                negative += valence - 1.0;
            } else {
                neutral += 1.0;
            }
        }
        if positive > -negative {
            positive += emphasis;
        } else if positive < -negative {
            negative -= emphasis;
        }
        let total = positive - negative + neutral;
        Self {
            compound: rounded(squashed(sum, emphasis), COMPOUND_SCALE),
            positive: rounded(positive / total, SHARE_SCALE),
            neutral: rounded(neutral / total, SHARE_SCALE),
            negative: rounded(-negative / total, SHARE_SCALE),
        }
    }
}

/// The sum of valences in `-1..=1`.
fn squashed(sum: f64, emphasis: f64) -> f64 {
    let sum = if sum > 0.0 {
        sum + emphasis
    } else if sum < 0.0 {
        sum - emphasis
    } else {
        sum
    };
    (sum / (sum * sum + 15.0).sqrt()).clamp(-1.0, 1.0)
}

/// The float nearest to the rounded decimal.
fn rounded(value: f64, scale: u32) -> f64 {
    f64::from(round_scaled(value, scale)) / f64::from(scale)
}

/// What `!` and `?` add: up to four of the first, and from two of the second.
pub(crate) fn emphasis(text: &str) -> f64 {
    // Counts in bytes, so that many are added at once.
    let few = |bytes: &[u8], mark| bytes.iter().map(|byte| u8::from(*byte == mark)).sum::<u8>();
    let count = |mark| text.as_bytes().chunks(255).map(|bytes| usize::from(few(bytes, mark))).sum::<usize>();
    let exclamations = match count(b'!') {
        few @ 0..=4 => few as f64 * 0.292,
        _ => 4.0 * 0.292,
    };
    let questions = match count(b'?') {
        0 | 1 => 0.0,
        few @ 2..=3 => few as f64 * 0.18,
        _ => 0.96,
    };
    exclamations + questions
}
