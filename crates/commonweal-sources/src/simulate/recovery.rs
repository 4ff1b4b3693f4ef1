//! The tables show the truth: plain estimates come near the true parameters.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, TimeZone as _, Timelike, Weekday};
use chrono_tz::Tz;

use super::tests::{LARGE, Rows};
use super::truth::Response;

/// A post's waiting time: hours, whether answered, whether by staff.
#[derive(Clone, Copy)]
struct Wait {
    hours: f64,
    answered: bool,
    staff: bool,
}

const HOUR: f64 = 3.6e9;

/// The first reply by another known person to each person's post, by channel.
fn waits(rows: &Rows, end: i64) -> HashMap<String, Vec<Wait>> {
    let mut first: HashMap<&str, usize> = HashMap::new();
    let place: HashMap<&str, usize> = rows.id.iter().enumerate().map(|(row, id)| (id.as_str(), row)).collect();
    for row in rows.of_kind("reply") {
        let thread = rows.thread[row].as_deref().unwrap();
        let other = rows.member[row].is_some() && rows.member[row] != rows.member[place[thread]];
        if other && rows.role(row) != Some("bot") {
            first.entry(thread).or_insert(row);
        }
    }
    let mut waits: HashMap<String, Vec<Wait>> = HashMap::new();
    for row in rows.of_kind("post").filter(|row| rows.role(*row) != Some("bot")) {
        let answer = first.get(rows.id[row].as_str());
        let until = answer.map_or(end, |answer| rows.time[*answer]);
        let wait = Wait {
            hours: (until - rows.time[row]) as f64 / HOUR,
            answered: answer.is_some(),
            staff: answer.is_some_and(|answer| rows.role(*answer) == Some("staff")),
        };
        waits.entry(rows.channel[row].clone().unwrap()).or_default().push(wait);
    }
    waits
}

/// The Kaplan–Meier curve as (hours, survival).
fn survival(waits: &[Wait]) -> Vec<(f64, f64)> {
    let mut waits = waits.to_vec();
    waits.sort_by(|a, b| a.hours.total_cmp(&b.hours));
    let (n, mut left) = (waits.len(), 1.0);
    let answered = waits.iter().enumerate().filter(|(_, wait)| wait.answered);
    answered
        .map(|(i, wait)| {
            left *= 1.0 - 1.0 / (n - i) as f64;
            (wait.hours, left)
        })
        .collect()
}

fn agree(name: &str, waits: &[Wait], truth: &Response) {
    let near = |what: &str, seen: f64, expected: f64, within: f64| {
        assert!((seen - expected).abs() <= within, "{name}, {what}: {seen:.4}, truly {expected:.4}");
    };
    let n = waits.len() as f64;
    let error = 3.5 * 0.5 / n.sqrt();
    let curve = survival(waits);
    let answered = waits.iter().filter(|wait| wait.answered).count() as f64;
    let staff = waits.iter().filter(|wait| wait.staff).count() as f64;
    near("staff share", staff / answered, truth.staff_share, error);
    // Some late posts are still waiting, so the plain share lies a little above; the curve's end does not.
    near("unanswered", 1.0 - answered / n, truth.never_answered, error + 0.01);
    near("never answered", curve.last().unwrap().1, truth.never_answered, error + 0.01);
    let at =
        |hours: f64| 1.0 - curve.iter().take_while(|(time, _)| *time <= hours).last().map_or(1.0, |(_, left)| *left);
    near("within an hour", at(1.0), truth.within_1h.unwrap(), error);
    near("within a day", at(24.0), truth.within_24h.unwrap(), error);
    // On the curve the true median must lie where half are answered; in hours the two must be alike.
    let expected = truth.median_hours.unwrap();
    near("answered by the median", at(expected), 0.5, error);
    let median = curve.iter().find(|(_, left)| *left <= 0.5).unwrap().0;
    near("median / true median", median / expected, 1.0, 6.0 * error);
    let mut seen: Vec<f64> = waits.iter().filter(|wait| wait.answered).map(|wait| wait.hours).collect();
    seen.sort_by(f64::total_cmp);
    near("naive median", seen[seen.len() / 2] / truth.answered_median_hours.unwrap(), 1.0, 5.0 * error);
}

