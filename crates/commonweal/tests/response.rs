//! What waits, and until when: turns and questions, on conversations that can be read by hand.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use std::collections::BTreeMap;

use commonweal::{Community, Curve, Every, FirstResponse, Per, Responder};
use polars::prelude::*;
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC

/// Minutes after Monday, who, what, in which thread, and the text.
type Act<'a> = (i64, Option<&'a str>, &'a str, &'a str, Option<&'a str>);

fn community(acts: &[Act<'_>], as_of: i64) -> Community {
    let mut events = df![
        "time" => acts.iter().map(|a| MONDAY + a.0 * MINUTE).collect::<Vec<_>>(),
        "member" => acts.iter().map(|a| a.1).collect::<Vec<_>>(),
        "kind" => acts.iter().map(|a| a.2).collect::<Vec<_>>(),
        "thread" => acts.iter().map(|a| a.3).collect::<Vec<_>>(),
        "text" => acts.iter().map(|a| a.4).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").expect("time").cast(&utc).expect("a cast of integers");
    events.with_column(time).expect("a column of this length");
    let members = df!["member" => ["staff", "bot"], "role" => ["staff", "bot"]].expect("columns");
    let as_of = chrono::DateTime::from_timestamp_micros(MONDAY + as_of * MINUTE).expect("a time");
    Community::builder(events).members(members).as_of(as_of).build().expect("valid events")
}

/// Minutes waited, whether answered, and how many.
fn waits(community: &Community, kpi: &Curve) -> Vec<(i64, bool, i64)> {
    let table = community.compute(kpi).expect("a table");
    let counts = |name: &str| -> Vec<i64> {
        table.column(name).expect("there").i64().expect("counts").iter().map(|n| n.expect("not null")).collect()
    };
    let time = table.column("time").expect("there").duration().expect("durations").physical().to_vec();
    let rows = time.into_iter().zip(counts("responded").into_iter().zip(counts("censored")));
    let each = rows.flat_map(|(time, (responded, censored))| {
        let minutes = time.expect("not null") / MINUTE;
        [(minutes, true, responded), (minutes, false, censored)]
    });
    each.filter(|(.., n)| *n > 0).collect()
}

fn turns() -> Curve {
    Curve { per: Per::Turn, ..Curve::default() }
}

#[test]
fn an_asker_who_writes_again_waits_again() {
    let acts = [
        (0, Some("ana"), "post", "t", None),
        (3, Some("ana"), "reply", "t", None),  // still the first wait
        (5, Some("bo"), "reply", "t", None),   // ends it
        (6, Some("cy"), "reply", "t", None),   // nobody waits
        (10, Some("ana"), "reply", "t", None), // waits again
        (11, Some("ana"), "reply", "t", None),
        (30, Some("cy"), "reply", "t", None), // ends it
        (40, Some("bo"), "reply", "t", None),
        (50, Some("ana"), "reply", "t", None), // still waits at 60
    ];
    let community = community(&acts, 60);
    assert_eq!(waits(&community, &turns()), [(5, true, 1), (10, false, 1), (20, true, 1)]);
    assert_eq!(waits(&community, &Curve::default()), [(5, true, 1)]);
}

#[test]
fn a_turn_ends_with_the_asked_role_alone() {
    let acts = [
        (0, Some("ana"), "post", "t", None),
        (5, Some("bot"), "reply", "t", None),
        (6, None, "reply", "t", None),
        (7, Some("bo"), "reply", "t", None),
        (8, Some("ana"), "reply", "t", None), // has waited for staff since 0
        (9, Some("staff"), "reply", "t", None),
        (10, Some("staff"), "reply", "t", None),
    ];
    let community = community(&acts, 60);
    let staff = Curve { responder: Responder::Staff, ..turns() };
    assert_eq!(waits(&community, &staff), [(9, true, 1)]);
    assert_eq!(waits(&community, &turns()), [(1, true, 1), (7, true, 1)]);
}

#[test]
fn of_one_instant_askers_come_first() {
    let acts = [
        (0, Some("bo"), "reply", "t", None),
        (0, Some("ana"), "post", "t", None), // answered at once
        (5, Some("ana"), "reply", "t", None),
        (9, Some("bo"), "reply", "t", None),
        (9, Some("ana"), "reply", "t", None), // belongs to the wait since 5
    ];
    assert_eq!(waits(&community(&acts, 60), &turns()), [(0, true, 1), (4, true, 1)]);
}

#[test]
fn every_poster_of_a_thread_is_an_asker_and_unknown_ones_wait_once() {
    let acts = [
        (0, Some("ana"), "post", "t", None),
        (2, Some("bo"), "post", "t", None),
        (3, Some("bo"), "reply", "t", None), // answers ana, who has waited 3; bo has waited since 2
        (4, Some("cy"), "reply", "t", None), // answers bo
        (5, Some("cy"), "reply", "t", None),
        (6, None, "post", "t", None),
        (7, None, "reply", "t", None), // an unknown author, who can't be told from others
        (8, Some("cy"), "reply", "t", None),
    ];
    assert_eq!(waits(&community(&acts, 60), &turns()), [(2, true, 2), (3, true, 1)]);
}

#[test]
fn only_what_asks_starts_a_wait() {
    let acts = [
        (0, Some("ana"), "post", "t", Some("How do I do it?")),
        (5, Some("bo"), "reply", "t", Some("So.")),
        (6, Some("ana"), "reply", "t", Some("Thanks, it works.")),
        (8, Some("ana"), "reply", "t", Some("And how do I undo it?")),
        (9, Some("bo"), "reply", "t", None),
        (10, Some("cy"), "post", "u", Some("Here is a picture.")),
        (11, Some("cy"), "post", "v", None),
        (12, Some("cy"), "post", "w", Some(" ")),
    ];
    let community = community(&acts, 60);
    let questions = Curve { questions_only: true, ..turns() };
    assert_eq!(waits(&community, &questions), [(1, true, 1), (5, true, 1)]);
    assert_eq!(waits(&community, &Curve { questions_only: true, ..Curve::default() }), [(5, true, 1)]);
    // Without it the thanks wait, too, until bo's next reply.
    assert_eq!(
        waits(&community, &turns()),
        [(3, true, 1), (5, true, 1), (48, false, 1), (49, false, 1), (50, false, 1)]
    );

    let daily = FirstResponse { every: Some(Every::Day), questions_only: true, ..FirstResponse::default() };
    let table = community.compute(&daily).expect("a table");
    let count = |name: &str| table.column(name).expect("there").i64().expect("counts").get(0);
    assert_eq!((count("n"), count("without_text")), (Some(1), Some(2)));
    let all = community.compute(&FirstResponse::default()).expect("a table");
    assert!(all.column("without_text").is_err());
}

#[test]
fn a_title_that_asks_is_enough() {
    let plain = community(&[(0, Some("ana"), "post", "t", Some("See below.")), (0, Some("bo"), "post", "u", None)], 60);
    let mut events = plain.events().clone();
    events.with_column(Column::new("title".into(), ["How to do it", "A picture"])).expect("a column");
    let titled = Community::builder(events).build().expect("valid");
    let questions = FirstResponse { questions_only: true, ..FirstResponse::default() };
    let table = titled.compute(&questions).expect("a table");
    let count = |name: &str| table.column(name).expect("there").i64().expect("counts").get(0);
    assert_eq!((count("n"), count("without_text")), (Some(1), Some(1)));
}

#[test]
fn questions_need_text() {
    let whole = community(&[(0, Some("ana"), "post", "t", None)], 60);
    let events = whole.events().drop("text").expect("a column");
    let bare = Community::builder(events).build().expect("valid");
    let error = bare.compute(&FirstResponse { questions_only: true, ..FirstResponse::default() }).expect_err("no text");
    assert_eq!(
        error.to_string(),
        "questions_only must be false where the events have no column \"text\": it is what tells a question from other \
         posts, got true"
    );
}

/// The definition of a turn, read off the docs: for each asker of each thread, one wait after the other.
fn naive(acts: &[(i64, Option<u8>, bool, u8)], as_of: i64) -> BTreeMap<(i64, bool), i64> {
    let mut found = BTreeMap::new();
    let mut tell = |start: i64, end: Option<i64>| {
        *found.entry((end.unwrap_or(as_of) - start, end.is_some())).or_default() += 1;
    };
    for thread in 0..3 {
        let acts: Vec<_> = acts.iter().filter(|a| a.3 == thread).collect();
        let response = |asker: Option<u8>, from: i64| {
            let others = acts.iter().filter(|a| !a.2 && a.1.is_some() && a.1 != asker && a.0 >= from);
            others.map(|a| a.0).min()
        };
        for asker in 0..4 {
            let Some(first) = acts.iter().filter(|a| a.2 && a.1 == Some(asker)).map(|a| a.0).min() else { continue };
            let mut after = first - 1;
            while let Some(start) =
                acts.iter().filter(|a| a.1 == Some(asker) && a.0 > after && a.0 >= first).map(|a| a.0).min()
            {
                let end = response(Some(asker), start);
                tell(start, end);
                let Some(end) = end else { break };
                after = end;
            }
        }
        acts.iter().filter(|a| a.2 && a.1.is_none()).for_each(|a| tell(a.0, response(None, a.0)));
    }
    found
}

proptest! {
    #[test]
    fn turns_are_as_defined(
        acts in prop::collection::vec((0i64..30, prop::option::weighted(0.9, 0u8..4), prop::bool::weighted(0.2), 0u8..3), 1..40)
    ) {
        let names = ["a", "b", "c", "d"];
        let rows: Vec<Act<'_>> = acts
            .iter()
            .map(|(at, who, post, thread)| {
                let kind = if *post { "post" } else { "reply" };
                (*at, who.map(|who| names[who as usize]), kind, ["t", "u", "v"][*thread as usize], None)
            })
            .collect();
        let got: BTreeMap<_, _> = waits(&community(&rows, 40), &turns()).into_iter().map(|(t, e, n)| ((t, e), n)).collect();
        prop_assert_eq!(got, naive(&acts, 40));
    }
}
