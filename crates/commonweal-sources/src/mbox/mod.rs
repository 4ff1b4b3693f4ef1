//! Mailing lists: mbox files, and the monthly text of Pipermail (Mailman 2), gzipped or not.
//!
//! | source | becomes |
//! |---|---|
//! | message that answers nothing | `post` |
//! | message with `In-Reply-To` or `References` | `reply` to the first of them that is in the archive, else to the one it names |
//! | message without either whose subject begins with `Re:` (`Aw:`, `Sv:` …) | `reply` in the latest conversation of that subject |
//! | sender | a row of the members |
//!
//! **Messages** begin at a line `From <who> <weekday> <month> <day> <time> <year>` that a header follows; other lines that begin with
//! `From ` are text.
//! **Threads** carry the id of their opening message. When the parent is not in the archive, its id is kept, and the thread is the
//! nearest ancestor in `References` that is, else the root of `References`. **Subjects** join a `Re:` without references to the
//! latest conversation of the same list and subject (list tags and prefixes put aside, case ignored) that had a message within the
//! 30 days before; its parent is the opening message. Without such a conversation it is a reply to a message outside the archive: it
//! opens a thread of its own that has no post.
//! **Members** are e-mail addresses in lower case, `user at host` undone. A message whose sender is the list itself (its address
//! rewritten, or hidden by Pipermail as `bogus@does.not.exist.com`) is told by the name: the one address that this name uses
//! elsewhere in the archive, else the name. Mail programs (`mailer-daemon`, `mailman` …) and what calls itself `Auto-Submitted` are bots.
//! **Text** is the plain text (of HTML mail, the text of it) without quotes, their "… wrote:", signatures, forwarded mail and list
//! footers. Bytes that are not UTF-8 and name no charset are read as Windows-1252.
//! **Dates** without a zone are taken in the option `time_zone`, else as UTC, and noted. Pipermail of before 2010 writes nearly all
//! of its dates so, in the time of the server that made the archive. A date that cannot be read is mended from the
//! envelope line, and noted. **Refused**: messages met twice (same Message-ID), messages without a
//! date, or with neither sender nor `Date`.
//!
//! `channel` is the name of the list: of a month's file its folder, else the file's name. `title` is the subject, on posts.
mod address;
mod body;
mod message;
mod split;
mod subject;
mod thread;

use std::collections::HashMap;
use std::io::BufReader;

use polars::prelude::*;

use crate::Source;
use crate::error::Result;
use crate::event::{Event, EventColumns, Member, MemberColumns, strings};
use crate::format::Format;
use crate::input::{Allowance, Guard, RECORD_LIMIT};
use crate::job::{Account, Job, refuse_table_options};
use crate::time::Zone;
use message::Message;
use split::Splitter;
pub(crate) use split::is_envelope;
use thread::{Letter, Names, Threads};

pub(crate) const PLATFORM: &str = "mail";

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Mbox)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let mut archive = Archive::new(zone);
    for file in job.files.clone() {
        let label = job.tree.label(file);
        let head = if job.tree.entries()[file].size == 0 { vec![] } else { job.tree.head(file)? };
        let head = String::from_utf8_lossy(&head);
        if !is_envelope(head.trim_start().lines().next().unwrap_or_default()) {
            if !head.is_empty() {
                job.account.intake.note("file skipped: it is no mailbox");
            }
            continue;
        }
        let list = list_name(&job, file);
        let channel = archive.channels.code(&list);
        let allowance = Allowance::new(RECORD_LIMIT);
        let source = BufReader::with_capacity(1 << 16, job.tree.reader(file)?);
        let mut messages = Splitter::new(Guard::new(source, label.clone(), allowance.clone()), label);
        while let Some(raw) = messages.next_message()? {
            allowance.renew();
            archive.take(&raw, &list, channel, &mut job.account);
        }
        drop(messages);
        job.account.file_done();
    }
    archive.finish(&path, job.account)
}

/// The list: of a month's file the folder it is in, else the file's own name.
fn list_name(job: &Job<'_>, file: usize) -> String {
    let stem = job.tree.entries()[file].stem();
    let folder = is_period(stem).then(|| job.tree.folder_of(file)).flatten();
    folder.unwrap_or_else(|| stem.to_owned())
}

/// `2001-November`, `2020q1`, `2020AprJun`, `20200501`.
fn is_period(stem: &str) -> bool {
    let year = stem.get(..4).and_then(|year| year.parse::<u32>().ok());
    year.is_some_and(|year| (1970..2100).contains(&year))
}

/// The latest name of a sender, and whether it is a program.
#[derive(Default)]
struct Sender {
    name: Option<String>,
    is_bot: bool,
}

pub(crate) struct Archive {
    zone: Option<Zone>,
    threads: Threads,
    channels: Names,
    senders: Names,
    sender_facts: HashMap<u32, Sender>,
    /// Addresses that a name was seen with, `None` once they are several.
    addresses: HashMap<String, Option<u32>>,
    /// Letters whose sender is known by name alone.
    nameless: Vec<(usize, String)>,
    text: StringChunkedBuilder,
    titles: Vec<String>,
}

