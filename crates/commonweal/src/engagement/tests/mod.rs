//! What the tests of the family share, and inequality told once more, as plainly as can be, on random events.
#![allow(clippy::unwrap_used, clippy::expect_used)]
mod conversations;
mod members;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;

pub(super) const DAY: i64 = 86_400_000_000;
/// Monday, 2026-06-01, also the first of a month.
pub(super) const MONDAY: i64 = 1_780_272_000_000_000;

pub(super) fn instants(mut frame: DataFrame, columns: &[&str]) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for column in columns {
        let cast = frame.column(column).unwrap().cast(&utc).unwrap();
        frame.with_column(cast).unwrap();
    }
    frame
}

/// (day after the Monday, member, kind, channel); a member of `""` is not known.
pub(super) type Row<'a> = (i64, &'a str, &'a str, &'a str);

pub(super) fn events(rows: &[Row<'_>]) -> DataFrame {
    let frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * DAY).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| (!r.1.is_empty()).then_some(r.1)).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "channel" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
    ];
    instants(frame.unwrap(), &["time"])
}

/// So many posts of each, on the Monday.
pub(super) fn posts<'a>(members: &[(&'a str, usize)]) -> Vec<Row<'a>> {
    members.iter().flat_map(|(name, n)| std::iter::repeat_n((0, *name, "post", "x"), *n)).collect()
}

pub(super) fn community(rows: &[Row<'_>]) -> Community {
    Community::builder(events(rows)).build().unwrap()
}

/// Members of (name, day of joining, day of leaving).
pub(super) fn joined(rows: &[(&str, Option<i64>, Option<i64>)]) -> DataFrame {
    let day = |day: Option<i64>| day.map(|day| MONDAY + day * DAY);
    let frame = df![
        "member" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "joined" => rows.iter().map(|r| day(r.1)).collect::<Vec<_>>(),
        "left" => rows.iter().map(|r| day(r.2)).collect::<Vec<_>>(),
    ];
    instants(frame.unwrap(), &["joined", "left"])
}

/// (hour after the Monday, member, kind, thread, id, parent); `""` is none.
pub(super) type Said<'a> = (i64, &'a str, &'a str, &'a str, &'a str, &'a str);

/// A talk in one channel, without and with a table of members of (name, role).
pub(super) fn talk(said: &[Said<'_>], roles: &[(&str, &str)]) -> Community {
    let text =
        |f: fn(&Said<'_>) -> String| said.iter().map(f).map(|s| (!s.is_empty()).then_some(s)).collect::<Vec<_>>();
    let frame = df![
        "time" => said.iter().map(|r| MONDAY + r.0 * DAY / 24).collect::<Vec<_>>(),
        "member" => text(|r| r.1.to_owned()),
        "kind" => text(|r| r.2.to_owned()),
        "thread" => text(|r| r.3.to_owned()),
        "id" => text(|r| r.4.to_owned()),
        "parent" => text(|r| r.5.to_owned()),
        "channel" => text(|r| if r.3 < "u" { "x".to_owned() } else { "y".to_owned() }),
    ];
    let builder = Community::builder(instants(frame.unwrap(), &["time"]));
    let (names, roles): (Vec<_>, Vec<_>) = roles.iter().copied().unzip();
    builder.members(df!["member" => names, "role" => roles].unwrap()).build().unwrap()
}

pub(super) fn compute(community: &Community, name: &str, options: Value) -> crate::Result<DataFrame> {
    community.compute(crate::parse(name, &options)?.as_ref())
}

pub(super) fn table(community: &Community, name: &str, options: Value) -> DataFrame {
    compute(community, name, options).unwrap()
}

pub(super) fn counts(frame: &DataFrame, column: &str) -> Vec<i64> {
    maybe_counts(frame, column).into_iter().map(Option::unwrap).collect()
}

pub(super) fn maybe_counts(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).unwrap().cast(&DataType::Int64).unwrap().i64().unwrap().iter().collect()
}

pub(super) fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).unwrap().f64().unwrap().iter().collect()
}

