//! The tables keep the contract. Whether they show the truth is tested in `recovery`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use polars::prelude::*;

use super::*;

/// A community large enough to estimate from, made once.
pub(super) static LARGE: LazyLock<(Simulated, Rows)> =
    LazyLock::new(|| made(&Simulation { members: 6_000, ..Simulation::default() }));

/// The events as plain columns, and the members by name.
pub(super) struct Rows {
    pub time: Vec<i64>,
    pub member: Vec<Option<String>>,
    pub kind: Vec<String>,
    pub id: Vec<String>,
    pub thread: Vec<Option<String>>,
    pub parent: Vec<Option<String>>,
    pub channel: Vec<Option<String>>,
    pub text: Vec<Option<String>>,
    pub people: HashMap<String, Person>,
}

pub(super) struct Person {
    pub joined: i64,
    pub left: Option<i64>,
    pub role: String,
    pub department: Option<String>,
    pub zone: Option<String>,
}

pub(super) fn made(simulation: &Simulation) -> (Simulated, Rows) {
    let simulated = simulate(simulation).unwrap();
    let rows = Rows::of(&simulated);
    (simulated, rows)
}

fn strings(frame: &DataFrame, name: &str) -> Vec<Option<String>> {
    frame.column(name).unwrap().str().unwrap().iter().map(|value| value.map(str::to_owned)).collect()
}

fn times(frame: &DataFrame, name: &str) -> Vec<Option<i64>> {
    let column = frame.column(name).unwrap();
    assert_eq!(column.dtype(), &DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)));
    column.cast(&DataType::Int64).unwrap().i64().unwrap().iter().collect()
}

fn all<T>(values: Vec<Option<T>>) -> Vec<T> {
    values.into_iter().map(|value| value.expect("no nulls here")).collect()
}

impl Rows {
    fn of(simulated: &Simulated) -> Self {
        let Simulated { events, members, .. } = simulated;
        let columns = members_columns(members);
        Self {
            time: all(times(events, "time")),
            member: strings(events, "member"),
            kind: all(strings(events, "kind")),
            id: all(strings(events, "id")),
            thread: strings(events, "thread"),
            parent: strings(events, "parent"),
            channel: strings(events, "channel"),
            text: strings(events, "text"),
            people: columns,
        }
    }

    pub(super) fn role(&self, row: usize) -> Option<&str> {
        self.member[row].as_ref().map(|member| self.people[member].role.as_str())
    }

    pub(super) fn of_kind(&self, kind: &str) -> impl Iterator<Item = usize> {
        (0..self.kind.len()).filter(move |row| self.kind[*row] == kind)
    }
}

fn members_columns(members: &DataFrame) -> HashMap<String, Person> {
    let (joined, left) = (all(times(members, "joined")), times(members, "left"));
    let (roles, departments, zones) =
        (strings(members, "role"), strings(members, "department"), strings(members, "timezone"));
    let person = |row: usize| Person {
        joined: joined[row],
        left: left[row],
        role: roles[row].clone().unwrap(),
        department: departments[row].clone(),
        zone: zones[row].clone(),
    };
    all(strings(members, "member")).into_iter().enumerate().map(|(row, name)| (name, person(row))).collect()
}

/// FNV-1a over all values of both tables.
fn digest(simulated: &Simulated) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut eat =
        |bytes: &[u8]| bytes.iter().for_each(|byte| hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    for frame in [&simulated.events, &simulated.members] {
        for column in frame.columns() {
            match column.dtype() {
                DataType::String => {
                    column.str().unwrap().iter().for_each(|value| eat(value.map_or(&[0xff], str::as_bytes)));
                }
                _ => times(frame, column.name()).iter().for_each(|time| eat(&time.unwrap_or(-1).to_le_bytes())),
            }
        }
    }
    hash
}

#[test]
fn the_same_on_every_platform() {
    let small = Simulation { members: 60, days: 90, ..Simulation::default() };
    let one = simulate(&small).unwrap();
    let two = simulate(&small).unwrap();
    assert!(one.events.equals_missing(&two.events) && one.members.equals_missing(&two.members));
    assert_eq!(one.truth, two.truth);
    // Changes with the model, its parameters and its phrases, and with nothing else: not with the platform.
    assert_eq!(format!("{:016x}", digest(&one)), "9b47721563d7b534");
    // The assignments were added later, and left all else as it was.
    let others = one.events.column("target").unwrap().is_null();
    let before = Simulated { events: one.events.filter(&others).unwrap().drop("target").unwrap(), ..one.clone() };
    assert_eq!(format!("{:016x}", digest(&before)), "e7152ee85b0e8321");
    let other = simulate(&Simulation { seed: 1, ..small }).unwrap();
    assert_ne!(digest(&one), digest(&other));
    assert_eq!(one.truth.churn, other.truth.churn);
}

