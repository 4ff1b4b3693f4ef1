//! When a member is eligible, and in which group.
use crate::community::Community;
use crate::kpi::sheet::Cells;
use crate::kpi::{Scoped, Table};
use crate::schema::Role;
use crate::view::{ANY, Group, Membership};

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

/// For each group of the cells the one that `table`, by the members' own columns alone, has for it: [`ANY`] for columns of the events.
pub(super) fn own_groups(cells: &Cells<'_>, table: &Table) -> Vec<Group> {
    let of_events: Vec<bool> = (0..table.groups.first().map_or(0, Vec::len))
        .map(|i| table.groups.iter().all(|g| g.get(i).and_then(Option::as_deref) == Some(ANY)))
        .collect();
    let own = |(i, label): (usize, &Option<String>)| {
        if of_events.get(i) == Some(&true) { Some(ANY.to_owned()) } else { label.clone() }
    };
    cells.groups().iter().map(|group| group.iter().enumerate().map(own).collect()).collect()
}

/// The groups of `table` that are there whether anybody is active or not: those by the members' own columns.
pub(super) fn silent_groups(table: &Table) -> impl Iterator<Item = &Group> {
    table.groups.iter().filter(|group| group.iter().all(|label| label.as_deref() != Some(ANY)))
}
