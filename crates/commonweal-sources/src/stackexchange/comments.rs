//! `Comments.xml`. Their text is what was typed, not HTML.
use std::collections::HashSet;

use super::posts::Posts;
use super::{Dump, Extra, date, id, member};
use crate::event::Event;
use crate::job::Account;
use crate::xml::Row;

pub(super) fn take(row: &Row<'_>, posts: &Posts, seen: &mut HashSet<u64>, dump: &mut Dump, account: &mut Account<'_>) {
    let (mut number, mut post, mut time, mut user, mut text, mut score) = (None, None, None, None, None, None);
    row.each(|name, value| {
        let Some(value) = value else { return };
        match name {
            "Id" => number = id(&value),
            "PostId" => post = id(&value),
            "CreationDate" => time = date(Some(&value)),
            "UserId" => user = member(Some(value)),
            "Text" => text = Some(value.into_owned()),
            "Score" => score = value.trim().parse().ok(),
            _ => {}
        }
    });
    let (Some(number), Some(post)) = (number, post) else { return account.refuse("comment without Id or PostId") };
    let Some(time) = time else { return account.refuse("CreationDate cannot be read") };
    if !seen.insert(number) {
        return account.refuse("comment with an Id seen before");
    }
    let (name, parent) = (format!("c{number}"), format!("p{post}"));
    let event = Event {
        time,
        member: user.as_deref(),
        kind: "reply",
        id: Some(&name),
        parent: Some(&parent),
        text: text.as_deref(),
        ..Event::default()
    };
    dump.push(posts.get(post).map(|post| post.question), event, Extra { score, ..Extra::default() });
    account.keep();
}
