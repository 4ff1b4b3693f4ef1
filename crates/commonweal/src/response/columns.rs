//! The columns that all tables of waits share: how long, and how many in time.
use polars::prelude::DataFrame;

use super::waits::{self, Waits};
use crate::error::{Error, Result};
use crate::hours::BusinessHours;
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Scope, Table};
use crate::period::Span;
use crate::stats::proportion::wilson;

/// What the ends of waits are called.
#[derive(Debug)]
pub(crate) struct Words {
    ended: &'static str,
    open: &'static str,
    naive: &'static str,
}

/// Of posts that wait for an answer.
pub(crate) const ANSWERS: Words = Words { ended: "answered", open: "unanswered", naive: "answered_median" };

/// Of posts that wait to be resolved.
pub(crate) const RESOLUTIONS: Words = Words { ended: "resolved", open: "unresolved", naive: "resolved_median" };

/// Of what is reported, and waits for a moderator.
pub(crate) const CASES: Words = Words { ended: "handled", open: "open", naive: "handled_median" };

const QUANTILES: [([&str; 3], u64, u64); 3] = [
    (["median", "median_low", "median_high"], 1, 2),
    (["p75", "p75_low", "p75_high"], 3, 4),
    (["p90", "p90_low", "p90_high"], 9, 10),
];

/// Refuses targets that make no sense.
pub(crate) fn check(within: &[Span]) -> Result<()> {
    if within.is_empty() {
        return Err(Error::option("within", "one length or several, as \"1h\"", "none"));
    }
    if let Some(twice) = within.iter().enumerate().find_map(|(i, w)| within[..i].contains(w).then_some(w)) {
        return Err(Error::option("within", "lengths that differ", format!("{twice} twice")));
    }
    Ok(())
}

/// What is told of the waits of each cell.
pub(crate) fn told(
    cells: &Cells<'_>,
    tables: &[Table],
    horizon: &Horizon,
    hours: Option<&BusinessHours>,
    within: &[Span],
    scope: &Scope,
) -> Vec<Told> {
    waits::of_each(cells, tables, horizon, hours, |waits| Told::of(&waits, within, scope.confidence))
}

/// The table of what is told of each cell, one row for each target. `more`: other counts of each cell, beside these.
pub(crate) fn table(
    cells: Cells<'_>,
    scope: &Scope,
    told: &[Told],
    within: &[Span],
    words: &Words,
    more: &[(&'static str, &[i64])],
) -> Result<DataFrame> {
    let listed = |cell: &usize| told[*cell].n > 0 || more.iter().any(|(_, counts)| counts[*cell] > 0);
    let rows: Vec<usize> = (0..cells.len()).filter(listed).flat_map(|cell| vec![cell; within.len()]).collect();
    let all = || rows.iter().enumerate().map(|(i, cell)| (&told[*cell], i % within.len()));
    let mut sheet = cells
        .sheet(scope)
        .members(told.iter().map(|told| told.askers).collect())
        .durations("within", all().map(|(_, target)| Some(within[target].micros())))
        .keys()
        .counts("n", all().map(|(told, _)| told.n as i64))
        .counts(words.ended, all().map(|(told, _)| told.ended as i64))
        .counts(words.open, all().map(|(told, _)| (told.n - told.ended) as i64));
    for (name, counts) in more {
        sheet = sheet.counts(name, rows.iter().map(|cell| counts[*cell]));
    }
    for (quantile, (names, ..)) in QUANTILES.iter().enumerate() {
        for (i, name) in names.iter().enumerate() {
            sheet = sheet.durations(name, all().map(|(told, _)| told.quantiles[quantile][i]));
        }
    }
    sheet
        .rate(["attained", "attained_low", "attained_high"], all().map(|(told, target)| told.attained[target]))
        .rate(["attained_due", "attained_due_low", "attained_due_high"], all().map(|(told, target)| told.due[target]))
        .durations(words.naive, all().map(|(told, _)| told.naive))
        .rows(rows.clone())
        .finish()
}

/// What is told of the waits of one cell.
pub(crate) struct Told {
    /// As in [`Waits`].
    askers: i64,
    pub(crate) team_clock: u64,
    n: u64,
    ended: u64,
    quantiles: [[Option<i64>; 3]; 3],
    /// By target.
    attained: Vec<Option<[f64; 3]>>,
    due: Vec<Option<[f64; 3]>>,
    naive: Option<i64>,
}

impl Told {
    fn of(waits: &Waits, within: &[Span], confidence: f64) -> Self {
        let curve = waits.curve(confidence);
        let attained = |within: &Span| curve.at(within.micros()).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low]);
        let due = |within: &Span| {
            let (in_time, due) = waits.due(within.micros());
            wilson(in_time, due, confidence)
        };
        Self {
            askers: waits.askers,
            team_clock: waits.team_clock,
            n: curve.n(),
            ended: curve.ended(),
            quantiles: curve.quantiles(QUANTILES.map(|(_, a, b)| (a, b))),
            attained: within.iter().map(attained).collect(),
            due: within.iter().map(due).collect(),
            naive: curve.median_of_ended(),
        }
    }
}
