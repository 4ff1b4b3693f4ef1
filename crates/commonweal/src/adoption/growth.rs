//! Growth accounting.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::table::PeriodBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::proportion::ratio;

/// Where the active members of each period come from, and where those of the period before have gone.
///
/// # Formula
/// With A(p) the members active in period p: new = first ever active in p; retained = A(p) ∩ A(p−1); resurrected = active in p, not in
/// p−1, active before; churned = A(p−1) ∖ A(p). active = new + retained + resurrected, and
/// active(p) = active(p−1) + new + resurrected − churned. quick_ratio = (new + resurrected) / churned.
///
/// # Columns
/// period, `by` …, active, new, retained, resurrected, churned (members), quick_ratio (null where nobody churned), complete. Every
/// period from the first activity of anyone to the end of observation has a row for every group.
///
/// # Edge cases
/// With `by`, each group is a community of its own: new is new to the group. A period that is not complete counts those as churned who
/// may yet come back within it. Where a period is suppressed, retained, resurrected and churned of the next are too: they add up to it.
///
/// # Source
/// Growth accounting as in Hsieh, *Accounting for user growth*, Social Capital (2015).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// The period. Default: week.
    pub every: Every,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Growth {
    fn default() -> Self {
        Self { every: Every::Week, activity: ActivityKind::default(), scope: Scope::default() }
    }
}

impl Growth {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.growth",
        question: "Do we gain more active members than we lose?",
        formula: "active = active before + new + resurrected − churned; quick_ratio = (new + resurrected) / churned",
        unit: "members",
        source: "Hsieh, Accounting for user growth, Social Capital (2015)",
        whole: Whole::Member,
    };
}

const NEW: usize = 0;
const RETAINED: usize = 1;
const RESURRECTED: usize = 2;
const CHURNED: usize = 3;

impl Kpi for Growth {
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
        const { &[Shape::sums(4), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let groups = part.community.groups(&self.scope.by)?;
        let periods = Periods::of(part.community, Some(self.every));
        let mut counts = PeriodBuilder::<4>::new(periods.starts(), groups.len(), part.community.n_events());
        for_each_member(part, &self.scope, self.activity, &periods, |_, spell| {
            let mut before: Option<u32> = None;
            for (i, period) in spell.periods.iter().enumerate() {
                let arrival = match before {
                    None => NEW,
                    Some(before) if before + 1 == *period => RETAINED,
                    Some(_) => RESURRECTED,
                };
                let one = |column: usize| std::array::from_fn(|i| i64::from(i == column));
                counts.add(spell.group, *period as usize, one(arrival));
                if spell.periods.get(i + 1) != Some(&(period + 1)) {
                    counts.add(spell.group, *period as usize + 1, one(CHURNED));
                }
                before = Some(*period);
            }
        })?;
        Ok(vec![counts.finish(|code| groups.label(code)), self.activity.seen(part)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [counts, seen] = tables else { return Ok(DataFrame::empty()) };
        self.activity.check(seen)?;
        let sources = [counts];
        let cells = Cells::of(&sources, Some(self.every), horizon)?;
        let sums = cells.sums::<4>(counts);
        let active = |c: &[i64; 4]| c[NEW] + c[RETAINED] + c[RESURRECTED];
        let column = |i: usize| sums.iter().map(move |c| c[i]);
        cells
            .sheet(&self.scope)
            .members(sums.iter().map(active).collect())
            .counts("active", sums.iter().map(active))
            .counts("new", column(NEW))
            .of_two_periods()
            .counts("retained", column(RETAINED))
            .counts("resurrected", column(RESURRECTED))
            .counts("churned", column(CHURNED))
            .numbers("quick_ratio", sums.iter().map(|c| ratio(c[NEW] + c[RESURRECTED], c[CHURNED])))
            .finish()
    }
}
