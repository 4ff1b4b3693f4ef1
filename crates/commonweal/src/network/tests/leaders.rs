//! Leaders by hand, and how sure their ranks are.
use std::collections::BTreeMap;

use serde_json::json;

use super::{HELP, Row, community, counts, numbers, table, texts};

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
