//! The waits of two groups or two periods, side by side.
use commonweal::Community;
use serde_json::{Value, json};

use super::{ACTS, counts, frame, hours, numbers, people, table, texts};

#[test]
fn two_groups_by_hand() {
    let both = table(&ACTS, 10, "response.compare", json!({"between": "channel", "within": ["3h"]}));
    assert_eq!((texts(&both, "first"), texts(&both, "second")), (vec!["help".into()], vec!["talk".into()]));
    assert_eq!((counts(&both, "n_first"), counts(&both, "answered_first")), (vec![3], vec![3]));
    assert_eq!((counts(&both, "n_second"), counts(&both, "answered_second")), (vec![2], vec![1]));
    // Waits of 2, 4 and 8 hours; and of 2, one open for 5.
    assert_eq!((hours(&both, "median_first"), hours(&both, "median_second")), (vec![4.0], vec![2.0]));
    assert_eq!(hours(&both, "median_difference"), [-2.0]);
    assert!((numbers(&both, "attained_difference")[0] - (0.5 - 1.0 / 3.0)).abs() < 1e-12);
    // At 2: 3 of 5 at risk, two end, expected 1.2, variance 2·3/4·0.24; then the first alone or 2 of 3: expected 2/3, variance 2/9; at 8 all are the first's.
    let (excess, variance) = (3.0 - 1.2 - 2.0 / 3.0 - 1.0, 0.36 + 2.0 / 9.0f64);
    assert!((numbers(&both, "log_rank")[0] - excess * excess / variance).abs() < 1e-12);
    assert!(both.column("complete").is_err());

    let turned =
        table(&ACTS, 10, "response.compare", json!({"between": "channel", "groups": ["talk", "help"], "within": "3h"}));
    assert_eq!((texts(&turned, "first"), hours(&turned, "median_difference")), (vec!["talk".into()], vec![2.0]));
    assert!((numbers(&turned, "p_value")[0] - numbers(&both, "p_value")[0]).abs() < 1e-12);
    let hidden = table(&ACTS, 10, "response.compare", json!({"between": "channel", "min_group": 3}));
    assert_eq!((counts(&hidden, "n_first"), counts(&hidden, "n_second")), (vec![-1], vec![-1]));
    let shown = table(&ACTS, 10, "response.compare", json!({"between": "channel", "min_group": 2}));
    assert_eq!(counts(&shown, "n_first"), [3]);
}

#[test]
fn two_periods_by_hand() {
    let acts = [
        (1, Some("ana"), "post", "a"),
        (5, Some("pia"), "reply", "a"),
        (26, Some("bo"), "post", "b"),
        (49, Some("pia"), "reply", "b"),
        (30, Some("bo"), "post", "x"),
        (50, Some("cy"), "post", "y"),
    ];
    let dates = json!({"periods": [["2026-01-05", "2026-01-06"], ["2026-01-06", "2026-01-07"]]});
    let two = table(&acts, 60, "response.compare", dates);
    assert_eq!(
        (texts(&two, "first"), texts(&two, "second")),
        (vec!["2026-01-05/2026-01-06".into()], vec!["2026-01-06/2026-01-07".into()])
    );
    assert_eq!(
        (counts(&two, "n_first"), counts(&two, "n_second"), counts(&two, "answered_second")),
        (vec![1], vec![2], vec![1])
    );
    assert_eq!((hours(&two, "median_first"), hours(&two, "median_second")), (vec![4.0], vec![23.0]));
    // The days that are over, and the one that is not.
    let days = table(&acts, 60, "response.compare", json!({"every": "1d"}));
    assert!(days.equals_missing(&two));
    let open = table(
        &acts,
        60,
        "response.compare",
        json!({"periods": [["2026-01-06", "2026-01-07"], ["2026-01-07", "2026-01-08"]]}),
    );
    assert_eq!(open.column("complete").unwrap().bool().unwrap().get(0), Some(false));
    // Who asks on two days of one period is one asker.
    let acts = [
        (2, Some("bo"), "post", "v"),
        (3, Some("cy"), "post", "w"),
        (30, Some("bo"), "post", "x"),
        (50, Some("bo"), "post", "y"),
    ];
    let grouped = |n: u32| {
        let periods = [["2026-01-04", "2026-01-06"], ["2026-01-06", "2026-01-08"]];
        let options = json!({"by": "channel", "min_group": n, "periods": periods});
        counts(&table(&acts, 60, "response.compare", options), "n_second")
    };
    assert_eq!((grouped(1), grouped(2)), (vec![2], vec![-1]));
}

#[test]
fn what_cannot_be_compared_is_named() {
    let refused = |options: Value| match commonweal::parse("response.compare", &options) {
        Err(error) => error.to_string(),
        Ok(kpi) => {
            let community = Community::builder(frame(&ACTS)).members(people()).build().expect("valid events");
            community.compute(kpi.as_ref()).expect_err("no comparison").to_string()
        }
    };
    for (options, message) in [
        (
            json!({"between": "channel", "groups": ["help", "dev"]}),
            r#"groups must be two of the values of channel: "help", "talk", got "dev""#,
        ),
        (
            json!({"between": "thread"}),
            r#"groups must be two of the values of thread: "a", "b", "c", "x", "y", got none"#,
        ),
        (json!({"groups": ["a", "b"]}), "groups must be two values of the column that between names, got no between"),
        (
            json!({"between": "channel", "by": "channel"}),
            r#"between must be a column that by does not name, got "channel""#,
        ),
        (
            json!({"periods": [["2026-01-05", "2026-01-07"], ["2026-01-06", "2026-01-08"]]}),
            "periods must be two that share no day: a post of both is no comparison, got 2026-01-05/2026-01-07 and 2026-01-06/2026-01-08",
        ),
        (
            json!({"periods": [["2026-01-07", "2026-01-05"], ["2026-01-06", "2026-01-08"]]}),
            "periods must be two pairs of dates, the first date before the second, got 2026-01-07/2026-01-05",
        ),
    ] {
        assert_eq!(refused(options), message);
    }
}
