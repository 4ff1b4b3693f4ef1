//! Mattermost: the bulk export (`mmctl export create`), a JSONL file, alone or in its zip archive.
//!
//! | source | becomes |
//! |---|---|
//! | post | `post` |
//! | one of its `replies` | `reply`, parent the post |
//! | reaction | `reaction`, at its own time; where it has none, the message's, `inherited` |
//! | `system_join_*`, `system_add_to_*` | `join` of who came |
//! | `system_leave_team`, `system_remove_from_team` | `leave` of who went |
//! | `system_leave_channel`, `system_remove_from_channel` | `leave`, where it was the last channel that the member was seen in; else `moderate` |
//! | every other message of the system's | `moderate`, with its type in the column `action` |
//! | user, bot | a row of the members |
//!
//! Posts have no ids in the export: theirs are made of channel, author, time and text. The member is the user name, which is what the
//! export tells people apart by. A webhook posts in the name of who made it: its posts are by a bot of the webhook's name instead.
//! The channel is the channel's name, behind the team's where there are several teams; of messages between two or a few,
//! `direct` and a number. `channel_type` says whether it is public, private, a group's or two people's. `left` is when a user was
//! deactivated. Mail addresses are not read.
use std::collections::{HashMap, HashSet};
use std::path::Path;

use polars::prelude::*;
use serde::Deserialize;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::{Event, times};
use crate::format::Format;
use crate::input::without_halves;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_number, loose_text};
use crate::made::hash;
use crate::markup::spoken;
use crate::presence::Presence;
use crate::time::epoch;

pub(crate) const PLATFORM: &str = "mattermost";

#[derive(Deserialize)]
struct Line {
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default)]
    team: Option<Named>,
    #[serde(default)]
    channel: Option<Named>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    bot: Option<User>,
    #[serde(default)]
    post: Option<Post>,
    #[serde(default)]
    direct_post: Option<Post>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(default, deserialize_with = "loose_text")]
    team: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "loose_text")]
    username: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    nickname: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    first_name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    last_name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    display_name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    roles: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    delete_at: Option<i64>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(default, deserialize_with = "loose_text")]
    team: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    channel: Option<String>,
    #[serde(default)]
    channel_members: Option<Vec<String>>,
    #[serde(default, deserialize_with = "loose_text")]
    user: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    message: Option<String>,
    #[serde(default)]
    props: Option<Props>,
    #[serde(default, deserialize_with = "loose_number")]
    create_at: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    edit_at: Option<i64>,
    #[serde(default)]
    reactions: Option<Vec<Reaction>>,
    #[serde(default)]
    replies: Option<Vec<Post>>,
}

#[derive(Default, Deserialize)]
struct Props {
    #[serde(default, deserialize_with = "loose_text")]
    from_webhook: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    from_bot: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    override_username: Option<String>,
    #[serde(default, rename = "addedUsername", deserialize_with = "loose_text")]
    added: Option<String>,
    #[serde(default, rename = "removedUsername", deserialize_with = "loose_text")]
    removed: Option<String>,
}

#[derive(Deserialize)]
struct Reaction {
    #[serde(default, deserialize_with = "loose_text")]
    user: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    create_at: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    emoji_name: Option<String>,
}

