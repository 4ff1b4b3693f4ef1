#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
/// Monday, 2026-06-01, in UTC.
const MONDAY: i64 = 1_780_272_000_000_000;

/// (day after the Monday, hour, member, score, days until staff reply; none for never)
type Message = (i64, i64, &'static str, f64, Option<i64>);

/// Messages, each a thread of its own, and the replies of staff half an hour later or more.
fn community(rows: &[Message], days: i64, named: bool) -> Community {
    let (mut time, mut member, mut kind, mut thread) = (vec![], vec![], vec![], vec![]);
    let (mut id, mut parent, mut score) = (vec![], vec![], vec![]);
    for (i, (day, hour, who, mood, answered)) in rows.iter().enumerate() {
        for after in [None, *answered].into_iter().take(1 + usize::from(answered.is_some())) {
            let later = after.map_or(0, |days| days * DAY + HOUR / 2);
            time.push(MONDAY + day * DAY + hour * HOUR + later);
            member.push(if after.is_some() { "help" } else { who });
            kind.push(if after.is_some() { "reply" } else { "post" });
            thread.push(format!("t{i}"));
            id.push(after.is_none().then(|| format!("e{i}")));
            parent.push(after.filter(|_| named).map(|_| format!("e{i}")));
            score.push(after.is_none().then_some(*mood));
        }
    }
    let mut frame = df!["time" => time, "member" => member, "kind" => kind, "thread" => thread, "id" => id,
        "parent" => parent, "score" => score]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    frame.with_column(frame.column("time").unwrap().cast(&utc).unwrap()).unwrap();
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + days * DAY).unwrap();
    let members = df!["member" => ["help"], "role" => ["staff"]].unwrap();
    Community::builder(frame).members(members).as_of(end).build().unwrap()
}

fn compute(community: &Community, mut options: Value) -> crate::Result<DataFrame> {
    options["model"] = json!("score");
    community.compute(crate::parse("sentiment.reply_effect", &options)?.as_ref())
}

fn count(table: &DataFrame, name: &str) -> i64 {
    table.column(name).unwrap().i64().unwrap().get(0).unwrap()
}

const COUNTS: [&str; 8] =
    ["answered", "early", "censored", "without_before", "silent", "unmatched", "matched", "controls"];

fn counts(table: &DataFrame) -> [i64; 8] {
    COUNTS.map(|name| count(table, name))
}

fn number(table: &DataFrame, name: &str) -> Option<f64> {
    table.column(name).unwrap().f64().unwrap().get(0)
}

fn near(found: Option<f64>, expected: f64) -> bool {
    found.is_some_and(|found| (found - expected).abs() < 1e-9)
}

/// All complain on day 15 of June; ana and bo are answered.
fn four() -> Vec<Message> {
    let mut rows = vec![(0, 12, "old", 0.0, None)];
    for (who, answered, after) in [("ana", true, 0.5), ("bo", true, 0.3), ("cy", false, 0.1), ("di", false, -0.1)] {
        rows.extend([(10, 12, who, 0.1, None), (15, 12, who, -0.5, answered.then_some(0)), (20, 12, who, after, None)]);
    }
    rows
}

#[test]
fn a_difference_counted_by_hand() {
    for named in [true, false] {
        let found = compute(&community(&four(), 60, named), json!({"within": "10d"})).unwrap();
        assert_eq!(counts(&found), [2, 0, 0, 0, 0, 0, 2, 2]);
        assert_eq!(count(&found, "complaints"), 4);
        for (name, expected) in [
            ("treated_before", 0.1),
            ("treated_after", 0.4),
            ("control_before", 0.1),
            ("control_after", 0.0),
            ("before_after", 0.3),
            ("difference", 0.4),
            ("treated_silent", 0.0),
            ("silent_difference", 0.0),
        ] {
            assert!(near(number(&found, name), expected), "{name}: {found:?}");
        }
        assert!(number(&found, "difference_low").unwrap() < 0.4 && number(&found, "difference_high").unwrap() > 0.4);
        assert_eq!(number(&found, "pre_trend"), None);
    }
}

#[test]
fn who_falls_silent_is_told_of_both_sides() {
    let mut rows = four();
    rows.retain(|row| (row.0, row.2) != (20, "di"));
    rows.extend([(10, 12, "ed", 0.1, None), (15, 12, "ed", -0.5, Some(0))]);
    let found = compute(&community(&rows, 60, true), json!({"within": "10d"})).unwrap();
    assert_eq!(counts(&found), [3, 0, 0, 0, 1, 0, 2, 1]);
    assert!(near(number(&found, "treated_silent"), 1.0 / 3.0) && near(number(&found, "control_silent"), 0.5));
    assert!(near(number(&found, "silent_difference"), 1.0 / 3.0 - 0.5));
}

