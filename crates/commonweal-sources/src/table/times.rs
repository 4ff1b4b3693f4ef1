//! Columns of times, however written, as microseconds of UTC.
use std::path::Path;

use polars::prelude::{AnyValue, Column, DataType, TimeUnit as Unit};

use crate::error::{Error, Place, Result};
use crate::job::Account;
use crate::options::TimeUnit;
use crate::time::{Stamp, Zone, epoch, epoch_fraction, parse_iso};

/// The times, and which of them are days.
pub(super) struct Times {
    pub micros: Vec<Option<i64>>,
    pub is_day: Vec<bool>,
}

pub(super) struct Clock<'a> {
    pub path: &'a Path,
    pub zone: Option<Zone>,
    pub unit: Option<TimeUnit>,
}

impl Clock<'_> {
    /// Reads a column; what cannot be read is none.
    pub fn read(&self, column: &Column, account: &mut Account<'_>) -> Result<Times> {
        let height = column.len();
        let mut times = Times { micros: Vec::with_capacity(height), is_day: vec![false; height] };
        let series = column.as_materialized_series();
        let told = |error| Error::frame(self.path, &error);
        match series.dtype() {
            DataType::Datetime(unit, zone) => {
                let (unit, is_zoned) = (*unit, zone.is_some());
                let physical = series.to_physical_repr();
                for (row, value) in physical.i64().map_err(told)?.iter().enumerate() {
                    let micros = value.and_then(|value| scaled(value, unit));
                    let stamp = micros.map(|micros| Stamp { micros, zoned: is_zoned, day_only: false });
                    self.push(&mut times, stamp, row, column, account)?;
                }
            }
            DataType::Date => {
                let physical = series.to_physical_repr();
                for (row, days) in physical.i32().map_err(told)?.iter().enumerate() {
                    let micros = days.map(|days| i64::from(days) * 86_400_000_000);
                    let stamp = micros.map(|micros| Stamp { micros, zoned: false, day_only: true });
                    self.push(&mut times, stamp, row, column, account)?;
                }
            }
            DataType::String | DataType::Categorical(..) | DataType::Enum(..) => {
                let texts = series.cast(&DataType::String).map_err(told)?;
                for (row, text) in texts.str().map_err(told)?.iter().enumerate() {
                    let stamp = text.and_then(|text| parse_iso(text).or_else(|| self.number(text)));
                    self.push(&mut times, stamp, row, column, account)?;
                }
            }
            dtype if dtype.is_integer() => {
                let numbers = series.cast(&DataType::Int64).map_err(told)?;
                times.micros.extend(numbers.i64().map_err(told)?.iter().map(|value| epoch(value?, self.unit)));
            }
            dtype if dtype.is_float() => {
                let numbers = series.cast(&DataType::Float64).map_err(told)?;
                times.micros.extend(numbers.f64().map_err(told)?.iter().map(|value| epoch_fraction(value?, self.unit)));
            }
            DataType::Null => times.micros.resize(height, None),
            other => {
                return Err(Error::ColumnType {
                    path: self.path.to_owned(),
                    column: column.name().to_string(),
                    found: other.to_string(),
                    expected: "timestamps, ISO 8601 text or numbers since 1970",
                });
            }
        }
        Ok(times)
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

    fn push(
        &self,
        times: &mut Times,
        stamp: Option<Stamp>,
        row: usize,
        column: &Column,
        account: &mut Account<'_>,
    ) -> Result<()> {
        let micros = match (stamp, self.zone) {
            (None, _) => None,
            (Some(stamp), _) if stamp.zoned => Some(stamp.micros),
            (Some(stamp), Some(zone)) => {
                let (micros, local) = zone.to_utc(stamp.micros);
                if let Some(note) = local.note() {
                    account.intake.note(note);
                }
                Some(micros)
            }
            (Some(_), None) => {
                let example = column.get(row).unwrap_or(AnyValue::Null);
                let example = example.get_str().map_or_else(|| example.to_string(), str::to_owned);
                return Err(Error::NaiveTime {
                    path: self.path.to_owned(),
                    place: Place::default(),
                    column: column.name().to_string(),
                    example: example.chars().take(40).collect(),
                });
            }
        };
        times.micros.push(micros);
        times.is_day[row] = stamp.is_some_and(|stamp| stamp.day_only);
        Ok(())
    }
}

fn scaled(value: i64, unit: Unit) -> Option<i64> {
    match unit {
        Unit::Nanoseconds => Some(value.div_euclid(1_000)),
        Unit::Microseconds => Some(value),
        Unit::Milliseconds => value.checked_mul(1_000),
    }
}
