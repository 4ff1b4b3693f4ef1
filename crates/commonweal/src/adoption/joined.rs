//! When members joined: by the members table, else by their first join.
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::{Part, Scoped, Table};
use crate::schema::Kind;
use crate::view::{Group, Membership};

/// When the members of a part joined.
#[derive(Debug)]
pub(super) struct Joined<'a> {
    community: &'a Community,
    membership: Arc<Option<Membership>>,
    /// The first act of joining of each member of the part who has one.
    acts: BTreeMap<&'a str, i64>,
    /// Whether those who did nothing are told of here.
    first: bool,
}

/// A member's joining: when, and in which group by the members' own columns.
#[derive(Debug)]
pub(super) struct Joining {
    pub(super) at: i64,
    pub(super) group: Group,
}

impl<'a> Joined<'a> {
    pub(super) fn of(part: &Part<'a>) -> Result<Self> {
        let community = part.community;
        let dense = community.dense();
        let (time, keys) = (dense.time(), part.keys());
        let mut acts = BTreeMap::new();
        for (row, _) in dense.kind.iter().enumerate().filter(|(_, kind)| **kind == Kind::Join) {
            let member = dense.member.rows[row] as usize;
            if keys.contains(&member) && dense.has_own_time(row) {
                let first = acts.entry(&dense.member.labels[member]).or_insert(i64::MAX);
                *first = time[row].min(*first);
            }
        }
        Ok(Self { community, membership: community.membership()?, acts, first: part.first })
    }

    /// When a member joined; none where neither the table nor an act tells.
    pub(super) fn at(&self, member: &str) -> Option<i64> {
        self.listed(member).or_else(|| self.acts.get(member).copied())
    }

    fn listed(&self, member: &str) -> Option<i64> {
        let (joined, _) = self.membership.as_ref().as_ref()?.of(member)?;
        // Without a time, they have always been there.
        (joined > i64::MIN).then_some(joined)
    }

    /// A member's joining, where it is known and was in a role that counts.
    pub(super) fn joining(&self, member: &str, scoped: &Scoped<'_>) -> Option<Joining> {
        let at = self.at(member)?;
        let role = self.community.role_book().at(member, at);
        scoped.counts_as(Some(role)).then(|| Joining { at, group: scoped.groups.of_member(member, at) })
    }

    /// The members of whom it is known when they joined, each in one part: those of this part who tell it by an act, and in the first
    /// part all whom the table tells of.
    pub(super) fn members(&self) -> impl Iterator<Item = &str> {
        let membership = self.membership.as_ref().as_ref().filter(|_| self.first);
        let listed = membership.into_iter().flat_map(Membership::names).filter(|name| self.listed(name).is_some());
        listed.chain(self.acts.keys().copied().filter(|name| self.listed(name).is_none()))
    }

    /// The first and the last time that anybody of the part, or of the table, joined.
    pub(super) fn span(&self) -> Option<(i64, i64)> {
        let listed = self.membership.as_ref().as_ref().into_iter().flat_map(Membership::names);
        let times = listed.filter_map(|name| self.listed(name)).chain(self.acts.values().copied());
        times.fold(None, |span, t| Some(span.map_or((t, t), |(a, b): (i64, i64)| (a.min(t), b.max(t)))))
    }
}

/// Refuses where nothing tells when anybody joined: `known` has the acts of the whole community, and its members of whom it is known.
pub(super) fn refuse_unknown(option: &str, known: &Table) -> Result<()> {
    let [acts, members] = known.rows().fold([false; 2], |[a, b], (.., row)| [a | (row[0] > 0), b | (row[1] > 0)]);
    if members || !acts {
        return Ok(());
    }
    let allowed = "\"first_active\" where nothing tells when members joined: the members table has no time in a column joined, and the \
                   events hold no join";
    Err(Error::option(option, allowed, "\"joined\""))
}
