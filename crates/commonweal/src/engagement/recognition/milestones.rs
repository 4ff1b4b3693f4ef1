//! The milestones in the days of one member, or of a whole group.
use chrono::{Datelike, Months, NaiveDate};

use crate::period::{Every, days_since_epoch};

/// What was done on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) date: NaiveDate,
    pub(super) posts: u64,
    pub(super) replies: u64,
    pub(super) reactions: u64,
    pub(super) answers: u64,
}

impl Day {
    fn messages(&self) -> u64 {
        self.posts + self.replies
    }
}

/// Something to be cheered: what, how much of it, and on which day it was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Milestone {
    pub(super) name: &'static str,
    pub(super) value: i64,
    pub(super) date: NaiveDate,
}

/// When a record is one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Floor {
    /// Messages in the period, at least.
    pub(super) messages: u64,
    /// Earlier periods with a message, at least.
    pub(super) periods: u64,
}

/// One count of a day.
type Of = fn(&Day) -> u64;

/// Names of what is counted: for the first, and for more.
const COUNTED: [(Option<&str>, Option<&str>, Of); 4] = [
    (Some("first_post"), None, |day| day.posts),
    (Some("first_reply"), Some("replies"), |day| day.replies),
    (Some("first_answer"), Some("answers"), |day| day.answers),
    (None, Some("messages"), Day::messages),
];

/// The first of each, and the round numbers. Days come in order.
pub(super) fn counts(days: &[Day], counts: &[u32], found: &mut Vec<Milestone>) {
    for (first, more, of) in COUNTED {
        let mut sum = 0;
        for day in days {
            let before = sum;
            sum += of(day);
            for count in counts.iter().filter(|count| (before + 1..=sum).contains(&u64::from(**count))) {
                let name = if *count == 1 { first } else { more };
                found.extend(name.map(|name| Milestone { name, value: i64::from(*count), date: day.date }));
            }
        }
    }
}

/// The first time that so many days, or weeks, in a row were active.
pub(super) fn streaks(days: &[Day], thresholds: &[u32], weeks: bool, found: &mut Vec<Milestone>) {
    let name = if weeks { "streak_weeks" } else { "streak_days" };
    let (mut run, mut longest, mut last): (u32, u32, Option<i64>) = (0, 0, None);
    for day in days {
        let now = period(if weeks { Every::Week } else { Every::Day }, day.date);
        if last == Some(now) {
            continue;
        }
        run = if last == Some(now - 1) { run + 1 } else { 1 };
        last = Some(now);
        if run > longest {
            longest = run;
            if thresholds.contains(&run) {
                found.push(Milestone { name, value: i64::from(run), date: day.date });
            }
        }
    }
}

/// Names of records, of a member and of all.
pub(super) const RECORDS: [(Every, &str, &str); 5] = [
    (Every::Day, "personal_record_day", "team_record_day"),
    (Every::Week, "personal_record_week", "team_record_week"),
    (Every::Month, "personal_record_month", "team_record_month"),
    (Every::Quarter, "personal_record_quarter", "team_record_quarter"),
    (Every::Year, "personal_record_year", "team_record_year"),
];

/// The periods with more messages than any before. The day is that on which the old record fell.
pub(super) fn records(days: &[Day], every: Every, team: bool, floor: Floor, found: &mut Vec<Milestone>) {
    let name =
        RECORDS.iter().find(|record| record.0 == every).map_or("", |record| if team { record.2 } else { record.1 });
    let (mut best, mut earlier) = (0, 0);
    for days in days.chunk_by(|a, b| period(every, a.date) == period(every, b.date)) {
        let all: u64 = days.iter().map(Day::messages).sum();
        if all > best && all >= floor.messages && earlier >= floor.periods {
            let mut sum = 0;
            let fell = days.iter().find(|day| {
                sum += day.messages();
                sum > best && sum >= floor.messages
            });
            found.extend(fell.map(|day| Milestone { name, value: all as i64, date: day.date }));
        }
        best = best.max(all);
        earlier += u64::from(all > 0);
    }
}

/// Each year since a date, up to `until`, where the member was active within so many days before.
pub(super) fn anniversaries(days: &[Day], since: NaiveDate, until: NaiveDate, within: i64, found: &mut Vec<Milestone>) {
    for year in 1.. {
        let Some(date) = since.checked_add_months(Months::new(12 * year)).filter(|date| *date <= until) else { break };
        let last = days[..days.partition_point(|day| day.date <= date)].last();
        if last.is_some_and(|last| (date - last.date).num_days() < within) {
            found.push(Milestone { name: "membership_years", value: i64::from(year), date });
        }
    }
}

