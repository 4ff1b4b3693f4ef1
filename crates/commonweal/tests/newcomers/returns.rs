//! Who comes back after an answer and without one, by hand.
use commonweal::{Community, Kpi, RetentionEffect, ReturnCurve, Span};
use polars::prelude::*;

use super::{DAY, HOUR, MONDAY, at, community, count, hours, instants, members, number, simple};

#[test]
fn returns_by_hand() {
    // Everything at noon of a day; the landmark is one hour later, on the same day.
    let noon = |day: i64| 24 * day + 12;
    let rows = [
        (noon(-40), "old", "post", "o"), // within the wash-in
        (noon(0), "ana", "post", "a"),
        (noon(0) + 1, "old", "reply", "a"), // answered at the last moment
        (noon(0) + 2, "ana", "reply", "a"), // thanks, the same day
        (noon(3), "ana", "reaction", "a"),  // back after 3 days less an hour
        (noon(0), "bo", "post", "b"),
        (noon(0) + 2, "old", "reply", "b"), // too late
        (noon(1), "cy", "reply", "b"),      // has been there before the first post
        (noon(2), "cy", "post", "c"),
        (noon(2), "old", "reply", "c"),
        (noon(9), "di", "post", "d"), // the landmark is not reached
    ];
    let people = members(&[("bo", None, None)]);
    let community = community(simple(&rows), Some(people), noon(9));
    let kpi = RetentionEffect { horizon: Span::days(5), ..RetentionEffect::default() };
    let table = community.compute(&kpi).expect("a table");
    let one = |column: &str| count(&table, column)[0];
    assert_eq!((one("newcomers"), one("answered"), one("unanswered")), (Some(3), Some(2), Some(1)));
    assert_eq!((one("early"), one("unreached")), (Some(1), Some(1)));
    assert_eq!(number(&table, "answered_rate"), [Some(0.5)]);
    assert_eq!(number(&table, "unanswered_rate"), [Some(0.0)]);
    assert_eq!(number(&table, "difference"), [Some(0.5)]);
    // ana and bo make the one stratum of both classes; cy was active on an earlier day.
    assert_eq!(one("matched"), Some(2));
    let curve = community.compute(&ReturnCurve { horizon: Span::days(5), ..ReturnCurve::default() }).expect("a curve");
    let answered: Vec<bool> =
        curve.column("answered").expect("there").bool().expect("flags").iter().flatten().collect();
    assert_eq!(answered, [true, true, true, false, false]);
    assert_eq!(hours(&curve, "time"), [0.0, 72.0, 120.0, 0.0, 120.0].map(Some));
    assert_eq!(count(&curve, "came_back"), [0, 1, 0, 0, 0].map(Some));
    assert_eq!(number(&curve, "returned")[1], Some(0.5));
}

#[test]
fn leaving_before_the_landmark_leaves_one_out_and_leaving_after_it_does_not() {
    let rows = [(12, "ana", "post", "a"), (12, "bo", "post", "b"), (12, "cy", "post", "c"), (13, "cy", "leave", "z")];
    let people = members(&[("ana", None, Some(13)), ("bo", None, Some(14))]);
    let community = community(simple(&rows), Some(people), 400);
    let kpi =
        RetentionEffect { within: Span::minutes(90), horizon: Span::days(5), wash_in: None, ..Default::default() };
    let table = community.compute(&kpi).expect("a table");
    assert_eq!((count(&table, "newcomers"), count(&table, "unreached")), (vec![Some(1)], vec![Some(2)]));
    assert_eq!(number(&table, "unanswered_rate"), [Some(0.0)]);
    assert_eq!(number(&table, "answered_rate"), [None]);
    assert_eq!(number(&table, "p_value"), [None]);
}

#[test]
fn days_are_those_of_the_zone() {
    // 23:30 in Berlin; the contribution an hour later is on the next day there, on the same in UTC.
    let minute = HOUR / 60;
    let events = |second: &str| {
        let frame = df![
            "time" => [MONDAY + 22 * HOUR + 30 * minute, MONDAY + 23 * HOUR + 30 * minute],
            "member" => ["ana", "ana"],
            "kind" => ["post", second],
            "thread" => ["a", "a"],
        ];
        instants(frame.expect("columns"), &["time"])
    };
    let returned = |zone: &str| {
        let zone = commonweal::zone(zone).expect("a zone");
        let community = Community::builder(events("reaction")).zone(zone).as_of(at(200)).build().expect("valid");
        let kpi =
            RetentionEffect { within: Span::minutes(10), horizon: Span::days(2), wash_in: None, ..Default::default() };
        number(&community.compute(&kpi as &dyn Kpi).expect("a table"), "unanswered_rate")[0]
    };
    assert_eq!((returned("Europe/Berlin"), returned("UTC")), (Some(1.0), Some(0.0)));
    assert_eq!(DAY, 24 * HOUR);
}
