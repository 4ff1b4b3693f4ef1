//! Active members, and the share of those who could be.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use crate::community::Community;
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Table};
use crate::period::Every;
use crate::stats::proportion::wilson;
use crate::view::ANY;
use crate::view::Group;
use membership::Membership;

/// How many members were active in each period, how many for the first time, and which share of the eligible that is.
///
/// # Formula
/// active = distinct members with a qualifying act in the period; new = those active for the first time ever; eligible = members of the
/// members table who had joined and not left at the period's end (or at the end of observation, where that is earlier), bots aside;
/// adoption_rate = members both active and eligible / eligible, with Wilson's interval.
///
/// # Columns
/// period (with `every`), `by` …, active, new, eligible (members; null without a members table that has `joined`), adoption_rate, adoption_rate_low,
/// adoption_rate_high (null where eligible is null or 0), complete (with `every`).
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
const ELIGIBLE: usize = 2;

impl Kpi for ActiveMembers {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn check(&self) -> Result<()> {
        self.scope.check()
    }

    fn widths(&self) -> &'static [usize] {
        // Members active, new, active and eligible; members that become (+1) or cease to be (−1) eligible, by the time they do.
        &[3, 1]
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let community = part.community;
        let membership = Membership::read(community)?;
        let groups = community.groups(&self.scope.by)?;
        let as_of = community.horizon().as_of;
        let mut counts = TableBuilder::<3>::new();
        for_each_member(part, &self.scope, self.activity, self.every, |scoped, periods, spell| {
            let own =
                (!self.scope.by.is_empty()).then(|| scoped.groups.members_only(&scoped.groups.label(spell.group)));
            for (i, period) in spell.periods.iter().map(|p| *p as usize).enumerate() {
                let row = counts.at(spell.group, periods.start(period), 0);
                row[ACTIVE] += 1;
                row[NEW] += i128::from(i == 0);
                let end = periods.last_instant(period).min(as_of);
                let in_group = || own.as_ref().is_none_or(|own| scoped.groups.of_member(spell.member, end) == *own);
                row[ELIGIBLE] += i128::from(membership.eligible(spell.member, end) && in_group());
            }
        })?;
        let mut eligible = TableBuilder::<1>::new();
        let mut labels: Vec<Group> = vec![];
        if part.first {
            labels = self.eligible(community, &membership, &mut eligible)?;
        }
        Ok(vec![counts.finish(|code| groups.label(code)), eligible.finish(|code| labels[code as usize].clone())])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.sums::<3>(&tables[0]);
        let eligible = eligible_of(&cells, &tables[1]);
        let pairs = || sums.iter().zip(&eligible);
        let rate = |(c, n): (&[i64; 3], &Option<i64>)| n.and_then(|n| wilson(c[ELIGIBLE], n, self.scope.confidence));
        let rates: Vec<_> = pairs().map(rate).collect();
        cells
            .sheet(&self.scope)
            .members(sums.iter().map(|c| c[ACTIVE]).collect())
            .counts("active", sums.iter().map(|c| c[ACTIVE]))
            .counts("new", sums.iter().map(|c| c[NEW]))
            .column("eligible", Values::Count(eligible.clone()))
            .rate(["adoption_rate", "adoption_rate_low", "adoption_rate_high"], rates)
            .finish()
    }
}

impl ActiveMembers {
    /// Writes when members become and cease to be eligible, in which group; gives the labels of the group codes used.
    fn eligible(
        &self,
        community: &Community,
        membership: &Membership,
        table: &mut TableBuilder<1>,
    ) -> Result<Vec<Group>> {
        let scoped = crate::kpi::Scoped::new(community, &self.scope)?;
        let mut codes: BTreeMap<Group, u32> = BTreeMap::new();
        for (member, role, joined, left) in membership.iter() {
            if !scoped.counts_as(Some(role)) {
                continue;
            }
            let mut times = vec![joined];
            times.extend(scoped.groups.changes(member).into_iter().filter(|t| (joined + 1..left).contains(t)));
            for (i, from) in times.iter().enumerate() {
                let group = scoped.groups.of_member(member, *from);
                let next = codes.len() as u32;
                let code = *codes.entry(group).or_insert(next);
                table.at(code, *from, 0)[0] += 1;
                let until = times.get(i + 1).copied().unwrap_or(left);
                if until < i64::MAX {
                    table.at(code, until, 0)[0] -= 1;
                }
            }
        }
        let mut labels = vec![Group::new(); codes.len()];
        for (group, code) in codes {
            labels[code as usize] = group;
        }
        Ok(labels)
    }
}

/// The eligible members of each cell; none without a members table.
fn eligible_of(cells: &Cells<'_>, table: &Table) -> Vec<Option<i64>> {
    if table.keys.is_empty() {
        return vec![None; cells.len()];
    }
    let mut changes: BTreeMap<&Group, Vec<(i64, i64)>> = BTreeMap::new();
    for (group, time, _, values) in table.rows() {
        changes.entry(group).or_default().push((time, values[0] as i64));
    }
    let of_columns: Vec<bool> = (0..table.groups.first().map_or(0, Vec::len))
        .map(|i| table.groups.iter().all(|g| g[i].as_deref() == Some(ANY)))
        .collect();
    let mut eligible = vec![None; cells.len()];
    for (g, group) in cells.groups().iter().enumerate() {
        let own: Group = group
            .iter()
            .zip(&of_columns)
            .map(|(label, any)| if *any { Some(ANY.to_owned()) } else { label.clone() })
            .collect();
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

mod membership {
    use hashbrown::HashMap;

    use crate::community::Community;
    use crate::error::Result;
    use crate::schema::Role;

    /// Who was a member from when to when.
    pub(super) struct Membership {
        rows: Vec<(String, Role, i64, i64)>,
        index: HashMap<String, usize>,
    }

    impl Membership {
        /// Reads the members table; nobody without one that tells who joined.
        pub(super) fn read(community: &Community) -> Result<Self> {
            let Some(members) = community.members().filter(|m| m.get_column_index("joined").is_some()) else {
                return Ok(Self { rows: vec![], index: HashMap::new() });
            };
            let times = |name: &str, open: i64| -> Result<Vec<i64>> {
                Ok(match members.column(name) {
                    Ok(column) => column.datetime()?.physical().iter().map(|t| t.unwrap_or(open)).collect(),
                    Err(_) => vec![open; members.height()],
                })
            };
            let roles: Vec<Role> = match members.column("role") {
                Ok(column) => column.str()?.iter().map(|r| r.and_then(Role::parse).unwrap_or(Role::Member)).collect(),
                Err(_) => vec![Role::Member; members.height()],
            };
            let (joined, left) = (times("joined", i64::MIN)?, times("left", i64::MAX)?);
            let rows: Vec<_> = (members.column("member")?.str()?.iter().zip(roles))
                .zip(joined.into_iter().zip(left))
                .filter_map(|((member, role), (joined, left))| Some((member?.to_owned(), role, joined, left)))
                .collect();
            let index = rows.iter().enumerate().map(|(i, row)| (row.0.clone(), i)).collect();
            Ok(Self { rows, index })
        }

        /// Whether a member had joined and not left at a time.
        pub(super) fn eligible(&self, member: &str, time: i64) -> bool {
            self.index.get(member).is_some_and(|i| {
                let (_, _, joined, left) = &self.rows[*i];
                *joined <= time && time < *left
            })
        }

        pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Role, i64, i64)> {
            self.rows.iter().map(|(member, role, joined, left)| (member.as_str(), *role, *joined, *left))
        }
    }
}
