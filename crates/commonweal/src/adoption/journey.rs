//! From joining to the first act of each kind, the one pass that activation and the funnel share.
//!
//! All that is kept of a member are minima: when they joined, when they first did this or that. So parts that keep threads whole may
//! each tell what they have seen, and the rest is put together in `finish`.
use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::act::Act;
use crate::error::{Error, Result};
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Part, Scope, Scoped, Shape, Table};
use crate::schema::Kind;
use crate::view::{ANY, Group, NONE};

/// By member: the first time of each step, and when they left. By group and member: how they started.
pub(super) const SHAPES: &[Shape] = &[Shape::least(1), Shape::least(1)];

/// In the first table, beside the steps by number: the time in the members table, and each act of leaving by its time.
const LEFT: i64 = -1;
const LEAVES: i64 = -2;

/// In the second table: when a member joined by the members table, by an act; who has always been there; the first act of any kind.
/// Joined in a role that does not count is told too, as it decides.
const LISTED: i64 = 0;
const LISTED_OUT: i64 = 1;
const JOINS: i64 = 2;
const JOINS_OUT: i64 = 3;
const ALWAYS: i64 = 4;
const ACTS: i64 = 5;

/// The step that starts the clock, and those whose first times are wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Steps<'a> {
    pub(super) start: Act,
    pub(super) steps: &'a [Act],
}

impl Steps<'_> {
    fn joining_starts(&self) -> bool {
        self.start == Act::Kind(Kind::Join)
    }
}

/// The tables of a part.
pub(super) fn partial(part: &Part<'_>, scope: &Scope, steps: Steps<'_>) -> Result<Vec<Table>> {
    let scoped = part.scoped(scope)?;
    let mut by = scope.by.iter().zip(scoped.groups.of_member("", 0));
    if let Some((name, _)) = by.find(|(_, label)| steps.joining_starts() && label.as_deref() == Some(ANY)) {
        let allowed = "columns of the members: who joined and did nothing has no act to take others from";
        return Err(Error::option("by", allowed, format!("{name:?}, a column of the events")));
    }
    let mut pass = Pass { part, scoped: &scoped, steps, firsts: TableBuilder::least(), starts: HashMap::new() };
    for (group, rows) in part.groups() {
        for row in rows.iter().map(|row| *row as usize) {
            pass.act(row);
        }
        if steps.steps.contains(&Act::FirstReplyReceived) || steps.start == Act::FirstReplyReceived {
            pass.replies(part.is_none(group), rows)?;
        }
    }
    pass.finish()
}

/// The minima of one part as they are found.
#[derive(Debug)]
struct Pass<'p> {
    part: &'p Part<'p>,
    scoped: &'p Scoped<'p>,
    steps: Steps<'p>,
    /// By member.
    firsts: TableBuilder<1>,
    /// By group, member and the way of starting.
    starts: HashMap<(u32, u32, i64), i64>,
}

