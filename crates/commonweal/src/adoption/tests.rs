//! What the tests of the family share, and the definitions told once more, as plainly as can be, on random events.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;

pub(super) const DAY: i64 = 86_400_000_000;
/// Monday, 2026-06-01, also the first of a month.
pub(super) const MONDAY: i64 = 1_780_272_000_000_000;

pub(super) fn instants(mut frame: DataFrame, columns: &[&str]) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for column in columns {
        let cast = frame.column(column).unwrap().cast(&utc).unwrap();
        frame.with_column(cast).unwrap();
    }
    frame
}

/// Events of (day after the Monday, member, kind, thread); a thread of `""` is none.
pub(super) fn events(rows: &[(i64, &str, &str, &str)]) -> DataFrame {
    let frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * DAY).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|r| (!r.3.is_empty()).then_some(r.3)).collect::<Vec<_>>(),
        "channel" => rows.iter().map(|r| if r.3.is_empty() { "x" } else { "y" }).collect::<Vec<_>>(),
    ];
    instants(frame.unwrap(), &["time"])
}

/// Members of (name, day of joining).
pub(super) fn joined(rows: &[(&str, Option<i64>)]) -> DataFrame {
    let frame = df![
        "member" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "joined" => rows.iter().map(|r| r.1.map(|day| MONDAY + day * DAY)).collect::<Vec<_>>(),
    ];
    instants(frame.unwrap(), &["joined"])
}

pub(super) fn compute(community: &Community, name: &str, options: Value) -> crate::Result<DataFrame> {
    community.compute(crate::parse(name, &options)?.as_ref())
}

pub(super) fn table(community: &Community, name: &str, options: Value) -> DataFrame {
    compute(community, name, options).unwrap()
}

pub(super) fn counts(frame: &DataFrame, column: &str) -> Vec<i64> {
    frame.column(column).unwrap().i64().unwrap().iter().map(Option::unwrap).collect()
}

pub(super) fn numbers(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).unwrap().f64().unwrap().iter().collect()
}

pub(super) fn texts(frame: &DataFrame, column: &str) -> Vec<String> {
    frame.column(column).unwrap().str().unwrap().iter().map(|text| text.unwrap_or("null").to_owned()).collect()
}

/// Weeks or days after the Monday.
pub(super) fn dates(frame: &DataFrame, column: &str, length: i64) -> Vec<i64> {
    let dates = frame.column(column).unwrap().cast(&DataType::Int32).unwrap();
    dates.i32().unwrap().iter().map(|date| (i64::from(date.unwrap()) - MONDAY / DAY) / length).collect()
}

#[test]
fn present_is_refused_where_there_are_no_views() {
    let rows = [(0, "ana", "post", "t"), (1, "bo", "join", "")];
    let without = Community::builder(events(&rows)).build().unwrap();
    let with = Community::builder(events(&[&rows[..], &[(2, "cy", "view", "t")]].concat())).build().unwrap();
    for name in ["active_members", "rolling_active", "growth", "retention", "power_users"] {
        let name = format!("adoption.{name}");
        let error = compute(&without, &name, json!({"activity": "present"})).unwrap_err().to_string();
        assert!(error.starts_with("activity must be \"contributing\" for events without views"), "{name}: {error}");
        assert!(compute(&without, &name, json!({})).is_ok());
        // One part has the view, the others have none.
        let kpi = crate::parse(&name, &json!({"activity": "present"})).unwrap();
        let parts = with.partition(3, crate::Whole::Member).unwrap();
        let mut tables = crate::Tables::empty(kpi.as_ref(), with.zone());
        for part in &parts {
            tables = tables.merge(part.partial(kpi.as_ref()).unwrap()).unwrap();
        }
        assert!(tables.finish(kpi.as_ref(), &with.horizon()).is_ok());
        assert!(parts.iter().any(|part| part.n_events() > 0 && part.compute(kpi.as_ref()).is_err()));
    }
    // Nothing is in nothing, and nothing is refused.
    let nothing = Community::builder(events(&[])).build().unwrap();
    assert_eq!(table(&nothing, "adoption.growth", json!({"activity": "present"})).height(), 0);
}

