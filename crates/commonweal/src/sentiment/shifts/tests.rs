#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::stats::random::Random;

const HOUR: i64 = 3_600_000_000;
/// Monday, 2026-06-01.
const MONDAY: i64 = 1_780_272_000_000_000;

/// (minute, member, score).
type Said = (i64, String, f64);

fn community(said: &[Said]) -> Community {
    let mut frame = df![
        "time" => said.iter().map(|s| MONDAY + s.0 * HOUR / 60).collect::<Vec<_>>(),
        "member" => said.iter().map(|s| (!s.1.is_empty()).then_some(s.1.as_str())).collect::<Vec<_>>(),
        "kind" => vec!["post"; said.len()],
        "own" => said.iter().map(|s| s.2).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    Community::builder(frame).build().unwrap()
}

fn shifts(said: &[Said], mut options: Value) -> DataFrame {
    options["model"] = json!("own");
    let kpi = crate::parse("sentiment.shifts", &options).expect("options");
    community(said).compute(kpi.as_ref()).expect("a table")
}

fn number(frame: &DataFrame, column: &str, row: usize) -> Option<f64> {
    frame.column(column).unwrap().f64().unwrap().get(row)
}

fn count(frame: &DataFrame, column: &str, row: usize) -> Option<i64> {
    frame.column(column).unwrap().i64().unwrap().get(row)
}

fn instant(frame: &DataFrame, column: &str, row: usize) -> Option<i64> {
    frame.column(column).unwrap().datetime().unwrap().physical().get(row).map(|t| (t - MONDAY) / HOUR)
}

/// So many days of ten votes a day, each by a member of `who`, around a level, which both may depend on the day.
fn days(days: i64, seed: u64, who: impl Fn(i64, u64) -> String, level: impl Fn(i64, &str) -> f64) -> Vec<Said> {
    let mut random = Random::new(seed, 0);
    (0..days)
        .flat_map(|day| (0..10).map(move |vote| (day, vote)))
        .map(|(day, vote)| {
            let name = who(day, random.below(20));
            let noise = 0.3 * (random.unit() - 0.5) * 2.0;
            ((day * 24 + 2 * vote) * 60, name.clone(), (level(day, &name) + noise).clamp(-1.0, 1.0))
        })
        .collect()
}

#[test]
fn one_vote_for_each_author_and_hour() {
    // Ana's three of the first hour are one vote of 0.2; then −1 an hour later, bo's 1, and two unknown ones of 0.5.
    let said = [
        (0, "ana", 0.0),
        (10, "ana", 0.3),
        (59, "ana", 0.3),
        (60, "ana", -1.0),
        (61, "bo", 1.0),
        (61, "", 0.5),
        (70, "", 0.5),
    ];
    let said: Vec<Said> = said.iter().map(|(t, who, x)| (*t, (*who).to_owned(), *x)).collect();
    let found = shifts(&said, json!({}));
    assert_eq!((count(&found, "votes", 0), count(&found, "authors", 0)), (Some(5), Some(4)));
    assert!((number(&found, "after", 0).unwrap() - (0.2 - 1.0 + 1.0 + 0.5 + 0.5) / 5.0).abs() < 1e-9);
    // One day: nothing can be told of changes.
    assert_eq!((found.height(), number(&found, "threshold", 0), number(&found, "size", 0)), (1, None, None));
    assert_eq!(
        (instant(&found, "time", 0), instant(&found, "until", 0), instant(&found, "alarm", 0)),
        (Some(0), Some(1), None)
    );
}

#[test]
fn the_same_people_turn_gloomy() {
    let said = days(120, 1, |_, i| format!("m{i}"), |day, _| if day < 70 { 0.3 } else { -0.1 });
    let found = shifts(&said, json!({}));
    // Chance may add a small one, in one history of twenty.
    assert!((2..=3).contains(&found.height()), "{found:?}");
    let day = |row: &usize| instant(&found, "time", *row).unwrap().abs_diff(70 * 24);
    let at = (1..found.height()).min_by_key(day).unwrap();
    assert!(day(&at) <= 24);
    let of = |name: &str| number(&found, name, at).unwrap();
    let (size, mood, mix) = (of("size"), of("mood"), of("mix"));
    assert!((size + 0.4).abs() < 0.08 && (mood + 0.4).abs() < 0.08 && mix.abs() < 0.05, "{found:?}");
    assert!(of("size_low") < size && size < of("size_high"));
    assert_eq!((count(&found, "stayers", at), of("p_value")), (Some(20), 0.001));
    assert_eq!(number(&found, "before", at), number(&found, "after", at - 1));
}

#[test]
fn complaints_and_praise_are_told_apart() {
    // From day 60 on twice as many complain, and as many more praise: what people say of it is as before on the whole.
    let mut random = Random::new(7, 0);
    let said: Vec<Said> = (0..1_200)
        .map(|vote| {
            let strong = if vote < 600 { 0.15 } else { 0.35 };
            let u = random.unit();
            let score = if u < strong {
                -0.8
            } else if u < 2.0 * strong {
                0.8
            } else {
                0.0
            };
            (vote * 144, format!("m{}", random.below(20)), score)
        })
        .collect();
    let both = shifts(&said, json!({}));
    assert_eq!(both.height(), 1, "{both:?}");
    let [negative, positive] = ["negative", "positive"].map(|side| shifts(&said, json!({"side": side})));
    for (found, sign) in [(&negative, -1.0), (&positive, 1.0)] {
        assert_eq!(found.height(), 2, "{found:?}");
        assert!(instant(found, "time", 1).unwrap().abs_diff(60 * 24) <= 5 * 24);
        assert!((number(found, "size", 1).unwrap() - sign * 0.16).abs() < 0.05, "{found:?}");
    }
    // Without a change the levels of the sides add up to that of both.
    let level = |side: &str| {
        let still = shifts(&said, json!({"side": side, "shortest": 10_000}));
        number(&still, "after", 0).unwrap()
    };
    assert!((level("negative") + level("positive") - level("both")).abs() < 1e-9);
}

#[test]
fn gloomy_people_come() {
    let who = |day: i64, i: u64| if day >= 60 && i < 10 { format!("new{i}") } else { format!("m{i}") };
    let said = days(120, 2, who, |_, name| if name.starts_with("new") { -0.5 } else { 0.2 });
    let found = shifts(&said, json!({}));
    assert_eq!(found.height(), 2, "{found:?}");
    let (mood, mix) = (number(&found, "mood", 1).unwrap(), number(&found, "mix", 1).unwrap());
    assert!(mood.abs() < 0.08 && (mix + 0.35).abs() < 0.08, "{found:?}");
    let [low, high] = ["mood_low", "mood_high"].map(|name| number(&found, name, 1).unwrap());
    assert!(-0.12 < low && low < 0.0 && 0.0 < high && high < 0.12, "{low} {high}");
}

#[test]
fn moods_that_last_make_intervals_wider() {
    // The same days in another order: those of one mood are scattered, or come ten at a time.
    let size = |lasts: bool| {
        let mood = move |day: i64| {
            let place = if lasts { day / 10 } else { day };
            if place % 2 == 0 { 0.06 } else { -0.06 }
        };
        let shifted = |day: i64| if day < 100 { 0.3 } else { -0.3 };
        let said = days(200, 6, |_, i| format!("m{i}"), |day, _| shifted(day) + mood(day));
        let found = shifts(&said, json!({"shortest": 30}));
        let day = |row: &usize| instant(&found, "time", *row).unwrap().abs_diff(100 * 24);
        let at = (1..found.height()).min_by_key(day).unwrap();
        number(&found, "size_high", at).unwrap() - number(&found, "size_low", at).unwrap()
    };
    let (scattered, together) = (size(false), size(true));
    assert!(together > 1.5 * scattered, "{scattered} {together}");
}

#[test]
fn charts_give_an_alarm_soon_after() {
    let said = days(200, 3, |_, i| format!("m{i}"), |day, _| if day < 120 { 0.3 } else { -0.1 });
    for method in ["cusum", "ewma"] {
        let options = json!({"method": method, "reference": 500, "run_length": 20_000});
        let found = shifts(&said, options);
        assert_eq!(found.height(), 2, "{method} {found:?}");
        let (time, alarm) = (instant(&found, "time", 1).unwrap(), instant(&found, "alarm", 1).unwrap());
        // Ten votes a day: a shift of two deviations is told of within a day or three.
        // A chart may have been on its way by chance before that.
        assert!((60 * 24..121 * 24).contains(&time), "{method} {time}");
        assert!((120 * 24..124 * 24).contains(&alarm), "{method} {alarm}");
        let rise = shifts(&said, json!({"method": method, "reference": 500, "run_length": 20_000, "towards": "rise"}));
        assert_eq!(rise.height(), 1, "{method}");
        let short = shifts(&said[..400], json!({"method": method, "reference": 500}));
        assert_eq!((short.height(), number(&short, "threshold", 0)), (1, None));
    }
}

#[test]
fn a_week_of_gloomy_mondays_is_no_shift() {
    let said = days(120, 4, |_, i| format!("m{i}"), |day, _| if day % 7 == 0 { -0.4 } else { 0.2 });
    assert_eq!(shifts(&said, json!({"shortest": 1})).height(), 1);
}

#[test]
fn without_a_change_none_is_found() {
    let quiet = |seed| shifts(&days(90, seed, |_, i| format!("m{i}"), |_, _| 0.1), json!({"draws": 199})).height() - 1;
    let found: usize = (10..50).map(quiet).sum();
    // At 5 %, of 40 histories 2 have one; more than 6 come once in 200.
    assert!(found <= 6, "{found}");
}

#[test]
fn options_that_make_no_sense() {
    for (options, message) in [
        (json!({"shortest": 0}), "shortest must be a number of periods from 1 to 10000, got 0"),
        (json!({"shift": 0.0}), "shift must be above 0 and up to 4 standard deviations, as 0.2, got 0"),
        (json!({"weight": 1.0}), "weight must be between 0 and 1, as 0.01, got 1"),
        (json!({"reference": 1}), "reference must be a number of votes from 20 to 10000000, got 1"),
    ] {
        assert_eq!(crate::parse("sentiment.shifts", &options).expect_err("refused").to_string(), message);
    }
}
