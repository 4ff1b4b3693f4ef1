//! Tables of events, whatever they call their columns.
#![allow(missing_docs, clippy::expect_used)]
mod columnar;
mod ids;
mod members;
#[path = "../support/mod.rs"]
mod support;

use polars::prelude::*;
use support::{Export, gzip, pairs, rows};

const COLUMNS: [&str; 7] = ["time", "member", "kind", "id", "thread", "parent", "text"];

#[test]
fn usual_names_are_recognised_and_noted() {
    let csv = "event_id,TS,user_id,event_type,thread_id,parent_id,message,votes,code,ok,share\n\
               1,2024-05-01T09:00:00Z,ann,Post,1,,\"Hello, \"\"you\"\"\",3,007,true,0.5\n\
               2,2024-05-01T11:30:00+02:00,bob,reply,1,1,,4,008,false,1\n\
               3,,bob,reply,1,1,x,5,009,true,\n\
               4,tomorrow,bob,reply,1,1,x,6,010,true,\n\
               5,2024-05-01 10:00:00Z,bob,wave,1,1,x,7,011,true,\n\
               6,2024-05-01 10:00:00Z,bob,,1,1,x,7,011,true,\n\
               7,2024-05-01 10:00:00Z\n\
               8,2024-05-01 10:00:00Z,,view,1,1,x,7,011,true,2\n";
    let source = Export::text(&[("log.csv", csv)]).read("log.csv");
    assert_eq!(source.platform, "table");
    assert_eq!(
        rows(&source.events, &COLUMNS),
        [
            "2024-05-01 09:00:00 | ann | post | 1 | 1 | - | Hello, \"you\"",
            "2024-05-01 09:30:00 | bob | reply | 2 | 1 | 1 | -",
            "2024-05-01 10:00:00 | - | view | 8 | 1 | 1 | x",
        ]
    );
    assert_eq!(rows(&source.events, &["votes", "code", "ok", "share"])[0], "3 | 007 | true | 0.5");
    assert_eq!(source.events.column("votes").expect("kept").dtype(), &DataType::Int64);
    assert_eq!(
        pairs(source.intake.refused()),
        [
            ("kind \"wave\" is none of the contract's", 1),
            ("kind missing", 1),
            ("row with more or fewer fields than the header", 1),
            ("time cannot be read", 1),
            ("time missing", 1),
        ]
    );
    assert_eq!(
        pairs(source.intake.notes()),
        [
            ("events: id taken from the column \"event_id\"", 1),
            ("events: kind taken from the column \"event_type\"", 1),
            ("events: member taken from the column \"user_id\"", 1),
            ("events: parent taken from the column \"parent_id\"", 1),
            ("events: text taken from the column \"message\"", 1),
            ("events: thread taken from the column \"thread_id\"", 1),
            ("events: time taken from the column \"TS\"", 1),
        ]
    );
}

#[test]
fn a_mapping_decides() {
    let rows_of = "{\"sent\": 1714554000, \"who\": 17, \"what\": \"message\", \"time\": \"noon\", \"tags\": [\"a\", 1]}\n\
                   \n\
                   {\"sent\": 1714554000.25, \"who\": 18, \"what\": \"like\", \"extra\": null}\n\
                   [1, 2]\n\
                   {\"sent\": \"1714554000000\", \"who\": 18, \"what\": \"like\"}\n";
    let options = r#"{"mapping": {"time": "sent", "member": "who", "kind": "what",
                      "kind_values": {"message": "post", "like": "reaction"}}}"#;
    let source = Export::text(&[("log.ndjson", rows_of)]).read_with("log.ndjson", options);
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "time_original", "tags"]),
        [
            "2024-05-01 09:00:00 | 17 | post | noon | [\"a\",1]",
            "2024-05-01 09:00:00.250 | 18 | reaction | - | -",
            "2024-05-01 09:00:00 | 18 | reaction | - | -",
        ]
    );
    assert_eq!(pairs(source.intake.refused()), [("line that is no JSON object", 1)]);
}

