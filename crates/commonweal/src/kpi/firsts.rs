//! Who answers each post first: the one pass that all KPIs of answers share, of any family.
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
    let name = |first: &First| &dense.member.labels[first.by as usize];
    let mut posts = Posts::of(own.len());
    // The replies of an instant, and the places of their threads: what is posted at it comes before.
    let (mut now, mut instant): (Vec<(usize, First)>, i64) = (vec![], i64::MIN);
    let (kinds, thread_of) = (&dense.kind[..], &dense.thread().rows[..]);
    let has_none = part.has_none();
    let place = |row: usize| (thread_of[row] as usize).wrapping_sub(own.start);
    let concerns = |row: usize| {
        kinds[row].is_message() & ((place(row) < own.len()) | has_none & (thread_of[row] as usize >= threads))
    };
    let message = |row: usize| {
        if !dense.has_own_time(row) {
            return;
        }
        let (kind, place) = (kinds[row], Some(place(row)).filter(|place| *place < own.len()));
        let (by, at) = (dense.member.rows[row], time[row]);
        if at != instant {
            posts.answer(&mut now, name, &label);
            instant = at;
        }
        if kind == Kind::Post {
            if scoped.counts(row) && counts(row) {
                // A post in no thread can't be answered.
                posts.ask(row, by, place);
            }
        } else if let (Some(place), Some(role)) = (place, roles.at(by, at).filter(|role| accepts(*role))) {
            now.push((place, First { row, by, at, role }));
        }
    };
    dense.in_order(concerns, message);
    posts.answer(&mut now, name, &label);
    for post in posts.all {
        let first = Some(post.first as usize).filter(|_| post.first != NONE).and_then(|row| {
            let (by, at) = (dense.member.rows[row], time[row]);
            // Whoever answers has a role.
            roles.at(by, at).map(|role| First { row, by, at, role })
        });
        tell(post.row as usize, first);
    }
}

/// A post, and what is known of it so far: there may be millions.
#[derive(Clone, Copy, Debug)]
struct Post {
    row: u32,
    by: u32,
    /// The post of the same thread that opened before and waits likewise.
    before: u32,
    /// The row of the first response, or [`NONE`].
    first: u32,
}

/// The posts that wait in one thread, each list by its last.
#[derive(Clone, Copy, Debug)]
struct Open {
    /// Those since the last reply, by anybody.
    fresh: u32,
    /// Those before, all of one author, who replied last: nobody answers themselves. So none of these is looked at again until they are answered.
    left: u32,
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
        self.all.push(Post { row: row as u32, by, before, first: NONE });
    }

    /// The replies of an instant, by thread: which posts are answered by them.
    fn answer<'n, L: Ord>(
        &mut self,
        replies: &mut Vec<(usize, First)>,
        name: impl Fn(&First) -> &'n str,
        label: impl Fn(usize) -> L,
    ) {
        if replies.len() > 1 {
            replies.sort_by(|(a_place, a), (b_place, b)| {
                a_place.cmp(b_place).then_with(|| (name(a), label(a.row)).cmp(&(name(b), label(b.row))))
            });
        }
        for (place, reply) in replies.drain(..) {
            let Open { mut fresh, mut left } = self.open[place];
            if self.all.get(left as usize).is_some_and(|post| post.by != reply.by) {
                while let Some(post) = self.all.get_mut(left as usize) {
                    post.first = reply.row as u32;
                    left = post.before;
                }
            }
            while let Some(post) = self.all.get_mut(fresh as usize) {
                let before = post.before;
                if post.by == reply.by {
                    post.before = left;
                    left = fresh;
                } else {
                    post.first = reply.row as u32;
                }
                fresh = before;
            }
            self.open[place] = Open { fresh: NONE, left };
        }
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
