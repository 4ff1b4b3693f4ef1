//! What the tests of the family share, and edges by hand and told once more, as plainly as can be, on random events.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::collections::BTreeMap;

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;

pub(super) const DAY: i64 = 86_400_000_000;
/// Monday, 2026-01-05.
pub(super) const MONDAY: i64 = 1_767_571_200_000_000;

/// Hour after the Monday, member, kind, thread, id, parent; a text of `""` is none.
pub(super) type Row<'a> = (i64, &'a str, &'a str, &'a str, &'a str, &'a str);

pub(super) fn events(rows: &[Row<'_>]) -> DataFrame {
    let text = |of: &dyn Fn(&Row<'_>) -> String| {
        rows.iter().map(|row| Some(of(row)).filter(|text| !text.is_empty())).collect::<Vec<_>>()
    };
    let mut frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * DAY / 24).collect::<Vec<_>>(),
        "member" => text(&|r| r.1.to_owned()),
        "kind" => text(&|r| r.2.to_owned()),
        "thread" => text(&|r| r.3.to_owned()),
        "id" => text(&|r| r.4.to_owned()),
        "parent" => text(&|r| r.5.to_owned()),
        "channel" => text(&|r| r.3.chars().take(1).collect()),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    frame
}

/// Ana to Fay are people, Bot is none.
pub(super) fn community(rows: &[Row<'_>], as_of_hour: i64) -> Community {
    let members = df!["member" => ["ana", "bot", "sue"], "role" => [None, Some("bot"), Some("staff")]].unwrap();
    let as_of = chrono::DateTime::from_timestamp_micros(MONDAY + as_of_hour * DAY / 24).unwrap();
    Community::builder(events(rows)).members(members).as_of(as_of).build().unwrap()
}

pub(super) fn table(community: &Community, name: &str, options: Value) -> DataFrame {
    community.compute(crate::parse(name, &options).unwrap().as_ref()).unwrap()
}

pub(super) fn counts(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).unwrap().i64().unwrap().iter().collect()
}

pub(super) fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).unwrap().f64().unwrap().iter().collect()
}

pub(super) fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    frame.column(column).unwrap().str().unwrap().iter().map(|text| text.unwrap_or("null").to_owned()).collect()
}

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

/// Ana asks, and is answered by Bo, Cy and Dee; Bo asks, and is answered by Cy twice, once long ago; Sue answers Dee.
const HELP: &[Row<'static>] = &[
    (0, "bo", "post", "s", "", ""),
    (1, "cy", "reply", "s", "", ""),
    (240, "ana", "post", "t", "", ""),
    (241, "bo", "reply", "t", "", ""),
    (242, "cy", "reply", "t", "", ""),
    (243, "dee", "reply", "t", "", ""),
    (244, "bo", "post", "u", "", ""),
    (245, "cy", "reply", "u", "", ""),
    (246, "dee", "post", "v", "", ""),
    (247, "sue", "reply", "v", "", ""),
];

