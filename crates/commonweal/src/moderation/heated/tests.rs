#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::error::Result;

const HOUR: i64 = 3_600_000_000;

/// (hour, member, thread, text).
type Said<'a> = (i64, &'a str, &'a str, &'a str);

fn community(said: &[Said<'_>]) -> Community {
    let text =
        |f: fn(&Said<'_>) -> String| said.iter().map(f).map(|s| (!s.is_empty()).then_some(s)).collect::<Vec<_>>();
    let mut frame = df![
        "time" => said.iter().map(|s| 1_780_272_000_000_000 + s.0 * HOUR).collect::<Vec<_>>(),
        "member" => text(|s| s.1.to_owned()),
        "kind" => vec!["post"; said.len()],
        "id" => (0..said.len()).map(|i| format!("e{i}")).collect::<Vec<_>>(),
        "thread" => text(|s| s.2.to_owned()),
        "text" => text(|s| s.3.to_owned()),
        "channel" => text(|s| if s.2 < "t3" { "x".to_owned() } else { "y".to_owned() }),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    Community::builder(frame).build().unwrap()
}

fn heated(said: &[Said<'_>], options: Value) -> Result<DataFrame> {
    community(said).compute(crate::parse("moderation.heated", &options)?.as_ref())
}

fn text(frame: &DataFrame, column: &str, row: usize) -> Option<String> {
    frame.column(column).unwrap().str().unwrap().get(row).map(str::to_owned)
}

fn number(frame: &DataFrame, column: &str, row: usize) -> Option<f64> {
    frame.column(column).unwrap().f64().unwrap().get(row)
}

const TALK: [Said<'_>; 8] = [
    (0, "ana", "t1", "The build of the parser fails on the second machine"),
    (1, "bo", "t1", "It works for me with the new release"),
    (2, "ana", "t1", "Thanks, the release works"),
    (3, "cy", "t2", "The parser is slow"),
    (4, "dee", "t2", "You are a horrible liar and your parser is stupid"),
    (5, "cy", "t2", "The parser is slow, read the numbers"),
    (6, "dee", "t2", "You never read your own awful numbers, you fool"),
    (7, "eve", "t3", "You are an idiot"),
];

#[test]
fn the_quarrel_comes_first() {
    let found = heated(&TALK, json!({})).unwrap();
    // Who talks alone quarrels with nobody.
    assert_eq!(found.height(), 2);
    assert_eq!((text(&found, "thread", 0).as_deref(), text(&found, "thread", 1).as_deref()), (Some("t2"), Some("t1")));
    assert_eq!(text(&found, "opener", 0).as_deref(), Some("The parser is slow"));
    let vader = |text| -commonweal_text::vader::score(text).compound;
    let (first, second) = (vader(TALK[4].3), vader(TALK[6].3));
    let worst = if first >= second { 4 } else { 6 };
    assert_eq!(
        (text(&found, "message", 0), text(&found, "span", 0).as_deref()),
        (Some(format!("e{worst}")), Some(TALK[worst].3))
    );
    // Words: 4, 10, 7, 9; of the second person: 2 and 3.
    assert!((number(&found, "second_person", 0).unwrap() - 5.0 / 30.0).abs() < 1e-12);
    assert!((number(&found, "directed", 0).unwrap() - (first + second) / 4.0).abs() < 1e-6);
    // The third and the fourth speak after two.
    assert_eq!(number(&found, "alternation", 0), Some(0.5));
    assert_eq!(text(&found, "span", 1), None);
}

#[test]
fn heat_by_hand() {
    // r, d and a of each message; heat of t2 is Σ z / √(3 (4 + 5)).
    let found = heated(&TALK, json!({})).unwrap();
    let r = [0.0, 0.0, 0.0, 0.0, 2.0 / 20.0, 0.0, 3.0 / 19.0, 1.0 / 14.0];
    let d: Vec<f64> = TALK
        .iter()
        .map(|s| if s.3.contains("You") { -commonweal_text::vader::score(s.3).compound } else { 0.0 })
        .collect();
    let z = |values: &[f64]| {
        let mean = values.iter().sum::<f64>() / 8.0;
        let deviation = (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 8.0).sqrt();
        values[3..7].iter().map(|x| (x - mean) / deviation).sum::<f64>()
    };
    let mut model = commonweal_text::model::Scorer::new(commonweal_text::model::Profile::general().unwrap());
    let mut attack = |text| model.score(text).map_or(0.0, |s| commonweal_text::model::Scores::number(s.attack));
    let a: Vec<f64> = TALK.iter().map(|s| attack(s.3)).collect();
    let heat = (z(&r) + z(&d) + z(&a)) / 27.0f64.sqrt();
    assert!((number(&found, "heat", 0).unwrap() - heat).abs() < 1e-4, "{heat} {found:?}");
}

#[test]
fn who_says_the_same_again_repeats() {
    // Cy: "parser slow", then "parser slow read numbers": 2 of 4 + 10. Dee: 2 terms of 5 + 10, maybe; by the terms that they use.
    let found = heated(&TALK, json!({})).unwrap();
    let share = |before: &str, now: &str| {
        let of = |text: &str| {
            let mut found = std::collections::BTreeSet::new();
            commonweal_text::terms::each(text, |term| {
                found.insert(term.to_owned());
            });
            found
        };
        let (before, now) = (of(before), of(now));
        now.intersection(&before).count() as f64 / (now.len() as f64 + 10.0)
    };
    let expected = (share(TALK[3].3, TALK[5].3) + share(TALK[4].3, TALK[6].3)) / 2.0;
    assert!(expected > 0.05 && (number(&found, "repetition", 0).unwrap() - expected).abs() < 1e-6, "{expected}");
    // One who brings a link repeats nothing.
    let linked = [(0, "a", "t", "slow parser"), (1, "b", "t", "no"), (2, "a", "t", "slow parser https://example.org")];
    assert_eq!(number(&heated(&linked, json!({})).unwrap(), "repetition", 0), Some(0.0));
}

#[test]
fn the_window_and_the_groups() {
    assert_eq!(heated(&TALK, json!({"window": "4h"})).unwrap().height(), 1);
    let by = heated(&TALK, json!({"by": "channel", "authors": 1})).unwrap();
    let channels: Vec<Option<String>> = (0..by.height()).map(|row| text(&by, "channel", row)).collect();
    assert_eq!(channels, [Some("x".to_owned()), Some("x".to_owned()), Some("y".to_owned())]);
}

#[test]
fn without_threads_there_is_no_queue() {
    let said = [(0, "ana", "", "You are bad"), (1, "bo", "", "So are you")];
    let mut frame = community(&said).events().clone();
    frame = frame.drop("id").unwrap().drop("thread").unwrap();
    let community = Community::builder(frame).build().unwrap();
    let error = community.compute(crate::parse("moderation.heated", &json!({})).unwrap().as_ref()).unwrap_err();
    let message = "moderation.heated needs messages with text in threads; there is none: give the events the columns text and thread";
    assert_eq!(error.to_string(), message);
    let error = crate::parse("moderation.heated", &json!({"top": 0})).unwrap_err();
    assert_eq!(error.to_string(), "top must be a number of threads from 1 to 1000000, got 0");
}
