//! First uses by period, and the Bass model of each group's.
use std::fmt;

use super::active_days::{ActivityKind, for_each_member};
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Part, Periods, Scope, Table};
use crate::period::{Calendar, Every};
use crate::stats::bass::{Fit, LEAST_PERIODS, LEAST_USES, MOST_PERIODS, Method, SURE, Undetermined, fit};

/// What a group needs for a model, and what there is instead.
#[derive(Clone, Debug)]
pub(super) struct Declined {
    needs: String,
    found: String,
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "needs {}; {}", self.needs, self.found)
    }
}

/// The first uses of one group.
pub(super) struct Uses {
    /// The period of the first of them.
    pub(super) first: usize,
    /// First uses by period from then on, those of the period that is cut short among them.
    pub(super) counts: Vec<i64>,
    /// How many of the periods were observed to their end.
    pub(super) complete: usize,
    /// The model of these, or why there is none.
    pub(super) fit: Result<Fit, Declined>,
}

/// Members by group and the period of their first use in it.
pub(super) fn partial(part: &Part<'_>, scope: &Scope, activity: ActivityKind, every: Every) -> Result<Vec<Table>> {
    let mut counts = TableBuilder::<1>::new();
    let periods = &Periods::of(part.community, Some(every));
    for_each_member(part, scope, activity, periods, |_, spell| {
        if let Some(first) = spell.periods.first() {
            counts.at(spell.group, periods.start(*first as usize), 0)[0] += 1;
        }
    })?;
    let groups = part.community.groups(&scope.by)?;
    Ok(vec![counts.finish(|code| groups.label(code)), activity.seen(part)])
}

/// The cells of the table, and so many periods more that are still to come.
pub(super) fn cells<'t>(table: &'t [&'t Table; 1], every: Every, horizon: &Horizon, ahead: u32) -> Result<Cells<'t>> {
    // Refuses times that no calendar has, before it is asked for later ones.
    Cells::of(table, None, horizon)?;
    let calendar = Calendar::new(horizon.zone, every);
    let mut until = horizon.as_of;
    for _ in 0..ahead {
        until = calendar.next(calendar.start_of(until));
    }
    Ok(Cells::of(table, Some(every), &Horizon { as_of: until, ..*horizon })?.observed_until(horizon.as_of))
}

/// The first uses of each group, with the model of those of complete periods.
///
/// # Errors
/// [`Error::Declined`] where no group determines the model.
pub(super) fn uses(
    cells: &Cells<'_>,
    table: &Table,
    kpi: &'static str,
    method: Method,
    confidence: f64,
) -> Result<Vec<Uses>> {
    let (sums, width) = (cells.sums::<1>(table), cells.groups().len());
    let observed = (0..cells.periods()).filter(|period| cells.begun(*period)).count();
    let of_group = |group: usize| {
        let counts: Vec<i64> = (0..observed).map(|period| sums[period * width + group][0]).collect();
        let first = counts.iter().position(|count| *count > 0).unwrap_or(observed);
        let complete = (first..observed).filter(|period| cells.complete(*period)).count();
        let counts = counts[first..].to_vec();
        let of_complete: Vec<f64> = counts[..complete].iter().map(|count| *count as f64).collect();
        let fit = fit(&of_complete, method, confidence).map_err(|why| declined(why, &of_complete, confidence));
        Uses { first, counts, complete, fit }
    };
    let uses: Vec<Uses> = (0..width).map(of_group).collect();
    match uses.first().map(|uses| &uses.fit) {
        Some(Err(Declined { needs, found })) if uses.iter().all(|uses| uses.fit.is_err()) => {
            let found =
                if width > 1 { format!("none of {width} groups has it; in the first {found}") } else { found.clone() };
            Err(Error::declined(kpi, needs.clone(), found))
        }
        _ => Ok(uses),
    }
}

fn declined(why: Undetermined, counts: &[f64], confidence: f64) -> Declined {
    // A sum of nothing is -0.
    let (periods, uses) = (counts.len(), counts.iter().sum::<f64>() + 0.0);
    let there = format!("there are {uses} in {periods}");
    let (needs, found) = match why {
        Undetermined::Few => (
            format!("{LEAST_USES} first uses in {LEAST_PERIODS} complete periods"),
            format!("{there}: take shorter periods, or observe for longer"),
        ),
        Undetermined::Many => {
            (format!("first uses in {MOST_PERIODS} periods at most"), format!("{there}: take longer periods"))
        }
        Undetermined::NoCeiling => (
            format!("first uses that tell of a ceiling at a confidence of {}", confidence.max(SURE)),
            format!(
                "{there}, and growth without an end fits them as well: observe until it slows down, or use adoption.growth"
            ),
        ),
    };
    Declined { needs, found }
}
