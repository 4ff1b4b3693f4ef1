//! What waits in a part, and which reply ends it: posts by the pass of [`firsts`], turns by one of their own.
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::answers::{Asked, OPEN, Per, Responder};
use super::zones::{Places, Zones};
use crate::community::Community;
use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::firsts;
use crate::kpi::table::{Labelled, TableBuilder, Tally};
use crate::kpi::{Part, Periods, Scoped, Table};
use crate::schema::Kind;
use crate::view::{Group, NONE, Questions};

/// The acts of a part, as this family reads them.
#[derive(Debug)]
pub(super) struct Acts<'a> {
    community: &'a Community,
    pub(super) scoped: Scoped<'a>,
    pub(super) time: &'a [i64],
    responder: Responder,
    per: Per,
    questions: Option<Arc<Questions>>,
    zones: Option<Zones>,
    suppresses: bool,
}

/// What ends a wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) row: usize,
    pub(super) at: i64,
}

/// The waits of a part, under construction.
#[derive(Debug, Default)]
pub(super) struct WaitsBuilder {
    rows: Tally,
    places: Places,
}

impl<'a> Acts<'a> {
    pub(super) fn of(asked: &Asked<'a>, part: &Part<'a>) -> Result<Self> {
        let community = part.community;
        Ok(Self {
            community,
            scoped: Scoped::new(community, asked.scope)?,
            time: community.dense().time(),
            responder: asked.responder,
            per: asked.per,
            questions: asked.questions(community)?,
            zones: Zones::of(community, asked.hours)?,
            suppresses: asked.scope.suppresses(),
        })
    }

    /// The labels of the group of a row.
    pub(super) fn group(&self, row: usize) -> Group {
        self.scoped.groups.label(self.scoped.groups.of(row))
    }

    /// Tells of a wait.
    pub(super) fn wait(&self, waits: &mut WaitsBuilder, row: usize, answer: Option<Answer>) {
        let (group, asked) = (self.scoped.groups.of(row), self.time[row]);
        let place = match &self.zones {
            None => group,
            Some(zones) => waits.places.code(group, zones.of_post(row, answer.map(|answer| answer.row))),
        };
        waits.rows.add(place, asked, answer.map_or(OPEN, |answer| answer.at - asked));
    }

    /// The waits of each group, by its label.
    pub(super) fn waits(&self, WaitsBuilder { rows, places }: WaitsBuilder) -> Vec<Labelled> {
        match &self.zones {
            None => rows.labelled(|code| self.scoped.groups.label(code)),
            Some(_) => rows.labelled(|code| places.label(code, |group| self.scoped.groups.label(group))),
        }
    }

    /// Counts the author of a row, where suppression asks for it.
    pub(super) fn count_asker(&self, askers: &mut TableBuilder<1>, row: usize, period: impl Fn(i64) -> i64) {
        if let Some(asker) = self.asker(row) {
            askers.at(self.scoped.groups.of(row), period(self.time[row]), asker)[0] += 1;
        }
    }

    /// A number for the author of a row, where they are known and suppression needs them counted.
    pub(super) fn asker(&self, row: usize) -> Option<i64> {
        if !self.suppresses {
            return None;
        }
        let member = &self.community.dense().member;
        let name = member.label(member.rows[row])?;
        Some(stable_hash(name.as_bytes()) as i64)
    }

    pub(super) fn table(&self, builder: TableBuilder<1>) -> Table {
        builder.finish(|code| self.scoped.groups.label(code))
    }

    /// Whether a message counts, and may start a wait.
    fn may_wait(&self, row: usize) -> bool {
        self.community.dense().has_own_time(row) && self.scoped.counts(row)
    }

    fn asks(&self, row: usize) -> bool {
        self.may_wait(row) && self.is_question(row)
    }

    /// Whether a message asks, where only those count that do.
    fn is_question(&self, row: usize) -> bool {
        self.questions.as_ref().is_none_or(|questions| questions.of(row) == Some(true))
    }

