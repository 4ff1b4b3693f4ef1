//! Several sources in one community; rows of one side alone.
#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs)]
use chrono::{DateTime, Utc};
use commonweal::{Community, FirstResponse, Intake, KPIS, Quality, Whole};
use polars::prelude::*;

fn at(hours: i64) -> i64 {
    1_767_571_200_000_000 + hours * 3_600_000_000
}

fn time(hours: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at(hours)).unwrap()
}

fn events(rows: &[(i64, Option<&str>, &str, &str, &str)]) -> DataFrame {
    let mut frame = df![
        "time" => rows.iter().map(|row| at(row.0)).collect::<Vec<_>>(),
        "member" => rows.iter().map(|row| row.1).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|row| row.2).collect::<Vec<_>>(),
        "id" => rows.iter().map(|row| row.3).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|row| row.4).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    frame
}

fn forum() -> Community {
    let mut intake = Intake::default();
    intake.keep(3);
    intake.refuse("a reason");
    let members = df!["member" => ["1", "2"], "role" => [None, Some("staff")]].unwrap();
    Community::builder(events(&[
        (0, Some("1"), "post", "a", "t"),
        (2, Some("2"), "reply", "b", "t"),
        (9, Some("1"), "post", "c", "u"),
    ]))
    .members(members)
    .intake(intake)
    .as_of(time(8))
    .build()
    .unwrap()
}

fn chat() -> Community {
    let mut rows = events(&[(1, Some("1"), "post", "a", "t"), (5, None, "reply", "b", "t")]);
    rows.with_column(Column::new("emoji".into(), [None, Some("x")])).unwrap();
    Community::builder(rows).build().unwrap()
}

fn texts(community: &Community, column: &str) -> Vec<Option<String>> {
    let column = community.events().column(column).unwrap().str().unwrap().clone();
    column.iter().map(|text| text.map(str::to_owned)).collect()
}

#[test]
fn keys_of_two_sources_are_two() {
    let (forum, chat) = (forum(), chat());
    let both = Community::concat(&[("forum", &forum), ("chat", &chat)]).unwrap();
    let text = |value: &str| Some(value.to_owned());
    assert_eq!(texts(&both, "member"), [text("forum:1"), text("forum:2"), text("chat:1"), None]);
    assert_eq!(texts(&both, "id"), [text("forum:a"), text("forum:b"), text("chat:a"), text("chat:b")]);
    assert_eq!(texts(&both, "source"), [text("forum"), text("forum"), text("chat"), text("chat")]);
    assert_eq!(texts(&both, "emoji"), [None, None, None, text("x")]);
    assert_eq!((both.n_members(), both.n_threads()), (3, 2));
    // The latest end of observation; what lies after it is still counted, and in once it is observed.
    assert_eq!(both.as_of(), time(8));
    assert_eq!((both.intake().read(), both.intake().kept()), (4, 3));
    let quality = both.compute(&Quality::default()).unwrap();
    let after = quality.column("check").unwrap().str().unwrap().iter().position(|name| name == Some("after as_of"));
    assert_eq!(quality.column("count").unwrap().i64().unwrap().get(after.unwrap()), Some(1));
    // Roles are known under the new names.
    let table = both.compute(&FirstResponse::default()).unwrap();
    assert_eq!(table.column("n").unwrap().i64().unwrap().get(0), Some(2));
    // A third source beside two.
    let all = Community::concat(&[("old", &both), ("new", &forum)]).unwrap();
    assert_eq!(texts(&all, "source")[0], text("old:forum"));
    assert_eq!(texts(&all, "member")[0], text("old:forum:1"));
}

#[test]
fn every_volume_is_the_sum() {
    let (forum, chat) = (forum(), chat());
    let both = Community::concat(&[("forum", &forum), ("chat", &chat)]).unwrap();
    let activity = |community: &Community| -> Vec<i64> {
        let kpi = commonweal::parse("engagement.activity", &serde_json::json!({})).unwrap();
        let table = community.compute(kpi.as_ref()).unwrap();
        ["posts", "replies", "contributions", "contributors"]
            .map(|name| table.column(name).unwrap().i64().unwrap().get(0).unwrap())
            .to_vec()
    };
    let sum: Vec<i64> = activity(&forum).iter().zip(activity(&chat)).map(|(a, b)| a + b).collect();
    assert_eq!(activity(&both), sum);
}

