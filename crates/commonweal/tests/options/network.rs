//! Options of the network.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, every, maybe_every, within};

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let ties = || {
        (any::<bool>(), prop::sample::select(vec![None, Some("3d")]))
            .prop_map(|(reactions, half_life)| json!({"reactions": reactions, "half_life": half_life}))
    };
    let unit_column = || prop::sample::select(vec!["department", "role"]);
    let silos = || {
        and((ties(), unit_column(), maybe_every(), 0u64..3)
            .prop_map(|(mut own, unit, every, seed)| {
                (own["unit"], own["seed"], own["shuffles"]) = (json!(unit), json!(seed), json!(100));
                if every.is_some() {
                    (own["every"], own["half_life"]) = (json!(every), json!(null));
                }
                own
            })
            .boxed())
    };
    vec![
        ("network.silos", silos()),
        ("network.silo_matrix", silos()),
        (
            "network.bridges",
            and((ties(), prop::sample::select(vec![None, Some(2)]), unit_column())
                .prop_map(|(mut own, top, unit)| {
                    (own["top"], own["unit"]) = (json!(top), json!(unit));
                    own
                })
                .boxed()),
        ),
        (
            "network.communities",
            and((ties(), 0u64..3, prop::sample::select(vec![0.5, 1.0]))
                .prop_map(|(mut own, seed, resolution)| {
                    (own["seed"], own["resolution"]) = (json!(seed), json!(resolution));
                    own
                })
                .boxed()),
        ),
        (
            "network.introductions",
            and((any::<bool>(), prop::sample::select(vec![None, Some("department"), Some("channel")]), 1u32..5)
                .prop_map(|(reactions, unit, top)| json!({"reactions": reactions, "unit": unit, "top": top}))
                .boxed()),
        ),
        (
            "network.edges",
            and((ties(), prop::sample::select(vec![None, Some(3)]))
                .prop_map(|(ties, top)| {
                    let mut own = ties;
                    own["top"] = json!(top);
                    own
                })
                .boxed()),
        ),
        (
            "network.leaders",
            and((
                ties(),
                prop::sample::select(vec![None, Some(3)]),
                prop::sample::select(vec![(None, "rank"), (Some("4d"), "rank"), (Some("4d"), "rise")]),
                prop::sample::select(vec!["help", "attention"]),
                prop::sample::select(vec![0, 8]),
            )
                .prop_map(|(mut own, top, (window, sort_by), direction, bootstrap)| {
                    own["top"] = json!(top);
                    own["window"] = json!(window);
                    own["sort_by"] = json!(sort_by);
                    own["direction"] = json!(direction);
                    own["bootstrap"] = json!(bootstrap);
                    own
                })
                .boxed()),
        ),
        (
            "network.newcomers",
            and((
                prop::sample::select(vec![json!(1), json!([1, 3])]),
                prop::sample::select(vec!["either", "answered", "answering"]),
                any::<bool>(),
                within(),
                maybe_every(),
            )
                .prop_map(|(k, tied_by, reactions, within, every)| {
                    json!({"k": k, "tied_by": tied_by, "reactions": reactions, "within": within, "every": every})
                })
                .boxed()),
        ),
        (
            "network.flow",
            and((prop::sample::select(vec!["channel", "department", "platform_of"]), every())
                .prop_map(|(unit, every)| json!({"unit": unit, "every": every}))
                .boxed()),
        ),
    ]
}
