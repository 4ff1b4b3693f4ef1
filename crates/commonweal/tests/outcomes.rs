//! Who answers first, and against whom: on tables that can be counted by hand, and against naive definitions.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use std::collections::BTreeMap;

use commonweal::Community;
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

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

#[test]
fn responders_by_hand() {
    let all = table(&ACTS, 10, "response.responders", json!({}));
    assert_eq!(texts(&all, "responder"), ["pia", "sam"]);
    assert_eq!(texts(&all, "responder_role"), ["peer", "staff"]);
    assert_eq!(counts(&all, "first_responses"), [3, 1]);
    assert_eq!(numbers(&all, "share"), [0.75, 0.25]);
    // Waits of 4, 8 and 2 hours, and of 2: of the two who answered y at once, pia comes first by name.
    assert_eq!(hours(&all, "answered_median"), [4.0, 2.0]);

    let staff = table(&ACTS, 10, "response.responders", json!({"responder": "staff"}));
    assert_eq!(
        (texts(&staff, "responder"), counts(&staff, "first_responses")),
        (vec!["sam".into(), "sue".into()], vec![1, 1])
    );

    let bots = table(&ACTS, 10, "response.responders", json!({"bots": true, "by": "channel"}));
    assert_eq!(texts(&bots, "responder"), ["pia", "robo", "sam", "pia"]);
    assert_eq!(texts(&bots, "channel"), ["help", "help", "help", "talk"]);
    assert_eq!(hours(&bots, "answered_median"), [4.0, 1.0, 2.0, 2.0]);
}

#[test]
fn responders_by_role_are_listed_with_zeros() {
    let roles = table(&ACTS, 10, "response.responders", json!({"each": "role", "by": "channel"}));
    assert_eq!(texts(&roles, "responder_role"), ["peer", "staff", "peer", "staff"]);
    assert_eq!(counts(&roles, "first_responses"), [2, 1, 1, 0]);
    assert_eq!(counts(&roles, "responders"), [1, 1, 1, 0]);
    assert!(hours(&roles, "answered_median")[3].is_nan());
    let staff = table(&ACTS, 10, "response.responders", json!({"each": "role", "responder": "staff"}));
    assert_eq!(texts(&staff, "responder_role"), ["staff"]);
    let bots = table(&ACTS, 10, "response.responders", json!({"each": "role", "bots": true}));
    assert_eq!(texts(&bots, "responder_role"), ["peer", "staff", "bot"]);
    assert_eq!(counts(&bots, "first_responses"), [2, 1, 1]);
}

#[test]
fn a_small_group_names_nobody() {
    let hidden = table(&ACTS, 10, "response.responders", json!({"by": "channel", "min_group": 2}));
    assert_eq!(texts(&hidden, "responder"), ["-", "-"]);
    assert_eq!(texts(&hidden, "responder_role"), ["-", "-"]);
    assert_eq!(counts(&hidden, "first_responses"), [-1, -1]);
    let shown = table(&ACTS, 10, "response.responders", json!({"by": "channel", "min_group": 1}));
    assert_eq!(texts(&shown, "responder"), ["pia", "sam", "pia"]);
}

#[test]
fn a_period_is_that_of_the_post() {
    let days = table(
        &[(20, Some("ana"), "post", "a"), (30, Some("pia"), "reply", "a")],
        50,
        "response.responders",
        json!({"every": "1d"}),
    );
    assert_eq!((days.height(), counts(&days, "first_responses")), (1, vec![1]));
    assert_eq!(days.column("period").unwrap().date().unwrap().physical().get(0), Some(20_458));
}

