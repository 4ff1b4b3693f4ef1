#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::error::Result;

const HOUR: i64 = 3_600_000_000;

/// (hour, member, kind, id, thread, parent).
type Act = (i64, &'static str, &'static str, &'static str, &'static str, &'static str);

fn community(acts: &[Act]) -> Community {
    let given =
        |f: fn(&Act) -> &'static str| acts.iter().map(|act| Some(f(act)).filter(|s| !s.is_empty())).collect::<Vec<_>>();
    let mut frame = df![
        "time" => acts.iter().map(|act| 1_780_272_000_000_000 + act.0 * HOUR).collect::<Vec<_>>(),
        "member" => given(|act| act.1),
        "kind" => given(|act| act.2),
        "id" => given(|act| act.3),
        "thread" => given(|act| act.4),
        "parent" => given(|act| act.5),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = frame.column("time").unwrap().cast(&utc).unwrap();
    frame.with_column(time).unwrap();
    let members = df!["member" => ["automod"], "role" => ["bot"]].unwrap();
    Community::builder(frame).members(members).build().unwrap()
}

fn workload(acts: &[Act], options: Value) -> Result<DataFrame> {
    community(acts).compute(crate::parse("moderation.workload", &options)?.as_ref())
}

fn counts<const N: usize>(frame: &DataFrame, columns: [&str; N]) -> [i64; N] {
    columns.map(|column| frame.column(column).unwrap().i64().unwrap().get(0).unwrap())
}

fn hours(frame: &DataFrame, column: &str) -> Option<i64> {
    frame.column(column).unwrap().duration().unwrap().physical().get(0).map(|t| t / HOUR)
}

fn share(frame: &DataFrame, column: &str) -> Option<f64> {
    frame.column(column).unwrap().f64().unwrap().get(0)
}

/// Troy writes three messages. The first is flagged twice and handled after 3 hours, flagged again and not handled; the second is
/// handled after 5; the third is left alone. Ula's is flagged, and what is handled is another message.
const ACTS: [Act; 12] = [
    (0, "troy", "post", "a", "t", ""),
    (0, "troy", "reply", "b", "t", "a"),
    (0, "troy", "reply", "c", "t", "a"),
    (0, "ula", "reply", "u", "t", "a"),
    (1, "ana", "flag", "", "t", "a"),
    (2, "bo", "flag", "", "t", "a"),
    (4, "mod", "moderate", "", "t", "a"),
    (6, "ana", "flag", "", "t", "b"),
    (8, "ana", "flag", "", "t", "a"),
    (9, "ana", "flag", "", "t", "u"),
    (11, "maud", "moderate", "", "t", "b"),
    (20, "bo", "post", "z", "z", ""),
];

#[test]
fn cases_by_hand() {
    let found = workload(&ACTS, json!({"within": "4h"})).unwrap();
    assert_eq!(found.height(), 1);
    assert_eq!(counts(&found, ["n", "handled", "open", "flags"]), [4, 2, 2, 5]);
    // Three cases are of troy's messages.
    assert_eq!(counts(&found, ["flagged_members", "repeat_members", "repeat_cases"]), [2, 1, 3]);
    assert_eq!(counts(&found, ["actions", "moderators"]), [2, 2]);
    // S falls to 3/4 at 3 hours and to 1/2 at 5; both open cases are older.
    assert_eq!(
        (hours(&found, "median"), hours(&found, "p75"), hours(&found, "handled_median")),
        (Some(5), None, Some(4))
    );
    assert_eq!((share(&found, "attained"), share(&found, "attained_due")), (Some(0.25), Some(0.25)));
}

#[test]
fn an_act_on_the_thread_handles_all_of_it() {
    let mut acts = ACTS.to_vec();
    acts.push((15, "mod", "moderate", "", "t", ""));
    assert_eq!(counts(&workload(&acts, json!({})).unwrap(), ["n", "handled", "open", "actions"]), [4, 4, 0, 3]);
    // One that names what is not there, too; a flag of the thread is a case.
    acts.push((16, "ana", "flag", "", "t", "gone"));
    acts.push((17, "bo", "flag", "", "t", ""));
    acts.push((18, "mod", "moderate", "", "t", "gone"));
    let found = workload(&acts, json!({})).unwrap();
    assert_eq!(counts(&found, ["n", "handled", "flags", "flagged_members"]), [5, 5, 7, 2]);
}

#[test]
fn a_flag_of_the_thread_is_handled_by_any_act_in_it() {
    let acts: [Act; 6] = [
        (0, "troy", "post", "a", "t", ""),
        (0, "ula", "reply", "u", "t", "a"),
        (1, "ana", "flag", "", "t", ""),
        (1, "ana", "flag", "", "t", "u"),
        (4, "mod", "moderate", "", "t", "a"),
        // In no thread: about nothing known.
        (5, "ana", "flag", "", "", ""),
    ];
    let found = workload(&acts, json!({})).unwrap();
    assert_eq!(counts(&found, ["n", "handled", "open", "flags", "flagged_members"]), [3, 1, 2, 3, 1]);
    assert_eq!(hours(&found, "handled_median"), Some(3));
}

#[test]
fn a_bot_that_is_flagged_is_work_and_no_member() {
    let acts: [Act; 5] = [
        (0, "automod", "post", "a", "t", ""),
        (1, "ana", "flag", "", "t", "a"),
        (2, "mod", "moderate", "", "t", "a"),
        (3, "ana", "flag", "", "t", "a"),
        (4, "bo", "reply", "b", "t", "a"),
    ];
    let columns = ["n", "flags", "flagged_members", "repeat_members", "repeat_cases"];
    assert_eq!(counts(&workload(&acts, json!({})).unwrap(), columns), [2, 2, 0, 0, 0]);
    assert_eq!(counts(&workload(&acts, json!({"bots": true})).unwrap(), columns), [2, 2, 1, 1, 2]);
}

#[test]
fn roles_are_of_who_flags_and_not_of_whom() {
    let mut acts = ACTS.to_vec();
    acts.push((12, "automod", "flag", "", "t", "c"));
    let staff = workload(&acts, json!({"roles": ["staff"]}));
    assert!(staff.is_err(), "nobody of staff flags");
    let found = workload(&acts, json!({"roles": ["member"]})).unwrap();
    assert_eq!(counts(&found, ["n", "flagged_members"]), [4, 2]);
}

#[test]
fn at_one_instant_flags_come_first() {
    let acts: [Act; 3] =
        [(0, "a", "post", "a", "t", ""), (1, "m", "moderate", "", "t", "a"), (1, "b", "flag", "", "t", "a")];
    let found = workload(&acts, json!({})).unwrap();
    assert_eq!((counts(&found, ["n", "handled"]), hours(&found, "median")), ([1, 1], Some(0)));
}

#[test]
fn what_programs_do_is_no_work() {
    let acts: [Act; 4] = [
        (0, "a", "post", "a", "t", ""),
        (1, "automod", "flag", "", "t", "a"),
        (2, "b", "flag", "", "t", "a"),
        (3, "automod", "moderate", "", "t", "a"),
    ];
    let found = workload(&acts, json!({})).unwrap();
    assert_eq!(counts(&found, ["n", "handled", "flags", "actions", "moderators"]), [1, 0, 1, 0, 0]);
    let found = workload(&acts, json!({"bots": true})).unwrap();
    assert_eq!(counts(&found, ["n", "handled", "flags", "actions", "moderators"]), [1, 1, 2, 1, 1]);
}

#[test]
fn without_flags_it_declines() {
    let error = workload(&ACTS[..4], json!({})).unwrap_err().to_string();
    let message = "moderation.workload needs acts of the kind flag by a person (bots = true counts those of bots): what members report; there is none";
    assert_eq!(error, message);
    assert_eq!(workload(&[], json!({})).unwrap().height(), 0);
}