#[test]
fn what_cannot_be_put_together() {
    let forum = forum();
    let fault = |sources: &[(&str, &Community)]| Community::concat(sources).unwrap_err().to_string();
    assert_eq!(fault(&[]), "sources must be one community or more, got none");
    assert_eq!(
        fault(&[("a", &forum), ("a", &forum)]),
        "sources must be communities of different names, none of them empty, got \"a\""
    );
    let berlin =
        Community::builder(forum.events().clone()).zone(commonweal::zone("Europe/Berlin").unwrap()).build().unwrap();
    assert!(fault(&[("a", &forum), ("b", &berlin)]).contains("Europe/Berlin in \"b\", UTC in \"a\""));
    let part = forum.partition(2, Whole::Member).unwrap().remove(0);
    assert!(fault(&[("a", &part)]).contains("a part of one"));
    let mut odd = chat().events().clone();
    odd.with_column(Column::new("emoji".into(), [1i64, 2])).unwrap();
    let odd = Community::builder(odd).build().unwrap();
    assert_eq!(
        fault(&[("a", &chat()), ("b", &odd)]),
        "events, column \"emoji\": has the type i64, in the events before it has str; cast it to the same"
    );
}

/// Rows of which only one side was exported, beside others.
fn one_sided() -> Community {
    let mut rows = events(&[(1, Some("1"), "post", "a", "t"), (5, Some("1"), "reply", "b", "v")]);
    rows.with_column(Column::new("one_sided".into(), [true, true])).unwrap();
    Community::builder(rows).build().unwrap()
}

#[test]
fn what_looks_at_what_came_back_refuses_one_side_and_nothing_else_does() {
    let (forum, own) = (forum(), one_sided());
    let both = Community::concat(&[("forum", &forum), ("own", &own)]).unwrap();
    let parts = both.partition(3, Whole::Thread).unwrap();
    let mut refused = 0;
    for entry in KPIS {
        let kpi = entry.parse(&serde_json::json!({})).unwrap();
        let name = kpi.spec().name;
        let needs_both = name.starts_with("response.")
            || ["engagement.recognition_effect", "sentiment.reply_effect"].contains(&name);
        let says_so = |result: commonweal::Result<DataFrame>| {
            result
                .err()
                .map(|error| error.to_string())
                .is_some_and(|text| text.contains("needs both sides of the talk"))
        };
        assert_eq!(says_so(own.compute(kpi.as_ref())), needs_both, "{name}");
        assert_eq!(says_so(both.compute(kpi.as_ref())), needs_both, "{name}");
        refused += usize::from(needs_both);
    }
    assert!(refused >= 16, "{refused}");
    // The mark goes along with the rows into parts and filters.
    let kpi = FirstResponse::default();
    assert!(parts.iter().any(|part| part.partial(&kpi).is_err()));
    let marks = both.events().column("one_sided").unwrap().bool().unwrap().clone();
    let others = both.filter(&marks.iter().map(|mark| Some(mark != Some(true))).collect()).unwrap();
    assert_eq!(others.compute(&kpi).unwrap().column("answered").unwrap().i64().unwrap().get(0), Some(1));
    let error = own.compute(&kpi).unwrap_err().to_string();
    assert_eq!(
        error,
        "response.first_response needs both sides of the talk; 2 of 2 events are of an archive that holds one side alone (column \
         \"one_sided\"): who answered them is not in it. Leave them out, as in filter(~pl.col(\"one_sided\").fill_null(False))"
    );
    let mut wrong = own.events().clone();
    wrong.with_column(Column::new("one_sided".into(), ["yes", "no"])).unwrap();
    let fault = Community::builder(wrong).build().unwrap_err().to_string();
    assert!(fault.contains("column \"one_sided\": has the type str, not boolean"), "{fault}");
}

#[test]
fn who_was_erased_leaves_no_affiliation_behind() {
    let mut affiliations = df![
        "member" => ["1", "2"],
        "dimension" => ["department", "department"],
        "value" => ["sales", "law"],
        "from" => [None::<i64>, None],
        "to" => [None::<i64>, None],
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for name in ["from", "to"] {
        let times = affiliations.column(name).unwrap().cast(&utc).unwrap();
        affiliations.with_column(times).unwrap();
    }
    let rows = [(0, Some("1"), "post", "a", "t"), (2, Some("2"), "reply", "b", "t")];
    let both = Community::builder(events(&rows)).affiliations(affiliations).build().unwrap();
    let departments = |community: &Community| {
        let kpi = commonweal::parse("adoption.active_members", &serde_json::json!({"by": "department", "every": null}));
        let table = community.compute(kpi.unwrap().as_ref()).unwrap();
        let column = table.column("department").unwrap().str().unwrap().clone();
        column.iter().flatten().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(departments(&both), ["law", "sales"]);
    assert_eq!(departments(&both.replace(events(&rows[..1]), None).unwrap()), ["sales"]);
}
