//! Telegram: `result.json` of Telegram Desktop (machine-readable JSON), of one chat or of all.
//!
//! | source | becomes |
//! |---|---|
//! | message | `post` |
//! | message with `reply_to_message_id` | `reply`, parent that message; to the start of a forum's topic it is a `post` |
//! | forwarded message | `share`; a channel's post that Telegram itself forwards into its group is the group's `post` |
//! | reaction | `reaction` of each user named under `recent`, at the message's time, `inherited`; what the count has beyond them has no member |
//! | `join_group_by_link`, `join_group_by_request`, `invite_members` | `join` of each who came |
//! | `remove_members` | `leave` of who went, or was removed; in an export of several chats `moderate`, as they may be in another |
//! | every other service message | `moderate`, with its action in the column `action` |
//!
//! The id is `<chat>/<message>`; the channel is the chat's name, and `channel_type` says whether it is public, private or two people's.
//! The member is `from_id` (`user123`, `channel123`); of invitations the export has names alone: the one member of that name, else the name. Bots have
//! no mark: who is called `… Bot` is taken for one.
//!
//! Times are `date_unixtime`. Exports of before 2022 lack it: `date` is then the wall clock of who exported, in the zone of the option
//! `time_zone`, else UTC, which is noted. Telegram Desktop writes some control characters in a way that is no JSON (`\x1F`): they are read.
mod escapes;

use std::collections::{HashMap, HashSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, Seen, loose_number, loose_text};
use crate::markup::spoken;
use crate::time::{Zone, epoch, parse_iso};
use crate::zulip::is_bot;
use escapes::Escapes;

pub(crate) const PLATFORM: &str = "telegram";

#[derive(Deserialize)]
struct Message {
    #[serde(default, deserialize_with = "loose_number")]
    id: Option<i64>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    date: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    date_unixtime: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    edited_unixtime: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    from: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    from_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    actor: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    actor_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    action: Option<String>,
    #[serde(default)]
    members: Option<Vec<Option<String>>>,
    #[serde(default, deserialize_with = "loose_number")]
    reply_to_message_id: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    reply_to_peer_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    forwarded_from: Option<String>,
    #[serde(default)]
    text: Option<Value>,
    #[serde(default)]
    reactions: Option<Vec<Reaction>>,
}

#[derive(Deserialize)]
struct Reaction {
    #[serde(default, deserialize_with = "loose_number")]
    count: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    emoji: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default)]
    recent: Option<Vec<Peer>>,
}

#[derive(Deserialize)]
struct Peer {
    #[serde(default, deserialize_with = "loose_text")]
    from: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    from_id: Option<String>,
}

