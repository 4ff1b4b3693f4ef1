//! Items of forges and trackers: GitHub, GitLab, Jira, Gerrit.
use serde_json::Value;

use super::Sheet;
use super::value::{list, number, text, time};
use crate::chat::Extra;
use crate::event::Event;
use crate::job::Account;
use crate::markup::spoken;

/// What names of fields a forge has.
struct Names {
    login: &'static str,
    body: &'static str,
}

const GITHUB: Names = Names { login: "login", body: "body" };
const GITLAB: Names = Names { login: "username", body: "body" };

/// The login of a user, who is met.
fn user(who: &Value, association: Option<&str>, names: &Names, sheet: &mut Sheet) -> Option<String> {
    let login = text(who, names.login).filter(|login| login != "ghost")?;
    let is_bot =
        login.ends_with("[bot]") || text(who, "type").as_deref() == Some("Bot") || who["bot"] == Value::Bool(true);
    let is_staff = matches!(association, Some("OWNER" | "MEMBER" | "COLLABORATOR"));
    let role = if is_bot { Some("bot") } else { is_staff.then_some("staff") };
    sheet.meet(&login, text(who, "name"), role);
    Some(login)
}

/// The reactions to what `under` is; they have times of their own.
fn react(
    reactions: &[Value],
    name: &str,
    under: Event<'_>,
    names: &Names,
    sheet: &mut Sheet,
    account: &mut Account<'_>,
) {
    for reaction in reactions {
        let Some(time) = time(reaction, "created_at") else {
            account.refuse("created_at cannot be read");
            continue;
        };
        let member = user(&reaction["user"], None, names, sheet);
        let emoji = text(reaction, name);
        let event = Event {
            time,
            member: member.as_deref(),
            kind: "reaction",
            id: None,
            parent: under.id,
            text: None,
            ..under
        };
        sheet.push(event, Extra { emoji: emoji.as_deref(), ..Extra::default() }, account);
    }
}

/// One comment under an issue; true where it was taken.
struct Comment<'a> {
    id: Option<String>,
    parent: Option<String>,
    at: &'a str,
    action: Option<String>,
}

fn comment(
    said: &Value,
    comment: &Comment<'_>,
    within: Event<'_>,
    names: &Names,
    sheet: &mut Sheet,
    account: &mut Account<'_>,
) {
    let Some(time) = time(said, comment.at).or_else(|| time(said, "created_at")) else {
        return account.refuse("created_at cannot be read");
    };
    let who = if said["user"].is_object() { &said["user"] } else { &said["author"] };
    let member = user(who, text(said, "author_association").as_deref(), names, sheet);
    let body = spoken(&text(said, names.body).unwrap_or_default());
    let event = Event {
        time,
        member: member.as_deref(),
        kind: "reply",
        id: comment.id.as_deref(),
        parent: comment.parent.as_deref().or(within.thread),
        text: Some(&body),
        ..within
    };
    if sheet.push(event, Extra { action: comment.action.as_deref(), ..Extra::default() }, account) {
        react(list(said, "reactions_data"), "content", event, names, sheet, account);
        react(list(said, "award_emoji_data"), "name", event, names, sheet, account);
    }
}

