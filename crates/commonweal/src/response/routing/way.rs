//! The way of a post through the units, the one pass that the KPIs of routing share.
use hashbrown::{HashMap, HashSet};
use polars::prelude::StringChunked;
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::Result;
use crate::kpi::{Part, Scope, Scoped};
use crate::response::Responder;
use crate::schema::{Kind, Role};
use crate::view::{Dense, Dimension, NONE, Roles};

/// Which posts tell their right unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// All that a unit has touched: where nothing is resolved, the unit of the last assignment is taken for it, or of the last reply.
    #[default]
    Last,
    /// The resolved alone. Of the others it is not known yet.
    Resolved,
}

/// What makes a way.
pub(super) struct Rules<'a> {
    pub(super) unit: &'a str,
    pub(super) hub: &'a [String],
    pub(super) responder: Responder,
    pub(super) right: Right,
    pub(super) scope: &'a Scope,
}

/// A unit has the post: it was assigned to it, or one of it replied or resolved. At one instant assignments come first, then by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Touch<'a> {
    pub(super) at: i64,
    by_member: bool,
    pub(super) unit: &'a str,
    /// Who replied; [`NONE`] for an assignment.
    pub(super) who: u32,
}

/// The way of one post, up to where it was resolved.
#[derive(Debug)]
pub(super) struct Way<'a> {
    pub(super) row: usize,
    pub(super) asked: i64,
    pub(super) touches: Vec<Touch<'a>>,
    /// The unit that was right for it. It may be none of the touches, where not everybody's reply is one.
    pub(super) right: Option<&'a str>,
    pub(super) resolved: bool,
}

impl Way<'_> {
    /// How long until the right unit had it.
    pub(super) fn wait(&self) -> Option<i64> {
        let reached = self.touches.iter().find(|touch| Some(touch.unit) == self.right)?;
        Some(reached.at - self.asked)
    }

    /// From which unit to which other, in order.
    pub(super) fn handoffs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.touches.windows(2).map(|two| (two[0].unit, two[1].unit)).filter(|(from, to)| from != to)
    }

    pub(super) fn first_is_right(&self) -> bool {
        self.right.is_some() && self.touches.first().map(|touch| touch.unit) == self.right
    }
}

/// What says that a post was resolved.
#[derive(Clone, Copy, Debug)]
struct End {
    /// The accepted reply, or where the resolve names none, the resolve: its time ends the touches, its author was right.
    row: usize,
    accepted: bool,
}

/// Tells the way of each post that opens a thread of the part.
pub(super) fn ways(part: &Part<'_>, rules: &Rules<'_>, mut tell: impl FnMut(&Scoped<'_>, &Way<'_>)) -> Result<()> {
    let community = part.community;
    let scoped = part.scoped(rules.scope)?;
    let dimension = community.dimension(rules.unit)?;
    let text = |name: &str| -> Result<Option<StringChunked>> {
        Ok(community.events().column(name).ok().map(|c| c.str().cloned()).transpose()?)
    };
    let (target, id, parent) = (text("target")?, text("id")?, text("parent")?);
    let finder = Finder {
        rules,
        dense: community.dense(),
        roles: community.roles(),
        dimension: &dimension,
        members: listed(community)?,
        target: target.as_ref(),
        id: id.as_ref(),
        parent: parent.as_ref(),
    };
    let dense = finder.dense;
    for (thread, rows) in part.groups() {
        let posts = rows
            .iter()
            .map(|row| *row as usize)
            .filter(|row| dense.kind[*row] == Kind::Post && dense.has_own_time(*row) && scoped.counts(*row));
        let alone = |row: usize| Way { row, asked: dense.time()[row], touches: vec![], right: None, resolved: false };
        if part.is_none(thread) {
            posts.for_each(|row| tell(&scoped, &alone(row)));
            continue;
        }
        // The post that opens the thread; of two at once the first by group and author.
        let name =
            |row: usize| (scoped.groups.label(scoped.groups.of(row)), dense.member.label(dense.member.rows[row]));
        let opening = posts.reduce(|a, b| {
            let (first, second) = (dense.time()[a], dense.time()[b]);
            if second < first || (second == first && name(b) < name(a)) { b } else { a }
        });
        if let Some(row) = opening {
            tell(&scoped, &finder.way(row, rows));
        }
    }
    Ok(())
}

/// The members that are listed, for targets that are people.
fn listed(community: &Community) -> Result<HashSet<&str>> {
    let Some(members) = community.members() else { return Ok(HashSet::new()) };
    Ok(members.column("member")?.str()?.iter().flatten().collect())
}

struct Finder<'a> {
    rules: &'a Rules<'a>,
    dense: &'a Dense,
    roles: &'a Roles,
    dimension: &'a Dimension,
    members: HashSet<&'a str>,
    target: Option<&'a StringChunked>,
    id: Option<&'a StringChunked>,
    parent: Option<&'a StringChunked>,
}

