//! The waits of the posts of one cell, as the tables of the family hold them.
use std::collections::BTreeMap;
use std::ops::Range;

use crate::hours::{BusinessHours, Clock, Meter};
use crate::kpi::sheet::Cells;
use crate::kpi::table::Key;
use crate::kpi::{Horizon, Table};
use crate::stats::median::median;
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::Group;

/// Posts that were asked at one time and waited equally long.
#[derive(Clone, Copy, Debug)]
struct Posts {
    /// From the question to the end of observation.
    elapsed: i64,
    /// From the question to the answer; none for the open.
    wait: Option<i64>,
    n: u64,
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
        self.posts.iter().map(|p| p.n).sum()
    }

    pub(crate) fn answered(&self) -> u64 {
        self.posts.iter().filter(|p| p.wait.is_some()).map(|p| p.n).sum()
    }

    /// Posts answered within a time, and posts for which it has passed.
    pub(crate) fn due(&self, within: i64) -> (i64, i64) {
        let due = self.posts.iter().filter(|p| p.elapsed >= within);
        due.fold((0, 0), |(in_time, due), p| {
            let n = p.n as i64;
            (in_time + if p.wait.is_some_and(|wait| wait <= within) { n } else { 0 }, due + n)
        })
    }

    /// The median of the answered alone, the mean of the two in the middle where their number is even.
    pub(crate) fn answered_median(&self) -> Option<i64> {
        median(self.posts.iter().filter_map(|p| Some((p.wait?, p.n))).collect())
    }

    /// The waits, the open ones censored at the end of observation; in no order, and some may be alike.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let step = |p: &Posts| match p.wait {
            Some(time) => Step { time, ended: p.n, censored: 0 },
            None => Step { time: p.elapsed, ended: 0, censored: p.n },
        };
        self.posts.iter().map(step).collect()
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
    let (table, as_of) = (&tables[0], horizon.as_of);
    let places: Vec<Option<usize>> = groups(tables, hours).iter().map(|group| cells.place(group)).collect();
    let cell_of = |key: &Key| cells.at(places[key.group as usize]?, key.period).filter(|_| key.period <= as_of);
    // Room for just as many as each cell has: there may be millions.
    let mut sizes = vec![0; cells.len()];
    table.keys.iter().filter_map(cell_of).for_each(|cell| sizes[cell] += 1);
    let with_room = |size: usize| Waits { posts: Vec::with_capacity(size), ..Waits::default() };
    let mut found: Vec<Waits> = sizes.into_iter().map(with_room).collect();
    // Zone by zone: what is open in one may take some memory, where the events span centuries.
    let mut by_zone: BTreeMap<Option<&str>, Vec<Range<usize>>> = BTreeMap::new();
    let label = |group: u32| without_zone(&table.groups[group as usize], hours);
    let mut start = 0;
    for run in table.keys.chunk_by(|a, b| a.group == b.group) {
        by_zone.entry(label(run[0].group).1).or_default().push(start..start + run.len());
        start += run.len();
    }
    let whose = hours.map_or(Clock::Team, BusinessHours::whose);
    for (zone, runs) in by_zone {
        let asked = runs.iter().flat_map(|run| &table.keys[run.clone()]).map(|key| key.period);
        let meter = Meter::new(hours, zone, asked.min().unwrap_or(as_of), as_of);
        for run in runs {
            for (key, n) in run.clone().map(|i| (table.keys[i], table.values[i * table.shape.width])) {
                let asked = key.period;
                let Some(cell) = cell_of(&key) else { continue };
                // What came after the end of observation is not known at it.
                let answered = Some(key.x).filter(|wait| (0..=as_of.saturating_sub(asked)).contains(wait));
                let wait = answered.map(|wait| meter.between(asked, asked + wait));
                let n = n.clamp(0, i128::from(u32::MAX)) as u64;
                found[cell].posts.push(Posts { elapsed: meter.between(asked, as_of), wait, n });
                let unknown =
                    zone.is_none() && (whose == Clock::Asker || (whose == Clock::Responder && wait.is_some()));
                found[cell].team_clock += if unknown { n } else { 0 };
            }
        }
    }
    found.iter_mut().zip(cells.distinct(&tables[1])).for_each(|(waits, askers)| waits.askers = askers);
    found
}
