//! The columns that every KPI reads, as primitive arrays.
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use polars::prelude::*;
use polars::series::IsSorted;
use polars_arrow::array::PrimitiveArray;

use super::csr::Order;
use super::{Codes, Csr};
use crate::categories;
use crate::error::Result;
use crate::numbers::Numbers;
use crate::period::Grid;
use crate::schema::{Kind, TimeQuality};

/// The events as arrays, one entry a row.
#[derive(Debug)]
pub(crate) struct Dense {
    /// As it lies there: it is asked for row by row.
    time: PrimitiveArray<i64>,
    /// What was done.
    pub(crate) kind: Vec<Kind>,
    /// Who did it.
    pub(crate) member: Codes,
    /// In which conversation; where there is no such column, made when it is asked for.
    thread: OnceLock<Codes>,
    /// Whether the time is only that of the parent; empty where none is.
    inherited: Vec<bool>,
    order: Order,
    span: Option<(i64, i64)>,
}

/// A column of kinds, all of which are known.
fn kinds(column: &Series) -> Result<Vec<Kind>> {
    Ok(match categories::names(column) {
        // Of names that are no kind there is no row.
        Some(names) => categories::map(column, names, |code| {
            code.and_then(|code| Kind::parse(names.cat_to_str(code)?)).unwrap_or(Kind::View)
        }),
        None => column.str()?.iter().filter_map(|name| Kind::parse(name?)).collect(),
    })
}

impl Dense {
    /// Reads the columns of a validated frame, and the threads where they are numbers beside it: codes take the place of these, if nobody else has them.
    pub(crate) fn build(events: &DataFrame, threads: Option<Arc<Numbers>>) -> Result<Self> {
        let instants = events.column("time")?.datetime()?.physical().rechunk();
        // One chunk without nulls, by construction; none of no rows.
        let time = instants.downcast_iter().next().cloned().unwrap_or_else(|| PrimitiveArray::from_vec(vec![]));
        let threads = || match (threads, events.column("thread")) {
            (Some(threads), _) => Ok(Codes::of_numbers(Arc::unwrap_or_clone(threads)).into()),
            (None, Ok(column)) if column.null_count() < column.len() => Codes::encode(column).map(OnceLock::from),
            _ => Ok(OnceLock::new()),
        };
        let members = || Codes::encode(events.column("member")?);
        let (thread, (member, kind)) =
            rayon::join(threads, || rayon::join(members, || kinds(events.column("kind")?.as_materialized_series())));
        let (thread, member, kind) = (thread?, member?, kind?);
        let inherited = match events.column("time_quality") {
            Ok(column) if column.null_count() < column.len() => {
                let quality = column.cast(&DataType::String)?;
                quality.str()?.iter().map(|q| q == Some(TimeQuality::Inherited.name())).collect()
            }
            _ => vec![],
        };
        let is_sorted = instants.is_sorted_flag() == IsSorted::Ascending;
        let order = if is_sorted { Order::AsTheyAre } else { Order::of(time.values()) };
        let span = instants.min().zip(instants.max());
        Ok(Self { time, kind, member, thread, inherited, order, span })
    }

    /// When, in microseconds since 1970-01-01 UTC.
    pub(crate) fn time(&self) -> &[i64] {
        self.time.values()
    }

    /// In which conversation each act is.
    pub(crate) fn thread(&self) -> &Codes {
        self.thread.get_or_init(|| Codes::absent(self.kind.len()))
    }

    /// The first and the last instant; none without events.
    pub(crate) fn span(&self) -> Option<(i64, i64)> {
        self.span
    }

    /// Whether the act has a time of its own.
    pub(crate) fn has_own_time(&self, row: usize) -> bool {
        !self.inherited.get(row).is_some_and(|inherited| *inherited)
    }

    /// The same of any row, for loops over many.
    pub(crate) fn own_times(&self) -> impl Fn(usize) -> bool + Copy + '_ {
        let inherited = &self.inherited[..];
        move |row| !inherited.get(row).is_some_and(|inherited| *inherited)
    }

    /// Instants that cut the rows into so many spans of about as many.
    pub(crate) fn spread(&self, spans: usize) -> Vec<i64> {
        let rows = self.kind.len();
        (1..spans)
            .filter_map(|i| self.order.row(rows * i / spans))
            .filter_map(|row| self.time().get(row).copied())
            .collect()
    }

    /// Calls `f` for every row that `keep` keeps, in order of time. It keeps one of some rows side by side only if `may_keep` says so.
    pub(crate) fn in_order(
        &self,
        may_keep: impl Fn(Range<usize>) -> bool,
        keep: impl Fn(usize) -> bool,
        f: impl FnMut(usize),
    ) {
        self.order.for_each_of(0..self.kind.len(), may_keep, keep, f);
    }

    /// Calls `f` for every row of `[from, until)`, in order of time.
    pub(crate) fn in_span(&self, from: i64, until: i64, f: impl FnMut(usize)) {
        self.order.for_each(self.places(from, until), f);
    }

    /// The same with the period of each row.
    pub(crate) fn in_periods(&self, periods: &Grid, from: i64, until: i64, mut f: impl FnMut(usize, usize)) {
        let mut places = self.places(from, until);
        while let Some(first) = self.order.row(places.start).filter(|_| !places.is_empty()) {
            let period = periods.index(self.time()[first]);
            let end = self.order.place(self.time(), periods.end(period)).clamp(places.start + 1, places.end);
            self.order.for_each(places.start..end, |row| f(period, row));
            places.start = end;
        }
    }

    /// How many rows `[from, until)` has.
    pub(crate) fn count_in_span(&self, from: i64, until: i64) -> usize {
        self.places(from, until).len()
    }

    fn places(&self, from: i64, until: i64) -> Range<usize> {
        let place = |instant: i64| self.order.place(self.time(), instant);
        place(from)..place(until)
    }

    /// The rows of each member, and at last those of unknown authors.
    pub(crate) fn timeline(&self) -> Csr {
        Csr::build(&self.member.rows, self.member.labels.len(), &self.order, |_| true)
    }

    /// The rows of each thread, and at last those of none.
    pub(crate) fn conversations(&self) -> Csr {
        Csr::build(&self.thread().rows, self.thread().labels.len(), &self.order, |_| true)
    }
}
