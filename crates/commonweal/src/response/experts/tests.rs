use polars::prelude::*;
use proptest::prelude::*;

use super::*;
use crate::kpi::parse;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const START: i64 = 1_700_000_000_000_000;

/// When, who, what, where, in which channel, in which words.
type Act = (i64, Option<&'static str>, &'static str, &'static str, &'static str, &'static str);

fn community(acts: &[Act]) -> Community {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut events = df![
        "time" => acts.iter().map(|a| START + a.0).collect::<Vec<_>>(),
        "member" => acts.iter().map(|a| a.1).collect::<Vec<_>>(),
        "kind" => acts.iter().map(|a| a.2).collect::<Vec<_>>(),
        "thread" => acts.iter().map(|a| a.3).collect::<Vec<_>>(),
        "channel" => acts.iter().map(|a| a.4).collect::<Vec<_>>(),
        "text" => acts.iter().map(|a| a.5).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    events.with_column(events.column("time").expect("time").cast(&utc).expect("a cast")).expect("a column");
    let mut members = df![
        "member" => ["ana", "bo", "cy", "dee", "robot", "gone"],
        "role" => ["member", "member", "staff", "member", "bot", "member"],
        "department" => [Some("hub"), Some("quantum"), Some("hub"), None, Some("hub"), Some("quantum")],
        "joined" => [START - DAY; 6],
        "left" => [None, None, None, None, None, Some(START + 8 * DAY)],
    ]
    .expect("columns of one length");
    for name in ["joined", "left"] {
        members.with_column(members.column(name).expect("there").cast(&utc).expect("a cast")).expect("a column");
    }
    Community::builder(events).members(members).build().expect("valid")
}

fn small() -> Community {
    community(&[
        (0, Some("ana"), "post", "t1", "code", "How to simulate a qubit?"),
        (HOUR, Some("bo"), "reply", "t1", "code", ""),
        (2 * HOUR, Some("bo"), "reply", "t1", "code", ""),
        (2 * HOUR, Some("robot"), "reply", "t1", "code", ""),
        (2 * HOUR, None, "reply", "t1", "code", ""),
        (DAY, Some("dee"), "post", "t2", "talk", "Lunch on Friday?"),
        (DAY + HOUR, Some("cy"), "reply", "t2", "talk", "qubit qubit qubit"),
        (DAY + 2 * HOUR, Some("dee"), "reply", "t2", "talk", ""),
        (2 * DAY, Some("dee"), "post", "t3", "talk", "Dinner on Monday?"),
        (2 * DAY + HOUR, Some("cy"), "reply", "t3", "talk", ""),
        (2 * DAY + HOUR, Some("gone"), "reply", "t3", "talk", ""),
        (3 * DAY, Some("bo"), "post", "t4", "talk", "A qubit for lunch?"),
        (10 * DAY, Some("robot"), "post", "t5", "talk", "qubit feed"),
        (10 * DAY + HOUR, Some("dee"), "reply", "t5", "talk", ""),
    ])
}

fn table(community: &Community, options: serde_json::Value) -> DataFrame {
    community.compute(parse("response.experts", &options).expect("valid options").as_ref()).expect("a table")
}

fn texts(table: &DataFrame, name: &str) -> Vec<Option<String>> {
    table.column(name).expect(name).str().expect("text").iter().map(|t| t.map(str::to_owned)).collect()
}

fn names(table: &DataFrame, name: &str) -> Vec<String> {
    texts(table, name).into_iter().flatten().collect()
}

fn scores(table: &DataFrame) -> Vec<f64> {
    table.column("score").expect("score").f64().expect("numbers").iter().flatten().collect()
}

fn counts(table: &DataFrame, name: &str) -> Vec<i64> {
    table.column(name).expect(name).i64().expect("counts").iter().flatten().collect()
}

#[test]
fn by_hand() {
    // "qubit" is in t1 (terms: simulate, qubit) and t4 (qubit, lunch); questions: t1 to t4, with 2 terms each (a term has more than
    // one letter, and "how", "to", "on", "for" are no terms). t5 is a bot's, t4 has no answer.
    let table = table(&small(), serde_json::json!({"text": "qubit", "half_life": null}));
    assert_eq!(names(&table, "member"), ["bo", "cy"]);
    // bm25 of t1 is b, of t2 and t3 0; its mean over the three answered is b / 3. bo: 1 + 3; cy: 1 + 1.
    assert_eq!(scores(&table), [4.0 / 6.0, 2.0 / 6.0]);
    assert_eq!(counts(&table, "similar"), [1, 0]);
    assert_eq!(counts(&table, "answers"), [1, 2]);
    assert_eq!(counts(&table, "rank"), [1, 2]);
    let last = table.column("last_answered").expect("there").datetime().expect("times").physical().get(0);
    assert_eq!(last, Some(START + 2 * HOUR));
}

#[test]
fn an_old_answer_fades() {
    // bo's answer at 2 h, cy's at 25 h and 49 h: ages from the latest answer, 47 h, 24 h, 0.
    let table = table(&small(), serde_json::json!({"half_life": "1d"}));
    let (bo, cy) = (0.5f64.powf(47.0 / 24.0), 1.5);
    assert_eq!(names(&table, "member"), ["cy", "bo"]);
    assert!((scores(&table)[0] - cy / (bo + cy)).abs() < 1e-12);
}

#[test]
fn a_channel_counts_thrice_and_other_topics_are_words() {
    let table = table(&small(), serde_json::json!({"topic": "code", "half_life": null}));
    assert_eq!((names(&table, "member"), scores(&table)), (vec!["bo".into(), "cy".into()], vec![0.6, 0.4]));
    assert_eq!(counts(&table, "similar"), [1, 0]);
    let table = |options| super::tests::table(&small(), options);
    let words = table(serde_json::json!({"topic": "Qubit!", "text": "dinner"}));
    assert!(words.equals(&table(serde_json::json!({"text": "qubit dinner"}))));
}

#[test]
fn an_unknown_word_changes_nothing() {
    let all = table(&small(), serde_json::json!({}));
    assert!(all.equals(&table(&small(), serde_json::json!({"text": "Zwiebelkuchen"}))));
    assert_eq!(scores(&all).iter().sum::<f64>(), 1.0);
}

#[test]
fn units_know_what_their_members_knew() {
    let options = serde_json::json!({"unit": "department", "rank": "units", "half_life": null});
    let table = table(&small(), options);
    // gone has left, but the answer was quantum's; dee has no unit, and answered nobody but a bot.
    assert_eq!(names(&table, "unit"), ["hub", "quantum"]);
    assert_eq!((counts(&table, "answers"), counts(&table, "members")), (vec![2, 2], vec![1, 2]));
}

#[test]
fn who_asks_is_not_asked_and_bots_may_ask_only_if_told() {
    let table = |options| names(&table(&small(), options), "member");
    assert_eq!(table(serde_json::json!({"asker": "cy"})), ["bo"]);
    assert_eq!(table(serde_json::json!({"bots": true, "half_life": null})), ["cy", "bo", "dee"]);
    assert_eq!(table(serde_json::json!({"roles": ["staff"]})), ["cy"]);
    assert_eq!(table(serde_json::json!({"top": 1})), ["cy"]);
}

#[test]
fn what_a_bot_posts_beside_a_person_is_no_part_of_the_question() {
    let community = community(&[
        (0, Some("robot"), "post", "t1", "feed", "qubit qubit"),
        (HOUR, Some("bo"), "reply", "t1", "talk", ""),
        (2 * HOUR, Some("ana"), "post", "t1", "talk", "Lunch on Friday?"),
        (3 * HOUR, Some("cy"), "reply", "t1", "talk", ""),
        (DAY, Some("dee"), "post", "t2", "talk", "A qubit for lunch?"),
        (DAY + HOUR, Some("cy"), "reply", "t2", "talk", ""),
    ]);
    let people = |options| table(&community, options);
    // bo came before anybody had asked; "qubit" is in t2 alone, and no person asked in the channel "feed".
    let found = people(serde_json::json!({"text": "qubit", "half_life": null}));
    assert_eq!((names(&found, "member"), counts(&found, "answers")), (vec!["cy".to_owned()], vec![2]));
    assert_eq!(counts(&found, "similar"), [1]);
    assert_eq!(counts(&people(serde_json::json!({"topic": "feed"})), "similar"), [0]);
    let all = people(serde_json::json!({"text": "qubit", "topic": "feed", "half_life": null, "bots": true}));
    assert_eq!((names(&all, "member"), counts(&all, "similar")), (vec!["cy".to_owned(), "bo".to_owned()], vec![1, 1]));
}

#[test]
fn shown_with_their_unit_and_by_group() {
    let table = table(&small(), serde_json::json!({"unit": "department", "by": "channel"}));
    assert_eq!(names(&table, "channel"), ["code", "talk"]);
    assert_eq!(texts(&table, "unit"), [Some("quantum".to_owned()), Some("hub".to_owned())]);
    assert_eq!((counts(&table, "rank"), scores(&table)), (vec![1, 1], vec![1.0, 1.0]));
}

#[test]
fn wrong_options_are_refused() {
    let error = |options| parse("response.experts", &options).expect_err("refused").to_string();
    assert_eq!(error(serde_json::json!({"top": 0})), "top must be 1 or more, got 0");
    let message = "unit must be a column of the members, as \"department\", where units are ranked, got none";
    assert_eq!(error(serde_json::json!({"rank": "units"})), message);
    let bare = small();
    let events = bare.events().drop("text").expect("there");
    let bare = Community::builder(events).build().expect("valid");
    let kpi = parse("response.experts", &serde_json::json!({"text": "qubit"})).expect("valid options");
    assert!(bare.compute(kpi.as_ref()).expect_err("no text").to_string().starts_with("text must be none here"));
    assert_eq!(names(&table(&bare, serde_json::json!({"topic": "talk"})), "member")[0], "cy");
}

proptest! {
    /// The definition once more, over lists, without an index or packed integers.
    #[test]
    fn as_defined(
        acts in prop::collection::vec((0i64..200, 0usize..5, 0usize..3, 0usize..4, 0usize..2, 0usize..4), 1..40),
        text in prop::sample::select(vec!["alpha beta", "beta beta gamma", "delta"]),
        half in 1i64..9,
    ) {
        const NAMES: [Option<&str>; 5] = [Some("ana"), Some("bo"), Some("cy"), Some("robot"), None];
        const TEXTS: [&str; 4] = ["alpha", "alpha beta beta", "gamma beta alpha pasta pizza", ""];
        let acts: Vec<Act> = (acts.into_iter())
            .map(|(hour, who, kind, thread, channel, text)| {
                let kind = ["post", "reply", "reply"][kind];
                (hour * HOUR, NAMES[who], kind, ["a", "b", "c", "d"][thread], ["x", "y"][channel], TEXTS[text])
            })
            .collect();
        let options = serde_json::json!({"text": text, "topic": "x", "half_life": format!("{half}d"), "top": 100});
        let got = table(&community(&acts), options);

        let words = |text: &str| text.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        struct Thread { words: Vec<String>, here: bool, answers: Vec<(&'static str, i64)> }
        let mut threads = vec![];
        for name in ["a", "b", "c", "d"] {
            let posts: Vec<_> = acts.iter().filter(|a| a.3 == name && a.2 == "post" && a.1 != Some("robot")).collect();
            let Some(asked) = posts.iter().map(|p| p.0).min() else { continue };
            let answers = ["ana", "bo", "cy"].into_iter().filter(|who| posts.iter().all(|p| p.1 != Some(who)));
            let last = |who: &str| acts.iter().filter(|a| a.3 == name && a.2 == "reply" && a.1 == Some(who) && a.0 >= asked).map(|a| a.0).max();
            threads.push(Thread {
                words: posts.iter().flat_map(|p| words(p.5)).collect(),
                here: posts.iter().any(|p| p.4 == "x"),
                answers: answers.filter_map(|who| Some((who, last(who)?))).collect(),
            });
        }
        let read: Vec<&Thread> = threads.iter().filter(|t| !t.words.is_empty()).collect();
        let average = read.iter().map(|t| t.words.len()).sum::<usize>() as f64 / read.len().max(1) as f64;
        let bm25 = |t: &Thread| words(text).iter().map(|word| {
            let times = t.words.iter().filter(|w| *w == word).count() as f64;
            let having = read.iter().filter(|t| t.words.contains(word)).count() as f64;
            let idf = (1.0 + (read.len() as f64 - having + 0.5) / (having + 0.5)).ln();
            idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * t.words.len() as f64 / average.max(1.0)))
        }).sum::<f64>();
        let answered: Vec<&Thread> = threads.iter().filter(|t| !t.answers.is_empty()).collect();
        let mean = answered.iter().map(|t| bm25(t)).sum::<f64>() / answered.len().max(1) as f64;
        let now = answered.iter().flat_map(|t| &t.answers).map(|a| a.1).max().unwrap_or(0);
        let weight = |who: &str| answered.iter().flat_map(|t| t.answers.iter().map(move |a| (t, a))).filter(|(_, a)| a.0 == who)
            .map(|(t, a)| {
                let alike = if mean > 0.0 { bm25(t) / mean } else { 0.0 };
                0.5f64.powf((now - a.1) as f64 / (half * DAY) as f64) * if t.here { 3.0 } else { 1.0 } * (1.0 + alike)
            })
            .sum::<f64>();
        let all: f64 = ["ana", "bo", "cy"].into_iter().map(weight).sum();
        let members = names(&got, "member");
        prop_assert_eq!(members.len(), ["ana", "bo", "cy"].into_iter().filter(|who| weight(who) > 0.0).count());
        for (who, score) in members.iter().zip(scores(&got)) {
            prop_assert!((score - weight(who) / all).abs() < 1e-9, "{} {} {}", who, score, weight(who) / all);
        }
    }
}
