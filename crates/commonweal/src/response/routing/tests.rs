use polars::prelude::*;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::community::Community;
use crate::kpi::parse;

const HOUR: i64 = 3_600_000_000;
const START: i64 = 1_700_000_000_000_000;

/// Hour, who, what, thread, the post or reply it is about, to whom it is assigned. The id is the thread and the hour.
type Act<'a> = (i64, Option<&'a str>, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn community(acts: &[Act<'_>]) -> Community {
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let mut events = df![
        "time" => acts.iter().map(|a| START + a.0 * HOUR).collect::<Vec<_>>(),
        "member" => acts.iter().map(|a| a.1).collect::<Vec<_>>(),
        "kind" => acts.iter().map(|a| a.2).collect::<Vec<_>>(),
        "id" => acts.iter().enumerate().map(|(i, a)| if a.2 == "reply" { format!("{}{}", a.3, a.0) } else { format!("x{i}") }).collect::<Vec<_>>(),
        "thread" => acts.iter().map(|a| a.3).collect::<Vec<_>>(),
        "parent" => acts.iter().map(|a| a.4).collect::<Vec<_>>(),
        "target" => acts.iter().map(|a| a.5.filter(|_| a.2 == "assign")).collect::<Vec<_>>(),
        // Said by a target where there is none to be.
        "time_quality" => acts.iter().map(|a| a.5.filter(|_| a.2 != "assign")).collect::<Vec<_>>(),
    ]
    .expect("columns of one length");
    events.with_column(events.column("time").expect("time").cast(&utc).expect("a cast")).expect("a column");
    let members = df![
        "member" => ["asker", "hub", "it", "hr", "law", "nobody", "robot"],
        "role" => ["member", "staff", "staff", "staff", "member", "member", "bot"],
        "department" => [Some("sales"), Some("hub"), Some("it"), Some("hr"), Some("law"), None, Some("it")],
    ]
    .expect("columns of one length");
    Community::builder(events).members(members).build().expect("valid")
}

fn table(acts: &[Act<'_>], kpi: &str, options: Value) -> DataFrame {
    community(acts).compute(parse(kpi, &options).expect("valid options").as_ref()).expect("a table")
}

fn count(table: &DataFrame, name: &str) -> Vec<i64> {
    table.column(name).expect(name).i64().expect("counts").iter().flatten().collect()
}

fn hours(table: &DataFrame, name: &str) -> Option<i64> {
    table.column(name).expect(name).duration().expect("a duration").physical().get(0).map(|us| us / HOUR)
}

/// n, touched, resolved, known, handoffs, first touch right (of the known), hours to the right unit.
fn way(acts: &[Act<'_>], options: Value) -> ([i64; 5], Option<f64>, Option<i64>) {
    let table = table(acts, "response.routing", options);
    let counts = ["n", "touched", "resolved", "known", "handoffs"].map(|name| count(&table, name)[0]);
    (
        counts,
        table.column("first_touch_right").expect("there").f64().expect("a share").get(0),
        hours(&table, "time_to_right"),
    )
}

const POST: Act<'static> = (0, Some("asker"), "post", "t", None, None);

fn reply<'a>(hour: i64, who: &'a str) -> Act<'a> {
    (hour, Some(who), "reply", "t", None, None)
}

fn assign<'a>(hour: i64, target: &'a str) -> Act<'a> {
    (hour, Some("hub"), "assign", "t", None, Some(target))
}

