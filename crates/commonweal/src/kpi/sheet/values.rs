//! The values of columns, and what suppression does to them.
use polars::prelude::*;

use crate::error::Result;

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

impl Values {
    /// Nulls where a row is not shown.
    pub(super) fn mask(self, shown: &impl Fn(usize) -> bool) -> Self {
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
    pub(super) fn keep(self, kept: &[bool]) -> Self {
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
