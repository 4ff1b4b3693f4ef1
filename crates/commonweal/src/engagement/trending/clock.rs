//! A channel's own clock: time that runs as its messages do, by weekday and hour.
use std::array::from_fn;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use crate::period::Span;

const HOUR: i64 = Span::hours(1).micros();

/// Hours of the local week begin on a quarter of an hour of UTC, in every zone of today.
const QUARTER: i64 = HOUR / 4;

/// The hours of a week.
const WEEK: usize = 7 * 24;

/// Messages of the whole community that an hour of the week is taken to have had beforehand, at the mean rate.
const PRIOR_ALL: f64 = 1.0;

/// Messages expected in a channel's hour of the week at which its own count and the community's habit weigh the same.
const PRIOR_OWN: f64 = 4.0;

/// The quarters of an hour from the start of the history to the end of observation, and in which hour of the local week each is.
#[derive(Debug)]
pub(super) struct Hours {
    base: i64,
    of_week: Vec<u8>,
    /// How many hours of each are in the history.
    seen: [f64; WEEK],
}

impl Hours {
    /// The hours that `[start, end]` lies in, `history` being where the history ends.
    pub(super) fn new(zone: Tz, start: i64, history: i64, end: i64) -> Self {
        let base = start.div_euclid(QUARTER) * QUARTER;
        let mut hours = Self { base, of_week: vec![], seen: [0.0; WEEK] };
        for at in (base..=end).step_by(QUARTER as usize) {
            let local = DateTime::from_timestamp_micros(at).unwrap_or_default().with_timezone(&zone);
            let hour = local.weekday().num_days_from_monday() * 24 + local.hour();
            hours.of_week.push(hour as u8);
            if at < history {
                hours.seen[hour as usize] += 0.25;
            }
        }
        hours
    }

    fn index(&self, at: i64) -> usize {
        (((at - self.base) / QUARTER).max(0) as usize).min(self.of_week.len() - 1)
    }

    /// The hour of the local week that an instant is in.
    pub(super) fn of_week(&self, at: i64) -> usize {
        usize::from(self.of_week[self.index(at)])
    }
}

/// Messages by hour of the local week.
pub(super) type Week = [f64; WEEK];

pub(super) const NONE: Week = [0.0; WEEK];

/// How much faster than on average messages come in each hour of the week, in the whole community.
#[derive(Debug)]
pub(super) struct Habit {
    rate: f64,
    share: Week,
}

impl Habit {
    /// Of the messages of the history. Ihler, Hutchins & Smyth, KDD 2006: a Poisson rate that varies by weekday and hour; Gamma prior.
    pub(super) fn new(hours: &Hours, messages: &Week) -> Self {
        let (all, time): (f64, f64) = (messages.iter().sum(), hours.seen.iter().sum());
        let rate = if time > 0.0 && all > 0.0 { all / time } else { 1.0 };
        let share = from_fn(|i| (messages[i] + PRIOR_ALL) / (hours.seen[i] * rate + PRIOR_ALL));
        Self { rate, share }
    }
}

/// Time as a channel tells it: an hour in which twice as much is written as on average lasts two.
#[derive(Debug)]
pub(super) struct Clock<'h> {
    hours: &'h Hours,
    speed: Week,
    /// What it shows at the start of each quarter of an hour.
    shown: Vec<f64>,
}

impl<'h> Clock<'h> {
    /// Of a channel that had these messages in the history: its own habit, drawn to the community's where it has written little.
    pub(super) fn new(hours: &'h Hours, habit: &Habit, messages: &Week) -> Self {
        let time: f64 = hours.seen.iter().sum();
        let part = if time > 0.0 { messages.iter().sum::<f64>() / (time * habit.rate) } else { 0.0 };
        let expected: Week = from_fn(|i| hours.seen[i] * habit.rate * part * habit.share[i]);
        let own: Week = from_fn(|i| habit.share[i] * (messages[i] + PRIOR_OWN) / (expected[i] + PRIOR_OWN));
        let mean = own.iter().sum::<f64>() / WEEK as f64;
        let speed = own.map(|speed| speed / mean);
        let mut now = 0.0;
        let shown = hours.of_week.iter().map(|hour| {
            let before = now;
            now += speed[usize::from(*hour)] / 4.0;
            before
        });
        Self { hours, speed, shown: shown.collect() }
    }

    /// How long it is from one instant to a later one, in hours of the channel's mean rate: to a millionth of one, so that equal times are
    /// equal whatever they were counted from.
    pub(super) fn between(&self, from: i64, to: i64) -> f64 {
        ((self.at(to) - self.at(from)).max(0.0) * 1e6).round() / 1e6
    }

    /// What it shows at an instant.
    fn at(&self, at: i64) -> f64 {
        let quarter = self.hours.index(at);
        let part = (at - self.hours.base - quarter as i64 * QUARTER) as f64 / HOUR as f64;
        self.shown[quarter] + part * self.speed[usize::from(self.hours.of_week[quarter])]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday, 2026-06-01, in UTC.
    const MONDAY: i64 = 1_780_272_000_000_000;

    #[test]
    fn it_runs_as_the_channel_writes() {
        // Ten weeks of history, 60 messages in each on Mondays from 9 to 10 and nothing else.
        let end = MONDAY + 80 * 24 * HOUR;
        let hours = Hours::new(Tz::UTC, MONDAY, MONDAY + 70 * 24 * HOUR, end);
        let mut own = NONE;
        own[9] = 600.0;
        let clock = Clock::new(&hours, &Habit::new(&hours, &own), &own);
        let between = |from: i64, hours: i64| clock.between(MONDAY + from * HOUR, MONDAY + (from + hours) * HOUR);
        // A week is a week; nearly all of it is that one hour.
        assert_eq!(between(0, 168), 168.0);
        assert!(between(9, 1) > 100.0 && between(3, 1) < 1.0);
        assert_eq!(between(9, 1), between(168 + 9, 1));
    }

    #[test]
    fn who_writes_little_follows_the_community() {
        let hours = Hours::new(Tz::UTC, MONDAY, MONDAY + 28 * 24 * HOUR, MONDAY + 29 * 24 * HOUR);
        let (mut all, mut own) = (NONE, NONE);
        (0..WEEK).for_each(|hour| all[hour] = if hour % 24 < 12 { 80.0 } else { 20.0 });
        let habit = Habit::new(&hours, &all);
        let none = Clock::new(&hours, &habit, &own);
        assert!((none.speed[3] / none.speed[15] - 81.0 / 21.0).abs() < 1e-12);
        // One message by night moves it a little, not more.
        own[15] = 1.0;
        let one = Clock::new(&hours, &habit, &own);
        assert!(one.speed[15] > none.speed[15] && one.speed[15] < 1.5 * none.speed[15]);
    }

    #[test]
    fn hours_are_those_of_the_zone() {
        let hours = Hours::new(Tz::Europe__Berlin, MONDAY, MONDAY + 24 * HOUR, MONDAY + 48 * HOUR);
        assert_eq!((hours.of_week(MONDAY), hours.of_week(MONDAY + 23 * HOUR)), (2, 25));
        assert_eq!(hours.seen.iter().sum::<f64>(), 24.0);
    }
}
