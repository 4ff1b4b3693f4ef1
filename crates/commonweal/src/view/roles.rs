//! What each member is, at the time of each act.
use hashbrown::HashMap;
use polars::prelude::*;

use super::dimension::Spells;
use super::{Codes, NONE};
use crate::error::Result;
use crate::schema::Role;

/// The role of each member by name: by affiliation at the time where one is given, else by the members table, else member.
#[derive(Debug, Default)]
pub(crate) struct RoleBook {
    listed: HashMap<String, Role>,
    spells: HashMap<String, Vec<(i64, i64, Role)>>,
}

impl RoleBook {
    pub(crate) fn build(members: Option<&DataFrame>, spells: Option<&Spells>) -> Result<Self> {
        let mut book = Self::default();
        if let Some(members) = members
            && let Ok(role) = members.column("role")
        {
            for (name, role) in members.column("member")?.str()?.iter().zip(role.str()?.iter()) {
                if let (Some(name), Some(role)) = (name, role.and_then(Role::parse)) {
                    book.listed.insert(name.to_owned(), role);
                }
            }
        }
        for (name, spans) in spells.iter().flat_map(|s| s.iter()) {
            let roles = spans.iter().filter_map(|s| Some((s.from, s.to, Role::parse(&s.value)?))).collect();
            book.spells.insert(name.clone(), roles);
        }
        Ok(book)
    }

    /// The role of a member at a time.
    pub(crate) fn at(&self, member: &str, time: i64) -> Role {
        at(self.listed.get(member).copied(), self.spells.get(member).map_or(&[], Vec::as_slice), time)
    }

    /// The times at which the role of a member may change.
    pub(crate) fn changes(&self, member: &str) -> impl Iterator<Item = i64> {
        let spells = self.spells.get(member).into_iter().flatten();
        spells.flat_map(|(from, to, _)| [*from, *to]).filter(|t| !matches!(*t, i64::MIN | i64::MAX))
    }
}

fn at(listed: Option<Role>, spells: &[(i64, i64, Role)], time: i64) -> Role {
    let spell = spells.iter().find(|(from, to, _)| *from <= time && time < *to);
    spell.map(|(.., role)| *role).or(listed).unwrap_or(Role::Member)
}

/// The same by code, for the acts.
#[derive(Debug)]
pub(crate) struct Roles {
    listed: Vec<Role>,
    spells: HashMap<u32, Vec<(i64, i64, Role)>>,
}

impl Roles {
    pub(crate) fn build(member: &Codes, book: &RoleBook) -> Self {
        let listed = member.labels.iter().map(|name| at(book.listed.get(name).copied(), &[], 0)).collect();
        let codes = member.labels.iter().enumerate();
        let spells = codes.filter_map(|(code, name)| Some((code as u32, book.spells.get(name)?.clone()))).collect();
        Self { listed, spells }
    }

    /// Whether anybody's role changes.
    pub(crate) fn change(&self) -> bool {
        !self.spells.is_empty()
    }

    /// Whether the role of a member may change.
    pub(crate) fn may_change(&self, member: u32) -> bool {
        self.spells.contains_key(&member)
    }

    /// The role of a member at a time; none for an unknown author.
    pub(crate) fn at(&self, member: u32, time: i64) -> Option<Role> {
        if member == NONE {
            return None;
        }
        let spells = self.spells.get(&member).map_or(&[][..], Vec::as_slice);
        Some(at(Some(self.listed[member as usize]), spells, time))
    }
}
