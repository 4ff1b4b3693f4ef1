//! The score of each message, in fixed point, so that sums do not depend on their order.
use std::cell::RefCell;

use commonweal_text::vader::Scorer;
use polars::prelude::*;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::{Error, Result};
use crate::schema::Kind;

/// What gives the messages their scores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Model {
    /// `"vader"`: the rules and the lexicon of VADER (Hutto & Gilbert, ICWSM 2014), in English.
    #[default]
    Vader,
    /// The name of a numeric column of the events with scores from −1 to 1; null is not scored.
    Column(String),
}

impl From<String> for Model {
    fn from(name: String) -> Self {
        if name == "vader" { Self::Vader } else { Self::Column(name) }
    }
}

impl From<Model> for String {
    fn from(model: Model) -> Self {
        match model {
            Model::Vader => "vader".to_owned(),
            Model::Column(name) => name,
        }
    }
}

/// One, in fixed point.
pub(super) const ONE: i64 = 1 << 40;
/// VADER's own threshold: a score of at least 0.05 is positive, of at most −0.05 negative.
const THRESHOLD: i64 = (ONE + 10) / 20;
const NOT_SCORED: i64 = i64::MIN;
/// VADER's scores have four decimals.
const DECIMALS: i64 = 10_000;

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

    /// The scores that a column holds.
    fn column(community: &Community, name: &str) -> Result<Self> {
        let column = community.events().column(name).ok().filter(|c| c.dtype().is_primitive_numeric());
        let Some(column) = column else {
            return Err(Error::option("model", "\"vader\" or a numeric column of the events", format!("{name:?}")));
        };
        let values = column.as_materialized_series().cast(&DataType::Float64)?;
        let scores = values.f64()?.iter().map(|score| match score {
            Some(score) if (-1.0..=1.0).contains(&score) => Ok((score * ONE as f64).round() as i64),
            Some(score) if !score.is_nan() => {
                Err(Error::option("model", format!("a column of scores from −1 to 1; {name:?} is not"), score))
            }
            _ => Ok(NOT_SCORED),
        });
        Ok(Self(scores.collect::<Result<_>>()?))
    }

    /// The scores that a model gives.
    pub(super) fn of<'c>(community: &'c Community, model: &Model) -> Result<std::borrow::Cow<'c, Self>> {
        Ok(match model {
            Model::Vader => std::borrow::Cow::Borrowed(community.scores()),
            Model::Column(name) => std::borrow::Cow::Owned(Self::column(community, name)?),
        })
    }

    pub(super) fn get(&self, row: usize) -> Option<i64> {
        Some(self.0[row]).filter(|score| *score != NOT_SCORED)
    }
}

/// Ten-thousandths in fixed point, rounded to the nearest.
fn fixed(ten_thousandths: i64) -> i64 {
    let scaled = i128::from(ten_thousandths) * i128::from(ONE);
    let half = i128::from(DECIMALS / 2) * scaled.signum();
    ((scaled + half) / i128::from(DECIMALS)) as i64
}

/// A fixed-point score as a number; VADER's with its four decimals exactly.
pub(super) fn number(score: i64, model: &Model) -> f64 {
    match model {
        Model::Vader => {
            let scaled = i128::from(score) * i128::from(DECIMALS);
            let half = i128::from(ONE / 2) * scaled.signum();
            ((scaled + half) / i128::from(ONE)) as f64 / DECIMALS as f64
        }
        Model::Column(_) => score as f64 / ONE as f64,
    }
}

/// 1 for a positive score, −1 for a negative, 0 for neither.
pub(super) fn sign(score: i64) -> i64 {
    i64::from(score >= THRESHOLD) - i64::from(score <= -THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_point_gives_back_every_score_of_vader() {
        for compound in -DECIMALS..=DECIMALS {
            assert_eq!(number(fixed(compound), &Model::Vader), compound as f64 / DECIMALS as f64);
        }
        assert_eq!((sign(fixed(500)), sign(fixed(499)), sign(fixed(-500)), sign(fixed(-499))), (1, 0, -1, 0));
    }
}
