//! The distinct days on which each member was active.
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use chrono_tz::Tz;
use rayon::prelude::*;

use super::{Dense, Kept};
use crate::period::{Calendar, Every, Grid};
use crate::schema::Kind;

/// Pieces that each thread of the machine takes.
const PIECES_PER_THREAD: usize = 4;

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
        let mut pieces: Vec<Piece> = match &days {
            None => vec![],
            Some(days) => {
                // Whole days at a time, so that nobody has one twice.
                // Those who joined are more and more, so that later ones take longer.
                // Each has something of every member.
                let most = (dense.kind.len() / (members + 1)).max(1);
                let mut cuts: Vec<i64> = dense.spread(most.min(PIECES_PER_THREAD * rayon::current_num_threads()));
                cuts.iter_mut().for_each(|cut| *cut = days.start(days.index(*cut)));
                cuts.dedup();
                let from = [i64::MIN].into_iter().chain(cuts.iter().copied());
                let until = cuts.iter().copied().chain([i64::MAX]);
                let spans: Vec<(i64, i64)> = from.zip(until).collect();
                spans.into_par_iter().map(|span| found(dense, days, span, &kinds)).collect()
            }
        };
        // Where the days of each member begin, and among them those of each piece.
        let mut offsets = vec![0u32; members + 1];
        for member in 0..members {
            let mut end = offsets[member];
            for piece in &mut pieces {
                end += std::mem::replace(&mut piece.places[member], end);
            }
            offsets[member + 1] = end;
        }
        let active: Vec<AtomicU32> = (0..offsets[members]).into_par_iter().map(|_| AtomicU32::new(0)).collect();
        pieces.into_par_iter().for_each(|Piece { active: who, days, mut places }| {
            let mut start = 0;
            for (day, end) in days {
                for who in &who[std::mem::replace(&mut start, end)..end] {
                    let place = &mut places[*who as usize];
                    active[*place as usize].store(day, Relaxed);
                    *place += 1;
                }
            }
        });
        let active = active.into_iter().map(AtomicU32::into_inner).collect();
        Self { days, offsets, active }
    }

    /// The active days of a member, by number.
    pub(crate) fn of(&self, member: usize) -> &[u32] {
        &self.active[self.offsets[member] as usize..self.offsets[member + 1] as usize]
    }
}

/// Some days, in order of time.
struct Piece {
    /// Who was active: those of a day side by side, each once.
    active: Vec<u32>,
    /// Each day, and where those of it end.
    days: Vec<(u32, usize)>,
    /// How many of these days each member has; then where they go.
    places: Vec<u32>,
}

/// Members whose bits lie in one word.
const BITS: usize = u64::BITS as usize;

/// The days of a span, with who has such an act on them.
fn found(dense: &Dense, grid: &Grid, (from, until): (i64, i64), kinds: &impl Fn(Kind) -> bool) -> Piece {
    let (member, members) = (&dense.member.rows[..], dense.member.labels.len());
    let (kind, has_own_time) = (&dense.kind[..], dense.own_times());
    // Who is active on a day, a bit each, at last nobody: so that of all who are looked up a cache holds it.
    let mut is_known = vec![0u64; members / BITS + 1];
    let mut places = vec![0u32; members];
    // Room for every row; what is not used is never touched.
    let mut active: Vec<u32> = Vec::with_capacity(dense.count_in_span(from, until));
    let mut days: Vec<(u32, usize)> = vec![];
    let mut fresh = Kept::new(&mut active);
    let mut at = None;
    // A day that has ended is one more of each who was active on it, of whom none is known on the next.
    let mut end = |day: usize, active: &[u32], is_known: &mut [u64]| {
        for who in active[days.last().map_or(0, |(_, end)| *end)..].iter().map(|who| *who as usize) {
            places[who] += 1;
            is_known[who / BITS] = 0;
        }
        days.push((day as u32, active.len()));
    };
    dense.in_periods(grid, from, until, |day, row| {
        if at != Some(day) {
            at.replace(day).into_iter().for_each(|before| end(before, fresh.all(), &mut is_known));
        }
        let (who, place) = (member[row], (member[row] as usize).min(members));
        let (known, bit) = (&mut is_known[place / BITS], place % BITS);
        let is_fresh = (*known >> bit & 1 == 0) & kinds(kind[row]) & has_own_time(row) & (place < members);
        *known |= u64::from(is_fresh) << bit;
        fresh.see(who, is_fresh);
    });
    at.into_iter().for_each(|day| end(day, fresh.all(), &mut is_known));
    Piece { active, days, places }
}
