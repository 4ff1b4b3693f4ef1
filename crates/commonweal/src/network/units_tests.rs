use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::kpi::parse;

const HOUR: i64 = 3_600_000_000;
const START: i64 = 1_700_000_000_000_000;

/// Threads that one opens and others reply to; `n` replies from each, an hour apart.
fn community(threads: &[(&str, &[(&str, usize)])], affiliations: Option<DataFrame>) -> Community {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let (mut time, mut member, mut kind, mut thread) = (vec![], vec![], vec![], vec![]);
    for (i, (opener, replies)) in threads.iter().enumerate() {
        let acts = [(*opener, "post")]
            .into_iter()
            .chain(replies.iter().flat_map(|(who, n)| std::iter::repeat_n((*who, "reply"), *n)));
        for (hour, (who, what)) in acts.enumerate() {
            time.push(START + hour as i64 * HOUR);
            member.push(who);
            kind.push(what);
            thread.push(format!("t{i}"));
        }
    }
    let mut events =
        df!["time" => time, "member" => member, "kind" => kind, "thread" => thread].expect("columns of one length");
    events.with_column(events.column("time").expect("time").cast(&utc).expect("a cast")).expect("a column");
    let members = df![
        "member" => ["ana", "ben", "cid", "dea", "eve", "fin", "nil"],
        "department" => [Some("it"), Some("it"), Some("hr"), Some("hr"), Some("law"), Some("law"), None],
    ]
    .expect("columns of one length");
    let builder = Community::builder(events).members(members);
    match affiliations {
        Some(affiliations) => builder.affiliations(affiliations),
        None => builder,
    }
    .build()
    .expect("valid")
}

const THREADS: &[(&str, &[(&str, usize)])] = &[
    ("ana", &[("ben", 3), ("cid", 1), ("ana", 5), ("nil", 2)]),
    ("cid", &[("dea", 4), ("ana", 2)]),
    ("eve", &[("ana", 1)]),
    ("nil", &[("ben", 1)]),
];

fn table(kpi: &str, options: Value) -> DataFrame {
    community(THREADS, None).compute(parse(kpi, &options).expect("valid options").as_ref()).expect("a table")
}

fn numbers(table: &DataFrame, name: &str) -> Vec<Option<f64>> {
    table.column(name).expect(name).f64().expect("numbers").iter().collect()
}

fn counts(table: &DataFrame, name: &str) -> Vec<i64> {
    table.column(name).expect(name).i64().expect("counts").iter().flatten().collect()
}

