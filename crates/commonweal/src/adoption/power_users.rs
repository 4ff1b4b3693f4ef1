//! On how many days of a window members are active.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use super::onward::starts;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::{Every, Span};
use crate::stats::proportion::wilson;

/// How many members were active on exactly 1, 2, 3 … days of the last window: the power user curve, or L28; with a window of `7d`, L7.
///
/// # Formula
/// members(j) = distinct members active on exactly j of the days d−w+1 … d, where d is the last day of the period (the day that observation
/// ends in, where that comes first) and w the window; share(j) = members(j) / Σ members, with Wilson's interval. Σ members is mau of
/// [`crate::RollingActive`] on day d, and Σ j · members(j) the sum of dau over the window.
///
/// # Columns
/// period (with `every`), `by` …, days (1 … w), members, share, share_low, share_high (null where nobody was active), complete (with
/// `every`). Every number of days has a row.
///
/// # Edge cases
/// Days are calendar days of the community's zone. In the first window of a community there were fewer days to be active on.
///
/// # Source
/// Chen, *The power user curve*, Andreessen Horowitz (2018); interval by Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PowerUsers {
    /// The window at the end of each such period; none for the one at the end of observation. Default: none.
    pub every: Option<Every>,
    /// The window, in whole days. Default: 28 days, four of each weekday.
    pub window: Span,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for PowerUsers {
    fn default() -> Self {
        Self { every: None, window: Span::days(28), activity: ActivityKind::default(), scope: Scope::default() }
    }
}

impl PowerUsers {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.power_users",
        question: "Do members come once, or nearly every day?",
        formula: "members(j) = distinct members active on exactly j days of the window; share = members(j) / Σ members",
        unit: "members",
        source: "Chen, The power user curve (2018); Wilson (1927) for the interval",
        whole: Whole::Member,
    };

    fn days(&self) -> usize {
        self.window.whole_days().map_or(1, |days| days.max(1) as usize)
    }
}

impl Kpi for PowerUsers {
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
        if !self.window.whole_days().is_some_and(|days| (1..=366).contains(&days)) {
            return Err(Error::option("window", "whole days from \"1d\" to \"366d\", as \"28d\"", self.window));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Members that begin (+1) or cease (−1) to have so many active days in the trailing window, by the day they do.
        const { &[Shape::sums(1), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let mut changes = TableBuilder::<1>::new();
        let window = self.days();
        let days = Periods::of(part.community, Some(Every::Day));
        let starts = starts(part, &days, window);
        for_each_member(part, &self.scope, self.activity, &days, |_, spell| {
            let day = |i: usize| spell.periods.get(i).map(|day| *day as usize);
            let (mut entered, mut left) = (0, 0);
            // A day leaves after it entered, so when none is left to leave, none is left to enter.
            while let Some(leaves) = day(left).map(|day| day + window) {
                let enters = day(entered);
                let now = enters.map_or(leaves, |enters| enters.min(leaves));
                let before = entered - left;
                entered += usize::from(enters == Some(now));
                left += usize::from(leaves == now);
                let held = entered - left;
                if held != before {
                    for (count, change) in [(before, -1), (held, 1)] {
                        if count > 0 {
                            changes.at(spell.group, starts[now], count as i64)[0] += change;
                        }
                    }
                }
            }
        })?;
        let groups = part.community.groups(&self.scope.by)?;
        Ok(vec![changes.finish(|code| groups.label(code)), self.activity.seen(part)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [changes, seen] = tables else { return Ok(DataFrame::empty()) };
        self.activity.check(seen)?;
        let sources = [changes];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let window = self.days();
        cells.check_rows(cells.len().saturating_mul(window))?;
        let members = self.members(&cells, changes);
        let active: Vec<i64> = members.chunks_exact(window).map(|days| days.iter().sum()).collect();
        let rows: Vec<usize> = (0..cells.len()).flat_map(|cell| std::iter::repeat_n(cell, window)).collect();
        let shares: Vec<_> =
            rows.iter().zip(&members).map(|(cell, k)| wilson(*k, active[*cell], self.scope.confidence)).collect();
        cells
            .sheet(&self.scope)
            .members(active)
            .counts("days", (0..rows.len()).map(|row| (row % window) as i64 + 1))
            .keys()
            .counts("members", members)
            .rate(["share", "share_low", "share_high"], shares)
            .rows(rows)
            .finish()
    }
}

impl PowerUsers {
    /// The members of each number of days, cell by cell.
    fn members(&self, cells: &Cells<'_>, changes: &Table) -> Vec<i64> {
        let (window, width) = (self.days(), cells.groups().len());
        let mut members = vec![0; cells.len() * window];
        let mut now = vec![0i64; window];
        // In order of group and day, as the cells are.
        let mut rows = changes.rows().peekable();
        for (g, group) in cells.groups().iter().enumerate() {
            now.fill(0);
            for period in 0..cells.periods() {
                let end = cells.observed_end(period);
                while let Some((.., days, change)) = rows.next_if(|(of, day, ..)| of == group && *day <= end) {
                    if let Some(count) =
                        days.checked_sub(1).and_then(|i| usize::try_from(i).ok()).and_then(|i| now.get_mut(i))
                    {
                        *count = count.saturating_add(change[0] as i64);
                    }
                }
                members[(period * width + g) * window..][..window].copy_from_slice(&now);
            }
            while rows.next_if(|(of, ..)| of == group).is_some() {}
        }
        members
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::{compute, counts, events, numbers, table};
    use crate::community::Community;

    #[test]
    fn a_week_by_hand() {
        // Ana comes on four of the last seven days (one of them twice) and before, bo on one, cy on days before alone.
        let days =
            [(0, "ana"), (1, "cy"), (3, "cy"), (5, "ana"), (6, "ana"), (6, "ana"), (8, "ana"), (10, "ana"), (10, "bo")];
        let rows: Vec<_> = days.iter().map(|(day, member)| (*day, *member, "post", "")).collect();
        let community = Community::builder(events(&rows)).build().expect("valid");
        let found = table(&community, "adoption.power_users", json!({"window": "7d"}));
        assert_eq!(found.get_column_names(), ["days", "members", "share", "share_low", "share_high"]);
        assert_eq!(counts(&found, "members"), [1, 0, 0, 1, 0, 0, 0]);
        assert_eq!(numbers(&found, "share")[3], Some(0.5));
        // At the end of the first week: ana on days 0, 5, 6, cy on 1, 3.
        let weekly = table(&community, "adoption.power_users", json!({"window": "7d", "every": "1w"}));
        assert_eq!(counts(&weekly, "members")[..7], [0, 1, 1, 0, 0, 0, 0]);
        assert_eq!(counts(&weekly, "members")[7..], [1, 0, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn a_window_is_whole_days_of_a_year_at_most() {
        let community = Community::builder(events(&[])).build().expect("valid");
        for window in ["12h", "367d"] {
            let error = compute(&community, "adoption.power_users", json!({"window": window})).expect_err("no window");
            assert!(error.to_string().starts_with("window must be whole days from \"1d\" to \"366d\""), "{error}");
        }
        assert_eq!(table(&community, "adoption.power_users", json!({})).height(), 0);
    }
}
