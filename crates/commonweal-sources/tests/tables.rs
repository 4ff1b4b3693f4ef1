//! Tables of events, whatever they call their columns.
#![allow(missing_docs, clippy::expect_used)]
mod support;

use polars::prelude::*;
use support::{Export, gzip, pairs, parquet, rows};

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

/// A table as the benchmarks' generator writes it: categories, whole numbers as ids, members in a file beside.
fn generated() -> (DataFrame, DataFrame) {
    let zone = Some(TimeZone::UTC);
    let time = |name: &str, micros: Vec<i64>| {
        Int64Chunked::from_vec(name.into(), micros).into_datetime(polars::prelude::TimeUnit::Microseconds, zone.clone())
    };
    let kind = Column::new("kind".into(), ["post", "reply", "join"]);
    let categories = DataType::from_categories(Categories::global());
    let events = vec![
        Column::new("event_id".into(), [1_i64, 2, 3]),
        time("ts", vec![1_714_554_000_000_000, 1_714_554_060_000_000, 1_714_554_120_000_000]).into_column(),
        Column::new("member_id".into(), ["u1", "u2", "u3"]),
        kind.cast(&categories).expect("categories"),
        Column::new("thread_id".into(), [Some("t1"), Some("t1"), None]),
        Column::new("parent_id".into(), [None, Some(1_i64), None]),
        Column::new("text".into(), [Some("hello"), Some(""), None]),
    ];
    let members = vec![
        Column::new("member_id".into(), ["u1", "u2", "u3", "u1"]),
        time("joined_at", vec![1_714_553_000_000_000; 4]).into_column(),
        Column::new("department".into(), ["Sales", "People", "Legal", "Sales"]),
        Column::new("is_staff".into(), [false, true, false, false]),
    ];
    (DataFrame::new(3, events).expect("events"), DataFrame::new(4, members).expect("members"))
}

#[test]
fn parquet_with_members_beside() {
    let (mut events, mut members) = generated();
    let export = Export::text(&[]);
    parquet(&export.path("events_3.parquet"), &mut events);
    parquet(&export.path("members_3.parquet"), &mut members);
    for source in [export.read("events_3.parquet"), export.read("")] {
        assert_eq!(
            rows(&source.events, &COLUMNS),
            [
                "2024-05-01 09:00:00 | u1 | post | 1 | t1 | - | hello",
                "2024-05-01 09:01:00 | u2 | reply | 2 | t1 | 1 | -",
                "2024-05-01 09:02:00 | u3 | join | 3 | - | - | -",
            ]
        );
        assert_eq!(
            rows(source.members.as_ref().expect("beside"), &["member", "joined", "role", "department"]),
            [
                "u1 | 2024-05-01 08:43:20 | - | Sales",
                "u2 | 2024-05-01 08:43:20 | staff | People",
                "u3 | 2024-05-01 08:43:20 | - | Legal",
            ]
        );
        let notes = source.intake.notes();
        assert_eq!(notes["members taken from members_3.parquet"], 1);
        assert_eq!(notes["members: row of a member seen before, left out"], 1);
    }
}

