//! Who answers each post first: the one pass that all KPIs of answers share, of any family.
use std::ops::Range;

use crate::hash::stable_hash;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Part, Periods, Scope, Scoped, Table};
use crate::period::Every;
use crate::schema::{Kind, Role};
use crate::view::NONE;

/// The roles of those who answer, in the order of the tables.
pub(crate) const ROLES: [(&str, Role); 3] = [("staff", Role::Staff), ("peer", Role::Member), ("bot", Role::Bot)];

/// The first response to a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct First {
    pub(crate) row: usize,
    pub(crate) by: u32,
    pub(crate) at: i64,
    pub(crate) role: Role,
}

/// Calls `tell` for each post of a part that `counts`, in order of time, with the first reply in its thread, not before it, by somebody else whose
/// role `accepts`. Of replies at the same instant the first is the one whose author comes first by name, in any order of the rows; of those of one
/// author, the one whose `label` does: it says what else of the reply makes a difference.
///
/// Messages of the part are passed once, in order of time, as they mostly lie: what is open in a thread is near at hand, as threads are short of breath.
pub(crate) fn each<L: Ord>(
    part: &Part<'_>,
    scoped: &Scoped<'_>,
    counts: impl Fn(usize) -> bool,
    accepts: impl Fn(Role) -> bool,
    label: impl Fn(usize) -> L,
    mut tell: impl FnMut(usize, Option<First>),
) {
    let (dense, roles) = (part.community.dense(), part.community.roles());
    let (time, own, threads) = (dense.time(), part.keys(), part.community.n_threads());
    if own.is_empty() && !part.has_none() {
        return;
    }
    let author = |row: u32| dense.member.rows[row as usize];
    let order = |row: u32| (dense.member.label(author(row)), label(row as usize));
    // Who answers, if it is one who may.
    let answerer = |row: u32| {
        let (by, at) = (author(row), time[row as usize]);
        roles.at(by, at).filter(|role| accepts(*role)).map(|_| (by, at))
    };
    let mut posts = Posts::of(own.len());
    // The replies of an instant: what is posted at it comes before.
    let (mut now, mut instant): (Vec<Reply>, i64) = (vec![], i64::MIN);
    let (kinds, thread_of) = (&dense.kind[..], &dense.thread().rows[..]);
    let has_none = part.has_none();
    let (start, len) = (own.start as u32, own.len() as u32);
    let is_own = |thread: u32| (thread.wrapping_sub(start) < len) | has_none & (thread as usize >= threads);
    let concerns = |row: usize| kinds[row].is_message() & is_own(thread_of[row]);
    let message = |row: usize| {
        if !dense.has_own_time(row) {
            return;
        }
        let (kind, place) = (kinds[row], Some(thread_of[row].wrapping_sub(start)).filter(|place| *place < len));
        if time[row] != instant {
            posts.answer(&mut now, order, answerer);
            instant = time[row];
        }
        if kind == Kind::Post {
            if scoped.counts(row) && counts(row) {
                // A post in no thread can't be answered.
                posts.ask(row, author(row as u32), place.map(|place| place as usize));
            }
        } else if let Some(place) = place {
            now.push(Reply { place, row: row as u32 });
        }
    };
    // Acts of a thread lie near each other: of many rows side by side, none is of the part.
    let may_concern = |rows: Range<usize>| thread_of[rows].iter().fold(false, |any, thread| any | is_own(*thread));
    dense.in_order(may_concern, concerns, message);
    posts.answer(&mut now, order, answerer);
    for Post { row, by, first, at, .. } in posts.all {
        let answered = first != NONE;
        // Whoever answers has a role.
        let role = if answered { roles.at(by, at) } else { None };
        tell(row as usize, role.map(|role| First { row: first as usize, by, at, role }));
    }
}

/// A reply, and the place of its thread.
#[derive(Clone, Copy, Debug)]
struct Reply {
    place: u32,
    row: u32,
}

