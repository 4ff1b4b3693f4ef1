//! What waits, and until when: turns and questions, on conversations that can be read by hand.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use std::collections::BTreeMap;

use commonweal::{
    Backlog, BusinessHours, Clock, Community, Curve, Every, FirstResponse, Per, Responder, Scope, Span, Waiting,
};
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

/// A column of durations, in minutes.
fn minutes(table: &DataFrame, name: &str) -> Vec<Option<i64>> {
    let values = table.column(name).expect("there").duration().expect("durations").physical().to_vec();
    values.into_iter().map(|value| value.map(|value| value / MINUTE)).collect()
}

fn counts(table: &DataFrame, name: &str) -> Vec<Option<i64>> {
    table.column(name).expect("there").i64().expect("counts").to_vec()
}

const DAY: i64 = 24 * 60;

#[test]
fn a_post_answered_later_was_open_then() {
    let acts = [
        (0, Some("ana"), "post", "t", None),
        (60, Some("bo"), "post", "u", None),
        (DAY - 60, Some("cy"), "post", "v", None),
        (DAY, Some("dee"), "reply", "u", None), // at the end of the first day: in the second
        (DAY, Some("dee"), "post", "w", None),
        (3 * DAY - 60, Some("dee"), "reply", "t", None),
        (3 * DAY + 60, Some("ana"), "reply", "w", None),
    ];
    let kpi = Backlog { every: Every::Day, within: vec![Span::hours(23), Span::days(1)], ..Backlog::default() };
    let table = community(&acts, 3 * DAY + 120).compute(&kpi).expect("a table");
    let first = |values: Vec<Option<i64>>| values.chunks(2).map(|pair| pair[0]).collect::<Vec<_>>();
    let second = |values: Vec<Option<i64>>| values.chunks(2).map(|pair| pair[1]).collect::<Vec<_>>();
    // t, u, v; then t, v, w; then v, w; at the end of observation v alone.
    assert_eq!(first(counts(&table, "open")), [Some(3), Some(3), Some(2), Some(1)]);
    assert_eq!(
        first(minutes(&table, "age_median")),
        [Some(23 * 60), Some(25 * 60), Some(2 * DAY + 30), Some(2 * DAY + 180)]
    );
    // Between 23 h and 24 h, at eight tenths of the way; between 25 h and 48 h; between 48 h and 49 h, at nine; that of v.
    assert_eq!(
        first(minutes(&table, "age_p90")),
        [Some(23 * 60 + 48), Some(25 * 60 + 23 * 48), Some(48 * 60 + 54), Some(2 * DAY + 180)]
    );
    // An age of exactly 23 hours, or of exactly a day, is not above it.
    assert_eq!(first(counts(&table, "older_than")), [Some(1), Some(3), Some(2), Some(1)]);
    assert_eq!(second(counts(&table, "older_than")), [Some(0), Some(2), Some(2), Some(1)]);
    let complete = table.column("complete").expect("there").bool().expect("flags").iter().collect::<Vec<_>>();
    assert_eq!(complete.iter().filter(|c| **c == Some(true)).count(), 6);
}

#[test]
fn ages_are_open_time_where_hours_are_given() {
    let acts = [(0, Some("ana"), "post", "t", None), (10 * 60, Some("bo"), "post", "u", None)];
    let hours = BusinessHours::daily("09:00", "17:00", "UTC").expect("hours");
    let kpi =
        Backlog { every: Every::Day, within: vec![Span::hours(7)], hours: Some(hours.clone()), ..Backlog::default() };
    let community = community(&acts, DAY + 10 * 60);
    let table = community.compute(&kpi).expect("a table");
    // 8 h and 7 h at the end of Monday; 9 h and 8 h at ten on Tuesday.
    assert_eq!(minutes(&table, "age_median"), [Some(7 * 60 + 30), Some(8 * 60 + 30)]);
    assert_eq!(counts(&table, "older_than"), [Some(1), Some(2)]);
    let list = community.compute(&Waiting { hours: Some(hours.clone()), ..Waiting::default() }).expect("a table");
    assert_eq!(minutes(&list, "age"), [Some(9 * 60), Some(8 * 60)]);
    let error = community
        .compute(&Waiting { hours: Some(hours.clock(Clock::Asker)), ..Waiting::default() })
        .expect_err("a clock for each asker");
    assert_eq!(
        error.to_string(),
        "hours.clock must be \"team\": what is open at one time is measured by one clock, got \"asker\""
    );
}

#[test]
fn the_longest_waiting_come_first_with_their_chances() {
    let acts = [
        (0, Some("ana"), "post", "t", Some("first")),
        (30, Some("bo"), "post", "u", None),
        (0, Some("cy"), "post", "v", None),
        (40, Some("ana"), "reply", "v", None), // after 40
        (10, Some("cy"), "post", "w", None),
        (110, Some("bo"), "reply", "w", None), // after 100
        (0, Some("dee"), "post", "x", None),
        (5, Some("ana"), "reply", "x", None), // after 5
    ];
    let community = community(&acts, 120);
    let table = community.compute(&Waiting::default()).expect("a table");
    let text = |name: &str| table.column(name).expect("there").str().expect("text").iter().collect::<Vec<_>>();
    assert_eq!(text("thread"), [Some("t"), Some("u")]);
    assert_eq!(text("text"), [Some("first"), None]);
    assert_eq!(minutes(&table, "age"), [Some(120), Some(90)]);
    // Nothing was watched for three hours. For u, an hour more is not seen either: the longest wait is 120.
    let chance = table.column("chance_1h").expect("there").f64().expect("numbers").to_vec();
    assert_eq!(chance, [None, None]);

    // The same ten minutes ago and earlier: one of two that had waited 40 got an answer within the hour.
    let acts: Vec<Act<'_>> = acts.into_iter().chain([(75, Some("eve"), "post", "y", None)]).collect();
    let table = self::community(&acts, 120).compute(&Waiting { top: 3, ..Waiting::default() }).expect("a table");
    // y has waited 45: at risk are t (120, open), u (90, open), w (answered after 100); S falls by a half at 100, with t and w.
    let chance = |name: &str| table.column(name).expect("there").f64().expect("numbers").get(2);
    assert_eq!(chance("chance_1h"), Some(0.5));
    assert!(
        chance("chance_1h_low").is_some_and(|low| low < 0.2) && chance("chance_1h_high").is_some_and(|high| high > 0.9)
    );
    assert_eq!(chance("chance_1d"), None);
    let one = self::community(&acts, 120).compute(&Waiting { top: 1, ..Waiting::default() }).expect("a table");
    assert_eq!(one.height(), 1);
}

