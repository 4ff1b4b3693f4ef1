//! The score of each message.
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::model::{Model, number};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Values, column};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::view::Group;

/// The sentiment of each message.
///
/// # Formula
/// score = VADER's compound, or the column that `model` names; label = positive from 0.05, negative from −0.05, else neutral. Of the
/// trained model: score = P(positive) − P(negative), label = the class that the words speak for most, as if all were equally common.
///
/// # Columns
/// id, `by` …, time (UTC), score (−1 to 1), label, confidence. One row for each post and reply, in order of time and id.
///
/// # Edge cases
/// A message without text, or of white space alone, is not scored: score and label are null. Nor does the trained model score one of code,
/// quotations, addresses or a signature alone, or in another language than English. confidence, the probability that the label is right, is
/// the trained model's; neither VADER nor a column tells one. `min_group` does not apply, as every row is one message.
///
/// # Source
/// Hutto & Gilbert, *VADER*, ICWSM 2014; thresholds of the authors. The trained model: its card, `docs/models/commonweal-2.md`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Messages {
    /// What scores. Default: VADER.
    pub model: Model,
    /// Columns to carry along, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Messages {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.messages",
        question: "In what mood is a message?",
        formula: "score = VADER compound, −1 to 1; positive from 0.05, negative from −0.05",
        unit: "score",
        source: "Hutto & Gilbert, VADER, ICWSM (2014)",
        whole: Whole::Member,
    };
}

const NOT_SCORED: i64 = i64::MIN;

impl Kpi for Messages {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn shapes(&self) -> &'static [Shape] {
        // Messages of one id, group, time and score.
        const { &[Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let scores = self.model.scores(part.community)?;
        let ids = part.community.events().column("id").ok().map(|c| c.str().cloned()).transpose()?;
        let mut messages = TableBuilder::<1>::new();
        for (_, rows) in part.groups() {
            for row in rows.iter().map(|row| *row as usize) {
                if dense.kind[row].is_message() && scoped.counts(row) {
                    messages.at(row as u32, dense.time()[row], scores.get(row).unwrap_or(NOT_SCORED))[0] += 1;
                }
            }
        }
        let label = |row: u32| -> Group {
            let id = ids.as_ref().and_then(|ids| ids.get(row as usize)).map(str::to_owned);
            std::iter::once(id).chain(scoped.groups.label(scoped.groups.of(row as usize))).collect()
        };
        Ok(vec![messages.finish(label)])
    }

    fn finish(&self, tables: &[Table], _: &Horizon) -> Result<DataFrame> {
        let count = |n: i128| usize::try_from(n).unwrap_or(0);
        // More than a frame has rows.
        let most = i128::from(IdxSize::MAX);
        if tables[0].rows().map(|(.., n)| n[0].clamp(0, most)).sum::<i128>() >= most {
            return Err(Error::malformed());
        }
        let mut rows: Vec<(i64, &Group, i64)> = tables[0]
            .rows()
            .flat_map(|(group, time, score, n)| std::iter::repeat_n((time, group, score), count(n[0])))
            .collect();
        rows.sort();
        const OWN: [&str; 5] = ["id", "time", "score", "label", "confidence"];
        self.scope.refuse_names(|name| OWN.contains(&name))?;
        let text = |i: usize| Values::Text(rows.iter().map(|(_, group, _)| group.get(i).cloned().flatten()).collect());
        let score = |s: i64| (s != NOT_SCORED).then_some(s);
        let labels = rows.iter().map(|(.., s)| {
            score(*s).map(|s| ["negative", "neutral", "positive"][(self.model.sign(s) + 1) as usize].to_owned())
        });
        let sure = rows.iter().map(|(.., s)| score(*s).and_then(|s| self.model.confidence(s)));
        let mut frame = vec![column("id", text(0))?];
        for (i, name) in self.scope.by.iter().enumerate() {
            frame.push(column(name, text(i + 1))?);
        }
        frame.push(column("time", Values::Instant(rows.iter().map(|(time, ..)| Some(*time)).collect()))?);
        let numbers = rows.iter().map(|(.., s)| score(*s).map(|s| number(s, &self.model)));
        frame.push(column("score", Values::Number(numbers.collect()))?);
        frame.push(column("label", Values::Text(labels.collect()))?);
        frame.push(column("confidence", Values::Number(sure.collect()))?);
        Ok(DataFrame::new(rows.len(), frame)?)
    }
}
