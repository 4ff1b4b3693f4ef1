//! The first contribution and the steps of the funnel, by hand.
use commonweal::{Activation, Every, Scope, Span};
use serde_json::json;

use super::{community, count, frame, hours, members, number, simple};

#[test]
fn activation_by_hand() {
    let people = members(&[
        ("ana", Some(0), None),      // posts after 2 hours
        ("bo", Some(10), Some(20)),  // left without a word
        ("cy", Some(10), None),      // had posted before: at once
        ("dee", None, None),         // always been there
        ("eve", Some(30), Some(40)), // posts after leaving: never
        ("fay", Some(999), None),    // not there yet
        ("gil", Some(80), None),     // still silent
    ]);
    let events = simple(&[
        (2, "ana", "post", "t"),
        (5, "cy", "post", "u"),
        (9, "dee", "post", "v"),
        (50, "eve", "post", "w"),
        (60, "hal", "reply", "t"), // not listed
        (70, "ida", "join", "j"),  // not listed, joined by an act
        (76, "ida", "view", "t"),
        (78, "ida", "reaction", "t"),
    ]);
    let community = community(events, Some(people), 100);
    let kpi = Activation { within: vec![Span::hours(5), Span::hours(20)], ..Activation::default() };
    let table = community.compute(&kpi).expect("a table");
    assert_eq!(count(&table, "n"), [Some(6); 2]);
    assert_eq!(count(&table, "activated"), [Some(3); 2]); // ana 2, cy 0, ida 8
    assert_eq!(count(&table, "censored"), [Some(3); 2]); // bo 10, eve 10, gil 20
    assert_eq!(count(&table, "before"), [Some(1); 2]);
    assert_eq!(count(&table, "unknown"), [Some(2); 2]); // dee and hal
    assert_eq!(hours(&table, "p25"), [Some(2.0); 2]);
    assert_eq!(hours(&table, "median"), [Some(8.0); 2]); // 1 − 3/6, exactly a half
    assert_eq!(hours(&table, "p75"), [None; 2]);
    let attained = number(&table, "attained");
    assert!((attained[0].expect("watched") - 2.0 / 6.0).abs() < 1e-12);
    assert!((attained[1].expect("watched") - 0.5).abs() < 1e-12);

    let by = Activation { every: Some(Every::Day), scope: Scope::by(["unit"]), ..Activation::default() };
    let table = community.compute(&by).expect("a table");
    // Monday: ana, bo in x and cy in y; Tuesday: eve; Thursday: gil in y, and ida of no unit on Wednesday.
    assert_eq!(count(&table, "n"), [Some(2), Some(1), Some(1), Some(1), Some(1)]);
    assert_eq!(count(&table, "unknown"), [Some(0), Some(1), Some(1), Some(1), Some(1)]);
}

#[test]
fn a_funnel_by_hand() {
    let people =
        members(&[("ana", Some(0), None), ("bo", Some(0), None), ("cy", Some(0), None), ("di", Some(95), None)]);
    let events = simple(&[
        (1, "ana", "reply", "t"),
        (3, "ana", "post", "a"),
        (4, "bo", "reply", "a"), // the first reply that ana receives
        (6, "bo", "reply", "a"),
        (7, "cy", "post", "c"),
        (8, "cy", "reply", "c"), // to himself
    ]);
    let community = community(events, Some(people), 100);
    let options = json!({"steps": ["join", "reply", "view", "post", "first_reply_received"], "within": "9h"});
    let kpi = commonweal::parse("adoption.funnel", &options).expect("a KPI");
    let table = community.compute(kpi.as_ref()).expect("a table");
    assert_eq!(count(&table, "started"), [Some(4); 5]);
    // ana has all; bo replied; cy replied to himself, which is a reply, and posted; di has been there for 5 hours only.
    assert_eq!(count(&table, "members"), [Some(4), Some(3), None, Some(2), Some(1)]);
    assert_eq!(count(&table, "open"), [Some(0), Some(1), None, Some(1), Some(1)]);
    assert_eq!(number(&table, "rate")[0], Some(1.0));
    // With di out after 5 hours. Replies after 1, 4, 8: 3/4 · 2/3 · 0/1. Posts (with a reply) after 3, 8: 3/4 · 1/2. Answered after 4: 3/4.
    let rates = number(&table, "rate");
    assert!((rates[1].expect("a rate") - 1.0).abs() < 1e-12);
    assert!((rates[3].expect("a rate") - 0.625).abs() < 1e-12);
    assert!((rates[4].expect("a rate") - 0.25).abs() < 1e-12);
    let shares = number(&table, "step_rate");
    assert_eq!((shares[0], shares[2]), (None, None));
    assert!((shares[3].expect("a share") - 0.625).abs() < 1e-12);
    assert!((shares[4].expect("a share") - 0.4).abs() < 1e-12);
    assert_eq!(hours(&table, "median"), [Some(0.0), Some(4.0), None, Some(8.0), None]);
    assert_eq!(hours(&table, "reached_median"), [Some(0.0), Some(4.0), None, Some(5.5), Some(4.0)]);
}

#[test]
fn a_reply_answers_its_parent_or_else_the_opening_post() {
    let name = |id: &str| Some(id.to_owned());
    let rows = [
        (0, Some("ana"), "post", Some("t"), name("1"), None),
        (1, Some("bo"), "reply", Some("t"), name("2"), None), // to ana
        (2, Some("cy"), "reply", Some("t"), name("3"), name("2")), // to bo
        (3, Some("ana"), "reply", Some("t"), name("4"), name("elsewhere")), // to herself
        (4, Some("bo"), "reply", Some("t"), name("5"), name("3")), // to cy
    ];
    let kpi =
        commonweal::parse("adoption.funnel", &json!({"steps": ["message", "first_reply_received"], "within": "9h"}))
            .expect("a KPI");
    let table = community(frame(&rows), None, 20).compute(kpi.as_ref()).expect("no joining needed");
    assert_eq!(count(&table, "members"), [Some(3), Some(3)]);
    assert_eq!(hours(&table, "reached_median"), [Some(0.0), Some(1.0)]); // 1, 1 and 2 hours
}
