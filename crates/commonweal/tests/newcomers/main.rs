//! Activation, funnel and the return of newcomers: by hand, and against their definitions read slowly.
#![allow(clippy::expect_used, clippy::unwrap_used)]
mod activation;
mod definitions;
mod returns;

use commonweal::{Activation, Community, Error, Funnel, Scope};
use polars::prelude::*;
use serde_json::json;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC

/// Hour, member, kind, thread, id, parent.
type Row = (i64, Option<&'static str>, &'static str, Option<&'static str>, Option<String>, Option<String>);

fn instants(mut frame: DataFrame, columns: &[&str]) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for column in columns {
        let cast = frame.column(column).expect("there").cast(&utc).expect("a cast of integers");
        frame.with_column(cast).expect("a column of this length");
    }
    frame
}

fn frame(rows: &[Row]) -> DataFrame {
    let frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * HOUR).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        "id" => rows.iter().map(|r| r.4.clone()).collect::<Vec<_>>(),
        "parent" => rows.iter().map(|r| r.5.clone()).collect::<Vec<_>>(),
    ];
    instants(frame.expect("columns of one length"), &["time"])
}

/// (hour, member, kind, thread), no ids.
fn simple(rows: &[(i64, &'static str, &'static str, &'static str)]) -> DataFrame {
    frame(&rows.iter().map(|r| (r.0, Some(r.1), r.2, Some(r.3), None, None)).collect::<Vec<_>>())
}

/// Member, joined and left in hours.
fn members(rows: &[(&str, Option<i64>, Option<i64>)]) -> DataFrame {
    let hours = |h: Option<i64>| h.map(|h| MONDAY + h * HOUR);
    let frame = df![
        "member" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "joined" => rows.iter().map(|r| hours(r.1)).collect::<Vec<_>>(),
        "left" => rows.iter().map(|r| hours(r.2)).collect::<Vec<_>>(),
        "unit" => rows.iter().map(|r| if r.0 < "c" { "x" } else { "y" }).collect::<Vec<_>>(),
    ];
    instants(frame.expect("columns of one length"), &["joined", "left"])
}

fn at(hour: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(MONDAY + hour * HOUR).expect("a time")
}

fn community(events: DataFrame, people: Option<DataFrame>, as_of: i64) -> Community {
    let builder = Community::builder(events).as_of(at(as_of));
    match people {
        Some(people) => builder.members(people).build().expect("valid"),
        None => builder.build().expect("valid"),
    }
}

fn count(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).expect(column).i64().expect("counts").iter().collect()
}

fn number(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).expect(column).f64().expect("numbers").iter().collect()
}

fn hours(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    let micros = frame.column(column).expect(column).cast(&DataType::Int64).expect("a length");
    micros.i64().expect("a length").iter().map(|t| t.map(|t| t as f64 / HOUR as f64)).collect()
}

#[test]
fn what_cannot_be_had_is_declined() {
    let events = simple(&[(2, "ana", "post", "t"), (3, "bo", "reply", "t")]);
    let without = community(events.clone(), None, 10);
    let error = without.compute(&Activation::default()).expect_err("nothing tells when they joined");
    assert!(matches!(error, Error::Declined { .. }));
    assert_eq!(
        error.to_string(),
        "adoption.activation needs to know when members joined: a members table with times in a column joined, or events of kind join; \
         there is neither for any of the 2 members"
    );
    assert!(without.compute(&Funnel::default()).is_err());
    let nobody = community(simple(&[]), None, 10).compute(&Activation::default()).expect("nobody, nothing");
    assert_eq!(nobody.height(), 0);
    let listed = community(events, Some(members(&[("ana", Some(0), None)])), 10);
    let kpi = commonweal::parse("adoption.activation", &json!({"event": "view"})).expect("a KPI");
    let message = listed.compute(kpi.as_ref()).expect_err("no views").to_string();
    assert!(message.contains("\"view\" it may not; no member has one on record"), "{message}");
    let by = Activation { scope: Scope::by(["thread"]), ..Activation::default() };
    let message = listed.compute(&by).expect_err("a column of the events").to_string();
    assert!(message.starts_with("by must be columns of the members"), "{message}");
    for (options, what) in [
        (json!({"steps": ["join"]}), "two steps or more"),
        (json!({"steps": ["post", "join"]}), "is the first"),
        (json!({"steps": ["join", "post", "post"]}), "\"post\" twice"),
        (json!({"steps": ["join", "dance"]}), "\"contribution\", \"message\""),
    ] {
        let message = commonweal::parse("adoption.funnel", &options).expect_err("wrong steps").to_string();
        assert!(message.contains(what), "{message}");
    }
    let message = commonweal::parse("response.retention_effect", &json!({"within": "2h", "landmark": "1h"}))
        .expect_err("too soon");
    assert!(message.to_string().starts_with("landmark must be no less than within, 2h"), "{message}");
}
