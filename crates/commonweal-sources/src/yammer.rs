//! Viva Engage, formerly Yammer: the export of a network, or of one user's data: a zip archive of CSV files, read by their headers.
//!
//! | source | becomes |
//! |---|---|
//! | message that opens a conversation | `post` |
//! | message with `replied_to_id` | `reply`, parent that message |
//! | message of the system | `moderate` |
//! | like (`LikedMessage….csv` of a user's data) | `reaction` |
//! | user (`Users.csv`) | a row of the members: `name`, `joined`, `left` (deleted or suspended), `job_title`, `department`, `location` |
//! | admin (`Admins.csv`) | `staff` |
//! | group (`Groups.csv`) | the channel's name |
//!
//! Earlier versions of a message have its id: the first row counts, the others are refused and counted. Mail addresses are not read.
//! The export of one user's data holds one side of the talk: where there are likes of one user, each row has `one_sided` true.
use std::collections::{HashMap, HashSet};

use polars::prelude::*;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::{Event, times};
use crate::format::Format;
use crate::html::html_to_text;
use crate::job::{Account, Job, refuse_table_options};
use crate::rows::{self, Header, Row};
use crate::time::{Zone, parse_iso};

pub(crate) const PLATFORM: &str = "yammer";

/// What a file holds, told by its header; in the order in which they must be read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Groups,
    Users,
    Admins,
    Messages,
    Likes,
}

fn part_of(stem: &str, text: &str) -> Option<Part> {
    let header = Header::of(text);
    let is_called = |name: &str| stem.to_lowercase().contains(name);
    if header.has(&["id", "sender_id", "created_at"]) && (header.has(&["thread_id"]) || header.has(&["replied_to_id"]))
    {
        Some(Part::Messages)
    } else if is_called("like") && header.has(&["message_id"]) {
        Some(Part::Likes)
    } else if is_called("admin") && header.has(&["id"]) {
        Some(Part::Admins)
    } else if header.has(&["id", "name", "joined_at"]) {
        Some(Part::Users)
    } else if is_called("group") && (header.has(&["id", "name"]) || header.has(&["group_id", "group_name"])) {
        Some(Part::Groups)
    } else {
        None
    }
}

/// Whether a text is the messages of such an export.
pub(crate) fn is_messages(text: &str) -> bool {
    part_of("", text) == Some(Part::Messages)
}

/// Reads an export.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Yammer)?;
    let path = job.path();
    let mut network = Network {
        chat: Chat::new(),
        zone: Zone::option(job.options.time_zone.as_deref())?,
        groups: HashMap::new(),
        profiles: HashMap::new(),
        seen: HashSet::new(),
        is_of_one: false,
    };
    let mut parts = Vec::new();
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        match part_of(job.tree.entries()[file].stem(), &String::from_utf8_lossy(&head)) {
            Some(part) => parts.push((part, file)),
            None => job.account.intake.note("file skipped: neither messages, users, admins, groups nor likes"),
        }
    }
    parts.sort_unstable();
    for (part, file) in parts {
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = rows::each(source, &label, |row| network.take(part, &row, account))?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    network.finish(&path, job.account)
}

/// What a community may be grouped by: title, department, location.
type Profile = [Option<String>; 3];

struct Network {
    chat: Chat,
    zone: Option<Zone>,
    groups: HashMap<String, String>,
    profiles: HashMap<String, Profile>,
    seen: HashSet<String>,
    /// It is the export of one user's data.
    is_of_one: bool,
}

impl Network {
    fn take(&mut self, part: Part, row: &Row<'_>, account: &mut Account<'_>) {
        match part {
            Part::Groups => {
                let (id, name) = (row.get(&["id", "group_id"]), row.get(&["name", "group_name", "full_name"]));
                if let (Some(id), Some(name)) = (id, name) {
                    self.groups.insert(id.to_owned(), name.to_owned());
                }
            }
            Part::Users => self.meet(row, account),
            Part::Admins => {
                if let Some(id) = row.get(&["id"]) {
                    self.chat.people.meet(id).role = Some("staff");
                }
            }
            Part::Messages => self.message(row, account),
            Part::Likes => self.like(row, account),
        }
    }

    /// A time, in UTC where it says no other zone.
    fn time(&self, text: Option<&str>) -> Option<i64> {
        let stamp = parse_iso(&text?.replace('/', "-"))?;
        match self.zone.filter(|_| !stamp.zoned) {
            Some(zone) => Some(zone.to_utc(stamp.micros).0),
            None => Some(stamp.micros),
        }
    }

