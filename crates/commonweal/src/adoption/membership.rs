//! When a member is eligible, and in which group.
use crate::community::Community;
use crate::kpi::Scoped;
use crate::schema::Role;
use crate::view::{Group, Membership};

/// A stretch of time in which a member is eligible, in one group: `[from, until)`.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) group: Group,
}

/// When a member is eligible: joined, not left, in a role that counts; cut where the role or the group changes.
pub(super) fn stretches(
    community: &Community,
    membership: &Membership,
    member: &str,
    scoped: &Scoped<'_>,
) -> Vec<Stretch> {
    let Some((joined, left)) = membership.of(member) else { return vec![] };
    let roles = community.role_book();
    let mut starts = scoped.groups.changes(member);
    starts.extend(roles.changes(member));
    starts.retain(|t| joined < *t && *t < left);
    starts.push(joined);
    starts.sort_unstable();
    starts.dedup();
    let ends = starts.iter().skip(1).copied().chain([left]);
    let counts = |role: Role| scoped.counts_as(Some(role));
    (starts.iter().zip(ends))
        .filter(|(from, until)| from < &until && counts(roles.at(member, **from)))
        .map(|(from, until)| Stretch { from: *from, until, group: scoped.groups.of_member(member, *from) })
        .collect()
}