#[test]
fn assigned_to_the_wrong_unit_then_to_the_right_one() {
    let resolve = (9, Some("asker"), "resolve", "t", Some("t8"), None);
    let acts = [POST, assign(1, "hr"), reply(2, "hr"), assign(3, "it"), reply(8, "it"), reply(9, "law"), resolve];
    // hr, hr, it, it: one hand-off; law came after the accepted reply, which was it's; it had the post after three hours.
    assert_eq!(way(&acts, json!({})), ([1, 1, 1, 1, 1], Some(0.0), Some(3)));
    let flows = table(&acts, "response.handoffs", json!({}));
    let text = |name: &str| flows.column(name).expect(name).str().expect("text").get(0).map(str::to_owned);
    assert_eq!((text("from"), text("to")), (Some("hr".to_owned()), Some("it".to_owned())));
    assert_eq!((count(&flows, "handoffs"), count(&flows, "posts"), flows.height()), (vec![1], vec![1], 1));
    let load = table(&acts, "response.load", json!({}));
    // hr, it
    assert_eq!(
        (count(&load, "posts"), count(&load, "first"), count(&load, "right")),
        (vec![1, 1], vec![1, 0], vec![0, 1])
    );
    assert_eq!((count(&load, "received"), count(&load, "passed")), (vec![0, 1], vec![1, 0]));
    assert_eq!((count(&load, "open"), count(&load, "members")), (vec![0, 0], vec![1, 1]));
}

#[test]
fn straight_to_the_right_unit() {
    let acts = [POST, assign(2, "law"), reply(4, "law"), (5, Some("asker"), "resolve", "t", Some("t4"), None)];
    assert_eq!(way(&acts, json!({})), ([1, 1, 1, 1, 0], Some(1.0), Some(2)));
    // To a person means to their unit.
    let acts = [POST, assign(2, "it"), reply(4, "it")];
    let person = [POST, assign(2, "it"), reply(4, "it")]
        .map(|act| if act.2 == "assign" { (2, None, "assign", "t", None, Some("it")) } else { act });
    assert_eq!(way(&acts, json!({})), way(&person, json!({})));
}

#[test]
fn who_resolves_was_right_unless_it_is_the_asker() {
    let by = |who: &'static str| [POST, reply(1, "hr"), reply(2, "it"), (3, Some(who), "resolve", "t", None, None)];
    assert_eq!(way(&by("hr"), json!({})), ([1, 1, 1, 1, 2], Some(1.0), Some(1)));
    assert_eq!(way(&by("asker"), json!({})), ([1, 1, 1, 1, 1], Some(0.0), Some(2)));
    // nobody has no unit: who was right is not known. No more is it where nobody knows who resolved.
    assert_eq!(way(&by("nobody"), json!({})), ([1, 1, 1, 0, 1], None, None));
    let unknown = [POST, reply(1, "hr"), reply(2, "it"), (3, None, "resolve", "t", None, None)];
    assert_eq!(way(&unknown, json!({})), way(&by("nobody"), json!({})));
    // Where nobody knows who asked either, it may have been the asker, or not.
    let asker = |act: Act<'static>| if act.2 == "post" { (0, None, "post", "t", None, None) } else { act };
    assert_eq!(way(&unknown.map(asker), json!({})), way(&unknown, json!({})));
    // law is no staff: its resolve is no touch of staff, and yet it was right.
    assert_eq!(way(&by("law"), json!({"responder": "staff"})), ([1, 1, 1, 1, 1], Some(0.0), None));
}

#[test]
fn a_program_resolves_and_reopens_nothing_unless_bots_count() {
    let open = [POST, reply(1, "hr"), reply(2, "it")];
    let closed = [&open[..], &[(30, Some("robot"), "resolve", "t", None, None)]].concat();
    assert_eq!(way(&closed, json!({})), way(&open, json!({})));
    assert_eq!(way(&closed, json!({"right": "resolved"})), ([1, 1, 0, 0, 1], None, None));
    assert_eq!(count(&table(&closed, "response.load", json!({})), "open"), [0, 1]);
    // It is resolved then, though a program is of no unit that could have been right.
    assert_eq!(way(&closed, json!({"bots": true})), ([1, 1, 1, 0, 1], None, None));
    let accepted = [&open[..], &[(3, Some("asker"), "resolve", "t", Some("t1"), None)]].concat();
    let reopened = [&accepted[..], &[(4, Some("robot"), "reopen", "t", None, None)]].concat();
    assert_eq!(way(&reopened, json!({})), way(&accepted, json!({})));
    assert_eq!(way(&reopened, json!({"bots": true})), way(&open, json!({})));
}

