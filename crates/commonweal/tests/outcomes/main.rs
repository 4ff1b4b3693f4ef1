//! Who answers first, and against whom: on tables that can be counted by hand, and against naive definitions.
#![allow(clippy::expect_used, clippy::unwrap_used)]
mod compare;
mod resolution;
mod responders;

use commonweal::Community;
use polars::prelude::*;
use serde_json::Value;

const HOUR: i64 = 3_600_000_000;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC

/// Hours after Monday, member, kind, thread.
type Act<'a> = (i64, Option<&'a str>, &'a str, &'a str);

fn frame(acts: &[Act<'_>]) -> DataFrame {
    let mut frame = df![
        "time" => acts.iter().map(|a| MONDAY + a.0 * HOUR).collect::<Vec<_>>(),
        "member" => acts.iter().map(|a| a.1).collect::<Vec<_>>(),
        "kind" => acts.iter().map(|a| a.2).collect::<Vec<_>>(),
        "thread" => acts.iter().map(|a| a.3).collect::<Vec<_>>(),
        "channel" => acts.iter().map(|a| if a.3 < "m" { "help" } else { "talk" }).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").expect("time").cast(&utc).expect("a cast of integers");
    frame.with_column(time).expect("a column of this length");
    frame
}

fn people() -> DataFrame {
    df!["member" => ["sam", "sue", "robo"], "role" => ["staff", "staff", "bot"]].expect("columns of one length")
}

/// The table of a KPI at the end of hour `as_of`.
fn table(acts: &[Act<'_>], as_of: i64, name: &str, options: Value) -> DataFrame {
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + as_of * HOUR).expect("a time");
    let community = Community::builder(frame(acts)).members(people()).as_of(end).build().expect("valid events");
    let kpi = commonweal::parse(name, &options).expect("valid options");
    community.compute(kpi.as_ref()).expect("a table")
}

fn texts(table: &DataFrame, column: &str) -> Vec<String> {
    let column = table.column(column).expect("there").str().expect("text").clone();
    column.iter().map(|text| text.unwrap_or("-").to_owned()).collect()
}

fn counts(table: &DataFrame, column: &str) -> Vec<i64> {
    table.column(column).expect("there").i64().expect("counts").iter().map(|n| n.unwrap_or(-1)).collect()
}

fn numbers(table: &DataFrame, column: &str) -> Vec<f64> {
    table.column(column).expect("there").f64().expect("numbers").iter().map(|n| n.unwrap_or(f64::NAN)).collect()
}

fn hours(table: &DataFrame, column: &str) -> Vec<f64> {
    let column = table.column(column).expect("there").duration().expect("durations").physical().clone();
    column.iter().map(|length| length.map_or(f64::NAN, |length| length as f64 / HOUR as f64)).collect()
}

/// Five posts: answered by sam (staff), by pia, by a bot and then pia, by nobody, and by two at once after a reply to oneself.
const ACTS: [Act<'static>; 13] = [
    (0, Some("ana"), "post", "a"),
    (2, Some("sam"), "reply", "a"),
    (3, Some("pia"), "reply", "a"),
    (0, Some("bo"), "post", "b"),
    (4, Some("pia"), "reply", "b"),
    (1, Some("ana"), "post", "c"),
    (2, Some("robo"), "reply", "c"),
    (9, Some("pia"), "reply", "c"),
    (5, Some("cy"), "post", "x"),
    (6, Some("bo"), "post", "y"),
    (6, Some("bo"), "reply", "y"),
    (8, Some("sue"), "reply", "y"),
    (8, Some("pia"), "reply", "y"),
];