#[test]
fn the_unit_of_numbers_can_be_named() {
    let csv = "ts;member;text\n86400;a;x\n0;b;y\n";
    let options = r#"{"mapping": {"time_unit": "s", "kind_default": "post"}}"#;
    let source = Export::text(&[("log.csv", csv)]).read_with("log.csv", options);
    assert_eq!(
        rows(&source.events, &["time", "member", "kind", "text"]),
        ["1970-01-02 00:00:00 | a | post | x", "1970-01-01 00:00:00 | b | post | y"]
    );
    let source = Export::text(&[("log.csv", csv)]).read_with("log.csv", r#"{"mapping": {"kind_default": "post"}}"#);
    assert_eq!(pairs(source.intake.refused()), [("time cannot be read", 2)]);
}

#[test]
fn local_times_with_a_named_zone() {
    let csv = "time,member,kind\n\
               2021-07-01 12:00:00,a,post\n\
               2021-10-31 02:30:00,a,post\n\
               2021-03-28 02:30:00,a,post\n\
               2021-07-01,a,post\n\
               2021-07-01 12:00:00Z,a,post\n";
    let source = Export::text(&[("log.csv", csv)]).read_with("log.csv", r#"{"time_zone": "Europe/Berlin"}"#);
    assert_eq!(
        rows(&source.events, &["time", "time_quality"]),
        [
            "2021-07-01 10:00:00 | -",
            "2021-10-31 00:30:00 | -",
            "2021-03-28 01:30:00 | -",
            "2021-06-30 22:00:00 | day",
            "2021-07-01 12:00:00 | -",
        ]
    );
    assert_eq!(
        pairs(source.intake.notes()),
        [
            ("local time that the clocks showed twice: the earlier is taken", 1),
            ("local time that the clocks skipped: moved forward", 1),
        ]
    );
}

#[test]
fn a_folder_of_tables_is_one_table() {
    let export = Export::new(&[
        ("2023.csv", b"time,member,kind,n\n2023-07-01T12:00:00Z,a,post,1\n"),
        ("2024.csv", b"time,member,kind,n,place\n2024-07-01T12:00:00Z,a,post,many,x\n"),
        ("2025.csv.gz", &gzip(b"time,member,kind\n2025-07-01T12:00:00Z,a,post\n")),
        ("README.md", b"not, a, table"),
    ]);
    let source = export.read("");
    assert_eq!(
        rows(&source.events, &["time", "n", "place"]),
        ["2023-07-01 12:00:00 | 1 | -", "2024-07-01 12:00:00 | many | x", "2025-07-01 12:00:00 | - | -"]
    );
}

#[test]
fn ids_that_another_program_made_fractions() {
    let csv = "time,member,kind,id,parent\n2021-07-01T12:00:00Z,7.0,post,1,\n2021-07-01T12:00:00Z,,reply,2,1.0\n";
    let source = Export::text(&[("log.csv", csv)]).read("log.csv");
    assert_eq!(rows(&source.events, &["member", "id", "parent"]), ["7 | 1 | -", "- | 2 | 1"]);
}

#[test]
fn many_unknown_kinds_are_counted_together() {
    let lines: String = (0..50).map(|n| format!("2021-07-01T12:00:00Z,a,kind{n}\n")).collect();
    let source = Export::text(&[("log.csv", &format!("time,member,kind\n{lines}"))]).read("log.csv");
    assert_eq!(source.intake.refused().len(), 21);
    assert_eq!(source.intake.refused()["kind that is none of the contract's"], 30);
}

#[test]
fn no_rows_is_a_table_too() {
    let source = Export::text(&[("log.csv", "time,member,kind\n")]).read("log.csv");
    assert_eq!(source.events.height(), 0);
    assert_eq!(source.events.column("time").expect("a column").dtype().to_string(), "datetime[μs, UTC]");
}

#[test]
fn texts_in_html_are_read_as_the_forums_readers_read_them() {
    let table = "time,member,kind,text\n2020-05-01T00:00:00Z,a,post,<p>Hi &amp; <b>you</b></p><pre>x = 1</pre>\n\
                 2020-05-01T00:00:01Z,a,reply,<blockquote>Hi</blockquote>\n2020-05-01T00:00:02Z,a,reply,\n";
    let export = Export::text(&[("x.csv", table)]);
    let source = export.read_with("x.csv", r#"{"mapping": {"text_format": "html"}}"#);
    assert_eq!(rows(&source.events, &["text"]), ["Hi & you", "-", "-"]);
    assert_eq!(rows(&export.read("x.csv").events, &["text"])[1], "<blockquote>Hi</blockquote>");
}
