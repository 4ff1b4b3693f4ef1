//! Whether units keep to themselves.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::units::{Asked, SHAPES, UnitNetwork, and};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::graph::mixing::{Mixing, Tally};
use crate::view::{Group, NONE};

/// Whether the members of a unit answer each other more than others, and more than they would if the unit made no difference.
///
/// # Formula
/// ei = (external − internal) / (external + internal), of the acts of a unit's members on messages of members of known units: −1 all within
/// the unit, 1 all outside. Acts as in [`crate::Edges`], each in the units that both had at its time.
///
/// expected = ei of ties by quasi-independence: every member answers as much as they did, and is answered as much as they were, whoever
/// is at the other end, but for themselves. In a shuffle the units are dealt anew among members of about the same activity
/// (acts to and from them, within a factor of two as far as there are ten), and all ties stay as they are: who talks for long, in threads,
/// back and forth, or about one topic, does so in every shuffle. With d = ei − expected, sd = the standard deviation of d over the
/// shuffles, z = (d − its mean over them) / sd; that mean, next to 0, is added to `expected`. `p_value` = 2 · min(share of shuffles with d no
/// larger, no smaller), what was seen being one of them.
///
/// # Columns
/// period (with `every`), `by` … (of the act), unit (null: the whole community), members (with a tie, of the unit), internal, external,
/// unknown (acts on members of no known unit; of the whole community, from them too), ei, expected with `_low` and `_high` (the middle share
/// `confidence` of the shuffles), sd, z, `p_value`, complete (with `every`).
///
/// # Edge cases
/// ei is null where a unit's members did not act on others of known units. expected, sd, z and `p_value` are null where shuffles cannot differ: one unit alone,
/// a unit of one member. Below some 20 acts a unit can hardly be told from chance. Of 20 units without silos one has `p_value` < 0.05. With `half_life` acts count by their
/// age, and are no whole numbers. A unit that is a topic of its own, with channels of its own, is a silo by this, too.
///
/// # Source
/// Krackhardt & Stern, *Informal networks and organizational crises*, Social Psychology Quarterly 51 (1988); shuffles of labels over a network that
/// stays: Hubert's quadratic assignment, Krackhardt, *Social Networks* 10 (1988); quasi-independence: Goodman, *JASA* 63 (1968).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silos {
    /// The column of the members that tells their unit. Default: department.
    pub unit: String,
    /// What ties.
    #[serde(flatten)]
    pub ties: Ties,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// How often the units are dealt anew. Default: 1,000.
    pub shuffles: u32,
    /// The same seed deals the same. Default: 0.
    pub seed: u64,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Silos {
    fn default() -> Self {
        let unit = "department".to_owned();
        Self { unit, ties: Ties::default(), every: None, shuffles: 1_000, seed: 0, scope: Scope::default() }
    }
}

const OWN: &[&str] = &["unit"];

impl Silos {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.silos",
        question: "Which units keep to themselves, more than chance would have it?",
        formula: "ei = (external − internal)/(external + internal); z against units dealt anew among members as active, ties kept",
        unit: "−1 to 1",
        source: "Krackhardt & Stern (1988); Krackhardt (1988)",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        Asked { unit: &self.unit, ties: &self.ties, every: self.every, scope: &self.scope }
    }
}

/// Refuses numbers of shuffles that are too few to tell, or take hours.
pub(super) fn check_shuffles(shuffles: u32) -> Result<()> {
    if (100..=100_000).contains(&shuffles) {
        return Ok(());
    }
    Err(Error::option("shuffles", "from 100 to 100,000", shuffles))
}

/// A row: a unit, or the whole.
#[derive(Clone, Copy, Debug, Default)]
struct Row {
    members: i64,
    internal: f64,
    external: f64,
    unknown: f64,
    ei: Option<f64>,
    expected: Option<[f64; 3]>,
    /// sd, z, p.
    test: Option<[f64; 3]>,
}

