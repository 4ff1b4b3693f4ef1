//! Active members, and the share of those who could be.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use super::membership::{own_groups, silent_groups, stretches};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::proportion::wilson;
use crate::view::Group;

/// How many members were active in each period, how many for the first time, and which share of the eligible that is.
///
/// # Formula
/// active = distinct members with a qualifying act in the period; new = those active for the first time ever; eligible = members of the
/// members table who had joined and not left at the period's end (or at the end of observation, where that is earlier), in a role that counts at that time;
/// adoption_rate = members both active and eligible / eligible, with Wilson's interval.
///
/// # Columns
/// period (with `every`), `by` …, active, new, eligible (members; null without a members table that has `joined`), adoption_rate, adoption_rate_low,
/// adoption_rate_high (null where eligible is null or 0), complete (with `every`). With `by` a column of the members, groups of whom nobody is active have their
/// rows too.
///
/// # Edge cases
/// A member whose `joined` is null has always been there, one whose `left` is null still is. Without a column `joined` the table may
/// list only those who ever acted, and a share of them says nothing of adoption: then nobody is eligible; a column of nulls says that
/// all listed were there from the start. With `by` a column of the members, eligible are those
/// of the group; with a column of the events, all members are. `new` is new to the group. Acts of unknown authors, acts without a time of
/// their own, and bots make nobody active.
///
/// # Source
/// Customary; interval by Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActiveMembers {
    /// The period; none for the whole span. Default: week.
    pub every: Option<Every>,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for ActiveMembers {
    fn default() -> Self {
        Self { every: Some(Every::Week), activity: ActivityKind::default(), scope: Scope::default() }
    }
}

impl ActiveMembers {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.active_members",
        question: "How many members are active, and which share of those who could be?",
        formula: "active = distinct members with a qualifying act; adoption_rate = active and eligible / eligible",
        unit: "members",
        source: "customary; Wilson (1927) for the interval",
        whole: Whole::Member,
    };
}

const ACTIVE: usize = 0;
const NEW: usize = 1;

impl Kpi for ActiveMembers {
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
        // Members active, new; active ones that become (+1) or cease to be (−1) eligible, by the time they do; all members that
        // do, likewise; members listed.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(1), Shape::sums(1), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let community = part.community;
        let membership = community.membership()?;
        let groups = community.groups(&self.scope.by)?;
        let mut counts = TableBuilder::<2>::new();
        let mut both = TableBuilder::<1>::new();
        for_each_member(part, &self.scope, self.activity, self.every, |scoped, periods, spell| {
            let stretches =
                membership.as_ref().as_ref().map_or(vec![], |m| stretches(community, m, spell.member, scoped));
            let own = scoped.groups.members_only(&scoped.groups.label(spell.group));
            for (i, period) in spell.periods.iter().map(|p| *p as usize).enumerate() {
                let start = periods.start(period);
                let row = counts.at(spell.group, start, 0);
                row[ACTIVE] += 1;
                row[NEW] += i128::from(i == 0);
                // Signed by time, so that whether one counts is decided where the end of observation is known.
                let last = periods.last_instant(period);
                for stretch in stretches.iter().filter(|s| s.group == own && s.from <= last) {
                    both.at(spell.group, start, stretch.from)[0] += 1;
                    if stretch.until <= last {
                        both.at(spell.group, start, stretch.until)[0] -= 1;
                    }
                }
            }
        })?;
        let mut eligible = LabelledBuilder::<1>::new();
        let mut listed = TableBuilder::<1>::new();
        if let Some(membership) = membership.as_ref().as_ref().filter(|_| part.first) {
            let scoped = part.scoped(&self.scope)?;
            for member in membership.names() {
                listed.at(0, 0, 0)[0] += 1;
                for stretch in stretches(community, membership, member, &scoped) {
                    if stretch.until < i64::MAX {
                        eligible.at(stretch.group.clone(), stretch.until, 0)[0] -= 1;
                    }
                    eligible.at(stretch.group, stretch.from, 0)[0] += 1;
                }
            }
        }
        let label = |code| groups.label(code);
        let (listed, seen) = (listed.finish(|_| Group::new()), self.activity.seen(part));
        Ok(vec![counts.finish(label), both.finish(label), eligible.finish(), listed, seen])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [counts, both, eligible, listed, seen] = tables else { return Ok(DataFrame::empty()) };
        self.activity.check(seen)?;
        // Groups of the members' own columns are there whether anybody is active or not.
        let cells = Cells::new(
            counts.groups.iter().chain(silent_groups(eligible)),
            counts.first_period(),
            self.every,
            horizon,
        )?;
        let sums = cells.sums::<2>(counts);
        let mut active_and_eligible = vec![0; cells.len()];
        for (cell, _, time, values) in cells.rows(both) {
            if time <= cells.observed_end_of(cell) {
                active_and_eligible[cell] += values[0] as i64;
            }
        }
        let eligible = if listed.keys.is_empty() { vec![None; cells.len()] } else { eligible_of(&cells, eligible) };
        let rate = |(k, n): (&i64, &Option<i64>)| n.and_then(|n| wilson(*k, n, self.scope.confidence));
        let rates: Vec<_> = active_and_eligible.iter().zip(&eligible).map(rate).collect();
        cells
            .sheet(&self.scope)
            .members(sums.iter().map(|c| c[ACTIVE]).collect())
            .counts("active", sums.iter().map(|c| c[ACTIVE]))
            .counts("new", sums.iter().map(|c| c[NEW]))
            .column("eligible", Values::Count(eligible))
            .rate(["adoption_rate", "adoption_rate_low", "adoption_rate_high"], rates)
            .finish()
    }
}

/// The eligible members of each cell.
fn eligible_of(cells: &Cells<'_>, table: &Table) -> Vec<Option<i64>> {
    let mut changes: BTreeMap<&Group, Vec<(i64, i64)>> = BTreeMap::new();
    for (group, time, _, values) in table.rows() {
        changes.entry(group).or_default().push((time, values[0] as i64));
    }
    let mut eligible = vec![Some(0); cells.len()];
    for (g, own) in own_groups(cells, table).into_iter().enumerate() {
        let changes = changes.get(&own).map_or(&[][..], Vec::as_slice);
        let (mut i, mut there) = (0, 0);
        for period in 0..cells.periods() {
            let end = cells.observed_end(period);
            while i < changes.len() && changes[i].0 <= end {
                there += changes[i].1;
                i += 1;
            }
            eligible[period * cells.groups().len() + g] = Some(there);
        }
    }
    eligible
}
