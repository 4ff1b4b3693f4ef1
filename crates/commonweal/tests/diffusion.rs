//! The Bass model of communities whose first uses are known.
#![allow(clippy::expect_used, clippy::unwrap_used)]
use chrono::DateTime;
use commonweal::{Community, Diffusion, DiffusionCurve, Every, Scope};
use polars::prelude::*;

const DAY: i64 = 86_400_000_000;
const MONDAY: i64 = 1_767_571_200_000_000; // 2026-01-05 00:00 UTC
const WEEKLY: [i64; 20] = [3, 5, 8, 13, 19, 25, 29, 28, 23, 17, 11, 7, 4, 2, 1, 1, 0, 1, 0, 0];

/// So many new members in each week, who all come back the week after; of a team.
fn joined(weekly: &[i64], team: &str) -> DataFrame {
    let (mut time, mut member) = (vec![], vec![]);
    for (week, new) in weekly.iter().enumerate() {
        for i in 0..*new {
            for again in [0, 7] {
                time.push(MONDAY + (7 * week as i64 + 1 + again) * DAY);
                member.push(format!("{team}-{week}-{i}"));
            }
        }
    }
    let mut events =
        df!["kind" => vec!["post"; time.len()], "team" => vec![team; time.len()], "time" => time, "member" => member]
            .expect("columns of one length");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").unwrap().cast(&utc).unwrap();
    events.with_column(time).unwrap();
    events
}

fn until(events: DataFrame, days: i64) -> Community {
    Community::builder(events).as_of(DateTime::from_timestamp_micros(MONDAY + days * DAY).unwrap()).build().unwrap()
}

fn weekly() -> Diffusion {
    Diffusion { every: Every::Week, ..Diffusion::default() }
}

fn number(table: &DataFrame, column: &str, row: usize) -> Option<f64> {
    table.column(column).unwrap().cast(&DataType::Float64).unwrap().f64().unwrap().get(row)
}

#[test]
fn first_uses_alone_are_counted_and_only_of_whole_weeks() {
    // Observation ends on the Wednesday of the 13th week: its four newcomers of Tuesday are seen, and not fitted.
    let community = until(joined(&WEEKLY, "a"), 12 * 7 + 2);
    let table = community.compute(&weekly()).expect("it is determined");
    let first: i64 = WEEKLY[..12].iter().sum();
    assert_eq!((number(&table, "adopters", 0), number(&table, "periods", 0)), (Some(first as f64), Some(12.0)));
    let before = until(joined(&WEEKLY, "a"), 12 * 7).compute(&weekly()).expect("it is determined");
    for column in ["p", "q_low", "ceiling_high", "dispersion"] {
        assert_eq!(number(&table, column, 0), number(&before, column, 0));
    }
    let [ceiling, low, high] = ["ceiling", "ceiling_low", "ceiling_high"].map(|name| number(&table, name, 0).unwrap());
    assert!(low < 197.0 && 197.0 < high && low < ceiling && ceiling < high, "{low} {ceiling} {high}");
    let peak = table.column("peak").unwrap().date().unwrap().physical().get(0).unwrap();
    assert_eq!((i64::from(peak) * DAY - MONDAY) / (7 * DAY), 6);
}

#[test]
fn the_curve_goes_on_from_what_was_seen() {
    let community = until(joined(&WEEKLY, "a"), 12 * 7 + 2);
    let kpi = DiffusionCurve { every: Every::Week, forecast: 3, ..DiffusionCurve::default() };
    let table = community.compute(&kpi).expect("it is determined");
    assert_eq!(table.height(), 16);
    assert_eq!(number(&table, "cumulative", 11), Some(188.0));
    assert_eq!((number(&table, "adopters", 12), number(&table, "cumulative", 12)), (Some(4.0), Some(192.0)));
    assert_eq!((number(&table, "adopters", 13), number(&table, "cumulative", 13)), (None, None));
    let flags = |name: &str| table.column(name).unwrap().bool().unwrap().iter().flatten().collect::<Vec<_>>();
    assert_eq!(flags("forecast"), (0..16).map(|t| t >= 12).collect::<Vec<_>>());
    assert_eq!(flags("complete"), (0..16).map(|t| t < 12).collect::<Vec<_>>());
    // To come: what the model expects after the 12th week, on top of the 188 that were seen.
    let fit = community.compute(&weekly()).expect("it is determined");
    let [p, q, m] = ["p", "q", "ceiling"].map(|name| number(&fit, name, 0).unwrap());
    let share = |t: f64| (1.0 - (-(p + q) * t).exp()) / (1.0 + q / p * (-(p + q) * t).exp());
    for t in 1..=16 {
        let so_far = if t <= 12 { m * share(f64::from(t)) } else { 188.0 + m * (share(f64::from(t)) - share(12.0)) };
        let [got, low, high] =
            ["expected", "expected_low", "expected_high"].map(|name| number(&table, name, t as usize - 1).unwrap());
        assert!((got - so_far).abs() < 1e-6 && low <= got && got <= high, "{t}: {low} {got} {high} is not {so_far}");
        assert!(t <= 12 || low >= 188.0);
    }
}

#[test]
fn a_group_without_a_ceiling_says_so_and_keeps_the_others() {
    let growing: Vec<i64> = (0..20).map(|week| 2 + week).collect();
    let events = joined(&WEEKLY, "a").vstack(&joined(&growing, "b")).unwrap();
    let community = until(events, 140);
    let kpi = Diffusion { scope: Scope::by(["team"]), ..weekly() };
    let table = community.compute(&kpi).expect("one group is determined");
    let declined = table.column("declined").unwrap().str().unwrap();
    assert_eq!(declined.get(0), None);
    assert!(declined.get(1).expect("declined").contains("needs first uses that tell of a ceiling"));
    assert_eq!((number(&table, "p", 1), number(&table, "ceiling_high", 1)), (None, None));
    assert!(number(&table, "ceiling", 0).is_some());
    let alone = until(joined(&growing, "b"), 140).compute(&weekly()).expect_err("no ceiling");
    assert_eq!(
        alone.to_string(),
        "adoption.diffusion needs first uses that tell of a ceiling at a confidence of 0.99; there are 230 in 20, and growth without \
         an end fits them as well: observe until it slows down, or use adoption.growth"
    );
}

#[test]
fn too_little_is_declined_and_nothing_is_empty() {
    let error = until(joined(&WEEKLY, "a"), 47).compute(&weekly()).expect_err("six weeks");
    assert!(error.to_string().contains("needs 30 first uses in 8 complete periods; there are 73 in 6"), "{error}");
    let all = until(joined(&WEEKLY, "a"), 140);
    let nobody = all.filter(&BooleanChunked::full("".into(), false, all.n_events())).unwrap();
    assert_eq!(nobody.compute(&weekly()).expect("a table").height(), 0);
    assert_eq!(nobody.compute(&DiffusionCurve::default()).expect("a table").height(), 0);
    let far = DiffusionCurve { forecast: 1_001, ..DiffusionCurve::default() };
    assert!(matches!(all.compute(&far), Err(commonweal::Error::InvalidOption { .. })));
}
