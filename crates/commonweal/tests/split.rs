//! Any split of the events into partitions and batches, in any order, serialised in between, gives the same bytes and the same table:
//! for every KPI of the registry.
#![allow(clippy::expect_used, clippy::unwrap_used)]
mod options;

use chrono::TimeDelta;
use commonweal::{Builder, Community, KPIS, Kpi, Partial, Partition, Spec, Tables, Whole};
use polars::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use options::options;

/// An event of a tiny domain, so that ties, self-replies, repeated visits and orphans are common.
#[derive(Clone, Debug)]
struct Event {
    time: i64,
    member: Option<u8>,
    kind: &'static str,
    thread: Option<u8>,
    parent: Option<u8>,
    channel: Option<u8>,
    text: Option<&'static str>,
    inherited: bool,
}

const HOUR: i64 = 3_600_000_000;
const START: i64 = 1_711_000_000_000_000;

fn event() -> impl Strategy<Value = Event> {
    let kinds = prop::sample::select(vec![
        "post", "reply", "reply", "reaction", "view", "join", "resolve", "reopen", "share", "assign", "flag",
        "moderate",
    ]);
    let texts = prop::sample::select(vec![
        None,
        Some(""),
        Some("this is great"),
        Some("awful, I hate it"),
        Some("a table"),
        Some("is it a table?"),
    ]);
    // Three weeks around a change of the clocks, on a coarse grid.
    let fields = (0i64..500, prop::option::of(0u8..7), kinds, prop::option::of(0u8..6), prop::option::of(0u8..8));
    (fields, prop::option::of(0u8..3), texts, prop::bool::weighted(0.1)).prop_map(
        |((hour, member, kind, thread, parent), channel, text, inherited)| Event {
            time: START + hour * HOUR,
            member,
            kind,
            thread,
            parent,
            channel,
            text,
            inherited,
        },
    )
}

fn frame(events: &[Event]) -> DataFrame {
    let name = |prefix: &str, n: Option<u8>| n.map(|n| format!("{prefix}{n}"));
    let text = |f: &dyn Fn(usize, &Event) -> Option<String>| {
        events.iter().enumerate().map(|(i, e)| f(i, e)).collect::<Vec<_>>()
    };
    let mut frame = df![
        "time" => events.iter().map(|e| e.time).collect::<Vec<_>>(),
        "member" => text(&|_, e| name("m", e.member)),
        "kind" => events.iter().map(|e| e.kind).collect::<Vec<_>>(),
        "id" => text(&|i, _| (i % 3 != 0).then(|| format!("e{i}"))),
        "thread" => text(&|_, e| name("t", e.thread)),
        "parent" => text(&|_, e| name("e", e.parent)),
        "channel" => text(&|_, e| name("c", e.channel)),
        "text" => text(&|_, e| e.text.map(str::to_owned)),
        "time_quality" => text(&|_, e| e.inherited.then(|| "inherited".to_owned())),
        "target" => text(&|i, e| (e.kind == "assign").then(|| ["a", "b", "m5", "m3", "d"][i % 5].to_owned())),
        "constant" => vec!["always"; events.len()],
        "platform_of" => text(&|_, e| name("p", e.thread.map(|thread| thread % 3))),
        "own_score" => events.iter().map(|e| e.text.map(|t| t.len() as f64 / 40.0 - 0.2)).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").expect("time").cast(&utc).expect("a cast of integers");
    frame.with_column(time).expect("a column of this length");
    frame
}

fn members() -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut members = df![
        "member" => (0..9).map(|m| format!("m{m}")).collect::<Vec<_>>(),
        "role" => [None, Some("member"), Some("staff"), Some("bot"), None, Some("staff"), None, None, None],
        "department" => [Some("a"), Some("b"), Some("a"), None, Some("b"), Some("a"), None, Some("a"), Some("c")],
        "timezone" => [Some("Africa/Cairo"), None, Some("Mars/Base"), Some("America/New_York"), Some("Australia/Lord_Howe"), None,
            Some("UTC"), Some("Africa/Cairo"), Some("")],
        "joined" => (0..9).map(|m| (m != 4).then(|| START + (m * 60 - 100) * HOUR)).collect::<Vec<_>>(),
        "left" => (0..9).map(|m| (m % 4 == 1).then(|| START + (m * 60 + 90) * HOUR)).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    for column in ["joined", "left"] {
        let cast = members.column(column).expect("there").cast(&utc).expect("a cast of integers");
        members.with_column(cast).expect("a column of this length");
    }
    members
}

fn affiliations() -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut table = df![
        "member" => ["m0", "m0", "m6"],
        "dimension" => ["department", "role", "department"],
        "value" => ["c", "staff", "b"],
        "from" => [Some(START + 100 * HOUR), None, Some(START + 300 * HOUR)],
        "to" => [Some(START + 250 * HOUR), Some(START + 200 * HOUR), None],
    ]
    .expect("columns of one length");
    for column in ["from", "to"] {
        let cast = table.column(column).expect("there").cast(&utc).expect("a cast of integers");
        table.with_column(cast).expect("a column of this length");
    }
    table
}

