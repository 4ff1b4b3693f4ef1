//! Perceval: the items that the fetcher of GrimoireLab writes, a JSON object each, in a list, one after the other or a line each.
//!
//! An item is an envelope around what the source itself says. What is nested in it becomes rows of their own:
//!
//! | backend | item | becomes |
//! |---|---|---|
//! | Git | commit | as [`crate::git`] has it |
//! | GitHub | issue, pull_request, with comments, reviews and reactions | as [`crate::github`] has it; reactions at their own times |
//! | GitLab | issue, merge_request, with notes and award emoji | `post`, `reply`, `reaction`, `resolve`, `reopen`; other system notes `moderate` |
//! | MBox, Pipermail, Groupsio, HyperKitty, NNTP | message | as [`crate::mbox`] has it |
//! | Discourse | topic with its posts | `post`, `reply`, `moderate`, `resolve`; likes as in [`crate::discourse`] |
//! | StackExchange, Askbot | question with answers and comments | `post`, `reply`, `resolve` |
//! | Slack, Mattermost, RocketChat | message | `post`, `reply`, `reaction` |
//! | MediaWiki | page with its revisions | `edit` |
//! | Jira | issue with its comments | `post`, `reply`, `resolve` |
//! | Gerrit | review with its comments and approvals | `post`, `reply`, `resolve` |
//!
//! Items of other backends and categories are refused, counted by their names. One reading is of one backend: where there are items of
//! several, that is an error, and each is read by itself.
//! `updated_on` is when an item was changed last, and is not used. The channel is the last part of the item's `origin`, of chats their channel.
mod chats;
mod forges;
mod questions;
mod value;

use serde_json::Value;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::format::Format;
use crate::git::{Commit, History};
use crate::job::{Account, Job, refuse_table_options};
use crate::json;
use crate::mbox::Archive;
use crate::recognise::value_of;
use crate::time::Zone;
use std::collections::HashSet;
use value::{list, number, text, time};

/// Whether a text holds such items.
pub(crate) fn is_items(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
        && value_of(text, "backend_name").is_some_and(|value| value.starts_with('"'))
        && value_of(text, "backend_version").is_some_and(|value| value.starts_with('"'))
}

/// The platform of a backend, as the events' column has it.
fn platform(backend: &str) -> &'static str {
    match backend {
        "Git" => crate::git::PLATFORM,
        "GitHub" | "GitHubQL" => crate::github::PLATFORM,
        "GitLab" => "gitlab",
        "MBox" | "Pipermail" | "Groupsio" | "HyperKitty" | "NNTP" => crate::mbox::PLATFORM,
        "Discourse" => crate::discourse::PLATFORM,
        "StackExchange" => crate::stackexchange::PLATFORM,
        "Askbot" => "askbot",
        "Slack" => crate::slack::PLATFORM,
        "Mattermost" => crate::mattermost::PLATFORM,
        "RocketChat" => "rocketchat",
        "MediaWiki" => crate::mediawiki::PLATFORM,
        "Jira" => "jira",
        "Gerrit" => "gerrit",
        _ => "perceval",
    }
}

/// Reads items.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Perceval)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let mut items =
        Items { backend: None, sheet: Sheet::new(), history: History::new(zone), letters: Archive::new(zone) };
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_items(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it holds no items of Perceval");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = json::documents(source, &label, |item| {
            let backend = text(&item, "backend_name").unwrap_or_default();
            match &items.backend {
                Some(first) if *first != backend => {
                    let found = vec![format!("perceval: items of {first}"), format!("perceval: items of {backend}")];
                    return Err(Error::Several { path: path.clone(), found });
                }
                Some(_) => {}
                None => items.backend = Some(backend.clone()),
            }
            items.take(&backend, &item, account);
            Ok(())
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    let platform = platform(items.backend.as_deref().unwrap_or_default());
    match platform {
        crate::git::PLATFORM => items.history.finish(&path, job.account),
        crate::mbox::PLATFORM => items.letters.finish(&path, job.account),
        platform => {
            let of_members = vec![items.sheet.chat.people.usernames()];
            let columns = ["action", "emoji", "title", "tags"];
            items.sheet.chat.finish(&path, platform, &columns, of_members, job.account)
        }
    }
}

struct Items {
    backend: Option<String>,
    sheet: Sheet,
    history: History,
    letters: Archive,
}

