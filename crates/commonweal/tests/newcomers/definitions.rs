//! The definitions read slowly, on random events.
use commonweal::{Activation, RetentionEffect, Span};
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::json;

use super::{Row, community, count, frame, members, number};

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