#[test]
fn leaders_by_hand() {
    let community = community(HELP, 250);
    let all = json!({"top": null, "bootstrap": 0, "window": "6d"});
    let help = table(&community, "network.leaders", all);
    // Rank goes from who is answered to who answers: Cy has that of Bo whole, and a third of Ana's.
    assert_eq!(texts(&help, "member"), ["cy", "sue", "bo", "dee", "ana"]);
    // x of Ana is a, of Bo and Dee a + 0.85 a / 3, of Sue a + 0.85 b, of Cy a + 0.85 (a / 3 + b); and they are 1.
    let (third, d) = (0.85 / 3.0, 0.85);
    let b = 1.0 + third;
    let sum = 1.0 + 2.0 * b + (1.0 + d * b) + (1.0 + third + d * b);
    let expected = [(1.0 + third + d * b) / sum, (1.0 + d * b) / sum, b / sum, b / sum, 1.0 / sum];
    let found = numbers(&help, "pagerank");
    assert!(found.iter().zip(expected).all(|(a, b)| (a.unwrap() - b).abs() < 1e-10), "{found:?} {expected:?}");
    assert_eq!(counts(&help, "rank"), [1, 2, 3, 3, 5].map(Some));
    assert_eq!(texts(&help, "role"), ["member", "staff", "member", "member", "member"]);
    assert_eq!(numbers(&help, "in_strength"), [0.0, 0.0, 2.0, 1.0, 3.0].map(Some));
    assert_eq!(numbers(&help, "out_strength"), [3.0, 1.0, 1.0, 1.0, 0.0].map(Some));
    assert_eq!(counts(&help, "degree"), [2, 1, 2, 2, 3].map(Some));
    assert_eq!(counts(&help, "core"), [2, 1, 2, 1, 2].map(Some));
    // Ways to Sue lead through Dee, and those of the other two through Ana; of 6 pairs of others.
    assert_eq!(numbers(&help, "betweenness"), [0.0, 0.0, 0.0, 3.0 / 6.0, 4.0 / 6.0].map(Some));
    // Before the last six days Cy alone had answered; since then Cy and Sue lead, as over all time.
    assert_eq!(counts(&help, "rank_now"), [1, 2, 4, 4, 5].map(Some));
    assert_eq!(counts(&help, "rank_before"), [1, 5, 5, 5, 5].map(Some));
    assert_eq!(counts(&help, "rise"), [0, 3, 1, 1, 0].map(Some));
    assert_eq!(counts(&help, "rise_low"), [None; 5]);

    let attention = json!({"top": 2, "bootstrap": 0, "direction": "attention", "betweenness": false, "window": null});
    let attention = table(&community, "network.leaders", attention);
    assert_eq!(texts(&attention, "member"), ["ana", "dee"]);
    assert_eq!(numbers(&attention, "betweenness"), [None; 2]);
    assert_eq!(counts(&attention, "rank_now"), [None; 2]);
}

#[test]
fn a_rank_on_few_acts_has_a_wide_interval_and_one_on_many_a_narrow_one() {
    // Ana answers a hundred times, Bo, Cy and Dee once each, all within a day; before that nobody did.
    let mut rows: Vec<Row<'_>> = vec![(0, "eve", "post", "t", "", ""), (0, "fay", "post", "u", "", "")];
    rows.extend((0..100).map(|i| (2400 + i % 20, "ana", "reply", if i % 2 == 0 { "t" } else { "u" }, "", "")));
    rows.extend(["bo", "cy", "dee"].map(|who| (2400, who, "reply", "t", "", "")));
    let found = table(&community(&rows, 2430), "network.leaders", json!({"top": null, "window": "30d"}));
    assert_eq!(texts(&found, "member")[0], "ana");
    let interval = |i: usize| (counts(&found, "rank_low")[i].unwrap(), counts(&found, "rank_high")[i].unwrap());
    assert_eq!(interval(0), (1, 1));
    let at = texts(&found, "member").iter().position(|who| who == "bo").unwrap();
    // With Cy and Dee the second, or behind both when the one act is not drawn.
    assert_eq!(interval(at), (2, 4));
    let rising = found.column("rising").unwrap().bool().unwrap().iter().collect::<Vec<_>>();
    // Before, nobody did anything: there is nothing that they could have risen from.
    assert_eq!((rising, counts(&found, "rank_before")), (vec![None; 6], vec![None; 6]));
    let least = table(&community(&rows, 2430), "network.leaders", json!({"top": null, "window": "30d"}));
    assert!(least.equals_missing(&found), "the same events give the same intervals");
}

#[test]
fn who_does_nothing_does_not_rise_when_others_fall_silent() {
    // Once Cy answered; then thirty others; of late Ana and Bo alone. Cy and the thirty are not on the rise for it.
    let names: Vec<String> = (0..30).map(|i| format!("m{i:02}")).collect();
    let mut rows: Vec<Row<'_>> = vec![(0, "eve", "post", "t", "", "")];
    rows.extend((0..9).map(|i| (i, "cy", "reply", "t", "", "")));
    rows.extend(names.iter().flat_map(|name| (0..9).map(move |i| (800 + i, name.as_str(), "reply", "t", "", ""))));
    rows.extend(["ana", "bo"].iter().flat_map(|name| (0..20).map(move |i| (1600 + i, *name, "reply", "t", "", ""))));
    let found = table(&community(&rows, 1680), "network.leaders", json!({"top": null, "window": "20d"}));
    let rising = found.column("rising").unwrap().bool().unwrap().iter().collect::<Vec<_>>();
    let by_name = texts(&found, "member").into_iter().zip(rising).collect::<BTreeMap<_, _>>();
    let of = |name: &str| by_name[name].unwrap();
    assert!(of("ana") && of("bo") && !of("cy") && !of("eve") && !of("m07"), "{by_name:?}");
}

