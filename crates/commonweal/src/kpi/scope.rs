//! What all KPIs share: which rows count, and in which group.
use serde::{Deserialize, Serialize};

use super::one_or_many;
use crate::community::Community;
use crate::error::{Error, Result};
use crate::schema::Role;
use crate::view::Groups;
use std::sync::Arc;

/// The options that every KPI takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// The columns to group by, of the events or the members. Default: none.
    #[serde(deserialize_with = "one_or_many")]
    pub by: Vec<String>,
    /// Whether bots count. Default: no. A bot's reply is never a response.
    pub bots: bool,
    /// Only acts of members with these roles; empty for all. Acts of unknown authors have no role, and count only for all.
    #[serde(deserialize_with = "one_or_many")]
    pub roles: Vec<Role>,
    /// Groups of fewer distinct members are suppressed, and as many others as it takes that none can be had by subtraction along one
    /// line: from the total of the groups of a period, or of the periods of a group. Default: 0, none is. Without `by` nothing is: the whole community is no group, and its figures are taken as known.
    pub min_group: u32,
    /// The confidence of intervals, within (0, 1). Default: 0.95.
    pub confidence: f64,
}

impl Default for Scope {
    fn default() -> Self {
        Self { by: vec![], bots: false, roles: vec![], min_group: 0, confidence: 0.95 }
    }
}

impl Scope {
    /// Grouped by these columns.
    pub fn by<S: Into<String>>(columns: impl IntoIterator<Item = S>) -> Self {
        Self { by: columns.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    pub(crate) fn check(&self) -> Result<()> {
        if !(self.confidence > 0.0 && self.confidence < 1.0) {
            return Err(Error::option("confidence", "between 0 and 1, as 0.95", self.confidence));
        }
        let mut seen = self.by.clone();
        seen.sort();
        seen.dedup();
        if seen.len() < self.by.len() {
            return Err(Error::option("by", "columns that differ", self.by.join(", ")));
        }
        Ok(())
    }

    /// Refuses columns of the names that the result has itself.
    pub(crate) fn refuse_names(&self, own: impl Fn(&str) -> bool) -> Result<()> {
        match self.by.iter().find(|name| own(name)) {
            None => Ok(()),
            Some(name) => {
                Err(Error::option("by", "columns with other names than those of the result: rename it first", name))
            }
        }
    }

    /// The scope of rows that carry columns of their own beside those of `by`, so that they are suppressed by them, too.
    pub(crate) fn with_columns(&self, columns: &[&str]) -> Self {
        Self { by: self.by_and(columns), ..self.clone() }
    }

    /// The columns of `by`, and then these.
    pub(crate) fn by_and(&self, columns: &[&str]) -> Vec<String> {
        self.by.iter().cloned().chain(columns.iter().map(|name| (*name).to_owned())).collect()
    }

    /// Whether suppression is asked for.
    pub(crate) fn suppresses(&self) -> bool {
        self.min_group > 0 && !self.by.is_empty()
    }
}

/// A scope in its community: which rows count, and where.
#[derive(Debug)]
pub(crate) struct Scoped<'a> {
    pub(crate) community: &'a Community,
    scope: &'a Scope,
    pub(crate) groups: Arc<Groups>,
    /// Whether the acts of each member count, and last those of unknown authors; none where roles change with time.
    fixed: Option<Vec<bool>>,
    /// Whether every act counts, as it mostly does: then no member is looked up.
    all: bool,
}

impl<'a> Scoped<'a> {
    pub(crate) fn new(community: &'a Community, scope: &'a Scope) -> Result<Self> {
        let mut scoped = Self { community, scope, groups: community.groups(&scope.by)?, fixed: None, all: false };
        let roles = community.roles();
        if !roles.change() {
            let members = (0..community.n_members()).map(|member| roles.at(member as u32, 0));
            let fixed: Vec<bool> = members.chain([None]).map(|role| scoped.counts_as(role)).collect();
            scoped.all = !fixed.contains(&false);
            scoped.fixed = Some(fixed);
        }
        Ok(scoped)
    }

    /// Whether the act of a row counts.
    pub(crate) fn counts(&self, row: usize) -> bool {
        if self.all {
            return true;
        }
        let dense = self.community.dense();
        self.counts_member(dense.member.rows[row], dense.time()[row])
    }

    /// The same of any row, for loops over many.
    pub(crate) fn counted(&self) -> impl Fn(usize) -> bool + Copy + '_ {
        let all = self.all;
        move |row| all || self.counts(row)
    }

    /// Whether a member, by code, counts at a time.
    pub(crate) fn counts_member(&self, member: u32, time: i64) -> bool {
        match &self.fixed {
            _ if self.all => true,
            Some(fixed) => fixed[(member as usize).min(fixed.len() - 1)],
            None => self.counts_as(self.community.roles().at(member, time)),
        }
    }

    /// Whether one of this role counts; none is an unknown author.
    pub(crate) fn counts_as(&self, role: Option<Role>) -> bool {
        match role {
            Some(Role::Bot) => {
                self.scope.bots && (self.scope.roles.is_empty() || self.scope.roles.contains(&Role::Bot))
            }
            Some(role) => self.scope.roles.is_empty() || self.scope.roles.contains(&role),
            None => self.scope.roles.is_empty(),
        }
    }
}
