//! What all KPIs share: which rows count, and in which group.
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::{Group, one_or_many};
use crate::community::Community;
use crate::error::{Error, Result};
use crate::schema::Role;
use crate::view::{ANY, Dimension};
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
    /// Groups of fewer distinct members are suppressed, and as many others as it takes that none can be had by subtraction.
    /// Default: 0, none is. Without `by` there is no group to suppress.
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

    /// Whether suppression is asked for.
    pub(crate) fn suppresses(&self) -> bool {
        self.min_group > 0 && !self.by.is_empty()
    }
}

/// A scope in its community: which rows count, and where.
#[derive(Debug)]
pub(crate) struct Scoped<'a> {
    community: &'a Community,
    scope: &'a Scope,
    pub(crate) groups: Arc<Groups>,
}

impl<'a> Scoped<'a> {
    pub(crate) fn new(community: &'a Community, scope: &'a Scope) -> Result<Self> {
        Ok(Self { community, scope, groups: community.groups(&scope.by)? })
    }

    /// Whether the act of a row counts.
    pub(crate) fn counts(&self, row: usize) -> bool {
        let dense = self.community.dense();
        self.counts_as(self.community.roles().at(dense.member.rows[row], dense.time()[row]))
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

/// The group of each row.
#[derive(Debug)]
pub(crate) struct Groups {
    dimensions: Vec<Arc<Dimension>>,
    /// Codes of combinations, where there is more than one column.
    combined: Option<(Vec<u32>, Vec<Vec<u32>>)>,
}

impl Groups {
    pub(crate) fn build(community: &Community, by: &[String]) -> Result<Self> {
        let dimensions: Vec<Arc<Dimension>> = by.iter().map(|name| community.dimension(name)).collect::<Result<_>>()?;
        let combined = (dimensions.len() > 1).then(|| {
            let mut codes: HashMap<Vec<u32>, u32> = HashMap::new();
            let mut tuples = vec![];
            let rows = (0..community.n_events())
                .map(|row| {
                    let tuple: Vec<u32> = dimensions.iter().map(|d| d.events.rows[row]).collect();
                    *codes.entry_ref(tuple.as_slice()).or_insert_with(|| {
                        tuples.push(tuple.clone());
                        tuples.len() as u32 - 1
                    })
                })
                .collect();
            (rows, tuples)
        });
        Ok(Self { dimensions, combined })
    }

    /// The group code of a row.
    pub(crate) fn of(&self, row: usize) -> u32 {
        match (&self.combined, self.dimensions.first()) {
            (Some((rows, _)), _) => rows[row],
            (None, Some(dimension)) => dimension.events.rows[row],
            (None, None) => 0,
        }
    }

    /// The labels of a group code.
    pub(crate) fn label(&self, code: u32) -> Group {
        let label = |dimension: &Dimension, code: u32| dimension.events.label(code).map(str::to_owned);
        match (&self.combined, self.dimensions.first()) {
            (Some((_, tuples)), _) => {
                self.dimensions.iter().zip(&tuples[code as usize]).map(|(d, code)| label(d, *code)).collect()
            }
            (None, Some(dimension)) => vec![label(dimension, code)],
            (None, None) => vec![],
        }
    }

    /// The labels that a member's own columns give at a time; [`ANY`] for columns of the events.
    pub(crate) fn of_member(&self, member: &str, time: i64) -> Group {
        self.dimensions
            .iter()
            .map(|d| {
                if d.of_members.is_some() { d.of_member(member, time).map(str::to_owned) } else { Some(ANY.to_owned()) }
            })
            .collect()
    }

    /// The times at which a member's own columns change.
    pub(crate) fn changes(&self, member: &str) -> Vec<i64> {
        let spells = self.dimensions.iter().filter_map(|d| d.of_members.as_ref()?.1.get(member)).flatten();
        let mut times: Vec<i64> =
            spells.flat_map(|s| [s.from, s.to]).filter(|t| !matches!(*t, i64::MIN | i64::MAX)).collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// A group with [`ANY`] for the columns of the events.
    pub(crate) fn members_only(&self, group: &Group) -> Group {
        group
            .iter()
            .zip(&self.dimensions)
            .map(|(label, d)| if d.of_members.is_some() { label.clone() } else { Some(ANY.to_owned()) })
            .collect()
    }
}
