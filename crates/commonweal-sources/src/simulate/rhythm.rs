//! Calendars: when people write, in their own time zones, and how fast the answering clock runs.
//!
//! A [`Curve`] is a cumulative intensity on quarters of an hour of UTC (every offset is a multiple of one). A curve
//! turns exponential waiting times into moments that follow the rhythm, and a delay in clock hours into a moment.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::Tz;

use super::Simulation;
use super::truth::Season;
use super::world::*;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const HOUR: i64 = 3_600 * SECOND;
pub(super) const DAY: i64 = 24 * HOUR;
const CELL: i64 = HOUR / 4;
/// Days that the curves go on after the end of the span, for delays that end after it.
const PAD: i64 = 60;

/// A cumulative intensity: 0 at the start, one hour per hour on average.
pub(super) struct Curve {
    start: i64,
    sum: Vec<f64>,
}

impl Curve {
    /// `rate` by cell, relative to an average hour.
    pub(super) fn new(start: i64, rate: impl Iterator<Item = f64>) -> Self {
        let mut sum = vec![0.0];
        let mut total = 0.0;
        sum.extend(rate.map(|rate| {
            total += rate * CELL as f64 / HOUR as f64;
            total
        }));
        Self { start, sum }
    }

    fn cells(&self) -> usize {
        self.sum.len() - 1
    }

    /// The intensity up to `time`; one per hour after the last cell.
    pub(super) fn at(&self, time: i64) -> f64 {
        let since = (time - self.start).max(0);
        let cell = (since / CELL) as usize;
        if cell >= self.cells() {
            return self.sum[self.cells()] + (since - self.cells() as i64 * CELL) as f64 / HOUR as f64;
        }
        let within = (since % CELL) as f64 / CELL as f64;
        self.sum[cell] + within * (self.sum[cell + 1] - self.sum[cell])
    }

    /// The moment at which the intensity reaches `value`: the inverse of [`at`](Self::at).
    pub(super) fn when(&self, value: f64) -> i64 {
        let cell = self.sum.partition_point(|sum| *sum <= value).saturating_sub(1);
        if cell >= self.cells() {
            return self.start + self.cells() as i64 * CELL + ((value - self.sum[self.cells()]) * HOUR as f64) as i64;
        }
        let within = (value - self.sum[cell]) / (self.sum[cell + 1] - self.sum[cell]);
        self.start + cell as i64 * CELL + (within * CELL as f64) as i64
    }

    /// The intensity of the cell of `time`, per hour.
    pub(super) fn rate(&self, time: i64) -> f64 {
        let cell = (((time - self.start).max(0) / CELL) as usize).min(self.cells() - 1);
        (self.sum[cell + 1] - self.sum[cell]) * HOUR as f64 / CELL as f64
    }
}

/// The span, its curves and its two turning points.
pub(super) struct Calendar {
    pub start: i64,
    pub end: i64,
    pub launch: i64,
    pub outage: i64,
    pub tz: Tz,
    pub seasons: Vec<Season>,
    /// Writing, by place.
    pub places: Vec<Curve>,
    /// Joining, by place; ends with the span.
    pub growth: Vec<Curve>,
    /// Answering: the mean of all places, without launch and outage.
    pub clock: Curve,
}

impl Calendar {
    pub(super) fn new(simulation: &Simulation) -> Self {
        let Simulation { start: first, days, tz, .. } = *simulation;
        let (start, end) = (midnight(tz, first), midnight(tz, first + Days::new(days.into())));
        let tuesday = |share: f64| {
            let date = first + Days::new((share * f64::from(days)) as u64);
            let date = date.week(Weekday::Mon).first_day() + Days::new(1);
            midnight(tz, date.max(first)) + 10 * HOUR
        };
        let (launch, outage) = (tuesday(LAUNCH_AT), tuesday(OUTAGE_AT));
        let seasons = seasons(first, first + Days::new((i64::from(days) + PAD) as u64));
        let starts = || (0..(end - start + PAD * DAY) / CELL).map(|cell| start + cell * CELL);
        let base: Vec<Vec<f64>> = PLACES.iter().map(|(_, zone, _)| base_rates(*zone, starts(), &seasons)).collect();
        let pulse = |time: i64| 1.0 + fading(time, launch, LAUNCH_POSTS) + fading(time, outage, OUTAGE_POSTS);
        let growing =
            |time: i64| growth_at((time - start) as f64 / (end - start) as f64) + fading(time, launch, CAMPAIGN);
        let mixed =
            (0..base[0].len()).map(|cell| base.iter().zip(&PLACES).map(|(rates, place)| rates[cell] * place.2).sum());
        Self {
            start,
            end,
            launch,
            outage,
            tz,
            places: base
                .iter()
                .map(|rates| Curve::new(start, rates.iter().zip(starts()).map(|(rate, time)| rate * pulse(time))))
                .collect(),
            growth: base
                .iter()
                .map(|rates| {
                    let open = rates.iter().zip(starts()).take_while(|(_, time)| time + CELL <= end);
                    Curve::new(start, open.map(|(rate, time)| rate * growing(time)))
                })
                .collect(),
            clock: Curve::new(start, mixed),
            seasons,
        }
    }

