//! Discord: what DiscordChatExporter writes, as JSON, HTML or CSV: one file or several per channel.
//!
//! | source | becomes |
//! |---|---|
//! | message | `post` |
//! | answer to a message of the channel (`Reply`, or a `reference` to it) | `reply`, parent that message |
//! | message in a thread | `reply`, parent the message that opened it; the first of a forum's thread, or of one that nothing opened, is the `post` |
//! | forwarded message | `share`, parent the original |
//! | reaction | `reaction` of each user named, at the message's time: `inherited`, as Discord tells no time. What the count has beyond them has no member |
//! | "joined the server" | `join` |
//! | every other system message (pinned, renamed, thread started …) | `moderate`, with its type in the column `action` |
//! | author | a row of the members |
//!
//! The three forms differ in what they tell:
//!
//! | | JSON | HTML | CSV |
//! |---|---|---|---|
//! | id, and from it the time to the millisecond in UTC | yes | yes | no |
//! | time | with its zone | | to the minute, in the zone of who exported, unless it was set to ISO 8601 |
//! | replies | yes | of newer versions | no |
//! | who reacted | of newer versions | no | no |
//! | bots | yes | yes | no |
//! | channel | yes | yes | in the file's name, else the folder's |
//!
//! So the JSON is the one to export. The zone of CSV is the option `time_zone`, else UTC, which is noted; its ids are made of channel,
//! author, time and text, with a number for what is said twice.
//!
//! The member is the author's id. All deleted users share one id, so theirs are messages by nobody known.
//! The thread of a message that belongs to a Discord thread is the thread's id; else it follows from the replies.
//! `title`, on posts, is a thread's name. Refused, with the count: messages met twice, and the pointers with which a thread begins
//! (`ThreadStarterMessage`), whose message stands in the channel.
mod csv;
mod html;
mod json;
mod text;

use std::collections::HashSet;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::time::Zone;
pub(crate) use csv::is_header;

pub(crate) const PLATFORM: &str = "discord";

/// The id that stands for every user who deleted the account.
const DELETED: &str = "456226577798135808";

/// How an export is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Html,
    Csv,
}

impl Form {
    fn of(head: &str) -> Option<Self> {
        let start = head.trim_start_matches('\u{FEFF}').trim_start();
        match start.as_bytes().first()? {
            b'{' if crate::recognise::is_discord_json(start) => Some(Self::Json),
            b'<' if is_html(start) => Some(Self::Html),
            _ => is_header(start.lines().next().unwrap_or_default()).then_some(Self::Csv),
        }
    }
}

/// The page names its parts after the chat log.
pub(crate) fn is_html(text: &str) -> bool {
    let is_page = text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
    is_page && text.contains("chatlog__")
}

/// A message in whichever form it was written.
#[derive(Debug, Default)]
struct Message {
    id: Option<String>,
    time: Option<i64>,
    what: What,
    author: Option<String>,
    text: String,
    edited: Option<i64>,
    /// The message it answers or passes on.
    about: Option<String>,
    reactions: Vec<Reaction>,
}

#[derive(Debug, Default)]
struct Reaction {
    emoji: Option<String>,
    count: u64,
    users: Vec<String>,
}

/// What a message is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum What {
    #[default]
    Said,
    Answer,
    Forward,
    Join,
    /// The pointer at the start of a thread.
    Starter,
    /// A system message of this type.
    System(String),
}

/// Where messages stand.
#[derive(Clone, Debug, Default)]
struct Room {
    /// The channel; of a thread the one it belongs to.
    channel: Option<String>,
    thread: Option<Thread>,
}

/// A thread of Discord's, which is a channel of its own.
#[derive(Clone, Debug)]
struct Thread {
    id: String,
    name: Option<String>,
    /// The message that opens it, once it is known.
    opening: Option<String>,
}

/// Reads exports.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Discord)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let files = sort(&mut job)?;
    let mut server = Server { chat: Chat::new(), seen: HashSet::new() };
    let mut rows = csv::Rows::new(zone);
    for (file, form) in files {
        match form {
            Form::Json => json::read(&mut job, file, &mut server)?,
            Form::Html => html::read(&mut job, file, &mut server)?,
            Form::Csv => rows.read(&mut job, file, &mut server)?,
        }
        job.account.file_done();
    }
    let of_members = vec![server.chat.people.usernames()];
    server.chat.finish(&path, PLATFORM, &["action", "emoji", "edited", "title"], of_members, job.account)
}

