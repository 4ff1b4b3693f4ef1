//! What is open at the end of each period: one sweep over the posts and answers of a group, in order of time.
use crate::hours::Meter;
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Table};
use crate::stats::ranks::Ranks;

/// The open posts of a cell, at the end of its period.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) open: u64,
    /// The median and the 90th percentile of their ages; none where none is open.
    pub(super) median: Option<i64>,
    pub(super) p90: Option<i64>,
    /// Those older than each length.
    pub(super) older: Vec<u64>,
}

/// The open posts of every cell.
pub(super) fn at_ends(
    cells: &Cells<'_>,
    waits: &Table,
    within: &[i64],
    meter: &Meter,
    horizon: &Horizon,
) -> Vec<Standing> {
    let none = Standing { older: vec![0; within.len()], ..Standing::default() };
    let mut found = vec![none; cells.len()];
    let width = cells.groups().len();
    let known = |wait: i64, asked: i64| (0..=horizon.as_of.saturating_sub(asked)).contains(&wait);
    let rows: Vec<_> = waits.rows().filter(|(_, asked, ..)| *asked <= horizon.as_of).collect();
    for posts in rows.chunk_by(|a, b| a.0 == b.0) {
        let Some(first) = cells.index(posts[0].0, posts[0].1) else { continue };
        let mut asked: Vec<i64> = posts.iter().map(|(_, asked, ..)| *asked).collect();
        asked.dedup();
        let number = |n: &[i128]| n[0].clamp(0, i128::from(u32::MAX)) as u64;
        // When, which of the times asked at, how many; posts come in order of these.
        let (mut questions, mut answers): (Vec<(i64, usize, u64)>, Vec<_>) = (vec![], vec![]);
        for (place, same) in posts.chunk_by(|a, b| a.1 == b.1).enumerate() {
            for (_, asked, wait, n) in same {
                questions.push((*asked, place, number(n)));
                answers.extend(known(*wait, *asked).then(|| (asked + wait, place, number(n))));
            }
        }
        answers.sort_unstable();
        let (mut come, mut gone) = (questions.iter().peekable(), answers.iter().peekable());
        let mut open = Ranks::new(asked.len());
        for cell in (first % width..cells.len()).step_by(width) {
            let (last, end) = (cells.observed_end_of(cell), cells.end_of(cell));
            while let Some((_, place, n)) = come.next_if(|(asked, ..)| *asked <= last) {
                open.add(*place, *n);
            }
            while let Some((_, place, n)) = gone.next_if(|(answered, ..)| *answered <= last) {
                open.remove(*place, *n);
            }
            // The longer ago a post was asked, the older it is.
            let age = |rank: u64| open.nth(rank).map(|post| meter.between(asked[post], end));
            let quantile = |tenths: u64| quantile(open.len(), tenths, &age);
            let older = |within: &i64| asked.partition_point(|at| *at <= last && meter.between(*at, end) > *within);
            let older = within.iter().map(|within| open.before(older(within))).collect();
            found[cell] = Standing { open: open.len(), median: quantile(5), p90: quantile(9), older };
        }
    }
    found
}

/// The quantile of `n` ages, `age` giving them from the oldest: type 7 of Hyndman & Fan, to the microsecond below.
fn quantile(n: u64, tenths: u64, age: &impl Fn(u64) -> Option<i64>) -> Option<i64> {
    let last = n.checked_sub(1)?;
    let (below, part) = (last * tenths / 10, last * tenths % 10);
    let low = age(last - below)?;
    let high = if part == 0 { low } else { age(last - below - 1)? };
    Some(low + ((i128::from(high) - i128::from(low)) * i128::from(part) / 10) as i64)
}
