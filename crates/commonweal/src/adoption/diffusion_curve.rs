//! The curve of first uses, and where it leads.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::ActivityKind;
use super::first_uses;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Values;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::bass::Method;

/// Members who have ever taken part, period by period: observed, by the Bass model, and to come.
///
/// # Formula
/// As [`crate::Diffusion`]. Of complete periods, expected = m F(t), with the interval of that mean
/// given the members so far. Of later ones, expected = observed so
/// far + m (F(t) − F(n)), with the interval that the count itself will lie in: the uncertainty of the model and the noise of counts
/// (delta method, on the logarithm of those to come).
///
/// # Columns
/// period, `by` …, adopters (members with their first use in the period), cumulative (up to its end), expected, expected_low,
/// expected_high (cumulative, by the model), forecast (whether the model has not seen the period), complete. A group's rows start with
/// the period of its first use. adopters and cumulative are null in periods that have not begun; the expected are null for groups without a model.
///
/// # Edge cases
/// As [`crate::Diffusion`]. The period that `as_of` cuts short is a forecast, beside what was observed of it. `min_group` goes by the
/// adopters of a group in all.
///
/// # Source
/// As [`crate::Diffusion`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiffusionCurve {
    /// The period. Default: month.
    pub every: Every,
    /// Periods to come after the one that observation ends in. Default: 12.
    pub forecast: u32,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// How the model is fitted. Default: likelihood.
    pub method: Method,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for DiffusionCurve {
    fn default() -> Self {
        Self {
            every: Every::Month,
            forecast: 12,
            activity: ActivityKind::default(),
            method: Method::default(),
            scope: Scope::default(),
        }
    }
}

impl DiffusionCurve {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.diffusion_curve",
        question: "How many have ever taken part, and how many will have?",
        formula: "expected = m F(t) of complete periods; observed + m (F(t) − F(n)) of later ones",
        unit: "members",
        source: "Bass (1969); Schmittlein & Mahajan (1982)",
        whole: Whole::Member,
    };
    const MOST_AHEAD: u32 = 1_000;
}

impl Kpi for DiffusionCurve {
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
        if self.forecast > Self::MOST_AHEAD {
            return Err(Error::option("forecast", format!("0 to {} periods", Self::MOST_AHEAD), self.forecast));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        const { &[Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        first_uses::partial(part, &self.scope, self.activity, self.every)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = first_uses::cells(&sources, self.every, horizon, self.forecast)?;
        let uses = first_uses::uses(&cells, &tables[0], Self::SPEC.name, self.method, self.scope.confidence)?;
        let groups = uses.len();
        let (mut rows, mut adopters, mut cumulative, mut expected, mut forecast) =
            (vec![], vec![], vec![], vec![], vec![]);
        for cell in 0..cells.len() {
            let (period, of) = (cell / groups, &uses[cell % groups]);
            let Some(t) = period.checked_sub(of.first) else { continue };
            let seen = of.counts.get(t).copied();
            let so_far = |periods: usize| of.counts[..periods].iter().sum::<i64>();
            rows.push(cell);
            adopters.push(seen);
            cumulative.push(seen.map(|_| so_far(t + 1)));
            forecast.push(Some(t >= of.complete));
            expected.push(of.fit.as_ref().ok().map(|fit| match (t + 1).checked_sub(of.complete) {
                None | Some(0) => fit.until(t + 1),
                Some(ahead) => fit.ahead(ahead).map(|to_come| so_far(of.complete) as f64 + to_come),
            }));
        }
        let members = uses.iter().map(|uses| uses.counts.iter().sum::<i64>());
        let members = members.cycle().take(cells.len()).collect();
        cells
            .sheet(&self.scope)
            .members(members)
            .column("adopters", Values::Count(adopters))
            .column("cumulative", Values::Count(cumulative))
            .rate(["expected", "expected_low", "expected_high"], expected)
            .column("forecast", Values::Flag(forecast))
            .rows(rows)
            .finish()
    }
}