impl Archive {
    pub fn new(zone: Option<Zone>) -> Self {
        Self {
            zone,
            threads: Threads::default(),
            channels: Names::default(),
            senders: Names::default(),
            sender_facts: HashMap::new(),
            addresses: HashMap::new(),
            nameless: Vec::new(),
            text: strings("text"),
            titles: Vec::new(),
        }
    }

    /// Takes a message of which a program has taken the headers apart.
    pub fn take_parts(&mut self, headers: &[(&str, &str)], body: &str, list: &str, account: &mut Account<'_>) {
        let mut bytes = String::new();
        for (name, value) in headers {
            // A header is one line, else it could hold others.
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            bytes.push_str(&format!("{name}: {value}\n"));
        }
        bytes.push_str("Content-Type: text/plain; charset=utf-8\n\n");
        bytes.push_str(body);
        let channel = self.channels.code(list);
        let raw = split::Raw { envelope: String::new(), bytes: bytes.into_bytes() };
        self.take(&raw, list, channel, account);
    }

    fn take(&mut self, raw: &split::Raw, list: &str, channel: u32, account: &mut Account<'_>) {
        let message = match Message::parse(raw, self.zone) {
            Ok(message) => message,
            Err(reason) => return account.refuse(reason),
        };
        let id = message.id.as_deref().map(|id| self.threads.ids.code(id));
        if id.is_some_and(|id| self.threads.knows(id)) {
            return account.refuse("message with a Message-ID seen before");
        }
        for note in &message.notes {
            account.intake.note(note);
        }
        let row = self.threads.letters.len();
        let member = self.sender(&message, list, row, account);
        let ids = &mut self.threads.ids;
        let letter = Letter {
            id,
            in_reply_to: message.in_reply_to.iter().map(|id| ids.code(id)).collect(),
            only_if_known: message.reply_to_is_prose,
            references: message.references.iter().map(|id| ids.code(id)).collect(),
            time: message.time,
            member,
            channel,
            subject: self.threads.subjects.code(&message.subject_key),
            says_reply: message.says_reply,
        };
        self.threads.push(letter);
        self.text.append_option(Some(message.text).filter(|text| !text.is_empty()));
        self.titles.push(message.subject);
        account.keep();
    }

    fn sender(&mut self, message: &Message, list: &str, row: usize, account: &mut Account<'_>) -> Option<u32> {
        let from = &message.from;
        let address = from.address.as_deref().filter(|address| !address::is_lists_own(address, list));
        let Some(address) = address else {
            match &from.name {
                Some(name) => self.nameless.push((row, name.clone())),
                None => account.intake.note("sender unknown: neither an address of one's own nor a name"),
            }
            return None;
        };
        let code = self.senders.code(address);
        let facts = self.sender_facts.entry(code).or_default();
        facts.is_bot |= message.is_automatic || address::is_program(address);
        if let Some(name) = &from.name {
            facts.name = Some(name.clone());
            let seen = self.addresses.entry(name.to_lowercase()).or_insert(Some(code));
            if *seen != Some(code) {
                *seen = None;
            }
        }
        Some(code)
    }

    /// Senders known by name alone: the one address of that name, else the name itself.
    fn name_the_nameless(&mut self, account: &mut Account<'_>) {
        for (row, name) in std::mem::take(&mut self.nameless) {
            let code = match self.addresses.get(&name.to_lowercase()) {
                Some(Some(code)) => *code,
                _ => {
                    let code = self.senders.code(&name);
                    self.sender_facts.entry(code).or_default().name = Some(name);
                    code
                }
            };
            account.intake.note("sender's address hidden by the list: told by the name");
            self.threads.letters[row].member = Some(code);
        }
    }

    pub fn finish(mut self, path: &std::path::Path, mut account: Account<'_>) -> Result<Source> {
        self.name_the_nameless(&mut account);
        let placed = self.threads.place();
        let (mut events, mut title) = (EventColumns::new(), strings("title"));
        for (row, letter) in self.threads.letters.iter().enumerate() {
            let place = &placed[row];
            if let Some(note) = place.note {
                account.intake.note(note);
            }
            events.push(Event {
                time: letter.time,
                member: letter.member.map(|code| self.senders.name(code)),
                kind: if place.is_reply { "reply" } else { "post" },
                id: letter.id.map(|id| self.threads.ids.name(id)),
                thread: Some(&place.thread),
                parent: place.parent.map(|id| self.threads.ids.name(id)),
                channel: Some(self.channels.name(letter.channel)),
                text: None,
                quality: None,
            });
            title.append_option((!place.is_reply).then_some(self.titles[row].as_str()));
        }
        let extra = vec![self.text.finish().into_column(), title.finish().into_column()];
        let events = events.finish(path, PLATFORM, extra)?;
        let mut members = MemberColumns::new();
        for code in 0..self.senders.len() {
            let facts = self.sender_facts.remove(&code).unwrap_or_default();
            let role = facts.is_bot.then_some("bot");
            members.push(Member { member: self.senders.name(code), name: facts.name.as_deref(), role });
        }
        let members = Some(members.finish(path, vec![])?);
        Ok(Source::new(PLATFORM, events, members, account.intake))
    }
}