#[test]
fn incidence_by_hand() {
    let curves = table(&ACTS, 10, "response.incidence", json!({}));
    assert_eq!(texts(&curves, "responder_role"), [["staff"; 5], ["peer"; 5]].concat());
    assert_eq!(hours(&curves, "time")[..5], [0.0, 2.0, 4.0, 5.0, 8.0]);
    assert_eq!(counts(&curves, "at_risk")[5..], [5, 5, 3, 2, 1]);
    assert_eq!(counts(&curves, "responded"), [0, 1, 0, 0, 0, 0, 1, 1, 0, 1]);
    assert_eq!(counts(&curves, "censored")[..5], [0, 0, 0, 1, 0]);
    let expected = [0.0, 0.2, 0.2, 0.2, 0.2, 0.0, 0.2, 0.4, 0.4, 0.8];
    assert!(numbers(&curves, "incidence").iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12));

    let bots = table(&ACTS, 10, "response.incidence", json!({"bots": true, "by": "channel", "min_group": 3}));
    assert_eq!(texts(&bots, "responder_role"), ["-", "-"], "two askers in each");
    let bots = table(&ACTS, 10, "response.incidence", json!({"bots": true}));
    assert_eq!(texts(&bots, "responder_role")[10..], ["bot"; 5]);
    assert_eq!(hours(&bots, "time")[10..], [0.0, 1.0, 2.0, 4.0, 5.0]);
}

#[test]
fn one_minus_a_curve_of_staff_alone_is_more_than_the_incidence() {
    let curves = table(&ACTS, 10, "response.incidence", json!({}));
    let alone = table(&ACTS, 10, "response.curve", json!({"responder": "staff"}));
    let last = |column: &[f64]| *column.last().expect("a row");
    let staff: Vec<f64> = numbers(&curves, "incidence")[..5].to_vec();
    assert!(last(&staff) < 1.0 - last(&numbers(&alone, "survival")));
}

/// Posts and replies of a tiny domain; ties, replies to oneself and bots are common.
fn acts() -> impl Strategy<Value = Vec<Act<'static>>> {
    let member = prop::sample::select(vec![Some("ana"), Some("pia"), Some("sam"), Some("sue"), Some("robo"), None]);
    let kind = prop::sample::select(vec!["post", "reply", "reply"]);
    prop::collection::vec((0i64..40, member, kind, prop::sample::select(vec!["a", "b", "x"])), 1..40)
}

