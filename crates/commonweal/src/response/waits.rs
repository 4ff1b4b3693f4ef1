//! The waits of the posts of one cell, as the tables of the family hold them.
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::hours::{BusinessHours, Clock, Meter};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Table};
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::Group;

/// The wait of what has no answer.
const OPEN: i64 = -1;

/// Posts that were asked at one time and waited equally long. There may be millions.
#[derive(Clone, Copy, Debug)]
struct Posts {
    /// From the question to the end of observation.
    elapsed: i64,
    /// From the question to the answer, or [`OPEN`].
    wait: i64,
    n: u32,
}

impl Posts {
    /// From the question to the answer; none for the open.
    fn wait(&self) -> Option<i64> {
        Some(self.wait).filter(|wait| *wait != OPEN)
    }

    fn n(&self) -> u64 {
        u64::from(self.n)
    }
}

/// The posts of one cell. Every duration is one of open time, where hours are given.
#[derive(Debug, Default)]
pub(crate) struct Waits {
    posts: Vec<Posts>,
    /// Distinct askers, where they were counted.
    pub(crate) askers: i64,
    /// Posts measured on the team's clock, as the zone of the member whose clock was asked for is not known.
    pub(crate) team_clock: u64,
}

impl Waits {
    pub(crate) fn n(&self) -> u64 {
        self.posts.iter().map(Posts::n).sum()
    }

    pub(crate) fn answered(&self) -> u64 {
        self.posts.iter().filter(|p| p.wait().is_some()).map(Posts::n).sum()
    }

    /// Posts answered within a time, and posts for which it has passed.
    pub(crate) fn due(&self, within: i64) -> (i64, i64) {
        let due = self.posts.iter().filter(|p| p.elapsed >= within);
        due.fold((0, 0), |(in_time, due), p| {
            let n = i64::from(p.n);
            (in_time + if p.wait().is_some_and(|wait| wait <= within) { n } else { 0 }, due + n)
        })
    }

    /// The waits, the open ones censored at the end of observation; in no order, and some may be alike.
    pub(crate) fn steps(&self) -> impl ExactSizeIterator<Item = Step> {
        let step = |p: &Posts| match p.wait() {
            Some(time) => Step { time, ended: p.n(), censored: 0 },
            None => Step { time: p.elapsed, ended: 0, censored: p.n() },
        };
        self.posts.iter().map(step)
    }

    /// Their curve.
    pub(crate) fn curve(&self, confidence: f64) -> KaplanMeier {
        KaplanMeier::new(self.steps(), confidence)
    }
}

/// The groups of the tables without the zones of clocks: those that cells are made of.
pub(crate) fn groups(tables: &[Table], hours: Option<&BusinessHours>) -> Vec<Group> {
    tables[0].groups.iter().map(|group| without_zone(group, hours).0.to_vec()).collect()
}

/// The labels of a group, and the name of the zone where it has one.
fn without_zone<'g>(group: &'g Group, hours: Option<&BusinessHours>) -> (&'g [Option<String>], Option<&'g str>) {
    match group.split_last() {
        Some((zone, group)) if hours.is_some_and(|hours| hours.whose() != Clock::Team) => (group, zone.as_deref()),
        _ => (group, None),
    }
}

/// The waits of every cell, by open time where there are hours.
pub(crate) fn waits(
    cells: &Cells<'_>,
    tables: &[Table],
    horizon: &Horizon,
    hours: Option<&BusinessHours>,
) -> Vec<Waits> {
    of_each(cells, tables, horizon, hours, |waits| waits)
}

/// What is made of the waits of every cell: of those of one clock, cell by cell, so that not all are there at once.
pub(crate) fn of_each<T: Send>(
    cells: &Cells<'_>,
    tables: &[Table],
    horizon: &Horizon,
    hours: Option<&BusinessHours>,
    make: impl Fn(Waits) -> T + Sync + Send,
) -> Vec<T> {
    let (table, as_of) = (&tables[0], horizon.as_of);
    let groups = groups(tables, hours);
    // Zone by zone: what is open in one may take some memory, where the events span centuries.
    let mut by_zone: BTreeMap<Option<&str>, Vec<(usize, Range<usize>)>> = BTreeMap::new();
    for (group, label) in table.groups.iter().enumerate() {
        let Some(place) = cells.place(&groups[group]) else { continue };
        by_zone.entry(without_zone(label, hours).1).or_default().extend(runs(cells, table, table.range(group), place));
    }
    let of_askers = |askers| Waits { askers, ..Waits::default() };
    let mut found: Vec<Waits> = cells.distinct(&tables[1]).into_iter().map(of_askers).collect();
    let whose = hours.map_or(Clock::Team, BusinessHours::whose);
    let mut zones = by_zone.into_iter().peekable();
    while let Some((zone, mut runs)) = zones.next() {
        let first = runs.iter().map(|(_, rows)| table.period(rows.start)).min();
        let meter = Meter::new(hours, zone, first.unwrap_or(as_of), as_of);
        let read = |waits: &mut Waits, asked: i64, wait: i64, n: i128| {
            // What came after the end of observation is not known at it.
            let answered = Some(wait).filter(|wait| (0..=as_of.saturating_sub(asked)).contains(wait));
            let wait = answered.map(|wait| meter.between(asked, asked + wait));
            let n = n.clamp(0, i128::from(u32::MAX)) as u32;
            let unknown = zone.is_none() && (whose == Clock::Asker || (whose == Clock::Responder && wait.is_some()));
            waits.team_clock += if unknown { u64::from(n) } else { 0 };
            waits.posts.push(Posts { elapsed: meter.between(asked, as_of), wait: wait.unwrap_or(OPEN), n });
        };
        runs.sort_by_key(|(cell, _)| *cell);
        let fill = |cell: usize, waits: &mut Waits| {
            let from = &runs[runs.partition_point(|(other, _)| *other < cell)..];
            let own = &from[..from.partition_point(|(other, _)| *other == cell)];
            // Room for just as many as there are: there may be millions.
            waits.posts.reserve_exact(own.iter().map(|(_, rows)| rows.len()).sum());
            own.iter().for_each(|(_, rows)| table.each(rows.clone(), |asked, wait, n| read(waits, asked, wait, n)));
        };
        let all = found.par_iter_mut().enumerate();
        if zones.peek().is_some() {
            all.for_each(|(cell, waits)| fill(cell, waits));
        } else {
            let made = all.map(|(cell, waits)| {
                fill(cell, waits);
                make(std::mem::take(waits))
            });
            return made.collect();
        }
    }
    found.into_par_iter().map(make).collect()
}

/// The cells of some rows of one group, and which of them lie in each; those that lie in none are left out.
fn runs(
    cells: &Cells<'_>,
    table: &Table,
    mut rows: Range<usize>,
    place: usize,
) -> impl Iterator<Item = (usize, Range<usize>)> {
    std::iter::from_fn(move || {
        while let Some(first) = rows.clone().next() {
            if let Some(cell) = cells.at(place, table.period(first)) {
                let own = table.until(&mut rows, cells.observed_end_of(cell));
                if !own.is_empty() {
                    return Some((cell, own));
                }
            }
            rows.start += 1;
        }
        None
    })
}
