//! A table column by column: brought to the contract's types, and what is wrong with it noted.
use polars::prelude::*;
use polars::series::IsSorted;
use rayon::prelude::*;

use super::{NAMES, TIME_RANGE};
use crate::categories;
use crate::error::{Fault, Faults};
use crate::repeats::repeats;

/// A table under examination: its columns are brought to the contract's types, and what can't be is noted.
pub(super) struct Examined<'a> {
    pub(super) table: &'static str,
    pub(super) frame: DataFrame,
    pub(super) faults: &'a mut Faults,
}

impl Examined<'_> {
    pub(super) fn fault(
        &mut self,
        column: &str,
        rows: Vec<usize>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        let (problem, remedy) = (problem.into(), remedy.into());
        self.faults.push(Fault { table: self.table, column: column.to_owned(), rows, problem, remedy });
    }

    pub(super) fn series(&self, column: &str) -> Option<Series> {
        self.frame.column(column).ok().map(|c| c.as_materialized_series().clone())
    }

    pub(super) fn require(&mut self, column: &str) -> bool {
        let there = self.frame.get_column_index(column).is_some();
        if !there {
            let have: Vec<&str> = self.frame.get_column_names().into_iter().map(|name| name.as_str()).collect();
            let problem = format!("is missing; the table has {}", list(&have));
            self.fault(column, vec![], problem, format!("add it, or rename the column that holds it to {column:?}"));
        }
        there
    }

    pub(super) fn put(&mut self, series: Series) {
        // The name and the length are those of a column of this very frame.
        let _ = self.frame.replace(series.name().clone().as_str(), series.into_column());
    }

    /// Whether a column is one of strings that has none: nothing is to be done with it, and it takes no room.
    pub(super) fn is_void(&mut self, name: &str) -> bool {
        let is_void = |column: &Column| *column.dtype() == DataType::String && column.null_count() == column.len();
        let is_void = self.frame.column(name).is_ok_and(is_void);
        if is_void {
            let void = Column::full_null(name.into(), self.frame.height(), &DataType::String);
            // Of a column of this very frame.
            let _ = self.frame.replace(name, void);
        }
        is_void
    }

    /// A column of strings. Categories stay such where many rows share a name, and are strings elsewhere; whole numbers become strings.
    pub(super) fn strings(&mut self, column: &str) -> Option<Series> {
        let series = self.series(column)?;
        let dtype = series.dtype().clone();
        let strings = match &dtype {
            DataType::String => series,
            DataType::Categorical(..) | DataType::Enum(..) if self.table == "events" && NAMES.contains(&column) => {
                series
            }
            DataType::Categorical(..) | DataType::Enum(..) | DataType::Null => series.cast(&DataType::String).ok()?,
            dtype if dtype.is_integer() => series.cast(&DataType::String).ok()?,
            other => {
                let remedy = format!("cast it, as in events.with_columns(pl.col({column:?}).cast(pl.String))");
                self.fault(column, vec![], format!("has the type {other}, not string"), remedy);
                return None;
            }
        };
        self.put(strings.clone());
        Some(strings)
    }

    /// A column of instants, brought to UTC microseconds.
    pub(super) fn instants(&mut self, column: &str) -> Option<Series> {
        let series = self.series(column)?;
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let mut cast = match series.dtype() {
            DataType::Datetime(_, Some(_)) | DataType::Null => series.cast(&utc).ok()?,
            DataType::Datetime(_, None) => {
                let remedy = format!(
                    "name the zone, as in pl.col({column:?}).dt.replace_time_zone(\"UTC\"), or another if the clock was local"
                );
                self.fault(column, vec![], "has no time zone", remedy);
                return None;
            }
            other => {
                let remedy = "parse it into timestamps with a time zone, as in .str.to_datetime(time_zone=\"UTC\")";
                self.fault(column, vec![], format!("has the type {other}, not timestamp"), remedy);
                return None;
            }
        };
        // Looked at once, for all who ask for the first, the last, or the order.
        let in_order = is_in_order(cast.datetime().ok()?.physical());
        cast.set_sorted_flag(if in_order { IsSorted::Ascending } else { IsSorted::Not });
        let times = cast.datetime().ok()?.physical();
        if [times.min(), times.max()].iter().flatten().any(|t| !TIME_RANGE.contains(t)) {
            let is_outside = |t: Option<i64>| t.is_some_and(|t| !TIME_RANGE.contains(&t));
            let outside = times.iter().enumerate().filter_map(|(row, t)| is_outside(t).then_some(row)).collect();
            self.fault(
                column,
                outside,
                "lies outside of the years 1 to 9999",
                "mend the unit (seconds, milliseconds?)",
            );
            return None;
        }
        self.put(cast.clone());
        Some(cast)
    }

    /// A column of truth values, null for false.
    pub(super) fn marks(&mut self, column: &str) {
        let Some(series) = self.series(column) else { return };
        match series.dtype() {
            DataType::Boolean => {}
            DataType::Null => {
                if let Ok(series) = series.cast(&DataType::Boolean) {
                    self.put(series);
                }
            }
            other => {
                let remedy = format!("cast it, as in events.with_columns(pl.col({column:?}).cast(pl.Boolean))");
                self.fault(column, vec![], format!("has the type {other}, not boolean"), remedy);
            }
        }
    }

    pub(super) fn no_nulls(&mut self, column: &str, series: &Series, remedy: &str) {
        if series.null_count() > 0 {
            let nulls = series.is_null();
            let rows = nulls.iter().enumerate().filter_map(|(row, null)| (null == Some(true)).then_some(row)).collect();
            self.fault(column, rows, "is null", remedy);
        }
    }

    pub(super) fn no_empty(&mut self, column: &str, series: &Series, remedy: &str) {
        let Some(series) = unless_sure(series, |name| !name.is_empty()) else { return };
        let Ok(strings) = series.str() else { return };
        if strings.downcast_iter().all(|array| array.views().iter().all(|view| view.length > 0)) {
            return;
        }
        let rows: Vec<usize> =
            strings.iter().enumerate().filter_map(|(row, s)| (s == Some("")).then_some(row)).collect();
        if !rows.is_empty() {
            self.fault(column, rows, "is an empty string", remedy);
        }
    }

    pub(super) fn unique(&mut self, column: &str, series: &Series, remedy: &str) {
        let Ok(strings) = series.str() else { return };
        let value = |row| strings.get(row).map(str::to_owned);
        repeated(self.table, column, repeats(strings), value, remedy, self.faults);
    }

    /// Of two columns of instants, the second is not before the first.
    pub(super) fn in_order(&mut self, (first, start): (&str, Option<Series>), (second, end): (&str, Option<Series>)) {
        let (Some(start), Some(end)) = (start, end) else { return };
        let (Ok(start), Ok(end)) = (start.datetime(), end.datetime()) else { return };
        let pairs = start.physical().iter().zip(end.physical().iter()).enumerate();
        let rows: Vec<usize> = pairs.filter_map(|(row, (start, end))| (end? < start?).then_some(row)).collect();
        if !rows.is_empty() {
            self.fault(second, rows, format!("is before {first}"), format!("mend the dates, or set {second} to null"));
        }
    }

    pub(super) fn among(&mut self, column: &str, series: &Series, allowed: &[&str]) {
        let Some(series) = unless_sure(series, |name| allowed.contains(&name)) else { return };
        let Ok(strings) = series.str() else { return };
        // Few names are of one length, so few are compared.
        let longest = allowed.iter().map(|name| name.len()).max().unwrap_or(0);
        let mut by_length: Vec<Vec<&str>> = vec![vec![]; longest + 1];
        allowed.iter().for_each(|name| by_length[name.len()].push(name));
        let known = |value: &&str| by_length.get(value.len()).is_some_and(|names| names.contains(value));
        let others = strings.iter().enumerate().filter_map(|(row, value)| Some((row, value?)));
        let (rows, mut unknown): (Vec<usize>, Vec<&str>) = others.filter(|(_, value)| !known(value)).unzip();
        if !unknown.is_empty() {
            unknown.sort_unstable();
            unknown.dedup();
            let problem = format!("has {} beside {}", list(&unknown), list(allowed));
            self.fault(column, rows, problem, "map each to one of these, or leave the rows out");
        }
    }
}

