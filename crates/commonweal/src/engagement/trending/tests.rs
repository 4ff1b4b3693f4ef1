#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::stats::counts::surprise;

const HOUR: i64 = 3_600_000_000;
/// Monday, 2026-06-01, in UTC.
const MONDAY: i64 = 1_780_272_000_000_000;

/// (hours after the Monday, member, kind, thread, channel)
type Row = (f64, String, &'static str, String, &'static str);

fn row(hours: f64, member: &str, kind: &'static str, thread: &str, channel: &'static str) -> Row {
    (hours, member.to_owned(), kind, thread.to_owned(), channel)
}

fn frame(rows: &[Row]) -> DataFrame {
    let mut frame = df![
        "time" => rows.iter().map(|r| MONDAY + (r.0 * HOUR as f64) as i64).collect::<Vec<_>>(),
        "member" => rows.iter().map(|r| (!r.1.is_empty()).then_some(r.1.as_str())).collect::<Vec<_>>(),
        "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "thread" => rows.iter().map(|r| (!r.3.is_empty()).then_some(r.3.as_str())).collect::<Vec<_>>(),
        "channel" => rows.iter().map(|r| r.4).collect::<Vec<_>>(),
        "text" => rows.iter().map(|r| (r.2 == "post").then(|| format!("about {}", r.3))).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    frame.with_column(frame.column("time").unwrap().cast(&utc).unwrap()).unwrap();
    frame
}

fn compute(rows: &[Row], until: f64, options: Value) -> crate::Result<DataFrame> {
    let end = chrono::DateTime::from_timestamp_micros(MONDAY + (until * HOUR as f64) as i64).unwrap();
    let community = Community::builder(frame(rows)).as_of(end).build().unwrap();
    community.compute(crate::parse("engagement.trending", &options)?.as_ref())
}

fn texts(table: &DataFrame, column: &str) -> Vec<Option<String>> {
    table.column(column).unwrap().str().unwrap().iter().map(|text| text.map(str::to_owned)).collect()
}

fn numbers(table: &DataFrame, column: &str) -> Vec<f64> {
    table.column(column).unwrap().f64().unwrap().iter().map(Option::unwrap).collect()
}

fn counts(table: &DataFrame, column: &str) -> Vec<i64> {
    table.column(column).unwrap().i64().unwrap().iter().map(Option::unwrap).collect()
}

/// Ten weeks of a loud channel that talks at noon, a thread of 8 messages a day, and of a quiet one, of 3, at noon too.
fn habit() -> Vec<Row> {
    let mut rows = vec![];
    for day in 0..70 {
        for (channel, n) in [("loud", 8), ("quiet", 3)] {
            let thread = format!("{channel} {day}");
            for i in 0..n {
                let kind = if i == 0 { "post" } else { "reply" };
                rows.push(row(
                    24.0 * f64::from(day) + 12.0 + f64::from(i) / 10.0,
                    &format!("m{i}"),
                    kind,
                    &thread,
                    channel,
                ));
            }
        }
    }
    rows
}

/// A talk of so many messages, a minute apart, each by another.
fn talk(start: f64, n: u32, thread: &str, channel: &'static str) -> Vec<Row> {
    let kind = |i: u32| if i == 0 { "post" } else { "reply" };
    (0..n).map(|i| row(start + f64::from(i) / 60.0, &format!("m{i}"), kind(i), thread, channel)).collect()
}

#[test]
fn a_talk_at_night_in_a_quiet_channel_beats_the_usual_one_at_noon() {
    let day = 70.0 * 24.0;
    let night = [habit(), talk(day + 3.0, 6, "night", "quiet"), talk(day + 3.0, 6, "late", "loud")].concat();
    let found = compute(&night, day + 4.0, json!({"window": "1d", "authors": 1})).unwrap();
    // The last day's own threads at noon are as ever.
    let names: Vec<String> = texts(&found, "thread").into_iter().flatten().collect();
    assert_eq!(names, ["night", "late", "loud 69", "quiet 69"]);
    let surprises = numbers(&found, "surprise");
    assert!(surprises[0] > surprises[1] && surprises[1] > 2.0 && surprises[2] < 0.5, "{surprises:?}");
    assert_eq!(texts(&found, "opener")[0].as_deref(), Some("about night"));
    assert_eq!((counts(&found, "messages")[0], counts(&found, "authors")[0]), (6, 6));
    // The same talk at noon, with an hour watched as well, surprises less: the clock runs faster.
    let noon = [habit(), talk(day + 12.0, 6, "noon", "quiet")].concat();
    let noon = compute(&noon, day + 13.0, json!({"window": "1d", "authors": 1})).unwrap();
    let at = texts(&noon, "thread").iter().position(|name| name.as_deref() == Some("noon")).unwrap();
    assert!(numbers(&noon, "surprise")[at] < surprises[0]);
}

#[test]
fn the_expected_number_is_that_of_the_past() {
    // Every day alike, and the last as well: what is expected is what came.
    let day = 70.0 * 24.0;
    let found = compute(&habit(), day - 1e-3, json!({"window": "1d", "authors": 1})).unwrap();
    let by_name: Vec<_> = texts(&found, "channel").into_iter().zip(numbers(&found, "expected")).collect();
    for (channel, expected) in by_name {
        let usual = if channel.as_deref() == Some("loud") { 8.0 } else { 3.0 };
        // Rates are drawn to the community's by four messages' worth.
        assert!((expected - usual).abs() < 0.15, "{channel:?}: {expected}");
    }
}

#[test]
fn self_replies_are_volume_and_make_no_author() {
    let day = 70.0 * 24.0;
    let mut rows = habit();
    rows.extend(
        (0..6).map(|i| {
            row(day + 0.1 + f64::from(i) / 10.0, "ana", if i == 0 { "post" } else { "reply" }, "mono", "quiet")
        }),
    );
    // Bo answers, and ana answers back: both have a message that is no echo. Unknown authors are none.
    rows.push(row(day + 1.0, "bo", "reply", "pair", "quiet"));
    rows.push(row(day + 1.1, "ana", "reply", "pair", "quiet"));
    rows.push(row(day + 1.2, "", "reply", "pair", "quiet"));
    // An echo in a thread opened before the window.
    rows.push(row(day - 30.0, "cy", "post", "old", "quiet"));
    rows.push(row(day + 1.0, "cy", "reply", "old", "quiet"));
    let found = compute(&rows, day + 2.0, json!({"window": "2h", "authors": 0})).unwrap();
    let of = |name: &str| {
        let at = texts(&found, "thread").iter().position(|thread| thread.as_deref() == Some(name)).unwrap();
        (counts(&found, "messages")[at], counts(&found, "authors")[at])
    };
    assert_eq!((of("mono"), of("pair"), of("old")), ((6, 1), (3, 2), (1, 0)));
    let floor = compute(&rows, day + 2.0, json!({"window": "2h", "authors": 2})).unwrap();
    assert_eq!(texts(&floor, "thread"), [Some("pair".to_owned())]);
}

#[test]
fn threads_that_surprise_alike_come_by_name() {
    let day = 70.0 * 24.0;
    let rows = [habit(), talk(day, 4, "b", "quiet"), talk(day, 4, "a", "quiet"), talk(day, 4, "c", "quiet")].concat();
    let found = compute(&rows, day + 1.0, json!({"window": "2h", "top": 2})).unwrap();
    assert_eq!(texts(&found, "thread"), [Some("a".to_owned()), Some("b".to_owned())]);
}

#[test]
fn the_window_leaves_out_its_start() {
    let day = 70.0 * 24.0;
    let rows =
        [habit(), vec![row(day, "ana", "post", "edge", "quiet"), row(day + 2.0, "ana", "reply", "edge", "quiet")]];
    let found = compute(&rows.concat(), day + 2.0, json!({"window": "2h", "authors": 0})).unwrap();
    assert_eq!(counts(&found, "messages"), [1]);
}

#[test]
fn it_declines_where_it_can_not_tell() {
    let short = talk(0.0, 6, "only", "quiet");
    let message = compute(&short, 1.0, json!({})).unwrap_err().to_string();
    assert_eq!(
        message,
        "engagement.trending needs 10 threads with a message, some with more, in whole windows before the last; there are 0 in \
         windows of 7d: take a shorter window, or observe for longer"
    );
    let none = [row(0.0, "ana", "post", "", "x")];
    let message = compute(&none, 1.0, json!({})).unwrap_err().to_string();
    assert!(message.starts_with("engagement.trending needs messages in threads; "), "{message}");
    // Where nobody has written of late, nothing trends.
    assert_eq!(compute(&habit(), 100.0 * 24.0, json!({"window": "1d"})).unwrap().height(), 0);
    assert_eq!(compute(&[], 1.0, json!({})).unwrap().height(), 0);
    for (options, start) in [
        (json!({"window": "30m"}), "window must be 1 hour or more"),
        (json!({"window": "7d", "history": "1d"}), "history must be from one window, 7d, to"),
        (json!({"top": 0}), "top must be a number of threads"),
    ] {
        let message = compute(&habit(), 1.0, options).unwrap_err().to_string();
        assert!(message.starts_with(start), "{message}");
    }
}

#[test]
fn small_groups_have_one_row_without_figures() {
    let day = 70.0 * 24.0;
    let mut rows = [habit(), talk(day, 6, "a", "loud"), talk(day, 6, "b", "quiet")].concat();
    rows.push(row(day - 1.0, "ana", "post", "own", "secret"));
    rows.push(row(day + 0.5, "ana", "reply", "own", "secret"));
    let found =
        compute(&rows, day + 1.0, json!({"window": "1d", "by": "channel", "min_group": 3, "authors": 0})).unwrap();
    let secret = texts(&found, "channel").iter().position(|name| name.as_deref() == Some("secret")).unwrap();
    assert_eq!(texts(&found, "thread")[secret], None);
    assert!(found.column("surprise").unwrap().get(secret).unwrap().is_null());
    assert_eq!(found.get_column_names()[..2], ["channel", "thread"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_what_it_says(talks in prop::collection::vec((0u32..10 * 168, 1u32..7, 0u8..5), 15..60)) {
        // The definition once more, as plainly as can be: one channel that has no rhythm beyond what its counts show.
        let mut rows = vec![];
        for (start, n, thread) in &talks {
            rows.extend(talk(f64::from(*start), *n, &format!("t{thread}"), "all"));
        }
        let end = 10.0 * 168.0;
        let found = compute(&rows, end, json!({"window": "7d", "history": "56d", "authors": 0}));
        let first = rows.iter().map(|r| r.0).fold(f64::MAX, f64::min);
        let windows = (((end - 168.0 - first) / 168.0) as usize).min(8);
        let from = end - 168.0 * (windows as f64 + 1.0);
        let mut week = [0.0; 168];
        let mut seen = [0.0; 168];
        (from as usize..end as usize - 168).for_each(|hour| seen[hour % 168] += 1.0);
        rows.iter().filter(|r| r.0 > from && r.0 <= end - 168.0).for_each(|r| week[r.0 as usize % 168] += 1.0);
        let rate = week.iter().sum::<f64>() / seen.iter().sum::<f64>();
        let share: Vec<f64> = (0..168).map(|i| (week[i] + 1.0) / (seen[i] * rate + 1.0)).collect();
        let own: Vec<f64> = (0..168).map(|i| share[i] * (week[i] + 4.0) / (seen[i] * rate * share[i] + 4.0)).collect();
        let mean = own.iter().sum::<f64>() / 168.0;
        let clock = |a: f64, b: f64| -> f64 {
            (a.floor() as usize..b.ceil() as usize)
                .map(|h| own[h % 168] / mean * ((h as f64 + 1.0).min(b) - (h as f64).max(a)))
                .sum()
        };
        // Each thread in each window: its length on the clock, and when its further messages came.
        let mut runs: Vec<(f64, Vec<f64>)> = vec![];
        let mut last = vec![];
        for thread in 0..5 {
            for window in 0..=windows {
                let until = end - 168.0 * window as f64;
                let mut times: Vec<f64> = rows.iter().filter(|r| r.3 == format!("t{thread}")).map(|r| r.0)
                    .filter(|t| *t > until - 168.0 && *t <= until).collect();
                times.sort_by(f64::total_cmp);
                let Some(start) = times.first().copied() else { continue };
                let run = (clock(start, until), times[1..].iter().map(|t| clock(start, *t)).collect::<Vec<_>>());
                if window == 0 { last.push((format!("t{thread}"), run)) } else { runs.push(run) }
            }
        }
        let all: f64 = runs.iter().map(|run| run.1.len() as f64).sum();
        if !last.is_empty() && (runs.len() < 10 || all == 0.0) {
            prop_assert!(found.is_err());
            return Ok(());
        }
        let found = found.unwrap();
        prop_assert_eq!(found.height(), last.len());
        let usual = |u: f64| -> f64 {
            let events = runs.iter().flat_map(|run| &run.1).filter(|t| **t <= u + 1e-9);
            let sum: f64 = events.map(|t| 1.0 / runs.iter().filter(|run| run.0 >= *t - 1e-9).count() as f64).sum();
            sum.max(0.5 / runs.len() as f64)
        };
        let fit = |burst: f64| {
            let weight = |m: f64| 1.0 / (1.0 + burst * m);
            let (y, m) = runs.iter().fold((4.0, 4.0), |(y, m), run| {
                let mean = usual(run.0);
                (y + weight(mean) * run.1.len() as f64, m + weight(mean) * mean)
            });
            (y / m, m)
        };
        let spread = |rate: f64| {
            let terms = runs.iter().map(|run| (run.1.len() as f64, rate * usual(run.0)));
            terms.fold((0.0, 0.0), |(e, q), (y, m)| (e + (y - m) * (y - m) - m, q + m * m))
        };
        let (excess, squares) = spread(fit(0.0).0);
        let burst = (excess / squares).max(0.0);
        let (rate, known) = fit(burst);
        let prior = 50.0 * squares / runs.len() as f64;
        let (own_excess, own_squares) = spread(rate);
        let dispersion = ((own_excess + burst * prior) / (own_squares + prior)).max(0.0) + 1.0 / known;
        for (name, (length, further)) in last {
            let at = texts(&found, "thread").iter().position(|thread| thread.as_deref() == Some(&name)).unwrap();
            let mean = rate * usual(length);
            prop_assert!((numbers(&found, "expected")[at] - 1.0 - mean).abs() < 1e-6 * (1.0 + mean));
            let expected = surprise(further.len() as u64, mean, dispersion);
            prop_assert!((numbers(&found, "surprise")[at] - expected).abs() < 1e-6 * (1.0 + expected));
        }
    }
}
