//! The JSON form: one object with the guild, the channel and the list of messages.
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::text::readable;
use super::{Message, Reaction, Room, Server, Thread, What, time_of};
use crate::error::Result;
use crate::job::Job;
use crate::json::{self, Seen, loose_bool, loose_number, loose_text};
use crate::time::parse_iso;

#[derive(Deserialize)]
struct Raw {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    timestamp: Option<String>,
    #[serde(default, rename = "timestampEdited", deserialize_with = "loose_text")]
    edited: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    content: Option<String>,
    #[serde(default)]
    author: Option<User>,
    #[serde(default)]
    reactions: Option<Vec<RawReaction>>,
    #[serde(default)]
    mentions: Option<Vec<User>>,
    #[serde(default)]
    reference: Option<Reference>,
    #[serde(default, rename = "forwardedMessage")]
    forwarded: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    discriminator: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    nickname: Option<String>,
    #[serde(default, rename = "isBot", deserialize_with = "loose_bool")]
    is_bot: bool,
}

#[derive(Deserialize)]
struct RawReaction {
    #[serde(default)]
    emoji: Option<Emoji>,
    #[serde(default, deserialize_with = "loose_number")]
    count: Option<i64>,
    #[serde(default)]
    users: Option<Vec<User>>,
}

#[derive(Deserialize)]
struct Emoji {
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, rename = "type", deserialize_with = "loose_text")]
    kind: Option<String>,
    #[serde(default, rename = "messageId", deserialize_with = "loose_text")]
    message: Option<String>,
    #[serde(default, rename = "channelId", deserialize_with = "loose_text")]
    channel: Option<String>,
}

/// The head of a file: what it says of its channel.
#[derive(Default)]
struct Head {
    id: Option<String>,
    kind: Option<String>,
    name: Option<String>,
    category: Option<String>,
}

impl Head {
    fn room(&self) -> Room {
        let is_thread = self
            .kind
            .as_deref()
            .is_some_and(|kind| kind.to_ascii_lowercase().ends_with("thread") || matches!(kind, "10" | "11" | "12"));
        match &self.id {
            Some(id) if is_thread => Room {
                channel: self.category.clone().or_else(|| self.name.clone()),
                thread: Some(Thread { id: id.clone(), name: self.name.clone(), opening: None }),
            },
            _ => Room { channel: self.name.clone(), thread: None },
        }
    }
}

pub(super) fn read(job: &mut Job<'_>, file: usize, server: &mut Server) -> Result<()> {
    let label = job.tree.label(file);
    let source = job.tree.reader(file)?;
    let account = &mut job.account;
    let mut head = Head::default();
    let mut room: Option<Room> = None;
    let replaced = json::walk(source, &label, &["messages"], |seen: Seen<'_, Raw>| {
        match seen {
            Seen::Field(at, value) => {
                let field = match at {
                    [object, key] if object == "channel" => match key.as_str() {
                        "id" => &mut head.id,
                        "type" => &mut head.kind,
                        "name" => &mut head.name,
                        "category" => &mut head.category,
                        _ => return Ok(()),
                    },
                    _ => return Ok(()),
                };
                *field = Some(value);
            }
            Seen::Item(_, raw) => {
                let room = room.get_or_insert_with(|| head.room());
                let message = message(raw, &head, server);
                server.take(message, room, account);
            }
        }
        Ok(())
    })?;
    account.note_replaced(&replaced);
    Ok(())
}

fn message(raw: Raw, head: &Head, server: &mut Server) -> Message {
    for user in raw.author.iter().chain(raw.mentions.iter().flatten()) {
        meet(user, server);
    }
    let mut reactions = Vec::new();
    for reaction in raw.reactions.unwrap_or_default() {
        let mut users = Vec::new();
        for user in reaction.users.unwrap_or_default() {
            meet(&user, server);
            users.extend(user.id.filter(|id| id != super::DELETED));
        }
        let count = reaction.count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
        reactions.push(Reaction { emoji: reaction.emoji.and_then(|emoji| emoji.name), count, users });
    }
    let reference = raw.reference.as_ref();
    let is_forward = reference.is_some_and(|reference| reference.kind.as_deref() == Some("Forward"));
    let is_here = reference.is_some_and(|reference| reference.channel.is_none() || reference.channel == head.id);
    let about = reference.and_then(|reference| reference.message.clone()).filter(|id| !id.is_empty());
    let kind = raw.kind.unwrap_or_default();
    let what = match kind.as_str() {
        _ if is_forward || raw.forwarded.is_some() => What::Forward,
        // The numbers are those of versions that did not know the type's name.
        "Reply" | "19" => What::Answer,
        // Before they had a type, answers were told by what they refer to; a reference to another channel is a cross-post.
        "Default" | "0" | "" if is_here && about.is_some() => What::Answer,
        "Default" | "0" | "" | "ChatInputCommand" | "20" | "ContextMenuCommand" | "23" => What::Said,
        "GuildMemberJoin" | "7" => What::Join,
        "ThreadStarterMessage" | "21" => What::Starter,
        _ => What::System(kind),
    };
    let is_linked = matches!(what, What::Answer | What::Forward | What::Starter);
    let zoned = |text: &str| parse_iso(text).filter(|stamp| stamp.zoned).map(|stamp| stamp.micros);
    Message {
        time: raw.timestamp.as_deref().and_then(zoned).or_else(|| raw.id.as_deref().and_then(time_of)),
        id: raw.id,
        what,
        author: raw.author.and_then(|author| author.id).filter(|id| !id.is_empty()),
        // What is forwarded are another's words.
        text: readable(raw.content.as_deref().unwrap_or_default(), &server.chat.people),
        edited: raw.edited.as_deref().and_then(zoned),
        about: about.filter(|_| is_linked),
        reactions,
    }
}

fn meet(user: &User, server: &mut Server) {
    let Some(id) = user.id.as_deref().filter(|id| !id.is_empty() && *id != super::DELETED) else { return };
    // Names of today stand alone; those of before 2023 have four digits behind them.
    let tag = user.discriminator.as_deref().filter(|digits| !matches!(*digits, "" | "0000" | "0"));
    let username = user.name.as_deref().map(|name| tag.map_or_else(|| name.to_owned(), |tag| format!("{name}#{tag}")));
    let nickname = user.nickname.as_deref().filter(|name| !name.is_empty());
    // A version without nicknames must not take away what another one told.
    let known = server.chat.people.get(id).is_some_and(|person| person.name.is_some());
    let name = nickname.or(user.name.as_deref().filter(|_| !known));
    server.meet(id, name, username.as_deref(), user.is_bot);
}
