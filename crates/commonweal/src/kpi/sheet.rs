//! From merged tables to a tidy frame: the grid of periods and groups, sorted rows, dtypes, suppression.
mod cells;
mod values;

use polars::prelude::*;
use rayon::prelude::*;

use super::Scope;
use crate::error::Result;
use crate::period::{Calendar, Grid, days_since_epoch};

pub(crate) use cells::Cells;
pub(crate) use values::{Values, column};

impl<'t> Cells<'t> {
    /// A frame of these cells. `repeat` names a column whose every value has a row of its own in each cell.
    pub(crate) fn sheet(self, scope: &Scope) -> Sheet<'t> {
        let rows = (0..self.len()).collect();
        Sheet {
            cells: self,
            scope: scope.clone(),
            rows,
            members: None,
            hidden: None,
            columns: vec![],
            shown: Shown::WithItsCell,
            one_row_if_hidden: false,
            cohorts: None,
        }
    }
}

/// A frame under construction.
#[derive(Debug)]
pub(crate) struct Sheet<'t> {
    cells: Cells<'t>,
    scope: Scope,
    /// The cell of each row.
    rows: Vec<usize>,
    members: Option<Vec<i64>>,
    /// Cells that are suppressed for a reason of the KPI's own.
    hidden: Option<Vec<bool>>,
    columns: Vec<(&'static str, Values, Shown)>,
    /// What the next columns are shown by.
    shown: Shown,
    one_row_if_hidden: bool,
    /// For rows that have ends of their own: whether each is complete.
    cohorts: Option<Vec<bool>>,
}

/// When a column may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// Always: it tells which row it is.
    Always,
    /// Where its cell is.
    WithItsCell,
    /// Where its cell and the one before are: it says something of both.
    WithBoth,
}