pub(super) fn github(data: &Value, repo: &str, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(issue) = number(data, "number") else { return account.refuse("issue or pull request without a number") };
    let Some(opened) = time(data, "created_at") else { return account.refuse("created_at cannot be read") };
    let thread = format!("{repo}#{issue}");
    let member = user(&data["user"], text(data, "author_association").as_deref(), &GITHUB, sheet);
    let labels: Vec<String> = list(data, "labels").iter().filter_map(|label| text(label, "name")).collect();
    let (title, tags) = (text(data, "title"), labels.join(","));
    let body = spoken(&text(data, "body").unwrap_or_default());
    let post = Event {
        time: opened,
        member: member.as_deref(),
        kind: "post",
        id: Some(&thread),
        thread: Some(&thread),
        channel: Some(repo),
        text: Some(&body),
        ..Event::default()
    };
    let tags = Some(tags.as_str()).filter(|tags| !tags.is_empty());
    if !sheet.push(post, Extra { title: title.as_deref(), tags, ..Extra::default() }, account) {
        return;
    }
    react(list(data, "reactions_data"), "content", post, &GITHUB, sheet, account);
    let within = Event { member: None, id: None, parent: Some(&thread), text: None, ..post };
    let id = |said: &Value, mark: &str| text(said, "id").map(|id| format!("{mark}{id}"));
    for said in list(data, "comments_data") {
        let own = Comment { id: id(said, "c"), parent: None, at: "created_at", action: None };
        comment(said, &own, within, &GITHUB, sheet, account);
    }
    for said in list(data, "review_comments_data") {
        let parent = text(said, "in_reply_to_id").map(|id| format!("l{id}"));
        let own = Comment { id: id(said, "l"), parent, at: "created_at", action: None };
        comment(said, &own, within, &GITHUB, sheet, account);
    }
    for said in list(data, "reviews_data") {
        let action = text(said, "state").map(|state| state.to_lowercase());
        if action.as_deref() == Some("commented") && text(said, "body").is_none() {
            account.refuse("review that says no more than its comments, which are rows of their own");
            continue;
        }
        let own = Comment { id: id(said, "r"), parent: None, at: "submitted_at", action };
        comment(said, &own, within, &GITHUB, sheet, account);
    }
    let merged = time(data, "merged_at");
    let Some(closed) = merged.or_else(|| time(data, "closed_at")) else { return };
    let by = if merged.is_some() { &data["merged_by"] } else { &data["closed_by"] };
    let member = user(by, None, &GITHUB, sheet);
    let action = Some(if merged.is_some() { "merged" } else { "closed" });
    let event = Event { time: closed, member: member.as_deref(), kind: "resolve", ..within };
    sheet.push(event, Extra { action, ..Extra::default() }, account);
}

pub(super) fn gitlab(
    data: &Value,
    project: &str,
    is_merge_request: bool,
    sheet: &mut Sheet,
    account: &mut Account<'_>,
) {
    let Some(issue) = number(data, "iid") else { return account.refuse("issue or merge request without a number") };
    let Some(opened) = time(data, "created_at") else { return account.refuse("created_at cannot be read") };
    let thread = format!("{project}{}{issue}", if is_merge_request { '!' } else { '#' });
    let member = user(&data["author"], None, &GITLAB, sheet);
    let labels: Vec<&str> = list(data, "labels").iter().filter_map(Value::as_str).collect();
    let (title, tags) = (text(data, "title"), labels.join(","));
    let body = spoken(&text(data, "description").unwrap_or_default());
    let post = Event {
        time: opened,
        member: member.as_deref(),
        kind: "post",
        id: Some(&thread),
        thread: Some(&thread),
        channel: Some(project),
        text: Some(&body),
        ..Event::default()
    };
    let tags = Some(tags.as_str()).filter(|tags| !tags.is_empty());
    if !sheet.push(post, Extra { title: title.as_deref(), tags, ..Extra::default() }, account) {
        return;
    }
    react(list(data, "award_emoji_data"), "name", post, &GITLAB, sheet, account);
    let within = Event { member: None, id: None, parent: Some(&thread), text: None, ..post };
    let mut is_told = false;
    for said in list(data, "notes_data") {
        let id = text(said, "id").map(|id| format!("{thread}/n{id}"));
        if said["system"] != Value::Bool(true) {
            let own = Comment { id, parent: None, at: "created_at", action: None };
            comment(said, &own, within, &GITLAB, sheet, account);
            continue;
        }
        // What the system notes: that it was closed or opened again, and by whom.
        let Some(time) = time(said, "created_at") else {
            account.refuse("created_at cannot be read");
            continue;
        };
        let note = text(said, "body").unwrap_or_default();
        let word = note.split_whitespace().next().unwrap_or_default().to_lowercase();
        let kind = match word.as_str() {
            "closed" | "merged" => "resolve",
            "reopened" => "reopen",
            "assigned" => "assign",
            _ => "moderate",
        };
        is_told |= kind == "resolve";
        let member = user(&said["author"], None, &GITLAB, sheet);
        let event = Event { time, member: member.as_deref(), kind, id: id.as_deref(), ..within };
        sheet.push(event, Extra { action: Some(&word), ..Extra::default() }, account);
    }
    let merged = time(data, "merged_at");
    if let Some(closed) = merged.or_else(|| time(data, "closed_at")).filter(|_| !is_told) {
        let by = if merged.is_some() { &data["merged_by"] } else { &data["closed_by"] };
        let member = user(by, None, &GITLAB, sheet);
        let action = Some(if merged.is_some() { "merged" } else { "closed" });
        let event = Event { time: closed, member: member.as_deref(), kind: "resolve", ..within };
        sheet.push(event, Extra { action, ..Extra::default() }, account);
    }
}

