//! The export of a whole Zulip organisation: `realm.json` and `messages-000001.json` and so on.
use std::collections::{HashMap, HashSet};

use polars::prelude::*;
use serde::Deserialize;

use super::{NOTICES, Notice, is_bot};
use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::{Error, Result};
use crate::event::{Event, times};
use crate::html::html_to_text;
use crate::job::{Account, Job};
use crate::json::{self, Seen, loose_bool, loose_float, loose_number, loose_text};
use crate::markup::spoken;
use crate::time::epoch_fraction;

/// A row of any of the tables that are read: what one has not is none.
#[derive(Deserialize)]
struct Row {
    #[serde(default, deserialize_with = "loose_number")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    full_name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    email: Option<String>,
    #[serde(default, deserialize_with = "loose_bool")]
    is_bot: bool,
    #[serde(default, deserialize_with = "loose_text")]
    is_active: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    role: Option<i64>,
    #[serde(default, deserialize_with = "loose_float")]
    date_joined: Option<f64>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "loose_bool")]
    invite_only: bool,
    #[serde(default, rename = "type", deserialize_with = "loose_number")]
    kind: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    type_id: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    message: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    user_profile: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    emoji_name: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    sender: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    recipient: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    subject: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    content: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    rendered_content: Option<String>,
    #[serde(default, deserialize_with = "loose_float")]
    date_sent: Option<f64>,
    #[serde(default, deserialize_with = "loose_float")]
    pub_date: Option<f64>,
    #[serde(default, deserialize_with = "loose_float")]
    last_edit_time: Option<f64>,
}

const TABLES: [&str; 7] = [
    "zerver_userprofile",
    "zerver_userprofile_mirrordummy",
    "zerver_userprofile_crossrealm",
    "zerver_stream",
    "zerver_recipient",
    "zerver_reaction",
    "zerver_message",
];

/// Whether a file is a part of such an export.
pub(crate) fn is_realm(text: &str) -> bool {
    text.starts_with('{') && text.contains("\"zerver_")
}