#[test]
fn newcomers_by_hand() {
    // Hours to the first, second and third partner: ana 241 − 240, +1, +1; bo 1 − 0 (Cy), then Ana at 241; cy 0 (answers Bo), 241 (Ana);
    // dee 0 (answers Ana), 4 (Sue); sue 0 (answers Dee).
    let community = community(HELP, 250);
    let options = json!({"k": [1, 2, 3], "within": "2h"});
    let found = table(&community, "network.newcomers", options);
    assert_eq!(counts(&found, "k"), [1, 2, 3].map(Some));
    assert_eq!(counts(&found, "n"), [5; 3].map(Some));
    assert_eq!(counts(&found, "tied"), [5, 4, 1].map(Some));
    assert_eq!(counts(&found, "censored"), [0, 1, 4].map(Some));
    let hours = |name: &str| {
        let micros = found.column(name).unwrap().cast(&DataType::Int64).unwrap();
        micros.i64().unwrap().iter().map(|t| t.map(|t| t * 24 / DAY)).collect::<Vec<_>>()
    };
    // First partners after 0, 0, 0, 1, 1 hours; second ones after 2, 4, 241, 241, and Sue's is still to come after 3.
    assert_eq!(hours("median"), [Some(0), Some(241), None]);
    let attained = numbers(&found, "attained");
    assert!((attained[0].unwrap() - 1.0).abs() < 1e-12 && (attained[1].unwrap() - 0.2).abs() < 1e-12);

    let answered = json!({"k": 1, "tied_by": "answered", "within": "2h", "roles": "member"});
    let answered = table(&community, "network.newcomers", answered);
    // Cy is never answered; Dee is, by Sue of the staff, who is no newcomer that counts.
    assert_eq!((counts(&answered, "n"), counts(&answered, "tied")), (vec![Some(4)], vec![Some(3)]));
    let weekly = table(&community, "network.newcomers", json!({"k": 1, "within": "2h", "every": "1w"}));
    assert_eq!(counts(&weekly, "n"), [Some(2), Some(3)]);
    let error = |k: Value| {
        let kpi = crate::parse("network.newcomers", &json!({"k": k}));
        kpi.unwrap_err().to_string()
    };
    for k in [json!([]), json!(0), json!([2, 2]), json!(5000)] {
        assert!(error(k).starts_with("k must be one or more numbers of partners that differ"));
    }
}

/// Hours of a day, so that months are easily told: January is up to 648, February up to 1320, March up to 2064.
const PLACES: &[Row<'static>] = &[
    (0, "ana", "post", "intro", "", ""),
    (1, "bo", "post", "intro", "", ""),
    (2, "bo", "post", "help", "", ""),
    (3, "cy", "post", "intro", "", ""),
    (700, "ana", "reply", "help", "", ""),
    (701, "bo", "reply", "help", "", ""),
    (702, "bo", "view", "intro", "", ""),
    (703, "bot", "reply", "help", "", ""),
    (1400, "ana", "reply", "art", "", ""),
    (2100, "ana", "reply", "art", "", ""),
];

/// Source, target, n, members, moved.
type Moves = Vec<(String, String, i64, i64, i64)>;

fn moves(community: &Community, options: Value) -> Moves {
    let frame = table(community, "network.flow", options);
    let (from, to) = (texts(&frame, "source"), texts(&frame, "target"));
    let [n, members, moved] = ["n", "members", "moved"].map(|name| counts(&frame, name));
    let row = |i: usize| {
        (from[i].clone(), to[i].clone(), n[i].unwrap_or(-1), members[i].unwrap_or(-1), moved[i].unwrap_or(-1))
    };
    (0..frame.height()).map(row).collect()
}

