//! From merged tables to a tidy frame: the grid of periods and groups, sorted rows, dtypes, suppression.
use std::collections::BTreeMap;

use polars::prelude::*;
use rayon::prelude::*;

use super::suppress::suppressed;
use super::{Horizon, Scope, Table};
use crate::error::{Error, Result};
use crate::period::{Calendar, Every, Grid, days_since_epoch};
use crate::schema::TIME_RANGE;
use crate::view::Group;

/// The values of a column, one for each row of the sheet.
#[derive(Debug)]
pub(crate) enum Values {
    Count(Vec<Option<i64>>),
    /// Counts, none of them null.
    Whole(Vec<i64>),
    Number(Vec<Option<f64>>),
    /// Numbers, none of them null.
    Measure(Vec<f64>),
    /// Microseconds.
    Duration(Vec<Option<i64>>),
    /// Microseconds since 1970-01-01 UTC.
    Instant(Vec<Option<i64>>),
    /// Days since 1970-01-01, of the calendar.
    Date(Vec<Option<i32>>),
    Text(Vec<Option<String>>),
    /// Of many rows that share few names: the name of each by its place among them.
    Name(IdxCa, StringChunked),
    Flag(Vec<Option<bool>>),
}

/// Rows of a table that has some for each cell, at most. What is listed one by one, members or ties, is bounded by what was merged.
const MOST_CELLS: usize = 5_000_000;

/// The cells that a KPI fills: every group in every period, sorted by period and group.
#[derive(Debug)]
pub(crate) struct Cells<'t> {
    series: bool,
    grid: Option<(Calendar, Grid)>,
    groups: Vec<&'t Group>,
    horizon: Horizon,
}

