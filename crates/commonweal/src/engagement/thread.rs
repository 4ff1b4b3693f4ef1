//! One conversation: who opens it, who writes in it, how deep and how wide it grows.
use hashbrown::{HashMap, HashSet};

use crate::kpi::Scoped;
use crate::schema::{Kind, Role};
use crate::view::{NONE, Parents};

/// What is known of one conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conversation {
    pub(super) replies: u32,
    /// Distinct known authors.
    pub(super) participants: u32,
    /// The longest way from the opening post down to a reply.
    pub(super) depth: u32,
    /// The most replies at one depth.
    pub(super) breadth: u32,
    /// Whether another person has replied.
    pub(super) answered: bool,
    /// Whether the opener has written again after that.
    pub(super) two_way: bool,
    /// Messages that follow another, where the authors of both are known.
    pub(super) pairs: u32,
    /// Those by another author than the one before.
    pub(super) changes: u32,
    /// From the opening post to the last message; none where there is no other.
    pub(super) duration: Option<i64>,
}

/// Measures one thread after the other, in memory that it keeps.
pub(super) struct Measure<'a> {
    scoped: &'a Scoped<'a>,
    bots: bool,
    parents: &'a Parents<'a>,
    messages: Vec<usize>,
    authors: HashSet<u32>,
    depths: HashMap<u32, u32>,
    path: Vec<u32>,
    levels: Vec<u32>,
}

impl<'a> Measure<'a> {
    pub(super) fn new(scoped: &'a Scoped<'a>, bots: bool, parents: &'a Parents<'a>) -> Self {
        let (messages, authors, depths, path, levels) = Default::default();
        Self { scoped, bots, parents, messages, authors, depths, path, levels }
    }

    /// The conversation that a post opened, as it was at an instant.
    pub(super) fn of(&mut self, opener: usize, rows: &[u32], until: i64) -> Conversation {
        let (scoped, bots) = (self.scoped, self.bots);
        let dense = scoped.community.dense();
        let time = dense.time();
        let mut found = Conversation::default();
        self.messages.clear();
        self.depths.clear();
        self.levels.clear();
        for row in rows.iter().map(|row| *row as usize).filter(|row| counts(scoped, bots, *row, until)) {
            if dense.kind[row] == Kind::Reply {
                found.replies += 1;
                let depth = self.depth(row, until);
                found.depth = found.depth.max(depth);
                self.levels.resize(self.levels.len().max(depth as usize + 1), 0);
                self.levels[depth as usize] += 1;
            }
            if dense.has_own_time(row) {
                self.messages.push(row);
            }
        }
        found.breadth = self.levels.iter().max().copied().unwrap_or(0);
        self.talk(opener, &mut found);
        let last = self.messages.iter().map(|row| time[*row]).max();
        found.duration = last.filter(|_| self.messages.len() > 1).map(|last| (last - time[opener]).max(0));
        found
    }

    /// Who writes, and after whom.
    fn talk(&mut self, opener: usize, found: &mut Conversation) {
        let Self { scoped, messages, authors, .. } = self;
        let dense = scoped.community.dense();
        let (time, member) = (dense.time(), &dense.member);
        let who = |row: usize| member.rows[row];
        // Of one instant the posts come first, then names: the order of rows tells nothing.
        let rank = |row: usize| (time[row], dense.kind[row] != Kind::Post, member.label(who(row)));
        messages.sort_by(|a, b| rank(*a).cmp(&rank(*b)));
        authors.clear();
        authors.extend(messages.iter().map(|row| who(*row)).filter(|who| *who != NONE));
        found.participants = authors.len() as u32;
        for pair in messages.windows(2).filter(|pair| pair.iter().all(|row| who(*row) != NONE)) {
            found.pairs += 1;
            found.changes += u32::from(who(pair[0]) != who(pair[1]));
        }
        let asker = who(opener);
        let answers = |row: usize| {
            dense.kind[row] == Kind::Reply && time[row] >= time[opener] && who(row) != asker && is_person(scoped, row)
        };
        let answer = messages.iter().find(|row| answers(**row));
        found.answered = answer.is_some();
        found.two_way = asker != NONE
            && answer.is_some_and(|answer| messages.iter().any(|row| time[*row] > time[*answer] && who(*row) == asker));
    }

    /// How deep a reply lies: one below what it answers, and one below the opening post where it does not say.
    /// What does not count is passed over. Replies that answer each other in a circle answer nothing.
    fn depth(&mut self, row: usize, until: i64) -> u32 {
        let (scoped, bots, parents) = (self.scoped, self.bots, self.parents);
        if parents.of(row) == NONE {
            return 1;
        }
        let is = |row: u32, kind: Kind| scoped.community.dense().kind[row as usize] == kind;
        let step = |row: u32| u32::from(is(row, Kind::Reply) && counts(scoped, bots, row as usize, until));
        let up = |row: u32| if is(row, Kind::Post) { NONE } else { parents.of(row as usize) };
        let mut path = std::mem::take(&mut self.path);
        path.clear();
        let mut at = row as u32;
        let mut depth = loop {
            if at == NONE {
                break 0;
            }
            match self.depths.get(&at) {
                Some(depth) if *depth != NONE => break *depth,
                // Marked on this very way: a circle, and those in it stand alone.
                Some(_) => {
                    let circle = path.iter().position(|passed| *passed == at).unwrap_or_default();
                    path.iter().skip(circle).for_each(|row| {
                        self.depths.insert(*row, step(*row));
                    });
                    path.truncate(circle);
                    break step(at);
                }
                None => {
                    self.depths.insert(at, NONE);
                    path.push(at);
                    at = up(at);
                }
            }
        };
        for row in path.drain(..).rev() {
            depth += step(row);
            self.depths.insert(row, depth);
        }
        self.path = path;
        self.depths.get(&(row as u32)).copied().unwrap_or(depth)
    }
}

/// Whether a row is a message that counts.
fn counts(scoped: &Scoped<'_>, bots: bool, row: usize, until: i64) -> bool {
    let dense = scoped.community.dense();
    dense.kind[row].is_message() && dense.time()[row] <= until && (bots || role(scoped, row) != Some(Role::Bot))
}

/// Whether the author of a row is known, and no bot.
fn is_person(scoped: &Scoped<'_>, row: usize) -> bool {
    role(scoped, row).is_some_and(|role| role != Role::Bot)
}

fn role(scoped: &Scoped<'_>, row: usize) -> Option<Role> {
    let dense = scoped.community.dense();
    scoped.community.roles().at(dense.member.rows[row], dense.time()[row])
}
