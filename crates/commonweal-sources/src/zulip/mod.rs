//! Zulip: zulip-archive, and the export of an organisation.
//!
//! The export (`realm.json`, `messages-000001.json` …, as `manage.py export` and the settings' data export write it) has more: user
//! ids as members with roles, joining and deactivation; reactions, at their message's time (`inherited`, as Zulip keeps none);
//! private streams and direct messages, which `channel_type` tells apart; `edited`. Its messages become what those of the archive become.
//!
//! zulip-archive: a folder per stream (`<id>-<stream>`), in it a JSON file per topic, each a list of
//! `{content, id, sender_full_name, timestamp}`.
//!
//! | source | becomes |
//! |---|---|
//! | first message of a topic, by id | `post` |
//! | every other | `reply`, parent the post |
//! | notice that somebody marked the topic as resolved | `resolve` by that member, at the notice's time |
//! | notice that somebody marked it as unresolved | `reopen`, in the same way |
//! | every other notice (moved, renamed …) | `moderate` by the member it names |
//!
//! Notices are the messages of Zulip's own `Notification Bot`; they open no topic: a topic that begins with "moved here from" is
//! opened by its first real message. The thread is `<stream folder>/<topic>`, whatever months it spans; the channel is the stream's
//! name, in which the archive has written blanks as hyphens; `title` on the post is the topic.
//!
//! File names are percent-encoded with a dot for the percent sign (`.20` is a blank). A topic that begins with a sign such as
//! the tick of resolved topics is thus a file whose name begins with a dot: a reader that leaves out hidden files loses it.
//!
//! Display names are the only key of members (runs of blanks made one): two people of one name are one here, a renamed person is
//! two. Names that end in ` Bot` or `-bot` are marked as bots.
mod realm;

use std::collections::HashSet;

use polars::prelude::*;
use serde::Deserialize;

use crate::Source;
use crate::error::Result;
use crate::event::{Event, EventColumns, Member, MemberColumns, strings};
use crate::format::Format;
use crate::html::html_to_text;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_float, loose_number, loose_text};
use crate::time::epoch_fraction;

pub(crate) use realm::is_realm;

pub(crate) const PLATFORM: &str = "zulip";
/// The name under which Zulip itself tells of moves and resolutions.
const NOTICES: &str = "Notification Bot";

#[derive(Deserialize)]
struct Message {
    #[serde(default, deserialize_with = "loose_number")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    sender_full_name: Option<String>,
    #[serde(default, deserialize_with = "loose_float")]
    timestamp: Option<f64>,
    #[serde(default, deserialize_with = "loose_text")]
    content: Option<String>,
}

/// A message that can be used.
struct Usable {
    id: i64,
    time: i64,
    member: Option<String>,
    content: String,
}

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Zulip)?;
    let path = job.path();
    let (stem, entries) = (|file: usize| job.tree.entries()[file].stem().to_ascii_lowercase(), job.tree.entries());
    let is_part = |file: &usize| stem(*file) == "realm" || stem(*file).starts_with("messages-");
    let part = job.files.iter().copied().filter(is_part).find(|file| entries[*file].size > 0);
    if let Some(file) = part
        && is_realm(&String::from_utf8_lossy(&job.tree.head(file)?))
    {
        return realm::read(job);
    }
    let mut archive = Archive {
        events: EventColumns::new(),
        title: strings("title"),
        seen: HashSet::new(),
        people: HashSet::new(),
        order: Vec::new(),
    };
    for file in job.files.clone() {
        let label = job.tree.label(file);
        if job.tree.entries()[file].size == 0 {
            job.account.intake.note("file skipped: it is empty");
            continue;
        }
        // The files beside the topics, such as an index of streams, are objects.
        let head = job.tree.head(file)?;
        if !head.trim_ascii_start().starts_with(b"[") && !job.tree.is_file() {
            job.account.intake.note("file skipped: JSON that is no list of messages");
            continue;
        }
        let topic = unquote(job.tree.entries()[file].file_name().trim_end_matches(".gz").trim_end_matches(".json"));
        let stream = job.tree.folder_of(file).unwrap_or_default();
        let mut messages = Vec::new();
        let source = job.tree.reader(file)?;
        let account = &mut job.account;
        let replaced = json::each(source, &label, |message: Message| {
            messages.extend(archive.check(message, account));
            Ok(())
        })?;
        messages.sort_by_key(|message| message.id);
        archive.take(&stream, &topic, &messages, account);
        account.note_replaced(&replaced);
        account.file_done();
    }
    let mut members = MemberColumns::new();
    for name in &archive.order {
        members.push(Member { member: name, name: Some(name), role: is_bot(name).then_some("bot") });
    }
    let members = members.finish(&path, vec![])?;
    let events = archive.events.finish(&path, PLATFORM, vec![archive.title.finish().into_column()])?;
    Ok(Source::new(PLATFORM, events, Some(members), job.account.intake))
}

struct Archive {
    events: EventColumns,
    title: StringChunkedBuilder,
    seen: HashSet<i64>,
    people: HashSet<String>,
    order: Vec<String>,
}

