//! Who sounds hostile more often than others, as far as their messages tell.
mod rank;
mod read;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};

/// Members whose messages sound hostile more often than those of others, whom they aim at, and what they get for it: a list for a person to
/// read, **never a verdict and never an action**.
///
/// # Formula
/// A message is hostile where the probability that it attacks a person, by the trained model, is `threshold` or more. Of n messages a
/// member has k such. The shares of all members of a group are taken to follow a beta distribution, fitted by moments; rate = the mean of the
/// member's posterior, (α + k) / (α + β + n), with its central interval: who wrote little is near all, whatever was in it. times = rate /
/// (hostile messages of the group / its messages). reply_bait = (replies by others to hostile messages / k) / (replies by others to the
/// other messages / (n − k)).
///
/// # Columns
/// At most `top` rows for each group, those first whose rate is high for sure (by rate_low): `by` …, member, messages (n), hostile (k), rate with `_low`
/// and `_high`, times, directed (hostile messages that answer another person), targets (distinct persons they answer), top_target (the one most of
/// them answer), top_target_share (of directed), replies_to_hostile, replies_to_other (replies by others for each such message),
/// reply_bait (ratio; null where there is none of one kind, or nobody replied to the other messages), message (id of the one that sounds worst), span (its beginning).
///
/// # Edge cases
/// Only who has `least` messages or more, and a hostile one, is listed; the fit is over all. Messages that the model does not score (no text, code
/// alone, another language) do not count. A reply that names no parent in its thread answers the opening post. Replies of bots are none, unless
/// `bots`. What is quoted in a message is not read. Names are in the rows: `min_group` hides the rows of groups with fewer authors, and does not make the list anonymous.
///
/// # Source
/// Kleinman, JASA 68 (1973), for the fit; Efron & Morris, *Data analysis using Stein's estimator*, JASA 70 (1975), on shrinkage; on replies as
/// what a troll is after: Cheng and others, *Anyone can become a troll*, CSCW (2017).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trolls {
    /// The probability of an attack from which a message is hostile. Default: 0.5.
    pub threshold: f64,
    /// Members of fewer messages are not listed. Default: 10.
    pub least: u32,
    /// The most members of each group. Default: 20.
    pub top: u32,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Trolls {
    fn default() -> Self {
        Self { threshold: 0.5, least: 10, top: 20, scope: Scope::default() }
    }
}

/// Members in a list, at most.
const MOST: u32 = 1_000_000;

impl Trolls {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "moderation.trolls",
        question: "Who sounds hostile more often than others, at whom, and do others rise to it?",
        formula: "rate = (α + hostile) / (α + β + messages), α and β of all members by moments; reply_bait = replies per hostile message / replies per other message",
        unit: "share of messages",
        source: "Kleinman (1973); Efron & Morris (1975); Cheng and others (2017)",
        whole: Whole::Thread,
    };
}

impl Kpi for Trolls {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        if !(self.threshold > 0.0 && self.threshold <= 1.0) {
            return Err(Error::option("threshold", "a probability above 0 and up to 1, as 0.5", self.threshold));
        }
        if self.top == 0 || self.top > MOST {
            return Err(Error::option("top", format!("a number of members from 1 to {MOST}"), self.top));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By group and member: sums over their messages. By group, member, target, id and beginning: hostile messages, by their score.
        const { &[Shape::sums(read::WIDTH), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        read::partial(self, part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        rank::finish(self, tables, horizon)
    }
}