impl<'t> Cells<'t> {
    /// The groups of `tables`, in the periods from their first to the one that observation ends in.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] where there are more cells than a table for people, or the memory, should hold.
    pub(crate) fn of(tables: &'t [&'t Table], every: Option<Every>, horizon: &Horizon) -> Result<Self> {
        let groups = tables.iter().flat_map(|t| &t.groups);
        Self::new(groups, tables.iter().filter_map(|t| t.first_period()).min(), every, horizon)
    }

    /// These groups, in the periods from `first` to the one that observation ends in.
    ///
    /// # Errors
    /// As [`Cells::of`].
    pub(crate) fn new(
        groups: impl IntoIterator<Item = &'t Group>,
        first: Option<i64>,
        every: Option<Every>,
        horizon: &Horizon,
    ) -> Result<Self> {
        if first.is_some_and(|first| !TIME_RANGE.contains(&first)) || !TIME_RANGE.contains(&horizon.as_of) {
            return Err(Error::State("they lie outside of the years 1 to 9999".to_owned()));
        }
        let mut groups: Vec<&Group> = groups.into_iter().collect();
        groups.sort();
        groups.dedup();
        let grid = every.zip(first).map(|(every, first)| {
            let calendar = Calendar::new(horizon.zone, every);
            (calendar, calendar.grid(first, horizon.as_of.max(first)))
        });
        let cells = Self { series: every.is_some(), grid, groups, horizon: *horizon };
        cells.check_rows(cells.len())?;
        Ok(cells)
    }

    /// Refuses more rows than a table for people, or the memory, should hold.
    ///
    /// # Errors
    /// [`Error::InvalidOption`].
    pub(crate) fn check_rows(&self, rows: usize) -> Result<()> {
        if rows <= MOST_CELLS {
            return Ok(());
        }
        let allowed = format!("fewer groups, or every longer periods: at most {MOST_CELLS} rows");
        let got = format!("{} groups in {} periods, {rows} rows", self.groups.len(), self.periods());
        Err(Error::option("by", allowed, got))
    }

    /// These cells, observed until `as_of` only: the periods after that are still to come.
    pub(crate) fn observed_until(mut self, as_of: i64) -> Self {
        self.horizon.as_of = as_of;
        self
    }

    /// Whether a period was observed to its end.
    pub(crate) fn complete(&self, period: usize) -> bool {
        self.grid.as_ref().is_some_and(|(_, grid)| grid.end(period) <= self.horizon.as_of)
    }

    /// Whether observation has reached a period.
    pub(crate) fn begun(&self, period: usize) -> bool {
        self.grid.as_ref().is_some_and(|(_, grid)| grid.start(period) <= self.horizon.as_of)
    }

    /// The date that the period so many after this one starts with; none beyond the calendar.
    pub(crate) fn date_ahead(&self, period: usize, ahead: usize) -> Option<i32> {
        let (calendar, grid) = self.grid.as_ref()?;
        let (index, last) = (period + ahead, grid.len() - 1);
        let mut start = grid.start(index.min(last));
        for _ in last..index {
            start = calendar.next(start);
            if !TIME_RANGE.contains(&start) {
                return None;
            }
        }
        Some(days_since_epoch(calendar.date_of(start)))
    }

    /// The number of periods; one where there is no series.
    pub(crate) fn periods(&self) -> usize {
        match &self.grid {
            Some((_, grid)) => grid.len(),
            // A series of nothing has no period; no series has one.
            None => usize::from(!self.series),
        }
    }

    /// The number of cells.
    pub(crate) fn len(&self) -> usize {
        self.periods() * self.groups.len()
    }

    pub(crate) fn groups(&self) -> &[&'t Group] {
        &self.groups
    }

    /// The last instant of a period, or of observation where that comes first.
    pub(crate) fn observed_end(&self, period: usize) -> i64 {
        self.grid.as_ref().map_or(self.horizon.as_of, |(_, grid)| (grid.end(period) - 1).min(self.horizon.as_of))
    }

    /// The last instant of the period of a cell, or of observation where that comes first.
    pub(crate) fn observed_end_of(&self, cell: usize) -> i64 {
        self.observed_end(cell / self.groups.len())
    }

    /// The end of the period of a cell, or of observation where that comes first.
    pub(crate) fn end_of(&self, cell: usize) -> i64 {
        let period = cell / self.groups.len();
        self.grid.as_ref().map_or(self.horizon.as_of, |(_, grid)| grid.end(period).min(self.horizon.as_of))
    }

    /// Cell of a row of a table; none for periods after the end of observation.
    pub(crate) fn index(&self, group: &Group, period: i64) -> Option<usize> {
        self.at(self.place(group)?, period)
    }

    /// The place of a group among the cells of each period.
    pub(crate) fn place(&self, group: &Group) -> Option<usize> {
        self.groups.binary_search(&group).ok()
    }

    /// Cell of the group at a place; none for periods after the end of observation.
    pub(crate) fn at(&self, place: usize, period: i64) -> Option<usize> {
        let period = match &self.grid {
            None => 0,
            Some((_, grid)) if period < grid.start(0) || period >= grid.start(grid.len()) => return None,
            Some((_, grid)) => grid.index(period),
        };
        Some(period * self.groups.len() + place)
    }

    /// The rows of a table that lie in a cell: the cell, period, x, values; in order. Labels are looked up once for each group.
    pub(crate) fn rows<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = (usize, i64, i64, &'a [i128])> {
        let places: Vec<Option<usize>> = table.groups.iter().map(|group| self.place(group)).collect();
        table.keyed().filter_map(move |(key, values)| {
            let cell = self.at(places[key.group as usize]?, key.period)?;
            Some((cell, key.period, key.x, values))
        })
    }

    /// How many rows of a table lie in each cell: the distinct members, where x tells who.
    pub(crate) fn distinct(&self, table: &Table) -> Vec<i64> {
        let mut found = vec![0; self.len()];
        self.rows(table).for_each(|(cell, ..)| found[cell] += 1);
        found
    }

    /// Sums of the columns of a table, cell by cell, whatever its x.
    pub(crate) fn sums<const WIDTH: usize>(&self, table: &Table) -> Vec<[i64; WIDTH]> {
        self.wide_sums(table).into_iter().map(|sums: [i128; WIDTH]| sums.map(|sum| sum as i64)).collect()
    }

    /// The same, where sums may be larger than 64 bits hold.
    pub(crate) fn wide_sums<const WIDTH: usize>(&self, table: &Table) -> Vec<[i128; WIDTH]> {
        let mut sums = vec![[0; WIDTH]; self.len()];
        for (cell, _, _, values) in self.rows(table) {
            for (sum, value) in sums[cell].iter_mut().zip(values) {
                *sum += *value;
            }
        }
        sums
    }

    /// Which cells have too few members to be shown, or would give such a cell away, by what is listed.
    pub(crate) fn hidden(&self, listed: impl Iterator<Item = usize>, members: &[i64], scope: &Scope) -> Vec<bool> {
        let mut hidden = vec![false; self.len()];
        if scope.suppresses() {
            let listed: BTreeMap<usize, i64> = listed.map(|cell| (cell, members[cell])).collect();
            for cell in suppressed(&listed, &|cell| labels(self, cell), i64::from(scope.min_group)) {
                hidden[cell] = true;
            }
        }
        hidden
    }

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