impl<'a> Finder<'a> {
    fn way(&self, post: usize, rows: &[u32]) -> Way<'a> {
        let (dense, asked) = (self.dense, self.dense.time()[post]);
        let asker = dense.member.rows[post];
        let later = || {
            let rows = rows.iter().map(|row| *row as usize);
            rows.filter(|row| dense.time()[*row] >= asked && dense.has_own_time(*row))
        };
        let mut touches: Vec<Touch<'a>> = later().filter_map(|row| self.touch(row, asker)).collect();
        let end = self.end(asked, rows);
        touches.extend(end.filter(|end| !end.accepted).and_then(|end| self.by_member(end.row, asker)));
        touches.sort_unstable();
        if let Some(end) = end {
            touches.retain(|touch| touch.at <= dense.time()[end.row]);
        }
        let told = end.and_then(|end| self.of_other(end.row, asker)).map(|touch| touch.unit);
        let is_hub = |unit: &str| self.rules.hub.iter().any(|hub| hub == unit);
        if !told.is_some_and(is_hub) && touches.iter().any(|touch| !is_hub(touch.unit)) {
            touches.retain(|touch| !is_hub(touch.unit));
        }
        // Nobody knows whether an unknown author was the asker.
        let by_asker = |row: usize| asker != NONE && dense.member.rows[row] == asker;
        let last = match end {
            Some(end) if !end.accepted && by_asker(end.row) => touches.last(),
            None if self.rules.right == Right::Last => {
                touches.iter().rfind(|touch| !touch.by_member).or(touches.last())
            }
            _ => None,
        };
        let right = told.or_else(|| last.map(|touch| touch.unit));
        Way { row: post, asked, touches, right, resolved: end.is_some() }
    }

    /// Where the last resolve ended the way, unless the post was reopened after it. One without a time of its own tells nothing but the
    /// reply that it names.
    fn end(&self, asked: i64, rows: &[u32]) -> Option<End> {
        let (dense, time) = (self.dense, self.dense.time());
        let later = || rows.iter().map(|row| *row as usize).filter(|row| time[*row] >= asked);
        let resolves: Vec<usize> = later().filter(|row| self.acts(*row, Kind::Resolve)).collect();
        if resolves.is_empty() {
            return None;
        }
        let text = |column: Option<&'a StringChunked>, row: usize| column.and_then(|column| column.get(row));
        let replies: HashMap<&str, usize> = later()
            .filter(|row| dense.kind[*row] == Kind::Reply && dense.has_own_time(*row))
            .filter_map(|row| Some((text(self.id, row)?, row)))
            .collect();
        let named = |row: usize| text(self.parent, row).and_then(|parent| replies.get(parent)).copied();
        let name = |row: usize| (time[row], text(self.parent, row), dense.member.label(dense.member.rows[row]));
        let known = resolves.into_iter().filter(|row| dense.has_own_time(*row) || named(*row).is_some());
        let last = known.max_by(|a, b| name(*a).cmp(&name(*b)))?;
        let reopens = |row: usize| self.acts(row, Kind::Reopen) && dense.has_own_time(row) && time[row] > time[last];
        let accepted = named(last);
        (!later().any(reopens)).then(|| End { row: accepted.unwrap_or(last), accepted: accepted.is_some() })
    }

    /// Whether a row resolves or reopens: a program that closes what is old resolves nothing, unless bots count.
    fn acts(&self, row: usize, kind: Kind) -> bool {
        let by_bot = || self.roles.at(self.dense.member.rows[row], self.dense.time()[row]) == Some(Role::Bot);
        self.dense.kind[row] == kind && (self.rules.scope.bots || !by_bot())
    }

    fn touch(&self, row: usize, asker: u32) -> Option<Touch<'a>> {
        match self.dense.kind[row] {
            Kind::Reply => self.reply(row, asker),
            Kind::Assign => self.assignment(row),
            _ => None,
        }
    }

    fn reply(&self, row: usize, asker: u32) -> Option<Touch<'a>> {
        self.by_member(row, asker).filter(|_| self.dense.kind[row] == Kind::Reply)
    }

    /// An act of another person of the asked role, whose unit is known.
    fn by_member(&self, row: usize, asker: u32) -> Option<Touch<'a>> {
        self.of_other(row, asker).filter(|touch| self.rules.responder.accepts(self.roles.at(touch.who, touch.at)))
    }

    /// An act of another person, whose unit is known.
    fn of_other(&self, row: usize, asker: u32) -> Option<Touch<'a>> {
        let (who, at) = (self.dense.member.rows[row], self.dense.time()[row]);
        let unit = self.dimension.events.label(self.dimension.events.code(row))?;
        let is_other = who != asker && Responder::Any.accepts(self.roles.at(who, at));
        is_other.then_some(Touch { at, by_member: true, unit, who })
    }

    /// To a member means to their unit at that time.
    fn assignment(&self, row: usize) -> Option<Touch<'a>> {
        let (target, at) = (self.target?.get(row)?, self.dense.time()[row]);
        let is_listed = self.dimension.of_members.as_ref().is_some_and(|(_, spells)| spells.contains_key(target));
        let is_member = is_listed || self.members.contains(target);
        let unit = if is_member { self.dimension.of_member(target, at)? } else { target };
        Some(Touch { at, by_member: false, unit, who: NONE })
    }
}
