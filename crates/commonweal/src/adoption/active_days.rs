//! When each member was active, the one pass that all KPIs of the family share.
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Part, Periods, Scope, Scoped, Shape, Table};
use crate::schema::Kind;
use crate::view::{ActiveDays, Group};

/// Which acts make a member active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Posts, replies and reactions.
    #[default]
    Contributing,
    /// Any act, views among them. Refused for events that hold no view: who only reads is not in them.
    Present,
}

impl ActivityKind {
    fn makes_active(self, kind: Kind) -> bool {
        self == Self::Present || kind.is_contribution()
    }

    fn days(self, community: &Community) -> &ActiveDays {
        match self {
            Self::Contributing => community.contributing_days(),
            Self::Present => community.present_days(),
        }
    }

    /// What [`ActivityKind::seen`] gives.
    pub(super) const SEEN: Shape = Shape::sums(2);

    /// The acts and the views, told by the first part, where it matters whether there are views.
    pub(super) fn seen(self, part: &Part<'_>) -> Table {
        let mut seen = TableBuilder::<2>::new();
        if self == Self::Present && part.first {
            let kinds = &part.community.dense().kind;
            let views = kinds.iter().filter(|kind| **kind == Kind::View).count();
            *seen.at(0, 0, 0) = [kinds.len() as i128, views as i128];
        }
        seen.finish(|_| Group::new())
    }

    /// Refuses to count those who are present where nobody is seen to read: `seen` is of the whole community.
    pub(super) fn check(self, seen: &Table) -> Result<()> {
        let [acts, views] =
            seen.rows().fold([false; 2], |[acts, views], (.., row)| [acts | (row[0] > 0), views | (row[1] > 0)]);
        if self == Self::Contributing || views || !acts {
            return Ok(());
        }
        let allowed = "\"contributing\" for events without views: present counts any act, views among them, so without any it \
                       would be contributing under another name";
        Err(Error::option("activity", allowed, "\"present\""))
    }
}

/// The distinct periods of one member in one group, in order.
pub(super) struct Spell<'a> {
    pub(super) member: &'a str,
    pub(super) group: u32,
    pub(super) periods: &'a [u32],
}

/// Calls `each` for every member and group of the part. Members that do not count, acts without a time of their own and acts of
/// unknown authors make nobody active.
pub(super) fn for_each_member<'s>(
    part: &'s Part<'_>,
    scope: &'s Scope,
    activity: ActivityKind,
    periods: &Periods,
    mut each: impl FnMut(&Scoped<'s>, Spell<'_>),
) -> Result<()> {
    let scoped = part.scoped(scope)?;
    let community = part.community;
    let all = periods;
    let (names, roles) = (&community.dense().member.labels, community.roles());
    // Where nothing differs between the acts of a member, the days tell all.
    let always = |member: usize| scoped.groups.always(member).filter(|_| !roles.may_change(member as u32));
    let by_day = (0..names.len()).any(|member| always(member).is_some()).then(|| days(activity.days(community), all));
    let (mut periods, mut acts) = (vec![], vec![]);
    for member in part.keys() {
        if let (Some(group), Some((active, period_of))) = (always(member), &by_day) {
            if scoped.counts_as(roles.at(member as u32, 0)) {
                let periods = distinct(active.of(member).iter().map(|day| period_of[*day as usize]), &mut periods);
                if !periods.is_empty() {
                    each(&scoped, Spell { member: &names[member], group, periods });
                }
            }
            continue;
        }
        by_rows(&scoped, all, activity, community.timeline().rows(member), &mut acts);
        for acts in acts.chunk_by(|a, b| a.0 == b.0) {
            periods.clear();
            periods.extend(acts.iter().map(|act| act.1));
            each(&scoped, Spell { member: &names[member], group: acts[0].0, periods: &periods });
        }
    }
    Ok(())
}

/// What differs of these periods, which come in order. `room` is for them.
fn distinct(periods: impl ExactSizeIterator<Item = u32>, room: &mut Vec<u32>) -> &[u32] {
    room.resize(periods.len().max(room.len()), 0);
    let (mut found, mut last) = (0, u32::MAX);
    for period in periods {
        // Written over where it is the last once more, which nobody could foresee.
        found += usize::from(period != last);
        room[found - 1] = period;
        last = period;
    }
    &room[..found]
}

/// The active days, and the period that each day is in.
fn days<'c>(active: &'c ActiveDays, all: &Periods) -> (&'c ActiveDays, Vec<u32>) {
    let days = active.days.iter().flat_map(|days| (0..days.len()).map(|day| days.start(day)));
    (active, days.map(|start| all.index(start) as u32).collect())
}

/// The distinct groups and periods of the acts of one member, in order, into `acts`.
fn by_rows(scoped: &Scoped<'_>, all: &Periods, activity: ActivityKind, rows: &[u32], acts: &mut Vec<(u32, u32)>) {
    let dense = scoped.community.dense();
    let time = dense.time();
    acts.clear();
    let (mut period, mut end) = (0, i64::MIN);
    for row in rows.iter().map(|row| *row as usize) {
        if !activity.makes_active(dense.kind[row]) || !dense.has_own_time(row) || !scoped.counts(row) {
            continue;
        }
        // Rows come in order of time, so most are in the period of the one before.
        if time[row] > end {
            period = all.index(time[row]);
            end = all.last_instant(period);
        }
        let act = (scoped.groups.of(row), period as u32);
        if acts.last() != Some(&act) {
            acts.push(act);
        }
    }
    acts.sort_unstable();
    acts.dedup();
}
