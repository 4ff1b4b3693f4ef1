//! Hours of GH Archive: a line for each public event. The form of before 2015 is read too.
use std::io::Read;
use std::path::Path;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Hub, thread_of};
use crate::chat::Extra;
use crate::error::Result;
use crate::event;
use crate::job::Account;
use crate::json::{self, loose_bool, loose_number, loose_text};
use crate::markup::spoken;
use crate::recognise::value_of;
use crate::time::parse_iso;

/// Whether a text is such an hour: lines with a type that ends in `Event`, an actor and a payload.
pub(crate) fn is_timeline(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.starts_with('{')
        && ["actor", "payload"].iter().all(|key| value_of(line, key).is_some())
        && value_of(line, "type").is_some_and(|value| {
            let name = value.strip_prefix('"').and_then(|rest| rest.split('"').next()).unwrap_or_default();
            name.len() > 5 && name.ends_with("Event") && name.bytes().all(|byte| byte.is_ascii_alphabetic())
        })
}

/// What is there as an object in some years, and as a number or text in others.
#[derive(Deserialize)]
#[serde(untagged)]
enum Loose<T> {
    Is(T),
    Other(IgnoredAny),
}

impl<T> Loose<T> {
    fn get(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

fn get<T>(field: &Option<Loose<T>>) -> Option<&T> {
    field.as_ref().and_then(Loose::get)
}

#[derive(Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default)]
    actor: Option<Actor>,
    #[serde(default)]
    repo: Option<Loose<Repo>>,
    /// Before 2015.
    #[serde(default)]
    repository: Option<Loose<OldRepo>>,
    #[serde(default)]
    payload: Option<Loose<Payload>>,
    #[serde(default, deserialize_with = "loose_text")]
    created_at: Option<String>,
    /// Before 2015.
    #[serde(default, deserialize_with = "loose_text")]
    url: Option<String>,
}

/// Before 2015 the login alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Actor {
    Login(String),
    User(User),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    login: Option<String>,
}

#[derive(Deserialize)]
struct Repo {
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct OldRepo {
    #[serde(default, deserialize_with = "loose_text")]
    owner: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
}

#[derive(Default, Deserialize)]
struct Payload {
    #[serde(default, deserialize_with = "loose_text")]
    action: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    number: Option<i64>,
    /// Before 2015.
    #[serde(default, deserialize_with = "loose_text")]
    comment_id: Option<String>,
    #[serde(default)]
    issue: Option<Loose<Item>>,
    #[serde(default)]
    pull_request: Option<Loose<Item>>,
    #[serde(default)]
    discussion: Option<Loose<Item>>,
    #[serde(default)]
    comment: Option<Loose<Comment>>,
    #[serde(default)]
    review: Option<Loose<Comment>>,
    #[serde(default)]
    assignee: Option<Loose<User>>,
}

/// An issue, a pull request or a discussion.
#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "loose_number")]
    number: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    body: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    author_association: Option<String>,
    #[serde(default, deserialize_with = "loose_bool")]
    merged: bool,
    #[serde(default)]
    labels: Option<Vec<Loose<Label>>>,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Comment {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    body: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    author_association: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    in_reply_to_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    parent_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    commit_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    state: Option<String>,
}

pub(super) fn read(source: impl Read, label: &Path, hub: &mut Hub, account: &mut Account<'_>) -> Result<()> {
    let replaced = json::lines(source, label, |line: Option<Line>| match line {
        Some(line) => take(&line, hub, account),
        None => account.refuse("line that is no JSON object"),
    })?;
    account.note_replaced(&replaced);
    Ok(())
}

/// What an event of GitHub is in ours.
#[derive(Default)]
struct Act {
    kind: &'static str,
    id: Option<String>,
    /// The issue, pull request, discussion or commit under which it stands.
    thread: Option<String>,
    parent: Option<String>,
    action: Option<String>,
}

impl Line {
    fn repo(&self) -> Option<String> {
        if let Some(name) = get(&self.repo).and_then(|repo| repo.name.clone()) {
            return Some(name);
        }
        let old = get(&self.repository)?;
        Some(format!("{}/{}", old.owner.as_deref()?, old.name.as_deref()?))
    }

