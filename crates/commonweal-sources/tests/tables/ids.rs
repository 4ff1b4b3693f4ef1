//! Ids of a Parquet file that are read as numbers.
use polars::prelude::*;

use super::columnar::many;
use crate::support::{Export, parquet, rows};

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
