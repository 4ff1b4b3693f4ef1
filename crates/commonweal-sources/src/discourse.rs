//! Discourse: topics as the JSON of `/t/<id>.json`, one file a topic, or a list of topics; or the archive of one user.
//!
//! | source | becomes |
//! |---|---|
//! | post 1 of a topic | `post` |
//! | every other post | `reply`; parent the post of `reply_to_post_number`, else the opening post |
//! | system action (`post_type` 2 or 3: closed, split, pinned …) | `moderate`, with the column `action` |
//! | like (`actions_summary` id 2) | one `reaction` each: no member, and the post's time, `inherited` |
//! | accepted answer | `resolve`: member unknown, time `inherited` from the answer |
//! | author | a row of the members |
//!
//! The thread is `t<topic id>`, the id is the post's, the channel is the `category_id` (topics do not name it); `title` (of the
//! opening post) and `reads` are extra columns. The member key is the `user_id`: user names can be changed and taken over. Ids of 0
//! and below are the system's and bots'. `staff` is who is admin, moderator or staff on any post, as of the export.
//!
//! Refused, with the count: whispers (staff alone can see them, so they answer nobody), posts met twice. A topic whose
//! `post_stream.stream` lists more posts than the file holds (Discourse gives 20 a page) is noted, as is a reply to a post that is
//! not in the file: it hangs on the opening post.
//!
//! **The archive of a user** holds what one user wrote (`user_archive.csv`): `post` and `reply`, the likes they were given (by nobody known,
//! `inherited`), the likes that they gave (`likes.csv`) and the days of their visits (`visits.csv`: `view`). It is one-sided, and
//! marked so in the column `one_sided`. Messages between users are refused.
use std::collections::{HashMap, HashSet};
use std::path::Path;

use polars::prelude::*;
use serde::Deserialize;

use crate::Source;
use crate::error::Result;
use crate::event::{Event, EventColumns, INHERITED, Member, MemberColumns, strings};
use crate::format::Format;
use crate::html::html_to_text;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_number, loose_text};
use crate::personal;
use crate::time::parse_iso;

pub(crate) const PLATFORM: &str = "discourse";

#[derive(Deserialize)]
struct Topic {
    #[serde(default, deserialize_with = "loose_number")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    category_id: Option<String>,
    #[serde(default)]
    post_stream: Option<Stream>,
    #[serde(default)]
    accepted_answer: Option<Accepted>,
}

#[derive(Deserialize)]
struct Stream {
    #[serde(default)]
    posts: Vec<Post>,
    #[serde(default)]
    stream: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Accepted {
    #[serde(default, deserialize_with = "loose_number")]
    post_number: Option<i64>,
}

#[derive(Deserialize)]
struct Post {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    post_number: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    post_type: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    user_id: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    username: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    name: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    created_at: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    cooked: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    reply_to_post_number: Option<i64>,
    #[serde(default, deserialize_with = "loose_text")]
    action_code: Option<String>,
    #[serde(default, deserialize_with = "loose_number")]
    reads: Option<i64>,
    #[serde(default)]
    accepted_answer: Option<bool>,
    #[serde(default)]
    staff: Option<bool>,
    #[serde(default)]
    admin: Option<bool>,
    #[serde(default)]
    moderator: Option<bool>,
    #[serde(default)]
    actions_summary: Option<Vec<Action>>,
}

#[derive(Deserialize)]
struct Action {
    #[serde(default, deserialize_with = "loose_number")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "loose_number")]
    count: Option<i64>,
}

impl Post {
    /// The user id; of posts without one, the user name behind an `@`.
    fn member(&self) -> Option<String> {
        match (self.user_id, &self.username) {
            (Some(id), _) => Some(id.to_string()),
            (None, Some(name)) if !name.is_empty() => Some(format!("@{name}")),
            _ => None,
        }
    }

    fn role(&self) -> Option<&'static str> {
        let staff = [self.staff, self.admin, self.moderator].contains(&Some(true));
        match self.user_id {
            Some(..=0) => Some("bot"),
            _ if staff => Some("staff"),
            _ => None,
        }
    }

    fn likes(&self) -> u64 {
        const LIKE: i64 = 2;
        let counts = self.actions_summary.iter().flatten().filter(|action| action.id == Some(LIKE));
        counts.filter_map(|action| u64::try_from(action.count?).ok()).sum()
    }
}

/// Reads topics.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Discourse)?;
    if archives_user(&mut job)? {
        return personal::discourse::read(job);
    }
    let path = job.path();
    let mut forum = Forum::new();
    for file in job.files.clone() {
        let label = job.tree.label(file);
        if job.tree.entries()[file].extension() == "csv" {
            continue;
        }
        if job.tree.entries()[file].size == 0 {
            job.account.intake.note("file skipped: it is empty");
            continue;
        }
        let source = job.tree.reader(file)?;
        let account = &mut job.account;
        let replaced = json::each(source, &label, |topic: Topic| {
            forum.take(topic, account);
            Ok(())
        })?;
        job.account.note_replaced(&replaced);
        job.account.file_done();
    }
    let (events, members) = forum.finish(&path)?;
    Ok(Source::new(PLATFORM, events, Some(members), job.account.intake))
}