#[test]
fn members_by_option() {
    let export = Export::text(&[
        ("log.csv", "time,member,kind\n2021-07-01T12:00:00Z,a,post\n"),
        (
            "people.csv",
            "id,display_name,joined_at,role,office\n1,Ann,2020-01-01T00:00:00Z,Staff,Rome\n,x,,,\n2,Bo,soon,boss,Oslo\n",
        ),
    ]);
    let people = export.path("people.csv");
    let options = serde_json::json!({ "members": people }).to_string();
    let source = export.read_with("log.csv", &options);
    assert_eq!(
        rows(source.members.as_ref().expect("given"), &["member", "name", "joined", "role", "office"]),
        ["1 | Ann | 2020-01-01 00:00:00 | staff | Rome", "2 | Bo | - | - | Oslo"]
    );
    let notes = source.intake.notes();
    assert_eq!(notes["members: joined cannot be read, left out"], 1);
    assert_eq!(notes["members: role that is none of member, staff, bot, left out"], 1);
    assert_eq!(notes["members: row without a member, left out"], 1);
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

/// Many rows with few names, in row groups of 64, some without one.
fn many() -> DataFrame {
    let time = |row: i64| 1_714_554_000_000_000 + row * 1_000_000;
    let micros = Int64Chunked::from_vec("time".into(), (0..500).map(time).collect());
    let micros = micros.into_datetime(polars::prelude::TimeUnit::Microseconds, Some(TimeZone::UTC));
    let names = |name: &str, of: fn(usize) -> Option<String>| {
        Column::new(name.into(), (0..500).map(of).collect::<Vec<Option<String>>>())
    };
    let columns = vec![
        micros.into_column(),
        names("member", |row| (row % 7 > 0).then(|| format!("member-{}", row % 2))),
        names("kind", |row| Some(["post", "reply", "view"][row % 3].to_owned())),
        names("id", |row| Some(format!("e{row}"))),
        names("thread", |row| Some(format!("t{}", row / 3))),
        names("channel", |row| Some(format!("channel-{}", row % 3))),
        names("team", |row| Some(format!("team-{}", row % 2))),
    ];
    DataFrame::new(500, columns).expect("events")
}

#[test]
fn names_of_a_parquet_file_come_as_the_codes_it_holds() {
    let export = Export::text(&[]);
    let mut all = many();
    let file = std::fs::File::create(export.path("events.parquet")).expect("a file");
    ParquetWriter::new(file).with_row_group_size(Some(64)).finish(&mut all).expect("written");
    let source = export.read("events.parquet");
    for name in ["member", "kind", "channel"] {
        assert!(matches!(source.events.column(name).expect(name).dtype(), DataType::Categorical(..)), "{name}");
    }
    assert_eq!(source.events.column("team").expect("kept").dtype(), &DataType::String);
    assert_eq!(source.intake.kept(), 500);
    let columns = ["time", "member", "kind", "id", "thread", "channel", "team"];
    assert_eq!(rows(&source.events, &columns), rows(&all, &columns));
    // The community spells them out.
    let community = commonweal::Community::builder(source.events).build().expect("a community");
    for name in columns {
        assert_eq!(
            community.events().column(name).expect(name).dtype(),
            all.column(name).expect(name).dtype(),
            "{name}"
        );
    }
    assert_eq!(rows(community.events(), &columns), rows(&all, &columns));
    let more = community.append(many().head(Some(0))).expect("nothing more");
    assert_eq!(rows(more.events(), &columns), rows(&all, &columns));
}

#[test]
fn more_names_than_a_byte_holds_are_read_as_few_are() {
    let export = Export::text(&[]);
    let mut all = many();
    for _ in 0..5 {
        all.vstack_mut(&all.clone()).expect("the same columns");
    }
    let member = |row: usize| (!row.is_multiple_of(7)).then(|| format!("member-{}", row * 7 % 400));
    let members = (0..all.height()).map(member).collect::<Vec<Option<String>>>();
    all.with_column(Column::new("member".into(), members)).expect("as long");
    for of_group in [8_000, 16_000] {
        let file = std::fs::File::create(export.path("events.parquet")).expect("a file");
        ParquetWriter::new(file).with_row_group_size(Some(of_group)).finish(&mut all.clone()).expect("written");
        let source = export.read_with("events.parquet", r#"{"columns": ["time", "member", "kind"]}"#);
        assert!(matches!(source.events.column("member").expect("there").dtype(), DataType::Categorical(..)));
        assert_eq!(rows(&source.events, &["member", "kind"]), rows(&all, &["member", "kind"]));
    }
}

#[test]
fn instants_of_a_parquet_file_are_read_in_every_unit_and_with_gaps() {
    let export = Export::text(&[]);
    let micros = many().column("time").expect("there").cast(&DataType::Int64).expect("numbers");
    let zone = || Some(TimeZone::opt_try_new(Some("Europe/Berlin")).expect("a zone").expect("given"));
    for unit in [TimeUnit::Microseconds, TimeUnit::Nanoseconds, TimeUnit::Milliseconds] {
        for gaps in [false, true] {
            let there = |row: usize| !gaps || !row.is_multiple_of(50);
            let times = micros.i64().expect("numbers").iter().enumerate();
            let times: Int64Chunked = times.map(|(row, time)| time.filter(|_| there(row))).collect();
            let utc = times.into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_series();
            let local = utc.cast(&DataType::Datetime(unit, zone())).expect("instants");
            let mut all = many();
            all.with_column(local.with_name("time".into()).into_column()).expect("as long");
            let file = std::fs::File::create(export.path("events.parquet")).expect("a file");
            ParquetWriter::new(file).with_row_group_size(Some(64)).finish(&mut all).expect("written");
            let source = export.read("events.parquet");
            let read = source.events.column("time").expect("there").as_materialized_series();
            assert!(read.equals(&utc.drop_nulls().with_name("time".into())), "{unit:?}, {gaps}");
            assert_eq!(source.intake.refused().values().sum::<u64>(), if gaps { 10 } else { 0 });
        }
    }
}

/// Reads a file, ids as numbers where they differ in a number only.
fn numbered(path: &std::path::Path, mapping: Option<commonweal_sources::Mapping>) -> commonweal_sources::Source {
    let options = commonweal_sources::ReadOptions { numbered: true, mapping, ..Default::default() };
    commonweal_sources::read(path, &options).expect("read")
}

#[test]
fn ids_that_differ_in_a_number_come_as_numbers() {
    let export = Export::text(&[]);
    let path = export.path("events.parquet");
    let mut all = many();
    let parents = (0..500).map(|row| (row % 3 > 0).then(|| format!("e{}", row - row % 3)));
    all.insert_column(5, Column::new("parent".into(), parents.collect::<Vec<Option<String>>>())).expect("as long");
    let plainly = commonweal::Community::builder(all.clone()).build().expect("a community");
    // Codes of shared names, names page by page, large pages and small, compressed or not.
    for (compression, of_group, page) in [
        (ParquetCompression::Uncompressed, 64, None),
        (ParquetCompression::Zstd(None), 500, None),
        (ParquetCompression::Snappy, 100, Some(64)),
    ] {
        let file = std::fs::File::create(&path).expect("a file");
        let writer = ParquetWriter::new(file).with_compression(compression).with_data_page_size(page);
        writer.with_row_group_size(Some(of_group)).finish(&mut all.clone()).expect("written");
        let source = numbered(&path, None);
        let names: Vec<&str> = source.numbered.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["id", "thread", "parent"]);
        assert!(["id", "thread", "parent"].iter().all(|name| source.events.column(name).is_err()));
        let community = source.into_builder().build().expect("a community");
        let columns: Vec<&str> = all.get_column_names().into_iter().map(|name| name.as_str()).collect();
        assert_eq!(rows(community.events(), &columns), rows(&all, &columns));
        assert_eq!(community.n_threads(), plainly.n_threads());
        let kpi = commonweal::FirstResponse::default();
        assert_eq!(community.partial(&kpi).expect("tables"), plainly.partial(&kpi).expect("tables"));
    }
}

#[test]
fn ids_of_a_file_may_be_numbers_or_stay_text() {
    let export = Export::text(&[]);
    let path = export.path("events.parquet");
    let write = |ids: Column| {
        let mut all = many();
        all.with_column(ids.with_name("id".into())).expect("as long");
        parquet(&path, &mut all);
    };
    write(Column::new("id".into(), (0..500i64).collect::<Vec<_>>()));
    let source = numbered(&path, None);
    assert_eq!(source.numbered.len(), 2);
    let community = source.into_builder().build().expect("a community");
    let ids = community.events().column("id").expect("there").str().expect("text").clone();
    assert!(ids.iter().eq((0..500).map(|id| id.to_string()).collect::<Vec<_>>().iter().map(|id| Some(id.as_str()))));
    // One that is written otherwise, the last.
    let odd = (0..500).map(|id| if id < 499 { format!("e{id}") } else { "the last".to_owned() });
    write(Column::new("id".into(), odd.collect::<Vec<_>>()));
    let source = numbered(&path, None);
    let names: Vec<&str> = source.numbered.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["thread"]);
    assert_eq!(source.events.column("id").expect("text").dtype(), &DataType::String);
    // There twice: as of text.
    write(Column::new("id".into(), (0..500i64).map(|id| id % 499).collect::<Vec<_>>()));
    let error = numbered(&path, None).into_builder().build().expect_err("twice").to_string();
    assert!(error.contains("id") && error.contains("\"0\""), "{error}");
    // What is mapped away from such a name is text again.
    write(Column::new("id".into(), (0..500).map(|id| format!("e{id}")).collect::<Vec<_>>()));
    let mapping = commonweal_sources::Mapping { thread: Some("id".to_owned()), ..Default::default() };
    let source = numbered(&path, Some(mapping));
    let names: Vec<&str> = source.numbered.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["thread"]);
    assert_eq!(source.events.column("thread_original").expect("kept").dtype(), &DataType::String);
}