impl Kpi for Silos {
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
        check_shuffles(self.shuffles)?;
        self.asked().check(OWN)
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.asked().partial(part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let asked = self.asked();
        let networks = asked.networks(tables, horizon)?;
        let mut found: Vec<(i64, Group, Row)> = vec![];
        for network in &networks {
            let names = network.units().into_iter().map(|(name, _)| Some(name));
            let rows = self.rows(network);
            found.extend(
                [None]
                    .into_iter()
                    .chain(names)
                    .zip(rows)
                    .map(|(unit, row)| (network.period, and(&network.group, &[unit]), row)),
            );
        }
        let cells = asked.cells(found.iter().map(|(_, group, _)| group), &networks, horizon)?;
        let mut placed = vec![Row::default(); cells.len()];
        for (period, group, row) in &found {
            if let Some(cell) = cells.index(group, *period) {
                placed[cell] = *row;
            }
        }
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| placed[*cell].members > 0).collect();
        let scope = self.scope.with_columns(OWN);
        let members = placed.iter().map(|row| row.members).collect();
        let listed: Vec<Row> = rows.iter().map(|cell| placed[*cell]).collect();
        let number = |of: fn(&Row) -> Option<f64>| listed.iter().map(of).collect::<Vec<_>>();
        cells
            .sheet(&scope)
            .rows(rows)
            .members(members)
            .counts("members", listed.iter().map(|row| row.members))
            .numbers("internal", number(|row| Some(row.internal)))
            .numbers("external", number(|row| Some(row.external)))
            .numbers("unknown", number(|row| Some(row.unknown)))
            .numbers("ei", number(|row| row.ei))
            .rate(["expected", "expected_low", "expected_high"], listed.iter().map(|row| row.expected))
            .numbers("sd", number(|row| row.test.map(|test| test[0])))
            .numbers("z", number(|row| row.test.map(|test| test[1])))
            .numbers("p_value", number(|row| row.test.map(|test| test[2])))
            .finish()
    }
}

impl Silos {
    /// The whole community, and each unit.
    fn rows(&self, network: &UnitNetwork<'_>) -> Vec<Row> {
        let units = network.units();
        let unit_of = network.unit_of_each();
        let mut rows = vec![Row::default(); units.len() + 1];
        rows[0].members = network.persons();
        for (row, (_, nodes)) in rows[1..].iter_mut().zip(&units) {
            row.members = nodes.len() as i64;
        }
        for (source, target, weight) in &network.ties {
            let [source, target] = [source, target].map(|node| unit_of[*node as usize]);
            if source == NONE || target == NONE {
                rows[0].unknown += weight;
                rows[1..].get_mut(source as usize).into_iter().for_each(|row| row.unknown += weight);
            }
        }
        let known = network.known();
        let of_known: Vec<u32> = unit_of.into_iter().filter(|unit| *unit != NONE).collect();
        let mixing = Mixing::new(of_known, units.len(), &known);
        let (internal, out) = mixing.internal(&mixing.unit);
        // d of the whole, and of each unit; with the ei that is expected.
        let distance = |unit: &[u32]| -> (Vec<f64>, Vec<f64>) {
            let (internal, out) = mixing.internal(unit);
            let expected = mixing.expected_internal(unit);
            let sum = |values: &[f64]| values.iter().sum::<f64>();
            let all = [(sum(&internal), sum(&expected), sum(&out))];
            let each = internal
                .iter()
                .zip(&expected)
                .zip(&out)
                .map(|((internal, expected), out)| (*internal, *expected, *out));
            let of = |(internal, expected, out): (f64, f64, f64)| {
                (-2.0 * (internal - expected) / out, 1.0 - 2.0 * expected / out)
            };
            all.into_iter().chain(each).map(of).unzip()
        };
        let (seen, expected) = distance(&mixing.unit);
        let shuffled = mixing.shuffled(0..self.shuffles, self.seed, |unit| distance(unit).0);
        for (i, row) in rows.iter_mut().enumerate() {
            let (internal, out) = match i.checked_sub(1) {
                None => (internal.iter().sum(), out.iter().sum()),
                Some(unit) => (internal[unit], out[unit]),
            };
            (row.internal, row.external) = (internal, out - internal);
            if out <= 0.0 {
                continue;
            }
            row.ei = Some((row.external - row.internal) / (row.external + row.internal));
            let of_row = || shuffled.iter().map(|values| values[i]);
            let mut tally = Tally::new(seen[i]);
            of_row().for_each(|value| tally.add(value));
            if let Some(null) = tally.null() {
                let mut values: Vec<f64> = of_row().filter(|value| value.is_finite()).collect();
                values.sort_by(f64::total_cmp);
                let ei = |distance: f64| (expected[i] + distance).clamp(-1.0, 1.0);
                let tail = (1.0 - self.scope.confidence) / 2.0;
                let quantile = |share: f64| values[((values.len() - 1) as f64 * share).round() as usize];
                row.expected = Some([ei(null.mean), ei(quantile(tail)), ei(quantile(1.0 - tail))]);
                row.test = Some([null.sd, (seen[i] - null.mean) / null.sd, null.p]);
            }
        }
        rows
    }
}
