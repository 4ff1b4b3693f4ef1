//! Options of moderation.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, maybe_every};

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    vec![
        (
            "moderation.heated",
            and((prop::sample::select(vec![None, Some("5d")]), 1u32..4, 0u32..3)
                .prop_map(|(w, t, a)| json!({"window": w, "top": t, "authors": a}))
                .boxed()),
        ),
        (
            "moderation.trolls",
            and((prop::sample::select(vec![0.1, 0.5, 1.0]), 1u32..4, 1u32..4)
                .prop_map(|(p, l, t)| json!({"threshold": p, "least": l, "top": t}))
                .boxed()),
        ),
        (
            "moderation.workload",
            and((prop::sample::select(vec![json!("1h"), json!(["2h", "3d"])]), maybe_every())
                .prop_map(|(w, e)| json!({"within": w, "every": e}))
                .boxed()),
        ),
    ]
}
