//! Whether those who complained have become content.
mod change;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::model::Model;
use super::shifts::{self, Side, Vote};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::view::Group;
use change::{Changes, STATES};

/// How members moved from gloomy to content and back, and how many would seem to without any change.
///
/// Who had a bad start looks better afterwards in any case: regression to the mean. So states are told from shrunken means, a change
/// needs a test with the false ones held down, and beside each count stands how many of it chance makes.
///
/// # Formula
/// A vote is the mean score of what a member wrote in one hour. Members with 2 · `least` votes or more are looked at; their first half
/// is *before*, the second *after*. With m the mean and τ² the variance of members (of their means, less what chance explains), and σ²
/// the variance of a vote times (1 + ρ) / (1 − ρ), ρ the autocorrelation of votes in a row, as moods last (and no less than five times that of the means of five in a row): a half of n votes with mean x is
/// shrunk to m + τ² / (τ² + σ²/n) · (x − m), and *gloomy* below m − `apart` · τ, *content* above m + `apart` · τ, else *between*.
///
/// expected: how many would be there had nobody changed: Σ over members of ∫ P(from | θ) P(to | θ), θ a member's mood as all
/// their votes tell of it. net = members − expected. A change is tested by z = (after − before) / √(v (1/n + 1/n′)), v the larger of σ² and the variance
/// of all votes of the member, as a test by randomisation has it; `changed` counts those that Benjamini and Hochberg's procedure keeps at `false_share`.
///
/// # Columns
/// Nine rows for each group: `by` …, from, to (gloomy, between, content), members, share (of those who were `from`), expected, net, changed
/// (of the members, those with a change that is sure), mean_before, mean_after (of the members' votes).
///
/// # Edge cases
/// Where all differences between members are within chance (τ = 0) all are between. Where votes within a half do not vary, z = √(n + n′ − 1)
/// for whoever changed at all. Unknown authors are nobody. Groups in which
/// nobody has votes enough are not listed. What came in between is not looked at: for the lift after a reply of staff see
/// [`ReplyEffect`](super::ReplyEffect).
///
/// # Source
/// Efron & Morris, JASA 70 (1975), on shrinkage; Fisher, The Design of Experiments (1935), on randomisation; Benjamini & Hochberg, JRSS B 57 (1995).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recoveries {
    /// The least number of votes on each side. Default: 15.
    pub least: u32,
    /// How far from the mean gloomy and content are, in standard deviations of members. Default: 0.5.
    pub apart: f64,
    /// The share of false ones among the changes that are told of. Default: 0.1.
    pub false_share: f64,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Recoveries {
    fn default() -> Self {
        Self { least: 15, apart: 0.5, false_share: 0.1, model: Model::default(), scope: Scope::default() }
    }
}

impl Recoveries {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.recoveries",
        question: "Have those who were gloomy become content, more than chance would have it?",
        formula: "members by state (shrunken mean) in the first and the second half of their votes; net = members − expected without a change",
        unit: "members",
        source: "Efron & Morris (1975); Benjamini & Hochberg (1995)",
        whole: Whole::Member,
    };

    /// The changes of each group.
    fn changes<'t>(&self, table: &'t Table, horizon: &Horizon) -> Vec<(Group, Changes<'t>)> {
        let by = self.scope.by.len();
        let groups = shifts::votes(table, by, horizon);
        let of = |(label, votes): (&[Option<String>], Vec<Vote>)| {
            let name = |code: u32| table.groups.get(code as usize)?.get(by)?.as_deref();
            (label.to_vec(), Changes::of(votes, name, self))
        };
        groups.into_iter().map(of).filter(|(_, changes)| !changes.members.is_empty()).collect()
    }
}

impl Kpi for Recoveries {
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
        if !(2..=100_000).contains(&self.least) {
            return Err(Error::option("least", "a number of votes from 2 to 100000", self.least));
        }
        if !(self.apart >= 0.0 && self.apart <= 5.0) {
            return Err(Error::option("apart", "from 0 to 5 standard deviations, as 0.5", self.apart));
        }
        if !(self.false_share > 0.0 && self.false_share < 1.0) {
            return Err(Error::option("false_share", "between 0 and 1, as 0.1", self.false_share));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // As shifts.
        const { &[Shape::sums(2)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![shifts::partial(part, &self.scope, &self.model, Side::Both)?])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let found = self.changes(&tables[0], horizon);
        let labels: Vec<Group> = found.iter().map(|(label, _)| label.clone()).collect();
        let cells = Cells::new(&labels, tables[0].first_period(), None, horizon)?;
        let members = found.iter().map(|(_, changes)| changes.members.len() as i64).collect();
        let rows: Vec<(usize, usize, usize)> =
            (0..found.len()).flat_map(|cell| (0..9).map(move |i| (cell, i / 3, i % 3))).collect();
        let each = |cell: usize, from: usize, to: usize| {
            found[cell].1.members.iter().filter(move |member| (member.from, member.to) == (from, to))
        };
        let counts: Vec<i64> = rows.iter().map(|(cell, from, to)| each(*cell, *from, *to).count() as i64).collect();
        let mean = |of: fn(&change::Member<'_>) -> f64| -> Vec<Option<f64>> {
            let mean = |((cell, from, to), n): (&(usize, usize, usize), &i64)| {
                (*n > 0).then(|| each(*cell, *from, *to).map(of).sum::<f64>() / *n as f64)
            };
            rows.iter().zip(&counts).map(mean).collect()
        };
        let (mean_before, mean_after) = (mean(|m| m.before), mean(|m| m.after));
        let expected: Vec<f64> = rows.iter().map(|(cell, from, to)| found[*cell].1.expected[*from][*to]).collect();
        let share = rows.iter().zip(&counts).map(|((cell, from, _), n)| {
            let all = found[*cell].1.members.iter().filter(|member| member.from == *from).count();
            (all > 0).then(|| *n as f64 / all as f64)
        });
        let name = |of: fn(&(usize, usize, usize)) -> usize| {
            Values::Text(rows.iter().map(|row| Some(STATES[of(row)].to_owned())).collect())
        };
        let changed = rows
            .iter()
            .map(|(cell, from, to)| each(*cell, *from, *to).filter(|m| m.q_value <= self.false_share).count() as i64);
        let (changed, share): (Vec<i64>, Vec<Option<f64>>) = (changed.collect(), share.collect());
        let net: Vec<Option<f64>> =
            counts.iter().zip(&expected).map(|(n, expected)| Some(*n as f64 - expected)).collect();
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows.iter().map(|(cell, ..)| *cell).collect())
            .column("from", name(|row| row.1))
            .column("to", name(|row| row.2))
            .keys()
            .counts("members", counts)
            .numbers("share", share)
            .numbers("expected", expected.into_iter().map(Some))
            .numbers("net", net)
            .counts("changed", changed)
            .numbers("mean_before", mean_before)
            .numbers("mean_after", mean_after)
            .finish()
    }
}
