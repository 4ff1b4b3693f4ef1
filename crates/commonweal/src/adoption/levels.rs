//! The levels of involvement that members are at, period by period, and how they move between them.
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Part, Periods, Scope, Table};
use crate::period::Every;
use crate::schema::Kind;
use crate::view::NONE;

/// How involved a member is in a period, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Did something in an earlier period, nothing in this one.
    Away,
    /// Was there, and contributed too little to take part.
    Observer,
    /// Took part.
    Participant,
    /// Came regularly, or answered others.
    Contributor,
    /// Came often and answered others often.
    Advocate,
}

pub(super) const LEVELS: [&str; 5] = ["away", "observer", "participant", "contributor", "advocate"];
/// Where members come from who were not known before; beyond the levels.
pub(super) const NEW: usize = LEVELS.len();
/// The levels and [`NEW`].
pub(super) const ORIGINS: usize = LEVELS.len() + 1;
const AWAY: usize = Level::Away as usize;

/// What it takes to be at a level in one period. The highest level reached holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thresholds {
    /// Contributions of a participant, at least. Default: 1.
    pub participant_contributions: u32,
    /// Days with a contribution that make a contributor. Default: 7, as Orbit has it for a month.
    pub contributor_days: u32,
    /// Answers, that is, replies in threads in which the member has not posted, that make a contributor just as well. Default: 5.
    pub contributor_answers: u32,
    /// Days with a contribution of an advocate, at least. Default: 10, as Orbit's 30 in a quarter.
    pub advocate_days: u32,
    /// Answers of an advocate, at least, on top of the days. Default: 10.
    pub advocate_answers: u32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            participant_contributions: 1,
            contributor_days: 7,
            contributor_answers: 5,
            advocate_days: 10,
            advocate_answers: 10,
        }
    }
}

/// What a member did in a period.
#[derive(Clone, Copy, Debug, Default)]
struct Done {
    contributions: u32,
    answers: u32,
    days: u32,
}

impl Thresholds {
    pub(super) fn check(&self) -> Result<()> {
        let Self { participant_contributions, contributor_days, contributor_answers, advocate_days, advocate_answers } =
            *self;
        let all = [
            ("participant_contributions", participant_contributions),
            ("contributor_days", contributor_days),
            ("contributor_answers", contributor_answers),
            ("advocate_days", advocate_days),
            ("advocate_answers", advocate_answers),
        ];
        match all.iter().find(|(_, least)| *least == 0) {
            Some((option, _)) => Err(Error::option(option, "1 or more", 0)),
            None => Ok(()),
        }
    }

    fn level(&self, done: Done) -> Level {
        if done.answers >= self.advocate_answers && done.days >= self.advocate_days {
            Level::Advocate
        } else if done.answers >= self.contributor_answers || done.days >= self.contributor_days {
            Level::Contributor
        } else if done.contributions >= self.participant_contributions {
            Level::Participant
        } else {
            Level::Observer
        }
    }
}

/// An act of a member: group, period, day, and what it is.
type Act = (u32, u32, u32, What);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Presence,
    Contribution,
    Answer,
}

