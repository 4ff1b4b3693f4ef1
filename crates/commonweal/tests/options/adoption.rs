//! Options of adoption.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, every, maybe_every, within};

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let activity = || prop::sample::select(vec!["contributing", "present"]);
    let method = || prop::sample::select(vec!["likelihood", "least_squares"]);
    // Who joined and did nothing is in no channel.
    let members_by = || prop::sample::select(vec![json!([]), json!("department"), json!(["role", "department"])]);
    let event = prop::sample::select(vec!["contribution", "message", "view", "share"]);
    let steps = prop::sample::select(vec![
        json!(["join", "view", "reaction", "reply", "post"]),
        json!(["join", "first_reply_received", "moderate", "contribution"]),
        json!(["post", "first_reply_received", "reply"]),
        json!(["first_reply_received", "message"]),
    ]);
    let cohort = prop::sample::select(vec!["first_active", "joined"]);
    let kind = prop::sample::select(vec!["bounded", "unbounded"]);
    let levels = || {
        (every(), 1..3, 1..4, 1..4).prop_map(|(e, least, days, answers)| {
            json!({"every": e, "participant_contributions": least, "contributor_days": days, "contributor_answers": answers,
                   "advocate_days": days + 1, "advocate_answers": answers + 1})
        }).boxed()
    };
    vec![
        (
            "adoption.active_members",
            and((maybe_every(), activity()).prop_map(|(e, a)| json!({"every": e, "activity": a})).boxed()),
        ),
        (
            "adoption.rolling_active",
            and((prop::sample::select(vec!["1d", "7d", "28d"]), activity())
                .prop_map(|(w, a)| json!({"window": w, "activity": a}))
                .boxed()),
        ),
        (
            "adoption.retention",
            and((every(), cohort, kind, activity())
                .prop_map(|(e, c, k, a)| json!({"every": e, "cohort": c, "kind": k, "activity": a}))
                .boxed()),
        ),
        (
            "adoption.power_users",
            and((maybe_every(), prop::sample::select(vec!["1d", "7d", "28d"]), activity())
                .prop_map(|(e, w, a)| json!({"every": e, "window": w, "activity": a}))
                .boxed()),
        ),
        ("adoption.lifecycle", and(levels())),
        ("adoption.lifecycle_transitions", and(levels())),
        ("adoption.growth", and((every(), activity()).prop_map(|(e, a)| json!({"every": e, "activity": a})).boxed())),
        (
            "adoption.activation",
            and((maybe_every(), event, within(), members_by())
                .prop_map(|(e, a, w, by)| json!({"every": e, "event": a, "within": w, "own_by": by}))
                .boxed()),
        ),
        (
            "adoption.funnel",
            and((steps, members_by()).prop_map(|(s, by)| json!({"steps": s, "within": "3d", "own_by": by})).boxed()),
        ),
        (
            "adoption.churn",
            and((prop::sample::select(vec!["1d", "2d", "30d"]), activity(), 1u32..4, any::<bool>(), 0u32..3)
                .prop_map(|(h, a, r, only, top)| {
                    let top = (top > 0).then_some(top);
                    json!({"horizon": h, "activity": a, "regular_from": r, "only_at_risk": only, "top": top})
                })
                .boxed()),
        ),
        (
            "adoption.diffusion",
            and((every(), activity(), method())
                .prop_map(|(e, a, m)| json!({"every": e, "activity": a, "method": m}))
                .boxed()),
        ),
        (
            "adoption.diffusion_curve",
            and((every(), activity(), method(), 0u32..5)
                .prop_map(|(e, a, m, f)| json!({"every": e, "activity": a, "method": m, "forecast": f}))
                .boxed()),
        ),
    ]
}
