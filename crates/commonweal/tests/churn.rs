//! Who has gone quiet, in a community whose habits are known.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use chrono::DateTime;
use commonweal::{Churn, Community, Scope, Span};
use polars::prelude::*;

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC, day 0
const START_DATE: i32 = 20_458;
const SEEN: i64 = 200;

/// Twelve who came every day and stopped one after the other, one who comes every tenth day, forty who came once.
fn habits() -> Vec<(String, Vec<i64>)> {
    let stopped = (0..12).map(|i| (format!("daily{i:02}"), (0..40 + 14 * i).collect()));
    let seldom = ("seldom".to_owned(), (0..SEEN).step_by(10).collect());
    let once = (0..40).map(|i| (format!("once{i:02}"), vec![4 * i]));
    stopped.chain([seldom]).chain(once).collect()
}

fn community() -> Community {
    let (mut time, mut member, mut circle) = (vec![], vec![], vec![]);
    for (name, days) in habits() {
        for day in days {
            time.push(START + day * DAY + DAY / 2);
            circle.push(if name.starts_with("once") { "guests" } else { "regulars" });
            member.push(name.clone());
        }
    }
    let mut events = df!["kind" => vec!["post"; time.len()], "time" => time, "member" => member, "circle" => circle]
        .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").unwrap().cast(&utc).unwrap();
    events.with_column(time).unwrap();
    Community::builder(events).as_of(DateTime::from_timestamp_micros(START + SEEN * DAY).unwrap()).build().unwrap()
}

fn row(table: &DataFrame, name: &str) -> usize {
    table.column("member").unwrap().str().unwrap().iter().position(|m| m == Some(name)).expect("listed")
}

fn days(table: &DataFrame, column: &str, name: &str) -> Option<i64> {
    let micros = table.column(column).unwrap().duration().unwrap().physical().get(row(table, name));
    micros.map(|micros| micros / DAY)
}

fn chance(table: &DataFrame, name: &str) -> f64 {
    table.column("p_return").unwrap().f64().unwrap().get(row(table, name)).unwrap()
}

#[test]
fn what_was_observed_of_each() {
    let table = community().compute(&Churn::default()).expect("a table");
    assert_eq!(table.height(), 53);
    // Day 199 is the last that was seen: observation ends with its end.
    assert_eq!((days(&table, "silent", "seldom"), days(&table, "usual_gap", "seldom")), (Some(9), Some(10)));
    assert_eq!((days(&table, "silent", "daily00"), days(&table, "usual_gap", "daily00")), (Some(160), Some(1)));
    assert_eq!((days(&table, "silent", "once39"), days(&table, "usual_gap", "once39")), (Some(199 - 156), None));
    let active = table.column("active_days").unwrap().i64().unwrap();
    assert_eq!((active.get(row(&table, "seldom")), active.get(row(&table, "daily11"))), (Some(20), Some(194)));
    let last = table.column("last_active").unwrap().date().unwrap().physical().get(row(&table, "seldom"));
    assert_eq!(last, Some(START_DATE + 190));
}

#[test]
fn silence_lowers_the_chance_and_a_habit_raises_it() {
    let table = community().compute(&Churn::default()).expect("a table");
    assert!(chance(&table, "seldom") > chance(&table, "once39"));
    assert!(chance(&table, "daily11") > chance(&table, "daily09"));
    assert!(chance(&table, "daily09") > chance(&table, "daily02"));
    assert!(chance(&table, "once00") < chance(&table, "once39"));
    let risk = table.column("risk").unwrap().f64().unwrap().get(row(&table, "seldom")).unwrap();
    assert!((risk + chance(&table, "seldom") - 1.0).abs() < 1e-15);
}

#[test]
fn thresholds_are_open_and_those_at_risk_come_first() {
    let kpi = Churn { at_risk_below: 0.6, lost_below: 0.01, regular_from: 20, ..Churn::default() };
    let table = community().compute(&kpi).expect("a table");
    let flags: Vec<bool> = table.column("at_risk").unwrap().bool().unwrap().iter().flatten().collect();
    let p: Vec<f64> = table.column("p_return").unwrap().f64().unwrap().iter().flatten().collect();
    let active: Vec<i64> = table.column("active_days").unwrap().i64().unwrap().iter().flatten().collect();
    for i in 0..flags.len() {
        assert_eq!(flags[i], active[i] >= 20 && p[i] < 0.6 && p[i] >= 0.01);
    }
    let at_risk = flags.iter().filter(|flag| **flag).count();
    assert!(at_risk > 1 && at_risk < flags.len() && flags[..at_risk].iter().all(|flag| *flag));
    let weight: Vec<f64> = active.iter().zip(&p).map(|(days, p)| *days as f64 * p).collect();
    assert!(weight[..at_risk].is_sorted_by(|a, b| a >= b) && weight[at_risk..].is_sorted_by(|a, b| a >= b));
    let only = community().compute(&Churn { only_at_risk: true, top: Some(2), ..kpi }).expect("a table");
    assert!(only.equals_missing(&table.head(Some(2))));
}

#[test]
fn groups_share_the_weights_and_small_ones_are_hidden() {
    let community = community();
    let all = community.compute(&Churn::default()).expect("a table");
    let by = Churn { scope: Scope::by(["circle"]), ..Churn::default() };
    let grouped = community.compute(&by).expect("a table");
    for name in ["daily05", "seldom", "once20"] {
        assert!((chance(&all, name) / chance(&grouped, name) - 1.0).abs() < 1e-9, "{name}");
    }
    let circles: Vec<_> = grouped.column("circle").unwrap().str().unwrap().iter().flatten().collect();
    assert!(circles[..40].iter().all(|circle| *circle == "guests") && circles[40] == "regulars");
    let scope = Scope { min_group: 20, ..Scope::by(["circle"]) };
    // The small one takes the other with it, else it could be had from all.
    let hidden = community.compute(&Churn { scope, top: Some(3), ..Churn::default() }).expect("a table");
    assert_eq!(hidden.height(), 2);
    assert_eq!(hidden.column("member").unwrap().null_count(), 2);
    assert_eq!(hidden.column("p_return").unwrap().null_count(), 2);
}

#[test]
fn a_past_that_is_too_short_is_no_past() {
    let error = community().compute(&Churn { horizon: Span::days(100), ..Churn::default() }).expect_err("200 days");
    assert_eq!(
        error.to_string(),
        "adoption.churn needs 201 days of activity, to look back and see who returned within 100d; there are 200: take a shorter \
         horizon, or observe for longer"
    );
    let error = community().compute(&Churn { horizon: Span::days(90), ..Churn::default() }).expect_err("few ends");
    assert!(error.to_string().contains("needs 20 looks back that saw a return within 90d"), "{error}");
    for kpi in [
        Churn { horizon: Span::hours(5), ..Churn::default() },
        Churn { at_risk_below: 1.5, ..Churn::default() },
        Churn { lost_below: 0.7, ..Churn::default() },
        Churn { top: Some(0), ..Churn::default() },
    ] {
        assert!(matches!(community().compute(&kpi), Err(commonweal::Error::InvalidOption { .. })));
    }
}

#[test]
fn of_nobody_there_is_an_empty_table() {
    let nobody = community().filter(&BooleanChunked::full("".into(), false, community().n_events())).unwrap();
    let table = nobody.compute(&Churn::default()).expect("a table");
    assert_eq!((table.height(), table.width()), (0, 8));
}
