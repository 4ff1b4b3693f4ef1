//! How long until a post is resolved, and once more after it is reopened.
use commonweal::Community;
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ACTS, Act, counts, frame, hours, numbers, people, table};

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
