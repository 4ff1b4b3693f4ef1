//! What is reported, and how long it takes until somebody handles it.
#[cfg(test)]
mod tests;

use hashbrown::HashMap;
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::sheet::Cells;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Scoped, Shape, Table, one_or_many};
use crate::period::{Every, Span};
use crate::response::columns;
use crate::schema::{Kind, Role};
use crate::view::NONE;

/// What is reported to the moderators, how long it takes until somebody handles it, and on how few members it falls. What is not handled is not left out: it is
/// censored at the end of observation.
///
/// # Formula
/// A case runs from the first `flag` of a message to the next `moderate` of it, not before it; more flags in between are of the same case,
/// one after it opens another. With S the Kaplan–Meier curve of the lengths of all cases: median, p75, p90 = the smallest t with S(t) ≤ 0.5, 0.25, 0.1;
/// attained = 1 − S(within). `attained_due` = cases handled within / cases that `within` has passed for.
///
/// # Columns
/// One row for each period, group and `within` with a case or an act: period (of the first flag, or of the act; with `every`), `by` … (of the flag, or of the act), within
/// (duration; each has a row of its own), n (cases), handled, open (cases), flags (of those cases), flagged_members (distinct authors of flagged messages),
/// repeat_members (those with two cases or more in the period and group), repeat_cases (the cases of those), actions (acts of moderators),
/// moderators (distinct ones), median, p75, p90 with `_low` and `_high` (durations), attained with `_low` and `_high`, `attained_due` with `_low` and
/// `_high`, `handled_median` (of the handled alone: it forgets the open), complete (with `every`).
///
/// # Edge cases
/// An act that names a message handles the case of that message; one that names none of its thread handles all that are open there. A flag that names
/// no message of its thread is about the thread, and any act there handles it: nothing tells which message was meant. Its case counts, and is nobody's.
/// A flag in no thread is a case of its own and open for ever, as no act can be told to be on it. At one instant flags come before acts. Acts without a time of their own end nothing, and such flags open nothing. Acts of bots
/// count with `bots` only, flags likewise: what a program reports and removes by itself is no work. A flag of what a bot wrote is a case, as somebody has to look
/// at it, but a bot is no flagged member unless `bots`. `roles` are those of who flags and who acts; whom the flags are about may be of any role, and whoever acts ends a case.
/// Without any flag it declines: nothing tells whether nothing was reported, or nobody wrote it down. `min_group` hides groups with fewer distinct flagged members.
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958); as [`crate::FirstResponse`] for the intervals.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// The times within which a case should be handled. Default: 1 day.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which acts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Workload {
    fn default() -> Self {
        Self { within: vec![Span::days(1)], every: None, scope: Scope::default() }
    }
}

impl Workload {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "moderation.workload",
        question: "What is reported, how long does it take until somebody handles it, and is it always the same few?",
        formula: "S = Kaplan–Meier of the time from the first flag of a message to the next act of a moderator on it, open cases censored; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Thread,
    };
}

/// Stands for the length of an open case: it goes on ageing until `finish`.
const OPEN: i64 = -1;

/// A message, or a thread, that is reported.
#[derive(Clone, Copy, Debug)]
struct Case {
    /// The row of the message; [`NONE`] for the thread.
    message: u32,
    group: u32,
    start: i64,
    flags: i128,
}

/// The tables under construction.
struct Builders<'a> {
    scoped: &'a Scoped<'a>,
    bots: bool,
    periods: Periods,
    cases: TableBuilder<2>,
    flagged: TableBuilder<1>,
    acts: TableBuilder<2>,
}

impl Builders<'_> {
    fn key(&self, member: u32) -> Option<i64> {
        let name = self.scoped.community.dense().member.label(member)?;
        Some(stable_hash(name.as_bytes()) as i64)
    }

    /// Whether a row is by a bot that does not count.
    fn is_left_out(&self, row: usize) -> bool {
        let (dense, roles) = (self.scoped.community.dense(), self.scoped.community.roles());
        !self.bots && roles.at(dense.member.rows[row], dense.time()[row]) == Some(Role::Bot)
    }

    /// Who wrote what is flagged; nobody wrote a thread.
    fn author(&self, message: u32) -> Option<i64> {
        let row = message as usize;
        let member = *self.scoped.community.dense().member.rows.get(row)?;
        if self.is_left_out(row) { None } else { self.key(member) }
    }

    fn end(&mut self, case: Case, at: Option<i64>) {
        let row = self.cases.at(case.group, case.start, at.map_or(OPEN, |at| at - case.start));
        row[0] += 1;
        row[1] += case.flags;
        if let Some(author) = self.author(case.message) {
            self.flagged.at(case.group, self.periods.start_of(case.start), author)[0] += 1;
        }
    }

    fn act(&mut self, row: usize, at: i64) {
        let member = self.key(self.scoped.community.dense().member.rows[row]);
        let place = self.acts.at(self.scoped.groups.of(row), self.periods.start_of(at), member.unwrap_or_default());
        place[0] += 1;
        place[1] += i128::from(member.is_some());
    }
}

