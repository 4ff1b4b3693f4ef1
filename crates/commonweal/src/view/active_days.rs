//! The distinct days on which each member was active.
use chrono_tz::Tz;

use super::Dense;
use crate::period::{Calendar, Every, Grid};
use crate::schema::Kind;

/// For each member its active days, in order, each once: a few bytes for each, whatever was done on it. Acts without a time of their own
/// and acts of unknown authors make nobody active.
#[derive(Debug)]
pub(crate) struct ActiveDays {
    /// The days of the community, by number; none without events.
    pub(crate) days: Option<Grid>,
    offsets: Vec<u32>,
    active: Vec<u32>,
}

impl ActiveDays {
    /// The days with an act of these kinds. Two passes over the events in order of time: the first counts, the second fills.
    pub(crate) fn build(dense: &Dense, zone: Tz, kinds: impl Fn(Kind) -> bool) -> Self {
        let (time, member) = (dense.time(), &dense.member.rows);
        let members = dense.member.labels.len();
        let days = dense.span().map(|(first, last)| Calendar::new(zone, Every::Day).grid(first, last));
        let mut offsets = vec![0u32; members + 1];
        let mut active = vec![];
        if let Some(days) = &days {
            let each_day = |found: &mut dyn FnMut(usize, u32)| {
                let mut last = vec![u32::MAX; members];
                dense.in_order(|row| {
                    let who = member[row] as usize;
                    if who < members && kinds(dense.kind[row]) && dense.has_own_time(row) {
                        let day = days.index(time[row]) as u32;
                        if last[who] != day {
                            last[who] = day;
                            found(who, day);
                        }
                    }
                });
            };
            each_day(&mut |who, _| offsets[who + 1] += 1);
            for i in 1..offsets.len() {
                offsets[i] += offsets[i - 1];
            }
            let mut next = offsets.clone();
            active = vec![0; offsets[members] as usize];
            each_day(&mut |who, day| {
                active[next[who] as usize] = day;
                next[who] += 1;
            });
        }
        Self { days, offsets, active }
    }

    /// The active days of a member, by number.
    pub(crate) fn of(&self, member: usize) -> &[u32] {
        &self.active[self.offsets[member] as usize..self.offsets[member + 1] as usize]
    }
}