#[test]
fn a_list_of_groups_has_the_first_of_each_and_hides_small_ones() {
    let acts = [
        (0, Some("ana"), "post", "t", None),
        (1, Some("ana"), "post", "u", None),
        (2, Some("bo"), "post", "v", None),
        (3, Some("cy"), "post", "w", None),
        (4, Some("cy"), "post", "x", None),
    ];
    let community = community(&acts, 60);
    let mut events = community.events().clone();
    events.with_column(Column::new("channel".into(), ["big", "big", "big", "small", "small"])).expect("a column");
    let community = Community::builder(events).build().expect("valid");
    let by = Waiting { top: 2, scope: Scope::by(["channel"]), ..Waiting::default() };
    let table = community.compute(&by).expect("a table");
    let names: Vec<&str> = table.get_column_names().iter().take(3).map(|name| name.as_str()).collect();
    assert_eq!(names, ["channel", "id", "thread"]);
    let text = |table: &DataFrame, name: &str| -> Vec<Option<String>> {
        table.column(name).expect("there").str().expect("text").iter().map(|t| t.map(str::to_owned)).collect()
    };
    let some = |names: &[&str]| names.iter().map(|name| Some((*name).to_owned())).collect::<Vec<_>>();
    assert_eq!(text(&table, "channel"), some(&["big", "big", "small", "small"]));
    assert_eq!(text(&table, "thread"), some(&["t", "u", "w", "x"]));
    // The small channel is hidden, and the big one with it, as there is no third.
    let scope = Scope { min_group: 2, ..Scope::by(["channel"]) };
    let table = community.compute(&Waiting { scope, ..by }).expect("a table");
    assert_eq!(text(&table, "channel"), some(&["big", "small"]));
    assert_eq!(text(&table, "thread"), [None, None]);
}

#[test]
fn lists_of_nothing_and_without_end_are_refused() {
    for (top, got) in [(0, "0"), (1_000_001, "1000001")] {
        let error = commonweal::parse("response.waiting", &serde_json::json!({"top": top})).expect_err("no list");
        assert_eq!(error.to_string(), format!("top must be a number of posts from 1 to 1000000, got {got}"));
    }
}

proptest! {
    #[test]
    fn the_backlog_is_as_defined(
        posts in prop::collection::vec((0i64..6 * DAY, prop::option::of(0i64..4 * DAY)), 1..30), within in 1i64..3 * DAY
    ) {
        let names: Vec<String> = (0..posts.len()).map(|i| format!("t{i}")).collect();
        let asked = posts.iter().zip(&names).map(|((at, _), t)| (*at, Some("ana"), "post", t.as_str(), None));
        let answers = posts.iter().zip(&names).filter_map(|((at, wait), t)| Some((at + (*wait)?, Some("bo"), "reply", t.as_str(), None)));
        let acts: Vec<Act<'_>> = asked.chain(answers).filter(|act| act.0 <= 7 * DAY).collect();
        let kpi = Backlog { every: Every::Day, within: vec![Span::minutes(within as u32)], ..Backlog::default() };
        let table = community(&acts, 7 * DAY - 30).compute(&kpi).expect("a table");
        let (open, older) = (counts(&table, "open"), counts(&table, "older_than"));
        let (median, p90) = (minutes(&table, "age_median"), minutes(&table, "age_p90"));
        let first = posts.iter().map(|(at, _)| at / DAY).min().unwrap_or(0);
        for (row, day) in (first..7).enumerate() {
            let end = (day + 1) * DAY;
            // The last day ends with observation, half an hour early; what is done at its last instant is seen.
            let (end, seen) = if day == 6 { (end - 30, end - 30) } else { (end, end - 1) };
            let mut ages: Vec<i64> = posts
                .iter()
                .filter(|(at, wait)| *at <= seen && wait.is_none_or(|wait| at + wait > seen))
                .map(|(at, _)| end - at)
                .collect();
            ages.sort_unstable();
            prop_assert_eq!(open[row], Some(ages.len() as i64));
            prop_assert_eq!(older[row], Some(ages.iter().filter(|age| **age > within).count() as i64));
            let quantile = |q: f64| {
                let place = q * (ages.len().max(1) - 1) as f64;
                let at = |i: f64| ages.get(i as usize).map(|age| *age as f64);
                Some(at(place.floor())? + (at(place.ceil())? - at(place.floor())?) * (place - place.floor()))
            };
            for (got, q) in [(median[row], 0.5), (p90[row], 0.9)] {
                prop_assert_eq!(got.is_some(), quantile(q).is_some());
                prop_assert!(got.zip(quantile(q)).is_none_or(|(got, expected)| (got as f64 - expected).abs() <= 1.0));
            }
        }
    }
}
