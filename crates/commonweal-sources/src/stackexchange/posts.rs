//! `Posts.xml`: questions and answers, and what the other files need to know of them.
use std::collections::HashMap;

use super::{Dump, Extra, date, id, member};
use crate::event::Event;
use crate::html::html_to_text;
use crate::job::Account;
use crate::xml::Row;

/// What is remembered of a question or answer.
#[derive(Clone)]
pub(super) struct Post {
    pub question: u64,
    pub time: i64,
    pub member: Option<Box<str>>,
}

/// Every question and answer, by id.
#[derive(Default)]
pub(super) struct Posts {
    known: HashMap<u64, Post>,
    /// First tag of each question, as an index into `tags`.
    channels: HashMap<u64, u32>,
    tags: Vec<String>,
    tag_codes: HashMap<String, u32>,
    /// Question and accepted answer, in the order of the file.
    pub accepted: Vec<(u64, u64)>,
    /// Accepted answers whose vote was found.
    pub voted: std::collections::HashSet<u64>,
}

#[derive(Default)]
struct Fields {
    id: Option<u64>,
    kind: String,
    parent: Option<u64>,
    accepted: Option<u64>,
    created: Option<i64>,
    owner: Option<String>,
    title: Option<String>,
    tags: Option<String>,
    body: String,
    score: Option<i64>,
    views: Option<i64>,
}

impl Posts {
    pub fn get(&self, id: u64) -> Option<&Post> {
        self.known.get(&id)
    }

    pub fn channel(&self, question: u64) -> Option<&str> {
        self.channels.get(&question).map(|code| self.tags[*code as usize].as_str())
    }

    pub fn take(&mut self, row: &Row<'_>, dump: &mut Dump, account: &mut Account<'_>) {
        let post = fields(row);
        let reason = match post.kind.as_str() {
            "1" | "2" => None,
            "3" => Some("wiki: opens no conversation"),
            "4" => Some("tag wiki excerpt: opens no conversation"),
            "5" => Some("tag wiki: opens no conversation"),
            "6" => Some("nomination of a moderator: opens no conversation"),
            "7" => Some("wiki placeholder: opens no conversation"),
            "8" => Some("privilege wiki: opens no conversation"),
            "" => Some("post without PostTypeId"),
            _ => Some("post of an unknown PostTypeId"),
        };
        if let Some(reason) = reason {
            return account.refuse(reason);
        }
        let Some(number) = post.id else { return account.refuse("post without Id") };
        let Some(time) = post.created else { return account.refuse("CreationDate cannot be read") };
        if self.known.contains_key(&number) {
            return account.refuse("post with an Id seen before");
        }
        let is_question = post.kind == "1";
        let Some(question) = (if is_question { Some(number) } else { post.parent }) else {
            return account.refuse("answer without ParentId");
        };
        let tags = post.tags.as_deref().map(split_tags).filter(|tags| !tags.is_empty());
        if is_question {
            if let Some(first) = tags.as_ref().and_then(|tags| tags.first()) {
                let code = self.code(first);
                self.channels.insert(number, code);
            }
            if let Some(answer) = post.accepted {
                self.accepted.push((number, answer));
            }
        }
        let (name, parent) = (format!("p{number}"), format!("p{question}"));
        let text = html_to_text(&post.body);
        let event = Event {
            time,
            member: post.owner.as_deref(),
            kind: if is_question { "post" } else { "reply" },
            id: Some(&name),
            parent: (!is_question).then_some(&parent),
            text: Some(&text),
            ..Event::default()
        };
        let tags = tags.map(|tags| tags.join(","));
        let extra = Extra {
            title: post.title.as_deref(),
            tags: tags.as_deref(),
            score: post.score,
            view_count: post.views,
            vote: None,
        };
        dump.push(Some(question), event, extra);
        self.known.insert(number, Post { question, time, member: post.owner.map(Into::into) });
        account.keep();
    }

    fn code(&mut self, tag: &str) -> u32 {
        if let Some(code) = self.tag_codes.get(tag) {
            return *code;
        }
        let code = self.tags.len() as u32;
        self.tags.push(tag.to_owned());
        self.tag_codes.insert(tag.to_owned(), code);
        code
    }
}

fn fields(row: &Row<'_>) -> Fields {
    let mut post = Fields::default();
    row.each(|name, value| {
        let Some(value) = value else { return };
        match name {
            "Id" => post.id = id(&value),
            "PostTypeId" => post.kind = value.trim().to_owned(),
            "ParentId" => post.parent = id(&value),
            "AcceptedAnswerId" => post.accepted = id(&value),
            "CreationDate" => post.created = date(Some(&value)),
            "OwnerUserId" => post.owner = member(Some(value)),
            "Title" => post.title = Some(value.into_owned()),
            "Tags" => post.tags = Some(value.into_owned()),
            "Body" => post.body = value.into_owned(),
            "Score" => post.score = value.trim().parse().ok(),
            "ViewCount" => post.views = value.trim().parse().ok(),
            _ => {}
        }
    });
    post
}

/// `<a><b>` of older dumps, `|a|b|` of newer ones.
fn split_tags(tags: &str) -> Vec<&str> {
    tags.split(['<', '>', '|']).filter(|tag| !tag.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn tags_of_both_ages() {
        assert_eq!(super::split_tags("<c#><gate>"), ["c#", "gate"]);
        assert_eq!(super::split_tags("|c#|gate|"), ["c#", "gate"]);
        assert!(super::split_tags("").is_empty());
    }
}
