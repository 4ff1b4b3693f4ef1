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

/// (day after the Monday, member, id of the message, days until another likes it; none for never)
type Message = (i64, &'static str, u32, Option<i64>);

/// Messages at noon, each a thread of its own, and the likes that come to them an hour later or more.
fn community(rows: &[Message], days: i64) -> Community {
    let likes = rows.iter().filter_map(|r| r.3.map(|after| (r, after)));
    let (mut time, mut member, mut kind, mut id, mut parent) = (vec![], vec![], vec![], vec![], vec![]);
    for (row, after) in rows.iter().map(|r| (r, None)).chain(likes.map(|(r, after)| (r, Some(after)))) {
        time.push(MONDAY + row.0 * DAY + 12 * HOUR + after.map_or(0, |after| after * DAY + HOUR));
        member.push(if after.is_some() { "fan" } else { row.1 });
        kind.push(if after.is_some() { "reaction" } else { "post" });
        id.push(after.is_none().then(|| format!("e{}", row.2)));
        parent.push(after.map(|_| format!("e{}", row.2)));
    }
    let mut frame = df!["time" => time, "member" => member, "kind" => kind, "id" => id, "parent" => parent].unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    frame.with_column(frame.column("time").unwrap().cast(&utc).unwrap()).unwrap();
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + days * DAY).unwrap();
    Community::builder(frame).as_of(end).build().unwrap()
}

fn compute(community: &Community, options: Value) -> crate::Result<DataFrame> {
    community.compute(crate::parse("engagement.recognition_effect", &options)?.as_ref())
}

fn counts(table: &DataFrame) -> [i64; 7] {
    ["recognitions", "early", "censored", "unmatched", "matched", "controls", "control_members"]
        .map(|name| table.column(name).unwrap().i64().unwrap().get(0).unwrap())
}

fn number(table: &DataFrame, name: &str) -> Option<f64> {
    table.column(name).unwrap().f64().unwrap().get(0)
}

#[test]
fn a_difference_counted_by_hand() {
    // All write on days 10 and 20; ana and bo are liked on the second, and write on two days, and one, after it; cy and di on one and none.
    let mut rows = vec![(0, "old", 0, None)];
    let mut id = 0;
    for (name, liked, after) in
        [("ana", true, vec![25, 26]), ("bo", true, vec![29]), ("cy", false, vec![24]), ("di", false, vec![])]
    {
        for day in [10, 20].into_iter().chain(after) {
            id += 1;
            rows.push((day, name, id, (liked && day == 20).then_some(0)));
        }
    }
    let found = compute(&community(&rows, 60), json!({"within": "10d"})).unwrap();
    assert_eq!(counts(&found), [2, 0, 0, 0, 2, 2, 2]);
    let means = ["treated_before", "treated_after", "control_before", "control_after", "before_after", "difference"];
    assert_eq!(means.map(|name| number(&found, name)), [1.0, 1.5, 1.0, 0.5, 0.5, 1.0].map(Some));
    // Before that all were silent: on one path.
    assert_eq!(number(&found, "pre_trend"), Some(0.0));
    assert!(number(&found, "difference_low").unwrap() < 1.0 && number(&found, "difference_high").unwrap() > 1.0);
    let messages = compute(&community(&rows, 60), json!({"within": "10d", "outcome": "messages"})).unwrap();
    assert_eq!(number(&messages, "difference"), Some(1.0));
}

#[test]
fn what_is_too_early_or_too_late_is_left_out_and_counted() {
    let mut rows = vec![(0, "ana", 0, Some(0)), (15, "bo", 1, Some(0)), (15, "cy", 2, None), (23, "di", 3, Some(0))];
    rows.extend([(15, "ed", 4, Some(2)), (15, "fay", 5, Some(1)), (16, "fay", 6, Some(0)), (17, "gus", 7, Some(0))]);
    // Ana's like comes too early, di's too late. Bo, fay (the first of two, a day later) and gus are matched with cy, and with ed, whose
    // like came after the landmark.
    let found = compute(&community(&rows, 30), json!({"within": "10d"})).unwrap();
    assert_eq!(counts(&found), [5, 1, 1, 0, 3, 2, 2]);
    let later = compute(&community(&rows, 30), json!({"within": "10d", "landmark": "2d"})).unwrap();
    assert_eq!(counts(&later), [6, 1, 1, 0, 4, 1, 1]);
    // Only days that are over are watched: the last of di's is day 34.
    let watched = |days: i64| counts(&compute(&community(&rows, days), json!({"within": "10d"})).unwrap())[2];
    assert_eq!((watched(34), watched(35)), (1, 0));
}

#[test]
fn later_recognitions_count_where_asked_for() {
    let mut rows = vec![(0, "old", 0, None), (40, "ana", 1, Some(0)), (45, "ana", 2, Some(0)), (80, "ana", 3, Some(0))];
    rows.extend([(40, "bo", 4, None), (80, "bo", 5, None)]);
    let of = |first: bool| counts(&compute(&community(&rows, 120), json!({"within": "10d", "first": first})).unwrap());
    assert_eq!((of(true)[0], of(false)[0]), (1, 2));
}