#[test]
fn first_responses() {
    let (simulated, rows) = &*LARGE;
    let truth = &simulated.truth;
    let waits = waits(rows, truth.end.timestamp_micros());
    for channel in truth.channels.iter().filter(|channel| waits[&channel.channel].len() > 500) {
        agree(&channel.channel, &waits[&channel.channel], &channel.response);
    }
    agree("all", &waits.values().flatten().copied().collect::<Vec<_>>(), &truth.response);
    assert!(waits.values().filter(|waits| waits.len() > 500).count() >= 6);
}

#[test]
fn the_bot_answers_its_share() {
    let (simulated, rows) = &*LARGE;
    for channel in &simulated.truth.channels {
        let here = |row: &usize| rows.channel[*row].as_ref() == Some(&channel.channel);
        let posts = rows.of_kind("post").filter(here).filter(|row| rows.role(*row) != Some("bot")).count() as f64;
        let bots = rows.of_kind("reply").filter(here).filter(|row| rows.role(*row) == Some("bot")).count() as f64;
        assert!((bots / posts - channel.auto_replied).abs() <= 1.75 / posts.sqrt(), "{}", channel.channel);
    }
}

#[test]
fn joins_by_week() {
    let (simulated, rows) = &*LARGE;
    let mut seen: HashMap<_, f64> = HashMap::new();
    for row in rows.of_kind("join") {
        let date = DateTime::from_timestamp_micros(rows.time[row]).unwrap().date_naive();
        *seen.entry(date.week(Weekday::Mon).first_day()).or_default() += 1.0;
    }
    assert!(simulated.truth.joins.len() == 53);
    for week in &simulated.truth.joins {
        let joined = seen.get(&week.week).copied().unwrap_or_default();
        assert!((joined - week.expected).abs() <= 4.0 * week.expected.sqrt().max(1.0), "{week:?}: {joined}");
    }
}

#[test]
fn a_fast_first_answer_keeps_people() {
    let (simulated, rows) = &*LARGE;
    let churn = simulated.truth.churn;
    let day = 24.0 * HOUR;
    let end = simulated.truth.end.timestamp_micros();
    let mut firsts: HashMap<&str, (usize, Option<i64>)> = HashMap::new();
    let mut opened: HashMap<&str, &str> = HashMap::new();
    for row in (0..rows.id.len()).filter(|row| rows.role(*row) == Some("member")) {
        let member = rows.member[row].as_deref().unwrap();
        if rows.kind[row] == "post" && !firsts.contains_key(member) {
            firsts.insert(member, (row, None));
            opened.insert(rows.id[row].as_str(), member);
        }
    }
    for row in rows.of_kind("reply").filter(|row| matches!(rows.role(*row), Some("member" | "staff"))) {
        let asker = opened.get(rows.thread[row].as_deref().unwrap()).copied();
        if let Some(asker) = asker.filter(|asker| rows.member[row].as_deref() != Some(asker)) {
            firsts.get_mut(asker).unwrap().1.get_or_insert(rows.time[row]);
        }
    }
    // Leavings and days at risk after the landmark, by [first days or later][slow or fast].
    let (mut left, mut days) = ([[0.0; 2]; 2], [[0.0; 2]; 2]);
    for (member, (row, answer)) in firsts {
        let person = &rows.people[member];
        let landmark = rows.time[row] + (churn.fast_hours * HOUR) as i64;
        let fast = usize::from(answer.is_some_and(|answer| answer <= landmark));
        let early_ends = person.joined + (churn.early_days * day) as i64;
        let until = person.left.unwrap_or(end);
        days[0][fast] += (until.min(early_ends) - landmark).max(0) as f64 / day;
        days[1][fast] += (until - landmark.max(early_ends)).max(0) as f64 / day;
        if person.left.is_some_and(|left| left > landmark) {
            left[usize::from(until > early_ends)][fast] += 1.0;
        }
    }
    // Mantel–Haenszel over the two periods.
    let part = |a: usize, b: usize| (0..2).map(|p| left[p][a] * days[p][b] / (days[p][0] + days[p][1])).sum::<f64>();
    let ratio = part(1, 0) / part(0, 1);
    assert!((ratio / churn.fast_hazard_ratio).ln().abs() < 0.2, "{ratio} {left:?} {days:?}");
    let slow_later = left[1][0] / days[1][0];
    assert!((slow_later / churn.later_hazard).ln().abs() < 0.2, "{slow_later}");
}