    fn meet(&mut self, row: &Row<'_>, account: &mut Account<'_>) {
        let Some(id) = row.get(&["id"]) else { return account.intake.note("user without an id") };
        let joined = self.time(row.get(&["joined_at"]));
        let left = [row.get(&["deleted_at"]), row.get(&["suspended_at"])];
        let left = left.into_iter().filter_map(|at| self.time(at)).min();
        let person = self.chat.people.meet(id);
        person.name = row.get(&["name", "full_name"]).map(str::to_owned);
        person.joined = joined;
        // Who was suspended before joining anew is still there.
        person.left = left.filter(|left| joined.is_none_or(|joined| *left >= joined));
        let profile = [["job_title"], ["department"], ["location"]].map(|names| row.get(&names).map(str::to_owned));
        self.profiles.insert(id.to_owned(), profile);
    }

    fn message(&mut self, row: &Row<'_>, account: &mut Account<'_>) {
        let Some(id) = row.get(&["id"]) else { return account.refuse("message without an id") };
        let Some(time) = self.time(row.get(&["created_at"])) else {
            return account.refuse("created_at cannot be read");
        };
        if !self.seen.insert(id.to_owned()) {
            return account.refuse("another version of a message");
        }
        let member = row.get(&["sender_id"]);
        match member {
            Some(member) => {
                let name = row.get(&["sender_name"]).map(str::to_owned);
                let is_bot =
                    row.get(&["sender_type"]).is_some_and(|kind| matches!(kind.to_lowercase().as_str(), "bot" | "app"));
                let person = self.chat.people.meet(member);
                person.name = person.name.take().or(name);
                if is_bot {
                    person.role = Some("bot");
                }
            }
            None => account.intake.note("message by nobody known"),
        }
        let thread = row.get(&["thread_id", "conversation_id"]);
        // Some exports write what opens a conversation as an answer to itself.
        let parent = row.get(&["replied_to_id", "parent_id"]).filter(|parent| *parent != id && *parent != "0");
        let is_reply =
            parent.is_some() || thread.is_some_and(|thread| thread != id) && row.get(&["replied_to_id"]).is_some();
        let is_system = row.get(&["message_type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("system"));
        let kind = match (is_system, is_reply) {
            (true, _) => "moderate",
            (false, true) => "reply",
            (false, false) => "post",
        };
        let group = row.get(&["group_name"]).map(str::to_owned).or_else(|| {
            let id = row.get(&["group_id"])?;
            Some(self.groups.get(id).cloned().unwrap_or_else(|| id.to_owned()))
        });
        let says = |name: &str| {
            row.get(&[name]).is_some_and(|value| matches!(value.to_lowercase().as_str(), "true" | "1" | "yes"))
        };
        let channel_type =
            if says("in_private_conversation") || row.get(&["privacy"]) == Some("private") && group.is_none() {
                "dm"
            } else if says("in_private_group") || row.get(&["privacy"]) == Some("private") {
                "private"
            } else {
                "public"
            };
        let is_deleted = row.get(&["deleted_at"]).is_some();
        if is_deleted {
            account.intake.note("message that was deleted: without its text");
        }
        let text = html_to_text(row.get(&["body", "text"]).filter(|_| !is_deleted).unwrap_or_default());
        let event = Event {
            time,
            member,
            kind,
            id: Some(id),
            thread,
            parent,
            channel: group.as_deref(),
            text: Some(&text),
            quality: None,
        };
        let title = row.get(&["title"]).filter(|_| kind == "post");
        self.chat.push(event, Extra { title, channel_type: Some(channel_type), ..Extra::default() }, account);
    }

    fn like(&mut self, row: &Row<'_>, account: &mut Account<'_>) {
        self.is_of_one = true;
        let Some(time) = self.time(row.get(&["liked_at", "created_at", "date"])) else {
            return account.refuse("time of a like cannot be read");
        };
        let member = row.get(&["user_id", "liker_id", "sender_id"]);
        if let Some(member) = member {
            self.chat.people.meet(member);
        }
        let parent = row.get(&["message_id"]);
        let event = Event { time, member, kind: "reaction", parent, ..Event::default() };
        self.chat.push(event, Extra { emoji: row.get(&["reaction", "type"]), ..Extra::default() }, account);
    }

    fn finish(self, path: &std::path::Path, account: Account<'_>) -> Result<Source> {
        let people = &self.chat.people;
        let at = |name: &str, of: fn(&crate::chat::Person) -> Option<i64>| {
            times(name, Int64Chunked::from_slice_options(PlSmallStr::EMPTY, &people.column(of)))
        };
        let mut of_members = vec![at("joined", |person| person.joined), at("left", |person| person.left)];
        for (place, name) in ["job_title", "department", "location"].into_iter().enumerate() {
            let values = people.keyed(|key| self.profiles.get(key).and_then(|profile| profile[place].clone()));
            of_members.push(Column::new(name.into(), values));
        }
        let mut columns = vec!["emoji", "title", "channel_type"];
        if self.is_of_one {
            columns.push("one_sided");
        }
        self.chat.finish(path, PLATFORM, &columns, of_members, account)
    }
}
