//! From the sums of the threads to the queue.
use polars::prelude::DataFrame;

use super::Heated;
use super::read::{
    AGAIN, ALTERNATING, ATTACK, AUTHORS, DIRECTED, FIRST, LAST, MESSAGES, OWN, RATE, REPEATED, SECOND_PERSON, UNIT,
    WIDTH, WORDS,
};
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, Table};
use crate::view::Group;

/// Messages that a thread is thought to have more, as calm as any.
const CALM_MESSAGES: f64 = 5.0;

/// How a signal is spread over all messages.
#[derive(Clone, Copy, Debug)]
struct Scale {
    mean: f64,
    deviation: f64,
}

impl Scale {
    /// Of the sum and the sum of squares of so many values.
    fn of(n: f64, sum: f64, squares: f64) -> Self {
        let mean = sum / n;
        let variance = squares / n - mean * mean;
        Self { mean, deviation: if variance > 1e-12 { variance.sqrt() } else { f64::INFINITY } }
    }

    /// How far the sum of `n` values is from what it would be anywhere.
    fn out(self, n: f64, sum: f64) -> f64 {
        (sum - n * self.mean) / self.deviation
    }
}

pub(super) fn finish(kpi: &Heated, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
    let by = kpi.scope.by.len();
    let unit = UNIT as f64;
    let mut all = [0i128; WIDTH];
    let mut rows: Vec<(&[Option<String>], &[Option<String>], &[i128])> = vec![];
    for (label, _, _, sums) in tables[0].rows() {
        let Some((group, own)) = label.split_at_checked(by).filter(|(_, own)| own.len() == OWN.len()) else {
            return Err(Error::malformed());
        };
        all.iter_mut().zip(sums).for_each(|(all, sum)| *all = all.saturating_add(*sum));
        rows.push((group, own, sums));
    }
    if rows.is_empty() && !tables[2].is_empty() {
        let found = "there is none: give the events the columns text and thread";
        return Err(Error::declined(kpi.spec().name, "messages with text in threads", found));
    }
    let messages = all[MESSAGES] as f64;
    let scale = |at: usize| Scale::of(messages, all[at] as f64 / unit, all[at + 1] as f64 / unit / unit);
    let scales = [(RATE, scale(RATE)), (DIRECTED, scale(DIRECTED)), (ATTACK, scale(ATTACK))];
    let heat = |sums: &[i128]| {
        let n = sums[MESSAGES] as f64;
        let out: f64 = scales.iter().map(|(at, scale)| scale.out(n, sums[*at] as f64 / unit)).sum();
        out / (scales.len() as f64 * (n + CALM_MESSAGES)).sqrt()
    };
    let groups: Vec<Group> =
        rows.iter().map(|(group, ..)| group.to_vec()).chain(tables[1].groups.iter().cloned()).collect();
    let cells = Cells::new(&groups, None, None, horizon)?;
    let from = kpi.window.map(|window| i128::from(horizon.as_of.saturating_sub(window.micros())));
    let mut listed: Vec<Vec<(f64, &[Option<String>], &[i128])>> = vec![vec![]; cells.len()];
    for (group, own, sums) in rows {
        let seen = from.is_none_or(|from| sums[LAST] > from) && sums[AUTHORS] >= i128::from(kpi.authors);
        if let Some(cell) = cells.place(&group.to_vec()).filter(|_| seen) {
            listed[cell].push((heat(sums), own, sums));
        }
    }
    for listed in &mut listed {
        // Threads come by name, so those of one heat stay so.
        listed.sort_by(|a, b| b.0.total_cmp(&a.0));
        listed.truncate(kpi.top as usize);
    }
    let cells_of = listed.iter().enumerate().flat_map(|(cell, listed)| vec![cell; listed.len()]).collect();
    let listed: Vec<_> = listed.concat();
    let members = cells.distinct(&tables[1]);
    let share = |at: usize, of: usize, unit: f64| {
        listed.iter().map(move |(_, _, sums)| (sums[of] > 0).then(|| sums[at] as f64 / unit / sums[of] as f64))
    };
    let instant = |at: usize| Values::Instant(listed.iter().map(|(_, _, sums)| i64::try_from(sums[at]).ok()).collect());
    let text = |at: usize| Values::Text(listed.iter().map(|(_, own, _)| own[at].clone()).collect());
    let shown = |name: &str| !kpi.scope.by.iter().any(|by| by == name);
    let mut sheet = cells.sheet(&kpi.scope).members(members).rows(cells_of);
    for (at, name) in OWN.into_iter().enumerate().take(3).filter(|(at, name)| *at == 2 || shown(name)) {
        sheet = sheet.column(name, text(at));
    }
    sheet
        .counts("messages", listed.iter().map(|(_, _, sums)| sums[MESSAGES] as i64))
        .counts("authors", listed.iter().map(|(_, _, sums)| sums[AUTHORS] as i64))
        .numbers("heat", listed.iter().map(|(heat, ..)| Some(*heat)))
        .numbers("second_person", share(SECOND_PERSON, WORDS, 1.0))
        .numbers("directed", share(DIRECTED, MESSAGES, unit))
        .numbers("attack", share(ATTACK, MESSAGES, unit))
        .numbers("alternation", share(ALTERNATING, MESSAGES, 1.0))
        .numbers("repetition", share(REPEATED, AGAIN, unit))
        .column("first_activity", instant(FIRST))
        .column("last_activity", instant(LAST))
        .column("message", text(3))
        .column("span", text(4))
        .one_row_if_hidden()
        .finish()
}
