//! Activation, funnel and the return of newcomers: by hand, and against their definitions read slowly.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use commonweal::{Activation, Community, Error, Every, Funnel, Kpi, RetentionEffect, ReturnCurve, Scope, Span};
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::json;

const HOUR: i64 = 3_600_000_000;
const DAY: i64 = 24 * HOUR;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC

/// Hour, member, kind, thread, id, parent.
type Row = (i64, Option<&'static str>, &'static str, Option<&'static str>, Option<String>, Option<String>);

fn instants(mut frame: DataFrame, columns: &[&str]) -> DataFrame {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    for column in columns {
        let cast = frame.column(column).expect("there").cast(&utc).expect("a cast of integers");
        frame.with_column(cast).expect("a column of this length");
    }
    frame
}

fn frame(rows: &[Row]) -> DataFrame {
    let frame = df![
        "time" => rows.iter().map(|r| MONDAY + r.0 * HOUR).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        "id" => rows.iter().map(|r| r.4.clone()).collect::<Vec<_>>(),
        "parent" => rows.iter().map(|r| r.5.clone()).collect::<Vec<_>>(),
    ];
    instants(frame.expect("columns of one length"), &["time"])
}

/// (hour, member, kind, thread), no ids.
fn simple(rows: &[(i64, &'static str, &'static str, &'static str)]) -> DataFrame {
    frame(&rows.iter().map(|r| (r.0, Some(r.1), r.2, Some(r.3), None, None)).collect::<Vec<_>>())
}

/// Member, joined and left in hours.
fn members(rows: &[(&str, Option<i64>, Option<i64>)]) -> DataFrame {
    let hours = |h: Option<i64>| h.map(|h| MONDAY + h * HOUR);
    let frame = df![
        "member" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "joined" => rows.iter().map(|r| hours(r.1)).collect::<Vec<_>>(),
        "left" => rows.iter().map(|r| hours(r.2)).collect::<Vec<_>>(),
        "unit" => rows.iter().map(|r| if r.0 < "c" { "x" } else { "y" }).collect::<Vec<_>>(),
    ];
    instants(frame.expect("columns of one length"), &["joined", "left"])
}

fn at(hour: i64) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_micros(MONDAY + hour * HOUR).expect("a time")
}

fn community(events: DataFrame, people: Option<DataFrame>, as_of: i64) -> Community {
    let builder = Community::builder(events).as_of(at(as_of));
    match people {
        Some(people) => builder.members(people).build().expect("valid"),
        None => builder.build().expect("valid"),
    }
}

fn count(frame: &DataFrame, column: &str) -> Vec<Option<i64>> {
    frame.column(column).expect(column).i64().expect("counts").iter().collect()
}

fn number(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    frame.column(column).expect(column).f64().expect("numbers").iter().collect()
}

fn hours(frame: &DataFrame, column: &str) -> Vec<Option<f64>> {
    let micros = frame.column(column).expect(column).cast(&DataType::Int64).expect("a length");
    micros.i64().expect("a length").iter().map(|t| t.map(|t| t as f64 / HOUR as f64)).collect()
}

#[test]
fn activation_by_hand() {
    let people = members(&[
        ("ana", Some(0), None),      // posts after 2 hours
        ("bo", Some(10), Some(20)),  // left without a word
        ("cy", Some(10), None),      // had posted before: at once
        ("dee", None, None),         // always been there
        ("eve", Some(30), Some(40)), // posts after leaving: never
        ("fay", Some(999), None),    // not there yet
        ("gil", Some(80), None),     // still silent
    ]);
    let events = simple(&[
        (2, "ana", "post", "t"),
        (5, "cy", "post", "u"),
        (9, "dee", "post", "v"),
        (50, "eve", "post", "w"),
        (60, "hal", "reply", "t"), // not listed
        (70, "ida", "join", "j"),  // not listed, joined by an act
        (76, "ida", "view", "t"),
        (78, "ida", "reaction", "t"),
    ]);
    let community = community(events, Some(people), 100);
    let kpi = Activation { within: vec![Span::hours(5), Span::hours(20)], ..Activation::default() };
    let table = community.compute(&kpi).expect("a table");
    assert_eq!(count(&table, "n"), [Some(6); 2]);
    assert_eq!(count(&table, "activated"), [Some(3); 2]); // ana 2, cy 0, ida 8
    assert_eq!(count(&table, "censored"), [Some(3); 2]); // bo 10, eve 10, gil 20
    assert_eq!(count(&table, "before"), [Some(1); 2]);
    assert_eq!(count(&table, "unknown"), [Some(2); 2]); // dee and hal
    assert_eq!(hours(&table, "p25"), [Some(2.0); 2]);
    assert_eq!(hours(&table, "median"), [Some(8.0); 2]); // 1 − 3/6, exactly a half
    assert_eq!(hours(&table, "p75"), [None; 2]);
    let attained = number(&table, "attained");
    assert!((attained[0].expect("watched") - 2.0 / 6.0).abs() < 1e-12);
    assert!((attained[1].expect("watched") - 0.5).abs() < 1e-12);

    let by = Activation { every: Some(Every::Day), scope: Scope::by(["unit"]), ..Activation::default() };
    let table = community.compute(&by).expect("a table");
    // Monday: ana, bo in x and cy in y; Tuesday: eve; Thursday: gil in y, and ida of no unit on Wednesday.
    assert_eq!(count(&table, "n"), [Some(2), Some(1), Some(1), Some(1), Some(1)]);
    assert_eq!(count(&table, "unknown"), [Some(0), Some(1), Some(1), Some(1), Some(1)]);
}

#[test]
fn what_cannot_be_had_is_declined() {
    let events = simple(&[(2, "ana", "post", "t"), (3, "bo", "reply", "t")]);
    let without = community(events.clone(), None, 10);
    let error = without.compute(&Activation::default()).expect_err("nothing tells when they joined");
    assert!(matches!(error, Error::Declined { .. }));
    assert_eq!(
        error.to_string(),
        "adoption.activation declines: nothing tells when any of the 2 members joined; \
         give a members table with times in a column joined, or events of kind join"
    );
    assert!(without.compute(&Funnel::default()).is_err());
    let nobody = community(simple(&[]), None, 10).compute(&Activation::default()).expect("nobody, nothing");
    assert_eq!(nobody.height(), 0);
    let listed = community(events, Some(members(&[("ana", Some(0), None)])), 10);
    let kpi = commonweal::parse("adoption.activation", &json!({"event": "view"})).expect("a KPI");
    let message = listed.compute(kpi.as_ref()).expect_err("no views").to_string();
    assert!(message.contains("no member has a \"view\" on record"), "{message}");
    let by = Activation { scope: Scope::by(["thread"]), ..Activation::default() };
    let message = listed.compute(&by).expect_err("a column of the events").to_string();
    assert!(message.starts_with("by must be columns of the members"), "{message}");
    for (options, what) in [
        (json!({"steps": ["join"]}), "two steps or more"),
        (json!({"steps": ["post", "join"]}), "is the first"),
        (json!({"steps": ["join", "post", "post"]}), "\"post\" twice"),
        (json!({"steps": ["join", "dance"]}), "\"contribution\", \"message\""),
    ] {
        let message = commonweal::parse("adoption.funnel", &options).expect_err("wrong steps").to_string();
        assert!(message.contains(what), "{message}");
    }
    let message = commonweal::parse("response.retention_effect", &json!({"within": "2h", "landmark": "1h"}))
        .expect_err("too soon");
    assert!(message.to_string().starts_with("landmark must be no less than within, 2h"), "{message}");
}

#[test]
fn a_funnel_by_hand() {
    let people =
        members(&[("ana", Some(0), None), ("bo", Some(0), None), ("cy", Some(0), None), ("di", Some(95), None)]);
    let events = simple(&[
        (1, "ana", "reply", "t"),
        (3, "ana", "post", "a"),
        (4, "bo", "reply", "a"), // the first reply that ana receives
        (6, "bo", "reply", "a"),
        (7, "cy", "post", "c"),
        (8, "cy", "reply", "c"), // to himself
    ]);
    let community = community(events, Some(people), 100);
    let options = json!({"steps": ["join", "reply", "view", "post", "first_reply_received"], "within": "9h"});
    let kpi = commonweal::parse("adoption.funnel", &options).expect("a KPI");
    let table = community.compute(kpi.as_ref()).expect("a table");
    assert_eq!(count(&table, "started"), [Some(4); 5]);
    // ana has all; bo replied; cy replied to himself, which is a reply, and posted; di has been there for 5 hours only.
    assert_eq!(count(&table, "members"), [Some(4), Some(3), None, Some(2), Some(1)]);
    assert_eq!(count(&table, "open"), [Some(0), Some(1), None, Some(1), Some(1)]);
    assert_eq!(number(&table, "rate")[0], Some(1.0));
    // With di out after 5 hours. Replies after 1, 4, 8: 3/4 · 2/3 · 0/1. Posts (with a reply) after 3, 8: 3/4 · 1/2. Answered after 4: 3/4.
    let rates = number(&table, "rate");
    assert!((rates[1].expect("a rate") - 1.0).abs() < 1e-12);
    assert!((rates[3].expect("a rate") - 0.625).abs() < 1e-12);
    assert!((rates[4].expect("a rate") - 0.25).abs() < 1e-12);
    let shares = number(&table, "step_rate");
    assert_eq!((shares[0], shares[2]), (None, None));
    assert!((shares[3].expect("a share") - 0.625).abs() < 1e-12);
    assert!((shares[4].expect("a share") - 0.4).abs() < 1e-12);
    assert_eq!(hours(&table, "median"), [Some(0.0), Some(4.0), None, Some(8.0), None]);
    assert_eq!(hours(&table, "reached_median"), [Some(0.0), Some(4.0), None, Some(5.5), Some(4.0)]);
}

#[test]
fn a_reply_answers_its_parent_or_else_the_opening_post() {
    let name = |id: &str| Some(id.to_owned());
    let rows = [
        (0, Some("ana"), "post", Some("t"), name("1"), None),
        (1, Some("bo"), "reply", Some("t"), name("2"), None), // to ana
        (2, Some("cy"), "reply", Some("t"), name("3"), name("2")), // to bo
        (3, Some("ana"), "reply", Some("t"), name("4"), name("elsewhere")), // to herself
        (4, Some("bo"), "reply", Some("t"), name("5"), name("3")), // to cy
    ];
    let kpi =
        commonweal::parse("adoption.funnel", &json!({"steps": ["message", "first_reply_received"], "within": "9h"}))
            .expect("a KPI");
    let table = community(frame(&rows), None, 20).compute(kpi.as_ref()).expect("no joining needed");
    assert_eq!(count(&table, "members"), [Some(3), Some(3)]);
    assert_eq!(hours(&table, "reached_median"), [Some(0.0), Some(1.0)]); // 1, 1 and 2 hours
}

#[test]
fn returns_by_hand() {
    // Everything at noon of a day; the landmark is one hour later, on the same day.
    let noon = |day: i64| 24 * day + 12;
    let rows = [
        (noon(-40), "old", "post", "o"), // within the wash-in
        (noon(0), "ana", "post", "a"),
        (noon(0) + 1, "old", "reply", "a"), // answered at the last moment
        (noon(0) + 2, "ana", "reply", "a"), // thanks, the same day
        (noon(3), "ana", "reaction", "a"),  // back after 3 days less an hour
        (noon(0), "bo", "post", "b"),
        (noon(0) + 2, "old", "reply", "b"), // too late
        (noon(1), "cy", "reply", "b"),      // has been there before the first post
        (noon(2), "cy", "post", "c"),
        (noon(2), "old", "reply", "c"),
        (noon(9), "di", "post", "d"), // the landmark is not reached
    ];
    let people = members(&[("bo", None, None)]);
    let community = community(simple(&rows), Some(people), noon(9));
    let kpi = RetentionEffect { horizon: Span::days(5), ..RetentionEffect::default() };
    let table = community.compute(&kpi).expect("a table");
    let one = |column: &str| count(&table, column)[0];
    assert_eq!((one("newcomers"), one("answered"), one("unanswered")), (Some(3), Some(2), Some(1)));
    assert_eq!((one("early"), one("unreached")), (Some(1), Some(1)));
    assert_eq!(number(&table, "answered_rate"), [Some(0.5)]);
    assert_eq!(number(&table, "unanswered_rate"), [Some(0.0)]);
    assert_eq!(number(&table, "difference"), [Some(0.5)]);
    // ana and bo make the one stratum of both classes; cy was active on an earlier day.
    assert_eq!(one("matched"), Some(2));
    let curve = community.compute(&ReturnCurve { horizon: Span::days(5), ..ReturnCurve::default() }).expect("a curve");
    let answered: Vec<bool> =
        curve.column("answered").expect("there").bool().expect("flags").iter().flatten().collect();
    assert_eq!(answered, [true, true, true, false, false]);
    assert_eq!(hours(&curve, "time"), [0.0, 72.0, 120.0, 0.0, 120.0].map(Some));
    assert_eq!(count(&curve, "came_back"), [0, 1, 0, 0, 0].map(Some));
    assert_eq!(number(&curve, "returned")[1], Some(0.5));
}

#[test]
fn leaving_before_the_landmark_leaves_one_out_and_leaving_after_it_does_not() {
    let rows = [(12, "ana", "post", "a"), (12, "bo", "post", "b"), (12, "cy", "post", "c"), (13, "cy", "leave", "z")];
    let people = members(&[("ana", None, Some(13)), ("bo", None, Some(14))]);
    let community = community(simple(&rows), Some(people), 400);
    let kpi =
        RetentionEffect { within: Span::minutes(90), horizon: Span::days(5), wash_in: None, ..Default::default() };
    let table = community.compute(&kpi).expect("a table");
    assert_eq!((count(&table, "newcomers"), count(&table, "unreached")), (vec![Some(1)], vec![Some(2)]));
    assert_eq!(number(&table, "unanswered_rate"), [Some(0.0)]);
    assert_eq!(number(&table, "answered_rate"), [None]);
    assert_eq!(number(&table, "p_value"), [None]);
}

/// Kaplan–Meier, read off its definition.
fn share_by(times: &[(i64, bool)], t: i64) -> Option<f64> {
    let mut at: Vec<i64> = times.iter().filter(|(time, ended)| *ended && *time <= t).map(|(time, _)| *time).collect();
    at.sort_unstable();
    at.dedup();
    let factor = |u: &i64| {
        let at_risk = times.iter().filter(|(time, _)| time >= u).count() as f64;
        1.0 - times.iter().filter(|(time, ended)| *ended && time == u).count() as f64 / at_risk
    };
    let survival: f64 = at.iter().map(factor).product();
    let watched = times.iter().any(|(time, _)| *time >= t) || survival < 1e-12;
    (watched && !times.is_empty()).then_some(1.0 - survival)
}

const NAMES: [&str; 7] = ["ana", "bo", "cy", "dee", "eve", "fay", "gil"];
const THREADS: [&str; 4] = ["t", "u", "v", "w"];
const LAST: i64 = 320;

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let kinds =
        prop::sample::select(vec!["post", "post", "reply", "reply", "reply", "reaction", "view", "join", "leave"]);
    let row = (0..LAST, prop::option::weighted(0.9, 0..7usize), kinds, 0..4usize, prop::option::of(0..30usize));
    prop::collection::vec(row, 1..40).prop_map(|rows| {
        let row = |(i, (hour, member, kind, thread, parent)): (
            usize,
            (i64, Option<usize>, &'static str, usize, Option<usize>),
        )| {
            let parent = parent.filter(|p| *p != i).map(|p| format!("e{p}"));
            (hour, member.map(|m| NAMES[m]), kind, Some(THREADS[thread]), Some(format!("e{i}")), parent)
        };
        rows.into_iter().enumerate().map(row).collect()
    })
}

/// cy and dee are listed without a time, eve and later are not listed.
fn some_people() -> DataFrame {
    members(&[("ana", Some(20), None), ("bo", Some(60), Some(200)), ("cy", None, Some(150)), ("dee", None, None)])
}

fn joined(rows: &[Row], name: &str) -> Option<i64> {
    let listed = [("ana", 20), ("bo", 60)].iter().find(|(listed, _)| *listed == name).map(|(_, hour)| *hour);
    listed.or_else(|| first(rows, name, |kind| kind == "join"))
}

fn left(rows: &[Row], name: &str, since: i64) -> Option<i64> {
    let listed = [("bo", 200), ("cy", 150)].into_iter().filter(|(listed, _)| *listed == name).map(|(_, hour)| hour);
    let acts = rows.iter().filter(|r| r.1 == Some(name) && r.2 == "leave").map(|r| r.0);
    listed.chain(acts).filter(|hour| *hour >= since).min()
}

fn first(rows: &[Row], name: &str, kind: impl Fn(&str) -> bool) -> Option<i64> {
    rows.iter().filter(|r| r.1 == Some(name) && kind(r.2)).map(|r| r.0).min()
}

fn contributes(kind: &str) -> bool {
    matches!(kind, "post" | "reply" | "reaction")
}

/// The first reply of somebody else to a message of a member's.
fn first_reply(rows: &[Row], name: &str) -> Option<i64> {
    let answers = rows.iter().filter(|r| r.2 == "reply" && r.1.is_some() && r.1 != Some(name)).filter(|reply| {
        let parent = rows.iter().find(|r| r.4 == reply.5 && r.3 == reply.3 && matches!(r.2, "post" | "reply"));
        let opener = rows.iter().filter(|r| r.2 == "post" && r.3 == reply.3).min_by_key(|r| (r.0, r.1));
        parent.filter(|_| reply.5.is_some()).or(opener).is_some_and(|m| m.1 == Some(name) && m.0 <= reply.0)
    });
    answers.map(|r| r.0).min()
}

fn same(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (None, None) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn activation_and_funnel_are_their_definitions(rows in rows(), within in 1i64..200) {
        let community = community(frame(&rows), Some(some_people()), LAST);
        let span: Span = format!("{within}h").parse().expect("a span");
        let table = community.compute(&Activation { within: vec![span], ..Activation::default() }).expect("a table");
        let started: Vec<(&str, i64, i64)> = NAMES.iter().filter_map(|name| {
            let start = joined(&rows, name)?;
            Some((*name, start, left(&rows, name, start).unwrap_or(LAST)))
        }).collect();
        let reached = |firsts: &dyn Fn(&str) -> Vec<Option<i64>>| -> Vec<(i64, bool)> {
            started.iter().map(|(name, start, until)| {
                let all: Option<Vec<i64>> = firsts(name).into_iter().collect();
                let last = all.map(|all| all.into_iter().fold(*start, i64::max));
                last.filter(|last| last <= until).map_or((until - start, false), |last| (last - start, true))
            }).collect()
        };
        let times = reached(&|name| vec![first(&rows, name, contributes)]);
        prop_assert_eq!(count(&table, "n"), vec![Some(started.len() as i64)]);
        prop_assert_eq!(count(&table, "activated"), vec![Some(times.iter().filter(|(_, ended)| *ended).count() as i64)]);
        let acted = |name: &&&str| rows.iter().any(|r| r.1 == Some(**name)) || ["cy", "dee"].contains(*name);
        let unknown = NAMES.iter().filter(acted).filter(|name| joined(&rows, name).is_none()).count();
        prop_assert_eq!(count(&table, "unknown"), vec![Some(unknown as i64)]);
        let before = started.iter().filter(|(name, start, _)| first(&rows, name, contributes).is_some_and(|t| t < *start));
        prop_assert_eq!(count(&table, "before"), vec![Some(before.count() as i64)]);
        prop_assert!(same(number(&table, "attained")[0], share_by(&times, within)));

        let options = json!({"steps": ["join", "post", "first_reply_received", "reply"], "within": format!("{within}h")});
        let kpi = commonweal::parse("adoption.funnel", &options).expect("a KPI");
        let table = community.compute(kpi.as_ref()).expect("a table");
        let post = |name: &str| first(&rows, name, |kind| kind == "post");
        let reply = |name: &str| first(&rows, name, |kind| kind == "reply");
        let steps: [Vec<(i64, bool)>; 3] = [
            reached(&|name| vec![post(name)]),
            reached(&|name| vec![post(name), first_reply(&rows, name)]),
            reached(&|name| vec![post(name), first_reply(&rows, name), reply(name)]),
        ];
        for (i, times) in steps.iter().enumerate() {
            let members = times.iter().filter(|(time, ended)| *ended && *time <= within).count() as i64;
            prop_assert_eq!(count(&table, "members")[i + 1], Some(members));
            prop_assert!(same(number(&table, "rate")[i + 1], share_by(times, within)));
        }
    }

    #[test]
    fn returns_are_their_definition(rows in rows(), within in 1i64..40, wash_in in prop::option::of(1i64..100)) {
        let community = community(frame(&rows), Some(some_people()), LAST);
        let span = |hours: i64| format!("{hours}h").parse::<Span>().expect("a span");
        let kpi = RetentionEffect { within: span(within), horizon: Span::days(4), wash_in: wash_in.map(span), ..Default::default() };
        let table = community.compute(&kpi).expect("a table");
        let start = rows.iter().filter(|r| r.1.is_some() && contributes(r.2)).map(|r| r.0).min();
        let mut classes: [Vec<(i64, bool)>; 2] = [vec![], vec![]];
        let (mut early, mut unreached) = (0, 0);
        for name in NAMES {
            let Some(post) = first(&rows, name, |kind| kind == "post") else { continue };
            let earliest = first(&rows, name, contributes).expect("a post is one");
            if wash_in.is_some_and(|wash_in| earliest < start.expect("a post") + wash_in) {
                early += 1;
                continue;
            }
            let landmark = post + within;
            if landmark > LAST || left(&rows, name, post).is_some_and(|left| left < landmark) {
                unreached += 1;
                continue;
            }
            let threads: Vec<_> =
                rows.iter().filter(|r| r.1 == Some(name) && r.2 == "post" && r.0 == post).map(|r| r.3).collect();
            let answered = rows.iter().any(|r| {
                r.2 == "reply" && r.1.is_some() && r.1 != Some(name) && threads.contains(&r.3) && (post..=landmark).contains(&r.0)
            });
            let back = rows.iter().filter(|r| r.1 == Some(name) && contributes(r.2) && r.0 / 24 > landmark / 24).map(|r| r.0 / 24).min();
            // The day that observation ends in is not watched to its end.
            let watched = (LAST / 24 - 1 - landmark / 24).clamp(0, 4);
            let back = back.map(|back| back - landmark / 24).filter(|time| *time <= watched);
            classes[usize::from(answered)].push(back.map_or((watched, false), |time| (time, true)));
        }
        if table.height() == 0 {
            prop_assert!(classes.iter().all(Vec::is_empty) && early + unreached == 0);
            return Ok(());
        }
        let one = |column: &str| count(&table, column)[0].expect("a count");
        prop_assert_eq!([one("unanswered"), one("answered")], classes.each_ref().map(|c| c.len() as i64));
        prop_assert_eq!([one("early"), one("unreached")], [early, unreached]);
        prop_assert!(same(number(&table, "answered_rate")[0], share_by(&classes[1], 4)));
        prop_assert!(same(number(&table, "unanswered_rate")[0], share_by(&classes[0], 4)));
        let rates = [1, 0].map(|class: usize| share_by(&classes[class], 4));
        prop_assert!(same(number(&table, "difference")[0], rates[0].zip(rates[1]).map(|(a, b)| a - b)));
    }
}

#[test]
fn days_are_those_of_the_zone() {
    // 23:30 in Berlin; the contribution an hour later is on the next day there, on the same in UTC.
    let minute = HOUR / 60;
    let events = |second: &str| {
        let frame = df![
            "time" => [MONDAY + 22 * HOUR + 30 * minute, MONDAY + 23 * HOUR + 30 * minute],
            "member" => ["ana", "ana"],
            "kind" => ["post", second],
            "thread" => ["a", "a"],
        ];
        instants(frame.expect("columns"), &["time"])
    };
    let returned = |zone: &str| {
        let zone = commonweal::zone(zone).expect("a zone");
        let community = Community::builder(events("reaction")).zone(zone).as_of(at(200)).build().expect("valid");
        let kpi =
            RetentionEffect { within: Span::minutes(10), horizon: Span::days(2), wash_in: None, ..Default::default() };
        number(&community.compute(&kpi as &dyn Kpi).expect("a table"), "unanswered_rate")[0]
    };
    assert_eq!((returned("Europe/Berlin"), returned("UTC")), (Some(1.0), Some(0.0)));
    assert_eq!(DAY, 24 * HOUR);
}
