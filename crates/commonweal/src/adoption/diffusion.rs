//! How first uses spread: the Bass model.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::ActivityKind;
use super::first_uses::{self, Uses};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Values;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::bass::{Fit, Method};

/// How many will ever take part, and what draws them: the coefficients of the Bass model of first uses.
///
/// # Formula
/// Expected first uses of period t = m (F(t) − F(t−1)), F(t) = (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t}), with t counted from the start
/// of the period of the first use, over complete periods only. p, q, m minimise the Poisson deviance (or, on request, the sum of squares).
/// Intervals are those of the profile likelihood, with the dispersion estimated by Pearson's X² / (n − 3), at least 1.
///
/// # Columns
/// `by` …, adopters (members with a first use in a complete period), periods (complete ones), p, p_low, p_high (innovation, per period), q,
/// q_low, q_high (imitation, per period), ceiling, ceiling_low, ceiling_high (members), dispersion, peak (date that the period with the most
/// expected first uses starts with; null where they only fall, or it lies after the year 9999), declined (why a group has no model; null where it has one).
///
/// # Edge cases
/// Declines where the ceiling is not determined, because growth without one (m to infinity, m p constant) is no worse by the F test at a
/// confidence of 0.99, or of the intervals where that is higher; with fewer than 8 complete periods or 30 first uses. With `by`, only where no group has a model. A first use is the first act
/// that is observed: members from before the first event count as new when they first act.
///
/// # Source
/// Bass, Management Science 15 (1969); Schmittlein & Mahajan, Marketing Science 1 (1982); Srinivasan & Mason, Marketing Science 5 (1986);
/// Venzon & Moolgavkar, Applied Statistics 37 (1988) for the intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diffusion {
    /// The period. Default: month.
    pub every: Every,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// How the model is fitted. Default: likelihood.
    pub method: Method,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Diffusion {
    fn default() -> Self {
        Self {
            every: Every::Month,
            activity: ActivityKind::default(),
            method: Method::default(),
            scope: Scope::default(),
        }
    }
}

impl Diffusion {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.diffusion",
        question: "How many will ever take part, and do they come by themselves or after others?",
        formula: "first uses of period t = m (F(t) − F(t−1)), F(t) = (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t})",
        unit: "members",
        source: "Bass (1969); Schmittlein & Mahajan (1982); profile likelihood: Venzon & Moolgavkar (1988)",
        whole: Whole::Member,
    };
}

impl Kpi for Diffusion {
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
        const { &[Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        first_uses::partial(part, &self.scope, self.activity, self.every)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let series = first_uses::cells(&sources, self.every, horizon, 0)?;
        let uses = first_uses::uses(&series, &tables[0], Self::SPEC.name, self.method, self.scope.confidence)?;
        let count = |uses: &Uses| uses.counts[..uses.complete].iter().sum::<i64>();
        let rate = |value: fn(&Fit) -> [f64; 3]| uses.iter().map(move |uses| uses.fit.as_ref().ok().map(value));
        let peak = |uses: &Uses| {
            let peak = uses.fit.as_ref().ok()?.bass.peak()?;
            series.date_ahead(uses.first, peak as usize)
        };
        let declined = |uses: &Uses| uses.fit.as_ref().err().cloned();
        let whole = crate::kpi::sheet::Cells::of(&sources, None, horizon)?;
        whole
            .sheet(&self.scope)
            .members(uses.iter().map(|uses| uses.counts.iter().sum()).collect())
            .counts("adopters", uses.iter().map(count))
            .counts("periods", uses.iter().map(|uses| uses.complete as i64))
            .rate(["p", "p_low", "p_high"], rate(|fit| fit.p))
            .rate(["q", "q_low", "q_high"], rate(|fit| fit.q))
            .rate(["ceiling", "ceiling_low", "ceiling_high"], rate(|fit| fit.m))
            .numbers("dispersion", uses.iter().map(|uses| uses.fit.as_ref().ok().map(|fit| fit.dispersion)))
            .column("peak", Values::Date(uses.iter().map(peak).collect()))
            .column("declined", Values::Text(uses.iter().map(declined).collect()))
            .finish()
    }
}