#[test]
fn rows_that_are_refused_take_their_ids_along() {
    let export = Export::text(&[]);
    let path = export.path("events.parquet");
    let mut all = many();
    let kinds = (0..500).map(|row| if row % 5 == 0 { "wave" } else { "post" });
    all.with_column(Column::new("kind".into(), kinds.collect::<Vec<_>>())).expect("as long");
    parquet(&path, &mut all);
    let community = numbered(&path, None).into_builder().build().expect("a community");
    let (own, text) = (community.events(), commonweal_sources::read(&path, &Default::default()).expect("read").events);
    assert_eq!(own.height(), 400);
    assert_eq!(rows(own, &["id", "thread", "time"]), rows(&text, &["id", "thread", "time"]));
}

#[test]
fn only_some_columns_of_a_table() {
    let export = Export::text(&[]);
    parquet(&export.path("events.parquet"), &mut many());
    let read = |columns: &[&str]| {
        let columns = Some(columns.iter().map(|name| (*name).to_owned()).collect());
        commonweal_sources::read(
            export.path("events.parquet"),
            &commonweal_sources::ReadOptions { columns, ..Default::default() },
        )
    };
    let source = read(&["time", "member", "kind"]).expect("read");
    assert_eq!(source.events.column("id").expect("of the contract").null_count(), 500);
    assert!(source.events.column("team").is_err());
    assert_eq!(rows(&source.events, &["time", "member"]), rows(&many(), &["time", "member"]));
    let error = read(&["time", "member", "kind", "tema"]).expect_err("no such column").to_string();
    assert!(error.contains("\"tema\"") && error.contains("team"), "{error}");
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
