//! Audits, from the draw to the level.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::error::{Error, Result};

const HOUR: i64 = 3_600_000_000;

/// Messages, one an hour, of twenty members: those of every third say something good, with an id or not.
fn community(messages: usize, with_ids: bool) -> Community {
    let mut frame = df![
        "time" => (0..messages as i64).map(|i| i * HOUR).collect::<Vec<_>>(),
        "member" => (0..messages).map(|i| format!("m{}", i * i % 20)).collect::<Vec<_>>(),
        "kind" => vec!["post"; messages],
        "channel" => (0..messages).map(|i| if i % 4 == 0 { "a" } else { "b" }).collect::<Vec<_>>(),
        "text" => (0..messages).map(|i| if i % 3 == 0 { "this is great" } else { "a table" }).collect::<Vec<_>>(),
    ]
    .unwrap();
    if with_ids {
        frame
            .with_column(Column::new("id".into(), (0..messages).map(|i| format!("e{i}")).collect::<Vec<_>>()))
            .unwrap();
    }
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    Community::builder(frame).build().unwrap()
}

fn compute(community: &Community, name: &str, options: Value) -> Result<DataFrame> {
    community.compute(crate::parse(name, &options)?.as_ref())
}

fn ids(sample: &DataFrame) -> Vec<String> {
    sample.column("id").unwrap().str().unwrap().iter().map(|id| id.unwrap().to_owned()).collect()
}

#[test]
fn a_sample_is_drawn_from_each_group() {
    let sample = compute(&community(400, true), "sentiment.audit_sample", json!({"n": 30, "by": "channel"})).unwrap();
    assert_eq!(sample.height(), 60);
    let column = |name: &str| sample.column(name).unwrap().clone();
    let population: Vec<i64> = column("population").i64().unwrap().iter().flatten().collect();
    assert_eq!((population[0], population[59]), (100, 300));
    let probability: Vec<f64> = column("probability").f64().unwrap().iter().flatten().collect();
    assert_eq!((probability[0], probability[59]), (0.3, 0.1));
    assert_eq!(column("label").null_count(), 60);
    let texts = column("text");
    let of = |id: &str| id[1..].parse::<usize>().unwrap();
    for (id, text) in ids(&sample).iter().zip(texts.str().unwrap().iter()) {
        assert_eq!(text, Some(if of(id) % 3 == 0 { "this is great" } else { "a table" }));
    }
}

#[test]
fn who_stops_early_has_a_random_sample_too() {
    let community = community(400, true);
    let draw =
        |n: u32, seed: u64| ids(&compute(&community, "sentiment.audit_sample", json!({"n": n, "seed": seed})).unwrap());
    assert_eq!(draw(50, 3)[..20], draw(20, 3));
    assert_ne!(draw(20, 3), draw(20, 4));
    assert_eq!(draw(1_000, 3).len(), 400);
}

#[test]
fn every_message_is_drawn_as_often() {
    let community = community(60, true);
    let mut drawn = vec![0.0; 60];
    for seed in 0..600 {
        for id in ids(&compute(&community, "sentiment.audit_sample", json!({"n": 15, "seed": seed})).unwrap()) {
            drawn[id[1..].parse::<usize>().unwrap()] += 1.0;
        }
    }
    // 150 each, standard deviation 10.6; χ² of 59 degrees of freedom lies beyond 98 once in a thousand.
    let chi: f64 = drawn.iter().map(|n: &f64| (n - 150.0).powi(2) / (150.0 * 0.75)).sum::<f64>() * 59.0 / 60.0;
    assert!(chi < 98.0, "{chi}");
}

#[test]
fn without_ids_labels_could_not_be_given_back() {
    let error = compute(&community(5, false), "sentiment.audit_sample", json!({})).unwrap_err();
    let message = "sentiment.audit_sample needs an id for every scored message; 5 scored messages have none: number them, as in \
                   events.with_row_index(\"id\"), or leave them out";
    assert_eq!(error.to_string(), message);
}

