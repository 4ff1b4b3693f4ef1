//! Tables of text: what is written stays, where the contract says that it is text.
#![allow(missing_docs, clippy::expect_used)]
mod support;

use polars::prelude::*;
use support::{Export, pairs, parquet, rows};

fn csv(table: &str) -> commonweal_sources::Source {
    Export::text(&[("x.csv", table)]).read("x.csv")
}

fn ndjson(lines: &str) -> commonweal_sources::Source {
    Export::text(&[("x.ndjson", lines)]).read("x.ndjson")
}

#[test]
fn names_and_texts_stay_as_they_are_written() {
    let source = csv("ts,user,type,text,thread_ts,channel,id,platform,target\n\
        1767614400.000100,1e5,post,1.50,1767614400.000100,1.0,98765432109876543210,1,true\n\
        1767614500.000200,100000,reply,2,1767614400.000100,1,98765432109876543211,2,false\n\
        1767614600.5,+100000,reply,true,1767614400.000100,true,7,3,true\n");
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "text", "thread", "channel", "id", "platform", "target"]),
        [
            "2026-01-05 12:00:00.000100 | 1e5 | post | 1.50 | 1767614400.000100 | 1.0 | 98765432109876543210 | 1 | true",
            "2026-01-05 12:01:40.000200 | 100000 | reply | 2 | 1767614400.000100 | 1 | 98765432109876543211 | 2 | false",
            "2026-01-05 12:03:20.500 | +100000 | reply | true | 1767614400.000100 | true | 7 | 3 | true",
        ]
    );
    let source = csv("time,member,kind\n2026-01-05T12:00:00Z,1.0,post\n2026-01-05T12:00:00Z,1,post\n");
    assert_eq!(rows(&source.events, &["member"]), ["1.0", "1"]);
    assert!(source.intake.notes().is_empty());
}

#[test]
fn kinds_may_be_numbers() {
    let options = r#"{"mapping": {"kind_values": {"1": "post", "2.0": "reply"}}}"#;
    let table = "time,member,kind\n2026-01-05T12:00:00Z,a,1\n2026-01-05T12:00:00Z,a,2.0\n";
    let source = Export::text(&[("x.csv", table)]).read_with("x.csv", options);
    assert_eq!(rows(&source.events, &["kind"]), ["post", "reply"]);
}

#[test]
fn numbers_of_json_stay_as_they_are_written() {
    let source = ndjson(
        "{\"time\": 1767614400, \"member\": 123456789012345678901, \"kind\": \"post\", \"id\": 18446744073709551616, \"share\": 1.50}\n\
         {\"time\": 1767614400.25, \"member\": 123456789012345678902, \"kind\": \"post\", \"id\": -7, \"share\": 2}\n\
         {\"time\": 1767614400, \"member\": 1.0, \"kind\": \"post\", \"id\": 12345678901234567890, \"share\": null}\n\
         {\"time\": 1767614400, \"member\": \"1\", \"kind\": \"post\", \"id\": true, \"share\": \"\"}\n",
    );
    assert_eq!(
        rows(&source.events, &["time", "member", "id", "share"]),
        [
            "2026-01-05 12:00:00 | 123456789012345678901 | 18446744073709551616 | 1.5",
            "2026-01-05 12:00:00.250 | 123456789012345678902 | -7 | 2.0",
            "2026-01-05 12:00:00 | 1.0 | 12345678901234567890 | -",
            "2026-01-05 12:00:00 | 1 | true | -",
        ]
    );
}

#[test]
fn ids_that_became_fractions_are_noted() {
    let source = csv("time,member,kind,id,parent,channel\n\
        2026-01-05T12:00:00Z,7.0,post,1,,1.0\n\
        2026-01-05T12:00:00Z,,reply,2,1.0,2.0\n\
        soon,x,reply,3,y,3.0\n");
    assert_eq!(rows(&source.events, &["member", "id", "parent", "channel"]), ["7 | 1 | - | 1.0", "- | 2 | 1 | 2.0"]);
    assert_eq!(
        pairs(source.intake.notes()),
        [("events: member such as 12.0 taken as 12", 1), ("events: parent such as 12.0 taken as 12", 1)]
    );
    let table = "time,member,kind,n\n2026-01-05T12:00:00Z,7.0,post,1\n";
    let source = Export::text(&[("x.csv", table)]).read_with("x.csv", r#"{"as_written": ["member", "n"]}"#);
    assert_eq!(rows(&source.events, &["member", "n"]), ["7.0 | 1"]);
    assert_eq!(source.events.column("n").expect("kept").dtype(), &DataType::String);
}

#[test]
fn rows_that_are_refused_say_nothing_of_types() {
    let source = csv("time,member,kind,n,ok\n2026-01-05T12:00:00Z,a,post,1,true\nsoon,a,post,many,1\n");
    assert_eq!(source.events.column("n").expect("kept").dtype(), &DataType::Int64);
    assert_eq!(source.events.column("ok").expect("kept").dtype(), &DataType::Boolean);
}

#[test]
fn ids_of_text_may_come_as_numbers() {
    let table = "time,member,kind,id,parent\n2026-01-05T12:00:00Z,a,post,1,\n2026-01-05T12:00:00Z,a,reply,2,1.0\n";
    let export = Export::text(&[("x.csv", table)]);
    let options = commonweal_sources::ReadOptions { numbered: true, ..Default::default() };
    let source = commonweal_sources::read(export.path("x.csv"), &options).expect("read");
    let names: Vec<&str> = source.numbered.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["id", "parent"]);
    let community = source.into_builder().build().expect("a community");
    assert_eq!(rows(community.events(), &["id", "parent"]), ["1 | -", "2 | 1"]);
}