impl Items {
    fn take(&mut self, backend: &str, item: &Value, account: &mut Account<'_>) {
        let category = text(item, "category").unwrap_or_default();
        let data = &item["data"];
        if !data.is_object() {
            return account.refuse("item without data");
        }
        let origin = text(item, "origin").unwrap_or_default();
        let origin = origin.trim_end_matches('/').trim_end_matches(".git");
        let channel = origin.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default().to_owned();
        let sheet = &mut self.sheet;
        match (backend, category.as_str()) {
            ("Git", _) => self.history.take(&commit(data), Some(&channel), account),
            ("GitHub", "issue" | "pull_request" | "") => {
                let repo = origin.split("github.com/").nth(1).unwrap_or(&channel);
                forges::github(data, repo, sheet, account);
            }
            ("GitLab", "issue" | "merge_request" | "") => {
                let project = origin.splitn(4, '/').nth(3).unwrap_or(&channel);
                forges::gitlab(data, project, category == "merge_request", sheet, account);
            }
            ("MBox" | "Pipermail" | "Groupsio" | "HyperKitty" | "NNTP", _) => self.letter(data, &channel, account),
            ("Discourse", _) => questions::discourse(data, sheet, account),
            ("StackExchange", _) => questions::stack_exchange(data, sheet, account),
            ("Askbot", _) => questions::askbot(data, &channel, sheet, account),
            ("Slack", "message" | "") => chats::slack(data, sheet, account),
            ("Mattermost", "post" | "") => chats::mattermost(data, sheet, account),
            ("RocketChat", "message" | "") => chats::rocket_chat(data, &channel, sheet, account),
            ("MediaWiki", _) => pages(data, &channel, sheet, account),
            ("Jira", _) => forges::jira(data, sheet, account),
            ("Gerrit", _) => forges::gerrit(data, sheet, account),
            (backend, category) => {
                let reason = format!("item of {backend}, category {category:?}: not read");
                account.refuse_quoting(reason, "item of a backend or category that is not read");
            }
        }
    }

    fn letter(&mut self, data: &Value, list: &str, account: &mut Account<'_>) {
        const HEADERS: [&str; 7] =
            ["From", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"];
        let Some(data_of) = data.as_object() else { return };
        let found: Vec<(&str, String)> = HEADERS
            .iter()
            .filter_map(|name| {
                let (key, _) = data_of.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
                Some((*name, text(data, key)?))
            })
            .collect();
        let headers: Vec<(&str, &str)> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let body = text(&data["body"], "plain").or_else(|| text(data, "body")).unwrap_or_default();
        self.letters.take_parts(&headers, &body, list, account);
    }
}

fn commit(data: &Value) -> Commit {
    let get = |name: &str| text(data, name).unwrap_or_default();
    Commit {
        hash: get("commit"),
        author: get("Author"),
        date: get("AuthorDate"),
        is_merge: list(data, "parents").len() > 1,
        message: get("message"),
    }
}

fn pages(data: &Value, channel: &str, sheet: &mut Sheet, account: &mut Account<'_>) {
    let title = text(data, "title");
    for revision in list(data, "revisions") {
        let Some(time) = time(revision, "timestamp") else {
            account.refuse("timestamp cannot be read");
            continue;
        };
        let id = text(revision, "revid").map(|id| format!("r{id}"));
        let member = text(revision, "user").filter(|_| revision.get("anon").is_none());
        if let Some(name) = &member {
            let role = name.to_lowercase().ends_with("bot").then_some("bot");
            sheet.meet(name, None, role);
        }
        let event = Event {
            time,
            member: member.as_deref(),
            kind: "edit",
            id: id.as_deref(),
            channel: Some(channel).filter(|channel| !channel.is_empty()),
            ..Event::default()
        };
        let action = revision.get("minor").is_some().then_some("minor");
        sheet.push(event, Extra { action, title: title.as_deref(), ..Extra::default() }, account);
    }
    if number(data, "pageid").is_none() {
        account.intake.note("page without a pageid");
    }
}

/// The rows of what is no mail and no history, each id once.
struct Sheet {
    chat: Chat,
    seen: HashSet<String>,
}

impl Sheet {
    fn new() -> Self {
        Self { chat: Chat::new(), seen: HashSet::new() }
    }

    /// Takes note of who did something.
    fn meet(&mut self, key: &str, name: Option<String>, role: Option<&'static str>) {
        let person = self.chat.people.meet(key);
        if name.is_some() {
            person.name = name;
        }
        if role.is_some() && person.role != Some("bot") {
            person.role = role;
        }
    }

    /// Takes an event, unless its id was met before; false then.
    fn push(&mut self, event: Event<'_>, extra: Extra<'_>, account: &mut Account<'_>) -> bool {
        if let Some(id) = event.id
            && !self.seen.insert(id.to_owned())
        {
            account.refuse("item or what is nested in it met before");
            return false;
        }
        self.chat.push(event, extra, account);
        true
    }
}