#[test]
fn the_accepted_reply_ends_the_way_whoever_wrote_it() {
    let accepted = |who: Option<&'static str>| {
        [
            POST,
            reply(1, "hr"),
            (3, who, "reply", "t", None, None),
            reply(4, "it"),
            (5, Some("asker"), "resolve", "t", Some("t3"), None),
        ]
    };
    // it came after the accepted reply, of which nobody knows the unit, or which is the asker's own.
    for who in [Some("nobody"), Some("asker"), Some("robot"), None] {
        assert_eq!(way(&accepted(who), json!({})), ([1, 1, 1, 0, 0], None, None), "{who:?}");
    }
    let load = table(&accepted(Some("nobody")), "response.load", json!({}));
    assert_eq!((count(&load, "posts"), count(&load, "right"), load.height()), (vec![1], vec![0], 1));
    // law is no staff: no touch of staff, and yet it was right.
    let staff = json!({"responder": "staff"});
    assert_eq!(way(&accepted(Some("law")), staff.clone()), ([1, 1, 1, 1, 0], Some(0.0), None));
    let load = table(&accepted(Some("law")), "response.load", staff.clone());
    assert_eq!((count(&load, "posts"), count(&load, "right")), (vec![1, 0], vec![0, 1]));
    let alone = [POST, reply(1, "law"), reply(2, "it"), (3, Some("asker"), "resolve", "t", Some("t1"), None)];
    assert_eq!(way(&alone, staff.clone()), ([1, 0, 1, 1, 0], Some(0.0), None));
    let load = table(&alone, "response.load", staff);
    assert_eq!((count(&load, "posts"), count(&load, "right"), count(&load, "members")), (vec![0], vec![1], vec![0]));
    assert_eq!(load.column("share").expect("share").null_count(), 1);
}

#[test]
fn who_resolves_is_one_of_the_members_of_their_unit() {
    let acts = [POST, reply(1, "hr"), (2, Some("it"), "resolve", "t", None, None)];
    let load = table(&acts, "response.load", json!({}));
    assert_eq!((count(&load, "posts"), count(&load, "members")), (vec![1, 1], vec![1, 1]));
    let load = table(&acts, "response.load", json!({"min_group": 1}));
    assert_eq!(load.column("posts").expect("posts").null_count(), 0);
}

#[test]
fn the_open_are_censored_or_go_by_the_last_assignment() {
    let acts = [POST, assign(1, "hr"), reply(2, "law"), (5, Some("asker"), "view", "t", None, None)];
    // The assignment counts, though law replied after it: a hand-off to law.
    assert_eq!(way(&acts, json!({})), ([1, 1, 0, 1, 1], Some(1.0), Some(1)));
    assert_eq!(way(&acts, json!({"right": "resolved"})), ([1, 1, 0, 0, 1], None, None));
    let acts = [POST, reply(1, "hr"), reply(2, "law")];
    assert_eq!(way(&acts, json!({})), ([1, 1, 0, 1, 1], Some(0.0), Some(2)));
    let open = count(&table(&acts, "response.load", json!({})), "open");
    assert_eq!(open, [0, 1], "law has it now");
}

#[test]
fn what_is_no_touch() {
    let acts = [
        (-1, Some("it"), "reply", "t", None, None),
        POST,
        reply(1, "robot"),
        reply(2, "asker"),
        reply(3, "nobody"),
        (4, None, "reply", "t", None, None),
        (5, Some("hub"), "assign", "t", None, Some("nobody")),
        (6, Some("hub"), "assign", "t", None, None),
        (7, Some("it"), "reaction", "t", None, None),
    ];
    assert_eq!(way(&acts, json!({})), ([1, 0, 0, 0, 0], None, None));
    assert_eq!(table(&acts, "response.load", json!({})).height(), 0);
    let acts = [POST, reply(1, "law"), reply(2, "it")];
    assert_eq!(way(&acts, json!({"responder": "staff"})), ([1, 1, 0, 1, 0], Some(1.0), Some(2)));
}