/// The files of an export, all written in one form: a message that stands in two would be met twice.
fn sort(job: &mut Job<'_>) -> Result<Vec<(usize, Form)>> {
    let mut files: Vec<(usize, Form)> = Vec::new();
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        match Form::of(&String::from_utf8_lossy(&head)) {
            Some(form) => files.push((file, form)),
            None => job.account.intake.note("file skipped: it is no export of a channel"),
        }
    }
    if let Some((first, form)) = files.first().copied()
        && let Some((other, differs)) = files.iter().copied().find(|(_, other)| *other != form)
    {
        let name = |file: usize, form: Form| format!("discord {form:?}: {}", job.tree.entries()[file].name);
        return Err(Error::Several { path: job.path(), found: vec![name(first, form), name(other, differs)] });
    }
    Ok(files)
}

/// What is read so far.
struct Server {
    chat: Chat,
    seen: HashSet<String>,
}

impl Server {
    /// Remembers who an author is.
    fn meet(&mut self, key: &str, name: Option<&str>, username: Option<&str>, is_bot: bool) {
        let text = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let person = self.chat.people.meet(key);
        person.name = text(name).or(person.name.take());
        person.username = text(username).or(person.username.take());
        person.role = person.role.or(is_bot.then_some("bot"));
    }

    fn take(&mut self, message: Message, room: &mut Room, account: &mut Account<'_>) {
        let Some(id) = message.id.filter(|id| !id.is_empty()) else { return account.refuse("message without id") };
        let Some(time) = message.time else { return account.refuse("time cannot be read") };
        if !self.seen.insert(id.clone()) {
            return account.refuse("message with an id seen before");
        }
        if message.what == What::Starter {
            if let Some(thread) = &mut room.thread {
                thread.opening = Some(message.about.unwrap_or_else(|| thread.id.clone()));
            }
            return account.refuse("start of a thread: its message stands in the channel");
        }
        let is_said = matches!(message.what, What::Said | What::Answer);
        let mut parent = message.about;
        let mut kind = match &message.what {
            What::Said => "post",
            What::Answer => "reply",
            What::Forward => "share",
            What::Join => "join",
            What::Starter | What::System(_) => "moderate",
        };
        let mut title = None;
        let mut thread_id = None;
        if let Some(thread) = &mut room.thread {
            thread_id = Some(thread.id.clone());
            match &thread.opening {
                Some(opening) if is_said => {
                    kind = "reply";
                    parent = parent.or_else(|| Some(opening.clone()));
                }
                None if is_said => {
                    kind = "post";
                    parent = None;
                    title = thread.name.clone();
                    thread.opening = Some(id.clone());
                }
                _ => {}
            }
        }
        if message.what == What::Answer && parent.is_none() && kind == "reply" {
            account.intake.note("reply to a message that is not told");
        }
        let member = message.author.filter(|author| author != DELETED);
        if member.is_none() {
            account.intake.note("message by a deleted user, or by nobody known");
        }
        let event = Event {
            time,
            member: member.as_deref(),
            kind,
            id: Some(&id),
            thread: thread_id.as_deref(),
            parent: parent.as_deref(),
            channel: room.channel.as_deref(),
            text: Some(&message.text),
            quality: None,
        };
        let action = match &message.what {
            What::System(kind) => Some(kind.as_str()),
            _ => None,
        };
        let extra = Extra { action, edited: message.edited, title: title.as_deref(), ..Extra::default() };
        self.chat.push(event, extra, account);
        for reaction in &message.reactions {
            let extra = Extra { emoji: reaction.emoji.as_deref(), ..Extra::default() };
            self.chat.react(event, extra, &reaction.users, reaction.count, account);
        }
    }
}

/// The time that an id carries: milliseconds since 2015 in all but its last 22 bits.
fn time_of(id: &str) -> Option<i64> {
    const EPOCH: u64 = 1_420_070_400_000;
    let id: u64 = id.parse().ok()?;
    (id >> 22 != 0).then(|| ((id >> 22) + EPOCH) as i64 * 1000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_carry_their_time() {
        // The example of Discord's documentation: 2016-04-30T11:18:25.796Z.
        assert_eq!(super::time_of("175928847299117063"), Some(1_462_015_105_796_000));
        for bad in ["", "x", "12", "-175928847299117063", "99999999999999999999999"] {
            assert_eq!(super::time_of(bad), None, "{bad}");
        }
    }
}
