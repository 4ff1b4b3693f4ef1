//! Tables of members: beside the events, and named.
use polars::prelude::*;

use super::COLUMNS;
use crate::support::{Export, parquet, rows};

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
