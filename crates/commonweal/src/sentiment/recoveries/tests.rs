#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::stats::random::Random;

const HOUR: i64 = 3_600_000_000;

/// Members who vote once an hour: (name, scores).
fn community(members: &[(String, Vec<f64>)]) -> Community {
    let said: Vec<(i64, &str, f64)> = members
        .iter()
        .flat_map(|(name, scores)| scores.iter().enumerate().map(move |(i, x)| (i as i64 * HOUR, name.as_str(), *x)))
        .collect();
    let mut frame = df![
        "time" => said.iter().map(|s| s.0).collect::<Vec<_>>(),
        "member" => said.iter().map(|s| s.1).collect::<Vec<_>>(),
        "kind" => vec!["post"; said.len()],
        "own" => said.iter().map(|s| s.2).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    Community::builder(frame).build().unwrap()
}

fn compute(members: &[(String, Vec<f64>)], mut options: Value) -> DataFrame {
    options["model"] = json!("own");
    let kpi = crate::parse("sentiment.recoveries", &options).expect("options");
    community(members).compute(kpi.as_ref()).expect("a table")
}

fn number(frame: &DataFrame, column: &str, row: usize) -> f64 {
    frame.column(column).unwrap().f64().unwrap().get(row).unwrap()
}

fn counts(frame: &DataFrame, column: &str) -> Vec<i64> {
    frame.column(column).unwrap().i64().unwrap().iter().flatten().collect()
}

/// So many members of 20 votes and more, each of a mood that may change in the middle.
fn members(n: usize, seed: u64, change: impl Fn(usize) -> f64) -> Vec<(String, Vec<f64>)> {
    let mut random = Random::new(seed, 0);
    (0..n)
        .map(|i| {
            let mood = 0.6 * (random.unit() - 0.5);
            let votes = 30 + random.place(20);
            let vote = |at: usize, random: &mut Random| {
                let moved = if at >= votes / 2 { change(i) } else { 0.0 };
                (mood + moved + random.unit() - 0.5).clamp(-1.0, 1.0)
            };
            (format!("m{i}"), (0..votes).map(|at| vote(at, &mut random)).collect())
        })
        .collect()
}

#[test]
fn where_nobody_changes_there_is_no_net() {
    let (mut told, mut far) = (0, 0.0f64);
    for seed in 0..20 {
        let found = compute(&members(200, seed, |_| 0.0), json!({}));
        assert_eq!(found.height(), 9);
        assert_eq!(counts(&found, "members").iter().sum::<i64>(), 200);
        let expected: f64 = (0..9).map(|row| number(&found, "expected", row)).sum();
        assert!((expected - 200.0).abs() < 1e-6);
        told += counts(&found, "changed").iter().sum::<i64>();
        // Gloomy to content.
        far += number(&found, "net", 2);
    }
    // Of the runs a tenth may have a false one.
    assert!(told <= 6, "{told}");
    assert!((far / 20.0).abs() < 1.0, "{far}");
}

#[test]
fn who_turned_is_counted_net_of_chance() {
    // A tenth of the members begin far down and end far up.
    let mut all = members(200, 3, |i| if i % 10 == 0 { 1.2 } else { 0.0 });
    for (i, (_, scores)) in all.iter_mut().enumerate() {
        if i % 10 == 0 {
            let mean = scores[..scores.len() / 2].iter().sum::<f64>() / (scores.len() / 2) as f64;
            scores.iter_mut().for_each(|x| *x = (*x - mean - 0.5).clamp(-1.0, 1.0));
        }
    }
    let found = compute(&all, json!({}));
    let (net, changed) = (number(&found, "net", 2), counts(&found, "changed")[2]);
    assert!((15.0..=21.0).contains(&net) && (17..=21).contains(&changed), "{found:?}");
    assert!(number(&found, "mean_before", 2) < -0.3 && number(&found, "mean_after", 2) > 0.3);
    let share: f64 = (0..3).map(|row| number(&found, "share", row)).sum();
    assert!((share - 1.0).abs() < 1e-12);
}

#[test]
fn who_turns_where_nothing_else_varies_is_sure() {
    let votes = |before: f64, after: f64| [vec![before; 15], vec![after; 16]].concat();
    let of = |n: usize, name: &str, votes: &[f64]| -> Vec<_> {
        (0..n).map(|i| (format!("{name}{i}"), votes.to_vec())).collect()
    };
    let all =
        [of(30, "low", &votes(-1.0, -1.0)), of(30, "high", &votes(1.0, 1.0)), of(10, "turned", &votes(-1.0, 1.0))];
    let found = compute(&all.concat(), json!({}));
    assert_eq!(counts(&found, "changed"), [0, 0, 10, 0, 0, 0, 0, 0, 0]);
    // Means of the same votes are the same, and no rounding is a change.
    let still = [of(30, "a", &votes(0.1, 0.1)), of(30, "b", &votes(-0.3, -0.3)), of(30, "c", &votes(0.7, 0.7))];
    let found = compute(&still.concat(), json!({}));
    assert_eq!(counts(&found, "changed").iter().sum::<i64>(), 0);
}

#[test]
fn votes_that_rarely_vary_make_no_change_sure() {
    let mut told = 0;
    for seed in 0..20 {
        let mut random = Random::new(seed, 1);
        let level = |random: &mut Random| [-1.0, 0.0, 1.0][random.place(3)];
        let all: Vec<(String, Vec<f64>)> = (0..200)
            .map(|i| {
                let own = level(&mut random);
                let votes = 30 + random.place(50);
                let vote = |random: &mut Random| if random.unit() < 0.005 { level(random) } else { own };
                (format!("m{i}"), (0..votes).map(|_| vote(&mut random)).collect())
            })
            .collect();
        told += counts(&compute(&all, json!({})), "changed").iter().sum::<i64>();
    }
    assert!(told <= 4, "{told}");
}

#[test]
fn where_members_are_alike_net_is_nought_and_not_nearly() {
    let alike: Vec<(String, Vec<f64>)> = (0..97).map(|i| (format!("m{i}"), [0.1, -0.2, 0.3].repeat(11))).collect();
    let found = compute(&alike, json!({}));
    assert_eq!(counts(&found, "members")[4], 97);
    assert!((0..9).all(|row| number(&found, "net", row) == 0.0), "{found:?}");
}

#[test]
fn who_says_little_is_not_looked_at() {
    let few: Vec<(String, Vec<f64>)> = vec![("a".to_owned(), vec![0.1; 29]), ("b".to_owned(), vec![0.1; 3])];
    assert_eq!(compute(&few, json!({})).height(), 0);
    let found = compute(&few, json!({"least": 14}));
    // One member, whose votes do not differ: between.
    assert_eq!(counts(&found, "members"), [0, 0, 0, 0, 1, 0, 0, 0, 0]);
    let error = crate::parse("sentiment.recoveries", &json!({"false_share": 0.0})).unwrap_err().to_string();
    assert_eq!(error, "false_share must be between 0 and 1, as 0.1, got 0");
}