#[test]
fn a_hub_that_is_no_unit_is_refused() {
    for kpi in ["response.routing", "response.load", "response.handoffs"] {
        let told = |hub: &str| {
            community(&[POST, assign(2, "desk")]).compute(parse(kpi, &json!({"hub": hub})).expect("valid").as_ref())
        };
        let error = told("hbu").expect_err("misspelt").to_string();
        assert!(error.contains("\"hbu\"") && error.contains("\"hub\", \"it\""), "{error}");
        assert!(told("hub").is_ok() && told("desk").is_ok(), "{kpi}");
    }
}

#[test]
fn the_hub_passes_on() {
    let acts = [POST, reply(1, "hub"), assign(2, "it"), reply(3, "it"), reply(4, "hub")];
    assert_eq!(way(&acts, json!({})), ([1, 1, 0, 1, 2], Some(0.0), Some(2)));
    assert_eq!(way(&acts, json!({"hub": "hub"})), ([1, 1, 0, 1, 0], Some(1.0), Some(2)));
    // Unless it helped itself: then it went there and back.
    let resolved = [&acts[..], &[(5, Some("asker"), "resolve", "t", Some("t4"), None)]].concat();
    assert_eq!(way(&resolved, json!({"hub": ["hub"]})), ([1, 1, 1, 1, 2], Some(1.0), Some(1)));
    assert_eq!(way(&[POST, reply(1, "hub")], json!({"hub": "hub"})), ([1, 1, 0, 1, 0], Some(1.0), Some(1)));
}

#[test]
fn one_post_a_thread_and_the_last_resolve() {
    let acts = [
        POST,
        reply(1, "hr"),
        (2, Some("law"), "post", "t", None, None),
        (3, Some("asker"), "resolve", "t", Some("t1"), None),
        reply(4, "it"),
        (5, Some("asker"), "resolve", "t", Some("t4"), None),
        (6, Some("asker"), "post", "u", None, None),
    ];
    assert_eq!(way(&acts, json!({})), ([2, 1, 1, 1, 1], Some(0.0), Some(4)));
}

#[test]
fn a_resolve_without_a_time_of_its_own_tells_its_reply_alone() {
    let resolve =
        |parent| [POST, reply(1, "hr"), reply(2, "it"), (2, Some("law"), "resolve", "t", parent, Some("inherited"))];
    assert_eq!(way(&resolve(Some("t1")), json!({})), ([1, 1, 1, 1, 0], Some(1.0), Some(1)));
    assert_eq!(way(&resolve(None), json!({})), way(&[POST, reply(1, "hr"), reply(2, "it")], json!({})));
    let late = [POST, (1, Some("it"), "reply", "t", None, Some("inherited"))];
    assert_eq!(way(&late, json!({})), ([1, 0, 0, 0, 0], None, None));
}

#[test]
fn what_is_reopened_is_open() {
    let acts = |end| {
        [
            POST,
            reply(1, "hr"),
            (2, Some("asker"), "resolve", "t", Some("t1"), None),
            (3, Some("asker"), end, "t", None, None),
            reply(4, "it"),
        ]
    };
    assert_eq!(way(&acts("view"), json!({})), ([1, 1, 1, 1, 0], Some(1.0), Some(1)));
    assert_eq!(way(&acts("reopen"), json!({})), ([1, 1, 0, 1, 1], Some(0.0), Some(4)));
}