/// Reads exports.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Telegram)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let mut export = Export {
        chat: Chat::new(),
        zone,
        seen: HashSet::new(),
        topics: HashSet::new(),
        keys: HashMap::new(),
        comings: Vec::new(),
        chats: HashSet::new(),
    };
    for file in job.files.clone() {
        let label = job.tree.label(file);
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_telegram(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it is no export of a chat");
            continue;
        }
        let source = Escapes::new(job.tree.reader(file)?);
        let account = &mut job.account;
        let mut room = Room::default();
        let replaced = json::walk(source, &label, &["messages"], |seen: Seen<'_, Message>| {
            match seen {
                Seen::Field([key], value) => room.set(key, value),
                Seen::Field([chats, list, key], value) if chats.ends_with("chats") && list == "list" => {
                    room.set(key, value);
                }
                Seen::Field(..) => {}
                Seen::Item(_, message) => export.take(message, &room, account),
            }
            Ok(())
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    export.finish(&path, job.account)
}

/// A chat's head, or that of an export of everything.
pub(crate) fn is_telegram(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let has = |key: &str| text.contains(&format!("\"{key}\""));
    text.starts_with('{')
        && (has("messages")
            && has("id")
            && (has("date_unixtime") || has("from_id") || has("actor_id") || has("text_entities"))
            || has("about") && text.contains("Telegram") && (has("personal_information") || has("chats")))
}

#[derive(Debug, Default)]
struct Room {
    id: String,
    name: Option<String>,
    kind: Option<&'static str>,
}

impl Room {
    fn set(&mut self, key: &str, value: String) {
        match key {
            "name" => self.name = Some(value),
            "id" => self.id = value,
            "type" => {
                self.kind = match value.as_str() {
                    "personal_chat" | "bot_chat" | "saved_messages" | "verification_codes" => Some("dm"),
                    kind if kind.starts_with("public_") => Some("public"),
                    kind if kind.starts_with("private_") => Some("private"),
                    _ => None,
                }
            }
            _ => {}
        }
    }
}

struct Export {
    chat: Chat,
    zone: Option<Zone>,
    seen: HashSet<(String, i64)>,
    /// Messages that start a topic of a forum.
    topics: HashSet<(String, i64)>,
    /// Who has a name; none where several have it.
    keys: HashMap<String, Option<String>>,
    comings: Vec<Coming>,
    chats: HashSet<String>,
}

/// Somebody came or went, who is told by name.
struct Coming {
    time: i64,
    name: Option<String>,
    is_coming: bool,
    id: Option<String>,
    channel: Option<String>,
    channel_type: Option<&'static str>,
    action: &'static str,
}

impl Export {
    /// Remembers who somebody is.
    fn meet(&mut self, key: Option<&str>, name: Option<&str>) -> Option<String> {
        let key = key.filter(|key| !key.is_empty())?;
        // Exports of before 2021 have the bare number.
        let key = if key.bytes().all(|byte| byte.is_ascii_digit()) { format!("user{key}") } else { key.to_owned() };
        let name = name.filter(|name| !name.is_empty());
        let person = self.chat.people.meet(&key);
        if let Some(name) = name {
            person.name = Some(name.to_owned());
            person.role = person.role.or(is_bot(name).then_some("bot"));
            match self.keys.get_mut(name) {
                None => drop(self.keys.insert(name.to_owned(), Some(key.clone()))),
                Some(known) if known.as_ref() != Some(&key) => *known = None,
                Some(_) => {}
            }
        }
        Some(key)
    }

    fn time(&self, message: &Message, account: &mut Account<'_>) -> Option<i64> {
        if let Some(time) = message.date_unixtime.filter(|time| *time > 0) {
            return epoch(time, Some(crate::TimeUnit::Seconds));
        }
        let stamp = parse_iso(message.date.as_deref()?).filter(|stamp| !stamp.day_only)?;
        if stamp.zoned {
            return Some(stamp.micros);
        }
        match self.zone {
            Some(zone) => {
                let (time, local) = zone.to_utc(stamp.micros);
                if let Some(note) = local.note() {
                    account.intake.note(note);
                }
                Some(time)
            }
            None => {
                account.intake.note("date without a zone: taken as UTC (the option `time_zone` names another)");
                Some(stamp.micros)
            }
        }
    }

    fn take(&mut self, message: Message, room: &Room, account: &mut Account<'_>) {
        let kind = message.kind.as_deref();
        if kind == Some("unsupported") {
            return account.refuse("message that Telegram could not export (unsupported)");
        }
        let Some(number) = message.id else { return account.refuse("message without id") };
        let Some(time) = self.time(&message, account) else { return account.refuse("date cannot be read") };
        if !self.seen.insert((room.id.clone(), number)) {
            return account.refuse("message with an id seen before");
        }
        if !self.chats.contains(&room.id) {
            self.chats.insert(room.id.clone());
        }
        let id = format!("{}/{number}", room.id);
        let place =
            Event { time, id: Some(&id), channel: room.name.as_deref(), quality: Some("second"), ..Event::default() };
        let extra = Extra { channel_type: room.kind, ..Extra::default() };
        if kind == Some("service") {
            return self.take_service(&message, number, room, place, extra, account);
        }
        let member = self.meet(message.from_id.as_deref(), message.from.as_deref());
        if member.is_none() {
            account.intake.note("message by nobody known");
        }
        let is_own_channels = message.from_id.as_deref().is_some_and(|key| key.starts_with("channel"))
            && message.forwarded_from == message.from;
        let is_share = message.forwarded_from.is_some() && !is_own_channels;
        let other =
            message.reply_to_peer_id.as_deref().map(|peer| peer.trim_start_matches(|c: char| c.is_ascii_alphabetic()));
        let chat = other.unwrap_or(&room.id);
        let answered =
            message.reply_to_message_id.filter(|answered| !self.topics.contains(&(chat.to_owned(), *answered)));
        let parent = answered.map(|answered| format!("{chat}/{answered}"));
        let text = if is_share { String::new() } else { spoken(&words(message.text.as_ref())) };
        let event = Event {
            member: member.as_deref(),
            kind: match (is_share, &parent) {
                (true, _) => "share",
                (false, Some(_)) => "reply",
                (false, None) => "post",
            },
            parent: parent.as_deref(),
            text: Some(&text),
            ..place
        };
        let edited = message.edited_unixtime.filter(|time| *time > 0);
        let edited = edited.and_then(|time| epoch(time, Some(crate::TimeUnit::Seconds)));
        self.chat.push(event, Extra { edited, ..extra }, account);
        for reaction in message.reactions.iter().flatten() {
            let recent = reaction.recent.iter().flatten();
            let users: Vec<String> =
                recent.filter_map(|peer| self.meet(peer.from_id.as_deref(), peer.from.as_deref())).collect();
            let emoji = reaction.emoji.as_deref().or(reaction.kind.as_deref());
            let count = reaction.count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
            self.chat.react(event, Extra { emoji, ..extra }, &users, count, account);
        }
    }

    fn take_service(
        &mut self,
        message: &Message,
        number: i64,
        room: &Room,
        place: Event<'_>,
        extra: Extra<'_>,
        account: &mut Account<'_>,
    ) {
        let actor = self.meet(message.actor_id.as_deref(), message.actor.as_deref());
        let action = message.action.as_deref().unwrap_or("unknown");
        let (is_coming, action) = match action {
            "join_group_by_link" | "join_group_by_request" => {
                let event = Event { member: actor.as_deref(), kind: "join", ..place };
                return self.chat.push(event, Extra { action: Some(action), ..extra }, account);
            }
            "invite_members" => (true, "invite_members"),
            "remove_members" => (false, "remove_members"),
            _ => {
                if action == "topic_created" {
                    self.topics.insert((room.id.clone(), number));
                }
                let event = Event { member: actor.as_deref(), kind: "moderate", ..place };
                return self.chat.push(event, Extra { action: Some(action), ..extra }, account);
            }
        };
        let names = message.members.clone().unwrap_or_default();
        if names.is_empty() {
            return account.refuse("service message about members that names none");
        }
        for (at, name) in names.into_iter().enumerate() {
            // Whose name it is may show later in the export.
            self.comings.push(Coming {
                time: place.time,
                name,
                is_coming,
                id: place.id.filter(|_| at == 0).map(str::to_owned),
                channel: room.name.clone(),
                channel_type: room.kind,
                action,
            });
        }
    }

    fn finish(mut self, path: &Path, mut account: Account<'_>) -> Result<Source> {
        let comings = std::mem::take(&mut self.comings);
        for coming in &comings {
            let key = coming.name.as_deref().map(|name| match self.keys.get(name) {
                Some(Some(key)) => key.clone(),
                _ => name.to_owned(),
            });
            match &key {
                Some(key) if self.chat.people.get(key).is_none() => {
                    self.chat.people.meet(key).name = coming.name.clone();
                }
                Some(_) => {}
                None => account.intake.note("message by nobody known"),
            }
            let event = Event {
                time: coming.time,
                member: key.as_deref(),
                kind: match coming.is_coming {
                    true => "join",
                    false if self.chats.len() == 1 => "leave",
                    false => "moderate",
                },
                id: coming.id.as_deref(),
                channel: coming.channel.as_deref(),
                quality: Some("second"),
                ..Event::default()
            };
            let extra = Extra { action: Some(coming.action), channel_type: coming.channel_type, ..Extra::default() };
            self.chat.push(event, extra, &mut account);
        }
        let columns = ["action", "emoji", "edited", "channel_type"];
        self.chat.finish(path, PLATFORM, &columns, vec![], account)
    }
}

/// The words of a text: text, or a list of texts and of entities, of which code blocks and quotes are not the author's.
fn words(text: Option<&Value>) -> String {
    match text {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts
            .iter()
            .filter_map(|part| match part {
                Value::String(text) => Some(text.as_str()),
                Value::Object(entity) => {
                    let kind = entity.get("type").and_then(Value::as_str).unwrap_or_default();
                    let text = entity.get("text").and_then(Value::as_str);
                    text.filter(|_| !matches!(kind, "pre" | "blockquote"))
                }
                _ => None,
            })
            .collect(),
        _ => String::new(),
    }
}
