//! The grid that a KPI fills: every group in every period.
use std::collections::BTreeMap;

use super::super::suppress::suppressed;
use super::super::{Horizon, Scope, Table};
use crate::error::{Error, Result};
use crate::period::{Calendar, Every, Grid, days_since_epoch};
use crate::schema::TIME_RANGE;
use crate::view::Group;

/// Rows of a table that has some for each cell, at most. What is listed one by one, members or ties, is bounded by what was merged.
const MOST_CELLS: usize = 5_000_000;

/// The cells that a KPI fills: every group in every period, sorted by period and group.
#[derive(Debug)]
pub(crate) struct Cells<'t> {
    pub(super) series: bool,
    pub(super) grid: Option<(Calendar, Grid)>,
    pub(super) groups: Vec<&'t Group>,
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
        self.rows(table).for_each(|(cell, _, _, values)| {
            sums[cell].iter_mut().zip(values).for_each(|(sum, value)| *sum += *value);
        });
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
}

/// A cell's coordinates: its period and the labels of its group.
fn labels(cells: &Cells<'_>, cell: usize) -> Vec<Option<String>> {
    let width = cells.groups.len();
    let mut labels = vec![Some((cell / width).to_string())];
    labels.extend(cells.groups[cell % width].iter().cloned());
    labels
}
