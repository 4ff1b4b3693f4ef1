//! How members move between the levels.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::levels::{LEVELS, Moves, NEW, ORIGINS, Thresholds, moves, moves_of};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::proportion::wilson;

/// Where the members of each level of [`crate::Lifecycle`] are one period later.
///
/// # Formula
/// rate(from, to) = members at level `from` in the period before and at level `to` in this one / members at level `from` in the period
/// before, with Wilson's interval. From `new`: of those seen for the first time in this period. The rates of one origin add up to 1, and
/// the members of one level to `members` of [`crate::Lifecycle`] in the period before.
///
/// # Columns
/// period (the one they move to), `by` …, from (away, observer, participant, contributor, advocate, new), to (the same without new),
/// members, rate, rate_low, rate_high (null where nobody was at that level, and where the period is not complete), complete. Each
/// period has a row for each pair, but none from new to away, which cannot be.
///
/// # Edge cases
/// As in [`crate::Lifecycle`]. In a period that is not complete, members have not yet done what they will: its counts are as they stand.
///
/// # Source
/// The Orbit Model, orbit.love: members who move up, hold and move down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LifecycleTransitions {
    /// The period. Default: month.
    pub every: Every,
    /// What it takes to be at a level.
    #[serde(flatten)]
    pub thresholds: Thresholds,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for LifecycleTransitions {
    fn default() -> Self {
        Self { every: Every::Month, thresholds: Thresholds::default(), scope: Scope::default() }
    }
}

impl LifecycleTransitions {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.lifecycle_transitions",
        question: "Do members rise to the next level, stay, or fall back?",
        formula: "rate(from, to) = members at from in the period before and at to in this one / members at from before",
        unit: "share of members",
        source: "the Orbit Model (orbit.love); Wilson (1927) for the interval",
        whole: Whole::Member,
    };
}

impl Kpi for LifecycleTransitions {
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
        self.thresholds.check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Members by origin and level.
        const { &[Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![moves(part, &self.scope, &self.thresholds, self.every)?])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, Some(self.every), horizon)?;
        let pairs: Vec<(usize, usize)> = (0..ORIGINS)
            .flat_map(|from| (0..LEVELS.len()).map(move |to| (from, to)))
            .filter(|pair| *pair != (NEW, 0))
            .collect();
        cells.check_rows(cells.len() * pairs.len())?;
        let moves = moves_of(&cells, &tables[0]);
        let width = cells.groups().len().max(1);
        let rows: Vec<(usize, usize, usize)> =
            (0..cells.len()).flat_map(|cell| pairs.iter().map(move |(from, to)| (cell, *from, *to))).collect();
        let rate = |(cell, from, to): &(usize, usize, usize)| {
            let moves = &moves[*cell];
            wilson(moves.of(*from, *to), moves.from(*from), self.scope.confidence)
                .filter(|_| cells.complete(cell / width))
        };
        let rates: Vec<_> = rows.iter().map(rate).collect();
        let name = |level: usize| Some(LEVELS.get(level).copied().unwrap_or("new").to_owned());
        let (from, to) = rows.iter().map(|(_, from, to)| (name(*from), name(*to))).unzip();
        cells
            .sheet(&self.scope)
            .members(moves.iter().map(Moves::active).collect())
            .column("from", Values::Text(from))
            .column("to", Values::Text(to))
            .keys()
            .of_two_periods()
            .counts("members", rows.iter().map(|(cell, from, to)| moves[*cell].of(*from, *to)))
            .rate(["rate", "rate_low", "rate_high"], rates)
            .rows(rows.iter().map(|(cell, ..)| *cell).collect())
            .finish()
    }
}
