//! The archive of a repository, as i-d-template makes it: one object with `repo`, `issues` and `pulls`.
use std::io::Read;
use std::path::Path;

use serde::Deserialize;

use super::{Hub, thread_of};
use crate::chat::Extra;
use crate::error::Result;
use crate::event::Event;
use crate::job::Account;
use crate::json::{self, Seen, loose_number, loose_text};
use crate::markup::spoken;
use crate::recognise::value_of;
use crate::time::parse_iso;

/// Whether a text is such an archive.
pub(crate) fn is_archive(text: &str) -> bool {
    text.trim_start().starts_with('{')
        && value_of(text, "repo").is_some_and(|value| value.starts_with('"'))
        && value_of(text, "authorAssociation").is_some()
        && ["issues", "pulls"].iter().any(|list| value_of(text, list).is_some_and(|value| value.starts_with('[')))
}

#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "loose_number")]
    number: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    author: Option<String>,
    #[serde(default, rename = "authorAssociation", deserialize_with = "loose_text")]
    association: Option<String>,
    #[serde(default)]
    labels: Option<Vec<String>>,
    #[serde(default, deserialize_with = "loose_text")]
    body: Option<String>,
    #[serde(default, rename = "createdAt", deserialize_with = "loose_text")]
    created: Option<String>,
    #[serde(default, rename = "closedAt", deserialize_with = "loose_text")]
    closed: Option<String>,
    #[serde(default, rename = "mergedAt", deserialize_with = "loose_text")]
    merged: Option<String>,
    #[serde(default, rename = "mergedBy", deserialize_with = "loose_text")]
    merged_by: Option<String>,
    #[serde(default)]
    comments: Option<Vec<Said>>,
    #[serde(default)]
    reviews: Option<Vec<Said>>,
}

/// A comment, a review, or a comment to a line in a review.
#[derive(Deserialize)]
struct Said {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    author: Option<String>,
    #[serde(default, rename = "authorAssociation", deserialize_with = "loose_text")]
    association: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    state: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    body: Option<String>,
    #[serde(default, rename = "createdAt", deserialize_with = "loose_text")]
    created: Option<String>,
    #[serde(default)]
    comments: Option<Vec<Said>>,
}

impl Said {
    /// What the author wrote: the body, then the comments to lines.
    fn text(&self) -> String {
        let lines = self.comments.iter().flatten().map(|comment| comment.body.as_deref());
        let parts = std::iter::once(self.body.as_deref()).chain(lines).flatten().map(spoken);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

pub(super) fn read(source: impl Read, label: &Path, hub: &mut Hub, account: &mut Account<'_>) -> Result<()> {
    let mut repo = String::new();
    let replaced = json::walk(source, label, &["issues", "pulls"], |seen: Seen<'_, Item>| {
        match seen {
            Seen::Field([name], value) if name == "repo" => repo = value,
            Seen::Field(..) => {}
            Seen::Item(_, item) => take(&repo, &item, hub, account),
        }
        Ok(())
    })?;
    account.note_replaced(&replaced);
    Ok(())
}

fn take(repo: &str, item: &Item, hub: &mut Hub, account: &mut Account<'_>) {
    let said = || item.comments.iter().flatten().chain(item.reviews.iter().flatten());
    let refuse = |reason: &str, account: &mut Account<'_>| {
        account.intake.refuse_many("comment or review under what is refused", said().count() as u64);
        account.refuse(reason);
    };
    let Some(number) = item.number else { return refuse("issue or pull request without a number", account) };
    let Some(time) = item.created.as_deref().and_then(parse_iso).map(|stamp| stamp.micros) else {
        return refuse("createdAt cannot be read", account);
    };
    let thread = thread_of(repo, number);
    if !hub.is_new(&thread) {
        return refuse("issue or pull request met before", account);
    }
    let author = meet(hub, item.author.as_deref(), item.association.as_deref(), account);
    let text = spoken(item.body.as_deref().unwrap_or_default());
    let channel = Some(repo).filter(|repo| !repo.is_empty());
    let post = Event {
        time,
        member: author,
        kind: "post",
        id: Some(&thread),
        thread: Some(&thread),
        channel,
        text: Some(&text),
        ..Event::default()
    };
    let tags = item.labels.as_deref().filter(|labels| !labels.is_empty()).map(|labels| labels.join(","));
    hub.chat.push(post, Extra { title: item.title.as_deref(), tags: tags.as_deref(), ..Extra::default() }, account);
    let within = Event { member: None, id: None, parent: Some(&thread), text: None, ..post };
    for said in said() {
        take_said(said, within, hub, account);
    }
    let is_merged = item.merged.is_some();
    let Some(closed) = item.merged.as_deref().or(item.closed.as_deref()) else { return };
    let Some(time) = parse_iso(closed).map(|stamp| stamp.micros) else {
        return account.refuse("closedAt or mergedAt cannot be read");
    };
    let member = item.merged_by.as_deref().filter(|login| !login.is_empty());
    if let Some(login) = member {
        hub.meet(login, None);
    }
    let action = Some(if is_merged { "merged" } else { "closed" });
    hub.chat.push(Event { time, member, kind: "resolve", ..within }, Extra { action, ..Extra::default() }, account);
}

fn take_said(said: &Said, within: Event<'_>, hub: &mut Hub, account: &mut Account<'_>) {
    let Some(time) = said.created.as_deref().and_then(parse_iso).map(|stamp| stamp.micros) else {
        return account.refuse("createdAt cannot be read");
    };
    let made = match &said.id {
        Some(id) if !hub.is_new(id) => return account.refuse("comment or review met before"),
        Some(id) => id.clone(),
        // Comments have no id.
        None => {
            let parts = [
                within.thread.unwrap_or_default(),
                said.author.as_deref().unwrap_or_default(),
                said.created.as_deref().unwrap_or_default(),
                said.body.as_deref().unwrap_or_default(),
            ];
            hub.made.id(&parts)
        }
    };
    let member = meet(hub, said.author.as_deref(), said.association.as_deref(), account);
    let text = said.text();
    let action = said.state.as_deref().map(str::to_lowercase);
    let event = Event { time, member, kind: "reply", id: Some(&made), text: Some(&text), ..within };
    hub.chat.push(event, Extra { action: action.as_deref(), ..Extra::default() }, account);
}

/// The author, where the account still exists.
fn meet<'a>(
    hub: &mut Hub,
    login: Option<&'a str>,
    association: Option<&str>,
    account: &mut Account<'_>,
) -> Option<&'a str> {
    let login = login.filter(|login| !login.is_empty() && *login != "ghost");
    match login {
        Some(login) => hub.meet(login, association),
        None => account.intake.note("written by an account that was deleted"),
    }
    login
}
