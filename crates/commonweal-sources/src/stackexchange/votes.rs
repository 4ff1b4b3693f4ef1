//! `Votes.xml`: to the day, nearly all without a member.
use std::collections::HashSet;

use super::posts::Posts;
use super::{Dump, Extra, date, id, member};
use crate::event::{DAY, Event, INHERITED};
use crate::job::Account;
use crate::xml::Row;

const ACCEPTED: &str = "1";

/// What a vote is here: its kind and its name.
fn meaning(vote: &str) -> Result<(&'static str, &'static str), &'static str> {
    Ok(match vote {
        ACCEPTED => ("resolve", "accepted"),
        "2" => ("reaction", "up"),
        "3" => ("reaction", "down"),
        "4" => ("flag", "offensive"),
        "5" => ("reaction", "favorite"),
        "6" => ("moderate", "close"),
        "7" => ("moderate", "reopen"),
        "8" => return Err("bounty started: no act of the event table"),
        "9" => return Err("bounty awarded: no act of the event table"),
        "10" => ("moderate", "delete"),
        "11" => ("moderate", "undelete"),
        "12" => ("flag", "spam"),
        "13" => ("flag", "moderator told"),
        "15" => ("moderate", "review"),
        "16" => return Err("edit approved: no act of the event table"),
        _ => return Err("vote of an unknown VoteTypeId"),
    })
}

pub(super) fn take(
    row: &Row<'_>,
    posts: &mut Posts,
    seen: &mut HashSet<u64>,
    dump: &mut Dump,
    account: &mut Account<'_>,
) {
    let (mut number, mut target, mut vote, mut day, mut user) = (None, None, String::new(), None, None);
    row.each(|name, value| {
        let Some(value) = value else { return };
        match name {
            "Id" => number = id(&value),
            "PostId" => target = id(&value),
            "VoteTypeId" => vote = value.trim().to_owned(),
            "CreationDate" => day = date(Some(&value)),
            "UserId" => user = member(Some(value)),
            _ => {}
        }
    });
    let (kind, vote) = match meaning(&vote) {
        Ok(meaning) => meaning,
        Err(reason) => return account.refuse(reason),
    };
    let (Some(number), Some(target)) = (number, target) else { return account.refuse("vote without Id or PostId") };
    let Some(day) = day else { return account.refuse("CreationDate cannot be read") };
    let post = posts.get(target).cloned();
    if post.is_none() && matches!(kind, "reaction" | "resolve") {
        return account.refuse("vote on a post that is not among the questions and answers");
    }
    if !seen.insert(number) {
        return account.refuse("vote with an Id seen before");
    }
    let mut time = day;
    if let Some(post) = &post {
        time = not_before(day, post.time);
        if kind == "resolve" {
            posts.voted.insert(target);
            user = posts.get(post.question).and_then(|question| question.member.as_deref().map(str::to_owned));
        }
    }
    let (name, parent) = (format!("v{number}"), format!("p{target}"));
    let event = Event {
        time,
        member: user.as_deref(),
        kind,
        id: Some(&name),
        parent: Some(&parent),
        quality: DAY,
        ..Event::default()
    };
    dump.push(post.map(|post| post.question), event, Extra { vote: Some(vote), ..Extra::default() });
    account.keep();
}

/// A vote is known by its day; on the post's own day it cannot have come before the post.
fn not_before(day: i64, post: i64) -> i64 {
    const DAY_MICROS: i64 = 86_400_000_000;
    if day.div_euclid(DAY_MICROS) == post.div_euclid(DAY_MICROS) { day.max(post) } else { day }
}

/// Accepted answers that no vote tells of: without `Votes.xml`, all of them.
pub(super) fn accept_rest(posts: &Posts, dump: &mut Dump, account: &mut Account<'_>) {
    for (question, answer) in &posts.accepted {
        if posts.voted.contains(answer) {
            continue;
        }
        let Some(post) = posts.get(*answer) else {
            account.refuse("accepted answer that is not in Posts.xml");
            continue;
        };
        let asker = posts.get(*question).and_then(|question| question.member.as_deref());
        let parent = format!("p{answer}");
        let event = Event {
            time: post.time,
            member: asker,
            kind: "resolve",
            parent: Some(&parent),
            quality: INHERITED,
            ..Event::default()
        };
        dump.push(Some(*question), event, Extra { vote: Some("accepted"), ..Extra::default() });
        account.keep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vote_never_comes_before_its_post_on_the_same_day() {
        let hour = 3_600_000_000;
        assert_eq!(not_before(0, 17 * hour), 17 * hour);
        assert_eq!(not_before(24 * hour, 17 * hour), 24 * hour);
        // A post moved here from elsewhere, younger than its votes: their day stands.
        assert_eq!(not_before(0, 30 * hour), 0);
    }

    #[test]
    fn every_kind_of_vote_has_a_meaning_or_a_reason() {
        for vote in 1..=16 {
            let known = !matches!(vote, 14);
            assert_eq!(meaning(&vote.to_string()) != Err("vote of an unknown VoteTypeId"), known, "{vote}");
        }
    }
}
