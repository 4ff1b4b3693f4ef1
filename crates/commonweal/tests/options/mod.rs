//! Options of every KPI, drawn at random.
use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

/// Labels of messages, more than there are.
fn labels() -> Value {
    let mood = |i: usize| ["negative", "neutral", "positive"][i * i % 3];
    let labels =
        (0..120).map(|i| json!({"id": format!("e{i}"), "label": mood(i), "probability": 1.0 / (1 + i % 4) as f64}));
    Value::Array(labels.collect())
}

/// Options of each KPI, drawn by name: a KPI without an entry fails the test.
pub fn options() -> BTreeMap<&'static str, BoxedStrategy<Value>> {
    let every = || prop::sample::select(vec!["1d", "1w", "1mo", "1q", "1y"]);
    let maybe_every = || prop::option::of(every());
    let by = || {
        prop::sample::select(vec![json!([]), json!("channel"), json!("department"), json!(["channel", "department"])])
    };
    let roles = || prop::sample::select(vec![json!([]), json!(["member"]), json!(["staff", "member"])]);
    let scope = move || {
        (by(), any::<bool>(), roles(), prop::sample::select(vec![0, 0, 2, 5]), prop::sample::select(vec![0.8, 0.95]))
            .prop_map(|(by, bots, roles, min_group, confidence)| {
                json!({"by": by, "bots": bots, "roles": roles, "min_group": min_group, "confidence": confidence})
            })
    };
    let join = |a: BoxedStrategy<Value>, b: BoxedStrategy<Value>| {
        (a, b)
            .prop_map(|(mut a, b)| {
                if let (Some(a), Some(b)) = (a.as_object_mut(), b.as_object()) {
                    a.extend(b.clone());
                }
                a
            })
            .boxed()
    };
    let and = |own: BoxedStrategy<Value>| {
        let all = join(own, scope().boxed());
        all.prop_map(|mut all| {
            if let Some(by) = all.as_object_mut().and_then(|all| all.remove("own_by")) {
                all["by"] = by;
            }
            all
        })
        .boxed()
    };
    let activity = || prop::sample::select(vec!["contributing", "present"]);
    let responder = || prop::sample::select(vec!["any", "staff", "peer"]);
    let waits = || {
        let of = (responder(), prop::sample::select(vec!["post", "turn"]));
        (of, any::<bool>())
            .prop_map(|((responder, per), questions)| {
                json!({"responder": responder, "per": per, "questions_only": questions})
            })
            .boxed()
    };
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
    let method = || prop::sample::select(vec!["likelihood", "least_squares"]);
    let model = || prop::sample::select(vec!["vader", "own_score"]);
    let landmark = || {
        prop::sample::select(vec![
            [json!("1h"), json!(null), json!("2d")],
            [json!("12h"), json!("1d"), json!(null)],
            [json!("5d"), json!("5d"), json!("1h")],
        ])
    };
    // Who joined and did nothing is in no channel.
    let members_by = || prop::sample::select(vec![json!([]), json!("department"), json!(["role", "department"])]);
    let event = prop::sample::select(vec!["contribution", "message", "view", "share"]);
    let steps = prop::sample::select(vec![
        json!(["join", "view", "reaction", "reply", "post"]),
        json!(["join", "first_reply_received", "moderate", "contribution"]),
        json!(["post", "first_reply_received", "reply"]),
        json!(["first_reply_received", "message"]),
    ]);
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
    let within = prop::sample::select(vec![json!("1h"), json!(["2h", "3d"]), json!(["1h30m"])]);
    let cohort = prop::sample::select(vec!["first_active", "joined"]);
    let kind = prop::sample::select(vec!["bounded", "unbounded"]);
    let levels = || {
        (every(), 1..3, 1..4, 1..4).prop_map(|(e, least, days, answers)| {
            json!({"every": e, "participant_contributions": least, "contributor_days": days, "contributor_answers": answers,
                   "advocate_days": days + 1, "advocate_answers": answers + 1})
        }).boxed()
    };
    BTreeMap::from([
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
            and((maybe_every(), event, within.clone(), members_by())
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
        (
            "response.first_response",
            and(join(
                waits(),
                (maybe_every(), within.clone(), hours.clone())
                    .prop_map(|(e, w, h)| json!({"every": e, "within": w, "hours": h}))
                    .boxed(),
            )),
        ),
        (
            "response.backlog",
            and(join(
                waits(),
                (every(), within.clone(), own_hours.clone())
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
                prop::sample::select(vec!["1d", "1w"]),
                (1u32..4, 0u64..3),
                model(),
            )
                .prop_map(|(method, towards, every, (shortest, seed), model)| {
                    json!({"method": method, "towards": towards, "every": every, "shortest": shortest, "seed": seed,
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
        ("moderation.workload", and((
            prop::sample::select(vec![json!("1h"), json!(["2h", "3d"])]),
            maybe_every(),
        )
            .prop_map(|(w, e)| json!({"within": w, "every": e}))
            .boxed())),
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
                within.clone(),
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
        ("quality", Just(json!({})).boxed()),
    ])
}
