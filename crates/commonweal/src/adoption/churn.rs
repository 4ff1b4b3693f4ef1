//! Who has gone quiet, against their own habit.
use std::cmp::Ordering;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::ActivityKind;
use super::habit::{self, Habit, Member};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, check_top};
use crate::period::{Calendar, Every, SECOND, Span, days_since_epoch};
use crate::stats::logistic::Logistic;
use crate::view::Group;

/// For each member, how long it has been silent, how long that usually is, and the chance that it is active again within the horizon.
///
/// # Formula
/// With s days since the last active day, k active days so far, g the median gap between them, r those among the last 90 days, a days since
/// the first: logit p_return = b₀ + b₁ ln(1+s) + b₂ ln k + b₃ ln(1+s) ln k + b₄ ln(1+g) + b₅ ln(1+r) + b₆ ln(1+a). The weights are
/// learned from the community's own past: from 12 days that lie 1, 2, … 12 horizons back, each with what was known on it, and whether the
/// member was active within the horizon after it; slopes of standardised predictors have a N(0, 1) prior. risk = 1 − p_return.
///
/// # Columns
/// `by` …, member, last_active (date), silent (duration), active_days, usual_gap (duration; null for one active day), p_return, risk
/// (probabilities), at_risk. First those at risk, then the others; in both, by active_days · p_return, the largest first: who was here on
/// many days and may yet come back.
///
/// # Edge cases
/// Days are calendar days of the community's zone. The horizon starts after the last observed day. With `by`, the habit is that within the
/// group, and the weights are those of all groups together. A member with no act that qualifies is not listed: it cannot go quiet. A suppressed group has one row.
/// Declines where fewer than two horizons are observed, or fewer than 20 of the looks back ended in either way.
///
/// # Source
/// Landmarking: van Houwelingen, Scandinavian Journal of Statistics 34 (2007). Recency and frequency as in Fader, Hardie & Lee, Marketing
/// Science 24 (2005); measured against their model in `docs/evaluations/churn.py`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Churn {
    /// Within which time a member is to be active again, in whole days. Default: 30 days.
    pub horizon: Span,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// A member is a regular who was active on so many days. Default: 5.
    pub regular_from: u32,
    /// At risk are regulars whose p_return is below this … Default: 0.5.
    pub at_risk_below: f64,
    /// … and not below this: those are lost. Default: 0.1.
    pub lost_below: f64,
    /// Lists only those at risk. Default: no.
    pub only_at_risk: bool,
    /// Lists at most so many of each group. Default: all.
    pub top: Option<u32>,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Churn {
    fn default() -> Self {
        Self {
            horizon: Span::days(30),
            activity: ActivityKind::default(),
            regular_from: 5,
            at_risk_below: 0.5,
            lost_below: 0.1,
            only_at_risk: false,
            top: None,
            scope: Scope::default(),
        }
    }
}

impl Churn {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.churn",
        question: "Who has gone quiet against their own habit, and will they be back?",
        formula: "logit p_return = linear in silence, active days, usual gap, recent days and age; weights from the community's own past",
        unit: "probability",
        source: "landmarking: van Houwelingen (2007); recency and frequency: Fader, Hardie & Lee (2005)",
        whole: Whole::Member,
    };
    /// Looks back that the weights are learned from, at most.
    const LOOKS: i32 = 12;
    /// Rows to learn from: enough for seven weights, and little memory.
    const MOST_ROWS: usize = 2_000_000;
    const ADVICE: &str = "take a shorter horizon, or observe for longer";
    /// Ends of each kind that it takes.
    const LEAST_ENDS: usize = 20;

    fn days(&self) -> i32 {
        self.horizon.whole_days().unwrap_or(30) as i32
    }

    /// What the past says: each habit on a day with a full horizon after it, and whether it went on.
    fn past(&self, members: &[Member<'_>], today: i32) -> Result<Vec<([f64; 6], bool)>> {
        let (days, first) = (self.days(), members.iter().filter_map(|m| m.days.first()).min().copied());
        let observed = first.map_or(0, |first| today - first + 1);
        if observed <= 2 * days {
            let needs =
                format!("{} days of activity, to look back and see who returned within {}", 2 * days + 1, self.horizon);
            return Err(Error::declined(Self::SPEC.name, needs, format!("there are {observed}: {}", Self::ADVICE)));
        }
        let mut rows = vec![];
        for look in 1..=Self::LOOKS {
            let day = today - look * days;
            if day < today - observed + 1 + days || (look > 1 && rows.len() + members.len() > Self::MOST_ROWS) {
                break;
            }
            rows.extend(members.iter().filter_map(|member| {
                let habit = Habit::at(&member.days, day)?;
                let next = member.days.get(habit.active).is_some_and(|next| *next <= day + days);
                Some((habit.predictors(), next))
            }));
        }
        let returned = rows.iter().filter(|(_, returned)| *returned).count();
        let gone = rows.len() - returned;
        if returned.min(gone) < Self::LEAST_ENDS {
            let needs = format!(
                "{} looks back that saw a return within {}, and as many that saw none",
                Self::LEAST_ENDS,
                self.horizon
            );
            let found = format!("{returned} saw one, and {gone} none: {}", Self::ADVICE);
            return Err(Error::declined(Self::SPEC.name, needs, found));
        }
        Ok(rows)
    }
}