impl Sheet<'_> {
    /// Rows for these cells only, in this order.
    pub(crate) fn rows(mut self, rows: Vec<usize>) -> Self {
        self.rows = rows;
        self
    }

    /// Distinct members of each cell, for suppression.
    pub(crate) fn members(mut self, members: Vec<i64>) -> Self {
        self.members = Some(members);
        self
    }

    /// Suppresses these cells, whoever is in them.
    pub(crate) fn hide(mut self, cells: Vec<bool>) -> Self {
        self.hidden = Some(cells);
        self
    }

    /// The columns so far tell which row it is: they stay where the others are suppressed.
    pub(crate) fn keys(mut self) -> Self {
        self.columns.iter_mut().for_each(|(.., shown)| *shown = Shown::Always);
        self
    }

    /// The columns from here on say something of the period before, too: they are suppressed where it is.
    pub(crate) fn of_two_periods(mut self) -> Self {
        self.shown = Shown::WithBoth;
        self
    }

    /// The columns from here on say something of their own period alone.
    pub(crate) fn of_one_period(mut self) -> Self {
        self.shown = Shown::WithItsCell;
        self
    }

    /// A suppressed cell has one row, as the number of its rows would tell its size.
    pub(crate) fn one_row_if_hidden(mut self) -> Self {
        self.one_row_if_hidden = true;
        self
    }

    /// The periods are those of cohorts, and what a row tells of them ends later: whether it is complete is told for each row.
    pub(crate) fn cohorts(mut self, complete: Vec<bool>) -> Self {
        self.cohorts = Some(complete);
        self
    }

    pub(crate) fn column(mut self, name: &'static str, values: Values) -> Self {
        self.columns.push((name, values, self.shown));
        self
    }

    /// A column of counts that tells which row it is: it stays where the others are suppressed.
    pub(crate) fn key(mut self, name: &'static str, values: impl IntoIterator<Item = i64>) -> Self {
        self.columns.push((name, Values::Whole(values.into_iter().collect()), Shown::Always));
        self
    }

    pub(crate) fn counts(self, name: &'static str, values: impl IntoIterator<Item = i64>) -> Self {
        self.column(name, Values::Whole(values.into_iter().collect()))
    }

    pub(crate) fn numbers(self, name: &'static str, values: impl IntoIterator<Item = Option<f64>>) -> Self {
        self.column(name, Values::Number(values.into_iter().collect()))
    }

    pub(crate) fn durations(self, name: &'static str, values: impl IntoIterator<Item = Option<i64>>) -> Self {
        self.column(name, Values::Duration(values.into_iter().collect()))
    }

    /// A rate and its interval, as `name`, `name_low`, `name_high`.
    pub(crate) fn rate(self, names: [&'static str; 3], values: impl IntoIterator<Item = Option<[f64; 3]>>) -> Self {
        let values: Vec<Option<[f64; 3]>> = values.into_iter().collect();
        let part = |i: usize| values.iter().map(|v| v.map(|v| v[i])).collect::<Vec<_>>();
        self.numbers(names[0], part(0)).numbers(names[1], part(1)).numbers(names[2], part(2))
    }

    /// The rows so far for which this is true.
    pub(crate) fn only(mut self, kept: &[bool]) -> Self {
        self.columns = self.columns.into_iter().map(|(name, values, by)| (name, values.keep(kept), by)).collect();
        self.rows = self.rows.into_iter().zip(kept).filter_map(|(cell, kept)| kept.then_some(cell)).collect();
        let rest =
            |flags: Vec<bool>| flags.into_iter().zip(kept).filter_map(|(flag, kept)| kept.then_some(flag)).collect();
        self.cohorts = self.cohorts.map(rest);
        self
    }

    pub(crate) fn finish(mut self) -> Result<DataFrame> {
        let period = if self.cohorts.is_some() { "cohort" } else { "period" };
        let own = |name: &str| {
            self.columns.iter().any(|(own, ..)| *own == name)
                || (self.cells.series && (name == period || name == "complete"))
                || (self.scope.min_group > 0 && name == "suppressed")
        };
        self.scope.refuse_names(own)?;
        let hidden = match (self.hidden.take(), &self.members) {
            (Some(hidden), _) => hidden,
            (None, Some(members)) => self.cells.hidden(self.rows.iter().copied(), members, &self.scope),
            (None, None) => vec![false; self.cells.len()],
        };
        if self.one_row_if_hidden && hidden.contains(&true) {
            let again = |i: usize| i > 0 && self.rows[i - 1] == self.rows[i];
            let kept: Vec<bool> = (0..self.rows.len()).map(|i| !hidden[self.rows[i]] || !again(i)).collect();
            self = self.only(&kept);
        }
        let Self { cells, scope, rows, columns, cohorts, .. } = self;
        let width = cells.groups.len();
        let shown = |row: usize| !hidden[rows[row]];
        let mut frame: Vec<Column> = vec![];
        // Without events there is no grid, and there are no rows; the columns are the same.
        let grid = cells.grid.as_ref();
        if cells.series {
            let date = |(calendar, grid): &(Calendar, Grid), c: usize| {
                days_since_epoch(calendar.date_of(grid.start(c / width)))
            };
            let starts = rows.iter().filter_map(|c| grid.map(|grid| date(grid, *c)));
            let dates = Int32Chunked::from_vec(period.into(), starts.collect());
            frame.push(dates.into_series().cast(&DataType::Date)?.into_column());
        }
        for (i, name) in scope.by.iter().enumerate() {
            let labels: StringChunked =
                rows.iter().map(|c| cells.groups[c % width].get(i).cloned().flatten()).collect();
            frame.push(labels.with_name(name.as_str().into()).into_column());
        }
        let both = |row: usize| shown(row) && rows[row].checked_sub(width).is_none_or(|before| !hidden[before]);
        let all_are_shown = !hidden.contains(&true);
        let made = columns.into_par_iter().map(|(name, values, by)| {
            let values = match by {
                _ if all_are_shown => values,
                Shown::Always => values,
                Shown::WithItsCell => values.mask(&shown),
                Shown::WithBoth => values.mask(&both),
            };
            column(name, values)
        });
        frame.extend(made.collect::<Result<Vec<_>>>()?);
        if scope.min_group > 0 {
            let flags: BooleanChunked = (0..rows.len()).map(|row| Some(!shown(row))).collect();
            frame.push(flags.with_name("suppressed".into()).into_column());
        }
        if cells.series {
            let complete = cohorts.unwrap_or_else(|| rows.iter().map(|c| cells.complete(c / width)).collect());
            let flags: BooleanChunked = complete.into_iter().map(Some).collect();
            frame.push(flags.with_name("complete".into()).into_column());
        }
        Ok(DataFrame::new(rows.len(), frame)?)
    }
}
