//! Messages that a person has labelled.
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What a person found a message to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// Negative.
    Negative,
    /// Neither.
    Neutral,
    /// Positive.
    Positive,
}

/// One labelled message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Labelled {
    /// The id of the message.
    pub id: String,
    /// What a person found it to be.
    pub label: Mood,
    /// With which probability it was drawn, as [`AuditSample`](super::AuditSample) says. Default: 1, all alike.
    #[serde(default = "certain")]
    pub probability: f64,
}

fn certain() -> f64 {
    1.0
}

/// The messages that a person has labelled, by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Labelled>", into = "Vec<Labelled>")]
pub struct Audit(Vec<Labelled>);

impl From<Vec<Labelled>> for Audit {
    fn from(mut labels: Vec<Labelled>) -> Self {
        labels.sort_by(|a, b| a.id.cmp(&b.id));
        Self(labels)
    }
}

impl From<Audit> for Vec<Labelled> {
    fn from(audit: Audit) -> Self {
        audit.0
    }
}

/// Labelled messages that an estimate needs. With fewer, the normal interval is too narrow.
pub(super) const LEAST: usize = 100;

/// Rarer draws than this are taken for mistakes.
const LEAST_PROBABLE: f64 = 1e-6;

/// One, of weights and scores, in the fixed point that products of them need.
pub(super) const UNIT: i64 = 1 << 16;

impl Audit {
    /// Refuses too few labels, an id that comes twice, and what is no probability.
    pub(super) fn check(&self) -> Result<()> {
        if self.0.len() < LEAST {
            let allowed = format!("{LEAST} labelled messages or more, as audit_sample draws them");
            return Err(Error::option("audit", allowed, self.0.len()));
        }
        if let Some(twice) = self.0.windows(2).find(|two| two[0].id == two[1].id) {
            let got = format!("{:?} twice", twice[0].id);
            return Err(Error::option("audit", "labels of messages that differ", got));
        }
        let wrong = self.0.iter().find(|label| !(LEAST_PROBABLE..=1.0).contains(&label.probability));
        match wrong {
            None => Ok(()),
            Some(label) => {
                let allowed = format!("drawn with a probability from {LEAST_PROBABLE} to 1");
                Err(Error::option("audit", allowed, format!("{} for {:?}", label.probability, label.id)))
            }
        }
    }

    /// The labels by id, each with its weight in fixed point.
    pub(super) fn by_id(&self) -> HashMap<&str, (Mood, i64)> {
        let weight = |label: &Labelled| (UNIT as f64 / label.probability).round() as i64;
        self.0.iter().map(|label| (label.id.as_str(), (label.label, weight(label)))).collect()
    }
}
