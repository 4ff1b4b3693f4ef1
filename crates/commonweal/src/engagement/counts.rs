//! How often each member contributed in each period and group: the one pass that inequality and the Lorenz curve share.
use rayon::prelude::*;

use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Part, Periods, Scoped, Shape, Table};
use crate::period::Every;
use crate::stats::concentration::Concentration;
use crate::view::{Kept, NONE};

/// Members by group, period, and how often they contributed.
pub(super) const SHAPE: Shape = Shape::sums(1);

/// The members of one group in one period.
#[derive(Debug, Default)]
pub(super) struct Contributors {
    pub(super) group: u32,
    pub(super) period: usize,
    /// How often they contributed, and how many did so often.
    pub(super) counts: Vec<(u32, u32)>,
    /// Who they are, where that was asked for.
    pub(super) members: Vec<u32>,
}

/// The contributors of each group and period. Acts of unknown authors, and those without a time of their own, are nobody's.
///
/// Periods are shared out among the cores, not members: the first part does it all, the others have none.
pub(super) fn contributors(part: &Part<'_>, scoped: &Scoped<'_>, periods: &Periods, named: bool) -> Vec<Contributors> {
    if !part.first {
        return vec![];
    }
    let found = (0..periods.len())
        .into_par_iter()
        .map_init(|| Counter::new(part, scoped), |counter, period| counter.count(periods, period, named));
    found.flatten_iter().collect()
}

/// The table of how many contributed how often.
pub(super) fn table(found: &[Contributors], scoped: &Scoped<'_>, periods: &Periods) -> Table {
    let mut table = TableBuilder::<1>::new();
    for Contributors { group, period, counts, .. } in found {
        for (count, members) in counts {
            table.at(*group, periods.start(*period), i64::from(*count))[0] += i128::from(*members);
        }
    }
    table.finish(|code| scoped.groups.label(code))
}

/// The same as the table of a part, where nothing else is asked for.
pub(super) fn partial(part: &Part<'_>, scoped: &Scoped<'_>, every: Option<Every>) -> Table {
    let periods = Periods::of(part.community, every);
    table(&contributors(part, scoped, &periods, false), scoped, &periods)
}

/// The distribution of each cell.
pub(super) fn concentrations(cells: &Cells<'_>, table: &Table) -> Vec<Concentration> {
    let mut counts: Vec<Vec<(u32, u32)>> = vec![vec![]; cells.len()];
    for (cell, _, count, members) in cells.rows(table) {
        // What is damaged shall not overflow.
        let members = members[0].clamp(0, i128::from(u32::MAX)) as u32;
        counts[cell].push((count.clamp(0, i64::from(u32::MAX)) as u32, members));
    }
    counts.into_iter().map(Concentration::new).collect()
}

/// Counts one period after the other, in memory that it keeps. What is not touched is not cleared.
struct Counter<'a> {
    part: &'a Part<'a>,
    scoped: &'a Scoped<'a>,
    /// Group and member of each contribution.
    contributions: Vec<(u32, u32)>,
    /// How many each group has, and then where they end among those group by group.
    ends: Vec<u32>,
    touched: Vec<u32>,
    by_group: Vec<u32>,
    /// For each member, the last group and period seen in, and how often there.
    seen: Vec<(u32, u32)>,
    stamp: u32,
    members: Vec<u32>,
    /// How many contributed so often.
    often: Vec<u32>,
}

impl<'a> Counter<'a> {
    fn new(part: &'a Part<'a>, scoped: &'a Scoped<'a>) -> Self {
        Self {
            part,
            scoped,
            contributions: vec![],
            // One more than there are: the rows whose one column is null.
            ends: vec![0; scoped.groups.len() + 1],
            touched: vec![],
            by_group: vec![],
            seen: vec![(0, 0); part.community.n_members()],
            stamp: 0,
            members: vec![],
            often: vec![],
        }
    }

    fn count(&mut self, periods: &Periods, period: usize, named: bool) -> Vec<Contributors> {
        self.gather(periods.bounds(period));
        let last = self.ends.len() - 1;
        let mut start = 0;
        let mut found = Vec::with_capacity(self.touched.len());
        for slot in std::mem::take(&mut self.touched) {
            let end = std::mem::take(&mut self.ends[slot as usize]) as usize;
            let counts = self.count_members(start..end);
            start = end;
            let group = if slot as usize == last { NONE } else { slot };
            let members = if named { self.members.clone() } else { vec![] };
            found.push(Contributors { group, period, counts, members });
        }
        found
    }

    /// The contributions of a period, group by group.
    fn gather(&mut self, (from, until): (i64, i64)) {
        let Self { part, scoped, contributions, ends, touched, by_group, .. } = self;
        let dense = part.community.dense();
        let last = ends.len() - 1;
        contributions.clear();
        let (kinds, members, groups) = (&dense.kind[..], &dense.member.rows[..], scoped.groups.codes());
        let (counts, has_own_time) = (scoped.counted(), dense.own_times());
        let mut kept = Kept::new(contributions);
        let ends = &mut ends[..];
        dense.in_span(from, until, |row| {
            let member = members[row];
            let is_one = kinds[row].is_contribution() & (member != NONE) & has_own_time(row) & counts(row);
            let slot = (groups.code(row) as usize).min(last);
            if ends[slot] == 0 && is_one {
                touched.push(slot as u32);
            }
            ends[slot] += u32::from(is_one);
            kept.see((slot as u32, member), is_one);
        });
        let contributions = kept.all();
        let mut next = 0;
        for slot in touched.iter() {
            let size = std::mem::replace(&mut ends[*slot as usize], next);
            next += size;
        }
        by_group.resize(contributions.len(), 0);
        for (slot, member) in contributions {
            let place = &mut ends[*slot as usize];
            by_group[*place as usize] = *member;
            *place += 1;
        }
    }

    /// How often the members of one group contributed, and how many did so often.
    fn count_members(&mut self, contributions: std::ops::Range<usize>) -> Vec<(u32, u32)> {
        let Self { by_group, seen, stamp, members, often, .. } = self;
        *stamp += 1;
        members.resize(contributions.len() + 1, 0);
        let (mut found, mut most) = (0, 0);
        for member in &by_group[contributions] {
            let seen = &mut seen[*member as usize];
            let is_new = seen.0 != *stamp;
            *seen = (*stamp, if is_new { 1 } else { seen.1 + 1 });
            members[found] = *member;
            found += usize::from(is_new);
            most = seen.1.max(most);
        }
        members.truncate(found);
        // No one has more than there are: to look through all counts takes no longer than the contributions did.
        often.clear();
        often.resize(most as usize + 1, 0);
        members.iter().for_each(|member| often[seen[*member as usize].1 as usize] += 1);
        let counts = often.iter().enumerate().filter(|(_, members)| **members > 0);
        counts.map(|(count, members)| (count as u32, *members)).collect()
    }
}
