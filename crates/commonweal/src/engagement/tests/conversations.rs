//! Conversations by hand, and as told by a naive definition on random talk.
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use super::{DAY, Said, counts, maybe_counts, numbers, table, talk};

const HOUR: i64 = DAY / 24;

#[test]
fn a_conversation_by_hand() {
    // Ana asks; bo answers, cy answers bo, ana answers cy; di answers the post. Then a post that nobody answers.
    let said = [
        (0, "ana", "post", "t", "1", ""),
        (1, "bo", "reply", "t", "2", "1"),
        (2, "cy", "reply", "t", "3", "2"),
        (4, "ana", "reply", "t", "4", "3"),
        (5, "ana", "reply", "t", "5", "3"),
        (6, "di", "reply", "t", "6", ""),
        (7, "ed", "post", "u", "7", ""),
        (8, "bo", "view", "u", "", "7"),
    ];
    let found = table(&talk(&said, &[]), "engagement.conversations", json!({}));
    assert_eq!((counts(&found, "threads"), counts(&found, "replies")), (vec![2], vec![5]));
    assert_eq!(numbers(&found, "participants_mean"), [Some(2.5)]);
    assert_eq!((numbers(&found, "depth_mean"), counts(&found, "depth_max")), (vec![Some(1.5)], vec![3]));
    // Two replies each at depths 1 and 3.
    assert_eq!(numbers(&found, "breadth_mean"), [Some(1.0)]);
    assert_eq!(
        (numbers(&found, "answered_share"), numbers(&found, "two_way_share")),
        (vec![Some(0.5)], vec![Some(0.5)])
    );
    // Five messages follow another; ana once follows herself.
    assert_eq!(numbers(&found, "turn_taking"), [Some(0.8)]);
    assert_eq!(counts(&found, "duration_median"), [6 * HOUR]);
}

#[test]
fn as_each_thread_was_so_long_after_its_opening() {
    let said = [
        (0, "ana", "post", "t", "1", ""),
        (1, "bo", "reply", "t", "2", "1"),
        (30, "ana", "reply", "t", "3", "2"),
        (40, "bo", "post", "t2", "4", ""),
        (50, "bo", "view", "", "", ""),
    ];
    let all = talk(&said, &[]);
    let day = table(&all, "engagement.conversations", json!({"within": "1d"}));
    // The second was opened ten hours before the end of observation: nobody knows what it is like after a day.
    assert_eq!((counts(&day, "threads"), counts(&day, "replies")), (vec![1], vec![1]));
    assert_eq!((numbers(&day, "two_way_share"), counts(&day, "duration_median")), (vec![Some(0.0)], vec![HOUR]));
    let hours = table(&all, "engagement.conversations", json!({"within": "10h", "every": "1d"}));
    assert_eq!(counts(&hours, "threads"), [1, 1]);
    assert_eq!(maybe_counts(&hours, "duration_median"), [Some(HOUR), None]);
    let complete = |frame: &polars::prelude::DataFrame| -> Vec<Option<bool>> {
        frame.column("complete").unwrap().bool().unwrap().iter().collect()
    };
    // A post of the last hour of the second day would not be due.
    assert_eq!(complete(&hours), [Some(true), Some(false)]);
    let error = super::compute(&all, "engagement.conversations", json!({"within": "0s"})).unwrap_err().to_string();
    assert!(error.starts_with("within must be "), "{error}");
}

#[test]
fn who_is_not_heard() {
    let said = [
        (0, "ana", "post", "t", "1", ""),
        (1, "robot", "reply", "t", "2", "1"),
        (2, "", "reply", "t", "3", "2"),
        (3, "ana", "reply", "t", "4", "3"),
        (4, "robot", "post", "u", "5", ""),
        (5, "ana", "reply", "u", "6", "5"),
        (6, "bo", "reply", "v", "7", "6"),
    ];
    let all = talk(&said, &[("robot", "bot")]);
    let found = table(&all, "engagement.conversations", json!({}));
    // The robot's thread is none, and its reply no step; the thread without a post is left out.
    assert_eq!((counts(&found, "threads"), counts(&found, "replies")), (vec![1], vec![2]));
    assert_eq!((counts(&found, "depth_max"), numbers(&found, "participants_mean")), (vec![2], vec![Some(1.0)]));
    assert_eq!(
        (numbers(&found, "answered_share"), numbers(&found, "two_way_share")),
        (vec![Some(0.0)], vec![Some(0.0)])
    );
    // Who wrote the second message is not known, so neither it nor the next is anybody's turn.
    assert_eq!(numbers(&found, "turn_taking"), [None]);
    let bots = table(&all, "engagement.conversations", json!({"bots": true}));
    assert_eq!(
        (counts(&bots, "threads"), counts(&bots, "replies"), counts(&bots, "depth_max")),
        (vec![2], vec![4], vec![3])
    );
    assert_eq!(numbers(&bots, "answered_share"), [Some(0.5)]);
}

#[test]
fn replies_in_a_circle_answer_nothing() {
    let said = [
        (0, "ana", "post", "t", "1", ""),
        (1, "bo", "reply", "t", "2", "3"),
        (2, "cy", "reply", "t", "3", "2"),
        (3, "di", "reply", "t", "4", "3"),
    ];
    let found = table(&talk(&said, &[]), "engagement.conversations", json!({}));
    assert_eq!((counts(&found, "depth_max"), numbers(&found, "breadth_mean")), (vec![2], vec![Some(2.0)]));
}