impl Kpi for Workload {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        columns::check(&self.within)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Cases by start and length, and their flags; authors of what was flagged, by name; acts by moderator; rows, and flags among them.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(2), Shape::sums(2)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let (dense, parents) = (part.community.dense(), part.community.parents()?);
        let time = dense.time();
        let mut to = Builders {
            scoped: &scoped,
            bots: self.scope.bots,
            periods: Periods::of(part.community, self.every),
            cases: TableBuilder::new(),
            flagged: TableBuilder::new(),
            acts: TableBuilder::new(),
        };
        let mut seen = [0i128; 2];
        // Of each message, or of none, in a thread.
        let mut open: HashMap<u32, Case> = HashMap::new();
        for (thread, rows) in part.groups() {
            open.clear();
            for instant in rows.chunk_by(|a, b| time[*a as usize] == time[*b as usize]) {
                let now = time[instant[0] as usize];
                let of =
                    |kind: Kind| instant.iter().map(|row| *row as usize).filter(move |row| dense.kind[*row] == kind);
                seen[0] += instant.len() as i128;
                let flags = |row: &usize| dense.has_own_time(*row) && scoped.counts(*row);
                // Of several flags at one instant the case is in the group that comes first by name.
                let mut flags: Vec<usize> = of(Kind::Flag).filter(flags).collect();
                flags.sort_by_cached_key(|row| scoped.groups.label(scoped.groups.of(*row)));
                for row in flags {
                    seen[1] += 1;
                    let (message, group) = (parents.of(row), scoped.groups.of(row));
                    let case = Case { message, group, start: now, flags: 1 };
                    if part.is_none(thread) {
                        // What is in no thread is about nothing known: each such flag is a case of its own.
                        to.end(case, None);
                        continue;
                    }
                    open.entry(message).and_modify(|case| case.flags += 1).or_insert(case);
                }
                for row in of(Kind::Moderate) {
                    if !dense.has_own_time(row) || to.is_left_out(row) {
                        continue;
                    }
                    if scoped.counts(row) {
                        to.act(row, now);
                    }
                    if part.is_none(thread) {
                        continue;
                    }
                    match parents.of(row) {
                        NONE => open.drain().for_each(|(_, case)| to.end(case, Some(now))),
                        message => {
                            let handled = [message, NONE].into_iter().filter_map(|about| open.remove(&about));
                            handled.for_each(|case| to.end(case, Some(now)));
                        }
                    }
                }
            }
            open.drain().for_each(|(_, case)| to.end(case, None));
        }
        let mut rows = LabelledBuilder::<2>::new();
        *rows.at(vec![], 0, 0) = seen;
        let label = |code| scoped.groups.label(code);
        Ok(vec![to.cases.finish(label), to.flagged.finish(label), to.acts.finish(label), rows.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [rows, flags] = tables[3]
            .rows()
            .fold([0i128; 2], |[rows, flags], (.., n)| [rows.saturating_add(n[0]), flags.saturating_add(n[1])]);
        if rows > 0 && flags == 0 {
            let whose = if self.scope.bots { "" } else { " by a person (bots = true counts those of bots)" };
            let needs = format!("acts of the kind flag{whose}: what members report");
            return Err(Error::declined(Self::SPEC.name, needs, "there is none"));
        }
        let sources = [&tables[0], &tables[2]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let told = columns::told(&cells, tables, horizon, None, &self.within, &self.scope);
        let mut counts = [(); MORE.len()].map(|()| vec![0i64; cells.len()]);
        let mut add =
            |what: usize, cell: usize, n: i128| counts[what][cell] = counts[what][cell].saturating_add(n as i64);
        for (cell, _, _, n) in cells.rows(&tables[0]).filter(|(_, start, ..)| *start <= horizon.as_of) {
            add(FLAGS, cell, n[1]);
        }
        for (cell, _, _, n) in cells.rows(&tables[1]) {
            add(FLAGGED, cell, 1);
            if n[0] > 1 {
                add(REPEAT, cell, 1);
                add(REPEAT_CASES, cell, n[0]);
            }
        }
        for (cell, _, _, n) in cells.rows(&tables[2]) {
            add(ACTIONS, cell, n[0]);
            add(MODERATORS, cell, i128::from(n[1] > 0));
        }
        let more: Vec<(&'static str, &[i64])> =
            MORE.into_iter().zip(&counts).map(|(name, n)| (name, n.as_slice())).collect();
        columns::table(cells, &self.scope, &told, &self.within, &columns::CASES, &more)
    }
}

/// What is counted beside the cases.
const MORE: [&str; 6] = ["flags", "flagged_members", "repeat_members", "repeat_cases", "actions", "moderators"];
const FLAGS: usize = 0;
const FLAGGED: usize = 1;
const REPEAT: usize = 2;
const REPEAT_CASES: usize = 3;
const ACTIONS: usize = 4;
const MODERATORS: usize = 5;
