//! Eligibility and suppression, on tables that can be counted by hand.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use commonweal::{ActiveMembers, Activity, Community, Every, Growth, Role, Scope, Trend};
use polars::prelude::*;

const DAY: i64 = 86_400_000_000;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC

fn instants(mut frame: DataFrame, columns: &[&str]) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for column in columns {
        let cast = frame.column(column).expect("there").cast(&utc).expect("a cast of integers");
        frame.with_column(cast).expect("a column of this length");
    }
    frame
}

/// One post of each (day, member, channel).
fn posts(rows: &[(i64, &str, &str)]) -> DataFrame {
    let frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * DAY).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "kind" => vec!["post"; rows.len()],
        "channel" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "text" => vec!["great"; rows.len()],
    ];
    instants(frame.expect("columns of one length"), &["time"])
}

fn counts(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).expect("there").i64().expect("counts").iter().collect()
}

#[test]
fn roles_at_the_time_decide_who_is_eligible_and_active() {
    let members = instants(
        df!["member" => ["a", "b"], "role" => [None, Some("staff")], "joined" => [MONDAY - DAY, MONDAY - DAY]]
            .expect("columns"),
        &["joined"],
    );
    let affiliations = df!["member" => ["a"], "dimension" => ["role"], "value" => ["staff"]].expect("columns");
    let community = Community::builder(posts(&[(0, "a", "x"), (1, "b", "x")]))
        .members(members)
        .affiliations(affiliations)
        .build()
        .expect("valid");
    let scope = Scope { roles: vec![Role::Staff], ..Scope::default() };
    let table = community.compute(&ActiveMembers { scope, ..ActiveMembers::default() }).expect("a table");
    assert_eq!((counts(&table, "active"), counts(&table, "eligible")), (vec![Some(2)], vec![Some(2)]));
    let by = community.compute(&Activity { scope: Scope::by(["role"]), ..Activity::default() }).expect("a table");
    assert_eq!((by.height(), counts(&by, "posts")), (1, vec![Some(2)]));
}

#[test]
fn a_group_of_whom_nobody_is_active_has_its_row() {
    let members = instants(
        df!["member" => ["a", "z"], "department" => ["busy", "silent"], "joined" => [MONDAY, MONDAY]].expect("columns"),
        &["joined"],
    );
    let community = Community::builder(posts(&[(0, "a", "x")])).members(members.clone()).build().expect("valid");
    let kpi = ActiveMembers { every: None, scope: Scope::by(["department"]), ..ActiveMembers::default() };
    let table = community.compute(&kpi).expect("a table");
    assert_eq!(
        (counts(&table, "active"), counts(&table, "eligible")),
        (vec![Some(1), Some(0)], vec![Some(1), Some(1)])
    );
    let rate = table.column("adoption_rate").expect("there").f64().expect("rates").get(1);
    assert_eq!(rate, Some(0.0));
    // Nobody of a role: none of them is eligible, and that is known.
    let scope = Scope { roles: vec![Role::Staff], ..Scope::default() };
    let none = community.compute(&ActiveMembers { every: None, scope, ..ActiveMembers::default() }).expect("a table");
    assert_eq!(none.height(), 0);
}

#[test]
fn a_batch_that_was_after_the_end_comes_back_when_the_end_moves() {
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + DAY).expect("a time");
    let early = Community::builder(posts(&[(0, "a", "x"), (2, "b", "x")])).as_of(end).build().expect("valid");
    assert_eq!(early.n_events(), 1);
    let later = early.append(posts(&[(3, "c", "x")])).expect("valid");
    assert_eq!(later.n_events(), 3);
}

/// Two channels over four weeks, the second week small in both.
fn thin_week() -> Community {
    let mut rows = vec![];
    for (channel, sizes) in [("g", [40, 3, 41, 40]), ("h", [40, 4, 41, 40])] {
        for (week, size) in sizes.into_iter().enumerate() {
            let names = (0..size).map(|i| format!("{channel}{}", i * (week + 1) % 50)).collect::<Vec<_>>();
            rows.extend(names.into_iter().map(move |name| (week as i64 * 7, name, channel)));
        }
    }
    let rows: Vec<(i64, &str, &str)> =
        rows.iter().map(|(day, name, channel)| (*day, name.as_str(), *channel)).collect();
    Community::builder(posts(&rows)).build().expect("valid")
}

#[test]
fn what_adds_up_to_a_suppressed_cell_is_suppressed_too() {
    let community = thin_week();
    let scope = Scope { min_group: 5, ..Scope::by(["channel"]) };
    let growth = community.compute(&Growth { scope: scope.clone(), ..Growth::default() }).expect("a table");
    let trend = community.compute(&Trend { scope, every: Some(Every::Week), ..Trend::default() }).expect("a table");
    for (table, of_two) in [(&growth, ["retained", "churned"]), (&trend, ["change", "change"])] {
        let hidden: Vec<bool> =
            table.column("suppressed").expect("there").bool().expect("flags").iter().flatten().collect();
        assert!(hidden.iter().any(|h| *h) && !hidden.iter().all(|h| *h));
        for column in of_two {
            let nulls = table.column(column).expect("there").is_null();
            // Rows are by week, then channel: the row of the week before is two up.
            for row in 2..hidden.len() {
                if hidden[row - 2] {
                    assert_eq!(nulls.get(row), Some(true), "{column} of row {row} gives away row {}", row - 2);
                }
            }
        }
    }
}

#[test]
fn adoption_by_department_is_of_the_department_at_the_time() {
    // Ana moves from a to b on day 9; bo is in a throughout, cy in b, and leaves on day 8; dan joins b on day 8.
    let members = instants(
        df![
            "member" => ["ana", "bo", "cy", "dan"],
            "department" => ["a", "a", "b", "b"],
            "joined" => [Some(MONDAY - DAY), None, None, Some(MONDAY + 8 * DAY)],
            "left" => [None, None, Some(MONDAY + 8 * DAY), None],
        ]
        .expect("columns"),
        &["joined", "left"],
    );
    let moves = df![
        "member" => ["ana", "ana"], "dimension" => ["department", "department"], "value" => ["a", "b"],
        "from" => [None, Some(MONDAY + 9 * DAY)], "to" => [Some(MONDAY + 9 * DAY), None],
    ];
    let acts = [
        (1, "ana", "x"),
        (2, "cy", "x"),
        (7, "ana", "x"),
        (10, "ana", "x"),
        (10, "dan", "x"),
        (11, "cy", "x"),
        (14, "bo", "x"),
    ];
    let community = Community::builder(posts(&acts))
        .members(members)
        .affiliations(instants(moves.expect("columns"), &["from", "to"]))
        .build()
        .expect("valid");
    let kpi = ActiveMembers { scope: Scope::by(["department"]), ..ActiveMembers::default() };
    let table = community.compute(&kpi).expect("a table");
    // Week 1: ana in a, cy in b. Week 2: ana acts in a, then in b, where she is at its end; cy acts after leaving. Week 3: bo.
    assert_eq!(counts(&table, "active"), [1, 1, 1, 3, 1, 0].map(Some));
    assert_eq!(counts(&table, "new"), [1, 1, 0, 2, 1, 0].map(Some));
    assert_eq!(counts(&table, "eligible"), [2, 1, 1, 2, 1, 2].map(Some));
    let rates: Vec<_> = table.column("adoption_rate").expect("there").f64().expect("rates").iter().collect();
    // In week 2, the eligible of a (bo) did nothing; of b, ana and dan did; cy has left.
    assert_eq!(rates, [0.5, 1.0, 0.0, 1.0, 1.0, 0.0].map(Some));
}
