//! Who is eligible: joined and not left, in a role that counts; when, and in which group.
use std::collections::BTreeMap;

use super::sheet::Cells;
use super::table::{LabelledBuilder, TableBuilder};
use super::{Part, Scope, Scoped, Table};
use crate::community::Community;
use crate::error::Result;
use crate::schema::Role;
use crate::view::{ANY, Group, Membership};

/// A stretch of time in which a member is eligible, in one group: `[from, until)`.
#[derive(Debug)]
pub(crate) struct Stretch {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) group: Group,
}

/// When a member is eligible: joined, not left, in a role that counts; cut where the role or the group changes.
pub(crate) fn stretches(
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

/// All members of the members table that become (+1) or cease to be (−1) eligible, by the time they do; and how many the table lists.
/// Told by the first part.
pub(crate) fn everybody(part: &Part<'_>, scope: &Scope) -> Result<[Table; 2]> {
    let mut eligible = LabelledBuilder::<1>::new();
    let mut listed = TableBuilder::<1>::new();
    let membership = part.community.membership()?;
    if let Some(membership) = membership.as_ref().as_ref().filter(|_| part.first) {
        let scoped = part.scoped(scope)?;
        for member in membership.names() {
            listed.at(0, 0, 0)[0] += 1;
            for stretch in stretches(part.community, membership, member, &scoped) {
                if stretch.until < i64::MAX {
                    eligible.at(stretch.group.clone(), stretch.until, 0)[0] -= 1;
                }
                eligible.at(stretch.group, stretch.from, 0)[0] += 1;
            }
        }
    }
    Ok([eligible.finish(), listed.finish(|_| Group::new())])
}

/// The eligible members of each cell at its end, by the tables of [`everybody`]; none where no table tells who joined.
pub(crate) fn at_ends(cells: &Cells<'_>, [eligible, listed]: [&Table; 2]) -> Vec<Option<i64>> {
    if listed.is_empty() {
        return vec![None; cells.len()];
    }
    let mut changes: BTreeMap<&Group, Vec<(i64, i64)>> = BTreeMap::new();
    for (group, time, _, values) in eligible.rows() {
        changes.entry(group).or_default().push((time, values[0] as i64));
    }
    let mut found = vec![Some(0); cells.len()];
    for (g, own) in own_groups(cells, eligible).into_iter().enumerate() {
        let changes = changes.get(&own).map_or(&[][..], Vec::as_slice);
        let (mut i, mut there) = (0, 0i64);
        for period in 0..cells.periods() {
            let end = cells.observed_end(period);
            while i < changes.len() && changes[i].0 <= end {
                there = there.saturating_add(changes[i].1);
                i += 1;
            }
            found[period * cells.groups().len() + g] = Some(there);
        }
    }
    found
}

/// How many of those told of in each cell are eligible at its end: each row is a change, by the time of it.
pub(crate) fn of_these_at_ends(cells: &Cells<'_>, changes: &Table) -> Vec<i64> {
    let mut found = vec![0i64; cells.len()];
    for (cell, _, time, values) in cells.rows(changes) {
        if time <= cells.observed_end_of(cell) {
            found[cell] = found[cell].saturating_add(values[0] as i64);
        }
    }
    found
}

/// For each group of the cells the one that `table`, by the members' own columns alone, has for it: [`ANY`] for columns of the events.
pub(crate) fn own_groups(cells: &Cells<'_>, table: &Table) -> Vec<Group> {
    let of_events: Vec<bool> = (0..table.groups.first().map_or(0, Vec::len))
        .map(|i| table.groups.iter().all(|g| g.get(i).and_then(Option::as_deref) == Some(ANY)))
        .collect();
    let own = |(i, label): (usize, &Option<String>)| {
        if of_events.get(i) == Some(&true) { Some(ANY.to_owned()) } else { label.clone() }
    };
    cells.groups().iter().map(|group| group.iter().enumerate().map(own).collect()).collect()
}

/// The groups of `table` that are there whether anybody is active or not: those by the members' own columns.
pub(crate) fn silent_groups(table: &Table) -> impl Iterator<Item = &Group> {
    table.groups.iter().filter(|group| group.iter().all(|label| label.as_deref() != Some(ANY)))
}
