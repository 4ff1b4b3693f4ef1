//! Active members, and the share of those who could be.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::eligible::{self, silent_groups, stretches};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{PeriodBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::proportion::wilson;

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
        let periods = Periods::of(community, self.every);
        let mut counts = PeriodBuilder::<2>::new(periods.starts(), groups.len(), community.n_events());
        let mut both = TableBuilder::<1>::new();
        for_each_member(part, &self.scope, self.activity, &periods, |scoped, spell| {
            let stretches =
                membership.as_ref().as_ref().map_or(vec![], |m| stretches(community, m, spell.member, scoped));
            let own = scoped.groups.members_only(&scoped.groups.label(spell.group));
            for (i, period) in spell.periods.iter().map(|p| *p as usize).enumerate() {
                counts.add(spell.group, period, [1, i64::from(i == 0)]);
                // Signed by time, so that whether one counts is decided where the end of observation is known.
                let last = periods.last_instant(period);
                for stretch in stretches.iter().filter(|s| s.group == own && s.from <= last) {
                    both.at(spell.group, periods.start(period), stretch.from)[0] += 1;
                    if stretch.until <= last {
                        both.at(spell.group, periods.start(period), stretch.until)[0] -= 1;
                    }
                }
            }
        })?;
        let [eligible, listed] = eligible::everybody(part, &self.scope)?;
        let label = |code| groups.label(code);
        Ok(vec![counts.finish(label), both.finish(label), eligible, listed, self.activity.seen(part)])
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
        let active_and_eligible = eligible::of_these_at_ends(&cells, both);
        let eligible = eligible::at_ends(&cells, [eligible, listed]);
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
