//! Daily, weekly and monthly actives, day by day.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use super::onward::starts;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::PeriodBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::{Every, Span};
use crate::stats::proportion::wilson;

/// How many members were active on each day, in the 7 days up to it and in the window up to it.
///
/// # Formula
/// dau(d) = distinct members active on day d; wau(d) = on any of the days d−6 … d; mau(d) = on any day of the window that ends with d;
/// stickiness = dau / mau, with Wilson's interval.
///
/// # Columns
/// period (each day), `by` …, dau, wau, mau (members), stickiness, stickiness_low, stickiness_high (null where mau is 0), complete.
///
/// # Edge cases
/// Days are calendar days of the community's zone. The first days have shorter windows behind them: what was before the first event is
/// not known.
///
/// # Source
/// DAU/MAU as customary; interval by Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RollingActive {
    /// The window of mau, in whole days. Default: 28 days, four of each weekday.
    pub window: Span,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for RollingActive {
    fn default() -> Self {
        Self { window: Span::days(28), activity: ActivityKind::default(), scope: Scope::default() }
    }
}

impl RollingActive {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.rolling_active",
        question: "How many come by the day, the week, the month, and how often do they come back?",
        formula: "dau, wau, mau = distinct active members of the day, the trailing 7 days, the trailing window; stickiness = dau / mau",
        unit: "members",
        source: "customary; Wilson (1927) for the interval",
        whole: Whole::Member,
    };
    const WEEK: i64 = 7;
}

const DAY: usize = 0;
const WEEK: usize = 1;
const WINDOW: usize = 2;

impl Kpi for RollingActive {
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
        if !self.window.whole_days().is_some_and(|days| (1..=3_660).contains(&days)) {
            return Err(Error::option("window", "whole days from \"1d\" to \"3660d\", as \"28d\"", self.window));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Members active on the day; members that enter (+1) or leave (−1) the trailing week and window on the day.
        const { &[Shape::sums(3), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let groups = part.community.groups(&self.scope.by)?;
        let days = Periods::of(part.community, Some(Every::Day));
        let (week, window) = (Self::WEEK as usize, self.window.whole_days().unwrap_or(Self::WEEK) as usize);
        let mut changes =
            PeriodBuilder::<3>::new(starts(part, &days, week.max(window)), groups.len(), part.community.n_events());
        for_each_member(part, &self.scope, self.activity, &days, |_, spell| {
            let mut before: Option<usize> = None;
            for (i, day) in spell.periods.iter().map(|p| *p as usize).enumerate() {
                let enters = |length: usize| i64::from(before.is_none_or(|before| before + length < day));
                changes.add(spell.group, day, [1, enters(week), enters(window)]);
                let next = spell.periods.get(i + 1);
                for (column, length) in [(WEEK, week), (WINDOW, window)] {
                    if next.is_none_or(|next| day + length < *next as usize) {
                        changes.add(spell.group, day + length, std::array::from_fn(|i| -i64::from(i == column)));
                    }
                }
                before = Some(day);
            }
        })?;
        Ok(vec![changes.finish(|code| groups.label(code)), self.activity.seen(part)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [changes, seen] = tables else { return Ok(DataFrame::empty()) };
        self.activity.check(seen)?;
        let sources = [changes];
        let cells = Cells::of(&sources, Some(Every::Day), horizon)?;
        let mut sums = cells.sums::<3>(changes);
        let width = cells.groups().len();
        for cell in width..sums.len() {
            for column in [WEEK, WINDOW] {
                sums[cell][column] += sums[cell - width][column];
            }
        }
        let column = |i: usize| sums.iter().map(move |c| c[i]);
        cells
            .sheet(&self.scope)
            .members(column(WINDOW).collect())
            .counts("dau", column(DAY))
            .counts("wau", column(WEEK))
            .counts("mau", column(WINDOW))
            .rate(
                ["stickiness", "stickiness_low", "stickiness_high"],
                sums.iter().map(|c| wilson(c[DAY], c[WINDOW], self.scope.confidence)),
            )
            .finish()
    }
}
