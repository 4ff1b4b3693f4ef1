//! Edges by hand, and told once more, as plainly as can be, on random events.
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Row, community, counts, drawn, numbers, table, texts};
use crate::community::Community;

/// Source, target, replies, reactions, weight.
fn edges(community: &Community, options: Value) -> Vec<(String, String, i64, i64, f64)> {
    let frame = table(community, "network.edges", options);
    let (sources, targets, weights) = (texts(&frame, "source"), texts(&frame, "target"), numbers(&frame, "weight"));
    let (replies, reactions) = (counts(&frame, "replies"), counts(&frame, "reactions"));
    (0..frame.height())
        .map(|i| {
            let weight = weights[i].unwrap();
            (sources[i].clone(), targets[i].clone(), replies[i].unwrap(), reactions[i].unwrap(), weight)
        })
        .collect()
}

fn edge(source: &str, target: &str, replies: i64, reactions: i64, weight: f64) -> (String, String, i64, i64, f64) {
    (source.to_owned(), target.to_owned(), replies, reactions, weight)
}

const TALK: &[Row<'static>] = &[
    (0, "ana", "post", "t", "a", ""),
    (1, "bo", "reply", "t", "b", "a"),
    (2, "cy", "reply", "t", "c", "b"),
    (3, "bo", "reply", "t", "d", "gone"), // names what is not there: to the opener
    (4, "cy", "reply", "t", "", ""),      // names nothing: to the opener
    (5, "ana", "reply", "t", "", "a"),    // to herself
    (6, "", "reply", "t", "u", "a"),      // nobody knows by whom
    (7, "cy", "reply", "t", "", "u"),     // nobody knows to whom
    (8, "bot", "reply", "t", "r", "a"),
    (9, "cy", "reply", "t", "", "r"), // to a bot
    (10, "dee", "reaction", "t", "", "b"),
    (10, "dee", "view", "t", "", "b"),
    (12, "sue", "reply", "v", "", "w"), // the thread has no post
    (24, "bo", "reply", "t", "", "a"),
];

#[test]
fn replies_tie_to_the_author_of_the_parent_or_the_opener() {
    let community = community(TALK, 48);
    let plain = edges(&community, json!({}));
    assert_eq!(plain, [edge("bo", "ana", 3, 0, 3.0), edge("cy", "ana", 1, 0, 1.0), edge("cy", "bo", 1, 0, 1.0)]);
    let reactions = edges(&community, json!({"reactions": true}));
    assert_eq!(reactions[3], edge("dee", "bo", 0, 1, 1.0));
    assert_eq!(reactions[..3], plain);
    let bots = edges(&community, json!({"bots": true}));
    assert_eq!(bots.len(), 5);
    assert!(bots.contains(&edge("bot", "ana", 1, 0, 1.0)) && bots.contains(&edge("cy", "bot", 1, 0, 1.0)));
    assert_eq!(edges(&community, json!({"top": 1})), plain[..1]);
    assert_eq!(edges(&community, json!({"roles": "staff"})), []);
}

#[test]
fn an_act_weighs_half_after_each_half_life() {
    // As of Wednesday: two acts of Monday weigh 2^(−2/2) each, one of Tuesday 2^(−1/2).
    let found = edges(&community(TALK, 48), json!({"half_life": "2d"}));
    assert_eq!((found[0].2, &found[0].0[..]), (3, "bo"));
    assert!((found[0].4 - (1.0 + 0.5f64.sqrt())).abs() < 1e-12);
    assert!((found[1].4 - 0.5).abs() < 1e-12);
}

#[test]
fn the_opener_is_the_author_of_the_earliest_post_whatever_the_order_of_rows() {
    let rows = [
        (5, "bo", "reply", "t", "", ""),
        (3, "cy", "post", "t", "", ""),
        (2, "eve", "post", "t", "", ""),
        (2, "dee", "post", "t", "", ""),
    ];
    assert_eq!(edges(&community(&rows, 9), json!({})), [edge("bo", "dee", 1, 0, 1.0)]);
}

#[test]
fn groups_are_of_the_act_and_small_ones_are_hidden() {
    let rows = [TALK, &[(30, "cy", "post", "x", "", ""), (31, "ana", "reply", "x", "", "")]].concat();
    let community = community(&rows, 48);
    let by = table(&community, "network.edges", json!({"by": "channel", "min_group": 3}));
    // Two are tied in x; three in t, which would give x away.
    assert_eq!(texts(&by, "channel"), ["t", "x"]);
    assert_eq!((counts(&by, "replies"), texts(&by, "source")), (vec![None; 2], vec!["null".to_owned(); 2]));
    assert_eq!(table(&community, "network.edges", json!({"by": "channel"})).height(), 4);
}

#[test]
fn nothing_gives_the_columns_and_no_row() {
    let nothing = table(&community(&[], 1), "network.edges", json!({}));
    assert_eq!(nothing.get_column_names(), ["source", "target", "replies", "reactions", "weight"]);
    assert_eq!(nothing.height(), 0);
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let error =
        |options: Value| crate::parse("network.edges", &options).and_then(|kpi| kpi.check()).unwrap_err().to_string();
    assert_eq!(error(json!({"top": 0})), "top must be 1 or more, or nothing for all, got 0");
    assert!(
        error(json!({"half_life": "0d"})).starts_with("half_life must be"),
        "{}",
        error(json!({"half_life": "0d"}))
    );
}

proptest! {
    #[test]
    fn edges_are_what_they_are_defined_to_be(drawn in drawn(), reactions: bool) {
        let names = ["ana", "bot", "cy", "dee", "eve", "sue"];
        let text: Vec<[String; 4]> = drawn.iter().enumerate().map(|(i, (_, member, _, thread, parent))| {
            let member = member.map_or(String::new(), |m| names[m as usize].to_owned());
            [member, format!("t{thread}"), format!("e{i}"), parent.map_or(String::new(), |p| format!("e{p}"))]
        }).collect();
        let rows: Vec<Row<'_>> = drawn.iter().zip(&text)
            .map(|(d, [member, thread, id, parent])| (d.0, member.as_str(), d.2, thread.as_str(), id.as_str(), parent.as_str()))
            .collect();
        let mut expected = BTreeMap::<(String, String), [i64; 2]>::new();
        for (i, row) in rows.iter().enumerate() {
            let which = match row.2 { "reply" => 0, "reaction" if reactions => 1, _ => continue };
            let parent = rows.iter().find(|other| other.3 == row.3 && other.4 == row.5);
            let mut posts: Vec<&Row<'_>> = rows.iter().filter(|other| other.3 == row.3 && other.2 == "post").collect();
            posts.sort_by_key(|post| (post.0, post.1));
            let opener = posts.first().copied().filter(|_| which == 0);
            let Some(to) = parent.or(opener) else { continue };
            let (from, to) = (rows[i].1, to.1);
            if from != to && !from.is_empty() && !to.is_empty() && from != "bot" && to != "bot" {
                expected.entry((from.to_owned(), to.to_owned())).or_default()[which] += 1;
            }
        }
        let mut expected: Vec<_> = expected.into_iter()
            .map(|((from, to), [replies, reactions])| (from, to, replies, reactions, (replies + reactions) as f64)).collect();
        expected.sort_by(|a, b| b.4.total_cmp(&a.4));
        prop_assert_eq!(edges(&community(&rows, 300), json!({"reactions": reactions})), expected);
    }
}
