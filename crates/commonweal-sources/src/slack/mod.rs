//! Slack: the export of a workspace, as a zip archive or the folder in it: `users.json`, `channels.json` (`groups.json`,
//! `mpims.json`, `dms.json`), and a folder per channel with a file per day.
//!
//! | source | becomes |
//! |---|---|
//! | message outside of a thread, or the first of one (`thread_ts` is its own `ts`) | `post` |
//! | message in a thread | `reply`, parent the thread's first message |
//! | reaction | `reaction` of each user named, at the message's time: `inherited`, as Slack exports no time. What `count` has beyond them has no member |
//! | `channel_join`, `group_join` | `join` |
//! | `channel_leave`, `group_leave` | `leave`, where it was the last channel that the member was seen in; else `moderate` |
//! | every other system message (topic set, pinned, huddle …) | `moderate`, with its `subtype` in the column `action` |
//! | the rest of a deleted message that opens a thread (`tombstone`) | `post` by nobody known |
//! | user of `users.json` | a row of the members: bots are `bot`, owners and admins `staff` |
//!
//! The id is `<channel id>/<ts>`, as a `ts` is told apart in its channel only. Messages outside of threads get no `thread`: where
//! people answer below instead of in a thread, `infer_threads` finds who. The channel is the folder's name; `channel_type` says
//! whether it is public, private, a group's or two people's. `edited` is when the message was changed last: the export holds its
//! latest text.
//!
//! The member is the user id; of a `bot_message` without one the bot user that has its `bot_id`, else the `bot_id`. Users of other
//! workspaces (shared channels) are not in `users.json`: their name is the one that their messages carry. Mail addresses and phone
//! numbers are not read.
//!
//! Refused, with the count: messages met twice (a reply that was also sent to the channel can stand in the file twice), the old
//! `reply_broadcast` notices, which copy a reply, and notices of changes and deletions.
mod files;
mod message;
mod text;

use std::collections::{HashMap, HashSet};

use serde::Deserialize;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_bool, loose_text};
use crate::presence::Presence;
use files::Files;
use message::{Message, Profile, What, ts};
use text::readable;

pub(crate) const PLATFORM: &str = "slack";

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    real_name: Option<String>,
    #[serde(default, deserialize_with = "loose_bool")]
    deleted: bool,
    #[serde(default, deserialize_with = "loose_bool")]
    is_bot: bool,
    #[serde(default, deserialize_with = "loose_bool")]
    is_admin: bool,
    #[serde(default, deserialize_with = "loose_bool")]
    is_owner: bool,
    #[serde(default)]
    profile: Option<Profile>,
}

/// A channel, as the files that list channels tell of it.
#[derive(Clone, Debug)]
struct Channel {
    id: String,
    kind: Option<&'static str>,
}

/// Slack's own account, which no list of users holds.
const SLACKBOT: &str = "USLACKBOT";