#[test]
fn posts_follow_the_local_week_and_day() {
    let (simulated, rows) = &*LARGE;
    let (mut weekdays, mut hours) = ([0.0; 7], [0.0; 24]);
    let posts = rows.of_kind("post").filter(|row| rows.role(*row) == Some("member"));
    for row in posts {
        let zone: Tz = rows.people[rows.member[row].as_ref().unwrap()].zone.as_ref().unwrap().parse().unwrap();
        let local = zone.timestamp_micros(rows.time[row]).unwrap();
        weekdays[local.weekday().num_days_from_monday() as usize] += 1.0;
        hours[local.hour() as usize] += 1.0;
    }
    let posts: f64 = weekdays.iter().sum();
    for (seen, factor) in weekdays.iter().zip(simulated.truth.rhythm.weekday) {
        assert!((seen / posts - factor / 7.0).abs() < 0.02, "{weekdays:?}");
    }
    for (seen, factor) in hours.iter().zip(simulated.truth.rhythm.hour) {
        assert!((seen / posts - factor / 24.0).abs() < 0.01, "{hours:?}");
    }
}

#[test]
fn the_mood_turns_in_the_week_of_the_outage() {
    let (simulated, rows) = &*LARGE;
    const BAD: [&str; 12] = [
        "broken",
        "fail",
        "terrib",
        "disappoint",
        "angry",
        "annoy",
        "sorry",
        "worst",
        "frustrat",
        "problem",
        "disaster",
        "lost",
    ];
    let mut weeks: HashMap<_, (f64, f64)> = HashMap::new();
    for (time, text) in rows.time.iter().zip(&rows.text) {
        let Some(text) = text.as_ref().map(|text| text.to_lowercase()) else { continue };
        let date = DateTime::from_timestamp_micros(*time).unwrap().date_naive();
        let week = weeks.entry(date.week(Weekday::Mon).first_day()).or_default();
        week.0 += 1.0;
        week.1 += f64::from(u8::from(BAD.iter().any(|bad| text.contains(bad))));
    }
    let share = |week| weeks[&week].1 / weeks[&week].0;
    let outage = simulated.truth.outage.date_naive().week(Weekday::Mon).first_day();
    let worst = weeks.keys().copied().max_by(|a, b| share(*a).total_cmp(&share(*b)));
    assert_eq!(worst, Some(outage));
    assert!(share(outage) > 2.0 * share(outage - Days::new(7)));
    let truth = |week| simulated.truth.sentiment.iter().find(|sentiment| sentiment.week == week).unwrap();
    assert!(truth(outage).negative > 2.0 * truth(outage - Days::new(7)).negative);
    assert!(truth(outage + Days::new(56)).negative < 0.2);
    for week in &simulated.truth.sentiment {
        assert!((week.positive + week.neutral + week.negative - 1.0).abs() < 1e-9);
    }
}

#[test]
fn departments_keep_to_themselves() {
    let (_, rows) = &*LARGE;
    let place: HashMap<&str, usize> = rows.id.iter().enumerate().map(|(row, id)| (id.as_str(), row)).collect();
    let department = |row: usize| rows.member[row].as_ref().and_then(|member| rows.people[member].department.clone());
    let (mut own, mut all) = (0.0, 0.0);
    for row in rows.of_kind("reply").filter(|row| rows.role(*row) == Some("member")) {
        let asker = place[rows.thread[row].as_deref().unwrap()];
        if rows.role(asker) == Some("member") && rows.member[asker] != rows.member[row] {
            all += 1.0;
            own += f64::from(u8::from(department(asker) == department(row)));
        }
    }
    // By chance it would be about 0.15.
    assert!((0.3..0.7).contains(&(own / all)), "{}", own / all);
}