#[test]
fn what_is_left_out_is_counted() {
    let mut rows = four();
    // Too early, too late, a newcomer, nobody as angry; and an answer after the landmark, which is none.
    rows.extend([(3, 12, "ed", -0.5, Some(0)), (55, 12, "fay", -0.5, Some(0)), (15, 12, "gus", -0.5, Some(0))]);
    rows.extend([(10, 12, "hal", 0.1, None), (15, 12, "hal", -0.9, Some(0)), (20, 12, "hal", 0.1, None)]);
    rows.extend([(10, 12, "ida", 0.1, None), (15, 12, "ida", -0.5, Some(2)), (20, 12, "ida", 0.1, None)]);
    let community = community(&rows, 60, true);
    let of = |landmark: &str| counts(&compute(&community, json!({"within": "10d", "landmark": landmark})).unwrap());
    assert_eq!(of("1d"), [6, 1, 1, 1, 0, 1, 2, 3]);
    assert_eq!(of("2d"), [7, 1, 1, 1, 0, 1, 3, 2]);
}

#[test]
fn who_was_answered_lately_is_no_new_episode() {
    let mut rows = four();
    rows.extend([(18, 12, "ana", -0.5, Some(0)), (18, 12, "cy", -0.5, None)]);
    rows.extend([(33, 12, "ana", -0.5, Some(0)), (33, 12, "cy", -0.5, None)]);
    let found = compute(&community(&rows, 80, true), json!({"within": "10d"})).unwrap();
    // Ana's second is within ten days of an answer; cy's are all episodes.
    assert_eq!((count(&found, "complaints"), count(&found, "answered")), (7, 3));
}

#[test]
fn staff_who_answer_somebody_else_in_the_thread() {
    let mut rows = four();
    rows.iter_mut().for_each(|row| row.4 = None);
    let quiet = community(&rows, 60, true);
    let mut events = quiet.events().clone();
    // Cy complains in a thread of eve's; staff write below, to nobody.
    let at = |hour: i64| MONDAY + 15 * DAY + hour * HOUR;
    let mut more =
        df!["time" => [at(9), at(10), at(11)], "member" => ["eve", "cy", "help"], "kind" => ["post", "reply", "reply"],
        "thread" => ["x"; 3], "id" => ["x1", "x2", "x3"], "parent" => [None::<&str>; 3], "score" => [0.3, -0.55, 0.0]]
        .unwrap();
    let time = more.column("time").unwrap().cast(events.column("time").unwrap().dtype()).unwrap();
    more.with_column(time).unwrap();
    let columns: Vec<String> = events.get_column_names_owned().iter().map(|name| name.to_string()).collect();
    events.vstack_mut(&more.select(columns).unwrap()).unwrap();
    let members = df!["member" => ["help"], "role" => ["staff"]].unwrap();
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + 60 * DAY).unwrap();
    let all = Community::builder(events).members(members).as_of(end).build().unwrap();
    let message = compute(&all, json!({"within": "10d"})).unwrap_err().to_string();
    assert!(
        message.contains("found: 4 complaints (score -0.3 or less), 1 replies of staff, none of them"),
        "{message}"
    );
    assert_eq!(counts(&compute(&all, json!({"within": "10d", "answer": "thread"})).unwrap())[0], 1);
}

