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

/// Calls `tell` for each post of a part that `counts`, with the first reply in its thread, not before it, by somebody else whose role `accepts`. Of
/// replies at the same instant the first is the one whose author comes first by name, in any order of the rows; of those of one author, the
/// one whose `label` does: it says what else of the reply makes a difference.
pub(crate) fn each<L: Ord>(
    part: &Part<'_>,
    scoped: &Scoped<'_>,
    counts: impl Fn(usize) -> bool,
    accepts: impl Fn(Role) -> bool,
    label: impl Fn(usize) -> L,
    mut tell: impl FnMut(usize, Option<First>),
) {
    let (dense, roles) = (part.community.dense(), part.community.roles());
    let time = dense.time();
    let asks =
        |row: usize| dense.kind[row] == Kind::Post && dense.has_own_time(row) && scoped.counts(row) && counts(row);
    let name = |first: &First| &dense.member.labels[first.by as usize];
    let mut now: Vec<First> = vec![];
    for (thread, rows) in part.groups() {
        if part.is_none(thread) {
            // A post in no thread can't be answered.
            rows.iter().map(|row| *row as usize).filter(|row| asks(*row)).for_each(|row| tell(row, None));
            continue;
        }
        // From the end to the start: the first so far, and the first by somebody else than its author.
        let (mut first, mut other): (Option<First>, Option<First>) = (None, None);
        for instant in rows.chunk_by(|a, b| time[*a as usize] == time[*b as usize]).rev() {
            now.clear();
            for row in instant.iter().map(|row| *row as usize) {
                let (by, at) = (dense.member.rows[row], time[row]);
                if dense.kind[row] == Kind::Reply
                    && dense.has_own_time(row)
                    && let Some(role) = roles.at(by, at).filter(|role| accepts(*role))
                {
                    now.push(First { row, by, at, role });
                }
            }
            now.sort_by(|a, b| (name(b), label(b.row)).cmp(&(name(a), label(a.row))));
            for reply in &now {
                if first.is_some_and(|first| first.by != reply.by) {
                    other = first;
                }
                first = Some(*reply);
            }
            for row in instant.iter().map(|row| *row as usize).filter(|row| asks(*row)) {
                let asker = dense.member.rows[row];
                tell(row, if first.is_some_and(|first| first.by == asker) { other } else { first });
            }
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