/// The number of the period that a date is in; consecutive ones differ by 1.
fn period(every: Every, date: NaiveDate) -> i64 {
    let (days, months) = (i64::from(days_since_epoch(date)), i64::from(date.year()) * 12 + i64::from(date.month0()));
    match every {
        Every::Day => days,
        // 1970 began on a Thursday.
        Every::Week => (days + 3).div_euclid(7),
        Every::Month => months,
        Every::Quarter => months.div_euclid(3),
        Every::Year => i64::from(date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn day(text: &str, posts: u64, replies: u64) -> Day {
        Day { date: date(text), posts, replies, ..Day::default() }
    }

    fn found(of: impl Fn(&mut Vec<Milestone>)) -> Vec<(&'static str, i64, String)> {
        let mut all = vec![];
        of(&mut all);
        all.into_iter().map(|m| (m.name, m.value, m.date.to_string())).collect()
    }

    #[test]
    fn round_numbers_fall_on_the_day_that_reaches_them() {
        let days = [day("2026-01-01", 1, 0), day("2026-01-02", 0, 8), day("2026-01-05", 2, 90)];
        let all = found(|all| counts(&days, &[1, 10, 100], all));
        let on = |day: &str| day.to_owned();
        assert_eq!(
            all,
            [
                ("first_post", 1, on("2026-01-01")),
                ("first_reply", 1, on("2026-01-02")),
                ("replies", 10, on("2026-01-05")),
                ("messages", 10, on("2026-01-05")),
                ("messages", 100, on("2026-01-05")),
            ]
        );
    }

    #[test]
    fn a_streak_counts_once_and_weeks_start_on_monday() {
        // Friday to Sunday, a gap, Tuesday to Thursday.
        let days: Vec<Day> = ["2026-01-02", "2026-01-03", "2026-01-04", "2026-01-06", "2026-01-07", "2026-01-08"]
            .map(|text| day(text, 1, 0))
            .to_vec();
        assert_eq!(
            found(|all| streaks(&days, &[2, 3], false, all)),
            [("streak_days", 2, "2026-01-03".to_owned()), ("streak_days", 3, "2026-01-04".to_owned()),]
        );
        assert_eq!(found(|all| streaks(&days, &[2], true, all)), [("streak_weeks", 2, "2026-01-06".to_owned())]);
    }

    #[test]
    fn a_record_takes_a_past_and_a_size() {
        let days = [day("2026-01-01", 3, 0), day("2026-01-02", 1, 0), day("2026-01-03", 4, 0), day("2026-01-04", 6, 0)];
        let floor = Floor { messages: 4, periods: 2 };
        assert_eq!(
            found(|all| records(&days, Every::Day, false, floor, all)),
            [("personal_record_day", 4, "2026-01-03".to_owned()), ("personal_record_day", 6, "2026-01-04".to_owned()),]
        );
        // Of January 14 messages, of February 15: the record falls on the day of the fifteenth.
        let months = [&days[..], &[day("2026-02-01", 0, 14), day("2026-02-03", 1, 0)]].concat();
        let floor = Floor { messages: 4, periods: 1 };
        assert_eq!(
            found(|all| records(&months, Every::Month, true, floor, all)),
            [("team_record_month", 15, "2026-02-03".to_owned())]
        );
        // As many as before are no record.
        let tied = [day("2026-01-01", 5, 0), day("2026-01-02", 5, 0)];
        assert_eq!(found(|all| records(&tied, Every::Day, false, Floor { messages: 0, periods: 1 }, all)), []);
    }

    #[test]
    fn years_count_while_the_member_is_there() {
        let days = [day("2020-02-29", 1, 0), day("2020-12-01", 1, 0), day("2023-02-26", 1, 0), day("2024-02-29", 1, 0)];
        let years = |within: i64| {
            let all = found(|all| anniversaries(&days, date("2020-02-29"), date("2024-03-01"), within, all));
            all.into_iter().map(|(_, years, on)| format!("{years} {on}")).collect::<Vec<_>>()
        };
        assert_eq!(years(90), ["1 2021-02-28", "3 2023-02-28", "4 2024-02-29"]);
        assert_eq!(years(89), ["3 2023-02-28", "4 2024-02-29"]);
        assert_eq!(years(2), ["4 2024-02-29"]);
    }
}