    /// The Monday of the local week of `time`.
    pub(super) fn week(&self, time: i64) -> NaiveDate {
        let date = utc(time).with_timezone(&self.tz).date_naive();
        date.week(Weekday::Mon).first_day()
    }

    /// The local weeks of the span: their Mondays, and their bounds within the span.
    pub(super) fn weeks(&self) -> Vec<(NaiveDate, i64, i64)> {
        let mut weeks = Vec::new();
        let mut monday = self.week(self.start);
        while midnight(self.tz, monday) < self.end {
            let next = monday + Days::new(7);
            weeks.push((monday, midnight(self.tz, monday).max(self.start), midnight(self.tz, next).min(self.end)));
            monday = next;
        }
        weeks
    }
}

/// What is left at `time` of a pulse at `from`: height and the days after which 1/e is left.
pub(super) fn fading(time: i64, from: i64, (height, days): (f64, f64)) -> f64 {
    if time < from { 0.0 } else { height * libm::exp(-((time - from) as f64) / DAY as f64 / days) }
}

pub(super) fn utc(time: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(time).unwrap_or_default()
}

/// The S-curve's slope relative to its peak, at a share of the span.
fn growth_at(share: f64) -> f64 {
    let (middle, width, floor) = GROWTH;
    let tail = libm::exp(-((share - middle) / width).abs());
    floor + 4.0 * tail / ((1.0 + tail) * (1.0 + tail))
}

fn base_rates(zone: Tz, starts: impl Iterator<Item = i64>, seasons: &[Season]) -> Vec<f64> {
    let (weekdays, hours) = (normalised(WEEKDAYS), normalised(HOURS));
    let rate = |time: i64| {
        let local = utc(time).naive_utc() + zone.offset_from_utc_datetime(&utc(time).naive_utc()).fix_seconds();
        let date = local.date();
        let season = seasons.iter().find(|season| season.from <= date && date <= season.to);
        weekdays[date.weekday().num_days_from_monday() as usize]
            * hours[local.hour() as usize]
            * season.map_or(1.0, |season| season.factor)
    };
    starts.map(rate).collect()
}

/// The offset as a difference to add to UTC.
trait FixSeconds {
    fn fix_seconds(&self) -> TimeDelta;
}

impl<T: Offset> FixSeconds for T {
    fn fix_seconds(&self) -> TimeDelta {
        TimeDelta::seconds(self.fix().local_minus_utc().into())
    }
}

pub(super) fn normalised<const N: usize>(values: [f64; N]) -> [f64; N] {
    let mean = values.iter().sum::<f64>() / N as f64;
    values.map(|value| value / mean)
}

fn seasons(first: NaiveDate, last: NaiveDate) -> Vec<Season> {
    let season = |year: i32, dip: &Dip| {
        let date = |(month, day): (u32, u32)| NaiveDate::from_ymd_opt(year, month, day);
        Some(Season { name: dip.name.to_owned(), from: date(dip.from)?, to: date(dip.to)?, factor: dip.factor })
    };
    (first.year()..=last.year())
        .flat_map(|year| DIPS.iter().filter_map(move |dip| season(year, dip)))
        .filter(|season| season.to >= first && season.from <= last)
        .collect()
}

/// The first moment of a local date, as microseconds of UTC. Where the clocks skip midnight, the first full hour that
/// exists.
fn midnight(tz: Tz, date: NaiveDate) -> i64 {
    let midnight = date.and_time(NaiveTime::MIN);
    (0..24)
        .find_map(|hour| tz.from_local_datetime(&(midnight + TimeDelta::hours(hour))).earliest())
        .map_or_else(|| midnight.and_utc().timestamp_micros(), |time| time.timestamp_micros())
}
