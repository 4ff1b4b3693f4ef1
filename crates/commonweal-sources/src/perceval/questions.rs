//! Items of forums: Discourse, Stack Exchange, Askbot.
use std::collections::HashMap;

use serde_json::Value;

use super::Sheet;
use super::value::{list, number, text, time};
use crate::chat::{Extra, MOST_REACTIONS};
use crate::event::{Event, INHERITED};
use crate::html::html_to_text;
use crate::job::Account;

pub(super) fn discourse(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(topic) = text(data, "id") else { return account.refuse("topic without an id") };
    let thread = format!("t{topic}");
    let (title, channel) = (text(data, "title"), text(data, "category_id"));
    let posts = list(&data["post_stream"], "posts");
    let ids: HashMap<i64, String> =
        posts.iter().filter_map(|post| Some((number(post, "post_number")?, text(post, "id")?))).collect();
    for post in posts {
        let (Some(id), Some(at)) = (text(post, "id"), number(post, "post_number")) else {
            account.refuse("post without id or post_number");
            continue;
        };
        let Some(time) = time(post, "created_at") else {
            account.refuse("created_at cannot be read");
            continue;
        };
        let kind = match number(post, "post_type") {
            Some(4) => {
                account.refuse("whisper: only staff can see it");
                continue;
            }
            Some(2 | 3) => "moderate",
            _ if at == 1 => "post",
            _ => "reply",
        };
        let key = text(post, "user_id");
        if let Some(key) = &key {
            let is_staff = ["staff", "admin", "moderator"].iter().any(|name| post[*name] == Value::Bool(true));
            let is_system = number(post, "user_id").is_some_and(|id| id <= 0);
            let role = if is_system { Some("bot") } else { is_staff.then_some("staff") };
            sheet.meet(key, text(post, "name").or_else(|| text(post, "username")), role);
            sheet.chat.people.meet(key).username = text(post, "username");
        }
        let answered = number(post, "reply_to_post_number").and_then(|number| ids.get(&number)).map(String::as_str);
        let opening = ids.get(&1).map(String::as_str).filter(|opening| *opening != id);
        let body = html_to_text(&text(post, "cooked").unwrap_or_default());
        let event = Event {
            time,
            member: key.as_deref(),
            kind,
            id: Some(&id),
            thread: Some(&thread),
            parent: answered.filter(|answered| *answered != id).or(opening),
            channel: channel.as_deref(),
            text: Some(&body),
            quality: None,
        };
        let extra = Extra { title: title.as_deref().filter(|_| kind == "post"), ..Extra::default() };
        if !sheet.push(event, extra, account) {
            continue;
        }
        let derived = Event { member: None, id: None, parent: Some(&id), text: None, quality: INHERITED, ..event };
        let likes = list(post, "actions_summary").iter().filter(|action| number(action, "id") == Some(2));
        let likes = likes.filter_map(|action| u64::try_from(number(action, "count")?).ok()).sum::<u64>();
        for _ in 0..likes.min(MOST_REACTIONS) {
            sheet.push(Event { kind: "reaction", ..derived }, Extra::default(), account);
        }
        account.intake.refuse_many("like beyond 20,000 of one post", likes.saturating_sub(MOST_REACTIONS));
        if post["accepted_answer"] == Value::Bool(true) {
            sheet.push(Event { kind: "resolve", ..derived }, Extra::default(), account);
        }
    }
}

/// Who wrote something on Stack Exchange: the number, which who has left has no longer.
fn owner(who: &Value, sheet: &mut Sheet) -> Option<String> {
    let key = text(who, "user_id")?;
    sheet.meet(&key, text(who, "display_name").map(|name| htmlize::unescape(name).into_owned()), None);
    Some(key)
}

pub(super) fn stack_exchange(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(question) = text(data, "question_id") else { return account.refuse("question without an id") };
    let thread = format!("p{question}");
    let tags: Vec<&str> = list(data, "tags").iter().filter_map(Value::as_str).collect();
    let (title, all) = (text(data, "title").map(|title| htmlize::unescape(title).into_owned()), tags.join(","));
    let channel = tags.first().copied();
    let within = Event { thread: Some(&thread), channel, ..Event::default() };
    let extra =
        Extra { title: title.as_deref(), tags: Some(all.as_str()).filter(|tags| !tags.is_empty()), ..Extra::default() };
    if !message(data, "post", &thread, None, within, extra, sheet, account) {
        return;
    }
    let accepted = text(data, "accepted_answer_id");
    for answer in list(data, "answers") {
        let Some(number) = text(answer, "answer_id") else {
            account.refuse("answer without an id");
            continue;
        };
        let id = format!("p{number}");
        if message(answer, "reply", &id, Some(&thread), within, Extra::default(), sheet, account)
            && (accepted.as_deref() == Some(&number) || answer["is_accepted"] == Value::Bool(true))
        {
            // When it was accepted is not told.
            let at = time(answer, "creation_date").unwrap_or_default();
            let event = Event { time: at, kind: "resolve", parent: Some(&id), quality: INHERITED, ..within };
            sheet.push(event, Extra::default(), account);
        }
    }
}

