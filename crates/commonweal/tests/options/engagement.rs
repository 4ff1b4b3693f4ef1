//! Options of engagement.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, every, maybe_every};

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    vec![
        (
            "engagement.inequality",
            and((maybe_every(), prop::sample::select(vec![0.3, 0.5, 0.8, 1.0]), prop::sample::select(vec![0, 100]), 0u32..3)
                .prop_map(|(e, h, b, s)| json!({"every": e, "heavy": h, "bootstrap": b, "seed": s}))
                .boxed()),
        ),
        (
            "engagement.conversations",
            and((maybe_every(), prop::option::of(prop::sample::select(vec!["1h", "2d"])))
                .prop_map(|(e, w)| json!({"every": e, "within": w}))
                .boxed()),
        ),
        ("engagement.members", and(Just(json!({})).boxed())),
        ("engagement.lorenz", and(maybe_every().prop_map(|e| json!({"every": e})).boxed())),
        (
            "engagement.trending",
            and((prop::sample::select(vec!["1h", "1d", "36h", "7d"]), prop::sample::select(vec!["7d", "90d"]), 1u32..9, 0u32..3)
                .prop_map(|(w, h, t, a)| json!({"window": w, "history": h, "top": t, "authors": a}))
                .boxed()),
        ),
        (
            "engagement.recognition",
            and((every(), prop::sample::select(vec![json!([1, 2, 5]), json!(3)]), prop::sample::select(vec![json!([]), json!(["1d", "1w"])]), 0u32..4)
                .prop_map(|(e, counts, records, floor)| {
                    json!({"every": e, "counts": counts, "streak_days": [2, 3], "streak_weeks": 2, "records": records,
                        "record_messages": floor, "record_periods": floor / 2})
                })
                .boxed()),
        ),
        (
            "engagement.recognition_effect",
            and((
                (prop::sample::select(vec!["1d", "3d"]), prop::sample::select(vec!["1d", "2d"]), every()),
                prop::sample::select(vec![json!("reaction"), json!(["reply", "resolve"]), json!(["reaction", "reply", "share"])]),
                prop::sample::select(vec!["active_days", "messages"]),
                (any::<bool>(), any::<bool>(), any::<bool>()),
            )
                .prop_map(|((w, l, e), kinds, outcome, (first, anonymous, inherited))| {
                    json!({"within": w, "landmark": l, "adjust_every": e, "recognition": kinds, "outcome": outcome, "first": first,
                        "anonymous": anonymous, "inherited": inherited})
                })
                .boxed()),
        ),
        ("engagement.activity", and(maybe_every().prop_map(|e| json!({"every": e})).boxed())),
        ("engagement.rhythm", and(Just(json!({})).boxed())),
    ]
}