/// Reads an export.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Slack)?;
    let path = job.path();
    let files = Files::sort(&job)?;
    let mut export = Export {
        chat: Chat::new(),
        bots: HashMap::new(),
        channels: HashMap::new(),
        names: HashMap::new(),
        seen: HashSet::new(),
        presence: Presence::default(),
    };
    match files.users {
        Some(file) => {
            let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
            let replaced = json::each(source, &label, |user: User| {
                export.meet(user);
                Ok(())
            })?;
            job.account.note_replaced(&replaced);
            job.account.file_done();
        }
        None => job.account.intake.note("no users.json: names, bots and staff are known only as far as messages tell"),
    }
    for (file, kind) in files.channels {
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let replaced = json::each(source, &label, |channel: files::Listed| {
            export.list(channel, kind);
            Ok(())
        })?;
        job.account.note_replaced(&replaced);
        job.account.file_done();
    }
    for _ in 0..files.others {
        job.account.intake.note("file skipped: it is no day of a channel");
    }
    for file in files.days {
        let label = job.tree.label(file);
        if job.tree.entries()[file].size == 0 {
            job.account.intake.note("file skipped: it is empty");
            continue;
        }
        let folder = job.tree.folder_of(file).unwrap_or_default();
        let channel = export.channels.get(&folder).cloned().unwrap_or(Channel { id: folder.clone(), kind: None });
        let source = job.tree.reader(file)?;
        let account = &mut job.account;
        let replaced = json::each(source, &label, |message: Message| {
            export.take(message, &folder, &channel, account);
            Ok(())
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    export.finish(&path, job.account)
}

struct Export {
    chat: Chat,
    /// The user of each bot.
    bots: HashMap<String, String>,
    /// By the names of their folders.
    channels: HashMap<String, Channel>,
    /// Names of channels by id, for those that texts mention.
    names: HashMap<String, String>,
    seen: HashSet<(String, i64)>,
    presence: Presence,
}

impl Export {
    fn meet(&mut self, user: User) {
        let Some(id) = user.id.filter(|id| !id.is_empty()) else { return };
        let mut profile = user.profile.unwrap_or_default();
        if let Some(bot) = profile.bot_id.take().filter(|bot| !bot.is_empty()) {
            self.bots.insert(bot, id.clone());
        }
        profile.real_name = user.real_name.or(profile.real_name);
        let person = self.chat.people.meet(&id);
        person.name = profile.name();
        person.username = user.name.filter(|name| !name.is_empty());
        person.is_deleted = user.deleted;
        person.role = match user.is_bot || id == SLACKBOT {
            true => Some("bot"),
            false => (user.is_admin || user.is_owner).then_some("staff"),
        };
    }

    fn list(&mut self, listed: files::Listed, kind: &'static str) {
        let Some(id) = listed.id.filter(|id| !id.is_empty()) else { return };
        let folder = listed.name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone());
        self.names.insert(id.clone(), folder.clone());
        self.channels.insert(folder, Channel { id, kind: Some(kind) });
    }

    /// Who wrote a message; whoever is not listed is met here.
    fn author(&mut self, message: &Message) -> Option<String> {
        let user = message.user.as_ref().filter(|user| !user.is_empty());
        let bot = message.bot_id.as_ref().filter(|bot| !bot.is_empty());
        let key = match (user, bot) {
            (Some(user), _) => user.clone(),
            (None, Some(bot)) => self.bots.get(bot).unwrap_or(bot).clone(),
            // Integrations of long ago have a name only.
            (None, None) if message.is_by_bot() => format!("@{}", message.username.as_deref()?),
            (None, None) => return None,
        };
        let is_bot = key == SLACKBOT || bot.is_some() || message.is_by_bot();
        let is_new = self.chat.people.get(&key).is_none();
        let person = self.chat.people.meet(&key);
        if is_new {
            person.role = is_bot.then_some("bot");
        }
        if person.name.is_none() {
            let profile = message.user_profile.as_ref();
            let own = profile.and_then(Profile::name).or(message.username.clone());
            person.name = own;
            person.username = person.username.take().or_else(|| profile?.name.clone());
        }
        Some(key)
    }

    fn take(&mut self, message: Message, folder: &str, channel: &Channel, account: &mut Account<'_>) {
        let what = match message.what() {
            Ok(what) => what,
            Err(reason) => return account.refuse(reason),
        };
        let Some(time) = message.ts.as_deref().and_then(ts) else { return account.refuse("ts cannot be read") };
        if !self.seen.insert((channel.id.clone(), time)) {
            return account.refuse("message with a ts seen before in its channel");
        }
        let name = |ts: &str| format!("{}/{ts}", channel.id);
        let own = message.ts.as_deref().unwrap_or_default();
        let id = name(own);
        let root = message.thread_ts.as_deref().filter(|root| ts(root).is_some());
        let thread = root.map(name);
        let member = match what {
            What::Tombstone => None,
            _ => self.author(&message),
        };
        if member.is_none() {
            account.intake.note("message by nobody known");
        }
        let is_reply = root.is_some_and(|root| ts(root) != Some(time));
        let text = readable(message.text.as_deref().unwrap_or_default(), &self.chat.people, &self.names);
        let event = Event {
            time,
            member: member.as_deref(),
            kind: match what {
                What::Join => "join",
                What::Leave => "leave",
                What::System(_) => "moderate",
                What::Said | What::Tombstone if is_reply => "reply",
                What::Said | What::Tombstone => "post",
            },
            id: Some(&id),
            thread: thread.as_deref(),
            parent: thread.as_deref().filter(|_| is_reply),
            channel: Some(folder),
            text: Some(&text).filter(|_| what != What::Tombstone).map(String::as_str),
            quality: None,
        };
        let extra = Extra {
            action: message.subtype.as_deref().filter(|_| what != What::Said),
            edited: message.edited.as_ref().and_then(|edited| ts(edited.ts.as_deref()?)),
            channel_type: channel.kind,
            ..Extra::default()
        };
        if let What::System(subtype) = what
            && !message::is_known_system(subtype)
        {
            account.note_quoting(
                format!("message of the subtype {subtype:?}, taken as the system's"),
                "message of yet another subtype, taken as the system's",
            );
        }
        if what == What::Leave && event.member.is_some() {
            // Whether it is the last channel shows when all files are read.
            return self.presence.leave(event, channel.kind);
        }
        if let Some(member) = event.member {
            self.presence.see(member, folder, time, true);
        }
        self.chat.push(event, extra, account);
        for reaction in message.reactions.iter().flatten() {
            let extra = Extra { emoji: reaction.name.as_deref(), ..extra };
            let users = reaction.users.as_deref().unwrap_or_default();
            for user in users {
                self.chat.people.meet(user);
            }
            self.chat.react(event, extra, users, reaction.count.unwrap_or(0), account);
        }
    }

    fn finish(mut self, path: &std::path::Path, mut account: Account<'_>) -> Result<Source> {
        for leave in self.presence.leaves() {
            let extra = Extra { action: Some("channel_leave"), channel_type: leave.channel_type, ..Extra::default() };
            self.chat.push(leave.event(), extra, &mut account);
        }
        let of_members = vec![self.chat.people.usernames(), self.chat.people.deleted()];
        self.chat.finish(path, PLATFORM, &["action", "emoji", "edited", "channel_type"], of_members, account)
    }
}
