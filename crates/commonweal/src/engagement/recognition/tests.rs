#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;

const DAY: i64 = 86_400_000_000;
/// Monday, 2026-06-01, in UTC.
const MONDAY: i64 = 1_780_272_000_000_000;

/// (day after the Monday, member, kind, thread)
type Row = (i64, &'static str, &'static str, &'static str);

fn frame(rows: &[Row]) -> DataFrame {
    let mut frame = df![
        "time" => rows.iter().enumerate().map(|(i, r)| MONDAY + r.0 * DAY + i as i64).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| (!r.1.is_empty()).then_some(r.1)).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|r| (!r.3.is_empty()).then_some(r.3)).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    frame.with_column(frame.column("time").unwrap().cast(&utc).unwrap()).unwrap();
    frame
}

fn joined(rows: &[(&str, Option<i64>, Option<i64>)]) -> DataFrame {
    let days = |of: &dyn Fn(&(&str, Option<i64>, Option<i64>)) -> Option<i64>| {
        rows.iter().map(|r| of(r).map(|day| MONDAY + day * DAY)).collect::<Vec<_>>()
    };
    let names: Vec<&str> = rows.iter().map(|r| r.0).collect();
    let mut frame = df!["member" => names, "joined" => days(&|r| r.1), "left" => days(&|r| r.2)].unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for name in ["joined", "left"] {
        frame.with_column(frame.column(name).unwrap().cast(&utc).unwrap()).unwrap();
    }
    frame
}

fn compute(community: &Community, options: Value) -> DataFrame {
    community.compute(crate::parse("engagement.recognition", &options).unwrap().as_ref()).unwrap()
}

/// (day of the period, member, milestone, value, day, reached by)
type Found = (i64, String, String, i64, i64, Option<i64>);

fn found(table: &DataFrame) -> Vec<Found> {
    let dates = |name: &str| -> Vec<i64> {
        let dates = table.column(name).unwrap().cast(&DataType::Int32).unwrap();
        dates.i32().unwrap().iter().map(|date| i64::from(date.unwrap()) - MONDAY / DAY).collect()
    };
    let texts = |name: &str| -> Vec<String> {
        table.column(name).unwrap().str().unwrap().iter().map(|text| text.unwrap_or("").to_owned()).collect()
    };
    let counts = |name: &str| table.column(name).unwrap().i64().unwrap().to_vec();
    let (period, member, milestone) = (dates("period"), texts("member"), texts("milestone"));
    let (value, date, reached) = (counts("value"), dates("date"), counts("reached_by"));
    (0..table.height())
        .map(|i| (period[i], member[i].clone(), milestone[i].clone(), value[i].unwrap(), date[i], reached[i]))
        .collect()
}

fn row(period: i64, member: &str, milestone: &str, value: i64, day: i64, reached: i64) -> Found {
    (period, member.to_owned(), milestone.to_owned(), value, day, Some(reached))
}

#[test]
fn a_list_counted_by_hand() {
    // Ana asks; bo answers her, she thanks; bo and cy write on. Bo's later replies make ten messages in the second week.
    let mut rows =
        vec![(0, "ana", "post", "t"), (1, "bo", "reply", "t"), (1, "ana", "reply", "t"), (2, "cy", "reply", "t")];
    rows.extend((7..16).map(|day| (day, "bo", "reply", "t")));
    rows.push((8, "", "reply", "t"));
    let community = Community::builder(frame(&rows)).build().unwrap();
    let list = found(&compute(&community, json!({})));
    assert_eq!(
        list,
        [
            // One has answered first, one has posted; three have replied.
            row(0, "ana", "first_post", 1, 0, 1),
            row(0, "bo", "first_answer", 1, 1, 1),
            row(0, "ana", "first_reply", 1, 1, 3),
            row(0, "bo", "first_reply", 1, 1, 3),
            row(0, "cy", "first_reply", 1, 2, 3),
            // Bo writes on every day of the second week.
            row(7, "bo", "streak_days", 7, 13, 1),
            row(14, "bo", "messages", 10, 15, 1),
            row(14, "bo", "replies", 10, 15, 1),
        ]
    );
    // One row for each milestone and period, the greatest.
    let list =
        found(&compute(&community, json!({"every": "1y", "counts": [2, 5, 10], "streak_days": [], "streak_weeks": 2})));
    assert_eq!(
        list.iter().map(|r| (r.1.as_str(), r.2.as_str(), r.3, r.5)).collect::<Vec<_>>(),
        [
            ("bo", "messages", 10, Some(1)),
            ("bo", "replies", 10, Some(1)),
            ("bo", "streak_weeks", 2, Some(1)),
            ("ana", "messages", 2, Some(2)),
        ]
    );
}