    /// The zone of the author of a row, where clocks are those of members.
    fn zone(&self, row: usize) -> Option<&'static str> {
        self.zones.as_ref().and_then(|zones| zones.name(row))
    }

    fn is(&self, row: usize, kind: Kind) -> bool {
        self.community.dense().kind[row] == kind
    }

    fn author(&self, row: usize) -> u32 {
        self.community.dense().member.rows[row]
    }

    fn responds(&self, row: usize) -> bool {
        let role = || self.community.roles().at(self.author(row), self.time[row]);
        self.is(row, Kind::Reply) && self.community.dense().has_own_time(row) && self.responder.accepts(role())
    }

    /// The responses of an instant. Of several the first by name comes first, so that the order of rows tells nothing.
    fn responses(&self, instant: &[u32]) -> Vec<usize> {
        let mut rows: Vec<usize> = instant.iter().map(|row| *row as usize).filter(|row| self.responds(*row)).collect();
        let name = |row: usize| self.community.dense().member.label(self.author(row));
        rows.sort_by_key(|row| (name(*row), self.zone(*row)));
        rows
    }

    /// Calls `tell` with the row that starts each wait, and the response. `name` decides which of several messages of one
    /// asker at one instant starts it: the least.
    pub(super) fn each<N: Ord>(
        &self,
        part: &Part<'_>,
        name: impl Fn(usize) -> N,
        mut tell: impl FnMut(usize, Option<Answer>),
    ) {
        if self.per == Per::Post {
            let accepts = |role| self.responder.accepts(Some(role));
            let counts = |row| self.is_question(row);
            firsts::each(
                part,
                &self.scoped,
                counts,
                accepts,
                |row| self.zone(row),
                |row, first| {
                    tell(row, first.map(|first| Answer { row: first.row, at: first.at }));
                },
            );
            return;
        }
        for (thread, rows) in part.groups() {
            if part.is_none(thread) {
                // A post in no thread can't be answered.
                let posts = rows.iter().map(|row| *row as usize).filter(|row| self.is(*row, Kind::Post));
                posts.filter(|row| self.asks(*row)).for_each(|row| tell(row, None));
            } else {
                self.turns(rows, &name, &mut tell);
            }
        }
    }

    /// The instants of a thread, in order.
    fn instants<'r>(&self, rows: &'r [u32]) -> impl Iterator<Item = &'r [u32]> + use<'r, 'a> {
        let time = self.time;
        rows.chunk_by(move |a, b| time[*a as usize] == time[*b as usize])
    }

    fn turns<N: Ord>(&self, rows: &[u32], name: &impl Fn(usize) -> N, tell: &mut impl FnMut(usize, Option<Answer>)) {
        let mut askers: HashSet<u32> = HashSet::new();
        // The message that each asker waits since; those of unknown authors stand alone.
        let (mut open, mut unknown): (HashMap<u32, usize>, Vec<usize>) = (HashMap::new(), vec![]);
        let rank = |row: usize| (!self.is(row, Kind::Post), name(row), self.zone(row));
        for instant in self.instants(rows) {
            let rows = || instant.iter().map(|row| *row as usize);
            let posts = rows().filter(|row| self.is(*row, Kind::Post) && self.community.dense().has_own_time(*row));
            askers.extend(posts.map(|row| self.author(row)));
            for row in rows().filter(|row| self.community.dense().kind[*row].is_message()) {
                let author = self.author(row);
                if !askers.contains(&author) || !self.asks(row) {
                    continue;
                }
                if author == NONE {
                    unknown.extend(Some(row).filter(|row| self.is(*row, Kind::Post)));
                    continue;
                }
                let since = open.entry(author).or_insert(row);
                if *since != row && self.time[*since] == self.time[row] && rank(row) < rank(*since) {
                    *since = row;
                }
            }
            for response in self.responses(instant) {
                let by = self.author(response);
                let answer = Some(Answer { row: response, at: self.time[response] });
                unknown.drain(..).for_each(|row| tell(row, answer));
                open.retain(|asker, since| {
                    let own = *asker == by;
                    if !own {
                        tell(*since, answer);
                    }
                    own
                });
            }
        }
        unknown.into_iter().chain(open.into_values()).for_each(|row| tell(row, None));
    }

    /// The posts that have no text, by period: whether they ask is not known. None where it does not matter.
    pub(super) fn without_text(&self, part: &Part<'_>, periods: &Periods) -> Table {
        let mut posts = TableBuilder::<1>::new();
        if let Some(questions) = &self.questions {
            let rows = part.groups().flat_map(|(_, rows)| rows).map(|row| *row as usize);
            for row in rows.filter(|row| self.is(*row, Kind::Post) && self.may_wait(*row)) {
                if questions.of(row).is_none() {
                    posts.at(self.scoped.groups.of(row), periods.start_of(self.time[row]), 0)[0] += 1;
                }
            }
        }
        self.table(posts)
    }
}