    fn login(&self) -> Option<&str> {
        let login = match self.actor.as_ref()? {
            Actor::Login(login) => Some(login.as_str()),
            Actor::User(user) => user.login.as_deref(),
            Actor::Other(_) => None,
        };
        login.filter(|login| !login.is_empty() && *login != "ghost")
    }

    /// The number of the account, which stays when the login changes; none before 2015.
    fn account_id(&self) -> Option<&str> {
        match self.actor.as_ref()? {
            Actor::User(user) => user.id.as_deref().filter(|id| !id.is_empty()),
            Actor::Login(_) | Actor::Other(_) => None,
        }
    }

    /// The number of what it stands under; before 2015 the address alone tells it for comments.
    fn number(&self, payload: &Payload) -> Option<i64> {
        let items = [&payload.issue, &payload.pull_request, &payload.discussion];
        let of_item = items.into_iter().find_map(|item| get(item)?.number);
        of_item.or(payload.number).or_else(|| {
            let url = self.url.as_deref()?;
            let tail = url.split_once("/issues/").or_else(|| url.split_once("/pull/"))?.1;
            tail.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        })
    }

    /// What it is, or why it is nothing.
    fn act(&self, payload: &Payload, repo: &str) -> std::result::Result<Act, String> {
        let name = self.kind.as_deref().unwrap_or_default();
        let action = payload.action.as_deref();
        let thread = self.number(payload).map(|number| thread_of(repo, number));
        let other = || Err(format!("{name} of the action {}: no act of the event table", action.unwrap_or("none")));
        let under = |kind, action: &str| {
            Ok(Act {
                kind,
                thread: thread.clone(),
                parent: thread.clone(),
                action: Some(action.to_owned()),
                ..Act::default()
            })
        };
        match name {
            "IssuesEvent" | "PullRequestEvent" | "DiscussionEvent" => {
                let Some(action) = action else { return other() };
                if thread.is_none() {
                    return Err(format!("{name} without a number"));
                }
                let is_merged = get(&payload.pull_request).is_some_and(|pull| pull.merged);
                match action {
                    "opened" | "created" => {
                        Ok(Act { kind: "post", id: thread.clone(), thread: thread.clone(), ..Act::default() })
                    }
                    "closed" if is_merged => under("resolve", "merged"),
                    "closed" | "merged" | "answered" => under("resolve", action),
                    "reopened" | "unanswered" => under("reopen", action),
                    "assigned" => under("assign", action),
                    _ => other(),
                }
            }
            "IssueCommentEvent" | "DiscussionCommentEvent" => {
                let comment = get(&payload.comment);
                let id = comment.and_then(|comment| comment.id.as_ref()).or(payload.comment_id.as_ref());
                if action.is_some_and(|action| action != "created") {
                    return other();
                }
                let answered = comment.and_then(|comment| comment.parent_id.as_deref()).map(|id| format!("c{id}"));
                let (id, parent) = (id.map(|id| format!("c{id}")), answered.or(thread.clone()));
                Ok(Act { kind: "reply", id, thread, parent, action: None })
            }
            "PullRequestReviewCommentEvent" => {
                let comment = get(&payload.comment);
                if action.is_some_and(|action| action != "created") {
                    return other();
                }
                let answered = comment.and_then(|comment| comment.in_reply_to_id.as_deref());
                Ok(Act {
                    kind: "reply",
                    id: comment.and_then(|comment| comment.id.as_deref()).map(|id| format!("l{id}")),
                    parent: answered.map(|id| format!("l{id}")).or(thread.clone()),
                    thread,
                    action: None,
                })
            }
            "PullRequestReviewEvent" => {
                let review = get(&payload.review);
                let state = review.and_then(|review| review.state.as_deref()).unwrap_or_default().to_lowercase();
                let is_empty =
                    review.and_then(|review| review.body.as_deref()).is_none_or(|body| body.trim().is_empty());
                if is_empty && state == "commented" {
                    return Err("review that says no more than its comments, which are rows of their own".to_owned());
                }
                if !matches!(action, None | Some("created" | "submitted")) {
                    return other();
                }
                let id = review.and_then(|review| review.id.as_deref()).map(|id| format!("r{id}"));
                let action = Some(state).filter(|state| !state.is_empty());
                Ok(Act { kind: "reply", id, thread: thread.clone(), parent: thread, action })
            }
            "CommitCommentEvent" => {
                let comment = get(&payload.comment);
                let id = comment.and_then(|comment| comment.id.as_ref()).or(payload.comment_id.as_ref());
                let commit = comment.and_then(|comment| comment.commit_id.as_deref());
                let thread = commit.map(|commit| format!("{repo}@{commit}"));
                Ok(Act {
                    kind: "reply",
                    id: id.map(|id| format!("cc{id}")),
                    parent: thread.clone(),
                    thread,
                    action: Some("commit comment".to_owned()),
                })
            }
            "PushEvent" => {
                Ok(Act { kind: "edit", id: self.own_id(), action: Some("pushed".to_owned()), ..Act::default() })
            }
            "GollumEvent" => {
                Ok(Act { kind: "edit", id: self.own_id(), action: Some("wiki".to_owned()), ..Act::default() })
            }
            "WatchEvent" => Ok(Act { kind: "reaction", action: Some("starred".to_owned()), ..Act::default() }),
            "ForkEvent" => Ok(Act { kind: "share", action: Some("forked".to_owned()), ..Act::default() }),
            _ => Err(format!("{name}: no act of the event table")),
        }
    }

