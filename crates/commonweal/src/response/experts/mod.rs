//! Who has answered such questions before.
mod past;
mod question;
mod ranking;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::{Community, Whole};
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Span;
use crate::view::TEXT_COLUMNS;
use question::{Question, WORDS};

/// Whom to rank.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// The members.
    #[default]
    Members,
    /// The units that they are of.
    Units,
}

/// Who has answered such questions before, lately and often.
///
/// # Formula
/// Every question that somebody has answered speaks for them, with the weight
/// 2^(−age / `half_life`) · (1 + 2 · \[asked in the channel `topic`\]) · (1 + bm25 / mean bm25): the age is that of their last answer
/// to it, bm25 is its Okapi BM25 (k1 = 1.2, b = 0.75) for the terms of `text`, the mean is over all answered questions. Where no question of a
/// channel `topic` was answered, the words of `topic` count as those of `text`.
/// score = the share of the summed weights, 0 to 1; it sums to 1 over all who have answered.
///
/// A question is what the posts of a thread say in their text, title and tags; its askers are their authors. An answer is a reply in
/// the thread, not before its first post, by another person. Terms: see `commonweal_text::terms`; of a long text the first 124.
///
/// # Columns
/// `by` … (of the answer; one ranking for each group), rank (from 1), member, unit (with `unit`: theirs at their last answer), score,
/// similar (questions answered that are more alike than the mean, or of the channel), answers (questions answered), last_answered.
/// With `rank` = units: unit in place of member, and members (people who answered). No interval: how often the ranking is right is
/// measured in the docs.
///
/// # Edge cases
/// Without `text` and `topic`, who answers at all. Words that nobody has used change nothing. Bots never answer; their posts are no
/// questions, nor part of one, unless `bots`. `roles` are those of the answering, at the time. Unknown authors are nobody. Those who have left by the
/// members table are not ranked, though their unit's knowledge counts. Equal scores are in order of the name.
///
/// # Source
/// Voting by the questions answered: Balog, Azzopardi & de Rijke, SIGIR 2006 (model 2), Macdonald & Ounis, CIKM 2006 (CombSUM);
/// BM25: Robertson & Zaragoza (2009).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experts {
    /// The question, in its asker's words. Default: none.
    pub text: Option<String>,
    /// What it is about: a channel, or else words. Default: none.
    pub topic: Option<String>,
    /// Who asks, and so is not asked. Default: nobody.
    pub asker: Option<String>,
    /// Whom to rank. Default: members.
    pub rank: Rank,
    /// A column of the members, such as a department, to show or to rank. Default: none.
    pub unit: Option<String>,
    /// The most rows of each group. Default: 10.
    pub top: u32,
    /// The age at which an answer speaks half as loud. None: all speak alike. Default: 60 days.
    pub half_life: Option<Span>,
    /// Grouping, and whose answers count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Experts {
    fn default() -> Self {
        Self {
            text: None,
            topic: None,
            asker: None,
            rank: Rank::Members,
            unit: None,
            top: 10,
            half_life: Some(Span::days(60)),
            scope: Scope::default(),
        }
    }
}

impl Experts {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.experts",
        question: "Who has answered such questions before?",
        formula: "score = share of Σ over questions answered of 2^(−age/half_life) · (1 + 2·[same channel]) · (1 + bm25/mean bm25)",
        unit: "share of weight",
        source: "Balog, Azzopardi & de Rijke (2006), model 2; Macdonald & Ounis (2006); BM25",
        whole: Whole::Thread,
    };

    /// What is asked, in terms. Those of the topic come last, so that without them the others keep their numbers.
    fn question(&self, with_topic: bool) -> Question {
        let topic = self.topic.as_deref().filter(|_| with_topic);
        Question::new(self.text.as_deref().into_iter().chain(topic))
    }

    /// The columns whose values an answer carries.
    fn columns(&self) -> Vec<String> {
        self.scope.by.iter().chain(&self.unit).cloned().collect()
    }
}

impl Kpi for Experts {
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
        if self.top == 0 {
            return Err(Error::option("top", "1 or more", self.top));
        }
        if self.rank == Rank::Units && self.unit.is_none() {
            return Err(Error::option(
                "unit",
                "a column of the members, as \"department\", where units are ranked",
                "none",
            ));
        }
        if self.half_life.is_some_and(|half_life| half_life.micros() <= 0) {
            return Err(Error::option("half_life", "longer than nothing, as \"60d\", or none", "0"));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Answers, questions, the collection, and who has left.
        const { &[Shape::sums(1), Shape::sums(2 + WORDS), Shape::sums(1), Shape::least(1)] }
    }

    fn check_in(&self, community: &Community) -> Result<()> {
        let has = |name: &&str| community.events().get_column_index(name).is_some();
        if !self.question(true).is_empty() && self.text.is_some() && !TEXT_COLUMNS.iter().any(has) {
            let allowed = "none here, as the events have no column text, title or tags: ask by topic, a channel";
            return Err(Error::option("text", allowed, "a text"));
        }
        Ok(())
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        past::partial(self, part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        ranking::finish(self, tables, horizon)
    }
}

#[cfg(test)]
mod tests;