/// A post, and what is known of it so far: there may be millions.
#[derive(Clone, Copy, Debug)]
struct Post {
    row: u32,
    /// Who asks; once there is a response, who responds.
    by: u32,
    /// The post of the same thread that opened before and waits likewise.
    before: u32,
    /// The row of the first response, or [`NONE`].
    first: u32,
    /// When that was: known when it is found, and far to look up later.
    at: i64,
}

impl Post {
    fn answer(&mut self, row: u32, by: u32, at: i64) {
        (self.first, self.by, self.at) = (row, by, at);
    }
}

/// The posts that wait in one thread, each list by its last.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Those since the last reply, by anybody.
    fresh: u32,
    /// Those before, all of one author, who replied last: nobody answers themselves. So none of these is looked at again until they are answered.
    left: u32,
}

impl Open {
    fn is_any(&self) -> bool {
        (self.fresh & self.left) != NONE
    }
}

/// The posts of a part, and those of each of its threads that wait.
#[derive(Debug)]
struct Posts {
    all: Vec<Post>,
    open: Vec<Open>,
}

impl Posts {
    fn of(threads: usize) -> Self {
        // Mostly, a thread has one post.
        Self { all: Vec::with_capacity(threads), open: vec![Open { fresh: NONE, left: NONE }; threads] }
    }

    fn ask(&mut self, row: usize, by: u32, place: Option<usize>) {
        let at = self.all.len() as u32;
        let before = place.map_or(NONE, |place| std::mem::replace(&mut self.open[place].fresh, at));
        self.all.push(Post { row: row as u32, by, before, first: NONE, at: 0 });
    }

    /// The replies of an instant, by thread: which posts are answered by them.
    #[inline]
    fn answer<N: Ord>(
        &mut self,
        replies: &mut Vec<Reply>,
        order: impl Fn(u32) -> N,
        answerer: impl Fn(u32) -> Option<(u32, i64)>,
    ) {
        if replies.len() > 1 {
            replies.sort_by(|a, b| a.place.cmp(&b.place).then_with(|| order(a.row).cmp(&order(b.row))));
        }
        for reply in replies.drain(..) {
            // Mostly, nobody waits any more.
            if self.open[reply.place as usize].is_any()
                && let Some((by, at)) = answerer(reply.row)
            {
                self.answered(reply, by, at);
            }
        }
    }

    /// The posts that are answered by one reply.
    fn answered(&mut self, reply: Reply, by: u32, at: i64) {
        let Open { mut fresh, mut left } = self.open[reply.place as usize];
        if self.all.get(left as usize).is_some_and(|post| post.by != by) {
            while let Some(post) = self.all.get_mut(left as usize) {
                post.answer(reply.row, by, at);
                left = post.before;
            }
        }
        while let Some(post) = self.all.get_mut(fresh as usize) {
            let before = post.before;
            if post.by == by {
                post.before = left;
                left = fresh;
            } else {
                post.answer(reply.row, by, at);
            }
            fresh = before;
        }
        self.open[reply.place as usize] = Open { fresh: NONE, left };
    }
}

/// Distinct askers of each group and period, where suppression asks for them.
pub(crate) struct Askers<'a> {
    part: &'a Part<'a>,
    counted: bool,
    periods: Periods,
    table: TableBuilder<1>,
}

impl<'a> Askers<'a> {
    pub(crate) fn new(part: &'a Part<'a>, scope: &Scope, every: Option<Every>) -> Self {
        let periods = Periods::of(part.community, every);
        Self { part, counted: scope.suppresses(), periods, table: TableBuilder::new() }
    }

    /// The author of the post in a row has asked, in this group and at this time.
    pub(crate) fn add(&mut self, group: u32, row: usize, asked: i64) {
        let member = &self.part.community.dense().member;
        if self.counted && member.rows[row] != NONE {
            let name = &member.labels[member.rows[row] as usize];
            self.table.at(group, self.periods.start_of(asked), stable_hash(name.as_bytes()) as i64)[0] += 1;
        }
    }

    pub(crate) fn finish(self, scoped: &Scoped<'_>) -> Table {
        self.table.finish(|code| scoped.groups.label(code))
    }
}

#[cfg(test)]
#[path = "firsts_tests.rs"]
mod tests;
