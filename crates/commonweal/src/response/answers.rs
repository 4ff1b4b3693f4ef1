//! The first response of each post, the one pass that all KPIs of the family share.
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::schema::{Kind, Role};
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::NONE;

/// Whose reply is a response. A bot's never is, nor the asker's own, nor that of an unknown author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Responder {
    /// Any other person's.
    #[default]
    Any,
    /// A member of staff's.
    Staff,
    /// That of a person who is not staff.
    Peer,
}

impl Responder {
    fn accepts(self, role: Option<Role>) -> bool {
        match (self, role) {
            (_, None | Some(Role::Bot)) => false,
            (Self::Any, _) => true,
            (Self::Staff, Some(role)) => role == Role::Staff,
            (Self::Peer, Some(role)) => role == Role::Member,
        }
    }
}

/// The tables of a response KPI: posts by the time they were asked and the wait for the answer, and, for suppression, the askers.
pub(super) const SHAPES: &[Shape] = &[Shape::sums(1), Shape::sums(1)];

/// Stands for the wait of a post without an answer. It goes on ageing until `finish`, so the table does not depend on the end of
/// observation.
const OPEN: i64 = -1;

/// The tables of a part.
pub(super) fn partial(
    part: &Part<'_>,
    scope: &Scope,
    every: Option<Every>,
    responder: Responder,
) -> Result<Vec<Table>> {
    let scoped = part.scoped(scope)?;
    let community = part.community;
    let (dense, roles) = (community.dense(), community.roles());
    let time = dense.time();
    let periods = Periods::of(community, every);

    let mut posts = TableBuilder::<1>::new();
    let mut askers = TableBuilder::<1>::new();
    let mut tell = |row: usize, answer: Option<i64>| {
        let (group, asked) = (scoped.groups.of(row), time[row]);
        posts.at(group, asked, answer.map_or(OPEN, |at| at - asked))[0] += 1;
        if scope.suppresses() && dense.member.rows[row] != NONE {
            let name = &dense.member.labels[dense.member.rows[row] as usize];
            let period = periods.start_of(asked);
            askers.at(group, period, stable_hash(name.as_bytes()) as i64)[0] += 1;
        }
    };
    for (thread, rows) in part.groups() {
        let asks = |row: usize| dense.kind[row] == Kind::Post && dense.has_own_time(row) && scoped.counts(row);
        if part.is_none(thread) {
            // A post in no thread can't be answered.
            rows.iter().map(|row| *row as usize).filter(|row| asks(*row)).for_each(|row| tell(row, None));
            continue;
        }
        // From the end to the start, with the earliest response so far and the earliest by somebody else than its author.
        let (mut first, mut other): (Option<(u32, i64)>, Option<(u32, i64)>) = (None, None);
        for instant in rows.chunk_by(|a, b| time[*a as usize] == time[*b as usize]).rev() {
            for row in instant.iter().map(|row| *row as usize) {
                let (author, at) = (dense.member.rows[row], time[row]);
                if dense.kind[row] == Kind::Reply && dense.has_own_time(row) && responder.accepts(roles.at(author, at))
                {
                    if first.is_some_and(|(by, _)| by != author) {
                        other = first;
                    }
                    first = Some((author, at));
                }
            }
            for row in instant.iter().map(|row| *row as usize).filter(|row| asks(*row)) {
                let asker = dense.member.rows[row];
                let answer = if first.is_some_and(|(by, _)| by == asker) { other } else { first };
                tell(row, answer.map(|(_, at)| at));
            }
        }
    }
    let label = |code| scoped.groups.label(code);
    Ok(vec![posts.finish(label), askers.finish(label)])
}

/// The posts of one cell.
#[derive(Debug, Default)]
pub(super) struct Waits {
    /// When they were asked, how long until the answer (none for the open), and how many posts of the same.
    posts: Vec<(i64, Option<i64>, u64)>,
    /// Distinct askers, where they were counted.
    pub(super) askers: i64,
    as_of: i64,
}

impl Waits {
    pub(super) fn n(&self) -> u64 {
        self.posts.iter().map(|(.., n)| n).sum()
    }

    pub(super) fn answered(&self) -> u64 {
        self.posts.iter().filter(|(_, wait, _)| wait.is_some()).map(|(.., n)| n).sum()
    }

    pub(super) fn open(&self) -> u64 {
        self.posts.iter().filter(|(_, wait, _)| wait.is_none()).map(|(.., n)| n).sum()
    }

    /// Posts answered within a time, and posts for which it has passed.
    pub(super) fn due(&self, within: i64) -> (i64, i64) {
        let due = self.posts.iter().filter(|(asked, ..)| self.as_of - asked >= within);
        due.fold((0, 0), |(in_time, due), (_, wait, n)| {
            let n = *n as i64;
            (in_time + if wait.is_some_and(|wait| wait <= within) { n } else { 0 }, due + n)
        })
    }

    /// The median of the answered alone, the mean of the two in the middle where their number is even.
    pub(super) fn answered_median(&self) -> Option<i64> {
        let mut waits: Vec<(i64, u64)> = self.posts.iter().filter_map(|(_, wait, n)| Some(((*wait)?, *n))).collect();
        waits.sort_unstable();
        let all: u64 = waits.iter().map(|(_, n)| n).sum();
        let at = |rank: u64| {
            let mut before = 0;
            waits.iter().find_map(|(wait, n)| {
                before += n;
                (before > rank).then_some(*wait)
            })
        };
        let (low, high) = (at(all.checked_sub(1)? / 2)?, at(all / 2)?);
        Some(low + (high - low) / 2)
    }

    /// The curve of the waits, the open ones censored at the end of observation.
    pub(super) fn curve(&self, confidence: f64) -> KaplanMeier {
        let step = |&(asked, wait, n): &(i64, Option<i64>, u64)| match wait {
            Some(time) => Step { time, ended: n, censored: 0 },
            None => Step { time: (self.as_of - asked).max(0), ended: 0, censored: n },
        };
        KaplanMeier::new(self.posts.iter().map(step).collect(), confidence)
    }
}

/// The waits of every cell.
pub(super) fn waits(cells: &Cells<'_>, tables: &[Table], horizon: &Horizon) -> Vec<Waits> {
    let mut found: Vec<Waits> = (0..cells.len()).map(|_| Waits { as_of: horizon.as_of, ..Waits::default() }).collect();
    for (group, asked, wait, n) in tables[0].rows() {
        if let Some(cell) = cells.index(group, asked) {
            // What came after the end of observation is not known at it.
            let wait = Some(wait).filter(|wait| (0..=horizon.as_of.saturating_sub(asked)).contains(wait));
            if asked <= horizon.as_of {
                found[cell].posts.push((asked, wait, n[0].clamp(0, i128::from(u32::MAX)) as u64));
            }
        }
    }
    for (group, period, _, _) in tables[1].rows() {
        if let Some(cell) = cells.index(group, period) {
            found[cell].askers += 1;
        }
    }
    found
}
