//! Options of sentiment.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, every, maybe_every};

/// Labels of messages, more than there are.
fn labels() -> Value {
    let mood = |i: usize| ["negative", "neutral", "positive"][i * i % 3];
    let labels =
        (0..120).map(|i| json!({"id": format!("e{i}"), "label": mood(i), "probability": 1.0 / (1 + i % 4) as f64}));
    Value::Array(labels.collect())
}

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let model = || prop::sample::select(vec!["vader", "own_score"]);
    vec![
        ("sentiment.messages", and(model().prop_map(|m| json!({"model": m})).boxed())),
        (
            "sentiment.trend",
            and((maybe_every(), model(), any::<bool>())
                .prop_map(|(e, m, audit)| json!({"every": e, "model": m, "audit": audit.then(labels)}))
                .boxed()),
        ),
        (
            "sentiment.audit_sample",
            and((1u32..9, maybe_every(), 0u64..3, model())
                .prop_map(|(n, e, s, m)| json!({"n": n, "every": e, "seed": s, "model": m}))
                .boxed()),
        ),
        (
            "sentiment.shifts",
            and((
                prop::sample::select(vec!["pelt", "cusum", "ewma"]),
                prop::sample::select(vec!["both", "drop", "rise"]),
                prop::sample::select(vec!["both", "negative", "positive"]),
                prop::sample::select(vec!["1d", "1w"]),
                (1u32..4, 0u64..3),
                model(),
            )
                .prop_map(|(method, towards, side, every, (shortest, seed), model)| {
                    json!({"method": method, "towards": towards, "side": side, "every": every, "shortest": shortest, "seed": seed,
                        "reference": 20, "run_length": 100, "draws": 19, "model": model})
                })
                .boxed()),
        ),
        (
            "sentiment.aspects",
            and((
                prop::sample::select(vec![json!({}), json!({"tables": "table*", "mood": ["great", "hate it"]})]),
                maybe_every(),
                model(),
            )
                .prop_map(|(t, e, m)| json!({"terms": t, "every": e, "model": m}))
                .boxed()),
        ),
        (
            "sentiment.recoveries",
            and((2u32..4, prop::sample::select(vec![0.0, 0.5]), model())
                .prop_map(|(l, a, m)| json!({"least": l, "apart": a, "model": m}))
                .boxed()),
        ),
        (
            "sentiment.reply_effect",
            and((
                (prop::sample::select(vec!["1d", "3d"]), prop::sample::select(vec!["1d", "2d"]), every()),
                prop::sample::select(vec![-0.05, -0.3]),
                prop::sample::select(vec!["reply", "thread"]),
                model(),
            )
                .prop_map(|((w, l, e), below, answer, m)| {
                    json!({"within": w, "landmark": l, "adjust_every": e, "below": below, "answer": answer, "model": m})
                })
                .boxed()),
        ),
    ]
}
