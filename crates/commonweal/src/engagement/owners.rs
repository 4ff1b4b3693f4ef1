//! What belongs to each member in each group, gathered from all the threads of a part.
use hashbrown::HashMap;

use super::members::{KINDS, OTHERS};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Periods, Scoped, Table};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::view::{Group, NONE};

/// Counts of each member: acts by kind, and what was received.
pub(super) const WIDTH: usize = 9;

/// The members of each group, in the order that they come.
#[derive(Debug)]
pub(super) struct Owners<'a> {
    scoped: &'a Scoped<'a>,
    days: Periods,
    /// The date of each day of the community, by number.
    dates: Vec<i64>,
    codes: HashMap<(u32, u32), u32>,
    counts: Vec<[u32; WIDTH]>,
    /// The first and the last contribution of a member on a day, as far as they come one after the other.
    active: Vec<(u32, u32, i64, i64)>,
    /// The place in it of the last day of each.
    last: Vec<u32>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(scoped: &'a Scoped<'a>) -> Self {
        let community = scoped.community;
        let days = Periods::of(community, Some(Every::Day));
        let calendar = Calendar::new(community.zone(), Every::Day);
        let date = |day: usize| i64::from(days_since_epoch(calendar.date_of(days.start(day))));
        let dates = if community.dense().span().is_some() { (0..days.len()).map(date).collect() } else { vec![] };
        let (codes, counts, active, last) = Default::default();
        Self { scoped, days, dates, codes, counts, active, last }
    }

    fn code(&mut self, row: usize) -> usize {
        let key = (self.scoped.groups.of(row), self.scoped.community.dense().member.rows[row]);
        let next = self.counts.len() as u32;
        let code = *self.codes.entry(key).or_insert(next);
        if code == next {
            self.counts.push([0; WIDTH]);
            self.last.push(NONE);
        }
        code as usize
    }

    /// Counts an act, where it counts and its author is known.
    pub(super) fn act(&mut self, row: usize) {
        let dense = self.scoped.community.dense();
        if dense.member.rows[row] == NONE || !self.scoped.counts(row) {
            return;
        }
        let (code, kind, at) = (self.code(row), dense.kind[row], dense.time()[row]);
        self.counts[code][KINDS.iter().position(|own| *own == kind).unwrap_or(OTHERS)] += 1;
        if !kind.is_contribution() || !dense.has_own_time(row) {
            return;
        }
        let day = self.days.index(at) as u32;
        match self.active.get_mut(self.last[code] as usize) {
            Some((_, known, first, last)) if *known == day => {
                *first = at.min(*first);
                *last = at.max(*last);
            }
            _ => {
                self.last[code] = self.active.len() as u32;
                self.active.push((code as u32, day, at, at));
            }
        }
    }

    /// Counts what the author of a message receives.
    pub(super) fn receive(&mut self, message: usize, column: usize) {
        let code = self.code(message);
        self.counts[code][column] += 1;
    }

    /// The counts; and the first and (negative) the last contribution of each day, by its date.
    pub(super) fn tables(self) -> Vec<Table> {
        let mut counts = TableBuilder::<WIDTH>::new();
        let mut days = TableBuilder::<2>::least();
        for (code, found) in self.counts.iter().enumerate() {
            *counts.at(code as u32, 0, 0) = found.map(i128::from);
        }
        for (code, day, first, last) in self.active {
            let least = days.at(code, 0, self.dates[day as usize]);
            *least = [least[0].min(first.into()), least[1].min(-i128::from(last))];
        }
        let mut keys = vec![(0, 0); self.codes.len()];
        self.codes.into_iter().for_each(|(key, code)| keys[code as usize] = key);
        let members = &self.scoped.community.dense().member;
        let label = |code: u32| -> Group {
            let (group, member) = keys[code as usize];
            let mut labels = self.scoped.groups.label(group);
            labels.push(members.label(member).map(str::to_owned));
            labels
        };
        vec![counts.finish(label), days.finish(label)]
    }
}
