//! Who answers first, and how many by when.
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{ACTS, Act, counts, hours, numbers, table, texts};

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