/// The key of a user of Jira: the one of older servers, or the account of the cloud.
fn jira_user(who: &Value, sheet: &mut Sheet) -> Option<String> {
    let key = ["name", "accountId", "key"].into_iter().find_map(|name| text(who, name))?;
    let role = (text(who, "accountType").as_deref() == Some("app")).then_some("bot");
    sheet.meet(&key, text(who, "displayName"), role);
    Some(key)
}

pub(super) fn jira(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let fields = &data["fields"];
    let Some(key) = text(data, "key") else { return account.refuse("issue without a key") };
    let Some(opened) = time(fields, "created") else { return account.refuse("created cannot be read") };
    let who = if fields["reporter"].is_object() { &fields["reporter"] } else { &fields["creator"] };
    let member = jira_user(who, sheet);
    let channel =
        text(&fields["project"], "key").or_else(|| key.rsplit_once('-').map(|(project, _)| project.to_owned()));
    let title = text(fields, "summary");
    let body = text(fields, "description").unwrap_or_default();
    let post = Event {
        time: opened,
        member: member.as_deref(),
        kind: "post",
        id: Some(&key),
        thread: Some(&key),
        channel: channel.as_deref(),
        text: Some(&body),
        ..Event::default()
    };
    if !sheet.push(post, Extra { title: title.as_deref(), ..Extra::default() }, account) {
        return;
    }
    let within = Event { member: None, id: None, parent: Some(&key), text: None, ..post };
    for said in list(data, "comments_data") {
        let Some(time) = time(said, "created") else {
            account.refuse("created cannot be read");
            continue;
        };
        let member = jira_user(&said["author"], sheet);
        let id = text(said, "id").map(|id| format!("c{id}"));
        let body = text(said, "body").unwrap_or_default();
        let event =
            Event { time, member: member.as_deref(), kind: "reply", id: id.as_deref(), text: Some(&body), ..within };
        sheet.push(event, Extra::default(), account);
    }
    if let Some(time) = time(fields, "resolutiondate") {
        let action = text(&fields["resolution"], "name").map(|name| name.to_lowercase());
        let event = Event { time, kind: "resolve", ..within };
        sheet.push(event, Extra { action: action.as_deref(), ..Extra::default() }, account);
    }
}

/// The user name of who did something in Gerrit, else the address.
fn gerrit_user(who: &Value, sheet: &mut Sheet) -> Option<String> {
    let key = text(who, "username").or_else(|| text(who, "email"))?;
    let role = ["jenkins", "zuul", "gerrit"].contains(&key.to_lowercase().as_str()).then_some("bot");
    sheet.meet(&key, text(who, "name"), role);
    Some(key)
}

pub(super) fn gerrit(data: &Value, sheet: &mut Sheet, account: &mut Account<'_>) {
    let Some(id) = text(data, "number") else { return account.refuse("review without a number") };
    let Some(opened) = time(data, "createdOn") else { return account.refuse("createdOn cannot be read") };
    let channel = text(data, "project");
    let thread = format!("{}~{id}", channel.as_deref().unwrap_or_default());
    let member = gerrit_user(&data["owner"], sheet);
    let title = text(data, "subject");
    let post = Event {
        time: opened,
        member: member.as_deref(),
        kind: "post",
        id: Some(&thread),
        thread: Some(&thread),
        channel: channel.as_deref(),
        ..Event::default()
    };
    if !sheet.push(post, Extra { title: title.as_deref(), ..Extra::default() }, account) {
        return;
    }
    let within = Event { member: None, id: None, parent: Some(&thread), ..post };
    for said in list(data, "comments") {
        let Some(time) = time(said, "timestamp") else {
            account.refuse("timestamp cannot be read");
            continue;
        };
        let member = gerrit_user(&said["reviewer"], sheet);
        let message = text(said, "message").unwrap_or_default();
        // An upload of a new version is no word.
        let kind = if message.starts_with("Uploaded patch set") { "edit" } else { "reply" };
        let body = spoken(&message);
        let event = Event { time, member: member.as_deref(), kind, text: Some(&body).map(|x| x.as_str()), ..within };
        sheet.push(event, Extra::default(), account);
    }
    let status = text(data, "status").unwrap_or_default().to_lowercase();
    if matches!(status.as_str(), "merged" | "abandoned") {
        // When it ended is not told; it is no earlier than the last change but for what came after.
        if let Some(time) = time(data, "lastUpdated") {
            let event = Event { time, kind: "resolve", ..within };
            sheet.push(event, Extra { action: Some(&status), ..Extra::default() }, account);
        }
    }
}
