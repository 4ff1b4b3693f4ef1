//! What the tests of the family share.
#![allow(clippy::unwrap_used, clippy::expect_used)]
mod edges;
mod flow;
mod leaders;
mod newcomers;

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::Value;

use crate::community::Community;

pub(super) const DAY: i64 = 86_400_000_000;
/// Monday, 2026-01-05.
pub(super) const MONDAY: i64 = 1_767_571_200_000_000;

/// Hour after the Monday, member, kind, thread, id, parent; a text of `""` is none.
pub(super) type Row<'a> = (i64, &'a str, &'a str, &'a str, &'a str, &'a str);

pub(super) fn events(rows: &[Row<'_>]) -> DataFrame {
    let text = |of: &dyn Fn(&Row<'_>) -> String| {
        rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty())).collect::<Vec<_>>()
    };
    let mut frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * DAY / 24).collect::<Vec<_>>(),
        "member" => text(&|r| r.1.to_owned()),
        "kind" => text(&|r| r.2.to_owned()),
        "thread" => text(&|r| r.3.to_owned()),
        "id" => text(&|r| r.4.to_owned()),
        "parent" => text(&|r| r.5.to_owned()),
        "channel" => text(&|r| r.3.chars().take(1).collect()),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    frame
}

/// Ana to Fay are people, Bot is none.
pub(super) fn community(rows: &[Row<'_>], as_of_hour: i64) -> Community {
    let members = df!["member" => ["ana", "bot", "sue"], "role" => [None, Some("bot"), Some("staff")]].unwrap();
    let as_of = chrono::DateTime::from_timestamp_micros(MONDAY + as_of_hour * DAY / 24).unwrap();
    Community::builder(events(rows)).members(members).as_of(as_of).build().unwrap()
}

pub(super) fn table(community: &Community, name: &str, options: Value) -> DataFrame {
    community.compute(crate::parse(name, &options).unwrap().as_ref()).unwrap()
}

pub(super) fn counts(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).unwrap().i64().unwrap().iter().collect()
}

pub(super) fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).unwrap().f64().unwrap().iter().collect()
}

pub(super) fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    frame.column(column).unwrap().str().unwrap().iter().map(|text| text.unwrap_or("null").to_owned()).collect()
}

/// Ana asks, and is answered by Bo, Cy and Dee; Bo asks, and is answered by Cy twice, once long ago; Sue answers Dee.
const HELP: &[Row<'static>] = &[
    (0, "bo", "post", "s", "", ""),
    (1, "cy", "reply", "s", "", ""),
    (240, "ana", "post", "t", "", ""),
    (241, "bo", "reply", "t", "", ""),
    (242, "cy", "reply", "t", "", ""),
    (243, "dee", "reply", "t", "", ""),
    (244, "bo", "post", "u", "", ""),
    (245, "cy", "reply", "u", "", ""),
    (246, "dee", "post", "v", "", ""),
    (247, "sue", "reply", "v", "", ""),
];

type Drawn = (i64, Option<u8>, &'static str, u8, Option<u8>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let kinds = prop::sample::select(vec!["post", "reply", "reply", "reply", "reaction", "view"]);
    let row = (0i64..200, prop::option::weighted(0.9, 0u8..6), kinds, 0u8..4, prop::option::of(0u8..30));
    prop::collection::vec(row, 0..60)
}