/// Reads an export.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Mattermost)?;
    let path = job.path();
    let mut export = Export {
        chat: Chat::new(),
        teams: HashSet::new(),
        channels: HashMap::new(),
        seen: HashSet::new(),
        presence: Presence::default(),
    };
    for file in job.files.clone() {
        let label = job.tree.label(file);
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_mattermost(String::from_utf8_lossy(&head).lines().next().unwrap_or_default()) {
            job.account.intake.note("file skipped: it is no bulk export");
            continue;
        }
        let source = job.tree.reader(file)?;
        let account = &mut job.account;
        let replaced = json::lines(source, &label, |line: Option<Line>| match line {
            Some(line) => export.take(line, account),
            None => account.refuse("line that is no JSON object"),
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    export.finish(&path, job.account)
}

/// The first line tells the version; parts of an export begin with any other.
pub(crate) fn is_mattermost(line: &str) -> bool {
    const KINDS: [&str; 9] =
        ["version", "team", "channel", "user", "post", "direct_channel", "direct_post", "scheme", "bot"];
    let kind =
        serde_json::from_str::<HashMap<String, serde_json::Value>>(&without_halves(line)).ok().and_then(|line| {
            let kind = line.get("type")?.as_str()?.to_owned();
            line.get(&kind).is_some_and(|value| value.is_object() || value.is_number()).then_some(kind)
        });
    kind.is_some_and(|kind| KINDS.contains(&kind.as_str()))
}

struct Export {
    chat: Chat,
    teams: HashSet<String>,
    /// What kind each channel is of, by team and name.
    channels: HashMap<(String, String), &'static str>,
    seen: HashSet<u64>,
    presence: Presence,
}

/// Where a post stands.
struct Room {
    channel: String,
    kind: Option<&'static str>,
}

/// The conversation that a reply stands in.
type Root = Option<String>;

impl Export {
    fn take(&mut self, line: Line, account: &mut Account<'_>) {
        let text = |text: Option<String>| text.filter(|text| !text.is_empty());
        match line.kind.as_deref() {
            Some("team") => self.teams.extend(line.team.and_then(|team| text(team.name))),
            Some("channel") => {
                let Some(channel) = line.channel else { return };
                let kind = if channel.kind.as_deref() == Some("P") { "private" } else { "public" };
                self.channels.insert((channel.team.unwrap_or_default(), channel.name.unwrap_or_default()), kind);
            }
            Some("user") => line.user.into_iter().for_each(|user| self.meet(user, false)),
            Some("bot") => line.bot.into_iter().for_each(|bot| self.meet(bot, true)),
            Some("post") => match line.post {
                Some(post) => self.take_root(post, account),
                None => account.refuse("line of a post without the post"),
            },
            Some("direct_post") => match line.direct_post {
                Some(post) => self.take_root(post, account),
                None => account.refuse("line of a post without the post"),
            },
            // Versions, roles, emoji and lists of direct channels tell of nobody's acts.
            _ => {}
        }
    }

    fn meet(&mut self, user: User, is_bot: bool) {
        let Some(key) = user.username.filter(|name| !name.is_empty()) else { return };
        let full = [user.first_name, user.last_name].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let names = [user.nickname, user.display_name, Some(full.trim().to_owned())];
        let is_staff = user.roles.is_some_and(|roles| roles.split_whitespace().any(|role| role == "system_admin"));
        let person = self.chat.people.meet(&key);
        person.name = names.into_iter().flatten().find(|name| !name.is_empty());
        person.username = Some(key);
        person.role = if is_bot { Some("bot") } else { is_staff.then_some("staff") };
        person.left = user.delete_at.filter(|at| *at > 0).and_then(time);
    }

    fn room(&self, post: &Post) -> Room {
        if let Some(members) = &post.channel_members {
            let mut members: Vec<&str> = members.iter().map(String::as_str).collect();
            members.sort_unstable();
            let kind = if members.len() > 2 { "group_dm" } else { "dm" };
            return Room { channel: format!("direct-{:016x}", hash(&members)), kind: Some(kind) };
        }
        let (team, name) = (post.team.clone().unwrap_or_default(), post.channel.clone().unwrap_or_default());
        let kind = self.channels.get(&(team.clone(), name.clone())).copied();
        let channel = if self.teams.len() > 1 { format!("{team}/{name}") } else { name };
        Room { channel, kind }
    }

    fn take_root(&mut self, mut post: Post, account: &mut Account<'_>) {
        let room = self.room(&post);
        let replies = post.replies.take().unwrap_or_default();
        let root = self.take_post(post, &room, None, account);
        for reply in replies {
            match &root {
                Some(root) => drop(self.take_post(reply, &room, Some(root.clone()), account)),
                None => account.refuse("reply to a post that is refused"),
            }
        }
    }

    /// Takes a post, and gives its id.
    fn take_post(&mut self, post: Post, room: &Room, root: Root, account: &mut Account<'_>) -> Option<String> {
        let Some(time) = post.create_at.filter(|at| *at > 0).and_then(time) else {
            account.refuse("create_at cannot be read");
            return None;
        };
        let author = post.user.as_deref().unwrap_or_default();
        let said = post.message.as_deref().unwrap_or_default();
        let name = hash(&[&room.channel, root.as_deref().unwrap_or_default(), author, &time.to_string(), said]);
        if !self.seen.insert(name) {
            account.refuse("post met twice: of the same author, time and text");
            return None;
        }
        let id = format!("{name:016x}");
        let props = post.props.unwrap_or_default();
        let subtype = post.kind.as_deref().filter(|kind| kind.starts_with("system_"));
        let mut member = self.author(author, &props);
        let named = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
        let kind = match subtype {
            None if root.is_some() => "reply",
            None => "post",
            Some("system_join_team" | "system_join_channel") => "join",
            Some("system_add_to_team" | "system_add_to_channel") => {
                member = named(&props.added);
                "join"
            }
            Some("system_leave_team" | "system_leave_channel") => "leave",
            Some("system_remove_from_team" | "system_remove_from_channel") => {
                member = named(&props.removed);
                "leave"
            }
            Some(_) => "moderate",
        };
        if member.is_none() {
            account.intake.note("message by nobody known");
        }
        if let Some(member) = &member {
            self.chat.people.meet(member);
        }
        let text = spoken(said);
        let event = Event {
            time,
            member: member.as_deref(),
            kind,
            id: Some(&id),
            thread: root.as_deref(),
            parent: root.as_deref(),
            channel: Some(&room.channel),
            text: Some(&text),
            quality: None,
        };
        let of_channel = subtype.is_some_and(|subtype| subtype.ends_with("channel"));
        if kind == "leave" && of_channel && member.is_some() {
            self.presence.leave(event, room.kind);
            return Some(id);
        }
        if let Some(member) = &member
            && (subtype.is_none() || of_channel)
        {
            self.presence.see(member, &room.channel, time, true);
        }
        let edited = post.edit_at.filter(|at| *at > 0).and_then(self::time);
        let extra = Extra { action: subtype, edited, channel_type: room.kind, ..Extra::default() };
        self.chat.push(event, extra, account);
        for reaction in post.reactions.iter().flatten() {
            self.react(reaction, event, extra, account);
        }
        Some(id)
    }

    /// The key of an author; who is not listed is met.
    fn author(&mut self, user: &str, props: &Props) -> Option<String> {
        let says_so = |prop: &Option<String>| prop.as_deref() == Some("true");
        let (is_webhook, is_bot) = (says_so(&props.from_webhook), says_so(&props.from_bot));
        let key = match (is_webhook, props.override_username.as_deref().filter(|name| !name.is_empty())) {
            (true, Some(name)) => format!("@{name}"),
            (true, None) => format!("@webhook of {user}"),
            (false, _) if user.is_empty() => return None,
            (false, _) => user.to_owned(),
        };
        let person = self.chat.people.meet(&key);
        if is_webhook || is_bot {
            person.role = Some("bot");
        }
        Some(key)
    }

    fn react(&mut self, reaction: &Reaction, message: Event<'_>, extra: Extra<'_>, account: &mut Account<'_>) {
        let user = reaction.user.as_ref().filter(|user| !user.is_empty());
        if let Some(user) = user {
            self.chat.people.meet(user);
        }
        let own = reaction.create_at.filter(|at| *at > 0).and_then(time);
        let event = Event {
            time: own.unwrap_or(message.time),
            member: user.map(String::as_str),
            kind: "reaction",
            id: None,
            thread: message.thread,
            parent: message.id,
            channel: message.channel,
            text: None,
            quality: if own.is_some() { None } else { crate::event::INHERITED },
        };
        let extra = Extra { emoji: reaction.emoji_name.as_deref(), action: None, edited: None, ..extra };
        self.chat.push(event, extra, account);
    }

    fn finish(mut self, path: &Path, mut account: Account<'_>) -> Result<Source> {
        for leave in self.presence.leaves() {
            let extra =
                Extra { action: Some("system_leave_channel"), channel_type: leave.channel_type, ..Extra::default() };
            self.chat.push(leave.event(), extra, &mut account);
        }
        let left = Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &self.chat.people.column(|person| person.left));
        let of_members = vec![self.chat.people.usernames(), times("left", left)];
        self.chat.finish(path, PLATFORM, &["action", "emoji", "edited", "channel_type"], of_members, account)
    }
}

/// Milliseconds since 1970.
fn time(at: i64) -> Option<i64> {
    epoch(at, Some(crate::TimeUnit::Milliseconds))
}
