//! Who was a member, in which role and group, from when to when.
use hashbrown::HashMap;

use crate::community::Community;
use crate::error::Result;
use crate::kpi::Scoped;
use crate::schema::Role;
use crate::view::{Group, RoleBook};

/// The members table as far as it tells who was there.
#[derive(Debug)]
pub(super) struct Membership<'c> {
    rows: Vec<(String, i64, i64)>,
    index: HashMap<String, usize>,
    roles: &'c RoleBook,
}

/// A stretch of time in which a member is eligible, in one group: `[from, until)`.
#[derive(Debug)]
pub(super) struct Stretch {
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) group: Group,
}

impl<'c> Membership<'c> {
    /// Reads the members table; none without one that tells who joined.
    pub(super) fn read(community: &'c Community) -> Result<Option<Self>> {
        let Some(members) = community.members().filter(|m| m.get_column_index("joined").is_some()) else {
            return Ok(None);
        };
        let times = |name: &str, open: i64| -> Result<Vec<i64>> {
            Ok(match members.column(name) {
                Ok(column) => column.datetime()?.physical().iter().map(|t| t.unwrap_or(open)).collect(),
                Err(_) => vec![open; members.height()],
            })
        };
        let (joined, left) = (times("joined", i64::MIN)?, times("left", i64::MAX)?);
        let rows: Vec<_> = (members.column("member")?.str()?.iter().zip(joined.into_iter().zip(left)))
            .filter_map(|(member, (joined, left))| Some((member?.to_owned(), joined, left)))
            .collect();
        let index = rows.iter().enumerate().map(|(i, row)| (row.0.clone(), i)).collect();
        Ok(Some(Self { rows, index, roles: community.role_book() }))
    }

    /// The names of all listed.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(name, ..)| name.as_str())
    }

    /// When a member is eligible: joined, not left, in a role that counts; cut where the role or the group changes.
    pub(super) fn stretches(&self, member: &str, scoped: &Scoped<'_>) -> Vec<Stretch> {
        let Some((_, joined, left)) = self.index.get(member).map(|i| &self.rows[*i]) else { return vec![] };
        let mut starts = scoped.groups.changes(member);
        starts.extend(self.roles.changes(member));
        starts.retain(|t| joined < t && t < left);
        starts.push(*joined);
        starts.sort_unstable();
        starts.dedup();
        let ends = starts.iter().skip(1).copied().chain([*left]);
        let counts = |role: Role| scoped.counts_as(Some(role));
        (starts.iter().zip(ends))
            .filter(|(from, until)| from < &until && counts(self.roles.at(member, **from)))
            .map(|(from, until)| Stretch { from: *from, until, group: scoped.groups.of_member(member, *from) })
            .collect()
    }
}