/// A question or an answer, and the comments on it; false where it is refused.
#[expect(clippy::too_many_arguments, reason = "what it is, where it stands, and where it goes")]
fn message(
    said: &Value,
    kind: &'static str,
    id: &str,
    parent: Option<&str>,
    within: Event<'_>,
    extra: Extra<'_>,
    sheet: &mut Sheet,
    account: &mut Account<'_>,
) -> bool {
    let Some(at) = time(said, "creation_date") else {
        account.refuse("creation_date cannot be read");
        return false;
    };
    let member = owner(&said["owner"], sheet);
    let body = words(said);
    let event = Event { time: at, member: member.as_deref(), kind, id: Some(id), parent, text: Some(&body), ..within };
    if !sheet.push(event, extra, account) {
        return false;
    }
    for comment in list(said, "comments") {
        let Some(at) = time(comment, "creation_date") else {
            account.refuse("creation_date cannot be read");
            continue;
        };
        let member = owner(&comment["owner"], sheet);
        let own = text(comment, "comment_id").map(|id| format!("c{id}"));
        let body = words(comment);
        let event = Event {
            time: at,
            member: member.as_deref(),
            kind: "reply",
            id: own.as_deref(),
            parent: Some(id),
            text: Some(&body),
            ..within
        };
        sheet.push(event, Extra::default(), account);
    }
    true
}

/// The text as HTML, else as Markdown, which the API escapes.
fn words(said: &Value) -> String {
    match (text(said, "body"), text(said, "body_markdown")) {
        (Some(html), _) => html_to_text(&html),
        (None, Some(markdown)) => crate::markup::spoken(&htmlize::unescape(markdown)),
        (None, None) => String::new(),
    }
}

/// Who wrote something on Askbot.
fn asker(who: &Value, sheet: &mut Sheet) -> Option<String> {
    let key = text(who, "id")?;
    sheet.meet(&key, text(who, "username"), None);
    Some(key)
}

pub(super) fn askbot(data: &Value, site: &str, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(question) = text(data, "id") else { return account.refuse("question without an id") };
    let Some(asked) = time(data, "added_at") else { return account.refuse("added_at cannot be read") };
    let thread = format!("p{question}");
    let member = asker(&data["author"], sheet);
    let tags: Vec<&str> = list(data, "tags").iter().filter_map(Value::as_str).collect();
    let (title, all) = (text(data, "title"), tags.join(","));
    let body = html_to_text(&text(data, "text").unwrap_or_default());
    let post = Event {
        time: asked,
        member: member.as_deref(),
        kind: "post",
        id: Some(&thread),
        thread: Some(&thread),
        channel: tags.first().copied().or(Some(site)),
        text: Some(&body),
        ..Event::default()
    };
    let tags = Some(all.as_str()).filter(|tags| !tags.is_empty());
    if !sheet.push(post, Extra { title: title.as_deref(), tags, ..Extra::default() }, account) {
        return;
    }
    let within = Event { member: None, id: None, text: None, ..post };
    comments(data, &thread, within, sheet, account);
    for answer in list(data, "answers") {
        let Some(time) = time(answer, "added_at") else {
            account.refuse("added_at cannot be read");
            continue;
        };
        let id = text(answer, "id").map(|id| format!("a{id}"));
        // Who answered is one, or several who wrote together, of whom the first began.
        let by = &answer["answered_by"];
        let member = asker(by.get(0).unwrap_or(by), sheet);
        let body = html_to_text(&text(answer, "summary").or_else(|| text(answer, "text")).unwrap_or_default());
        let event = Event {
            time,
            member: member.as_deref(),
            kind: "reply",
            id: id.as_deref(),
            parent: Some(&thread),
            text: Some(&body),
            ..within
        };
        if !sheet.push(event, Extra::default(), account) {
            continue;
        }
        comments(answer, id.as_deref().unwrap_or(&thread), within, sheet, account);
        if answer["accepted"] == Value::Bool(true) {
            let event = Event { time, kind: "resolve", parent: id.as_deref(), quality: INHERITED, ..within };
            sheet.push(event, Extra::default(), account);
        }
    }
}

fn comments(said: &Value, parent: &str, within: Event<'_>, sheet: &mut Sheet, account: &mut Account<'_>) {
    for comment in list(said, "comments") {
        let Some(time) = time(comment, "comment_added_at") else {
            account.refuse("comment_added_at cannot be read");
            continue;
        };
        let member = text(comment, "user_id");
        if let Some(key) = &member {
            sheet.meet(key, text(comment, "user_display_name"), None);
        }
        let id = text(comment, "id").map(|id| format!("c{id}"));
        let body = html_to_text(&text(comment, "html").unwrap_or_default());
        let event = Event {
            time,
            member: member.as_deref(),
            kind: "reply",
            id: id.as_deref(),
            parent: Some(parent),
            text: Some(&body),
            ..within
        };
        sheet.push(event, Extra::default(), account);
    }
}
