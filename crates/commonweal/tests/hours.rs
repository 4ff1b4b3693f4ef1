//! Response times in open hours, counted by hand.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use chrono::{DateTime, Utc};
use commonweal::{BusinessHours, Clock, Community, Curve, FirstResponse, Kpi, Responder, Span};
use polars::prelude::*;
use serde_json::{Value, json};

const MINUTE: i64 = 60_000_000;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time with an offset")
}

/// Acts of (time, member, kind, thread), with the zones of the members.
fn community(acts: &[(&str, &str, &str, &str)], zones: &[(&str, Option<&str>)], as_of: &str) -> Community {
    let mut events = df![
        "time" => acts.iter().map(|a| at(a.0).timestamp_micros()).collect::<Vec<_>>(),
        "member" => acts.iter().map(|a| a.1).collect::<Vec<_>>(),
        "kind" => acts.iter().map(|a| a.2).collect::<Vec<_>>(),
        "thread" => acts.iter().map(|a| a.3).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").expect("time").cast(&utc).expect("a cast of integers");
    events.with_column(time).expect("a column of this length");
    let members = df![
        "member" => zones.iter().map(|z| z.0).collect::<Vec<_>>(),
        "timezone" => zones.iter().map(|z| z.1).collect::<Vec<_>>(),
    ];
    let builder = Community::builder(events).members(members.expect("columns of one length"));
    builder.as_of(at(as_of)).build().expect("valid events")
}

fn row(table: &DataFrame, columns: &[&str]) -> Vec<Option<i64>> {
    assert_eq!(table.height(), 1);
    let value = |name: &&str| {
        let column = table.column(name).expect("there").cast(&DataType::Int64).expect("an integer or a duration");
        let value = column.i64().expect("integers").get(0);
        if name.ends_with("median") { value.map(|v| v / MINUTE) } else { value }
    };
    columns.iter().map(value).collect()
}

fn nine_to_five() -> BusinessHours {
    BusinessHours::weekdays("09:00", "17:00", "Europe/Berlin").expect("hours")
}

fn share(table: &DataFrame, column: &str) -> Option<f64> {
    table.column(column).expect("there").f64().expect("a share").get(0)
}

#[test]
fn an_ask_on_friday_evening_is_answered_in_time_on_monday_morning() {
    let acts = [
        ("2026-11-20T16:55:00+01:00", "ana", "post", "t1"),
        ("2026-11-23T09:50:00+01:00", "bo", "reply", "t1"),
        // On Saturday, answered in the same night: no open time has passed.
        ("2026-11-21T23:00:00+01:00", "ana", "post", "t2"),
        ("2026-11-22T03:00:00+01:00", "bo", "reply", "t2"),
        // Open, and not due before 09:55 on Monday.
        ("2026-11-20T16:55:00+01:00", "ana", "post", "t3"),
    ];
    let kpi = FirstResponse { hours: Some(nine_to_five()), ..Default::default() };
    let columns = ["n", "answered", "unanswered", "median", "answered_median"];
    let before = community(&acts, &[], "2026-11-23T09:54:59+01:00").compute(&kpi).expect("a table");
    assert_eq!(row(&before, &columns), [3, 2, 1, 55, 27].map(Some));
    assert_eq!(share(&before, "attained_due"), None, "none is due: an open hour has passed for no post");
    let after = community(&acts, &[], "2026-11-23T09:55:00+01:00").compute(&kpi).expect("a table");
    assert_eq!(
        share(&after, "attained_due"),
        Some(0.5),
        "the first, in time; the third, not; the second is due at 10:00"
    );
    let wall = community(&acts, &[], "2026-11-23T09:55:00+01:00").compute(&FirstResponse::default()).expect("a table");
    assert_eq!(share(&wall, "attained_due"), Some(0.0));
    let curve = community(&acts, &[], "2026-11-23T09:55:00+01:00")
        .compute(&Curve { hours: Some(nine_to_five()), ..Curve::default() })
        .expect("a table");
    let times = curve.column("time").expect("there").cast(&DataType::Int64).expect("integers");
    let minutes: Vec<i64> = times.i64().expect("integers").iter().flatten().map(|t| t / MINUTE).collect();
    assert_eq!(minutes, [0, 55, 60]);
}

#[test]
fn the_clock_may_be_that_of_the_asker_or_of_the_responder() {
    // 08:00 in New York is 14:00 in Berlin and 15:00 in Cairo (no summer time there in November either).
    let acts = [("2026-11-20T13:00:00Z", "ana", "post", "t1"), ("2026-11-20T18:00:00Z", "bo", "reply", "t1")];
    let zones = [("ana", Some("America/New_York")), ("bo", Some(" Africa/Cairo"))];
    let minutes = |clock: Clock, zones: &[(&str, Option<&str>)]| {
        let kpi = FirstResponse { hours: Some(nine_to_five().clock(clock)), ..Default::default() };
        let table = community(&acts, zones, "2026-11-20T20:00:00Z").compute(&kpi).expect("a table");
        (row(&table, &["median"])[0], table.column("team_clock").ok().map(|_| row(&table, &["team_clock"])[0]))
    };
    assert_eq!(minutes(Clock::Team, &zones), (Some(180), None));
    assert_eq!(minutes(Clock::Asker, &zones), (Some(240), Some(Some(0))));
    assert_eq!(minutes(Clock::Responder, &zones), (Some(120), Some(Some(0))));
    // Not known, no zone, not listed: the team's.
    for zones in
        [&[("ana", None), ("bo", None)][..], &[("ana", Some("Mars/Base")), ("bo", Some(""))], &[("cy", Some("UTC"))]]
    {
        assert_eq!(minutes(Clock::Asker, zones), (Some(180), Some(Some(1))));
        assert_eq!(minutes(Clock::Responder, zones), (Some(180), Some(Some(1))));
    }
}

#[test]
fn open_posts_are_watched_on_the_asker_s_clock_or_the_team_s() {
    let acts = [("2026-11-20T13:00:00Z", "ana", "post", "t1")];
    let zones = [("ana", Some("America/New_York"))];
    let watched = |clock: Clock| {
        let kpi = Curve { hours: Some(nine_to_five().clock(clock)), ..Curve::default() };
        let table = community(&acts, &zones, "2026-11-20T18:00:00Z").compute(&kpi).expect("a table");
        let time = table.column("time").expect("there").cast(&DataType::Int64).expect("integers");
        time.i64().expect("integers").iter().flatten().max().map(|t| t / MINUTE)
    };
    assert_eq!([Clock::Team, Clock::Asker, Clock::Responder].map(watched), [Some(180), Some(240), Some(180)]);
    let kpi = FirstResponse { hours: Some(nine_to_five().clock(Clock::Responder)), ..Default::default() };
    let table = community(&acts, &zones, "2026-11-20T18:00:00Z").compute(&kpi).expect("a table");
    assert_eq!(row(&table, &["team_clock"]), [Some(0)], "nobody's zone is missing: nobody has answered");
}

#[test]
fn of_two_answers_at_one_instant_the_first_by_name_lends_the_clock() {
    let question = ("2026-11-20T13:00:00Z", "dora", "post", "t1");
    let answers = [("2026-11-20T18:00:00Z", "bo", "reply", "t1"), ("2026-11-20T18:00:00Z", "ana", "reply", "t1")];
    let zones = [("ana", Some("America/New_York")), ("bo", Some("Africa/Cairo"))];
    let kpi = FirstResponse { hours: Some(nine_to_five().clock(Clock::Responder)), ..Default::default() };
    for acts in [[question, answers[0], answers[1]], [question, answers[1], answers[0]]] {
        let table = community(&acts, &zones, "2026-11-20T20:00:00Z").compute(&kpi).expect("a table");
        assert_eq!(row(&table, &["median"]), [Some(240)]);
    }
}

#[test]
fn always_open_is_no_hours_at_all() {
    let acts = [
        ("2026-03-28T16:55:00Z", "ana", "post", "t1"),
        ("2026-03-29T03:00:01Z", "bo", "reply", "t1"),
        ("2026-03-30T16:55:00Z", "bo", "post", "t2"),
    ];
    let community = community(&acts, &[], "2026-04-20T00:00:00Z");
    let always = BusinessHours::always("Europe/Berlin").expect("hours");
    let within = vec![Span::hours(1), Span::days(2)];
    let kpi = |hours| FirstResponse { within: within.clone(), responder: Responder::Any, hours, ..Default::default() };
    let (open, wall) = (community.compute(&kpi(Some(always.clone()))), community.compute(&kpi(None)));
    assert!(open.expect("a table").equals_missing(&wall.expect("a table")));
    let curves =
        [Some(always), None].map(|hours| community.compute(&Curve { hours, ..Curve::default() }).expect("a table"));
    assert!(curves[0].equals_missing(&curves[1]));
}

#[test]
fn a_column_of_zones_that_is_not_there_is_named() {
    let community = community(&[("2026-11-20T13:00:00Z", "ana", "post", "t1")], &[], "2026-11-20T20:00:00Z");
    let week = json!({"mon": [["09:00", "17:00"]]});
    let refused = |hours: Value| {
        let kpi = commonweal::parse("response.curve", &json!({"hours": hours})).expect("a KPI");
        community.compute(kpi.as_ref()).expect_err("no such column").to_string()
    };
    assert_eq!(
        refused(json!({"zone": "UTC", "week": week, "clock": "asker", "column": "tz"})),
        "hours.column must be the column of the members with their time zone, as \"Europe/Berlin\" (or clock \"team\"), \
         got \"tz\"; there are kind, role, thread, timezone"
    );
}

#[test]
fn equal_schedules_have_equal_tables_and_others_are_refused() {
    let community = community(&[("2026-11-20T13:00:00Z", "ana", "post", "t1")], &[], "2026-11-20T20:00:00Z");
    let kpi = |json: Value| commonweal::parse("response.curve", &json!({"hours": json})).expect("a KPI");
    let one = kpi(json!({"zone": "UTC", "week": {"mon": [["9:00", "17:00"]], "tue": []}, "holidays": ["2026-12-25"]}));
    let same =
        kpi(json!({"zone": "UTC", "week": {"mon": [["09:00", "17:00"]]}, "holidays": ["2026-12-25", "2026-12-25"]}));
    let other = kpi(json!({"zone": "UTC", "week": {"mon": [["09:00", "17:01"]]}}));
    let tables = community.partial(one.as_ref()).expect("tables");
    let finish = |kpi: &dyn Kpi| tables.finish(kpi, &community.horizon());
    assert!(finish(same.as_ref()).is_ok());
    assert!(finish(other.as_ref()).is_err());
}