fn builder(events: DataFrame, affiliated: bool) -> Builder {
    let zone = commonweal::zone("Europe/Berlin").expect("a zone");
    let builder = Community::builder(events).members(members()).zone(zone);
    if affiliated { builder.affiliations(affiliations()) } else { builder }
}

fn build(events: DataFrame, affiliated: bool) -> Community {
    builder(events, affiliated).build().expect("valid events")
}

#[derive(Clone, Debug)]
struct Case {
    kpi: usize,
    options: Value,
    events: Vec<Event>,
    order: Vec<usize>,
    parts: usize,
    merge_from: usize,
    cut: usize,
    affiliated: bool,
}

fn case() -> impl Strategy<Value = Case> {
    let any_kpi = (0..KPIS.len()).prop_flat_map(|kpi| {
        let name = KPIS[kpi].spec.name;
        let drawn = options().remove(name).unwrap_or_else(|| panic!("{name} has no generator of options: add one"));
        (Just(kpi), drawn)
    });
    let events = prop::collection::vec(event(), 1..60).prop_flat_map(|events| {
        let order: Vec<usize> = (0..events.len()).collect();
        (Just(events), Just(order).prop_shuffle())
    });
    let places = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    (any_kpi, events, 1usize..6, places, any::<bool>()).prop_map(
        |((kpi, options), (events, order), parts, (merge_from, cut), affiliated)| {
            let (merge_from, cut) = (merge_from.index(parts), cut.index(events.len()));
            Case { kpi, options, events, order, parts, merge_from, cut, affiliated }
        },
    )
}

fn through_bytes(tables: &Tables) -> Tables {
    let bytes = tables.to_bytes();
    let back = Tables::from_bytes(&bytes).expect("its own bytes");
    assert_eq!(back.to_bytes(), bytes, "bytes are canonical");
    back
}

fn merged(parts: &[Community], kpi: &dyn Kpi, from: usize) -> Tables {
    let zone = parts[0].zone();
    let order = (0..parts.len()).map(|i| (i + from) % parts.len());
    order.fold(Tables::empty(kpi, zone), |sum, i| {
        let part = through_bytes(&parts[i].partial(kpi).expect("a partial"));
        through_bytes(&sum.merge(part).expect("tables of one KPI"))
    })
}

/// The table, or why there is none: a KPI may decline, and then it declines for every split.
type Outcome = commonweal::Result<DataFrame>;

fn same(a: &Outcome, b: &Outcome) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.equals_missing(b),
        (Err(a), Err(b)) => a.to_string() == b.to_string(),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_split_gives_the_same(case in case()) {
        let entry = &KPIS[case.kpi];
        let kpi = entry.parse(&case.options).expect("valid options");
        let kpi = kpi.as_ref();
        let events = frame(&case.events);
        let whole = build(events.clone(), case.affiliated);
        let bytes = whole.partial(kpi).expect("a partial").to_bytes();
        let table = whole.compute(kpi);

        // Rows in another order.
        let order = IdxCa::from_vec("".into(), case.order.iter().map(|i| *i as IdxSize).collect());
        let shuffled = build(events.take(&order).expect("rows"), case.affiliated);
        prop_assert_eq!(&shuffled.partial(kpi).expect("a partial").to_bytes(), &bytes, "{} changes with the order of rows", entry.spec.name);

        // Partitions, merged from any of them on, through bytes.
        let parts = shuffled.partition(case.parts, entry.spec.whole).expect("partitions");
        prop_assert_eq!(parts.iter().map(Community::n_events).sum::<usize>(), case.events.len());
        let sum = merged(&parts, kpi, case.merge_from);
        prop_assert_eq!(&sum.to_bytes(), &bytes, "{} changes with partitions", entry.spec.name);
        let finished = sum.finish(kpi, &whole.horizon());
        prop_assert!(same(&finished, &table), "{}: {finished:?} is not {table:?}", entry.spec.name);

        // Batches, appended one after the other, as they come: parents may be in a later one.
        let rows = events.take(&order).expect("rows");
        let (first, second) = (rows.slice(0, case.cut), rows.slice(case.cut as i64, usize::MAX));
        let appended = build(first, case.affiliated).append(second).expect("valid events");
        prop_assert_eq!(&appended.partial(kpi).expect("a partial").to_bytes(), &bytes, "{} changes with batches", entry.spec.name);
    }
}