/// The first response to each post by the definition: a search of all rows.
fn naive<'a>(acts: &[Act<'a>], bots: bool) -> Vec<(i64, Option<(i64, &'a str)>)> {
    let posts = acts.iter().filter(|p| p.2 == "post" && (bots || p.1 != Some("robo")));
    posts
        .map(|post| {
            let replies = acts.iter().filter(|r| {
                r.2 == "reply" && r.3 == post.3 && r.0 >= post.0 && r.1 != post.1 && (bots || r.1 != Some("robo"))
            });
            (post.0, replies.filter_map(|r| Some((r.0 - post.0, r.1?))).min())
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn responders_are_those_of_the_definition(acts in acts(), bots in any::<bool>()) {
        let found = table(&acts, 60, "response.responders", json!({"bots": bots}));
        let mut expected: BTreeMap<&str, i64> = BTreeMap::new();
        for (_, name) in naive(&acts, bots).into_iter().filter_map(|(_, first)| first) {
            *expected.entry(name).or_default() += 1;
        }
        let got: BTreeMap<String, i64> = texts(&found, "responder").into_iter().zip(counts(&found, "first_responses")).collect();
        prop_assert_eq!(got, expected.into_iter().map(|(name, n)| (name.to_owned(), n)).collect());
        let answered = table(&acts, 60, "response.first_response", json!({}));
        if !bots && answered.height() > 0 {
            prop_assert_eq!(counts(&found, "first_responses").iter().sum::<i64>(), counts(&answered, "answered")[0]);
        }
    }

    #[test]
    fn incidence_is_that_of_the_definition(acts in acts(), bots in any::<bool>()) {
        let found = table(&acts, 60, "response.incidence", json!({"bots": bots}));
        let posts = naive(&acts, bots);
        let (role, time, got) = (texts(&found, "responder_role"), hours(&found, "time"), numbers(&found, "incidence"));
        for i in 0..found.height() {
            // Aalen–Johansen as it is written, hour by hour.
            let (mut survival, mut incidence) = (1.0, 0.0);
            for t in 0..=time[i] as i64 {
                let waited = |(asked, first): &(i64, Option<(i64, &str)>)| first.map_or(60 - asked, |(wait, _)| wait);
                let at_risk = posts.iter().filter(|post| waited(post) >= t).count() as f64;
                let ended: Vec<&str> = posts.iter().filter_map(|post| post.1).filter(|(wait, _)| *wait == t).map(|(_, by)| by).collect();
                let role_of = |name: &str| match name { "sam" | "sue" => "staff", "robo" => "bot", _ => "peer" };
                let own = ended.iter().filter(|name| role_of(name) == role[i]).count() as f64;
                if at_risk > 0.0 {
                    incidence += survival * own / at_risk;
                    survival *= 1.0 - ended.len() as f64 / at_risk;
                }
            }
            prop_assert!((incidence - got[i]).abs() < 1e-12, "{} at {}: {incidence} is not {}", role[i], time[i], got[i]);
        }
    }
}

/// A post resolved, reopened and resolved; one that a bot closes; one that is open; one whose thread is closed twice.
const CASES: [Act<'static>; 12] = [
    (0, Some("ana"), "post", "a"),
    (4, Some("ana"), "resolve", "a"),
    (6, Some("bo"), "reopen", "a"),
    (7, Some("bo"), "reopen", "a"),
    (16, None, "resolve", "a"),
    (1, Some("bo"), "post", "b"),
    (2, Some("robo"), "resolve", "b"),
    (2, Some("cy"), "post", "x"),
    (1, Some("cy"), "resolve", "y"),
    (3, Some("cy"), "post", "y"),
    (9, Some("ana"), "resolve", "y"),
    (11, Some("ana"), "resolve", "y"),
];

#[test]
fn resolution_by_hand() {
    let all = table(&CASES, 20, "response.resolution", json!({"within": ["5h", "1d"]}));
    assert_eq!(counts(&all, "n"), [5, 5]);
    assert_eq!((counts(&all, "resolved")[0], counts(&all, "unresolved")[0], counts(&all, "reopened")[0]), (3, 2, 1));
    // Spells of 4, 10 and 6 hours; open for 19 and 18. S: 4/5, 3/5, 2/5.
    assert_eq!((hours(&all, "median")[0], hours(&all, "resolved_median")[0]), (10.0, 6.0));
    assert!((numbers(&all, "attained")[0] - 0.2).abs() < 1e-12);
    assert!(numbers(&all, "attained")[1].is_nan(), "nothing was watched for a day");
    let bots = table(&CASES, 20, "response.resolution", json!({"bots": true, "by": "channel"}));
    assert_eq!((counts(&bots, "n"), counts(&bots, "resolved")), (vec![3, 2], vec![3, 1]));
}

#[test]
fn a_spell_counts_in_the_period_in_which_it_began() {
    let acts = [
        (0, Some("ana"), "post", "a"),
        (1, None, "resolve", "a"),
        (30, None, "reopen", "a"),
        (31, None, "resolve", "a"),
    ];
    let days = table(&acts, 48, "response.resolution", json!({"every": "1d"}));
    assert_eq!((counts(&days, "n"), counts(&days, "reopened")), (vec![1, 1], vec![0, 1]));
}

#[test]
fn at_one_instant_both_resolve_and_reopen_act() {
    let open = [(0, Some("ana"), "post", "a"), (3, None, "reopen", "a"), (3, None, "resolve", "a")];
    let table_of = |acts: &[Act<'_>]| table(acts, 9, "response.resolution", json!({}));
    let open = table_of(&open);
    assert_eq!((counts(&open, "resolved"), counts(&open, "unresolved")), (vec![1], vec![1]));
    let closed =
        [(0, Some("ana"), "post", "a"), (1, None, "resolve", "a"), (3, None, "reopen", "a"), (3, None, "resolve", "a")];
    let closed = table_of(&closed);
    assert_eq!((counts(&closed, "resolved"), counts(&closed, "unresolved")), (vec![2], vec![0]));
}

#[test]
fn what_nobody_knows_is_declined() {
    let refused = |events: DataFrame, options: Value| {
        let community = Community::builder(events).members(people()).build().expect("valid events");
        let kpi = commonweal::parse("response.resolution", &options).expect("valid options");
        community.compute(kpi.as_ref()).map(|table| table.height()).map_err(|error| error.to_string())
    };
    let never = refused(frame(&ACTS), json!({})).expect_err("no resolve");
    assert_eq!(
        never,
        "response.resolution needs acts of the kind resolve in a thread by a person (bots = true counts those of bots): an accepted answer, a closing; there is none"
    );
    assert_eq!(refused(frame(&[]), json!({})), Ok(0));
    let mut events = frame(&CASES);
    let quality =
        CASES.iter().map(|act| (act.2 == "resolve" && act.1.is_none()).then_some("inherited")).collect::<Vec<_>>();
    events.with_column(Column::new("time_quality".into(), quality)).expect("a column of this length");
    let told = refused(events.clone(), json!({})).expect_err("no time");
    assert_eq!(
        told,
        "inherited must be true, which measures the time until the accepted answer was written, got false, but 1 acts that resolve or reopen have no time of their own (time_quality inherited)"
    );
    assert_eq!(refused(events, json!({"inherited": true})), Ok(1));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn resolution_is_that_of_the_definition(
        hours in prop::collection::btree_set(0i64..80, 1..30),
        kinds in prop::collection::vec(prop::sample::select(vec!["post", "resolve", "reopen"]), 30),
        threads in prop::collection::vec(prop::sample::select(vec!["a", "b"]), 30),
    ) {
        // No two acts at one time: the state of each thread, act by act.
        let acts: Vec<Act<'_>> = hours.iter().zip(kinds.iter().zip(&threads)).map(|(h, (k, t))| (*h, Some("ana"), *k, *t)).collect();
        let (mut lengths, mut open, mut reopened) = (vec![], 0, 0);
        for name in ["a", "b"] {
            let (mut waiting, mut known) = (vec![], false);
            for (at, _, kind, _) in acts.iter().filter(|act| act.3 == name) {
                match *kind {
                    "post" => { waiting.push(*at); known = true; }
                    "resolve" => lengths.extend(waiting.drain(..).map(|start| at - start)),
                    _ if known && waiting.is_empty() => { waiting.push(*at); reopened += 1; }
                    _ => {}
                }
            }
            open += waiting.len() as i64;
        }
        prop_assume!(acts.iter().any(|act| act.2 == "resolve") && lengths.len() as i64 + open > 0);
        let found = table(&acts, 90, "response.resolution", json!({}));
        lengths.sort_unstable();
        prop_assert_eq!(counts(&found, "resolved"), vec![lengths.len() as i64]);
        prop_assert_eq!(counts(&found, "unresolved"), vec![open]);
        prop_assert_eq!(counts(&found, "reopened"), vec![reopened]);
        if let Some(high) = lengths.get(lengths.len() / 2) {
            let low = lengths[(lengths.len() - 1) / 2];
            prop_assert_eq!(hours_of(&found), (low + high) as f64 / 2.0);
        }
    }
}

fn hours_of(table: &DataFrame) -> f64 {
    hours(table, "resolved_median")[0]
}

#[test]
fn two_groups_by_hand() {
    let both = table(&ACTS, 10, "response.compare", json!({"between": "channel", "within": ["3h"]}));
    assert_eq!((texts(&both, "first"), texts(&both, "second")), (vec!["help".into()], vec!["talk".into()]));
    assert_eq!((counts(&both, "n_first"), counts(&both, "answered_first")), (vec![3], vec![3]));
    assert_eq!((counts(&both, "n_second"), counts(&both, "answered_second")), (vec![2], vec![1]));
    // Waits of 2, 4 and 8 hours; and of 2, one open for 5.
    assert_eq!((hours(&both, "median_first"), hours(&both, "median_second")), (vec![4.0], vec![2.0]));
    assert_eq!(hours(&both, "median_difference"), [-2.0]);
    assert!((numbers(&both, "attained_difference")[0] - (0.5 - 1.0 / 3.0)).abs() < 1e-12);
    // At 2: 3 of 5 at risk, two end, expected 1.2, variance 2·3/4·0.24; then the first alone or 2 of 3: expected 2/3, variance 2/9; at 8 all are the first's.
    let (excess, variance) = (3.0 - 1.2 - 2.0 / 3.0 - 1.0, 0.36 + 2.0 / 9.0f64);
    assert!((numbers(&both, "log_rank")[0] - excess * excess / variance).abs() < 1e-12);
    assert!(both.column("complete").is_err());

    let turned =
        table(&ACTS, 10, "response.compare", json!({"between": "channel", "groups": ["talk", "help"], "within": "3h"}));
    assert_eq!((texts(&turned, "first"), hours(&turned, "median_difference")), (vec!["talk".into()], vec![2.0]));
    assert!((numbers(&turned, "p_value")[0] - numbers(&both, "p_value")[0]).abs() < 1e-12);
    let hidden = table(&ACTS, 10, "response.compare", json!({"between": "channel", "min_group": 3}));
    assert_eq!((counts(&hidden, "n_first"), counts(&hidden, "n_second")), (vec![-1], vec![-1]));
    let shown = table(&ACTS, 10, "response.compare", json!({"between": "channel", "min_group": 2}));
    assert_eq!(counts(&shown, "n_first"), [3]);
}

#[test]
fn two_periods_by_hand() {
    let acts = [
        (1, Some("ana"), "post", "a"),
        (5, Some("pia"), "reply", "a"),
        (26, Some("bo"), "post", "b"),
        (49, Some("pia"), "reply", "b"),
        (30, Some("bo"), "post", "x"),
        (50, Some("cy"), "post", "y"),
    ];
    let dates = json!({"periods": [["2026-01-05", "2026-01-06"], ["2026-01-06", "2026-01-07"]]});
    let two = table(&acts, 60, "response.compare", dates);
    assert_eq!(
        (texts(&two, "first"), texts(&two, "second")),
        (vec!["2026-01-05/2026-01-06".into()], vec!["2026-01-06/2026-01-07".into()])
    );
    assert_eq!(
        (counts(&two, "n_first"), counts(&two, "n_second"), counts(&two, "answered_second")),
        (vec![1], vec![2], vec![1])
    );
    assert_eq!((hours(&two, "median_first"), hours(&two, "median_second")), (vec![4.0], vec![23.0]));
    // The days that are over, and the one that is not.
    let days = table(&acts, 60, "response.compare", json!({"every": "1d"}));
    assert!(days.equals_missing(&two));
    let open = table(
        &acts,
        60,
        "response.compare",
        json!({"periods": [["2026-01-06", "2026-01-07"], ["2026-01-07", "2026-01-08"]]}),
    );
    assert_eq!(open.column("complete").unwrap().bool().unwrap().get(0), Some(false));
    // Who asks on two days of one period is one asker.
    let acts = [
        (2, Some("bo"), "post", "v"),
        (3, Some("cy"), "post", "w"),
        (30, Some("bo"), "post", "x"),
        (50, Some("bo"), "post", "y"),
    ];
    let grouped = |n: u32| {
        let periods = [["2026-01-04", "2026-01-06"], ["2026-01-06", "2026-01-08"]];
        let options = json!({"by": "channel", "min_group": n, "periods": periods});
        counts(&table(&acts, 60, "response.compare", options), "n_second")
    };
    assert_eq!((grouped(1), grouped(2)), (vec![2], vec![-1]));
}

#[test]
fn what_cannot_be_compared_is_named() {
    let refused = |options: Value| match commonweal::parse("response.compare", &options) {
        Err(error) => error.to_string(),
        Ok(kpi) => {
            let community = Community::builder(frame(&ACTS)).members(people()).build().expect("valid events");
            community.compute(kpi.as_ref()).expect_err("no comparison").to_string()
        }
    };
    for (options, message) in [
        (
            json!({"between": "channel", "groups": ["help", "dev"]}),
            r#"groups must be two of the values of channel: "help", "talk", got "dev""#,
        ),
        (
            json!({"between": "thread"}),
            r#"groups must be two of the values of thread: "a", "b", "c", "x", "y", got none"#,
        ),
        (json!({"groups": ["a", "b"]}), "groups must be two values of the column that between names, got no between"),
        (
            json!({"between": "channel", "by": "channel"}),
            r#"between must be a column that by does not name, got "channel""#,
        ),
        (
            json!({"periods": [["2026-01-05", "2026-01-07"], ["2026-01-06", "2026-01-08"]]}),
            "periods must be two that share no day: a post of both is no comparison, got 2026-01-05/2026-01-07 and 2026-01-06/2026-01-08",
        ),
        (
            json!({"periods": [["2026-01-07", "2026-01-05"], ["2026-01-06", "2026-01-08"]]}),
            "periods must be two pairs of dates, the first date before the second, got 2026-01-07/2026-01-05",
        ),
    ] {
        assert_eq!(refused(options), message);
    }
}