/// Instants that one thread of the machine looks at.
const AT_ONCE: usize = 1 << 18;

/// Whether each is no less than the one before.
fn is_in_order(times: &Int64Chunked) -> bool {
    let pieces = times.downcast_iter().flat_map(|array| array.values().as_slice().chunks(AT_ONCE));
    let pieces: Vec<&[i64]> = pieces.filter(|times| !times.is_empty()).collect();
    let follow = |pair: &[&[i64]]| pair[0].last() <= pair[1].first();
    times.null_count() == 0 && pieces.windows(2).all(follow) && pieces.par_iter().all(|times| times.is_sorted())
}

/// Notes rows that repeat a value, where there are any.
pub(crate) fn repeated(
    table: &'static str,
    column: &str,
    rows: Vec<usize>,
    value: impl Fn(usize) -> Option<String>,
    remedy: &str,
    faults: &mut Faults,
) {
    if let Some(first) = rows.first().and_then(|row| value(*row)) {
        let problem = format!("repeats a value given before, {first:?} first");
        faults.push(Fault { table, column: column.to_owned(), rows, problem, remedy: remedy.to_owned() });
    }
}

/// The column as strings; none where no row needs to be looked at: where it has no value, or holds categories of which all that are used are
/// `right`.
fn unless_sure(series: &Series, right: impl Fn(&str) -> bool) -> Option<Series> {
    if series.null_count() == series.len() {
        return None;
    }
    let Some(names) = categories::names(series) else { return Some(series.clone()) };
    let codes = 0..names.num_cats_upper_bound() as u32;
    let is_wrong = |code: &u32| names.cat_to_str(*code).is_some_and(|name| !right(name));
    let mut wrong: Vec<u32> = codes.filter(is_wrong).collect();
    if !wrong.is_empty() {
        let mut used = vec![false; names.num_cats_upper_bound()];
        categories::by_appearance(series, names).into_iter().for_each(|code| used[code as usize] = true);
        wrong.retain(|code| used[*code as usize]);
    }
    if wrong.is_empty() { None } else { series.cast(&DataType::String).ok() }
}

fn list(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let mut text = names.iter().take(SHOWN).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text += &format!(" and {} more", names.len() - SHOWN);
    }
    text
}
