//! Newcomers by hand, and told once more, as plainly as can be, on random events.
use std::collections::BTreeMap;

use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{DAY, HELP, Row, community, counts, drawn, numbers, table};

#[test]
fn newcomers_by_hand() {
    // Hours to the first, second and third partner: ana 241 − 240, +1, +1; bo 1 − 0 (Cy), then Ana at 241; cy 0 (answers Bo), 241 (Ana);
    // dee 0 (answers Ana), 4 (Sue); sue 0 (answers Dee).
    let community = community(HELP, 250);
    let options = json!({"k": [1, 2, 3], "within": "2h"});
    let found = table(&community, "network.newcomers", options);
    assert_eq!(counts(&found, "k"), [1, 2, 3].map(Some));
    assert_eq!(counts(&found, "n"), [5; 3].map(Some));
    assert_eq!(counts(&found, "tied"), [5, 4, 1].map(Some));
    assert_eq!(counts(&found, "censored"), [0, 1, 4].map(Some));
    let hours = |name: &str| {
        let micros = found.column(name).unwrap().cast(&DataType::Int64).unwrap();
        micros.i64().unwrap().iter().map(|t| t.map(|t| t * 24 / DAY)).collect::<Vec<_>>()
    };
    // First partners after 0, 0, 0, 1, 1 hours; second ones after 2, 4, 241, 241, and Sue's is still to come after 3.
    assert_eq!(hours("median"), [Some(0), Some(241), None]);
    let attained = numbers(&found, "attained");
    assert!((attained[0].unwrap() - 1.0).abs() < 1e-12 && (attained[1].unwrap() - 0.2).abs() < 1e-12);

    let answered = json!({"k": 1, "tied_by": "answered", "within": "2h", "roles": "member"});
    let answered = table(&community, "network.newcomers", answered);
    // Cy is never answered; Dee is, by Sue of the staff, who is no newcomer that counts.
    assert_eq!((counts(&answered, "n"), counts(&answered, "tied")), (vec![Some(4)], vec![Some(3)]));
    let weekly = table(&community, "network.newcomers", json!({"k": 1, "within": "2h", "every": "1w"}));
    assert_eq!(counts(&weekly, "n"), [Some(2), Some(3)]);
    let error = |k: Value| {
        let kpi = crate::parse("network.newcomers", &json!({"k": k}));
        kpi.unwrap_err().to_string()
    };
    for k in [json!([]), json!(0), json!([2, 2]), json!(5000)] {
        assert!(error(k).starts_with("k must be one or more numbers of partners that differ"));
    }
}

proptest! {
    #[test]
    fn times_to_ties_are_what_they_are_defined_to_be(drawn in drawn(), which in 0usize..3, k in 1usize..4) {
        let names = ["ana", "bot", "cy", "dee", "eve", "sue"];
        let text: Vec<[String; 2]> = drawn.iter().enumerate().map(|(i, (_, member, _, _, parent))| {
            let member = member.map_or(String::new(), |m| names[m as usize].to_owned());
            [member, parent.filter(|p| (*p as usize) < i).map_or(String::new(), |p| format!("e{p}"))]
        }).collect();
        let ids: Vec<String> = (0..drawn.len()).map(|i| format!("e{i}")).collect();
        // Parents stand above; a reply without one has none to go to, as nothing opens a thread here.
        let rows: Vec<Row<'_>> = drawn.iter().zip(&text).zip(&ids)
            .map(|((d, [member, parent]), id)| (d.0, member.as_str(), if d.2 == "post" { "view" } else { d.2 }, "t", id.as_str(), parent.as_str()))
            .collect();
        let community = community(&rows, 300);
        let contributions = |who: &str| rows.iter().filter(|r| r.1 == who && ["reply", "reaction"].contains(&r.2)).map(|r| r.0).min();
        let (mut n, mut tied) = (0, 0);
        let mut times = vec![];
        for who in names.iter().filter(|who| **who != "bot") {
            let Some(start) = contributions(who) else { continue };
            n += 1;
            let mut first = BTreeMap::<&str, i64>::new();
            for row in rows.iter().filter(|r| r.2 == "reply") {
                let Some(to) = rows.iter().find(|other| other.4 == row.5).map(|other| other.1) else { continue };
                if row.1 == to || [row.1, to].iter().any(|end| end.is_empty() || *end == "bot") {
                    continue;
                }
                for (own, other, counts) in [(row.1, to, which != 1), (to, row.1, which != 2)] {
                    if own == *who && counts {
                        let at = first.entry(other).or_insert(row.0);
                        *at = (*at).min(row.0);
                    }
                }
            }
            let mut ties: Vec<i64> = first.into_values().collect();
            ties.sort_unstable();
            if let Some(at) = ties.get(k - 1) {
                tied += 1;
                times.push((at - start).max(0));
            }
        }
        let tied_by = ["either", "answered", "answering"][which];
        let found = table(&community, "network.newcomers", json!({"k": k, "within": "100h", "tied_by": tied_by}));
        if n == 0 {
            prop_assert_eq!(found.height(), 0);
        } else {
            prop_assert_eq!((counts(&found, "n"), counts(&found, "tied")), (vec![Some(n)], vec![Some(tied)]));
            // As all are watched for 100 hours, the share within them needs no estimator.
            let soon = times.iter().filter(|time| **time <= 100).count() as f64 / n as f64;
            prop_assert!((numbers(&found, "attained")[0].unwrap() - soon).abs() < 1e-12);
        }
    }
}
