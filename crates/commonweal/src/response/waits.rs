//! The waits of the posts of one cell, as the tables of the family hold them.
use std::collections::BTreeMap;

use crate::hours::{BusinessHours, Clock, Meter};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Table};
use crate::stats::median::median;
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

    /// The median of the answered alone, the mean of the two in the middle where their number is even.
    pub(crate) fn answered_median(&self) -> Option<i64> {
        median(self.posts.iter().filter_map(|p| Some((p.wait()?, p.n()))).collect())
    }

    /// The waits, the open ones censored at the end of observation; in no order, and some may be alike.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let step = |p: &Posts| match p.wait() {
            Some(time) => Step { time, ended: p.n(), censored: 0 },
            None => Step { time: p.elapsed, ended: 0, censored: p.n() },
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
    let cell_of = |group: usize, asked: i64| cells.at(places[group]?, asked).filter(|_| asked <= as_of);
    let rows_of =
        |group: usize| table.range(group).filter_map(move |row| Some((cell_of(group, table.period(row))?, row)));
    // Room for just as many as each cell has: there may be millions.
    let mut sizes = vec![0; cells.len()];
    (0..places.len()).flat_map(rows_of).for_each(|(cell, _)| sizes[cell] += 1);
    let with_room = |size: usize| Waits { posts: Vec::with_capacity(size), ..Waits::default() };
    let mut found: Vec<Waits> = sizes.into_iter().map(with_room).collect();
    // Zone by zone: what is open in one may take some memory, where the events span centuries.
    let mut by_zone: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (group, label) in table.groups.iter().enumerate() {
        by_zone.entry(without_zone(label, hours).1).or_default().push(group);
    }
    let whose = hours.map_or(Clock::Team, BusinessHours::whose);
    for (zone, groups) in by_zone {
        let asked = groups.iter().filter_map(|group| table.range(*group).next()).map(|row| table.period(row));
        let meter = Meter::new(hours, zone, asked.min().unwrap_or(as_of), as_of);
        for (cell, row) in groups.into_iter().flat_map(rows_of) {
            let asked = table.period(row);
            // What came after the end of observation is not known at it.
            let answered = Some(table.x(row)).filter(|wait| (0..=as_of.saturating_sub(asked)).contains(wait));
            let wait = answered.map(|wait| meter.between(asked, asked + wait));
            let n = table.values(row)[0].clamp(0, i128::from(u32::MAX)) as u32;
            let unknown = zone.is_none() && (whose == Clock::Asker || (whose == Clock::Responder && wait.is_some()));
            found[cell].team_clock += if unknown { u64::from(n) } else { 0 };
            let wait = wait.unwrap_or(OPEN);
            found[cell].posts.push(Posts { elapsed: meter.between(asked, as_of), wait, n });
        }
    }
    found.iter_mut().zip(cells.distinct(&tables[1])).for_each(|(waits, askers)| waits.askers = askers);
    found
}