#[test]
fn it_declines_where_there_is_nothing_to_match() {
    let none = community(&[(0, "ana", 0, None), (1, "ana", 1, None)], 100);
    assert_eq!(
        compute(&none, json!({})).unwrap_err().to_string(),
        "engagement.recognition_effect needs messages recognised (reaction) by another member within 1d; found: 0 on a message of a \
         member, 0 on none on record, 0 on the author's own, 0 by unknown authors, 0 without a time of their own; recognition=, \
         anonymous= and inherited= say what counts"
    );
    let own = community(&[(0, "fan", 0, Some(0)), (1, "ana", 1, None)], 100);
    assert!(compute(&own, json!({})).unwrap_err().to_string().contains("1 on the author's own"));
    let alone = community(&[(0, "old", 0, None), (40, "ana", 1, Some(0))], 100);
    let message = compute(&alone, json!({})).unwrap_err().to_string();
    assert!(
        message.contains("of 1 recognised, 0 come too early, 0 too late, and 1 have nobody like them"),
        "{message}"
    );
    assert_eq!(compute(&community(&[], 1), json!({})).unwrap().height(), 0);
    for (options, start) in [
        (json!({"within": "36h"}), "within must be whole days"),
        (json!({"recognition": "view"}), "recognition must be one of \"reaction\""),
        (json!({"recognition": []}), "recognition must be one of \"reaction\""),
    ] {
        let message = compute(&own, options).unwrap_err().to_string();
        assert!(message.starts_with(start), "{message}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_it_says(
        drawn in prop::collection::vec((0i64..60, 0usize..6, prop::option::weighted(0.3, 0i64..4)), 20..120),
        first in any::<bool>(),
    ) {
        let names = ["a", "b", "c", "d", "e", "f"];
        let rows: Vec<Message> =
            drawn.iter().enumerate().map(|(i, (day, who, like))| {
                (*day, names[*who], i as u32, like.filter(|after| day + after < 60))
            }).collect();
        let found = compute(&community(&rows, 60), json!({"within": "7d", "adjust_every": "1mo", "first": first}));
        let start = rows.iter().map(|r| r.0).min().unwrap();
        // The definition once more, day by day.
        let mut strata: BTreeMap<_, [Vec<(&str, f64, Option<f64>)>; 2]> = BTreeMap::new();
        let mut left = [0, 0];
        for name in names {
            let own: Vec<&Message> = rows.iter().filter(|r| r.1 == name).collect();
            // The fan's likes make nobody else active.
            let days: BTreeSet<i64> = own.iter().map(|r| r.0).collect();
            let active = |from: i64, until: i64| days.range(from..until).count();
            for day in &days {
                let liked = |d: i64| own.iter().filter(|r| r.0 == d).filter_map(|r| r.3.map(|after| r.0 + after)).min();
                let before = days.range(..day).filter_map(|d| liked(*d));
                if before.into_iter().any(|on| on <= day + 1 && (first || on >= day - 7)) {
                    continue;
                }
                let treated = liked(*day).is_some_and(|on| on <= day + 1);
                if day - 7 < start {
                    left[0] += i64::from(treated);
                } else if day + 1 + 7 > 59 {
                    left[1] += i64::from(treated);
                } else {
                    let count = |from: i64, until: i64| own.iter().filter(|r| r.0 >= from && r.0 < until).count();
                    let bin = |n: usize| if n == 0 { 0 } else { n.ilog2() + 1 };
                    // June has 30 days.
                    let own_past = bin(active(-1, day - 7)).div_ceil(2);
                    let key = (day / 30, bin(active(day - 7, *day)), bin(count(day - 7, *day)), bin(count(*day, day + 1)), own_past);
                    let now = active(day - 7, *day) as f64;
                    let change = active(day + 2, day + 9) as f64 - now;
                    let trend = (day - 14 >= start).then(|| now - active(day - 14, day - 7) as f64);
                    strata.entry(key).or_default()[usize::from(!treated)].push((name, change, trend));
                }
            }
        }
        let matched: Vec<_> = strata.values().filter(|[t, c]| !t.is_empty() && !c.is_empty()).collect();
        let n: usize = matched.iter().map(|[t, _]| t.len()).sum();
        let alone: usize = strata.values().filter(|[_, c]| c.is_empty()).map(|[t, _]| t.len()).sum();
        if n == 0 {
            prop_assert!(found.is_err());
            return Ok(());
        }
        let found = found.unwrap();
        let controls: usize = matched.iter().map(|[_, c]| c.len()).sum();
        let who: BTreeSet<&str> = matched.iter().flat_map(|[_, c]| c).map(|c| c.0).collect();
        let [all, early, censored] = [left[0] + left[1] + (n + alone) as i64, left[0], left[1]];
        prop_assert_eq!(counts(&found), [all, early, censored, alone as i64, n as i64, controls as i64, who.len() as i64]);
        let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
        let difference: f64 = matched.iter().map(|[t, c]| {
            let of = |e: &Vec<(&str, f64, Option<f64>)>| e.iter().map(|e| e.1).collect::<Vec<_>>();
            t.len() as f64 * (mean(&of(t)) - mean(&of(c)))
        }).sum::<f64>() / n as f64;
        prop_assert!((number(&found, "difference").unwrap() - difference).abs() < 1e-9);
        let (mut trend, mut weight) = (0.0, 0.0);
        for [t, c] in &matched {
            let of = |e: &Vec<(&str, f64, Option<f64>)>| e.iter().filter_map(|e| e.2).collect::<Vec<_>>();
            let (t, c) = (of(t), of(c));
            if !t.is_empty() && !c.is_empty() {
                trend += t.len() as f64 * (mean(&t) - mean(&c));
                weight += t.len() as f64;
            }
        }
        let trend = (weight > 0.0).then(|| trend / weight);
        let same = match (number(&found, "pre_trend"), trend) {
            (Some(a), Some(b)) => (a - b).abs() < 1e-9,
            (a, b) => a == b,
        };
        prop_assert!(same);
    }
}