/// A row of the table.
struct Row<'t> {
    cell: usize,
    member: &'t str,
    today: i32,
    habit: Habit,
    p_return: f64,
    at_risk: bool,
}

impl Row<'_> {
    /// What a manager acts on comes first: who was here on many days and may yet come back.
    fn order(&self, other: &Self) -> Ordering {
        let key = |row: &Self| (row.cell, !row.at_risk);
        let weight = |row: &Self| row.habit.active as f64 * row.p_return;
        key(self).cmp(&key(other)).then(weight(other).total_cmp(&weight(self))).then(self.member.cmp(other.member))
    }
}

impl Kpi for Churn {
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
        if !self.horizon.whole_days().is_some_and(|days| (1..=366).contains(&days)) {
            return Err(Error::option("horizon", "whole days from \"1d\" to \"366d\", as \"30d\"", self.horizon));
        }
        if !(0.0..=1.0).contains(&self.at_risk_below) {
            return Err(Error::option("at_risk_below", "between 0 and 1, as 0.5", self.at_risk_below));
        }
        if !(0.0..=self.at_risk_below).contains(&self.lost_below) {
            let allowed = format!("between 0 and at_risk_below, {}", self.at_risk_below);
            return Err(Error::option("lost_below", allowed, self.lost_below));
        }
        check_top(&self.top)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        const { &[Shape::sums(1), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        Ok(vec![habit::partial(part, &self.scope, self.activity)?, self.activity.seen(part)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        self.activity.check(&tables[1])?;
        let members = habit::members(&tables[0]);
        let mut groups: Vec<Group> = members.iter().map(|member| member.group.to_vec()).collect();
        groups.sort();
        groups.dedup();
        let cells = Cells::new(&groups, None, None, horizon)?;
        let calendar = Calendar::new(horizon.zone, Every::Day);
        // Observation that ends with the start of a day has not seen that day, unless something happened on it.
        let seen = days_since_epoch(calendar.date_of(horizon.as_of - 1));
        let today = members.iter().filter_map(|m| m.days.last()).max().map_or(seen, |last| seen.max(*last));
        let mut rows = vec![];
        let mut of_group = vec![0; cells.len()];
        if !members.is_empty() {
            let past = self.past(&members, today)?;
            let model = Logistic::fit(&past).ok_or_else(|| {
                Error::declined(Self::SPEC.name, "a past that tells its weights", "they do not converge")
            })?;
            for member in &members {
                let group = member.group.to_vec();
                let (Some(cell), Some(habit)) = (cells.index(&group, 0), Habit::at(&member.days, today)) else {
                    continue;
                };
                let p_return = model.at(&habit.predictors());
                let regular = habit.active >= self.regular_from as usize;
                let at_risk = regular && p_return < self.at_risk_below && p_return >= self.lost_below;
                rows.push(Row { cell, member: member.name, today, habit, p_return, at_risk });
                of_group[cell] += 1;
            }
        }
        rows.sort_unstable_by(Row::order);
        self.listed(&mut rows, &of_group);
        self.sheet(cells, &rows, of_group)
    }
}

impl Churn {
    /// Leaves only those who are asked for. Small groups keep a row, which says that they are suppressed.
    fn listed(&self, rows: &mut Vec<Row<'_>>, of_group: &[i64]) {
        let mut listed = vec![0; of_group.len()];
        rows.retain(|row| {
            let small = self.scope.suppresses() && of_group[row.cell] < i64::from(self.scope.min_group);
            let asked = row.at_risk || !self.only_at_risk;
            let keep = small || (asked && self.top.is_none_or(|top| listed[row.cell] < top));
            listed[row.cell] += u32::from(keep);
            keep
        });
    }

    fn sheet(&self, cells: Cells<'_>, rows: &[Row<'_>], of_group: Vec<i64>) -> Result<DataFrame> {
        let day = 86_400 * SECOND;
        cells
            .sheet(&self.scope)
            .members(of_group)
            .column("member", Values::Text(rows.iter().map(|row| Some(row.member.to_owned())).collect()))
            .column("last_active", Values::Date(rows.iter().map(|row| Some(row.today - row.habit.silent)).collect()))
            .durations("silent", rows.iter().map(|row| Some(i64::from(row.habit.silent) * day)))
            .counts("active_days", rows.iter().map(|row| row.habit.active as i64))
            .durations("usual_gap", rows.iter().map(|row| row.habit.usual.map(|gap| (gap * day as f64) as i64)))
            .numbers("p_return", rows.iter().map(|row| Some(row.p_return)))
            .numbers("risk", rows.iter().map(|row| Some(1.0 - row.p_return)))
            .column("at_risk", Values::Flag(rows.iter().map(|row| Some(row.at_risk)).collect()))
            .rows(rows.iter().map(|row| row.cell).collect())
            .one_row_if_hidden()
            .finish()
    }
}