fn inequality(rows: &[Row<'_>], options: Value) -> DataFrame {
    table(&community(rows), "engagement.inequality", options)
}

#[test]
fn inequality_by_hand() {
    let rows = posts(&[("ana", 1), ("bo", 2), ("cy", 3), ("di", 4)]);
    let found = inequality(&rows, json!({}));
    assert_eq!((counts(&found, "members"), counts(&found, "contributions")), (vec![4], vec![10]));
    assert_eq!(numbers(&found, "gini"), [Some(0.25)]);
    assert_eq!(numbers(&found, "top1_share"), [Some(0.4)]);
    assert_eq!(counts(&found, "half_share_members"), [2]);
    assert_eq!((counts(&found, "heavy_members"), counts(&found, "heavy_from")), (vec![2], vec![3]));
    assert_eq!(numbers(&found, "heavy_contributions_share"), [Some(0.7)]);
    // Nobody knows who only reads.
    assert_eq!(maybe_counts(&found, "lurkers"), [None]);
    for share in ["lurker_share", "occasional_share", "heavy_share", "heavy_share_low"] {
        assert_eq!(numbers(&found, share), [None]);
    }
    assert!(found.column("gini_low").is_err());
}

#[test]
fn a_sole_contributor_is_heavy_and_equals_are_alike() {
    let sole = inequality(&posts(&[("ana", 5)]), json!({}));
    assert_eq!((counts(&sole, "heavy_members"), numbers(&sole, "gini")), (vec![1], vec![Some(0.0)]));
    // Whoever comes first by name: the two who share the second place are in one class, as heavy as it takes.
    for names in [["ana", "bo", "cy", "di"], ["di", "cy", "bo", "ana"]] {
        let rows = posts(&[(names[0], 3), (names[1], 3), (names[2], 1), (names[3], 5)]);
        let found = inequality(&rows, json!({"heavy": 0.6}));
        assert_eq!((counts(&found, "heavy_members"), counts(&found, "heavy_from")), (vec![3], vec![3]));
    }
}

#[test]
fn acts_that_are_nobodys_are_left_out() {
    let mut rows = posts(&[("ana", 2), ("bo", 2)]);
    rows.extend([(0, "", "post", "x"), (0, "ana", "view", "x"), (0, "cy", "join", "x")]);
    let found = inequality(&rows, json!({}));
    assert_eq!((counts(&found, "members"), counts(&found, "contributions")), (vec![2], vec![4]));
}

#[test]
fn lurkers_are_those_who_could_have_contributed() {
    // Cy only reads; di left before the end, ed after contributing; flo joined after the first week; gus is in no table.
    let mut rows = posts(&[("ana", 3), ("bo", 1), ("ed", 1), ("gus", 1)]);
    rows.push((8, "ana", "post", "x"));
    let members = joined(&[
        ("ana", None, None),
        ("bo", None, None),
        ("cy", None, None),
        ("di", None, Some(2)),
        ("ed", None, Some(3)),
        ("flo", Some(7), None),
    ]);
    let community = Community::builder(events(&rows)).members(members).build().unwrap();
    let found = table(&community, "engagement.inequality", json!({"every": "1w"}));
    assert_eq!(maybe_counts(&found, "lurkers"), [Some(1), Some(3)]);
    assert_eq!(counts(&found, "members"), [4, 1]);
    assert_eq!(counts(&found, "heavy_members"), [1, 1]);
    assert_eq!(numbers(&found, "lurker_share"), [Some(0.2), Some(0.75)]);
    assert_eq!(numbers(&found, "occasional_share"), [Some(0.6), Some(0.0)]);
    assert_eq!(numbers(&found, "heavy_share"), [Some(0.2), Some(0.25)]);
    // Of three lurkers in four: Wilson's interval, as it is tabled.
    assert!((numbers(&found, "lurker_share_low")[1].unwrap() - 0.3006).abs() < 1e-4);
    // A week in which nobody contributes: all who could are lurkers, and there is nothing to share out.
    let later = Community::builder(events(&[&rows[..], &[(20, "ana", "view", "x")]].concat()));
    let later = later.members(joined(&[("ana", None, None), ("cy", None, None)])).build().unwrap();
    let found = table(&later, "engagement.inequality", json!({"every": "1w"}));
    assert_eq!(counts(&found, "members"), [4, 1, 0]);
    assert_eq!((numbers(&found, "gini")[2], numbers(&found, "lurker_share")[2]), (None, Some(1.0)));
    assert_eq!(maybe_counts(&found, "heavy_members")[2], None);
}

#[test]
fn intervals_are_drawn_on_request() {
    let names: Vec<String> = (0..120).map(|i| format!("m{i}")).collect();
    let rows: Vec<(&str, usize)> = names.iter().enumerate().map(|(i, name)| (name.as_str(), 1 + i * i / 90)).collect();
    let found = inequality(&posts(&rows), json!({"bootstrap": 400, "confidence": 0.9}));
    for name in ["gini", "top10_share"] {
        let at = |end: &str| numbers(&found, &format!("{name}{end}"))[0].unwrap();
        assert!(at("_low") < at("") && at("") < at("_high"), "{name}: {} {} {}", at("_low"), at(""), at("_high"));
    }
    let options = json!({"bootstrap": 400, "confidence": 0.9, "seed": 1});
    assert_ne!(numbers(&inequality(&posts(&rows), options), "gini_low"), numbers(&found, "gini_low"));
    // The top hundredth is one member, and one draw is as good as none.
    assert_eq!(numbers(&found, "top1_share_low"), [None]);
    // Of a few nothing can be told.
    let few = inequality(&posts(&rows[..29]), json!({"bootstrap": 100}));
    assert_eq!((numbers(&few, "gini_low"), numbers(&few, "gini_high")), (vec![None], vec![None]));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let community = community(&[]);
    for (options, message) in [
        (json!({"heavy": 0.0}), "heavy must be a share above 0, 1 at most, as 0.5, got 0"),
        (json!({"heavy": 1.5}), "heavy must be a share above 0, 1 at most, as 0.5, got 1.5"),
        (json!({"bootstrap": 99}), "bootstrap must be 0 for no interval, or from 100 to 100000 draws, got 99"),
    ] {
        let error = compute(&community, "engagement.inequality", options).expect_err("refused");
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(table(&community, "engagement.inequality", json!({"every": "1w"})).height(), 0);
}

fn rows() -> impl Strategy<Value = Vec<Row<'static>>> {
    let name = prop::sample::select(vec!["a", "b", "c", "d", "e", ""]);
    let kind = prop::sample::select(vec!["post", "reply", "reaction", "view"]);
    let channel = prop::sample::select(vec!["x", "y"]);
    prop::collection::vec((0i64..30, name, kind, channel), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn inequality_is_what_it_says(rows in rows()) {
        let all = community(&rows);
        let found = table(&all, "engagement.inequality", json!({"every": "1w", "by": "channel"}));
        let activity = table(&all, "engagement.activity", json!({"every": "1w", "by": "channel"}));
        // The same members and contributions, so the two tables can be read side by side.
        let contributors: Vec<i64> = counts(&activity, "contributors").into_iter().filter(|n| *n > 0).collect();
        let members: Vec<i64> = counts(&found, "members").into_iter().filter(|n| *n > 0).collect();
        prop_assert_eq!(contributors, members);
        let mut cells: BTreeMap<(i64, &str), BTreeMap<&str, i64>> = BTreeMap::new();
        for (day, member, kind, channel) in &rows {
            if *kind != "view" && !member.is_empty() {
                *cells.entry((day / 7, channel)).or_default().entry(member).or_default() += 1;
            }
        }
        let (week, gini, top) = (maybe_counts(&found, "period"), numbers(&found, "gini"), numbers(&found, "top1_share"));
        let (channel, half) = (found.column("channel").unwrap().str().unwrap().clone(), maybe_counts(&found, "half_share_members"));
        let mut seen = BTreeSet::new();
        for i in 0..found.height() {
            let week = (week[i].unwrap() - MONDAY / DAY) / 7;
            let Some(counts) = cells.get(&(week, channel.get(i).unwrap())) else {
                prop_assert_eq!(gini[i], None);
                continue;
            };
            seen.insert((week, channel.get(i).unwrap().to_owned()));
            let mut x: Vec<f64> = counts.values().map(|n| *n as f64).collect();
            x.sort_by(f64::total_cmp);
            let (n, sum) = (x.len() as f64, x.iter().sum::<f64>());
            let ranked: f64 = x.iter().enumerate().map(|(i, x)| (i as f64 + 1.0) * x).sum();
            prop_assert!((gini[i].unwrap() - (2.0 * ranked / (n * sum) - (n + 1.0) / n)).abs() < 1e-12);
            prop_assert!((top[i].unwrap() - x[x.len() - 1] / sum).abs() < 1e-12);
            let fewest = (1..=x.len()).find(|k| x[x.len() - k..].iter().sum::<f64>() * 2.0 >= sum).unwrap();
            prop_assert_eq!(half[i], Some(fewest as i64));
        }
        prop_assert_eq!(seen.len(), cells.len());
    }
}