#[test]
fn tables_finish_at_any_later_end_of_observation() {
    // What a service does: partitions that no event has touched keep their tables while time goes on.
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&(case(), 1i64..2_000), |(case, later)| {
            let entry = &KPIS[case.kpi];
            let kpi = entry.parse(&case.options).expect("valid options");
            let whole = build(frame(&case.events), case.affiliated);
            let as_of = whole.as_of() + TimeDelta::hours(later);
            let then = builder(frame(&case.events), case.affiliated).as_of(as_of).build().expect("valid events");
            let tables = whole.partial(kpi.as_ref()).expect("a partial");
            let finished = tables.finish(kpi.as_ref(), &then.horizon());
            let direct = then.compute(kpi.as_ref());
            prop_assert!(same(&finished, &direct), "{}: {finished:?} is not {direct:?}", entry.spec.name);
            Ok(())
        })
        .expect("the same table");
}

#[test]
fn workers_that_know_only_their_buckets_give_the_bytes_of_one_machine() {
    // No worker is told when observation ends, how many events there are, or what the others hold.
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() });
    runner
        .run(&(case(), 1u32..8, prop::option::of(0i64..500)), |(case, buckets, as_of)| {
            let entry = &KPIS[case.kpi];
            let as_of =
                as_of.map(|hour| chrono::DateTime::from_timestamp_micros(START + hour * HOUR).expect("an instant"));
            let zone = commonweal::zone("Europe/Berlin").expect("a zone");
            let spec = Spec::new(entry.spec.name, &case.options).expect("valid options").zone(zone);
            let spec = as_of.map_or(spec.clone(), |as_of| spec.as_of(as_of)).buckets(buckets).expect("a number");
            let spec = Spec::from_json(&spec.to_json()).expect("its own JSON");
            let held = |events: DataFrame| {
                let partition = Partition::new(events).members(members());
                if case.affiliated { partition.affiliations(affiliations()) } else { partition }
            };
            let whole = builder(frame(&case.events), case.affiliated);
            let whole = as_of.map_or(whole.clone(), |as_of| whole.as_of(as_of)).build().expect("valid events");
            let one = spec.clone().buckets(1).expect("one").partial(&held(frame(&case.events))).expect("a partial");
            let tables = whole.partial(spec.kpi()).expect("a partial");
            prop_assert_eq!(one.tables().to_bytes(), tables.to_bytes());

            let filled = build(frame(&case.events), false).events().clone();
            let numbered = spec.with_buckets(filled).expect("threads are filled in");
            let all = numbered.vstack(&spec.openers(&numbered).expect("openers")).expect("one schema");
            let number = all.column("cw_bucket").expect("numbers").i32().expect("numbers").clone();
            let workers = case.parts as i32;
            let order = (0..workers).map(|i| (i + case.merge_from as i32) % workers);
            let parts = order.map(|worker| {
                let mask = number.iter().map(|n| Some(n.expect("a number") % workers == worker)).collect();
                let part = spec.partial(&held(all.filter(&mask).expect("a mask"))).expect("a partial");
                Partial::from_bytes(&part.to_bytes()).expect("its own bytes")
            });
            let sum = parts.reduce(|a, b| a.merge(b).expect("disjoint")).expect("workers");
            prop_assert_eq!(sum.to_bytes(), one.to_bytes(), "{} changes with workers", entry.spec.name);
            let (ours, theirs) = (sum.finish(&spec), whole.compute(spec.kpi()));
            prop_assert!(same(&ours, &theirs), "{}: {ours:?} is not {theirs:?}", entry.spec.name);

            // More events come: the buckets that they touch are asked anew, and replace what they said before.
            let known = numbered.slice(0, case.cut);
            let before =
                spec.clone().buckets(1).expect("one").partial(&held(known.drop("cw_bucket").expect("numbers")));
            let numbers = numbered.column("cw_bucket").expect("numbers").i32().expect("numbers").clone();
            let touched: Vec<u32> =
                numbers.slice(case.cut as i64, usize::MAX).iter().map(|n| n.expect("a number") as u32).collect();
            let of = |rows: &DataFrame| {
                let numbers = rows.column("cw_bucket").expect("numbers").i32().expect("numbers").clone();
                let mask = numbers.iter().map(|n| Some(touched.contains(&(n.expect("a number") as u32)))).collect();
                spec.partial(&held(rows.filter(&mask).expect("a mask")).buckets(touched.iter().copied()))
                    .expect("a partial")
            };
            if buckets > 1
                && let Some(now) = before.expect("a partial").replace(of(&known), of(&numbered)).expect("the buckets")
            {
                prop_assert_eq!(now.to_bytes(), one.to_bytes(), "{} changes with replacement", entry.spec.name);
            }
            Ok(())
        })
        .expect("the same bytes");
}

