//! What gives the messages their scores.
use std::sync::Arc;

use commonweal_text::model::{Fault, Profile};
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::{Error, Result};
use crate::view::scores::{DECIMALS, ONE, Scores, negative, unpacked};

/// What gives the messages their scores.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Model {
    /// `"vader"`: the rules and the lexicon of VADER (Hutto & Gilbert, ICWSM 2014), in English.
    #[default]
    Vader,
    /// `"commonweal"`: the trained model, for messages of any kind; `"commonweal:developer"`, `:chat`, `:forum` or `:social`: the same
    /// with the profile of that name. In English.
    Trained(String),
    /// The name of a numeric column of the events with scores from −1 to 1; null is not scored.
    Column(String),
}

impl From<String> for Model {
    fn from(name: String) -> Self {
        match name.split_once(':').unwrap_or((&name, GENERAL)) {
            ("vader", _) if name == "vader" => Self::Vader,
            (TRAINED, profile) => Self::Trained(profile.to_owned()),
            _ => Self::Column(name),
        }
    }
}

impl From<Model> for String {
    fn from(model: Model) -> Self {
        match model {
            Model::Vader => "vader".to_owned(),
            Model::Trained(profile) if profile == GENERAL => TRAINED.to_owned(),
            Model::Trained(profile) => format!("{TRAINED}:{profile}"),
            Model::Column(name) => name,
        }
    }
}

const TRAINED: &str = "commonweal";
const GENERAL: &str = "general";

/// VADER's own threshold: a score of at least 0.05 is positive, of at most −0.05 negative.
const THRESHOLD: i64 = (ONE + 10) / 20;

impl Model {
    /// The scores that the model gives.
    pub(super) fn scores(&self, community: &Community) -> Result<Arc<Scores>> {
        community.scores(&String::from(self.clone()), || match self {
            Self::Vader => Ok(Scores::vader(community.events())),
            Self::Trained(profile) => Ok(Scores::trained(community.events(), &named(profile)?)),
            Self::Column(name) => column(community, name),
        })
    }

    /// 1 for a positive message, −1 for a negative, 0 for neither.
    pub(super) fn sign(&self, score: i64) -> i64 {
        match self {
            Self::Trained(_) => unpacked(score).1,
            Self::Vader | Self::Column(_) => sign(score),
        }
    }

    /// The score alone, in fixed point.
    pub(super) fn soft(&self, score: i64) -> i64 {
        match self {
            Self::Trained(_) => unpacked(score).0,
            Self::Vader | Self::Column(_) => score,
        }
    }

    /// What is negative of the score, from −1 to 0 in fixed point; what is left of it is positive.
    pub(super) fn negative(&self, score: i64) -> i64 {
        match self {
            Self::Trained(_) => -negative(score),
            Self::Vader | Self::Column(_) => score.min(0),
        }
    }

    /// How sure the model is of the label.
    pub(super) fn confidence(&self, score: i64) -> Option<f64> {
        matches!(self, Self::Trained(_)).then(|| unpacked(score).2)
    }
}

/// A built-in profile of the trained model.
fn named(profile: &str) -> Result<Profile> {
    let names = Profile::NAMES[1..].iter().map(|name| format!("\"{TRAINED}:{name}\"")).collect::<Vec<_>>().join(", ");
    Profile::named(profile).map_err(|fault| match fault {
        Fault::UnknownProfile { name } => {
            Error::option("model", format!("\"{TRAINED}\", {names}"), format!("\"{TRAINED}:{name}\""))
        }
        other => Error::option("model", "a model whose weights are intact", other),
    })
}

/// The scores that a column holds.
fn column(community: &Community, name: &str) -> Result<Scores> {
    let column = community.events().column(name).ok().filter(|c| c.dtype().is_primitive_numeric());
    let Some(column) = column else {
        return Err(Error::option(
            "model",
            "\"vader\", \"commonweal\" or a numeric column of the events",
            format!("{name:?}"),
        ));
    };
    let values = column.as_materialized_series().cast(&DataType::Float64)?;
    let scores = values.f64()?.iter().map(|score| match score {
        Some(score) if (-1.0..=1.0).contains(&score) => Ok(Some((score * ONE as f64).round() as i64)),
        Some(score) if !score.is_nan() => {
            Err(Error::option("model", format!("a column of scores from −1 to 1; {name:?} is not"), score))
        }
        _ => Ok(None),
    });
    Ok(Scores::new(scores.collect::<Result<Vec<_>>>()?.into_iter()))
}

/// A fixed-point score as a number; VADER's with its four decimals exactly.
pub(super) fn number(score: i64, model: &Model) -> f64 {
    match model {
        Model::Vader => {
            let scaled = i128::from(score) * i128::from(DECIMALS);
            let half = i128::from(ONE / 2) * scaled.signum();
            ((scaled + half) / i128::from(ONE)) as f64 / DECIMALS as f64
        }
        Model::Trained(_) | Model::Column(_) => model.soft(score) as f64 / ONE as f64,
    }
}

/// The same by VADER's threshold.
fn sign(score: i64) -> i64 {
    i64::from(score >= THRESHOLD) - i64::from(score <= -THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::scores::fixed;

    #[test]
    fn fixed_point_gives_back_every_score_of_vader() {
        for compound in -DECIMALS..=DECIMALS {
            assert_eq!(number(fixed(compound), &Model::Vader), compound as f64 / DECIMALS as f64);
        }
        assert_eq!((sign(fixed(500)), sign(fixed(499)), sign(fixed(-500)), sign(fixed(-499))), (1, 0, -1, 0));
    }
    #[test]
    fn names_are_kept() {
        for name in ["vader", "commonweal", "commonweal:chat", "my_score", "vader:x"] {
            assert_eq!(String::from(Model::from(name.to_owned())), name);
        }
        assert_eq!(Model::from("commonweal:general".to_owned()), Model::from("commonweal".to_owned()));
        assert_eq!(Model::from("vader:x".to_owned()), Model::Column("vader:x".to_owned()));
        let fault = named("poets").unwrap_err().to_string();
        assert!(fault.contains("commonweal:developer") && fault.contains("commonweal:poets"), "{fault}");
    }
}