/// Reads an export: who and where first, then what was said.
pub(super) fn read(mut job: Job<'_>) -> Result<Source> {
    let path = job.path();
    let mut realm = Realm::default();
    let name = |job: &Job<'_>, file: usize| job.tree.entries()[file].stem().to_ascii_lowercase();
    let (messages, others): (Vec<usize>, Vec<usize>) =
        job.files.iter().partition(|file| name(&job, **file).starts_with("messages-"));
    let heads: Vec<usize> = others.into_iter().filter(|file| name(&job, *file) == "realm").collect();
    if heads.is_empty() {
        return Err(Error::MissingFile { path, file: "realm.json" });
    }
    if heads.len() > 1 {
        let found = heads.iter().map(|file| job.tree.entries()[*file].name.clone()).collect();
        return Err(Error::Several { path, found });
    }
    for file in heads.into_iter().chain(messages) {
        let label = job.tree.label(file);
        let source = job.tree.reader(file)?;
        let account = &mut job.account;
        let replaced = json::walk(source, &label, &TABLES, |seen: Seen<'_, Row>| {
            if let Seen::Item([table], row) = seen {
                realm.take(table, row, account);
            }
            Ok(())
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    for _ in 0..realm.reactions.values().map(Vec::len).sum::<usize>() {
        job.account.refuse("reaction to a message that is not in the export");
    }
    let joined = Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &realm.chat.people.column(|person| person.joined));
    let of_members = vec![times("joined", joined), realm.chat.people.deleted()];
    realm.chat.finish(&path, super::PLATFORM, &["emoji", "edited", "title", "channel_type"], of_members, job.account)
}

/// A stream, or a conversation of some.
struct Room {
    stream: Option<i64>,
    channel_type: &'static str,
}

#[derive(Default)]
struct Realm {
    chat: Chat,
    notices: HashSet<i64>,
    streams: HashMap<i64, (String, bool)>,
    rooms: HashMap<i64, Room>,
    /// By message: who, and with what.
    reactions: HashMap<i64, Vec<(Option<i64>, Option<String>)>>,
    /// The opening of each topic.
    openings: HashMap<(i64, String), i64>,
    seen: HashSet<i64>,
}

impl Realm {
    fn take(&mut self, table: &str, row: Row, account: &mut Account<'_>) {
        match (table, row.id) {
            ("zerver_message", _) => self.take_message(row, account),
            ("zerver_reaction", _) => {
                if let Some(message) = row.message {
                    self.reactions.entry(message).or_default().push((row.user_profile, row.emoji_name));
                }
            }
            ("zerver_stream", Some(id)) => {
                self.streams.insert(id, (row.name.unwrap_or_default(), row.invite_only));
            }
            ("zerver_recipient", Some(id)) => {
                // 1 is one person, 2 a stream, 3 a group.
                let stream = row.type_id.filter(|_| row.kind == Some(2));
                let channel_type = if row.kind == Some(3) { "group_dm" } else { "dm" };
                self.rooms.insert(id, Room { stream, channel_type });
            }
            (_, Some(id)) => self.meet(id, row),
            _ => {}
        }
    }

    fn meet(&mut self, id: i64, row: Row) {
        let is_notifier = row.full_name.as_deref() == Some(NOTICES)
            || row.email.as_deref().is_some_and(|email| email.starts_with("notification-bot@"));
        if is_notifier {
            self.notices.insert(id);
        }
        let person = self.chat.people.meet(&id.to_string());
        let by_name = row.full_name.as_deref().is_some_and(is_bot);
        person.role = if row.is_bot || is_notifier || by_name {
            Some("bot")
        } else {
            // Owners, administrators and moderators.
            row.role.filter(|role| *role < 400).and(Some("staff"))
        };
        person.name = row.full_name.filter(|name| !name.is_empty());
        person.is_deleted = row.is_active.as_deref() == Some("false");
        person.joined = row.date_joined.and_then(|time| epoch_fraction(time, None));
    }

    fn take_message(&mut self, row: Row, account: &mut Account<'_>) {
        let Some(number) = row.id else { return account.refuse("message without id") };
        let Some(time) = row.date_sent.or(row.pub_date).and_then(|time| epoch_fraction(time, None)) else {
            return account.refuse("timestamp cannot be read");
        };
        if !self.seen.insert(number) {
            return account.refuse("message with an id seen before");
        }
        let Some(room) = row.recipient.and_then(|recipient| self.rooms.get(&recipient)) else {
            return account.refuse("message to a recipient that realm.json lacks");
        };
        let stream = room.stream.and_then(|stream| Some((stream, self.streams.get(&stream)?)));
        let (channel, channel_type) = match stream {
            Some((_, (name, is_private))) => (Some(name.as_str()), if *is_private { "private" } else { "public" }),
            None => (None, room.channel_type),
        };
        let notice = row.sender.is_some_and(|sender| self.notices.contains(&sender));
        let html = row.rendered_content.as_deref().filter(|html| !html.is_empty());
        let notice = html.filter(|_| notice && stream.is_some()).map(Notice::of);
        let topic = row.subject.unwrap_or_default();
        let key = stream.map(|(stream, _)| (stream, topic.to_lowercase()));
        let opening = key.as_ref().and_then(|key| self.openings.get(key)).copied();
        if let (Some(key), None, None) = (&key, opening, &notice) {
            self.openings.insert(key.clone(), number);
        }
        let (id, parent) = (number.to_string(), opening.map(|opening| opening.to_string()));
        let thread = key.as_ref().map(|(stream, topic)| format!("{stream}/{topic}"));
        let text = html.map_or_else(|| spoken(row.content.as_deref().unwrap_or_default()), html_to_text);
        let kind = match &notice {
            Some(notice) => notice.kind,
            None if opening.is_some() => "reply",
            None => "post",
        };
        // Notices name people by their names; who did it is the one of that name, if there is one.
        let member = match &notice {
            Some(notice) => notice.member.as_deref().and_then(|name| self.chat.people.of_name(name)),
            None => row.sender.map(|sender| sender.to_string()),
        };
        if let Some(member) = &member {
            self.chat.people.meet(member);
        }
        let event = Event {
            time,
            member: member.as_deref(),
            kind,
            id: Some(&id),
            thread: thread.as_deref(),
            parent: parent.as_deref(),
            channel,
            text: Some(&text),
            quality: None,
        };
        let title = Some(topic.as_str()).filter(|_| kind == "post" && stream.is_some());
        let edited = row.last_edit_time.and_then(|time| epoch_fraction(time, None));
        let extra = Extra { title, edited, channel_type: Some(channel_type), ..Extra::default() };
        self.chat.push(event, extra, account);
        for (user, emoji) in self.reactions.remove(&number).unwrap_or_default() {
            let users: Vec<String> = user.map(|user| user.to_string()).into_iter().collect();
            self.chat.react(event, Extra { emoji: emoji.as_deref(), ..extra }, &users, 1, account);
        }
    }
}
