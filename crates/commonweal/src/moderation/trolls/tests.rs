#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::error::Result;

const HOUR: i64 = 3_600_000_000;

const HOSTILE: &str = "You are an idiot and a liar, you stupid fool.";
const CALM: &str = "The release works for me with the new parser.";

/// (member, kind, id, thread, parent, text); each an hour after the one before.
type Said = (String, &'static str, String, String, Option<String>, &'static str);

fn community(said: &[Said]) -> Community {
    let mut frame = df![
        "time" => (0..said.len() as i64).map(|hour| 1_780_272_000_000_000 + hour * HOUR).collect::<Vec<_>>(),
        "member" => said.iter().map(|s| s.0.clone()).collect::<Vec<_>>(),
        "kind" => said.iter().map(|s| s.1).collect::<Vec<_>>(),
        "id" => said.iter().map(|s| s.2.clone()).collect::<Vec<_>>(),
        "thread" => said.iter().map(|s| s.3.clone()).collect::<Vec<_>>(),
        "parent" => said.iter().map(|s| s.4.clone()).collect::<Vec<_>>(),
        "text" => said.iter().map(|s| s.5).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    Community::builder(frame).build().unwrap()
}

fn trolls(said: &[Said], options: Value) -> Result<DataFrame> {
    community(said).compute(crate::parse("moderation.trolls", &options)?.as_ref())
}

fn number(frame: &DataFrame, column: &str, row: usize) -> Option<f64> {
    frame.column(column).unwrap().f64().unwrap().get(row)
}

fn count(frame: &DataFrame, column: &str, row: usize) -> Option<i64> {
    frame.column(column).unwrap().i64().unwrap().get(row)
}

fn text<'f>(frame: &'f DataFrame, column: &str, row: usize) -> Option<&'f str> {
    frame.column(column).unwrap().str().unwrap().get(row)
}

/// Twenty threads: ana opens each, bo answers her, cy answers bo. Cy is hostile in every second one, and ana answers him there twice, elsewhere
/// once; bo is hostile once, to ana.
fn quarrel() -> Vec<Said> {
    let mut said: Vec<Said> = vec![];
    let mut say = |who: &str, kind, id: String, thread: usize, parent: Option<String>, text| {
        said.push((who.to_owned(), kind, id, format!("t{thread}"), parent, text));
    };
    for i in 0..20 {
        let id = |what: &str| format!("{what}{i}");
        say("ana", "post", id("post"), i, None, CALM);
        say("bo", "reply", id("bo"), i, None, if i == 7 { HOSTILE } else { CALM });
        say("cy", "reply", id("cy"), i, Some(id("bo")), if i % 2 == 0 { HOSTILE } else { CALM });
        say("ana", "reply", id("first"), i, Some(id("cy")), CALM);
        if i % 2 == 0 {
            say("ana", "reply", id("second"), i, Some(id("cy")), CALM);
        }
    }
    said
}

#[test]
fn the_two_texts_are_what_they_are_taken_for() {
    let scorer = || {
        commonweal_text::model::Scorer::new(commonweal_text::model::Profile::general().expect("the weights are intact"))
    };
    let attack = |text| commonweal_text::model::Scores::number(scorer().score(text).expect("English").attack);
    assert!(attack(HOSTILE) > 0.5 && attack(CALM) < 0.3, "{} {}", attack(HOSTILE), attack(CALM));
}

#[test]
fn who_is_hostile_to_whom_and_what_comes_of_it() {
    let found = trolls(&quarrel(), json!({})).unwrap();
    assert_eq!(found.height(), 2, "{found:?}");
    assert_eq!((text(&found, "member", 0), text(&found, "member", 1)), (Some("cy"), Some("bo")));
    let of = |column, row| count(&found, column, row).unwrap();
    assert_eq!((of("messages", 0), of("hostile", 0), of("directed", 0), of("targets", 0)), (20, 10, 10, 1));
    assert_eq!((of("messages", 1), of("hostile", 1), of("directed", 1), of("targets", 1)), (20, 1, 1, 1));
    // Bo's reply names no parent: it answers the one who opened.
    assert_eq!((text(&found, "top_target", 0), text(&found, "top_target", 1)), (Some("bo"), Some("ana")));
    assert_eq!(number(&found, "top_target_share", 0), Some(1.0));
    assert_eq!(
        (number(&found, "replies_to_hostile", 0), number(&found, "replies_to_other", 0)),
        (Some(2.0), Some(1.0))
    );
    assert_eq!((number(&found, "reply_bait", 0), number(&found, "reply_bait", 1)), (Some(2.0), Some(1.0)));
    // All of cy's hostile messages sound alike: the first by id.
    assert_eq!((text(&found, "message", 0), text(&found, "span", 0)), (Some("cy0"), Some(HOSTILE)));
    // Ana wrote 50, bo and cy 20 each: 11 of 90 are hostile. Cy's rate is drawn towards all.
    let rate = number(&found, "rate", 0).unwrap();
    assert!(rate < 0.5 && rate > 0.35 && number(&found, "rate_low", 0).unwrap() < rate);
    assert!((number(&found, "times", 0).unwrap() - rate / (11.0 / 90.0)).abs() < 1e-12);
}

#[test]
fn one_outburst_of_a_newcomer_does_not_lead_the_list() {
    let mut said = quarrel();
    said.push(("dee".to_owned(), "post", "d".to_owned(), "d".to_owned(), None, HOSTILE));
    let found = trolls(&said, json!({"least": 1})).unwrap();
    let members: Vec<Option<&str>> = (0..found.height()).map(|row| text(&found, "member", row)).collect();
    assert_eq!(members[0], Some("cy"), "{found:?}");
    assert!(members.contains(&Some("dee")));
    // Who wrote little is not listed at all by default.
    assert_eq!(trolls(&said, json!({})).unwrap().height(), 2);
    assert_eq!(trolls(&said, json!({"least": 1, "top": 1})).unwrap().height(), 1);
}

#[test]
fn where_nobody_is_hostile_nobody_is_listed() {
    let calm: Vec<Said> = quarrel().into_iter().map(|s| (s.0, s.1, s.2, s.3, s.4, CALM)).collect();
    assert_eq!(trolls(&calm, json!({})).unwrap().height(), 0);
    let error = trolls(&calm, json!({"threshold": 0.0})).unwrap_err().to_string();
    assert_eq!(error, "threshold must be a probability above 0 and up to 1, as 0.5, got 0");
}