#[test]
fn groups_of_few_openers_are_hidden() {
    let said = [(0, "ana", "post", "t", "1", ""), (1, "bo", "reply", "t", "2", "1"), (2, "cy", "reply", "t", "3", "1")];
    let found = table(&talk(&said, &[]), "engagement.conversations", json!({"by": "channel", "min_group": 2}));
    assert_eq!(maybe_counts(&found, "threads"), [None]);
    assert_eq!(table(&talk(&[], &[]), "engagement.conversations", json!({"every": "1w"})).height(), 0);
}

fn said() -> impl Strategy<Value = Vec<(i64, &'static str, &'static str, &'static str, Option<usize>)>> {
    let name = prop::sample::select(vec!["a", "b", "c", "d", ""]);
    let kind = prop::sample::select(vec!["post", "reply", "reply", "reply", "reaction"]);
    let thread = prop::sample::select(vec!["t", "u", "v", "w"]);
    prop::collection::vec((0i64..400, name, kind, thread, prop::option::of(0usize..40)), 1..40)
}

/// How deep a message lies: one below its parent, and one below the post where it names none or its line leads in a circle.
fn naive_depth(rows: &[Said<'_>], row: usize) -> i64 {
    if rows[row].2 == "post" {
        return 0;
    }
    let step = i64::from(rows[row].2 == "reply");
    let parent = rows.iter().position(|other| other.4 == rows[row].5 && other.3 == rows[row].3);
    // In a circle it stands alone; what hangs on a circle comes out of this before it has gone round.
    let above = parent.filter(|_| !in_circle(rows, row)).map_or(0, |parent| naive_depth(rows, parent));
    above + step
}

fn in_circle(rows: &[Said<'_>], row: usize) -> bool {
    let mut at = row;
    for _ in 0..rows.len() {
        match rows.iter().position(|other| other.4 == rows[at].5 && other.3 == rows[at].3 && rows[at].2 != "post") {
            None => return false,
            Some(parent) if parent == row => return true,
            Some(parent) => at = parent,
        }
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conversations_are_what_they_say(drawn in said()) {
        let ids: Vec<String> = (0..drawn.len()).map(|i| format!("e{i}")).collect();
        let parents: Vec<String> = drawn.iter().map(|row| row.4.map_or(String::new(), |p| format!("e{p}"))).collect();
        let rows: Vec<Said<'_>> = drawn.iter().enumerate()
            // Times that differ: what is said at one instant has its own test.
            .map(|(i, row)| (row.0 * 100 + i as i64, row.1, row.2, row.3, ids[i].as_str(), parents[i].as_str()))
            .collect();
        let all = talk(&rows, &[]);
        let found = table(&all, "engagement.conversations", json!({"by": "channel"}));
        let mut threads: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        (0..rows.len()).for_each(|i| threads.entry(rows[i].3).or_default().push(i));
        let (mut sums, mut deepest): (BTreeMap<&str, [f64; 9]>, BTreeMap<&str, i64>) = Default::default();
        for (thread, own) in &mut threads {
            own.sort_by_key(|i| rows[*i].0);
            let Some(opener) = own.iter().copied().find(|i| rows[*i].2 == "post") else { continue };
            let messages: Vec<usize> = own.iter().copied().filter(|i| rows[*i].2 != "reaction").collect();
            let replies: Vec<usize> = messages.iter().copied().filter(|i| rows[*i].2 == "reply").collect();
            let depths: Vec<i64> = replies.iter().map(|i| naive_depth(&rows, *i)).collect();
            let depth = depths.iter().copied().max().unwrap_or(0);
            let breadth = depths.iter().map(|d| depths.iter().filter(|o| *o == d).count()).max().unwrap_or(0);
            let people: BTreeSet<&str> = messages.iter().map(|i| rows[*i].1).filter(|name| !name.is_empty()).collect();
            let asker = rows[opener].1;
            let answer = replies.iter().copied().find(|i| rows[*i].0 > rows[opener].0 && rows[*i].1 != asker && !rows[*i].1.is_empty());
            let back = answer.is_some_and(|answer| !asker.is_empty() && messages.iter().any(|i| rows[*i].0 > rows[answer].0 && rows[*i].1 == asker));
            let known = messages.windows(2).filter(|w| w.iter().all(|i| !rows[*i].1.is_empty()));
            let (pairs, changes) = known.fold((0, 0), |(n, k), w| (n + 1, k + i64::from(rows[w[0]].1 != rows[w[1]].1)));
            let channel = if *thread < "u" { "x" } else { "y" };
            let of = sums.entry(channel).or_default();
            let values = [1.0, replies.len() as f64, people.len() as f64, depth as f64, breadth as f64,
                f64::from(u8::from(answer.is_some())), f64::from(u8::from(back)), pairs as f64, changes as f64];
            of.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
            let known = deepest.entry(channel).or_default();
            *known = depth.max(*known);
        }
        prop_assert_eq!(found.height(), sums.len());
        let channels: Vec<String> = found.column("channel").unwrap().str().unwrap().iter().map(|c| c.unwrap().to_owned()).collect();
        for (i, channel) in channels.iter().enumerate() {
            let s = sums[channel.as_str()];
            prop_assert_eq!(counts(&found, "threads")[i] as f64, s[0]);
            prop_assert_eq!(counts(&found, "replies")[i] as f64, s[1]);
            for (name, k, n) in [("participants_mean", s[2], s[0]), ("depth_mean", s[3], s[0]), ("breadth_mean", s[4], s[0]),
                ("answered_share", s[5], s[0]), ("turn_taking", s[8], s[7])] {
                let expected = (n > 0.0).then_some(k / n);
                prop_assert!(match (numbers(&found, name)[i], expected) {
                    (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                    (a, b) => a == b,
                }, "{}: {:?} is not {:?}", name, numbers(&found, name)[i], expected);
            }
            prop_assert_eq!(counts(&found, "depth_max")[i], deepest[channel.as_str()]);
        }
    }
}