    fn own_id(&self) -> Option<String> {
        self.id.as_ref().map(|id| format!("e{id}"))
    }
}

fn take(line: &Line, hub: &mut Hub, account: &mut Account<'_>) {
    // Before 2015 the day is written with slashes.
    let written = line.created_at.as_deref().unwrap_or_default().replace('/', "-");
    let Some(time) = parse_iso(&written).map(|stamp| stamp.micros) else {
        return account.refuse("created_at cannot be read");
    };
    let Some(repo) = line.repo() else { return account.refuse("event of no repository") };
    let none = Payload::default();
    let payload = get(&line.payload).unwrap_or(&none);
    let act = match line.act(payload, &repo) {
        Ok(act) => act,
        Err(reason) => return account.refuse_quoting(reason, "event or action that is no act of the event table"),
    };
    if let Some(event) = &line.id
        && !hub.is_new(&format!("event {event}"))
    {
        return account.refuse("event met before");
    }
    if let Some(id) = &act.id
        && !hub.is_new(id)
    {
        return account.refuse("issue, pull request, comment or review met before");
    }
    let item = [&payload.issue, &payload.pull_request, &payload.discussion].into_iter().find_map(get);
    let said = [&payload.comment, &payload.review].into_iter().find_map(get);
    let member = line.login();
    let association = match (act.kind, said, item) {
        ("post", _, Some(item)) => item.author_association.as_deref(),
        ("reply", Some(said), _) => said.author_association.as_deref(),
        _ => None,
    };
    match member {
        Some(login) => {
            hub.meet(login, association);
            let person = hub.chat.people.meet(login);
            person.account_id = person.account_id.take().or_else(|| line.account_id().map(str::to_owned));
        }
        None => account.intake.note("written by an account that was deleted"),
    }
    let target = get(&payload.assignee).and_then(|user| user.login.as_deref()).filter(|_| act.kind == "assign");
    let body = match act.kind {
        "post" => item.and_then(|item| item.body.as_deref()),
        "reply" => said.and_then(|said| said.body.as_deref()),
        _ => None,
    };
    let text = spoken(body.unwrap_or_default());
    let (mut title, mut tags) = (None, None);
    if let Some(item) = item.filter(|_| act.kind == "post") {
        title = item.title.as_deref();
        let labels = item.labels.iter().flatten().filter_map(|label| label.get()?.name.as_deref()).collect::<Vec<_>>();
        tags = Some(labels.join(",")).filter(|labels| !labels.is_empty());
    }
    let event = event::Event {
        time,
        member,
        kind: act.kind,
        id: act.id.as_deref(),
        thread: act.thread.as_deref(),
        parent: act.parent.as_deref(),
        channel: Some(&repo),
        text: Some(&text),
        quality: None,
    };
    let extra = Extra { action: act.action.as_deref(), title, tags: tags.as_deref(), target, ..Extra::default() };
    hub.chat.push(event, extra, account);
}