/// Moves of members between levels, as one table: by group, period, and origin and level in one number; from away to away is left out,
/// as it goes on for ever.
pub(super) fn moves(part: &Part<'_>, scope: &Scope, thresholds: &Thresholds, every: Every) -> Result<Table> {
    let scoped = part.scoped(scope)?;
    let dense = part.community.dense();
    let time = dense.time();
    let all = Periods::of(part.community, Some(every));
    let days = Periods::of(part.community, Some(Every::Day));
    let mut table = TableBuilder::<1>::new();
    let mut acts: Vec<Act> = vec![];
    let mut own: HashMap<u32, i64> = HashMap::new();
    for (_, rows) in part.groups().filter(|(member, _)| !part.is_none(*member)) {
        acts.clear();
        own.clear();
        let rows = || rows.iter().map(|row| *row as usize);
        // The first own post in each thread, as rows come in order of time. Who opened it a part, which is whole by member, does not know.
        for row in rows().filter(|row| dense.kind[*row] == Kind::Post) {
            own.entry(dense.thread().rows[row]).or_insert(time[row]);
        }
        for row in
            rows().filter(|row| dense.kind[*row] != Kind::Leave && dense.has_own_time(*row) && scoped.counts(*row))
        {
            let thread = dense.thread().rows[row];
            let of_others = thread != NONE && own.get(&thread).is_none_or(|posted| *posted > time[row]);
            let what = match dense.kind[row] {
                Kind::Reply if of_others => What::Answer,
                kind if kind.is_contribution() => What::Contribution,
                _ => What::Presence,
            };
            acts.push((scoped.groups.of(row), all.index(time[row]) as u32, days.index(time[row]) as u32, what));
        }
        acts.sort_unstable();
        for acts in acts.chunk_by(|a, b| a.0 == b.0) {
            let mut before: Option<(usize, Level)> = None;
            for acts in acts.chunk_by(|a, b| a.1 == b.1) {
                let (group, period) = (acts[0].0, acts[0].1 as usize);
                let level = thresholds.level(done(acts));
                let from = match before {
                    None => NEW,
                    Some((last, level)) if last + 1 == period => level as usize,
                    Some((last, level)) => {
                        table.at(group, all.start(last + 1), code(level as usize, AWAY))[0] += 1;
                        AWAY
                    }
                };
                table.at(group, all.start(period), code(from, level as usize))[0] += 1;
                before = Some((period, level));
            }
            if let Some((last, level)) = before {
                table.at(acts[0].0, all.start(last + 1), code(level as usize, AWAY))[0] += 1;
            }
        }
    }
    Ok(table.finish(|code| scoped.groups.label(code)))
}

/// What the acts of a period, in order of days, add up to.
fn done(acts: &[Act]) -> Done {
    let mut done = Done::default();
    let mut last = None;
    for (.., day, what) in acts.iter().filter(|act| act.3 > What::Presence) {
        done.contributions += 1;
        done.answers += u32::from(*what == What::Answer);
        done.days += u32::from(last != Some(*day));
        last = Some(*day);
    }
    done
}

fn code(from: usize, to: usize) -> i64 {
    (from * LEVELS.len() + to) as i64
}

/// Members by where they were in the period before, and where they are.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moves([[i64; LEVELS.len()]; ORIGINS]);

impl Moves {
    pub(super) fn of(&self, from: usize, to: usize) -> i64 {
        self.0[from][to]
    }

    /// Members at a level in the period before, or new in this one.
    pub(super) fn from(&self, from: usize) -> i64 {
        self.0[from].iter().sum()
    }

    /// Members at a level in the period.
    pub(super) fn to(&self, to: usize) -> i64 {
        self.0.iter().map(|row| row[to]).sum()
    }

    /// Members who have been seen by the end of the period.
    pub(super) fn known(&self) -> i64 {
        self.0.iter().flatten().sum()
    }

    /// Members who were not away in the period.
    pub(super) fn active(&self) -> i64 {
        self.known() - self.to(AWAY)
    }
}

/// The moves of each cell.
pub(super) fn moves_of(cells: &Cells<'_>, table: &Table) -> Vec<Moves> {
    let mut moves = vec![Moves::default(); cells.len()];
    for (cell, _, code, values) in cells.rows(table) {
        let place = usize::try_from(code).ok().map(|code| (code / LEVELS.len(), code % LEVELS.len()));
        if let Some((from, to)) = place.filter(|(from, _)| *from < ORIGINS) {
            // Members fit into 32 bits; what is damaged shall not overflow.
            moves[cell].0[from][to] = (values[0] as i64).clamp(0, u32::MAX.into());
        }
    }
    let width = cells.groups().len();
    for cell in width..moves.len() {
        let away = moves[cell - width].to(AWAY);
        let back: i64 = moves[cell].from(AWAY);
        moves[cell].0[AWAY][AWAY] = (away - back).max(0);
    }
    moves
}