/// (day, member, kind, thread) in words.
type Row = (i64, &'static str, &'static str, &'static str);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let name = prop::sample::select(vec!["a", "b", "c", "d", "e"]);
    let kind = prop::sample::select(vec!["post", "reply", "reply", "reaction", "view", "join", "leave"]);
    let thread = prop::sample::select(vec!["", "t", "u", "v"]);
    prop::collection::vec((0i64..60, name, kind, thread), 1..60)
}

fn contributes(row: &Row) -> bool {
    matches!(row.2, "post" | "reply" | "reaction")
}

/// The active periods of each member.
fn active(rows: &[Row], length: i64) -> BTreeMap<&'static str, BTreeSet<i64>> {
    let mut active: BTreeMap<_, BTreeSet<i64>> = BTreeMap::new();
    for row in rows.iter().filter(|row| contributes(row)) {
        active.entry(row.1).or_default().insert(row.0 / length);
    }
    active
}

/// Which period a cohort is of, by member; which offsets count.
fn naive_retention(rows: &[Row], joins: bool, unbounded: bool) -> BTreeMap<(i64, i64), (i64, i64)> {
    let last = rows.iter().map(|row| row.0 / 7).max().unwrap();
    let active = active(rows, 7);
    let cohort = |member: &str| {
        let of = |row: &&Row| row.1 == member && if joins { row.2 == "join" } else { contributes(row) };
        rows.iter().filter(of).map(|row| row.0 / 7).min()
    };
    let members: BTreeSet<&str> = rows.iter().map(|row| row.1).collect();
    let mut cells = BTreeMap::new();
    for (member, first) in members.into_iter().filter_map(|member| Some((member, cohort(member)?))) {
        for k in 0..=last - first {
            let weeks = active.get(member).cloned().unwrap_or_default();
            let stays =
                if unbounded { weeks.iter().any(|week| *week >= first + k) } else { weeks.contains(&(first + k)) };
            let cell = cells.entry((first, k)).or_insert((0, 0));
            cell.0 += 1;
            cell.1 += i64::from(stays);
        }
    }
    cells
}

