//! Which unit answers which other.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::silos::{Silos, check_shuffles};
use super::units::{Asked, SHAPES, UnitNetwork, and};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::graph::mixing::{Mixing, Tally};
use crate::view::{Group, NONE};

/// Numbers of all shuffles that are held at a time.
const HELD: usize = 4_000_000;

/// Which unit answers which other, more or less than chance would have it.
///
/// # Formula
/// ties(u, v) = acts of the members of u on messages of members of v; expected(u, v) the same by quasi-independence, ratio = ties / expected.
/// With r = (ties − expected) / √expected, z = (r − mean of r over the shuffles) / its standard deviation over them, and `p_value` as in
/// [`crate::Silos`], whose shuffles these are.
///
/// # Columns
/// period (with `every`), `by` … (of the act), source, target (units), ties, expected, ratio, z, `p_value`, complete (with `every`). A row for each pair of units with a
/// tie or with any to be expected, each unit with itself too.
///
/// # Edge cases
/// As in [`crate::Silos`]. ratio is null where nothing is expected, z and `p_value` where shuffles cannot differ. With `min_group` a pair counts as
/// many members as the smaller of its units has. Many pairs are tested at once: of 100 without any bent five have `p_value` < 0.05.
///
/// # Source
/// As [`crate::Silos`]; block models of units: Wasserman & Faust, *Social Network Analysis* (1994), chapter 10.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SiloMatrix {
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

impl Default for SiloMatrix {
    fn default() -> Self {
        let Silos { unit, ties, every, shuffles, seed, scope } = Silos::default();
        Self { unit, ties, every, shuffles, seed, scope }
    }
}

const OWN: &[&str] = &["source", "target"];

impl SiloMatrix {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.silo_matrix",
        question: "Which unit answers which other, more or less than chance would have it?",
        formula: "ties(u → v) against quasi-independence: ratio = ties/expected; z against units dealt anew among members as active",
        unit: "acts",
        source: "Krackhardt & Stern (1988); Goodman (1968)",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        Asked { unit: &self.unit, ties: &self.ties, every: self.every, scope: &self.scope }
    }
}

/// A pair of units.
#[derive(Clone, Copy, Debug, Default)]
struct Pair {
    members: i64,
    ties: f64,
    expected: f64,
    test: Option<[f64; 2]>,
}

impl Kpi for SiloMatrix {
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
        let mut found: Vec<(i64, Group, Pair)> = vec![];
        for network in &networks {
            let units = network.units();
            let labels = units.iter().flat_map(|(a, _)| units.iter().map(move |(b, _)| [Some(*a), Some(*b)]));
            let of_pair = labels.zip(self.pairs(network)).filter(|(_, pair)| pair.ties > 0.0 || pair.expected > 0.0);
            found.extend(of_pair.map(|(pair, row)| (network.period, and(&network.group, &pair), row)));
        }
        let cells = asked.cells(found.iter().map(|(_, group, _)| group), &networks, horizon)?;
        let mut placed = vec![Pair::default(); cells.len()];
        for (period, group, row) in &found {
            if let Some(cell) = cells.index(group, *period) {
                placed[cell] = *row;
            }
        }
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| placed[*cell].members > 0).collect();
        let members = placed.iter().map(|pair| pair.members).collect();
        let listed: Vec<Pair> = rows.iter().map(|cell| placed[*cell]).collect();
        let number = |of: fn(&Pair) -> Option<f64>| listed.iter().map(of).collect::<Vec<_>>();
        cells
            .sheet(&self.scope.with_columns(OWN))
            .rows(rows)
            .members(members)
            .numbers("ties", number(|pair| Some(pair.ties)))
            .numbers("expected", number(|pair| Some(pair.expected)))
            .numbers("ratio", number(|pair| (pair.expected > 0.0).then(|| pair.ties / pair.expected)))
            .numbers("z", number(|pair| pair.test.map(|test| test[0])))
            .numbers("p_value", number(|pair| pair.test.map(|test| test[1])))
            .finish()
    }
}

impl SiloMatrix {
    /// Each unit with each.
    fn pairs(&self, network: &UnitNetwork<'_>) -> Vec<Pair> {
        let (units, known) = (network.units(), network.known());
        let of_known: Vec<u32> = network.unit_of_each().into_iter().filter(|unit| *unit != NONE).collect();
        let mixing = Mixing::new(of_known, units.len(), &known);
        let (ties, expected) = (mixing.table(&mixing.unit), mixing.expected(&mixing.unit));
        let residuals = |unit: &[u32]| {
            let (ties, expected) = (mixing.table(unit), mixing.expected(unit));
            ties.iter().zip(&expected).map(|(ties, expected)| (ties - expected) / expected.sqrt()).collect()
        };
        let seen: Vec<f64> = residuals(&mixing.unit);
        let mut tallies: Vec<Tally> = seen.iter().map(|seen| Tally::new(*seen)).collect();
        let at_once = (HELD / seen.len().max(1)).clamp(16, 4_096) as u32;
        for first in (0..self.shuffles).step_by(at_once as usize) {
            let some = first..self.shuffles.min(first + at_once);
            for values in mixing.shuffled(some, self.seed, residuals) {
                tallies.iter_mut().zip(values).for_each(|(tally, value)| tally.add(value));
            }
        }
        let members = |unit: usize| units[unit].1.len() as i64;
        let pair = |i: usize| {
            let (source, target) = (i / units.len(), i % units.len());
            let test = tallies[i].null().filter(|_| seen[i].is_finite());
            Pair {
                members: members(source).min(members(target)),
                ties: ties[i],
                expected: expected[i],
                test: test.map(|null| [(seen[i] - null.mean) / null.sd, null.p]),
            }
        };
        (0..seen.len()).map(pair).collect()
    }
}