impl Archive {
    fn check(&mut self, message: Message, account: &mut Account<'_>) -> Option<Usable> {
        let Some(id) = message.id else {
            account.refuse("message without id");
            return None;
        };
        let Some(time) = message.timestamp.and_then(|time| epoch_fraction(time, None)) else {
            account.refuse("timestamp cannot be read");
            return None;
        };
        if !self.seen.insert(id) {
            account.refuse("message with an id seen before");
            return None;
        }
        let name = message.sender_full_name.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let member = (!name.is_empty()).then_some(name);
        Some(Usable { id, time, member, content: message.content.unwrap_or_default() })
    }

    fn take(&mut self, stream: &str, topic: &str, messages: &[Usable], account: &mut Account<'_>) {
        let thread = format!("{stream}/{topic}");
        let channel = channel_of(stream);
        let opening =
            messages.iter().find(|message| message.member.as_deref() != Some(NOTICES)).map(|message| message.id);
        let opening_name = opening.map(|id| id.to_string());
        for message in messages {
            let notice = (message.member.as_deref() == Some(NOTICES)).then(|| Notice::of(&message.content));
            let is_opening = Some(message.id) == opening;
            let (kind, member) = match &notice {
                Some(notice) => (notice.kind, notice.member.as_deref()),
                None => (if is_opening { "post" } else { "reply" }, message.member.as_deref()),
            };
            if let Some(name) = member
                && self.people.insert(name.to_owned())
            {
                self.order.push(name.to_owned());
            }
            let (id, text) = (message.id.to_string(), html_to_text(&message.content));
            self.events.push(Event {
                time: message.time,
                member,
                kind,
                id: Some(&id),
                thread: Some(&thread),
                parent: opening_name.as_deref().filter(|_| !is_opening),
                channel: Some(channel),
                text: Some(&text),
                quality: None,
            });
            self.title.append_option(is_opening.then_some(topic));
            account.keep();
        }
    }
}

/// What a notice tells: who did what.
struct Notice {
    kind: &'static str,
    member: Option<String>,
}

impl Notice {
    fn of(content: &str) -> Self {
        let names: Vec<String> = content
            .split("<span class=\"user-mention")
            .skip(1)
            .filter_map(|piece| piece.split_once('>')?.1.split_once("</span>"))
            .map(|(name, _)| html_to_text(name).trim_start_matches('@').to_owned())
            .collect();
        // "<who> has marked this topic as resolved.", "This topic was moved here from <where> by <who>."
        let text = html_to_text(content);
        let marked = text.contains("has marked this topic as");
        let member = if marked { names.first() } else { names.last() };
        let kind = match marked {
            true if text.contains("as resolved") => "resolve",
            true if text.contains("as unresolved") => "reopen",
            _ => "moderate",
        };
        Self { kind, member: member.cloned() }
    }
}

/// Whether a name says that it is a bot's.
pub(crate) fn is_bot(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "bot" || [" bot", "-bot", "_bot", "[bot]"].iter().any(|end| name.ends_with(end))
}

/// `113489-new-members` is the stream `new-members`.
fn channel_of(folder: &str) -> &str {
    match folder.split_once('-') {
        Some((number, name)) if !name.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => folder,
    }
}

/// `heads-up.3A.20more` is `heads-up: more`; what is no code stays.
fn unquote(name: &str) -> String {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let code = (*first == b'.').then(|| tail.get(..2)).flatten().and_then(hex);
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digits: &[u8]) -> Option<u8> {
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    Some((value(digits.first()?)? * 16 + value(digits.get(1)?)?) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_topics_and_streams() {
        assert_eq!(unquote("heads-up.3A.20more"), "heads-up: more");
        assert_eq!(unquote(".E2.9C.94.20done"), "✔ done");
        assert_eq!(unquote("v1.x and .2"), "v1.x and .2");
        assert_eq!(channel_of("113489-new-members"), "new-members");
        assert_eq!(channel_of("new-members"), "new-members");
    }

    #[test]
    fn bots_are_told_conservatively() {
        for (name, bot) in [("Welcome Bot", true), ("ci-bot", true), ("Johann Talbot", false), ("Robot Rob", false)] {
            assert_eq!(is_bot(name), bot, "{name}");
        }
    }

    #[test]
    fn notices_tell_who_did_what() {
        let who = |name: &str| format!("<span class=\"user-mention silent\" data-user-id=\"7\">{name}</span>");
        for (content, kind) in [
            (format!("<p>{} has marked this topic as resolved.</p>", who("Ann")), "resolve"),
            (format!("<p>{} has marked this topic as unresolved.</p>", who("Ann")), "reopen"),
            (format!("<p>This topic was moved here from <a>x</a> by {}.</p>", who("Ann")), "moderate"),
        ] {
            let notice = Notice::of(&content);
            assert_eq!((notice.kind, notice.member.as_deref()), (kind, Some("Ann")), "{content}");
        }
    }
}
