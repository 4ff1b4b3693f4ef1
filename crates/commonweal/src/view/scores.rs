//! The score of each message, in fixed point, so that sums do not depend on their order.
use std::cell::RefCell;

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
            let score = |(text, kind): (Option<&str>, Option<&str>)| {
                let message = kind.and_then(Kind::parse).is_some_and(Kind::is_message);
                match text.filter(|text| message && !text.trim().is_empty()) {
                    Some(text) => {
                        let compound = SCORER.with_borrow_mut(|scorer| scorer.score(text).compound_ten_thousandths());
                        fixed(i64::from(compound))
                    }
                    None => NOT_SCORED,
                }
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
