//! The score of each message, in fixed point, so that sums do not depend on their order.
use std::cell::RefCell;

use commonweal_text::model::{self, Label, Profile};
use commonweal_text::vader::Scorer;
use polars::prelude::*;
use rayon::prelude::*;

use crate::schema::Kind;

/// One, in fixed point.
pub(crate) const ONE: i64 = 1 << 40;
/// VADER's scores have four decimals.
pub(crate) const DECIMALS: i64 = 10_000;
const NOT_SCORED: i64 = i64::MIN;

/// Scores by row of the events; other acts than messages have none.
#[derive(Clone, Debug)]
pub(crate) struct Scores(Vec<i64>);

thread_local! {
    static SCORER: RefCell<Scorer> = RefCell::new(Scorer::new());
}

impl Scores {
    /// VADER's compound of every message with text.
    pub(crate) fn vader(events: &DataFrame) -> Self {
        Self::of_texts(
            events,
            || (),
            |(), text| {
                let compound = SCORER.with_borrow_mut(|scorer| scorer.score(text).compound_ten_thousandths());
                Some(fixed(i64::from(compound)))
            },
        )
    }

    /// The trained model's score of every message that has one, with its label and confidence; see [`packed`].
    pub(crate) fn trained(events: &DataFrame, profile: &Profile) -> Self {
        let scorer = || model::Scorer::new(profile.clone());
        Self::of_texts(events, scorer, |scorer, text| scorer.score(text).ok().map(packed))
    }

    /// The trained model's probability, in its own fixed point, that a message attacks a person, of every message that it reads.
    pub(crate) fn attack(events: &DataFrame, profile: &Profile) -> Self {
        let scorer = || model::Scorer::new(profile.clone());
        Self::of_texts(events, scorer, |scorer, text| scorer.score(text).ok().map(|scores| scores.attack.into()))
    }

    /// The scores of the texts of messages, in chunks, each with a scorer of its own.
    fn of_texts<S>(
        events: &DataFrame,
        scorer: impl Fn() -> S + Sync,
        score: impl Fn(&mut S, &str) -> Option<i64> + Sync,
    ) -> Self {
        let rows = events.height();
        let (Ok(text), Ok(kind)) = (events.column("text"), events.column("kind")) else {
            return Self(vec![NOT_SCORED; rows]);
        };
        let (Ok(text), Ok(kind)) = (text.str(), kind.str()) else { return Self(vec![NOT_SCORED; rows]) };
        const CHUNK: usize = 16_384;
        let chunks: Vec<usize> = (0..rows).step_by(CHUNK).collect();
        let scores = chunks.into_par_iter().flat_map_iter(|start| {
            let length = CHUNK.min(rows - start);
            let (text, kind) = (text.slice(start as i64, length), kind.slice(start as i64, length));
            let mut scorer = scorer();
            let score = |(text, kind): (Option<&str>, Option<&str>)| {
                let message = kind.and_then(Kind::parse).is_some_and(Kind::is_message);
                let text = text.filter(|text| message && !text.trim().is_empty());
                text.and_then(|text| score(&mut scorer, text)).unwrap_or(NOT_SCORED)
            };
            text.iter().zip(kind.iter()).map(score).collect::<Vec<_>>()
        });
        Self(scores.collect())
    }

    /// Scores by row, from fixed point.
    pub(crate) fn new(scores: impl Iterator<Item = Option<i64>>) -> Self {
        Self(scores.map(|score| score.unwrap_or(NOT_SCORED)).collect())
    }

    /// The score of a row, in fixed point.
    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        Some(self.0[row]).filter(|score| *score != NOT_SCORED)
    }
}

/// Ten-thousandths in fixed point, rounded to the nearest.
pub(crate) fn fixed(ten_thousandths: i64) -> i64 {
    let scaled = i128::from(ten_thousandths) * i128::from(ONE);
    let half = i128::from(DECIMALS / 2) * scaled.signum();
    ((scaled + half) / i128::from(DECIMALS)) as i64
}

/// Bits below the score of the trained model: the label in the upper two, the confidence in the others.
const BELOW: u32 = 20;
const CONFIDENCE: u32 = 18;

/// The trained model's sentiment in fixed point, with label and confidence in the bits that it leaves.
///
/// The label is more than the score tells, and the tables of a KPI have one integer for a message.
fn packed(scores: model::Scores) -> i64 {
    let label = match scores.label {
        Label::Negative => 0,
        Label::Neutral => 1,
        Label::Positive => 2,
    };
    let confidence = i64::from(scores.confidence >> (BELOW - CONFIDENCE)).min((1 << CONFIDENCE) - 1);
    i64::from(scores.sentiment) << BELOW | label << CONFIDENCE | confidence
}

/// The score, the sign of the label, and the confidence that [`packed`] put together.
pub(crate) fn unpacked(score: i64) -> (i64, i64, f64) {
    let confidence = (score & ((1 << CONFIDENCE) - 1)) as f64 / f64::from(1 << CONFIDENCE);
    (score >> BELOW << BELOW, (score >> CONFIDENCE & 3) - 1, confidence)
}

/// How likely a message is negative, by what [`packed`] put together.
pub(crate) fn negative(score: i64) -> i64 {
    let (sentiment, sign, _) = unpacked(score);
    let confidence = (score & ((1 << CONFIDENCE) - 1)) * (ONE >> CONFIDENCE);
    // The confidence is the probability of the label, the sentiment that of positive less that of negative, and all three are one.
    let negative = match sign {
        -1 => confidence,
        1 => confidence - sentiment,
        _ => (ONE - confidence - sentiment) / 2,
    };
    negative.clamp(0, ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_negative_is_told_by_label_and_confidence() {
        for [bad, plain, good] in [[6, 3, 1], [1, 6, 3], [1, 2, 7], [0, 10, 0], [10, 0, 0], [4, 4, 2]] {
            let tenths = |tenths: i32| (i64::from(tenths) * i64::from(model::ONE) / 10) as i32;
            // Whatever the label is: where the classes are not equally common it need not be the most probable one.
            for (label, own) in [(Label::Negative, bad), (Label::Neutral, plain), (Label::Positive, good)] {
                let sentiment = tenths(good) - tenths(bad);
                let scores = model::Scores { sentiment, label, confidence: tenths(own), offensive: 0, attack: 0 };
                let found = negative(packed(scores)) as f64 / ONE as f64;
                assert!((found - f64::from(bad) / 10.0).abs() < 1e-5, "{bad} {plain} {good}: {found}");
            }
        }
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        for (sentiment, label, sign) in
            [(-model::ONE, Label::Negative, -1), (-1, Label::Neutral, 0), (model::ONE, Label::Positive, 1)]
        {
            for confidence in [0, model::ONE / 2, model::ONE] {
                let scores = model::Scores { sentiment, label, confidence, offensive: 0, attack: 0 };
                let (score, found, sure) = unpacked(packed(scores));
                assert_eq!((score, found), (i64::from(sentiment) << 20, sign));
                assert!((sure - model::Scores::number(confidence)).abs() < 4e-6);
            }
        }
    }
}
