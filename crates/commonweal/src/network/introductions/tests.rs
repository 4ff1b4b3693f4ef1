use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::kpi::parse;

const DAY: i64 = 86_400_000_000;
const START: i64 = 1_700_000_000_000_000;

/// Day, channel, words, opener, repliers.
type Thread<'a> = (i64, &'a str, &'a str, &'a str, &'a [&'a str]);

fn table(threads: &[Thread<'_>], options: Value) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let (mut time, mut member, mut kind, mut thread, mut channel, mut title) =
        (vec![], vec![], vec![], vec![], vec![], vec![]);
    for (i, (day, place, words, opener, repliers)) in threads.iter().enumerate() {
        for (n, who) in std::iter::once(opener).chain(*repliers).enumerate() {
            time.push(START + day * DAY + n as i64);
            member.push(*who);
            kind.push(if n == 0 { "post" } else { "reply" });
            thread.push(i.to_string());
            channel.push(*place);
            title.push((n == 0).then_some(*words));
        }
    }
    let mut events = df!["time" => time, "member" => member, "kind" => kind, "thread" => thread, "channel" => channel, "title" => title]
        .expect("columns of one length");
    events.with_column(events.column("time").expect("time").cast(&utc).expect("a cast")).expect("a column");
    let mut members = df![
        "member" => ["ana", "ben", "cid", "dea", "eve"],
        "department" => [Some("it"), Some("it"), Some("hr"), Some("hr"), None],
        "joined" => [Some(START); 5],
        "left" => [None, None, None, Some(START + DAY), None],
    ]
    .expect("columns of one length");
    for column in ["joined", "left"] {
        let cast = members.column(column).expect("there").cast(&utc).expect("a cast");
        members.with_column(cast).expect("a column");
    }
    let community = Community::builder(events).members(members).build().expect("valid");
    community.compute(parse("network.introductions", &options).expect("valid options").as_ref()).expect("a table")
}

fn pairs(table: &DataFrame) -> Vec<String> {
    let of = |name: &str| table.column(name).expect(name).str().expect("text").clone();
    let (a, b) = (of("member_a"), of("member_b"));
    a.iter().zip(b.iter()).map(|(a, b)| format!("{}-{}", a.unwrap_or("?"), b.unwrap_or("?"))).collect()
}

fn text(table: &DataFrame, name: &str) -> Option<String> {
    table.column(name).expect(name).str().expect("text").get(0).map(str::to_owned)
}

const THREADS: &[Thread<'_>] = &[
    (0, "garden", "tomatoes and roses", "eve", &["ana", "cid"]),
    (1, "garden", "roses in winter", "ana", &["eve"]),
    (2, "garden", "roses again", "cid", &["eve"]),
    (3, "tools", "a rusty saw", "eve", &["ben"]),
    (0, "tools", "a hammer", "dea", &["eve"]),
];

#[test]
fn who_knows_the_same_and_writes_about_the_same_comes_first() {
    let found = table(THREADS, json!({}));
    // dea has left; all others know each other through eve alone.
    assert_eq!(pairs(&found), ["ana-cid", "ben-cid", "ana-ben"]);
    assert_eq!(text(&found, "through").as_deref(), Some("eve"));
    assert_eq!(text(&found, "channels").as_deref(), Some("garden"));
    assert!(text(&found, "terms").is_some_and(|terms| terms.starts_with("roses")), "{found}");
    let score: Vec<f64> = found.column("score").expect("score").f64().expect("numbers").iter().flatten().collect();
    // ben and cid: eve has four contacts, nothing is shared, and their last messages are 0 and 1 days old.
    let age = |days: f64| (-days / 30.0).exp2();
    assert!((score[1] - 0.2 / 4.0f64.ln() * age(1.0) * age(0.0)).abs() < 1e-6, "{score:?}");
    assert!(score[0] > 3.0 * score[1]);
    assert_eq!(pairs(&table(THREADS, json!({"top": 1}))), ["ana-cid"]);
}

#[test]
fn across_units_only_where_asked() {
    let found = table(THREADS, json!({"unit": "department"}));
    assert_eq!(pairs(&found), ["ana-cid", "ben-cid"]);
    assert_eq!((text(&found, "unit_a").as_deref(), text(&found, "unit_b").as_deref()), (Some("it"), Some("hr")));
    let tied = [THREADS, &[(3, "garden", "hello", "ana", &["cid"])]].concat();
    assert_eq!(pairs(&table(&tied, json!({"unit": "department"}))), ["ben-cid"]);
}