fn audit(labels: impl Iterator<Item = (usize, &'static str)>) -> Value {
    labels.map(|(i, label)| json!({"id": format!("e{i}"), "label": label})).collect()
}

#[test]
fn an_audit_makes_a_level_of_an_index() {
    // The model takes a third for positive; by hand half of those are, and a tenth of the others is negative.
    let truth = |i: usize| match i % 3 {
        0 if i.is_multiple_of(2) => "positive",
        0 => "neutral",
        _ if i % 10 == 1 => "negative",
        _ => "neutral",
    };
    let community = community(1_200, true);
    let labels = audit((0..1_200).filter(|i| i % 5 != 2).map(|i| (i, truth(i))));
    let found = compute(&community, "sentiment.trend", json!({"every": null, "audit": labels})).unwrap();
    let number = |name: &str| found.column(name).unwrap().f64().unwrap().get(0);
    assert_eq!(found.column("labelled").unwrap().i64().unwrap().get(0), Some(960));
    assert_eq!(found.column("calibrated").unwrap().bool().unwrap().get(0), Some(true));
    // λ = Cov / Var leaves the mean of each of two scores; the labelled hold a third of the positive, as all do.
    assert!((number("positive").unwrap() - 1.0 / 6.0).abs() < 1e-9, "{found:?}");
    assert!(
        number("net_low").unwrap() < number("net").unwrap() && number("net").unwrap() < number("net_high").unwrap()
    );
    let sum: f64 = ["positive", "neutral", "negative"].iter().map(|name| number(name).unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-12);
    assert!((number("net").unwrap() - number("positive").unwrap() + number("negative").unwrap()).abs() < 1e-12);

    let index = compute(&community, "sentiment.trend", json!({"every": null})).unwrap();
    assert_eq!(index.column("positive").unwrap().f64().unwrap().get(0), Some(1.0 / 3.0));
    assert_eq!(index.column("net_low").unwrap().f64().unwrap().get(0), None);
    assert_eq!(index.column("calibrated").unwrap().bool().unwrap().get(0), Some(false));
}

#[test]
fn periods_with_too_few_labels_stay_an_index() {
    // 50 days of 24 messages; the first 9 days are labelled, some of the second week with them.
    let labels = audit((0..216).map(|i| (i, if i % 3 == 0 { "positive" } else { "negative" })));
    let found = compute(&community(1_200, true), "sentiment.trend", json!({"every": "1w", "audit": labels})).unwrap();
    let calibrated: Vec<bool> = found.column("calibrated").unwrap().bool().unwrap().iter().flatten().collect();
    let labelled: Vec<i64> = found.column("labelled").unwrap().i64().unwrap().iter().flatten().collect();
    assert_eq!((labelled[0], labelled[1], labelled[2]), (96, 120, 0));
    assert_eq!(calibrated[..3], [false, true, false]);
}

#[test]
fn audits_that_make_no_sense_are_refused() {
    let parse = |audit: Value| crate::parse("sentiment.trend", &json!({"audit": audit})).unwrap_err().to_string();
    let few = audit((0..99).map(|i| (i, "neutral")));
    assert_eq!(parse(few), "audit must be 100 labelled messages or more, as audit_sample draws them, got 99");
    let twice = audit((0..120).map(|i| (i.max(1), "neutral")));
    assert_eq!(parse(twice), r#"audit must be labels of messages that differ, got "e1" twice"#);
    let mut never = audit((0..120).map(|i| (i, "neutral")));
    never[7]["probability"] = json!(0.0);
    assert_eq!(parse(never), r#"audit must be drawn with a probability from 0.000001 to 1, got 0 for "e7""#);
    let foreign = json!({"audit": audit((5_000..5_200).map(|i| (i, "neutral")))});
    let error = compute(&community(300, true), "sentiment.trend", foreign).unwrap_err();
    assert!(matches!(error, Error::Declined { .. }), "{error}");
}