/// The level of each member in each month of 30 days, from the first act on.
fn naive_levels(rows: &[Row]) -> BTreeMap<(&'static str, i64), &'static str> {
    let last = rows.iter().map(|row| row.0 / 30).max().unwrap();
    let mut levels = BTreeMap::new();
    for row in rows.iter().filter(|row| row.2 != "leave") {
        let acts = |month: i64| rows.iter().filter(move |r| r.1 == row.1 && r.0 / 30 == month && r.2 != "leave");
        for month in row.0 / 30..=last {
            let given: Vec<&Row> = acts(month).filter(|r| contributes(r)).collect();
            let days = given.iter().map(|r| r.0).collect::<BTreeSet<_>>().len();
            let own = |r: &&&Row| rows.iter().any(|o| o.1 == r.1 && o.3 == r.3 && o.2 == "post" && o.0 <= r.0);
            let answers = given.iter().filter(|r| r.2 == "reply" && !r.3.is_empty() && !own(r)).count();
            let level = match (given.len(), days, answers) {
                (_, 3.., 3..) => "advocate",
                (_, 3.., _) | (_, _, 2..) => "contributor",
                (1.., ..) => "participant",
                _ if acts(month).count() > 0 => "observer",
                _ => "away",
            };
            levels.insert((row.1, month), level);
        }
    }
    levels
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn retention_is_what_it_says(rows in rows(), joins in any::<bool>(), unbounded in any::<bool>()) {
        let community = Community::builder(events(&rows)).build().unwrap();
        let options = json!({"cohort": if joins { "joined" } else { "first_active" }, "kind": if unbounded { "unbounded" } else { "bounded" }});
        let found = compute(&community, "adoption.retention", options);
        let naive = naive_retention(&rows, joins, unbounded);
        if joins && naive.is_empty() {
            prop_assert!(found.is_err());
            return Ok(());
        }
        let found = found.unwrap();
        let (cohort, k) = (dates(&found, "cohort", 7), counts(&found, "offset"));
        let (size, active) = (counts(&found, "size"), counts(&found, "active"));
        let last = rows.iter().map(|row| row.0 / 7).max().unwrap();
        let mut seen = 0;
        for i in 0..found.height() {
            prop_assert_eq!((size[i], active[i]), naive.get(&(cohort[i], k[i])).copied().unwrap_or((0, 0)));
            seen += usize::from(size[i] > 0);
            prop_assert_eq!(numbers(&found, "rate")[i].is_some(), size[i] > 0 && cohort[i] + k[i] < last);
        }
        prop_assert_eq!(seen, naive.len());
    }

    #[test]
    fn power_users_are_what_they_say(rows in rows(), window in 1i64..40) {
        let community = Community::builder(events(&rows)).build().unwrap();
        let span = format!("{window}d");
        let found = table(&community, "adoption.power_users", json!({"window": span, "every": "1d"}));
        let days = active(&rows, 1);
        let (on, count, members) = (dates(&found, "period", 1), counts(&found, "days"), counts(&found, "members"));
        for i in 0..found.height() {
            let of = |days: &BTreeSet<i64>| days.range(on[i] - window + 1..=on[i]).count() as i64;
            prop_assert_eq!(members[i], days.values().filter(|days| of(days) == count[i]).count() as i64);
        }
        // Members of the window add up to mau, their days to the sum of dau.
        let rolling = table(&community, "adoption.rolling_active", json!({"window": span}));
        let (dau, mau) = (counts(&rolling, "dau"), counts(&rolling, "mau"));
        for (day, (members, count)) in members.chunks(window as usize).zip(count.chunks(window as usize)).enumerate() {
            prop_assert_eq!(members.iter().sum::<i64>(), mau[day]);
            let sum: i64 = members.iter().zip(count).map(|(n, days)| n * days).sum();
            prop_assert_eq!(sum, dau[(day + 1).saturating_sub(window as usize)..=day].iter().sum::<i64>());
        }
        let last = table(&community, "adoption.power_users", json!({"window": span}));
        prop_assert_eq!(counts(&last, "members"), &members[members.len().saturating_sub(window as usize)..]);
    }

    #[test]
    fn levels_are_what_they_say(rows in rows()) {
        // June has 30 days; what follows is July.
        let community = Community::builder(events(&rows)).build().unwrap();
        let options = json!({"contributor_days": 3, "contributor_answers": 2, "advocate_days": 3, "advocate_answers": 3});
        let (found, moves) = (
            table(&community, "adoption.lifecycle", options.clone()),
            table(&community, "adoption.lifecycle_transitions", options),
        );
        let naive = naive_levels(&rows);
        let (month, level, members) = (dates(&found, "period", 30), texts(&found, "level"), counts(&found, "members"));
        let new = counts(&found, "new");
        let at = |month: i64, level: &str| -> Vec<&'static str> {
            naive.iter().filter(|(k, v)| k.1 == month && **v == level).map(|(k, _)| k.0).collect()
        };
        let before = |name: &'static str, month: i64| naive.get(&(name, month - 1)).copied().unwrap_or("new");
        for i in 0..found.height() {
            let there = at(month[i], &level[i]);
            prop_assert_eq!(members[i], there.len() as i64);
            prop_assert_eq!(new[i], there.iter().filter(|name| before(name, month[i]) == "new").count() as i64);
        }
        let (month, from, to) = (dates(&moves, "period", 30), texts(&moves, "from"), texts(&moves, "to"));
        let moved = counts(&moves, "members");
        for i in 0..moves.height() {
            let there = at(month[i], &to[i]);
            prop_assert_eq!(moved[i], there.iter().filter(|name| before(name, month[i]) == from[i]).count() as i64);
        }
        // The moves into a period are all its members.
        prop_assert_eq!(moved.iter().sum::<i64>(), members.iter().sum::<i64>());
    }
}
