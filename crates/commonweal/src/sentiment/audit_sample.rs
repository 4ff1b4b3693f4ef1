//! Messages for a person to label.
use polars::prelude::{DataFrame, StringChunked};
use serde::{Deserialize, Serialize};

use super::model::Model;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{Key, LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::random::Random;
use crate::view::Group;

/// Messages drawn at random for a person to label, so that [`Trend`](super::Trend) can tell levels with an interval.
///
/// # Formula
/// Every scored message has a number that its id and `seed` alone decide, as good as random. In each period and group the `n` messages with
/// the least numbers are drawn: a simple random sample without replacement, the same for any order and any split of the events.
/// probability = drawn / population.
///
/// # Columns
/// One row for each message drawn: period (with `every`), `by` …, id, time (UTC), text (null where there is none), population (scored
/// messages of the period and group), probability, label (null: for a person to fill in), complete (with `every`).
///
/// # Edge cases
/// Within a period and group rows come in a random order: who stops early has labelled a random sample of fewer, and `probability` is then
/// too large by one factor, which makes no difference within a period and group. Where there are fewer than `n` messages all are drawn.
/// The score is not shown, so that it does not sway who labels. Every row is one message of one person: `min_group` does not apply.
/// Declines where a scored message has no id, as its label could not be given back. The table of a partition holds the text of every scored message.
///
/// # Source
/// Cochran, *Sampling Techniques*, 3rd ed., 1977, chapters 2 and 5; by permanent random numbers: Ohlsson, in *Business Survey Methods*,
/// 1995, chapter 9.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditSample {
    /// The number of messages to draw in each period and group. Default: 200.
    pub n: u32,
    /// The period to draw from; none for the whole span. Default: none.
    pub every: Option<Every>,
    /// Draws other messages for each seed. Default: 0.
    pub seed: u64,
    /// What scores: only messages that it scores are drawn. Default: VADER.
    pub model: Model,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for AuditSample {
    fn default() -> Self {
        Self { n: 200, every: None, seed: 0, model: Model::default(), scope: Scope::default() }
    }
}

/// More messages than anybody labels.
const MOST: u32 = 1_000_000;

impl AuditSample {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.audit_sample",
        question: "Which messages should a person label, so that the mood is a share and no index?",
        formula: "the n messages of each period and group with the least hash of seed and id; probability = drawn / population",
        unit: "messages",
        source: "Cochran, Sampling Techniques (1977), chapters 2 and 5; Ohlsson (1995)",
        whole: Whole::Member,
    };

    /// The random number of a message.
    fn place(&self, id: &str) -> i64 {
        let key = Random::at(self.seed).next();
        (Random::at(stable_hash(id.as_bytes()) ^ key).next() >> 1) as i64
    }
}

impl Kpi for AuditSample {
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
        if self.n == 0 || self.n > MOST {
            return Err(Error::option("n", format!("a number of messages from 1 to {MOST}"), self.n));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Messages by group, id and text, period and random number: how many, and their time. By cell: messages without an id.
        const { &[Shape::sums(2), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let (dense, events) = (part.community.dense(), part.community.events());
        let (time, scores) = (dense.time(), self.model.scores(part.community)?);
        let periods = Periods::of(part.community, self.every);
        let strings = |name: &str| events.column(name).ok().and_then(|column| column.str().ok());
        let (ids, texts): (Option<&StringChunked>, Option<&StringChunked>) = (strings("id"), strings("text"));
        let (mut messages, mut without) = (LabelledBuilder::<2>::new(), TableBuilder::<1>::new());
        for (_, rows) in part.groups() {
            for row in rows.iter().map(|row| *row as usize) {
                if !dense.kind[row].is_message() || !scoped.counts(row) || scores.get(row).is_none() {
                    continue;
                }
                let (group, period) = (scoped.groups.of(row), periods.start_of(time[row]));
                let Some(id) = ids.and_then(|ids| ids.get(row)) else {
                    without.at(group, period, 0)[0] += 1;
                    continue;
                };
                let text = texts.and_then(|texts| texts.get(row)).map(str::to_owned);
                let own = [Some(id.to_owned()), text];
                let values =
                    messages.at(scoped.groups.label(group).into_iter().chain(own).collect(), period, self.place(id));
                values[0] += 1;
                values[1] += i128::from(time[row]);
            }
        }
        Ok(vec![messages.finish(), without.finish(|code| scoped.groups.label(code))])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let without: i128 =
            tables[1].rows().fold(0, |sum, (.., n)| n.iter().fold(sum, |sum, n| sum.saturating_add(*n)));
        if without > 0 {
            let found = format!(
                "{without} scored messages have none: number them, as in events.with_row_index(\"id\"), or leave them out"
            );
            return Err(Error::declined(Self::SPEC.name, "an id for every scored message", found));
        }
        let by = self.scope.by.len();
        let table = &tables[0];
        // The group of each label, without what tells of the message.
        let groups: Vec<Group> = table.groups.iter().map(|label| label.iter().take(by).cloned().collect()).collect();
        let cells = Cells::new(&groups, table.first_period(), self.every, horizon)?;
        let mut drawn: Vec<Vec<(i64, &[Option<String>], i64)>> = vec![vec![]; cells.len()];
        for (Key { group, period, x }, values) in table.keyed() {
            let label = &table.groups[group as usize];
            let Some((_, own)) = label.split_at_checked(by).filter(|(_, own)| own.len() == 2) else {
                return Err(Error::malformed());
            };
            if let Some(cell) = cells.index(&groups[group as usize], period) {
                drawn[cell].push((x, own, values[1] as i64));
            }
        }
        let (mut rows, mut population, mut probability) = (vec![], vec![], vec![]);
        let mut messages: Vec<(&[Option<String>], i64)> = vec![];
        for (cell, drawn) in drawn.iter_mut().enumerate() {
            drawn.sort_unstable();
            let (all, n) = (drawn.len(), drawn.len().min(self.n as usize));
            for (_, own, time) in &drawn[..n] {
                rows.push(cell);
                messages.push((own, *time));
                population.push(all as i64);
                probability.push(Some(n as f64 / all as f64));
            }
        }
        let scope = Scope { min_group: 0, ..self.scope.clone() };
        let text = |i: usize| Values::Text(messages.iter().map(|(own, _)| own[i].clone()).collect());
        let label = Values::Text(vec![None; messages.len()]);
        cells
            .sheet(&scope)
            .rows(rows)
            .column("id", text(0))
            .column("time", Values::Instant(messages.iter().map(|(_, time)| Some(*time)).collect()))
            .column("text", text(1))
            .counts("population", population)
            .numbers("probability", probability)
            .column("label", label)
            .finish()
    }
}
