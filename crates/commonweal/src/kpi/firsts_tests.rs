//! First responses told once more, as plainly as can be, on random messages.
#![allow(clippy::unwrap_used, clippy::expect_used)]
use polars::prelude::*;
use proptest::prelude::*;

use super::*;
use crate::community::{Community, Whole};

/// (instant, member, whether it is a post, thread), in any order.
type Message = (i64, Option<u8>, bool, Option<u8>);

fn community(messages: &[Message]) -> Community {
    let name = |prefix: &str, n: Option<u8>| n.map(|n| format!("{prefix}{n}"));
    let mut frame = df![
        "time" => messages.iter().map(|m| m.0).collect::<Vec<_>>(),
        "member" => messages.iter().map(|m| name("m", m.1)).collect::<Vec<_>>(),
        "kind" => messages.iter().map(|m| if m.2 { "post" } else { "reply" }).collect::<Vec<_>>(),
        "thread" => messages.iter().map(|m| name("t", m.3)).collect::<Vec<_>>(),
    ]
    .unwrap();
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    frame.with_column(frame.column("time").unwrap().cast(&utc).unwrap()).unwrap();
    Community::builder(frame).build().unwrap()
}

/// The earliest reply in the thread of a post by somebody else, of those of one instant the first by name.
fn plainly(messages: &[Message], post: usize) -> Option<(i64, u8)> {
    let (asked, asker, _, thread) = messages[post];
    let replies = messages.iter().filter(|m| !m.2 && m.3 == thread && thread.is_some() && m.0 >= asked);
    replies.filter_map(|m| Some((m.0, m.1?))).filter(|(_, by)| Some(*by) != asker).min()
}

proptest! {
    #[test]
    fn each_post_has_the_first_reply_by_somebody_else(
        messages in prop::collection::vec(
            (0i64..12, prop::option::weighted(0.9, 0u8..4), prop::bool::ANY, prop::option::weighted(0.9, 0u8..3)), 0..40,
        ),
        parts in 1usize..5,
    ) {
        let community = community(&messages);
        let scope = Scope::default();
        let mut found = vec![];
        for part in Part::cut(&community, Whole::Thread, parts) {
            let scoped = part.scoped(&scope).unwrap();
            let member = &community.dense().member;
            each(&part, &scoped, |_| true, |_| true, |_| (), |row, first| {
                let by = |first: First| member.labels[first.by as usize][1..].parse::<u8>().unwrap();
                found.push((row, first.map(|first| (first.at, by(first)))));
            });
        }
        found.sort_unstable();
        let posts = (0..messages.len()).filter(|row| messages[*row].2);
        let expected: Vec<_> = posts.map(|post| (post, plainly(&messages, post))).collect();
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn parts_far_from_each_other_have_the_posts_and_replies_of_their_own() {
    // A hundred threads, one after the other, each with a post and 99 replies, the last of another than the asker.
    let message = |i: i64| (i, Some(u8::from(i % 100 == 99)), i % 100 == 0, Some((i / 100) as u8));
    let messages: Vec<Message> = (0..10_000).map(message).collect();
    let community = community(&messages);
    let mut waits = vec![];
    for part in Part::cut(&community, Whole::Thread, 3) {
        let tell = |row: usize, first: Option<First>| waits.push((row, first.map(|first| first.at)));
        each(&part, &part.scoped(&Scope::default()).unwrap(), |_| true, |_| true, |_| (), tell);
    }
    waits.sort_unstable();
    assert!(waits.into_iter().eq((0..100).map(|thread| (thread * 100, Some(thread as i64 * 100 + 99)))));
}

#[test]
fn who_answers_themselves_for_long_waits_for_somebody_else() {
    let posts = 200_000;
    let own = (0..posts).map(|i| (i, Some(1), i % 2 == 0, Some(0)));
    let messages: Vec<Message> = own.chain([(posts, Some(2), false, Some(0))]).collect();
    let community = community(&messages);
    let mut answered = 0;
    for part in Part::cut(&community, Whole::Thread, 1) {
        let (scope, last) = (Scope::default(), posts as usize);
        let tell = |_, first: Option<First>| answered += usize::from(first.is_some_and(|first| first.row == last));
        each(&part, &part.scoped(&scope).unwrap(), |_| true, |_| true, |_| (), tell);
    }
    assert_eq!(answered, posts as usize / 2);
}