fn texts(table: &DataFrame, name: &str) -> Vec<Option<String>> {
    table.column(name).expect(name).str().expect("texts").iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn silos_counted_by_hand() {
    let silos = table("network.silos", json!({}));
    let units = texts(&silos, "unit");
    assert_eq!(units.iter().map(Option::as_deref).collect::<Vec<_>>(), [None, Some("hr"), Some("it"), Some("law")]);
    assert_eq!(counts(&silos, "members"), [6, 2, 2, 1]);
    // hr: dea to cid 4, cid to ana 1. it: ben to ana 3, ana to cid 2, ana to eve 1; ben to nil is to nobody known. law: eve answers nobody.
    let all = |name| numbers(&silos, name).into_iter().flatten().collect::<Vec<_>>();
    assert_eq!(all("internal"), [7.0, 4.0, 3.0, 0.0]);
    assert_eq!(all("external"), [4.0, 1.0, 3.0, 0.0]);
    assert_eq!(all("unknown"), [3.0, 0.0, 1.0, 0.0]);
    assert_eq!(numbers(&silos, "ei"), [Some(-3.0 / 11.0), Some(-0.6), Some(0.0), None]);
    let z = numbers(&silos, "z");
    assert!(z[1].is_some_and(|z| z < 0.0) && z[3].is_none());
    let expected = numbers(&silos, "expected");
    assert!(expected[..3].iter().all(|ei| ei.is_some_and(|ei| ei.abs() <= 1.0)));
}

#[test]
fn the_unit_is_that_of_the_time() {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut moved = df!["member" => ["ana"], "dimension" => ["department"], "value" => ["hr"], "from" => [START + HOUR], "to" => [None::<i64>]]
        .expect("columns of one length");
    for column in ["from", "to"] {
        let cast = moved.column(column).expect("there").cast(&utc).expect("a cast");
        moved.with_column(cast).expect("a column");
    }
    let kpi = parse("network.silos", &json!({})).expect("valid options");
    let silos = community(THREADS, Some(moved)).compute(kpi.as_ref()).expect("a table");
    // All that ana gets and gives is an hour after the start, or later.
    assert_eq!(numbers(&silos, "internal")[1..3], [Some(7.0), Some(0.0)]);
    assert_eq!(counts(&silos, "members"), [6, 3, 1, 1]);
}

#[test]
fn pairs_of_units_counted_by_hand() {
    let pairs = table("network.silo_matrix", json!({}));
    let (source, target) = (texts(&pairs, "source"), texts(&pairs, "target"));
    let ties = numbers(&pairs, "ties");
    let of = |a: &str, b: &str| {
        let at = (0..ties.len()).find(|i| source[*i].as_deref() == Some(a) && target[*i].as_deref() == Some(b));
        at.and_then(|at| ties[at])
    };
    assert_eq!([of("hr", "hr"), of("hr", "it"), of("it", "hr"), of("it", "law")], [4.0, 1.0, 2.0, 1.0].map(Some));
    assert_eq!(of("law", "it"), None);
    let (all, expected): (f64, f64) = (ties.iter().flatten().sum(), numbers(&pairs, "expected").iter().flatten().sum());
    assert!(all == 11.0 && (expected - 11.0).abs() < 0.5, "{expected}");
    let ratio = numbers(&pairs, "ratio");
    let first = ties[0].zip(numbers(&pairs, "expected")[0]).map(|(ties, expected)| ties / expected);
    assert_eq!(ratio[0], first);
}

#[test]
fn bridges_counted_by_hand() {
    let bridges = table("network.bridges", json!({}));
    let members = texts(&bridges, "member");
    assert_eq!(members.iter().flatten().collect::<Vec<_>>(), ["ana", "cid", "eve"]);
    assert_eq!(counts(&bridges, "rank"), [1, 2, 3]);
    // cid to ana 1, ana to cid 2, ana to eve 1.
    assert_eq!(numbers(&bridges, "across"), [4.0, 3.0, 1.0].map(Some));
    assert_eq!(numbers(&bridges, "share"), [1.0, 0.75, 0.25].map(Some));
    assert_eq!((counts(&bridges, "units"), counts(&bridges, "sole")), (vec![2, 1, 1], vec![2, 1, 1]));
    assert_eq!(table("network.bridges", json!({"top": 1})).height(), 1);
}

#[test]
fn units_that_chose_each_other_are_found_and_others_are_not() {
    let mut random = crate::stats::random::Random::new(5, 0);
    for (pull, found) in [(0, false), (60, true)] {
        let mut threads: Vec<(String, Vec<(String, usize)>)> = vec![];
        for _ in 0..300 {
            let opener = random.place(60);
            let mut replies = vec![];
            for _ in 0..3 {
                let near = random.place(100) < pull;
                let who = if near { random.place(20) * 3 + opener % 3 } else { random.place(60) };
                replies.push((format!("m{who}"), 1 + random.place(4)));
            }
            threads.push((format!("m{opener}"), replies));
        }
        let borrowed: Vec<Vec<(&str, usize)>> =
            threads.iter().map(|(_, replies)| replies.iter().map(|(who, n)| (who.as_str(), *n)).collect()).collect();
        let threads: Vec<(&str, &[(&str, usize)])> =
            threads.iter().zip(&borrowed).map(|((opener, _), replies)| (opener.as_str(), replies.as_slice())).collect();
        let events = community(&threads, None).events().clone();
        let members = df![
            "member" => (0..60).map(|i| format!("m{i}")).collect::<Vec<_>>(),
            "department" => (0..60).map(|i| format!("d{}", i % 3)).collect::<Vec<_>>(),
        ]
        .expect("columns of one length");
        let community = Community::builder(events).members(members).build().expect("valid");
        let silos = community.compute(parse("network.silos", &json!({})).expect("valid").as_ref()).expect("a table");
        for z in numbers(&silos, "z").into_iter().map(|z| z.expect("they differ")) {
            assert!(if found { z < -4.0 } else { z.abs() < 3.3 }, "{z} with {pull}");
        }
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let error = |options: Value| {
        let table = parse("network.silos", &options).and_then(|kpi| community(THREADS, None).compute(kpi.as_ref()));
        table.expect_err("no sense").to_string()
    };
    assert_eq!(error(json!({"shuffles": 10})), "shuffles must be from 100 to 100,000, got 10");
    assert!(error(json!({"unit": "kind"})).contains("a column of the events"));
    assert!(error(json!({"unit": "place"})).starts_with("unit must be "));
    assert!(
        error(json!({"every": "1w", "half_life": "30d"})).starts_with("half_life must be none where every is given")
    );
}