#[test]
fn years_count_from_joining_while_one_is_there() {
    let rows = [(0, "ana", "post", "t"), (0, "bo", "post", "u"), (0, "cy", "post", "v"), (100, "cy", "join", "")];
    let members = joined(&[("ana", Some(-363), None), ("bo", Some(-360), Some(3)), ("cy", None, None)]);
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + 800 * DAY).unwrap();
    let years = |rows: &[Row], still: &str| {
        let community = Community::builder(frame(rows)).members(members.clone()).as_of(end).build().unwrap();
        let options =
            json!({"every": "1y", "counts": [], "streak_days": [], "streak_weeks": [], "still_active": still});
        found(&compute(&community, options)).into_iter().map(|r| (r.1, r.2, r.3, r.4)).collect::<Vec<_>>()
    };
    let own = |name: &str, years: i64, day: i64| (name.to_owned(), "membership_years".to_owned(), years, day);
    // Ana's first year ends two days after she wrote; bo left before his ended; cy joined by an act, and has been silent since then.
    assert_eq!(years(&rows, "90d"), [own("ana", 1, 2)]);
    assert_eq!(years(&rows, "2d"), []);
    let back = [&rows[..], &[(400, "cy", "reaction", "")]].concat();
    assert_eq!(years(&back, "90d"), [own("ana", 1, 2), own("cy", 1, 465)]);
    // A year later ana has been silent for 367 days.
    assert_eq!(years(&back, "368d"), [own("ana", 1, 2), own("ana", 2, 367), own("cy", 1, 465)]);
}

#[test]
fn records_of_all_have_no_member() {
    let mut rows: Vec<Row> = (0..5).flat_map(|day| [(day, "ana", "post", "t"), (day, "", "reply", "t")]).collect();
    rows.extend([(5, "ana", "reply", "t"); 2]);
    rows.extend([(5, "", "reply", "t"); 2]);
    let community = Community::builder(frame(&rows)).build().unwrap();
    let options = |floor: u32| json!({"counts": [], "streak_days": [], "streak_weeks": [], "records": "1d", "record_messages": floor});
    let list = found(&compute(&community, options(2)));
    assert_eq!(
        list,
        [(0, String::new(), "team_record_day".to_owned(), 4, 5, None), row(0, "ana", "personal_record_day", 2, 5, 1),]
    );
    assert_eq!(found(&compute(&community, options(4))).len(), 1);
    assert_eq!(found(&compute(&community, options(10))), []);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    for options in [json!({"counts": [0]}), json!({"streak_days": [2, 2]}), json!({"streak_weeks": 0})] {
        let error = crate::parse("engagement.recognition", &options).unwrap_err().to_string();
        assert!(error.contains("must be numbers of 1 or more that differ"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_it_says(
        rows in prop::collection::vec(
            (0i64..40, prop::sample::select(vec!["a", "b", "c", ""]),
             prop::sample::select(vec!["post", "reply", "reply", "reaction", "view"]), prop::sample::select(vec!["t", "u"])),
            1..80,
        ),
    ) {
        let community = Community::builder(frame(&rows)).build().unwrap();
        let options = json!({"every": "1d", "counts": [1, 3, 4], "streak_days": [3, 4], "streak_weeks": [], "records": ["1d"],
            "record_messages": 2, "record_periods": 1});
        let list: BTreeSet<(String, String, i64, i64)> =
            found(&compute(&community, options)).into_iter().map(|r| (r.1, r.2, r.3, r.4)).collect();
        // The definition once more: each message in order, each day on its own.
        let mut naive = BTreeSet::new();
        let mut ordered = rows.clone();
        ordered.sort_by_key(|r| r.0);
        let mut reached: BTreeMap<(String, String, i64), i64> = BTreeMap::new();
        let mut counts: BTreeMap<(&str, &str), i64> = BTreeMap::new();
        let mut asked: Vec<(&str, &str, bool)> = vec![];
        for (day, who, kind, thread) in &ordered {
            let mut bump = |what: &'static str, first: &str, more: &str| {
                let n = counts.entry((*who, what)).or_insert(0);
                *n += 1;
                let name = if *n == 1 { first } else { more };
                if [1, 3, 4].contains(n) && !name.is_empty() && !who.is_empty() {
                    reached.insert(((*who).to_owned(), name.to_owned(), *n), *day);
                }
            };
            match *kind {
                "post" => {
                    bump("post", "first_post", "");
                    bump("message", "", "messages");
                    asked.push((*thread, *who, false));
                }
                "reply" => {
                    bump("reply", "first_reply", "replies");
                    bump("message", "", "messages");
                    for post in &mut asked {
                        if post.0 == *thread && post.1 != *who && !who.is_empty() && !post.2 {
                            post.2 = true;
                            bump("answer", "first_answer", "answers");
                        }
                    }
                }
                _ => {}
            }
        }
        for who in ["a", "b", "c", ""] {
            let of = |kinds: &[&str], day: i64| {
                rows.iter().filter(|r| (r.1 == who || who.is_empty()) && r.0 == day && kinds.contains(&r.2)).count() as i64
            };
            let active = |day: i64| of(&["post", "reply", "reaction"], day) > 0;
            for length in [3, 4] {
                let ends = (length - 1..40).find(|day| (day - length + 1..=*day).all(active));
                if let Some(day) = ends.filter(|_| !who.is_empty()) {
                    reached.insert((who.to_owned(), "streak_days".to_owned(), length), day);
                }
            }
            let messages = |day: i64| of(&["post", "reply"], day);
            for day in 0..40 {
                let before = (0..day).map(messages).max().unwrap_or(0);
                if messages(day) > before && messages(day) >= 2 && (0..day).any(|day| messages(day) > 0) {
                    let name = if who.is_empty() { "team_record_day" } else { "personal_record_day" };
                    reached.insert((who.to_owned(), name.to_owned(), messages(day)), day);
                }
            }
        }
        // Of one day, the greatest.
        for ((who, name, value), day) in &reached {
            let more = reached.iter().any(|((w, n, v), d)| w == who && n == name && v > value && d == day);
            if !more {
                naive.insert((who.clone(), name.clone(), *value, *day));
            }
        }
        prop_assert_eq!(list, naive);
    }
}