impl Pass<'_> {
    /// Takes note of an act by the member of a row.
    fn act(&mut self, row: usize) {
        let dense = self.part.community.dense();
        let (member, time, kind) = (dense.member.rows[row], dense.time()[row], dense.kind[row]);
        if member == NONE || !dense.has_own_time(row) {
            return;
        }
        for (i, step) in self.steps.steps.iter().enumerate() {
            if step.is(kind) {
                self.first(member, i as i64, 0, time);
            }
        }
        if kind == Kind::Leave {
            self.first(member, LEAVES, time, time);
        }
        let counts = self.scoped.counts(row);
        if self.steps.joining_starts() {
            if kind == Kind::Join {
                self.start(row, member, if counts { JOINS } else { JOINS_OUT }, time);
            }
            if counts {
                self.start(row, member, ACTS, time);
            }
        } else if self.steps.start.is(kind) {
            self.start(row, member, if counts { JOINS } else { JOINS_OUT }, time);
        }
    }

    fn first(&mut self, member: u32, x: i64, period: i64, time: i64) {
        let least = &mut self.firsts.at(member, period, x)[0];
        *least = i128::from(time).min(*least);
    }

    fn start(&mut self, row: usize, member: u32, x: i64, time: i64) {
        let least = self.starts.entry((self.scoped.groups.of(row), member, x)).or_insert(i64::MAX);
        *least = time.min(*least);
    }

    /// Takes note of those whom the replies of a thread answer: the author of the parent or, where it names none, of the opening post.
    fn replies(&mut self, no_thread: bool, rows: &[u32]) -> Result<()> {
        let community = self.part.community;
        let (dense, roles, parents) = (community.dense(), community.roles(), community.parents()?);
        let time = dense.time();
        let rows = || rows.iter().map(|row| *row as usize);
        // Of posts of one instant the one by the first name: rows come in any order.
        let name = |row: usize| dense.member.label(dense.member.rows[row]);
        let posts = rows().filter(|row| !no_thread && dense.kind[*row] == Kind::Post);
        let opener = posts.min_by_key(|row| (time[*row], name(*row)));
        for reply in rows().filter(|row| dense.kind[*row] == Kind::Reply && dense.has_own_time(*row)) {
            let parent =
                Some(parents.of(reply) as usize).filter(|row| dense.kind.get(*row).is_some_and(|k| k.is_message()));
            let (Some(message), author) = (parent.or(opener), dense.member.rows[reply]) else { continue };
            let (receiver, at) = (dense.member.rows[message], time[reply]);
            let person = roles.at(author, at).is_some_and(|role| role != crate::schema::Role::Bot);
            if !person || receiver == NONE || receiver == author || at < time[message] || !dense.has_own_time(message) {
                continue;
            }
            for (i, _) in self.steps.steps.iter().enumerate().filter(|(_, step)| **step == Act::FirstReplyReceived) {
                self.first(receiver, i as i64, 0, at);
            }
            if self.steps.start == Act::FirstReplyReceived {
                let counts = self.scoped.counts_as(roles.at(receiver, at));
                self.start(message, receiver, if counts { JOINS } else { JOINS_OUT }, at);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Table>> {
        let community = self.part.community;
        let names = &community.dense().member.labels;
        let mut starts = LabelledBuilder::<1>::least();
        let mut tell = |mut group: Group, name: &str, x: i64, time: i64| {
            group.push(Some(name.to_owned()));
            let least = &mut starts.at(group, 0, x)[0];
            *least = i128::from(time).min(*least);
        };
        for ((group, member, x), time) in std::mem::take(&mut self.starts) {
            tell(self.scoped.groups.label(group), &names[member as usize], x, time);
        }
        let mut left = LabelledBuilder::<1>::least();
        if let Some(membership) = community.membership()?.as_ref().as_ref().filter(|_| self.part.first) {
            for name in membership.names() {
                let Some((joined, gone)) = membership.of(name) else { continue };
                if gone < i64::MAX {
                    left.at(vec![Some(name.to_owned())], 0, LEFT)[0] = i128::from(gone);
                }
                if self.steps.joining_starts() {
                    let counts = self.scoped.counts_as(Some(community.role_book().at(name, joined)));
                    let x = match (joined > i64::MIN, counts) {
                        (true, true) => LISTED,
                        (true, false) => LISTED_OUT,
                        (false, true) => ALWAYS,
                        (false, false) => continue,
                    };
                    tell(self.scoped.groups.of_member(name, joined), name, x, joined);
                }
            }
        }
        let firsts = self.firsts.finish(|code| vec![names.get(code as usize).map(str::to_owned)]);
        Ok(vec![firsts.merge(left.finish()), starts.finish()])
    }
}

/// What is known of one member who started.
#[derive(Debug)]
pub(super) struct Journey {
    pub(super) group: Group,
    pub(super) start: i64,
    /// When each step was first taken, whenever that was.
    firsts: Vec<Option<i64>>,
    /// The last instant that they were watched.
    until: i64,
}

impl Journey {
    /// How long from the start until the last of these steps was taken; and whether it was. An act before the start counts as done at
    /// it, one after leaving not at all.
    pub(super) fn time_to(&self, steps: impl IntoIterator<Item = usize>) -> (i64, bool) {
        let last = steps.into_iter().try_fold(self.start, |last, step| Some(last.max(self.firsts[step]?)));
        match last.filter(|last| *last <= self.until) {
            Some(last) => (last - self.start, true),
            None => (self.until - self.start, false),
        }
    }

    /// Whether the first time of a step lies before the start.
    pub(super) fn took_before(&self, step: usize) -> bool {
        self.firsts[step].is_some_and(|first| first < self.start)
    }
}

/// All who started, and how many of each group are left out since nothing tells when they joined.
#[derive(Debug)]
pub(super) struct Journeys {
    pub(super) all: Vec<Journey>,
    pub(super) unknown: BTreeMap<Group, i64>,
    /// Whether it is known of anybody when they started, be it later than observation ends.
    known: bool,
    /// Which steps anybody has taken.
    pub(super) recorded: Vec<bool>,
}

#[derive(Debug, Default)]
struct Started<'t> {
    /// For each way of starting, the earliest time and its group.
    ways: [Option<(i64, &'t [Option<String>])>; 6],
}

impl Journeys {
    /// Puts the tables together, at the end of observation.
    pub(super) fn read(tables: &[Table], steps: usize, horizon: &Horizon) -> Self {
        let [firsts, starts, ..] = tables else {
            return Self { all: vec![], unknown: BTreeMap::new(), known: false, recorded: vec![false; steps] };
        };
        let mut members: BTreeMap<&str, Started<'_>> = BTreeMap::new();
        for (labels, _, x, value) in starts.rows() {
            if let Some((Some(name), group)) = labels.split_last()
                && let Some(way) = members.entry(name).or_default().ways.get_mut(x.clamp(0, 5) as usize)
            {
                let found = (micros(value[0]), group);
                *way = Some(way.map_or(found, |known| known.min(found)));
            }
        }
        let mut done: HashMap<&str, (Vec<Option<i64>>, Vec<i64>)> = HashMap::new();
        let mut recorded = vec![false; steps];
        for (labels, _, x, value) in firsts.rows() {
            let Some(Some(name)) = labels.last() else { continue };
            let (first, ends) = done.entry(name.as_str()).or_insert_with(|| (vec![None; steps], vec![]));
            match usize::try_from(x) {
                Ok(step) if step < steps => {
                    first[step] = Some(micros(value[0]));
                    recorded[step] = true;
                }
                Ok(_) => {}
                Err(_) => ends.push(micros(value[0])),
            }
        }
        let (mut all, mut unknown, mut known) = (vec![], BTreeMap::new(), false);
        for (name, Started { ways }) in members {
            let way = |x: i64| ways[x as usize];
            let by_act = way(JOINS).filter(|(at, _)| way(JOINS_OUT).is_none_or(|(out, _)| *at <= out));
            if way(LISTED_OUT).is_some() {
                continue;
            }
            let Some((start, group)) = way(LISTED).or(by_act) else {
                if let Some((_, group)) = way(ALWAYS).or(way(ACTS)).filter(|_| way(JOINS_OUT).is_none()) {
                    *unknown.entry(group.to_vec()).or_default() += 1;
                }
                continue;
            };
            known = true;
            if start > horizon.as_of {
                continue;
            }
            let (firsts, ends) = done.remove(name).unwrap_or_else(|| (vec![None; steps], vec![]));
            let left = ends.into_iter().filter(|left| *left >= start).min();
            let until = left.map_or(horizon.as_of, |left| left.min(horizon.as_of));
            all.push(Journey { group: group.to_vec(), start, firsts, until });
        }
        Self { all, unknown, known, recorded }
    }

    /// Declines where there are members and nothing tells when any of them joined.
    pub(super) fn decline_unknown(&self, kpi: &'static str) -> Result<()> {
        let unknown: i64 = self.unknown.values().sum();
        if self.known || unknown == 0 {
            return Ok(());
        }
        let needs =
            "to know when members joined: a members table with times in a column joined, or events of kind join";
        Err(Error::declined(kpi, needs, format!("there is neither for any of the {unknown} members")))
    }
}

/// A time out of a table, wherever that comes from.
fn micros(value: i128) -> i64 {
    let (first, last) = (*crate::schema::TIME_RANGE.start(), *crate::schema::TIME_RANGE.end());
    value.clamp(i128::from(first), i128::from(last)) as i64
}
