//! What each member is, at the time of each act.
use hashbrown::HashMap;
use polars::prelude::*;

use super::dimension::Spells;
use super::{Codes, NONE};
use crate::error::Result;
use crate::schema::Role;

/// The role of each member, by affiliation at the time where one is given, else by the members table.
#[derive(Debug)]
pub(crate) struct Roles {
    by_member: Vec<Role>,
    spells: HashMap<u32, Vec<(i64, i64, Role)>>,
}

impl Roles {
    pub(crate) fn build(member: &Codes, members: Option<&DataFrame>, spells: Option<&Spells>) -> Result<Self> {
        let index = member.index();
        let mut by_member = vec![Role::Member; member.labels.len()];
        if let Some(members) = members
            && let Ok(role) = members.column("role")
        {
            for (name, role) in members.column("member")?.str()?.iter().zip(role.str()?.iter()) {
                if let (Some(code), Some(role)) = (name.and_then(|n| index.get(n)), role.and_then(Role::parse)) {
                    by_member[*code as usize] = role;
                }
            }
        }
        let mut at = HashMap::new();
        for (name, spans) in spells.iter().flat_map(|s| s.iter()) {
            if let Some(code) = index.get(name.as_str()) {
                let roles = spans.iter().filter_map(|s| Some((s.from, s.to, Role::parse(&s.value)?))).collect();
                at.insert(*code, roles);
            }
        }
        Ok(Self { by_member, spells: at })
    }

    /// The role of a member at a time; none for an unknown author.
    pub(crate) fn at(&self, member: u32, time: i64) -> Option<Role> {
        if member == NONE {
            return None;
        }
        let spell = self.spells.get(&member).and_then(|s| s.iter().find(|(from, to, _)| *from <= time && time < *to));
        Some(spell.map_or(self.by_member[member as usize], |(_, _, role)| *role))
    }
}