#[test]
fn it_declines_where_there_is_nothing_to_match() {
    let alone: Vec<Message> = four().into_iter().filter(|row| !["cy", "di"].contains(&row.2)).collect();
    let message = compute(&community(&alone, 60, true), json!({"within": "10d"})).unwrap_err().to_string();
    assert!(message.contains("of 2 answered, 0 come too early") && message.contains("2 have nobody like"), "{message}");
    assert_eq!(compute(&community(&[], 1, true), json!({})).unwrap().height(), 0);
    for (options, start) in [
        (json!({"within": "36h"}), "within must be whole days"),
        (json!({"below": 0.0}), "below must be a negative score"),
        (json!({"answer": "like"}), "answer must be"),
    ] {
        let message = compute(&community(&alone, 60, true), options).unwrap_err().to_string();
        assert!(message.starts_with(start), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_it_says(
        drawn in prop::collection::vec(
            (0i64..60, 0i64..24, 0usize..6, -10i32..5, prop::option::weighted(0.4, 0i64..4)), 30..160,
        ),
    ) {
        let names = ["a", "b", "c", "d", "e", "f"];
        let rows: Vec<Message> = drawn.iter().map(|(day, hour, who, mood, answered)| {
            (*day, *hour, names[*who], f64::from(*mood) / 10.0 + 0.0137, answered.filter(|after| day + after < 60))
        }).collect();
        let found = compute(&community(&rows, 60, true), json!({"within": "9d", "below": -0.45}));
        let start = rows.iter().map(|row| row.0).min().unwrap();
        // The definition once more, day by day.
        type Units = Vec<(&'static str, f64, f64, Option<f64>)>;
        let mut strata: BTreeMap<_, [Units; 2]> = BTreeMap::new();
        let mut silence: BTreeMap<_, [Vec<bool>; 2]> = BTreeMap::new();
        let mut left = [0i64; 4];
        let (mut complaints, mut answered_all) = (0, 0);
        for name in names {
            let own: Vec<&Message> = rows.iter().filter(|row| row.2 == name).collect();
            let mood = |from: i64, until: i64| {
                let mut hours: BTreeMap<(i64, i64), Vec<f64>> = BTreeMap::new();
                own.iter().filter(|r| r.0 >= from && r.0 < until).for_each(|r| hours.entry((r.0, r.1)).or_default().push(r.3));
                let votes: Vec<f64> = hours.values().map(|said| said.iter().sum::<f64>() / said.len() as f64).collect();
                (!votes.is_empty()).then(|| (votes.len(), votes.iter().sum::<f64>() / votes.len() as f64))
            };
            let bad = |row: &&&Message| row.3 <= -0.45;
            let days: BTreeSet<i64> = own.iter().filter(bad).map(|row| row.0).collect();
            let first = |day: i64| own.iter().filter(|r| r.0 == day).filter(bad).filter_map(|r| r.4.map(|after| r.0 + after)).min();
            for day in &days {
                if days.range(..day).filter_map(|d| first(*d)).any(|on| on <= day + 1 && on >= day - 9) {
                    continue;
                }
                complaints += 1;
                let treated = first(*day).is_some_and(|on| on <= day + 1);
                answered_all += i64::from(treated);
                let reason = if day - 9 < start { 0 } else if day + 1 + 9 > 59 { 1 } else if mood(day - 9, *day).is_none() { 2 } else { 4 };
                if reason < 4 {
                    left[reason] += i64::from(treated);
                    continue;
                }
                let (votes, before) = mood(day - 9, *day).unwrap();
                let worst = own.iter().filter(|r| r.0 == *day).map(|r| r.3).fold(1.0, f64::min);
                // On the steps themselves the sums of floats may go either way.
                let step = |x: f64| (5.0 * x + 1e-10).floor() as i64;
                let near_step = (5.0 * before - (5.0 * before).round()).abs() < 1e-6;
                prop_assume!(!near_step);
                let fixed = |x: f64| (5 * (x * (1i64 << 40) as f64).round() as i64).div_euclid(1 << 40);
                let key = (day / 30, fixed(worst), step(before), votes.ilog2());
                let after = mood(day + 2, day + 11).map(|(_, mood)| mood);
                silence.entry(key).or_default()[usize::from(!treated)].push(after.is_none());
                let Some(after) = after else {
                    left[3] += i64::from(treated);
                    continue;
                };
                let earlier = if day - 18 >= start { mood(day - 18, day - 9).map(|(_, mood)| before - mood) } else { None };
                strata.entry(key).or_default()[usize::from(!treated)].push((name, before, after, earlier));
            }
        }
        let matched: Vec<_> = strata.values().filter(|[t, c]| !t.is_empty() && !c.is_empty()).collect();
        let n: usize = matched.iter().map(|[t, _]| t.len()).sum();
        if n == 0 {
            prop_assert!(found.is_err());
            return Ok(());
        }
        let found = found.unwrap();
        let alone: usize = strata.values().filter(|[_, c]| c.is_empty()).map(|[t, _]| t.len()).sum();
        let controls: usize = matched.iter().map(|[_, c]| c.len()).sum();
        let expected = [answered_all, left[0], left[1], left[2], left[3], alone as i64, n as i64, controls as i64];
        prop_assert_eq!(counts(&found), expected);
        prop_assert_eq!(count(&found, "complaints"), complaints);
        let mean = |units: &Units, of: fn(&(&str, f64, f64, Option<f64>)) -> f64| units.iter().map(of).sum::<f64>() / units.len() as f64;
        let difference: f64 = matched.iter().map(|[t, c]| {
            t.len() as f64 * (mean(t, |u| u.2 - u.1) - mean(c, |u| u.2 - u.1))
        }).sum::<f64>() / n as f64;
        prop_assert!(near(number(&found, "difference"), difference));
        let both: Vec<_> = silence.values().filter(|[t, c]| !t.is_empty() && !c.is_empty()).collect();
        let all: f64 = both.iter().map(|[t, _]| t.len() as f64).sum();
        let share = |units: &Vec<bool>| units.iter().filter(|silent| **silent).count() as f64 / units.len() as f64;
        let control: f64 = both.iter().map(|[t, c]| t.len() as f64 * share(c)).sum::<f64>() / all;
        prop_assert!(near(number(&found, "control_silent"), control));
    }
}
