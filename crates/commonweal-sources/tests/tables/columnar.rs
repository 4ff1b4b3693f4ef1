//! Parquet files, read as what they hold.
use polars::prelude::*;

use crate::support::{Export, parquet, rows};

/// Many rows with few names, in row groups of 64, some without one.
pub(super) fn many() -> DataFrame {
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
