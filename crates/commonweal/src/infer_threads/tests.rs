use polars::prelude::*;
use proptest::prelude::*;

use super::InferThreads;
use crate::community::{Community, Whole};
use crate::error::Error;
use crate::period::Span;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
const START: i64 = 1_700_000_000 * SECOND;

/// (second, author, text), all of kind post, in one channel.
type Said<'a> = (i64, Option<&'a str>, Option<&'a str>);

fn frame(said: &[Said<'_>]) -> DataFrame {
    let mut events = df![
        "time" => said.iter().map(|s| START + s.0 * SECOND).collect::<Vec<_>>(),
        "member" => said.iter().map(|s| s.1).collect::<Vec<_>>(),
        "kind" => vec!["post"; said.len()],
        "id" => (0..said.len()).map(|i| i.to_string()).collect::<Vec<_>>(),
        "channel" => vec!["help"; said.len()],
        "text" => said.iter().map(|s| s.2).collect::<Vec<_>>(),
    ]
    .expect("a frame");
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let time = events.column("time").expect("time").cast(&utc).expect("cast");
    events.with_column(time).expect("as long");
    events
}

fn lines<'a>(said: &[(i64, &'a str, &'a str)]) -> Vec<Said<'a>> {
    said.iter().map(|(second, who, text)| (*second, Some(*who), Some(*text))).collect()
}

fn with(mut events: DataFrame, name: &str, values: &[Option<&str>]) -> DataFrame {
    events.with_column(Column::new(name.into(), values)).expect("as long");
    events
}

fn infer(events: DataFrame) -> Community {
    let community = Community::builder(events).build().expect("a community");
    community.infer_threads(&InferThreads::default()).expect("threads")
}

fn column(community: &Community, name: &str) -> Vec<Option<String>> {
    let strings = community.events().column(name).expect("there").str().expect("strings").clone();
    strings.iter().map(|value| value.map(str::to_owned)).collect()
}

fn sure(community: &Community) -> Vec<Option<f64>> {
    community.events().column("parent_confidence").expect("there").f64().expect("floats").iter().collect()
}

/// The parents, by id, "-" where a message opens.
fn parents(said: &[(i64, &str, &str)]) -> Vec<String> {
    let found = infer(frame(&lines(said)));
    column(&found, "parent").into_iter().map(|parent| parent.unwrap_or_else(|| "-".to_owned())).collect()
}

#[test]
fn two_conversations_at_once_are_told_apart() {
    let chat = infer(frame(&lines(&[
        (0, "ana", "how do I mount a usb disk?"),
        (15, "bo", "has anyone tried the new beta?"),
        (40, "cy", "ana: with the mount command"),
        (55, "dee", "bo: yes, works fine here"),
        (70, "ana", "cy: thanks, that worked"),
    ])));
    assert_eq!(column(&chat, "parent"), [None, None, Some("0"), Some("1"), Some("2")].map(|p| p.map(str::to_owned)));
    assert_eq!(column(&chat, "thread"), ["0", "1", "0", "1", "0"].map(|t| Some(t.to_owned())));
    assert_eq!(column(&chat, "kind"), ["post", "post", "reply", "reply", "reply"].map(|k| Some(k.to_owned())));
    assert!(sure(&chat).iter().all(|sure| sure.is_some_and(|sure| sure > 0.5 && sure <= 1.0)));
}

#[test]
fn a_mention_beats_proximity() {
    let talk = [(0, "ana", "is the disk full?"), (5, "bo", "the beta is slow"), (10, "cy", "ana: look with df")];
    assert_eq!(parents(&talk)[2], "0");
    // The same, for names that would mean something in a pattern, and of other scripts.
    for name in ["[foo]", "a|b", "x.*y", "Жанна", "^_^"] {
        let text = format!("{name}: look with df");
        let talk = [(0, name, "is the disk full?"), (5, "bo", "the beta is slow"), (10, "cy", text.as_str())];
        assert_eq!(parents(&talk)[2], "0", "{name}");
    }
}

#[test]
fn the_name_of_the_members_table_is_a_mention_too() {
    let said = [(0, "U1", "is the disk full?"), (5, "U2", "the beta is slow"), (10, "U3", "@Jane Doe look with df")];
    let members = df!["member" => ["U1"], "name" => ["Jane Doe"]].expect("a frame");
    let community = Community::builder(frame(&lines(&said))).members(members).build().expect("a community");
    let found = community.infer_threads(&InferThreads::default()).expect("threads");
    assert_eq!(column(&found, "parent")[2].as_deref(), Some("0"));
}

#[test]
fn a_long_gap_opens_a_conversation() {
    let talk = |second| [(0, "ana", "is the disk full?"), (second, "bo", "ana: look with df")];
    assert_eq!(parents(&talk(86_400)), ["-", "0"]);
    assert_eq!(parents(&talk(86_401)), ["-", "-"]);
    let options = InferThreads { longest_gap: Span::minutes(1), ..Default::default() };
    let of = |second| {
        let community = Community::builder(frame(&lines(&talk(second)))).build().expect("a community");
        column(&community.infer_threads(&options).expect("threads"), "parent")[1].clone()
    };
    assert_eq!((of(60).as_deref(), of(61)), (Some("0"), None));
}

#[test]
fn what_lies_too_far_back_or_is_not_sure_enough_is_not_linked() {
    let said =
        lines(&[(0, "ana", "is the disk full?"), (5, "bo", "the beta is slow"), (10, "cy", "ana: look with df")]);
    let community = Community::builder(frame(&said)).build().expect("a community");
    let of = |options: InferThreads| {
        let found = community.infer_threads(&options).expect("threads");
        (column(&found, "parent")[2].clone(), sure(&found)[2].expect("a message"))
    };
    let (parent, likely) = of(InferThreads::default());
    assert_eq!(parent.as_deref(), Some("0"));
    assert_ne!(of(InferThreads { look_back: 1, ..Default::default() }).0.as_deref(), Some("0"));
    assert_eq!(of(InferThreads { min_confidence: likely, ..Default::default() }), (parent, likely));
    // What the message opens is then as sure as it was that it does: not very.
    let (parent, opens) = of(InferThreads { min_confidence: 1.0, ..Default::default() });
    assert!(parent.is_none() && opens < 1.0 - likely + 1e-12);
}

#[test]
fn what_the_source_says_stays() {
    let said = lines(&[
        (0, "ana", "is the disk full?"),
        (5, "bo", "the beta is slow"),
        (10, "cy", "ana: look with df"),
        (15, "dee", "ana: or with du"),
        (20, "ana", "dee: thanks"),
    ]);
    let events = with(frame(&said), "parent", &[None, None, Some("1"), None, None]);
    let found = infer(events);
    assert_eq!(column(&found, "parent")[2].as_deref(), Some("1"));
    assert_eq!(sure(&found)[2], Some(1.0));
    assert_eq!(column(&found, "thread"), ["0", "1", "1", "0", "0"].map(|t| Some(t.to_owned())));
    assert_eq!(column(&found, "kind")[2].as_deref(), Some("reply"));

    // A thread that the source gives: its rows stay as they are, and others may join it.
    let events = with(frame(&said), "thread", &[None, Some("t"), Some("t"), Some("t"), None]);
    let found = infer(events);
    assert_eq!(
        column(&found, "thread"),
        [Some("0"), Some("t"), Some("t"), Some("t"), Some("t")].map(|t| t.map(str::to_owned))
    );
    assert_eq!(column(&found, "parent"), [None, None, None, None, Some("3".to_owned())]);
    assert_eq!(column(&found, "kind")[2].as_deref(), Some("post"), "as it was given");

    // The opening of a thread that others name by its id, as Slack does.
    let events = with(frame(&said), "thread", &[None, None, None, Some("2"), None]);
    let found = infer(events);
    assert_eq!(column(&found, "parent")[2], None);
    assert_eq!(column(&found, "thread")[2..4], ["2", "2"].map(|t| Some(t.to_owned())));
    assert_eq!(sure(&found)[2..4], [Some(1.0), Some(1.0)]);
}

#[test]
fn a_parent_that_comes_later_makes_no_circle() {
    let said = lines(&[(0, "ana", "cy: is the disk full?"), (5, "bo", "ana: see df"), (10, "cy", "ana: see du")]);
    // The clock of the first was wrong, or it was edited.
    let found = infer(with(frame(&said), "parent", &[Some("2"), None, None]));
    assert_eq!(column(&found, "parent"), [Some("2".to_owned()), None, None]);
    assert_eq!(column(&found, "thread"), ["2", "1", "2"].map(|t| Some(t.to_owned())));
}

#[test]
fn channels_are_apart() {
    let said =
        lines(&[(0, "ana", "is the disk full?"), (5, "bo", "the beta is slow"), (10, "cy", "ana: look with df")]);
    let events = with(frame(&said), "channel", &[Some("help"), None, None]);
    assert_eq!(column(&infer(events.clone()), "parent")[2].as_deref().unwrap_or("1"), "1");
    let community = Community::builder(events.clone()).build().expect("a community");
    let one = community.infer_threads(&InferThreads { channel: vec![], ..Default::default() }).expect("threads");
    assert_eq!(column(&one, "parent")[2].as_deref(), Some("0"));
    let events = with(events, "platform", &[Some("irc"), Some("slack"), Some("slack")]);
    let community = Community::builder(events).build().expect("a community");
    let one = community.infer_threads(&InferThreads { channel: vec![], ..Default::default() }).expect("threads");
    assert_ne!(column(&one, "parent")[2].as_deref(), Some("0"));
}

#[test]
fn without_text_who_and_when_are_left() {
    let said: Vec<Said<'_>> = [(0, "ana"), (20, "bo"), (50, "ana"), (70, "bo"), (50_000, "cy")]
        .into_iter()
        .map(|(second, who)| (second, Some(who), None))
        .collect();
    let found = infer(frame(&said));
    assert_eq!(column(&found, "parent")[2].as_deref(), Some("0"), "who goes on, goes on");
    assert_eq!(column(&found, "kind")[4].as_deref(), Some("post"));
    let bare = infer(frame(&said).drop("text").expect("there"));
    assert_eq!(column(&bare, "parent"), column(&found, "parent"));
}

#[test]
fn unknown_authors_are_nobody() {
    let said =
        [(0, None, Some("is the disk full?")), (20, None, Some("look with df")), (30, Some("ana"), Some("null: yes"))];
    let found = infer(frame(&said));
    assert_eq!(sure(&found).iter().flatten().count(), 3);
    assert_eq!(found.n_members(), 1);
}

#[test]
fn other_acts_are_left_as_they_are() {
    let said = lines(&[(0, "ana", "is the disk full?"), (1, "bo", ""), (2, "cy", ""), (9, "dee", "ana: look with df")]);
    let events = with(frame(&said), "kind", &[Some("reply"), Some("reaction"), Some("join"), Some("reply")]);
    let found = infer(with(events, "parent", &[None, Some("3"), None, None]));
    assert_eq!(column(&found, "kind"), ["post", "reaction", "join", "reply"].map(|k| Some(k.to_owned())));
    assert_eq!(column(&found, "thread"), [Some("0"), Some("0"), None, Some("0")].map(|t| t.map(str::to_owned)));
    assert_eq!(sure(&found).iter().map(Option::is_some).collect::<Vec<_>>(), [true, false, false, true]);
}

#[test]
fn ids_are_made_up_where_there_are_none() {
    let said = lines(&[(0, "ana", "is it?"), (0, "ana", "is it?"), (9, "bo", "ana: it is")]);
    let found = infer(frame(&said).drop("id").expect("there"));
    let ids: Vec<String> = column(&found, "id").into_iter().flatten().collect();
    assert_eq!(ids.len(), 3);
    assert!(ids[0].starts_with("cw-") && ids[0].len() == 19 && ids[1] == format!("{}-2", ids[0]));
    let later = lines(&[(0, "ana", "is it?"), (0, "ana", "is it?"), (9, "bo", "ana: it is"), (9, "cy", "so it is")]);
    assert_eq!(column(&infer(frame(&later).drop("id").expect("there")), "id")[..3], column(&found, "id"));
    // An id that is taken is not given again.
    let taken = with(frame(&said), "id", &[None, Some(&ids[0]), None]);
    assert_eq!(column(&infer(taken), "id")[0].as_deref(), Some(ids[1].as_str()));
}

#[test]
fn nothing_in_nothing_out() {
    let found = infer(frame(&[]));
    assert_eq!(found.n_events(), 0);
    assert!(found.events().column("parent_confidence").is_ok());
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let community = Community::builder(frame(&lines(&[(0, "ana", "hi")]))).build().expect("a community");
    let refused = |options: InferThreads| community.infer_threads(&options).expect_err("refused").to_string();
    let most = InferThreads { min_confidence: f64::NAN, ..Default::default() };
    assert_eq!(refused(most), "min_confidence must be from 0 to 1, got NaN");
    let none = InferThreads { look_back: 0, ..Default::default() };
    assert_eq!(refused(none), "look_back must be from 1 to 10000 messages, got 0");
    let room = InferThreads { channel: vec!["room".to_owned()], ..Default::default() };
    let allowed =
        "channel must be among the columns of the events (time, member, kind, id, channel, text, thread), got \"room\"";
    assert_eq!(refused(room), allowed);
    let parts = community.partition(2, Whole::Member).expect("parts");
    assert!(matches!(parts[0].infer_threads(&InferThreads::default()), Err(Error::Declined { .. })));
    let odd = with(frame(&lines(&[(0, "ana", "hi")])), "parent_confidence", &[Some("high")]);
    let odd = Community::builder(odd).build().expect("a community");
    assert!(matches!(odd.infer_threads(&InferThreads::default()), Err(Error::Invalid(_))));
}

/// Messages of a few people in two channels; times differ.
fn talk() -> impl Strategy<Value = Vec<(i64, Option<&'static str>, Option<&'static str>, &'static str)>> {
    let who = prop::option::weighted(0.9, prop::sample::select(vec!["ana", "bo", "[cy]"]));
    let texts = vec![
        "ana: yes",
        "bo, no",
        "how do I do it?",
        "@[cy] thanks",
        "the kernel panics",
        "the kernel is old",
        "hi",
        "",
    ];
    let text = prop::option::weighted(0.9, prop::sample::select(texts));
    let one = (1..4_000i64, who, text, prop::sample::select(vec!["a", "b"]));
    prop::collection::vec(one, 0..40).prop_map(|said| {
        let mut second = 0;
        said.into_iter()
            .map(|(gap, who, text, channel)| {
                second += gap;
                (second, who, text, channel)
            })
            .collect()
    })
}

fn of_talk(talk: &[(i64, Option<&str>, Option<&str>, &str)]) -> DataFrame {
    let said: Vec<Said<'_>> = talk.iter().map(|(second, who, text, _)| (*second, *who, *text)).collect();
    with(frame(&said), "channel", &talk.iter().map(|said| Some(said.3)).collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn parents_come_before_in_the_same_channel_and_threads_are_what_they_connect(talk in talk()) {
        let found = infer(of_talk(&talk));
        let (parent, thread, kind) = (column(&found, "parent"), column(&found, "thread"), column(&found, "kind"));
        for row in 0..talk.len() {
            prop_assert!(sure(&found)[row].is_some_and(|sure| sure > 0.0 && sure <= 1.0));
            match &parent[row] {
                None => {
                    prop_assert_eq!(thread[row].clone(), Some(row.to_string()));
                    prop_assert_eq!(kind[row].as_deref(), Some("post"));
                }
                Some(name) => {
                    let up: usize = name.parse().expect("an id");
                    prop_assert!(up < row && talk[up].3 == talk[row].3);
                    prop_assert!((talk[row].0 - talk[up].0) * SECOND <= DAY);
                    prop_assert_eq!(&thread[row], &thread[up]);
                    prop_assert_eq!(kind[row].as_deref(), Some("reply"));
                }
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(talk in talk(), seed in any::<u64>()) {
        let events = of_talk(&talk);
        let mut rows: Vec<IdxSize> = (0..talk.len() as IdxSize).collect();
        rows.sort_by_key(|row| crate::hash::stable_hash(&(u64::from(*row) ^ seed).to_le_bytes()));
        let shuffled = infer(events.take(&IdxCa::from_vec("".into(), rows.clone())).expect("rows"));
        let found = infer(events);
        for name in ["id", "parent", "thread", "kind"] {
            let straight = column(&found, name);
            let expected: Vec<_> = rows.iter().map(|row| straight[*row as usize].clone()).collect();
            prop_assert_eq!(column(&shuffled, name), expected);
        }
    }

    #[test]
    fn a_channel_alone_gives_the_same_and_so_does_a_beginning_that_is_gone_on_with(talk in talk(), cut in 0..40usize) {
        let events = of_talk(&talk);
        let found = infer(events.clone());
        let only: BooleanChunked = talk.iter().map(|said| Some(said.3 == "a")).collect();
        let alone = infer(events.filter(&only).expect("rows"));
        let expected = found.filter(&only).expect("rows");
        prop_assert_eq!(column(&alone, "parent"), column(&expected, "parent"));
        prop_assert_eq!(sure(&alone), sure(&expected));

        let cut = cut.min(talk.len());
        let beginning = infer(events.slice(0, cut));
        prop_assert_eq!(column(&beginning, "parent"), column(&found, "parent")[..cut].to_vec());
        let rest = events.slice(cut as i64, talk.len() - cut);
        let whole = beginning.append(rest).expect("more").infer_threads(&InferThreads::default()).expect("threads");
        prop_assert_eq!(column(&whole, "parent"), column(&found, "parent"));
        prop_assert_eq!(column(&whole, "thread"), column(&found, "thread"));
        prop_assert_eq!(sure(&whole), sure(&found));
    }
}
