//! Options of every KPI, drawn at random.
mod adoption;
mod engagement;
mod moderation;
mod network;
mod response;
mod sentiment;

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

/// Options of each KPI, drawn by name: a KPI without an entry fails the test.
pub fn options() -> BTreeMap<&'static str, BoxedStrategy<Value>> {
    let quality = ("quality", Just(json!({})).boxed());
    let families = [
        adoption::options(),
        engagement::options(),
        response::options(),
        sentiment::options(),
        moderation::options(),
        network::options(),
    ];
    families.into_iter().flatten().chain([quality]).collect()
}

fn every() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["1d", "1w", "1mo", "1q", "1y"])
}

fn maybe_every() -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(every())
}

fn within() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!("1h"), json!(["2h", "3d"]), json!(["1h30m"])])
}

fn scope() -> impl Strategy<Value = Value> {
    let by =
        prop::sample::select(vec![json!([]), json!("channel"), json!("department"), json!(["channel", "department"])]);
    let roles = prop::sample::select(vec![json!([]), json!(["member"]), json!(["staff", "member"])]);
    (by, any::<bool>(), roles, prop::sample::select(vec![0, 0, 2, 5]), prop::sample::select(vec![0.8, 0.95])).prop_map(
        |(by, bots, roles, min_group, confidence)| {
            json!({"by": by, "bots": bots, "roles": roles, "min_group": min_group, "confidence": confidence})
        },
    )
}

/// The options of both.
fn join(a: BoxedStrategy<Value>, b: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    (a, b)
        .prop_map(|(mut a, b)| {
            if let (Some(a), Some(b)) = (a.as_object_mut(), b.as_object()) {
                a.extend(b.clone());
            }
            a
        })
        .boxed()
}

/// A KPI's own options, and those of the scope.
fn and(own: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    let all = join(own, scope().boxed());
    all.prop_map(|mut all| {
        if let Some(by) = all.as_object_mut().and_then(|all| all.remove("own_by")) {
            all["by"] = by;
        }
        all
    })
    .boxed()
}