#[test]
fn flow_by_hand() {
    let row = |from: &str, to: &str, n, members, moved| (from.to_owned(), to.to_owned(), n, members, moved);
    // In April: of January and February the next month is known to its end, of March it is not.
    let mut found = moves(&community(PLACES, 2300), json!({"unit": "channel"}));
    found.sort();
    let expected = [
        row("h", "a", 3, 1, 1),    // Ana, from February, when Bo was there too; in January it was Bo alone
        row("h", "h", 3, 1, 0),    // Bo, from January
        row("h", "null", 3, 1, 0), // Bo, from February
        row("i", "h", 3, 2, 1),    // Ana moved; Bo was there
        row("i", "null", 3, 1, 0), // Cy
    ];
    assert_eq!(found, expected);
    let frame = table(&community(PLACES, 2300), "network.flow", json!({}));
    let shares = numbers(&frame, "share_of_all");
    // Five were active in January and February: Ana, Bo and Cy, then Ana and Bo. Two of them were in help next.
    let at =
        texts(&frame, "source").iter().zip(texts(&frame, "target")).position(|(a, b)| a == "i" && b == "h").unwrap();
    assert!((shares[at].unwrap() - 2.0 / 5.0).abs() < 1e-12);
    // At the end of February only the step from January is known.
    let early = moves(&community(&PLACES[..8], 1321), json!({}));
    assert_eq!(early.iter().map(|row| row.3).sum::<i64>(), 4);
    let hidden = moves(&community(PLACES, 2300), json!({"min_group": 2}));
    assert!(hidden.iter().filter(|row| row.3 >= 0).all(|row| (&row.0[..], &row.1[..]) == ("i", "h")), "{hidden:?}");
}

type Drawn = (i64, Option<u8>, &'static str, u8, Option<u8>);

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let kinds = prop::sample::select(vec!["post", "reply", "reply", "reply", "reaction", "view"]);
    let row = (0i64..200, prop::option::weighted(0.9, 0u8..6), kinds, 0u8..4, prop::option::of(0u8..30));
    prop::collection::vec(row, 0..60)
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

    #[test]
    fn times_to_ties_are_what_they_are_defined_to_be(drawn in drawn(), which in 0usize..3, k in 1usize..4) {
        let names = ["ana", "bot", "cy", "dee", "eve", "sue"];
        let text: Vec<[String; 2]> = drawn.iter().enumerate().map(|(i, (_, member, _, _, parent))| {
            let member = member.map_or(String::new(), |m| names[m as usize].to_owned());
            [member, parent.filter(|p| (*p as usize) < i).map_or(String::new(), |p| format!("e{p}"))]
        }).collect();
        let ids: Vec<String> = (0..drawn.len()).map(|i| format!("e{i}")).collect();
        // Parents stand above; a reply without one has none to go to, as nothing opens a thread here.
        let rows: Vec<Row<'_>> = drawn.iter().zip(&text).zip(&ids)
            .map(|((d, [member, parent]), id)| (d.0, member.as_str(), if d.2 == "post" { "view" } else { d.2 }, "t", id.as_str(), parent.as_str()))
            .collect();
        let community = community(&rows, 300);
        let contributions = |who: &str| rows.iter().filter(|r| r.1 == who && ["reply", "reaction"].contains(&r.2)).map(|r| r.0).min();
        let (mut n, mut tied) = (0, 0);
        let mut times = vec![];
        for who in names.iter().filter(|who| **who != "bot") {
            let Some(start) = contributions(who) else { continue };
            n += 1;
            let mut first = BTreeMap::<&str, i64>::new();
            for row in rows.iter().filter(|r| r.2 == "reply") {
                let Some(to) = rows.iter().find(|other| other.4 == row.5).map(|other| other.1) else { continue };
                if row.1 == to || [row.1, to].iter().any(|end| end.is_empty() || *end == "bot") {
                    continue;
                }
                for (own, other, counts) in [(row.1, to, which != 1), (to, row.1, which != 2)] {
                    if own == *who && counts {
                        let at = first.entry(other).or_insert(row.0);
                        *at = (*at).min(row.0);
                    }
                }
            }
            let mut ties: Vec<i64> = first.into_values().collect();
            ties.sort_unstable();
            if let Some(at) = ties.get(k - 1) {
                tied += 1;
                times.push((at - start).max(0));
            }
        }
        let tied_by = ["either", "answered", "answering"][which];
        let found = table(&community, "network.newcomers", json!({"k": k, "within": "100h", "tied_by": tied_by}));
        if n == 0 {
            prop_assert_eq!(found.height(), 0);
        } else {
            prop_assert_eq!((counts(&found, "n"), counts(&found, "tied")), (vec![Some(n)], vec![Some(tied)]));
            // As all are watched for 100 hours, the share within them needs no estimator.
            let soon = times.iter().filter(|time| **time <= 100).count() as f64 / n as f64;
            prop_assert!((numbers(&found, "attained")[0].unwrap() - soon).abs() < 1e-12);
        }
    }
}
