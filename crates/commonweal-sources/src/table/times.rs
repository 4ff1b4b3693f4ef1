//! Columns of times, however written, as microseconds of UTC.
use std::path::Path;

use polars::prelude::*;

use crate::error::{Error, Place, Result};
use crate::job::Account;
use crate::time::{Stamp, Zone, epoch, epoch_fraction, parse_iso};

/// The times, and which of them are days.
pub(super) struct Times {
    /// Null where there is no time that could be read.
    pub micros: Int64Chunked,
    /// Empty where no time is a day.
    pub is_day: Vec<bool>,
}

pub(super) struct Clock<'a> {
    pub path: &'a Path,
    pub zone: Option<Zone>,
    pub unit: Option<crate::TimeUnit>,
}

impl Clock<'_> {
    /// Reads a column; what cannot be read is null.
    pub fn read(&self, column: &Column, account: &mut Account<'_>) -> Result<Times> {
        let told = |error| Error::frame(self.path, &error);
        let series = column.as_materialized_series();
        let exact = |micros| Ok(Times { micros, is_day: vec![] });
        match series.dtype() {
            DataType::Datetime(_, Some(_)) => {
                let utc =
                    series.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))).map_err(told)?;
                exact(utc.to_physical_repr().i64().map_err(told)?.clone())
            }
            DataType::Datetime(_, None) => {
                let micros = series.cast(&DataType::Datetime(TimeUnit::Microseconds, None)).map_err(told)?;
                let micros = micros.to_physical_repr();
                let stamp = |micros| Stamp { micros, zoned: false, day_only: false };
                self.localise(column, micros.i64().map_err(told)?.iter().map(|micros| micros.map(stamp)), account)
            }
            DataType::Date => {
                let days = series.to_physical_repr();
                let stamp = |days| Stamp { micros: i64::from(days) * 86_400_000_000, zoned: false, day_only: true };
                self.localise(column, days.i32().map_err(told)?.iter().map(|days| days.map(stamp)), account)
            }
            DataType::String | DataType::Categorical(..) | DataType::Enum(..) => {
                let texts = series.cast(&DataType::String).map_err(told)?;
                let stamp = |text: &str| parse_iso(text).or_else(|| self.number(text));
                self.localise(column, texts.str().map_err(told)?.iter().map(|text| text.and_then(stamp)), account)
            }
            dtype if dtype.is_integer() => {
                let numbers = series.cast(&DataType::Int64).map_err(told)?;
                exact(numbers.i64().map_err(told)?.iter().map(|value| epoch(value?, self.unit)).collect())
            }
            dtype if dtype.is_float() => {
                let numbers = series.cast(&DataType::Float64).map_err(told)?;
                exact(numbers.f64().map_err(told)?.iter().map(|value| epoch_fraction(value?, self.unit)).collect())
            }
            DataType::Null => exact(Int64Chunked::full_null(PlSmallStr::EMPTY, column.len())),
            other => Err(Error::ColumnType {
                path: self.path.to_owned(),
                column: column.name().to_string(),
                found: other.to_string(),
                expected: "timestamps, ISO 8601 text or numbers since 1970",
            }),
        }
    }

    /// Brings the times without a zone to UTC.
    fn localise(
        &self,
        column: &Column,
        stamps: impl Iterator<Item = Option<Stamp>>,
        account: &mut Account<'_>,
    ) -> Result<Times> {
        let mut micros = Vec::with_capacity(column.len());
        let mut is_day = vec![];
        for (row, stamp) in stamps.enumerate() {
            micros.push(match (stamp, self.zone) {
                (None, _) => None,
                (Some(stamp), _) if stamp.zoned => Some(stamp.micros),
                (Some(stamp), Some(zone)) => {
                    let (micros, local) = zone.to_utc(stamp.micros);
                    if let Some(note) = local.note() {
                        account.intake.note(note);
                    }
                    Some(micros)
                }
                (Some(_), None) => return Err(self.naive(column, row)),
            });
            if stamp.is_some_and(|stamp| stamp.day_only) {
                is_day.resize(column.len(), false);
                is_day[row] = true;
            }
        }
        Ok(Times { micros: Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &micros), is_day })
    }

    fn naive(&self, column: &Column, row: usize) -> Error {
        let example = column.get(row).unwrap_or(AnyValue::Null);
        let example = example.get_str().map_or_else(|| example.to_string(), str::to_owned);
        Error::NaiveTime {
            path: self.path.to_owned(),
            place: Place::default(),
            column: column.name().to_string(),
            example: example.chars().take(40).collect(),
        }
    }

    /// A number since 1970 that stands as text.
    fn number(&self, text: &str) -> Option<Stamp> {
        let text = text.trim();
        let micros = match text.parse::<i64>() {
            Ok(whole) => epoch(whole, self.unit),
            Err(_) => text.parse::<f64>().ok().and_then(|value| epoch_fraction(value, self.unit)),
        };
        micros.map(|micros| Stamp { micros, zoned: true, day_only: false })
    }
}