#[test]
fn names_are_refused() {
    let error = |kpi: &str, options| parse(kpi, &options).expect_err("refused").to_string();
    let message = "by must be columns with other names than those of the result: rename it first, got unit";
    assert_eq!(error("response.load", json!({"by": "unit"})), message);
    assert!(error("response.handoffs", json!({"by": "to"})).ends_with("got to"));
    assert_eq!(
        error("response.routing", json!({"unit": ""})),
        "unit must be a column of the members, as \"department\", got \"\""
    );
    let missing = parse("response.routing", &json!({"unit": "team"})).expect("valid options");
    assert!(
        community(&[POST]).compute(missing.as_ref()).expect_err("no such column").to_string().contains("department")
    );
}

#[test]
fn small_units_are_hidden() {
    let acts = [
        POST,
        reply(1, "hr"),
        reply(2, "law"),
        (3, Some("hub"), "post", "u", None, None),
        (4, Some("hr"), "reply", "u", None, None),
    ];
    let load = table(&acts, "response.load", json!({"min_group": 2}));
    assert_eq!(load.column("posts").expect("posts").null_count(), 2);
    assert_eq!(load.column("unit").expect("unit").null_count(), 0);
}

proptest! {
    /// The whole is the sum of its views, whatever happened: what is passed on is received, and every touched post has one first unit.
    #[test]
    fn the_three_tables_agree(
        acts in prop::collection::vec((0i64..30, 0usize..8, 0usize..6, 0usize..3, 0usize..30, 0usize..6), 1..50),
        hub in any::<bool>(),
        resolved in any::<bool>(),
        responder in prop::sample::select(vec!["any", "staff", "peer"]),
    ) {
        const NAMES: [Option<&str>; 8] = [Some("asker"), Some("hub"), Some("it"), Some("hr"), Some("law"), Some("nobody"), Some("robot"), None];
        const TARGETS: [Option<&str>; 6] = [Some("it"), Some("hr"), Some("sales"), Some("nobody"), Some("hub"), None];
        let replies: Vec<String> = (0..30).map(|hour| format!("a{hour}")).collect();
        // Ids must differ, so one act an hour.
        let mut taken = std::collections::BTreeSet::new();
        let acts: Vec<Act<'_>> = acts.iter().filter(|a| taken.insert(a.0))
            .map(|(hour, who, kind, thread, parent, target)| {
                let kind = ["post", "reply", "reply", "assign", "resolve", "reply"][*kind];
                let parent = (kind == "resolve").then(|| replies[*parent].as_str());
                (*hour, NAMES[*who], kind, ["a", "a", "b"][*thread], parent, TARGETS[*target].filter(|_| kind == "assign"))
            })
            .collect();
        let hub = if hub { json!("hub") } else { json!([]) };
        let right = if resolved { "resolved" } else { "last" };
        let routing = table(&acts, "response.routing", json!({"hub": hub, "right": right, "responder": responder}));
        let load = table(&acts, "response.load", json!({"hub": hub, "right": right, "responder": responder}));
        let flows = table(&acts, "response.handoffs", json!({"hub": hub, "responder": responder}));
        let sum = |table: &DataFrame, name: &str| count(table, name).iter().sum::<i64>();
        prop_assert_eq!(sum(&routing, "handoffs"), sum(&load, "received"));
        prop_assert_eq!(sum(&routing, "handoffs"), sum(&load, "passed"));
        prop_assert_eq!(sum(&routing, "handoffs"), sum(&flows, "handoffs"));
        prop_assert_eq!(sum(&routing, "touched"), sum(&load, "first"));
        prop_assert_eq!(sum(&routing, "known"), sum(&load, "right"));
        // Where any reply is a touch, the right unit is of one; and it is not known where nobody knows who resolved.
        let unknown = sum(&routing, "touched") - sum(&routing, "known");
        prop_assert!(responder != "any" || unknown >= 0);
        prop_assert!(resolved || unknown <= sum(&routing, "resolved"));
    }
}
