//! Business hours: durations that count open time only.
mod meter;
mod open_time;
mod read;
#[cfg(test)]
mod tests;
mod week;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use meter::Meter;
use open_time::OpenTime;
use week::{DAYS, Week};

use crate::community::zone;
use crate::error::{Error, Result};
use crate::period::{Span, days_since_epoch};

/// Whose clock a schedule is read on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// That of the team: the zone of the schedule.
    #[default]
    Team,
    /// The asker's own, by a column of the members; the team's where it is not known.
    Asker,
    /// That of the member who answered, by the same column; the team's where it is not known, and for posts that are open.
    Responder,
}

/// When a team is open. Durations measured by it count open time only: an ask of Friday 16:55 under 9 to 17 that is due within an hour is
/// due on Monday at 09:55.
///
/// # Definition
/// An instant is open if the clocks of the zone then show a date and a time that the schedule calls open; the open time between two instants
/// is the time between them that is. So at a change of the clocks nothing is made up: a time that is skipped is not counted (what would
/// open in it opens at its end), one that comes twice is counted twice (a shift over it is an hour longer, as those who work it know), and
/// an interval that starts within it is closed again when the clocks go back to before its start. A date that a zone skipped was not.
///
/// A time after midnight of an interval that crosses it, such as `["22:00", "06:00"]`, is open by the schedule of the date before.
/// Holidays are closed from 00:00 to 24:00, and no interval starts on them: a night shift from the eve ends at midnight, and one that
/// would start on the holiday is not worked after midnight either.
///
/// A schedule that changes is a list of weeks, each from a date on; an interval belongs to the week in force on the date it starts on.
///
/// ```
/// use commonweal::{BusinessHours, Span};
/// let hours = BusinessHours::weekdays("09:00", "17:00", "Europe/Berlin")?;
/// let friday = "2026-11-20T15:55:00Z".parse()?;
/// assert_eq!(hours.due(friday, Span::hours(1)), Some("2026-11-23T08:55:00Z".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// As JSON (`week` is required, a day that is not named is closed, the rest has these defaults):
/// `{"zone": "Europe/Berlin", "week": {"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}, "holidays": [], "later": [], "clock": "team",
/// "column": "timezone"}`; `later` holds `{"from": "2026-07-01", "week": {…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub struct BusinessHours {
    zone: Tz,
    /// The first week, and those that follow it, by the date they hold from.
    week: Week,
    later: Vec<(NaiveDate, Week)>,
    holidays: BTreeSet<NaiveDate>,
    clock: Clock,
    column: String,
}

/// The column of the members that holds their time zone, where no other is named.
const COLUMN: &str = "timezone";

impl BusinessHours {
    /// Open from Monday to Friday, from one time to another.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for what is no time and no zone.
    pub fn weekdays(opens: &str, closes: &str, zone: &str) -> Result<Self> {
        Self::of(zone, Week::on(&DAYS[..5], &[(opens, closes)])?)
    }

    /// Open from Monday to Sunday, from one time to another.
    ///
    /// # Errors
    /// As [`BusinessHours::weekdays`].
    pub fn daily(opens: &str, closes: &str, zone: &str) -> Result<Self> {
        Self::of(zone, Week::on(&DAYS, &[(opens, closes)])?)
    }

    /// Always open.
    ///
    /// # Errors
    /// As [`BusinessHours::weekdays`].
    pub fn always(zone: &str) -> Result<Self> {
        Self::daily("00:00", "24:00", zone)
    }

    fn of(name: &str, week: Week) -> Result<Self> {
        let zone = zone(name).map_err(|_| wrong_zone(format!("{name:?}")))?;
        let (later, holidays) = (vec![], BTreeSet::new());
        Ok(Self { zone, week, later, holidays, clock: Clock::Team, column: COLUMN.to_owned() })
    }

    /// Closed on these dates, too.
    #[must_use]
    pub fn holidays(mut self, dates: impl IntoIterator<Item = NaiveDate>) -> Self {
        self.holidays.extend(dates);
        self
    }

    /// Read on this clock.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// The open time from one instant to a later one, on the team's clock.
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> TimeDelta {
        let (from, to) = (from.timestamp_micros(), to.timestamp_micros());
        TimeDelta::microseconds(OpenTime::new(self, self.zone, from, to.max(from)).between(from, to))
    }

    /// When so much open time has passed since an instant, on the team's clock; none where it never does, as far as 400 years see.
    pub fn due(&self, from: DateTime<Utc>, within: Span) -> Option<DateTime<Utc>> {
        let from = from.timestamp_micros();
        let mut ahead = Span::days(30).micros().checked_add(within.micros())?;
        while ahead <= Span::days(400 * 366).micros().saturating_mul(2) {
            let to = from.checked_add(ahead)?;
            if let Some(due) = OpenTime::new(self, self.zone, from, to).reach(from, within.micros()) {
                return DateTime::from_timestamp_micros(due);
            }
            ahead = ahead.checked_mul(4)?;
        }
        None
    }

    /// Whose clock it is read on.
    pub(crate) fn whose(&self) -> Clock {
        self.clock
    }

    /// The column of the members that holds their time zone.
    pub(crate) fn column(&self) -> &str {
        &self.column
    }

    /// The open stretches of a local date, in minutes after its midnight, in order. `day` counts from 1970-01-01.
    fn open_on(&self, day: i64) -> impl Iterator<Item = (u16, u16)> {
        const MIDNIGHT: u16 = 24 * 60;
        let tail = self.starting(day - 1).iter().filter(|(_, end)| *end > MIDNIGHT).map(|(_, end)| (0, end - MIDNIGHT));
        // Nothing is open on a holiday, the tail of its eve included.
        let open = !self.is_holiday(day);
        tail.filter(move |_| open).chain(self.starting(day).iter().map(|(start, end)| (*start, (*end).min(MIDNIGHT))))
    }

    /// The intervals that start on a date.
    fn starting(&self, day: i64) -> &[(u16, u16)] {
        if self.is_holiday(day) {
            return &[];
        }
        let weeks = self.later.partition_point(|(from, _)| i64::from(days_since_epoch(*from)) <= day);
        let week = weeks.checked_sub(1).map_or(&self.week, |i| &self.later[i].1);
        // 1970-01-01 was a Thursday.
        week.starting((day + 3).rem_euclid(7) as usize)
    }

    fn is_holiday(&self, day: i64) -> bool {
        i32::try_from(day).ok().and_then(NaiveDate::from_epoch_days).is_some_and(|date| self.holidays.contains(&date))
    }
}

fn wrong_zone(got: String) -> Error {
    Error::option("hours.zone", "an IANA time zone such as \"UTC\" or \"Europe/Berlin\"", got)
}