#[test]
fn events_are_sorted_with_unique_ids_and_whole_references() {
    let (simulated, rows) = &*LARGE;
    assert!(rows.time.is_sorted());
    let start = simulated.truth.start.timestamp_micros();
    let end = simulated.truth.end.timestamp_micros();
    assert!(rows.time.iter().all(|time| (start..end).contains(time)));
    let place: HashMap<&str, usize> = rows.id.iter().enumerate().map(|(row, id)| (id.as_str(), row)).collect();
    assert_eq!(place.len(), rows.id.len());
    let kinds: HashSet<&str> = rows.kind.iter().map(String::as_str).collect();
    assert_eq!(kinds.len(), 9, "{kinds:?}");
    for row in 0..rows.id.len() {
        let kind = rows.kind[row].as_str();
        assert_eq!(rows.text[row].is_some(), matches!(kind, "post" | "reply"));
        if matches!(kind, "join" | "leave") {
            assert!(rows.thread[row].is_none() && rows.channel[row].is_none() && rows.parent[row].is_none());
            continue;
        }
        let opening = place[rows.thread[row].as_deref().unwrap()];
        assert_eq!(rows.kind[opening], "post");
        assert_eq!(rows.channel[opening], rows.channel[row]);
        match &rows.parent[row] {
            None => assert!(kind == "post" && opening == row),
            Some(parent) => {
                let parent = place[parent.as_str()];
                assert!(rows.time[parent] < rows.time[row]);
                assert_eq!(rows.thread[parent], rows.thread[row]);
                let allowed: &[&str] = match kind {
                    "resolve" => &["reply"],
                    "view" | "share" => &["post"],
                    _ => &["post", "reply"],
                };
                assert!(allowed.contains(&rows.kind[parent].as_str()), "{kind} of {}", rows.kind[parent]);
            }
        }
    }
}

#[test]
fn people_act_between_joining_and_leaving() {
    let (simulated, rows) = &*LARGE;
    assert_eq!(rows.people.len(), simulated.truth.members);
    let mut joins = 0;
    for row in 0..rows.id.len() {
        let Some(person) = rows.member[row].as_ref().map(|member| &rows.people[member]) else {
            assert!(!matches!(rows.kind[row].as_str(), "join" | "leave" | "resolve"));
            continue;
        };
        match rows.kind[row].as_str() {
            "join" => {
                assert_eq!(person.joined, rows.time[row]);
                joins += 1;
            }
            "leave" => assert_eq!(person.left, Some(rows.time[row])),
            _ => assert!(person.joined < rows.time[row] && person.left.is_none_or(|left| rows.time[row] < left)),
        }
    }
    assert_eq!(joins, rows.people.len() - simulated.truth.people.bots);
    assert_eq!(rows.of_kind("leave").count(), rows.people.values().filter(|person| person.left.is_some()).count());
    let of_role = |role: &str| rows.people.values().filter(|person| person.role == role).count();
    assert_eq!((of_role("staff"), of_role("bot")), (simulated.truth.people.staff, simulated.truth.people.bots));
}

#[test]
fn more_members_make_more_events() {
    let events =
        |members| simulate(&Simulation { members, days: 180, ..Simulation::default() }).unwrap().events.height();
    let sizes: Vec<usize> = [20, 60, 200, 600, 2_000].into_iter().map(events).collect();
    assert!(sizes.is_sorted() && sizes[4] > 50 * sizes[1] / 10, "{sizes:?}");
}

#[test]
fn any_span_and_zone_will_do() {
    for (tz, start, days) in [
        (Tz::America__Sao_Paulo, (2017, 10, 1), 40),
        (Tz::Asia__Kathmandu, (2031, 3, 5), 1),
        (Tz::UTC, (1970, 1, 1), 1_000),
    ] {
        let start = NaiveDate::from_ymd_opt(start.0, start.1, start.2).unwrap();
        let simulated = simulate(&Simulation { members: 20, days, start, tz, seed: 3 }).unwrap();
        assert!(simulated.events.height() >= 18);
        let expected: f64 = simulated.truth.joins.iter().map(|week| week.expected).sum();
        assert!((expected - 18.0).abs() < 1e-6, "{expected}");
    }
}

#[test]
fn options_are_checked() {
    let refused = |simulation: Simulation| simulate(&simulation).unwrap_err().to_string();
    assert_eq!(
        refused(Simulation { members: 3, ..Simulation::default() }),
        "members must be from 20 to 10000000, got 3"
    );
    assert_eq!(refused(Simulation { days: 0, ..Simulation::default() }), "days must be from 1 to 36525, got 0");
    let start = NaiveDate::MAX;
    assert_eq!(
        refused(Simulation { start, ..Simulation::default() }),
        "start must be in the years 1970 to 2200, got +262142-12-31"
    );
}

#[test]
fn the_truth_is_data() {
    let truth = &LARGE.0.truth;
    let json = serde_json::to_string(truth).unwrap();
    let back: Truth = serde_json::from_str(&json).unwrap();
    assert_eq!(back.response.never_answered, truth.response.never_answered);
    assert_eq!(back.sentiment.len(), truth.sentiment.len());
}
