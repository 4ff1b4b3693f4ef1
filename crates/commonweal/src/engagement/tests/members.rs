//! What members did and received, by hand.
use polars::prelude::*;
use serde_json::json;

use super::{DAY, MONDAY, community, counts, maybe_counts, table, talk};

fn names(frame: &DataFrame) -> Vec<String> {
    frame.column("member").unwrap().str().unwrap().iter().map(|name| name.unwrap_or("null").to_owned()).collect()
}

#[test]
fn members_by_hand() {
    let said = [
        (0, "ana", "post", "t", "1", ""),
        (1, "bo", "reply", "t", "2", "1"),
        (2, "cy", "reply", "t", "3", "2"),
        // Without a parent, it answers ana; that of the unknown author may be hers; her own is no answer.
        (26, "cy", "reply", "t", "4", ""),
        (27, "", "reply", "t", "5", "1"),
        (28, "ana", "reply", "t", "6", "1"),
        (29, "bo", "reaction", "t", "", "1"),
        (29, "bo", "reaction", "t", "", "2"),
        (29, "robot", "reaction", "t", "", "1"),
        (30, "di", "view", "t", "", "1"),
        (31, "di", "join", "", "", ""),
    ];
    let all = talk(&said, &[("robot", "bot")]);
    let found = table(&all, "engagement.members", json!({}));
    assert_eq!(
        found.get_column_names()[..6],
        ["member", "first_active", "last_active", "active_days", "contributions", "posts"]
    );
    assert_eq!(names(&found), ["bo", "ana", "cy", "di"]);
    assert_eq!(counts(&found, "contributions"), [3, 2, 2, 0]);
    assert_eq!((counts(&found, "posts"), counts(&found, "replies")), (vec![0, 1, 0, 0], vec![1, 1, 2, 0]));
    assert_eq!((counts(&found, "reactions"), counts(&found, "views")), (vec![2, 0, 0, 0], vec![0, 0, 0, 1]));
    assert_eq!(counts(&found, "other_acts"), [0, 0, 0, 1]);
    // Ana's: bo's to the post and cy's second.
    assert_eq!(counts(&found, "replies_received"), [1, 2, 0, 0]);
    assert_eq!(counts(&found, "reactions_received"), [0, 1, 0, 0]);
    let hour = |h: i64| Some(MONDAY + h * DAY / 24);
    assert_eq!(maybe_counts(&found, "first_active"), [hour(1), hour(0), hour(2), None]);
    assert_eq!(maybe_counts(&found, "last_active"), [hour(29), hour(28), hour(26), None]);
    assert_eq!(counts(&found, "active_days"), [2, 2, 2, 0]);
    // With bots, the robot's reaction is received, and it has a row.
    let bots = table(&all, "engagement.members", json!({"bots": true}));
    assert_eq!(names(&bots), ["bo", "ana", "cy", "robot", "di"]);
    assert_eq!(counts(&bots, "reactions_received"), [0, 2, 0, 0, 0]);
}

#[test]
fn streaks_are_days_in_a_row() {
    let days = [(0, "ana"), (1, "ana"), (2, "ana"), (5, "ana"), (6, "ana"), (4, "bo"), (5, "bo"), (1, "cy"), (3, "cy")];
    let rows: Vec<_> = days.iter().map(|(day, name)| (*day, *name, "post", "x")).collect();
    let found = table(&community(&rows), "engagement.members", json!({}));
    assert_eq!(names(&found), ["ana", "bo", "cy"]);
    assert_eq!(counts(&found, "longest_streak"), [3, 2, 1]);
    // Observation ends on day 6: bo's last day is the day before, and the day is not over.
    assert_eq!(counts(&found, "current_streak"), [2, 2, 0]);
    assert_eq!(counts(&found, "active_days"), [5, 2, 2]);
}

#[test]
fn a_group_of_few_names_nobody() {
    let rows = [(0, "ana", "post", "x"), (0, "bo", "post", "y"), (0, "cy", "post", "y"), (1, "ana", "post", "y")];
    let all = community(&rows);
    let found = table(&all, "engagement.members", json!({"by": "channel"}));
    assert_eq!(names(&found), ["ana", "ana", "bo", "cy"]);
    let hidden = table(&all, "engagement.members", json!({"by": "channel", "min_group": 2}));
    assert_eq!(names(&hidden), ["null", "null"]);
    assert_eq!(maybe_counts(&hidden, "contributions"), [None, None]);
    assert_eq!(table(&community(&[]), "engagement.members", json!({})).height(), 0);
}