#[test]
fn members_are_read_as_events_are() {
    let export = Export::text(&[
        ("x.csv", "time,member,kind\n2026-01-05T12:00:00Z,1e5,post\n"),
        ("people.csv", "member,name,joined,is_staff,age\n1e5,007,1767614400,True,7\n100000,1,1767614400.5,False,8\n"),
        ("roles.ndjson", "{\"member\": 1.0, \"role\": \"Staff\"}\n{\"member\": 2.0, \"role\": \"bot\"}\n"),
    ]);
    let people = |name: &str| {
        let options = serde_json::json!({ "members": export.path(name) }).to_string();
        export.read_with("x.csv", &options).members.expect("given")
    };
    let members = people("people.csv");
    assert_eq!(
        rows(&members, &["member", "name", "joined", "role", "age"]),
        ["1e5 | 007 | 2026-01-05 12:00:00 | staff | 7", "100000 | 1 | 2026-01-05 12:00:00.500 | - | 8"]
    );
    assert_eq!(members.column("age").expect("kept").dtype(), &DataType::Int64);
    assert_eq!(rows(&people("roles.ndjson"), &["member", "role"]), ["1 | staff", "2 | bot"]);
}

#[test]
fn columns_of_a_folder_have_one_type_or_become_text() {
    let table = |day: u32, value: &str| format!("time,member,kind,extra\n2026-01-{day:02}T12:00:00Z,a,post,{value}\n");
    for (one, other, expected) in [
        ("true", "1", ["true", "1"]),
        ("1", "1.50", ["1", "1.5"]),
        ("1", "x", ["1", "x"]),
        ("1", "", ["1", "-"]),
        ("", "2.5", ["-", "2.5"]),
        ("", "", ["-", "-"]),
    ] {
        let (one, other) = (table(1, one), table(2, other));
        let source = Export::text(&[("d/1.csv", &one), ("d/2.csv", &other)]).read("d");
        assert_eq!(rows(&source.events, &["extra"]), expected);
    }
    let numbers = Export::text(&[("d/1.csv", &table(1, "1")), ("d/2.csv", &table(2, ""))]).read("d");
    assert_eq!(numbers.events.column("extra").expect("kept").dtype(), &DataType::Int64);
}

#[test]
fn columns_that_are_typed_must_be_names() {
    let export = Export::text(&[]);
    for (column, found) in
        [(Column::new("member".into(), [true]), "bool"), (Column::new("member".into(), [1.5]), "f64")]
    {
        let time = Column::new("time".into(), ["2026-01-05T12:00:00Z"]);
        let columns = vec![time, column, Column::new("kind".into(), ["post"])];
        parquet(&export.path("x.parquet"), &mut DataFrame::new(1, columns).expect("events"));
        assert_eq!(
            export.fault("x.parquet", "{}"),
            format!("x.parquet: the column \"member\" is {found}, expected text or whole numbers")
        );
    }
}

#[test]
fn a_quote_that_is_never_closed_is_refused_where_it_begins() {
    let row = |row: usize, channel: &str| format!("2026-01-05T12:00:{row:02}Z,m{row},post,{channel},\n");
    let table = |channel: &str, last: &str| {
        let all = (0..20).map(|at| row(at, if at == 3 { channel } else { "help" })).collect::<String>();
        format!("time,member,kind,channel,text\n{all}{last}")
    };
    let fault = |table: &str| Export::text(&[("x.csv", table)]).fault("x.csv", "{}");
    let told = |line: u32, start: &str, column: &str| {
        format!(
            "x.csv, line {line}: not valid CSV (the quote before {start:?} of the column {column:?} is never closed, so that all \
             that follows would be one field; close it, or write it twice within quotes where it is a part of the text); \
             export it again, or mend that place"
        )
    };
    assert_eq!(fault(&table("\"help", "")), told(5, "help,", "channel"));
    assert_eq!(fault(&table("\"he\"\"lp", "")), told(5, "he\"lp,", "channel"));
    // Behind fields over several lines, at the very end, and without a line end.
    assert_eq!(fault(&table("\"a\nb\",\"c", "")), told(6, "c,", "text"));
    assert_eq!(fault(&table("help", "2026-01-05T12:00:00Z,\"")), told(22, "", "member"));
    assert_eq!(fault(&table("help", "2026-01-05T12:00:00Z,a,post,help,\"x\"\"")), told(22, "x\"", "text"));
    assert!(
        fault("time,member,\"kind\n2026-01-05T12:00:00Z,a,post\n")
            .starts_with("x.csv, line 1: not valid CSV (the quote")
    );
    // Closed ones are whole, and quotes within a field are letters.
    let source = csv(&table("\"he\n\"\"l\"\"\n\np\"", "2026-01-05T12:00:00Z,a,post,5\" tall,\"end\""));
    assert_eq!(source.events.height(), 21);
    assert_eq!(rows(&source.events, &["channel"])[3], "he\n\"l\"\n\np");
    assert_eq!(rows(&source.events, &["channel", "text"])[20], "5\" tall | end");
    assert!(source.intake.refused().is_empty());
}

#[test]
fn an_empty_line_behind_the_header_is_none() {
    let source = csv("time,member,kind\n\n2026-01-05T12:00:00Z,a,post\n\n");
    assert_eq!(rows(&source.events, &["member"]), ["a"]);
    assert!(source.intake.refused().is_empty());
}
