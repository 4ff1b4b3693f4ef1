//! Tables that break the contract: each with its exact error, or its documented result.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use commonweal::{
    ActiveMembers, Activity, Community, Curve, Error, FirstResponse, Growth, Kpi, RollingActive, Scope, Span, Trend,
};
use polars::prelude::*;

const MINUTE: i64 = 60_000_000;
const START: i64 = 1_767_607_200_000_000; // 2026-01-05 10:00 UTC, a Monday

fn utc() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
}

fn with_time(mut frame: DataFrame) -> DataFrame {
    let time = frame.column("time").expect("time").cast(&utc()).expect("a cast of integers");
    frame.with_column(time).expect("a column of this length");
    frame
}

/// (minute, member, kind, thread) of each event.
fn events(rows: &[(i64, Option<&str>, &str, Option<&str>)]) -> DataFrame {
    with_time(
        df![
            "time" => rows.iter().map(|r| START + r.0 * MINUTE).collect::<Vec<_>>(),
            "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            "thread" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        ]
        .expect("columns of one length"),
    )
}

fn refusal(events: DataFrame) -> String {
    Community::builder(events).build().expect_err("a fault").to_string()
}

fn all_kpis() -> Vec<Box<dyn Kpi>> {
    commonweal::KPIS.iter().map(|entry| entry.parse(&serde_json::json!({})).expect("the defaults")).collect()
}

#[test]
fn every_fault_is_named_at_once() {
    let frame = df![
        "time" => [Some(START), None],
        "kind" => ["post", "shout"],
        "id" => ["a", "a"],
        "text" => [1.5, 2.0],
    ]
    .expect("columns of one length");
    let message = refusal(with_time(frame));
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(
        lines,
        [
            r#"events, column "time": is null (row 1, counted from 0); give each act its time, or leave the rows out"#,
            r#"events, column "member": is missing; the table has "time", "kind", "id", "text"; add it, or rename the column that holds it to "member""#,
            r#"events, column "kind": has "shout" beside "post", "reply", "reaction", "view", "share", "join", "leave", "resolve", "reopen", "assign", "flag", "moderate", "lead", "convert", "edit" (row 1, counted from 0); map each to one of these, or leave the rows out"#,
            r#"events, column "text": has the type f64, not string; cast it, as in events.with_columns(pl.col("text").cast(pl.String))"#,
            r#"events, column "id": repeats a value given before, "a" first (row 1, counted from 0); keep one row of each act, as in events.unique("id")"#,
        ]
    );
}

#[test]
fn naive_times_are_refused() {
    let naive = DataType::Datetime(TimeUnit::Microseconds, None);
    let mut frame = events(&[(0, Some("ana"), "post", None)]);
    let time = frame.column("time").expect("time").cast(&naive).expect("a cast");
    frame.with_column(time).expect("a column of this length");
    assert_eq!(
        refusal(frame),
        r#"events, column "time": has no time zone; name the zone, as in pl.col("time").dt.replace_time_zone("UTC"), or another if the clock was local"#
    );
}

#[test]
fn times_that_are_no_times_are_refused() {
    let mut frame = events(&[(0, Some("ana"), "post", None)]);
    frame.with_column(Column::new("time".into(), ["yesterday"])).expect("a column of this length");
    assert_eq!(
        refusal(frame.clone()),
        r#"events, column "time": has the type str, not timestamp; parse it into timestamps with a time zone, as in .str.to_datetime(time_zone="UTC")"#
    );
    let far = Column::new("time".into(), [i64::MAX]).cast(&utc()).expect("a cast");
    frame.with_column(far).expect("a column of this length");
    assert_eq!(
        refusal(frame),
        r#"events, column "time": lies outside of the years 1 to 9999 (row 0, counted from 0); mend the unit (seconds, milliseconds?)"#
    );
}

#[test]
fn times_after_now_are_refused_unless_as_of_cuts_them() {
    let frame = events(&[(0, Some("ana"), "post", Some("t")), (600_000, Some("bo"), "reply", Some("t"))]);
    let now = chrono::DateTime::from_timestamp_micros(START + MINUTE).expect("a time");
    let error = Community::builder(frame.clone()).now(now).build().expect_err("a reply a year from now");
    assert_eq!(
        error.to_string(),
        r#"events, column "time": lies in the future (row 1, counted from 0); mend them, or say with as_of when observation ended; what is later is then left out"#
    );
    let community = Community::builder(frame).now(now).as_of(now).build().expect("cut");
    let table = community.compute(&FirstResponse::default()).expect("a table");
    assert_eq!(table.column("unanswered").expect("there").i64().expect("counts").get(0), Some(1));
    let quality = community.compute(&commonweal::Quality::default()).expect("a table");
    let row =
        quality.column("check").expect("there").str().expect("text").iter().position(|c| c == Some("after as_of"));
    assert_eq!(quality.column("count").expect("there").i64().expect("counts").get(row.expect("the check")), Some(1));
}

#[test]
fn observation_ends_before_the_future() {
    let now = chrono::DateTime::from_timestamp_micros(START).expect("a time");
    let as_of = now + chrono::TimeDelta::days(3_000);
    let error = Community::builder(events(&[])).now(now).as_of(as_of).build().expect_err("years from now");
    assert_eq!(
        error.to_string(),
        "as_of must be not in the future: what has not been observed is not known, got 2034-03-24 10:00:00 UTC"
    );
}

#[test]
fn groups_do_not_take_the_names_of_the_result() {
    let mut frame = events(&[(0, Some("ana"), "post", Some("t"))]);
    frame.with_column(Column::new("active".into(), ["yes"])).expect("a column of this length");
    let community = Community::builder(frame).build().expect("other columns are kept");
    let kpi = Growth { scope: Scope::by(["active"]), ..Growth::default() };
    assert_eq!(
        community.compute(&kpi).expect_err("two columns of one name").to_string(),
        "by must be columns with other names than those of the result: rename it first, got active"
    );
}

#[test]
fn members_are_checked_too() {
    let members = df!["member" => ["ana", "ana"], "role" => ["staff", "boss"]].expect("columns of one length");
    let error = Community::builder(events(&[])).members(members).build().expect_err("faults");
    assert_eq!(
        error.to_string(),
        "members, column \"member\": repeats a value given before, \"ana\" first (row 1, counted from 0); keep one row of each member, as in members.unique(\"member\")\n\
         members, column \"role\": has \"boss\" beside \"member\", \"staff\", \"bot\" (row 1, counted from 0); map each to one of these, or leave the rows out"
    );
}

#[test]
fn an_empty_frame_gives_empty_tables_with_their_columns() {
    let community = Community::builder(events(&[])).build().expect("no events are no fault");
    let one = Community::builder(events(&[(0, Some("ana"), "post", Some("t"))])).build().expect("one event");
    for kpi in all_kpis() {
        let name = kpi.spec().name;
        // No subject is named by default.
        if name == "sentiment.aspects" {
            continue;
        }
        let empty = match community.compute(kpi.as_ref()) {
            // Units are in a column that these events do not have.
            Err(commonweal::Error::InvalidOption { option, .. }) if option == "unit" => continue,
            empty => empty.expect("a table"),
        };
        let full = match one.compute(kpi.as_ref()) {
            // A model that one event does not determine, or acts that it is not one of.
            Err(commonweal::Error::Declined { .. } | commonweal::Error::InvalidOption { .. }) => {
                assert!(empty.height() == 0 && empty.width() > 5, "{name}");
                continue;
            }
            full => full.expect("a table"),
        };
        assert_eq!(empty.schema(), full.schema(), "{name}");
        if name != "quality" {
            assert_eq!(empty.height(), 0, "{name}");
            // Nobody answered, nobody came back, nothing to compare, nobody tied to anybody, nothing said.
            let of_two = [
                "response.responders",
                "response.return_curve",
                "response.compare",
                "response.experts",
                "network.edges",
                "network.leaders",
                "network.communities",
                "network.introductions",
                "sentiment.audit_sample",
                "sentiment.shifts",
                "sentiment.recoveries",
                "sentiment.reply_effect",
                "moderation.heated",
                "moderation.trolls",
            ];
            assert!(full.height() > 0 || of_two.contains(&name), "{name}");
        }
    }
    assert_eq!(community.span(), None);
}

#[test]
fn one_event_is_a_community() {
    let community = Community::builder(events(&[(0, Some("ana"), "post", Some("t"))])).build().expect("one event");
    let growth = community.compute(&Growth::default()).expect("a table");
    assert_eq!(growth.column("new").expect("there").i64().expect("counts").get(0), Some(1));
    assert_eq!(growth.column("complete").expect("there").bool().expect("flags").get(0), Some(false));
    let response = community.compute(&FirstResponse::default()).expect("a table");
    assert_eq!(response.column("n").expect("there").i64().expect("counts").get(0), Some(1));
    // Nothing was watched for an hour: no share is claimed.
    assert_eq!(response.column("attained").expect("there").null_count(), 1);
    assert_eq!(response.column("attained_due").expect("there").null_count(), 1);
    assert_eq!(response.column("median").expect("there").null_count(), 1);
}

#[test]
fn bots_alone_make_no_community() {
    let members = df!["member" => ["bot"], "role" => ["bot"]].expect("columns of one length");
    let frame = events(&[(0, Some("bot"), "post", Some("t")), (1, Some("bot"), "reply", Some("t"))]);
    let community = Community::builder(frame).members(members).build().expect("bots are no fault");
    for kpi in [
        &ActiveMembers::default() as &dyn Kpi,
        &RollingActive::default(),
        &Activity::default(),
        &Curve::default(),
        &Trend::default(),
    ] {
        assert_eq!(community.compute(kpi).expect("a table").height(), 0, "{}", kpi.spec().name);
    }
    let scope = Scope { bots: true, ..Scope::default() };
    let with = community.compute(&ActiveMembers { scope, ..ActiveMembers::default() }).expect("a table");
    assert_eq!(with.column("active").expect("there").i64().expect("counts").get(0), Some(1));
}

#[test]
fn unknown_authors_are_volume_and_neither_members_nor_answers() {
    let frame = events(&[
        (0, Some("ana"), "post", Some("t")),
        (5, None, "reply", Some("t")),
        (9, Some("bo"), "reply", Some("t")),
    ]);
    let community = Community::builder(frame).build().expect("null members are no fault");
    let activity = community.compute(&Activity::default()).expect("a table");
    let count = |name: &str| activity.column(name).expect("there").i64().expect("counts").get(0);
    assert_eq!((count("replies"), count("contributors")), (Some(2), Some(2)));
    let response = community.compute(&FirstResponse::default()).expect("a table");
    let median = response.column("median").expect("there").duration().expect("a duration").physical().get(0);
    assert_eq!(median, Some(9 * MINUTE));
}

#[test]
fn options_say_what_they_take() {
    let message =
        |name: &str, options: serde_json::Value| commonweal::parse(name, &options).expect_err("refused").to_string();
    use serde_json::json;
    assert_eq!(
        message("response.first_response", json!({"responder": "boss"})),
        r#"responder must be one of "any", "staff", "peer", got "boss""#
    );
    assert_eq!(
        message("response.first_response", json!({"within": "soon"})),
        r#"within must be a length such as "90s", "30m", "1h", "28d" or "1h30m", got "soon""#
    );
    assert_eq!(
        message("response.backlog", json!({"every": null})),
        r#"every must be one of "1d", "1w", "1mo", "1q", "1y", got nothing"#
    );
    assert_eq!(
        message("adoption.growth", json!({"every": 7})),
        r#"every must be one of "1d", "1w", "1mo", "1q", "1y", got 7"#
    );
    assert_eq!(
        message("adoption.retention", json!({"cohort": null})),
        r#"cohort must be a text such as "first_active", got nothing"#
    );
    assert_eq!(
        message("sentiment.recoveries", json!({"least": null})),
        "least must be a whole number, 0 or more, got nothing"
    );
    assert_eq!(
        message("response.first_response", json!({"within": []})),
        r#"within must be one length or several, as "1h", got none"#
    );
    assert_eq!(
        message("adoption.growth", json!({"evry": "1w"})),
        "adoption.growth has no option \"evry\"; its options are activity, bots, by, confidence, every, min_group, roles"
    );
    assert_eq!(
        message("adoption.growth", json!({"confidence": 95})),
        "confidence must be between 0 and 1, as 0.95, got 95"
    );
    assert_eq!(
        message("adoption.growth", json!({"min_group": -1})),
        "min_group must be a whole number, 0 or more, got -1"
    );
    assert!(
        message("adoption.grwth", json!({}))
            .starts_with("there is no KPI \"adoption.grwth\"; the KPIs are adoption.active_members")
    );
    assert_eq!(message("quality", json!({"by": "channel"})), "quality has no option \"by\"; it takes none");
    assert_eq!(
        message("response.first_response", json!({"within": ["1h", "60m"]})),
        "within must be lengths that differ, got 1h twice"
    );
    let community = Community::builder(events(&[(0, Some("ana"), "post", None)])).build().expect("one event");
    let scope = Scope::by(["chanel"]);
    let error = community.compute(&Activity { scope, ..Activity::default() }).expect_err("no such column");
    assert!(matches!(error, Error::UnknownDimension { .. }));
    assert_eq!(
        error.to_string(),
        "by: there is no column \"chanel\" to group by; the dimensions of this community are kind, role, thread"
    );
    assert_eq!(
        RollingActive { window: Span::hours(5), ..RollingActive::default() }
            .check()
            .expect_err("half a day")
            .to_string(),
        r#"window must be whole days from "1d" to "3660d", as "28d", got 5h"#
    );
}
