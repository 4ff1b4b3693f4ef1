//! Options of response.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{and, every, join, maybe_every, within};

pub fn options() -> Vec<(&'static str, BoxedStrategy<Value>)> {
    let responder = || prop::sample::select(vec!["any", "staff", "peer"]);
    let waits = || {
        let of = (responder(), prop::sample::select(vec!["post", "turn"]));
        (of, any::<bool>())
            .prop_map(|((responder, per), questions)| {
                json!({"responder": responder, "per": per, "questions_only": questions})
            })
            .boxed()
    };
    let clock = prop::sample::select(vec!["team", "asker", "responder"]);
    let weeks = vec![
        json!({"mon": [["09:00", "17:00"]], "wed": [["08:30", "12:00"], ["13:00", "16:45"]], "thu": [["22:00", "06:00"]]}),
        json!({"sat": [["22:00", "06:00"]], "sun": [["09:00", "24:00"]]}),
    ];
    let schedule = (prop::sample::select(weeks), clock).prop_map(|(week, clock)| {
        json!({"zone": "Europe/Berlin", "week": week, "holidays": ["2024-03-25"], "clock": clock,
            "later": [{"from": "2024-04-02", "week": {"tue": [["00:00", "24:00"]]}}]})
    });
    let own_hours = prop_oneof![
        Just(Value::Null),
        Just(json!({"zone": "Europe/Berlin", "week": {"mon": [["09:00", "17:00"]], "sat": [["22:00", "06:00"]]}}))
    ]
    .boxed();
    let hours = prop_oneof![1 => Just(Value::Null), 2 => schedule].boxed();
    let landmark = || {
        prop::sample::select(vec![
            [json!("1h"), json!(null), json!("2d")],
            [json!("12h"), json!("1d"), json!(null)],
            [json!("5d"), json!("5d"), json!("1h")],
        ])
    };
    let texts =
        prop::option::of(prop::sample::select(vec!["a great table", "awful table and table", "nothing of that"]));
    let topic = prop::option::of(prop::sample::select(vec!["c1", "table"]));
    let routes = || {
        prop::sample::select(vec![
            ("department", json!([])),
            ("department", json!("a")),
            ("department", json!(["b", "c"])),
            ("role", json!([])),
            ("role", json!(["bot", "staff"])),
            ("channel", json!([])),
            ("channel", json!("c1")),
            // Of a column of the events a part need not have all.
            ("channel", json!(["c2", "staff"])),
        ])
    };
    let half_life = prop::option::of(prop::sample::select(vec!["2d", "60d"]));
    let unit = prop::sample::select(vec![
        (Value::Null, "members"),
        (json!("department"), "members"),
        (json!("department"), "units"),
        (json!("constant"), "units"),
    ]);
    vec![
        (
            "response.first_response",
            and(join(
                waits(),
                (maybe_every(), within(), hours.clone())
                    .prop_map(|(e, w, h)| json!({"every": e, "within": w, "hours": h}))
                    .boxed(),
            )),
        ),
        (
            "response.backlog",
            and(join(
                waits(),
                (every(), within(), own_hours.clone())
                    .prop_map(|(e, w, h)| json!({"every": e, "within": w, "hours": h}))
                    .boxed(),
            )),
        ),
        (
            "response.waiting",
            and(join(waits(), (1u32..9, own_hours).prop_map(|(top, h)| json!({"top": top, "hours": h})).boxed())),
        ),
        ("response.curve", and(join(waits(), hours.prop_map(|h| json!({"hours": h})).boxed()))),
        (
            "response.responders",
            and((maybe_every(), responder(), prop::sample::select(vec!["responder", "role"]))
                .prop_map(|(e, r, each)| json!({"every": e, "responder": r, "each": each}))
                .boxed()),
        ),
        (
            "response.resolution",
            and((
                maybe_every(),
                any::<bool>(),
                prop::sample::select(vec![json!("1h"), json!(["2h", "3d"]), json!(["1h30m"])]),
            )
                .prop_map(|(e, i, w)| json!({"every": e, "inherited": i, "within": w}))
                .boxed()),
        ),
        (
            "response.compare",
            and((
                prop::sample::select(vec![
                    json!({}),
                    json!({"every": "1w"}),
                    json!({"between": "platform_of", "groups": ["p0", "p1"]}),
                    json!({"between": "role"}),
                    json!({"periods": [["2024-03-21", "2024-03-28"], ["2024-03-28", "2024-04-03"]]}),
                ]),
                responder(),
                prop::sample::select(vec![json!("1h"), json!(["2h", "3d"])]),
            )
                .prop_map(|(mut pair, r, w)| {
                    pair["responder"] = json!(r);
                    pair["within"] = w;
                    pair
                })
                .boxed()),
        ),
        ("response.incidence", and(Just(json!({})).boxed())),
        (
            "response.retention_effect",
            and((landmark(), responder(), every(), prop::sample::select(vec![json!("channel"), json!(["department", "role"]), json!([])]))
                .prop_map(|(own, r, e, a)| {
                    let [within, landmark, wash_in] = own;
                    json!({"within": within, "landmark": landmark, "wash_in": wash_in, "horizon": "9d", "responder": r, "adjust_every": e, "adjust": a})
                })
                .boxed()),
        ),
        (
            "response.experts",
            and((texts, topic, half_life, unit, 1u32..6)
                .prop_map(|(text, topic, half_life, (unit, rank), top)| {
                    json!({"text": text, "topic": topic, "half_life": half_life, "unit": unit, "rank": rank, "top": top})
                })
                .boxed()),
        ),
        (
            "response.return_curve",
            and((landmark(), responder())
                .prop_map(|(own, r)| {
                    let [within, landmark, wash_in] = own;
                    json!({"within": within, "landmark": landmark, "wash_in": wash_in, "horizon": "9d", "responder": r})
                })
                .boxed()),
        ),
        (
            "response.routing",
            and((maybe_every(), responder(), routes(), prop::sample::select(vec!["last", "resolved"]))
                .prop_map(|(e, r, (unit, hub), right)| {
                    json!({"every": e, "responder": r, "unit": unit, "hub": hub, "right": right})
                })
                .boxed()),
        ),
        (
            "response.load",
            and((maybe_every(), responder(), routes(), prop::sample::select(vec!["last", "resolved"]))
                .prop_map(|(e, r, (unit, hub), right)| {
                    json!({"every": e, "responder": r, "unit": unit, "hub": hub, "right": right})
                })
                .boxed()),
        ),
        (
            "response.handoffs",
            and((maybe_every(), responder(), routes())
                .prop_map(|(e, r, (unit, hub))| json!({"every": e, "responder": r, "unit": unit, "hub": hub}))
                .boxed()),
        ),
    ]
}
