//! The distinct days on which each member was active.
use chrono_tz::Tz;
use rayon::prelude::*;

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
    /// The days with an act of these kinds.
    pub(crate) fn build(dense: &Dense, zone: Tz, kinds: impl Fn(Kind) -> bool + Sync) -> Self {
        let members = dense.member.labels.len();
        let days = dense.span().map(|(first, last)| Calendar::new(zone, Every::Day).grid(first, last));
        let pieces: Vec<Vec<(u32, u32)>> = match &days {
            None => vec![],
            Some(days) => {
                // Whole days at a time, so that nobody has one twice.
                let mut cuts: Vec<i64> = dense.spread(rayon::current_num_threads());
                cuts.iter_mut().for_each(|cut| *cut = days.start(days.index(*cut)));
                let from = [i64::MIN].into_iter().chain(cuts.iter().copied());
                let until = cuts.iter().copied().chain([i64::MAX]);
                let spans: Vec<(i64, i64)> = from.zip(until).collect();
                spans.into_par_iter().map(|span| found(dense, days, span, &kinds)).collect()
            }
        };
        let mut offsets = vec![0u32; members + 1];
        pieces.iter().flatten().for_each(|(who, _)| offsets[*who as usize + 1] += 1);
        for i in 1..offsets.len() {
            offsets[i] += offsets[i - 1];
        }
        let mut next = offsets.clone();
        let mut active = vec![0; offsets[members] as usize];
        for (who, day) in pieces.into_iter().flatten() {
            let at = &mut next[who as usize];
            active[*at as usize] = day;
            *at += 1;
        }
        Self { days, offsets, active }
    }

    /// The active days of a member, by number.
    pub(crate) fn of(&self, member: usize) -> &[u32] {
        &self.active[self.offsets[member] as usize..self.offsets[member + 1] as usize]
    }
}

/// Each member and day with such an act, once, in order of time.
fn found(dense: &Dense, days: &Grid, (from, until): (i64, i64), kinds: &impl Fn(Kind) -> bool) -> Vec<(u32, u32)> {
    let member = &dense.member.rows;
    let mut last = vec![u32::MAX; dense.member.labels.len()];
    // Room for every row; what is not used is never touched.
    let mut found = Vec::with_capacity(dense.count_in_span(from, until));
    dense.in_periods(days, from, until, |day, row| {
        let (Some(last), day) = (last.get_mut(member[row] as usize), day as u32) else { return };
        if kinds(dense.kind[row]) && dense.has_own_time(row) && std::mem::replace(last, day) != day {
            found.push((member[row], day));
        }
    });
    found
}