#[test]
fn one_group_of_all_is_the_community() {
    // Without groups the adoption KPIs go by active days, with them by events: both must say the same.
    let mut runner =
        TestRunner::new(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() });
    let activity = prop::sample::select(vec!["contributing", "present"]);
    let names = prop::sample::select(vec![
        "adoption.active_members",
        "adoption.rolling_active",
        "adoption.growth",
        "adoption.retention",
        "adoption.power_users",
    ]);
    runner
        .run(
            &(prop::collection::vec(event(), 1..60), activity, names, any::<bool>()),
            |(events, activity, name, bots)| {
                let community = build(frame(&events), false);
                let table = |by: Value| {
                    let kpi =
                        commonweal::parse(name, &json!({"activity": activity, "bots": bots, "by": by})).expect("a KPI");
                    community.compute(kpi.as_ref())
                };
                let all = table(json!([]));
                let grouped = table(json!("constant")).map(|grouped| grouped.drop("constant").expect("the group"));
                prop_assert!(same(&all, &grouped), "{name}: {all:?} is not {grouped:?}");
                Ok(())
            },
        )
        .expect("the same table");
}

#[test]
fn every_kpi_has_a_generator() {
    let mut with: Vec<&str> = options().into_keys().collect();
    let mut all: Vec<&str> = KPIS.iter().map(|entry| entry.spec.name).collect();
    with.sort_unstable();
    all.sort_unstable();
    assert_eq!(with, all);
    assert!(all.len() >= 9);
}

#[test]
fn a_partition_of_the_wrong_kind_is_refused() {
    let community = build(frame(&[]), true);
    let parts = community.partition(2, Whole::Member).expect("partitions");
    let kpi = commonweal::parse("response.curve", &json!({})).expect("a KPI");
    let error = parts[0].compute(kpi.as_ref()).expect_err("a partition by member");
    assert_eq!(
        error.to_string(),
        "tables refused: response.curve needs every thread whole, this is a partition by member"
    );
}

#[test]
fn tables_of_another_kpi_options_or_zone_are_refused() {
    let community = build(frame(&[]), true);
    let weekly = commonweal::parse("adoption.growth", &json!({})).expect("a KPI");
    let daily = commonweal::parse("adoption.growth", &json!({"every": "1d"})).expect("a KPI");
    let tables = community.partial(weekly.as_ref()).expect("tables");
    let message = "tables refused: they belong to another KPI, other options or another time zone";
    assert_eq!(tables.finish(daily.as_ref(), &community.horizon()).expect_err("other options").to_string(), message);
    let other = Tables::empty(weekly.as_ref(), commonweal::zone("UTC").expect("a zone"));
    assert_eq!(tables.merge(other).expect_err("another zone").to_string(), message);
}