/// Whether it is the archive of a user, of whom the posts are CSV.
fn archives_user(job: &mut Job<'_>) -> Result<bool> {
    for file in job.files.clone() {
        if job.tree.entries()[file].extension() == "csv" && job.tree.entries()[file].size > 0 {
            let head = job.tree.head(file)?;
            if personal::discourse::is_posts(&String::from_utf8_lossy(&head)) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

struct Person {
    username: Option<String>,
    name: Option<String>,
    role: Option<&'static str>,
}

struct Forum {
    events: EventColumns,
    title: StringChunkedBuilder,
    action: StringChunkedBuilder,
    reads: Vec<Option<i64>>,
    seen: HashSet<String>,
    people: HashMap<String, Person>,
    /// Keys of `people` in the order met.
    order: Vec<String>,
}

/// The most likes of one post that are believed: a hostile count must not fill the memory.
const MOST_LIKES: u64 = 20_000;

impl Forum {
    fn new() -> Self {
        Self {
            events: EventColumns::new(),
            title: strings("title"),
            action: strings("action"),
            reads: Vec::new(),
            seen: HashSet::new(),
            people: HashMap::new(),
            order: Vec::new(),
        }
    }

    fn take(&mut self, topic: Topic, account: &mut Account<'_>) {
        let Some(stream) = topic.post_stream else { return account.refuse("JSON object that is no topic") };
        let Some(number) = topic.id else {
            return account.intake.refuse_many("post of a topic without id", stream.posts.len() as u64);
        };
        if stream.stream.len() > stream.posts.len() {
            account.intake.note("topic of which the file holds only a part of the posts");
        }
        let thread = format!("t{number}");
        let ids: HashMap<i64, String> =
            stream.posts.iter().filter_map(|post| Some((post.post_number?, post.id.clone()?))).collect();
        let flagged = stream.posts.iter().any(|post| post.accepted_answer == Some(true));
        let accepted = topic.accepted_answer.and_then(|answer| answer.post_number).filter(|_| !flagged);
        for post in &stream.posts {
            let is_accepted = post.accepted_answer == Some(true) || accepted.is_some() && post.post_number == accepted;
            let place = Place { thread: &thread, channel: topic.category_id.as_deref(), title: topic.title.as_deref() };
            self.take_post(post, &place, &ids, is_accepted, account);
        }
    }

    fn take_post(
        &mut self,
        post: &Post,
        place: &Place<'_>,
        ids: &HashMap<i64, String>,
        is_accepted: bool,
        account: &mut Account<'_>,
    ) {
        let (Some(id), Some(number)) = (post.id.as_deref(), post.post_number) else {
            return account.refuse("post without id or post_number");
        };
        let Some(time) = post.created_at.as_deref().and_then(parse_iso).map(|stamp| stamp.micros) else {
            return account.refuse("created_at cannot be read");
        };
        let kind = match post.post_type {
            Some(1) | None if number == 1 => "post",
            Some(1) | None => "reply",
            Some(2 | 3) => "moderate",
            Some(4) => return account.refuse("whisper: only staff can see it"),
            Some(_) => return account.refuse("post of an unknown post_type"),
        };
        if !self.seen.insert(id.to_owned()) {
            return account.refuse("post with an id seen before");
        }
        let member = post.member();
        if let Some(key) = &member {
            self.meet(key, post);
        }
        let opening = ids.get(&1).map(String::as_str).filter(|opening| *opening != id);
        let answered = post.reply_to_post_number.filter(|answered| *answered != number);
        let parent = answered.and_then(|answered| ids.get(&answered)).map(String::as_str);
        if answered.is_some() && parent.is_none() {
            account.intake.note("reply to a post that is not in the file: hung on the opening post");
        }
        let text = post.cooked.as_deref().map(html_to_text);
        let event = Event {
            time,
            member: member.as_deref(),
            kind,
            id: Some(id),
            thread: Some(place.thread),
            parent: parent.or(opening),
            channel: place.channel,
            text: text.as_deref(),
            quality: None,
        };
        self.push(event, place.title.filter(|_| kind == "post"), post.action_code.as_deref(), post.reads);
        account.keep();
        let derived = Event { member: None, id: None, parent: Some(id), text: None, quality: INHERITED, ..event };
        for like in 0..post.likes() {
            if like == MOST_LIKES {
                account.intake.refuse_many("like beyond 20,000 of one post", post.likes() - like);
                break;
            }
            self.push(Event { kind: "reaction", ..derived }, None, None, None);
            account.keep();
        }
        if is_accepted {
            self.push(Event { kind: "resolve", ..derived }, None, None, None);
            account.keep();
        }
    }

    fn push(&mut self, event: Event<'_>, title: Option<&str>, action: Option<&str>, reads: Option<i64>) {
        self.events.push(event);
        self.title.append_option(title);
        self.action.append_option(action);
        self.reads.push(reads);
    }

    /// Remembers who a person is; what the last post says of the name holds, and staff once is staff.
    fn meet(&mut self, key: &str, post: &Post) {
        if !self.people.contains_key(key) {
            self.order.push(key.to_owned());
            self.people.insert(key.to_owned(), Person { username: None, name: None, role: None });
        }
        let Some(person) = self.people.get_mut(key) else { return };
        person.role = person.role.or(post.role());
        if post.username.is_some() {
            person.username.clone_from(&post.username);
        }
        if post.name.as_deref().is_some_and(|name| !name.trim().is_empty()) {
            person.name.clone_from(&post.name);
        }
    }

    fn finish(self, path: &Path) -> Result<(DataFrame, DataFrame)> {
        let mut members = MemberColumns::new();
        let mut username = strings("username");
        for key in &self.order {
            let person = &self.people[key];
            let name = person.name.as_deref().or(person.username.as_deref());
            members.push(Member { member: key, name, role: person.role });
            username.append_option(person.username.as_deref());
        }
        let extra = vec![
            self.title.finish().into_column(),
            self.action.finish().into_column(),
            Column::new("reads".into(), self.reads),
        ];
        let events = self.events.finish(path, PLATFORM, extra)?;
        Ok((events, members.finish(path, vec![username.finish().into_column()])?))
    }
}

struct Place<'a> {
    thread: &'a str,
    channel: Option<&'a str>,
    title: Option<&'a str>,
}
