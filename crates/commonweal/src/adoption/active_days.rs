//! When each member was active, the one pass that all KPIs of the family share.
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::kpi::{Part, Periods, Scope, Scoped};
use crate::period::Every;

/// Which acts make a member active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// Posts, replies and reactions.
    #[default]
    Contributing,
    /// Any act, views among them.
    Present,
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
    every: Option<Every>,
    mut each: impl FnMut(&Scoped<'s>, &Periods, Spell<'_>),
) -> Result<()> {
    let scoped = part.scoped(scope)?;
    let all = Periods::of(part.community, every);
    // Where nothing differs between the acts of a member, the days tell all.
    if scope.by.is_empty() && !part.community.roles().change() {
        by_days(part, activity, &scoped, &all, each);
        return Ok(());
    }
    let dense = part.community.dense();
    let time = dense.time();
    let (mut acts, mut periods) = (vec![], vec![]);
    for (member, rows) in part.groups().filter(|(member, _)| !part.is_none(*member)) {
        acts.clear();
        for row in rows.iter().map(|row| *row as usize) {
            let qualifies = activity == ActivityKind::Present || dense.kind[row].is_contribution();
            if qualifies && dense.has_own_time(row) && scoped.counts(row) {
                acts.push((scoped.groups.of(row), all.index(time[row]) as u32));
            }
        }
        acts.sort_unstable();
        acts.dedup();
        for acts in acts.chunk_by(|a, b| a.0 == b.0) {
            periods.clear();
            periods.extend(acts.iter().map(|act| act.1));
            each(&scoped, &all, Spell { member: &dense.member.labels[member], group: acts[0].0, periods: &periods });
        }
    }
    Ok(())
}

fn by_days<'s>(
    part: &'s Part<'_>,
    activity: ActivityKind,
    scoped: &Scoped<'s>,
    all: &Periods,
    mut each: impl FnMut(&Scoped<'s>, &Periods, Spell<'_>),
) {
    let community = part.community;
    let active = match activity {
        ActivityKind::Contributing => community.contributing_days(),
        ActivityKind::Present => community.present_days(),
    };
    let Some(days) = &active.days else { return };
    let period_of: Vec<u32> = (0..days.len()).map(|day| all.index(days.start(day)) as u32).collect();
    let (names, roles) = (&community.dense().member.labels, community.roles());
    let mut periods = vec![];
    for member in part.keys().filter(|member| scoped.counts_as(roles.at(*member as u32, 0))) {
        periods.clear();
        periods.extend(active.of(member).iter().map(|day| period_of[*day as usize]));
        periods.dedup();
        if !periods.is_empty() {
            each(scoped, all, Spell { member: &names[member], group: 0, periods: &periods });
        }
    }
}
