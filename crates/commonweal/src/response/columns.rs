//! The columns that all tables of waits share: how long, and how many in time.
use polars::prelude::DataFrame;

use super::waits::Waits;
use crate::error::{Error, Result};
use crate::kpi::Scope;
use crate::kpi::sheet::Cells;
use crate::period::Span;
use crate::stats::proportion::wilson;

/// What the ends of waits are called.
#[derive(Debug)]
pub(super) struct Words {
    ended: &'static str,
    open: &'static str,
    naive: &'static str,
}

/// Of posts that wait for an answer.
pub(super) const ANSWERS: Words = Words { ended: "answered", open: "unanswered", naive: "answered_median" };

/// Of posts that wait to be resolved.
pub(super) const RESOLUTIONS: Words = Words { ended: "resolved", open: "unresolved", naive: "resolved_median" };

const QUANTILES: [([&str; 3], u64, u64); 3] = [
    (["median", "median_low", "median_high"], 1, 2),
    (["p75", "p75_low", "p75_high"], 3, 4),
    (["p90", "p90_low", "p90_high"], 9, 10),
];

/// Refuses targets that make no sense.
pub(super) fn check(within: &[Span]) -> Result<()> {
    if within.is_empty() {
        return Err(Error::option("within", "one length or several, as \"1h\"", "none"));
    }
    if let Some(twice) = within.iter().enumerate().find_map(|(i, w)| within[..i].contains(w).then_some(w)) {
        return Err(Error::option("within", "lengths that differ", format!("{twice} twice")));
    }
    Ok(())
}

/// The table of the waits of each cell, one row for each target. `more`: other counts of each cell, beside these.
pub(super) fn table(
    cells: Cells<'_>,
    scope: &Scope,
    waits: &[Waits],
    within: &[Span],
    words: &Words,
    more: &[(&'static str, &[i64])],
) -> Result<DataFrame> {
    let curves: Vec<_> = waits.iter().map(|w| w.curve(scope.confidence)).collect();
    let listed = |cell: &usize| waits[*cell].n() > 0 || more.iter().any(|(_, counts)| counts[*cell] > 0);
    let rows: Vec<usize> = (0..cells.len()).filter(listed).flat_map(|cell| vec![cell; within.len()]).collect();
    let all = || rows.iter().enumerate().map(|(i, cell)| (&waits[*cell], &curves[*cell], within[i % within.len()]));

    let quantiles: Vec<Vec<[Option<i64>; 3]>> =
        QUANTILES.iter().map(|(_, a, b)| curves.iter().map(|curve| curve.quantile(*a, *b)).collect()).collect();
    let attained = all()
        .map(|(_, curve, within)| curve.at(within.micros()).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low]));
    let due = all().map(|(waits, _, within)| {
        let (in_time, due) = waits.due(within.micros());
        wilson(in_time, due, scope.confidence)
    });
    let mut sheet = cells
        .sheet(scope)
        .members(waits.iter().map(|w| w.askers).collect())
        .durations("within", all().map(|(_, _, within)| Some(within.micros())))
        .keys()
        .counts("n", all().map(|(w, ..)| w.n() as i64))
        .counts(words.ended, all().map(|(w, ..)| w.answered() as i64))
        .counts(words.open, all().map(|(w, ..)| w.open() as i64));
    for (name, counts) in more {
        sheet = sheet.counts(name, rows.iter().map(|cell| counts[*cell]));
    }
    for ((names, ..), values) in QUANTILES.iter().zip(&quantiles) {
        for (i, name) in names.iter().enumerate() {
            sheet = sheet.durations(name, rows.iter().map(|cell| values[*cell][i]));
        }
    }
    sheet
        .rate(["attained", "attained_low", "attained_high"], attained)
        .rate(["attained_due", "attained_due_low", "attained_due_high"], due)
        .durations(words.naive, all().map(|(w, ..)| w.answered_median()))
        .rows(rows.clone())
        .finish()
}