/// A cell's coordinates: its period and the labels of its group.
fn labels(cells: &Cells<'_>, cell: usize) -> Vec<Option<String>> {
    let width = cells.groups.len();
    let mut labels = vec![Some((cell / width).to_string())];
    labels.extend(cells.groups[cell % width].iter().cloned());
    labels
}

impl Values {
    /// Nulls where a row is not shown.
    fn mask(self, shown: &impl Fn(usize) -> bool) -> Self {
        fn masked<T>(values: Vec<Option<T>>, shown: &impl Fn(usize) -> bool) -> Vec<Option<T>> {
            values.into_iter().enumerate().map(|(row, v)| v.filter(|_| shown(row))).collect()
        }
        match self {
            Self::Count(v) => Self::Count(masked(v, shown)),
            Self::Whole(v) => Self::Count(masked(v.into_iter().map(Some).collect(), shown)),
            Self::Number(v) => Self::Number(masked(v, shown)),
            Self::Measure(v) => Self::Number(masked(v.into_iter().map(Some).collect(), shown)),
            Self::Duration(v) => Self::Duration(masked(v, shown)),
            Self::Instant(v) => Self::Instant(masked(v, shown)),
            Self::Date(v) => Self::Date(masked(v, shown)),
            Self::Text(v) => Self::Text(masked(v, shown)),
            Self::Name(v, names) => Self::Name(masked(v.iter().collect(), shown).into_iter().collect(), names),
            Self::Flag(v) => Self::Flag(masked(v, shown)),
        }
    }

    /// The rows that are kept.
    fn keep(self, kept: &[bool]) -> Self {
        fn rest<T>(values: Vec<T>, kept: &[bool]) -> Vec<T> {
            values.into_iter().zip(kept).filter_map(|(v, kept)| kept.then_some(v)).collect()
        }
        match self {
            Self::Count(v) => Self::Count(rest(v, kept)),
            Self::Whole(v) => Self::Whole(rest(v, kept)),
            Self::Number(v) => Self::Number(rest(v, kept)),
            Self::Measure(v) => Self::Measure(rest(v, kept)),
            Self::Duration(v) => Self::Duration(rest(v, kept)),
            Self::Instant(v) => Self::Instant(rest(v, kept)),
            Self::Date(v) => Self::Date(rest(v, kept)),
            Self::Text(v) => Self::Text(rest(v, kept)),
            Self::Name(v, names) => Self::Name(rest(v.iter().collect(), kept).into_iter().collect(), names),
            Self::Flag(v) => Self::Flag(rest(v, kept)),
        }
    }
}

/// A column of the type that its values ask for.
pub(crate) fn column(name: &str, values: Values) -> Result<Column> {
    let name = PlSmallStr::from_str(name);
    Ok(match values {
        Values::Count(v) => Int64Chunked::from_iter_options(name, v.into_iter()).into_column(),
        Values::Whole(v) => Int64Chunked::from_vec(name, v).into_column(),
        Values::Number(v) => Float64Chunked::from_iter_options(name, v.into_iter()).into_column(),
        Values::Measure(v) => Float64Chunked::from_vec(name, v).into_column(),
        Values::Duration(v) => Int64Chunked::from_iter_options(name, v.into_iter())
            .into_series()
            .cast(&DataType::Duration(TimeUnit::Microseconds))?
            .into_column(),
        Values::Instant(v) => Int64Chunked::from_iter_options(name, v.into_iter())
            .into_series()
            .cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))?
            .into_column(),
        Values::Date(v) => {
            Int32Chunked::from_iter_options(name, v.into_iter()).into_series().cast(&DataType::Date)?.into_column()
        }
        Values::Text(v) => v.into_iter().collect::<StringChunked>().with_name(name).into_column(),
        Values::Name(v, names) => names.take(&v)?.with_name(name).into_column(),
        Values::Flag(v) => v.into_iter().collect::<BooleanChunked>().with_name(name).into_column(),
    })
}
