//! Stack Exchange data dumps: one site, XML files of `<row …/>` elements.
//!
//! | source | becomes |
//! |---|---|
//! | question (`PostTypeId` 1) | `post`, id and thread `p<Id>` |
//! | answer (2) | `reply`, thread and parent `p<ParentId>` |
//! | comment | `reply`, id `c<Id>`, parent the post commented, thread its question |
//! | vote up (`VoteTypeId` 2), down (3), favorite (5) | `reaction`, id `v<Id>`, column `vote`; only favorites have a member |
//! | accepted (1) | `resolve` by the asker, parent the answer |
//! | `AcceptedAnswerId` without such a vote | `resolve`, time inherited from the answer |
//! | offensive (4), spam (12), told to moderators (13) | `flag` |
//! | closed (6), reopened (7), deleted (10), undeleted (11), reviewed (15) | `moderate` |
//! | user | a row of the members, and `join` at `CreationDate`; `Id` -1 is a bot |
//!
//! Refused, with the count: tag wikis and other posts that open no conversation, bounties and edit approvals, votes on posts that
//! are not in the dump (deleted ones: their messages are not there either), badges (an award is no act). `PostHistory.xml`,
//! `PostLinks.xml` and `Tags.xml` are not read.
//!
//! Times are UTC. Votes have the day alone: `time_quality` is `day`, and the time is the start of the day, or the post's own time
//! when it was written that day. `channel` is the question's first tag; `title`, `tags`, `score` and `view_count` are extra
//! columns. The dump lacks deleted posts, and users deleted since: their posts have no member.
mod comments;
mod posts;
mod users;
mod votes;

use std::collections::HashSet;
use std::path::PathBuf;

use polars::prelude::*;

use crate::Source;
use crate::error::{Error, Result};
use crate::event::{Event, EventColumns, strings};
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::time::parse_iso;
use crate::xml::{Row, rows};
use posts::Posts;

pub(crate) const PLATFORM: &str = "stackexchange";

/// Reads a dump.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::StackExchange)?;
    let path = job.path();
    let file = |name: &'static str| part(&job, name);
    let posts_file = file("posts")?.ok_or_else(|| Error::MissingFile { path: path.clone(), file: "Posts.xml" })?;
    let (comments_file, votes_file) = (file("comments")?, file("votes")?);
    let (users_file, badges_file) = (file("users")?, file("badges")?);

    let mut dump = Dump::new();
    let mut posts = Posts::default();
    each(&mut job, posts_file, |row, account| posts.take(&row, &mut dump, account))?;
    if let Some(file) = comments_file {
        let mut seen = HashSet::new();
        each(&mut job, file, |row, account| comments::take(&row, &posts, &mut seen, &mut dump, account))?;
    }
    if let Some(file) = votes_file {
        let mut seen = HashSet::new();
        each(&mut job, file, |row, account| votes::take(&row, &mut posts, &mut seen, &mut dump, account))?;
    }
    votes::accept_rest(&posts, &mut dump, &mut job.account);
    let mut members = None;
    if let Some(file) = users_file {
        let mut users = users::Users::new();
        each(&mut job, file, |row, account| users.take(&row, &mut dump, account))?;
        members = Some(users.finish(&path)?);
    }
    if let Some(file) = badges_file {
        each(&mut job, file, |_, account| account.refuse("badge: an award, not an act"))?;
    }
    Ok(Source::new(PLATFORM, dump.finish(&path, &posts)?, members, job.account.intake))
}

/// The file whose name ends with `<name>.xml`, in any case.
fn part(job: &Job<'_>, name: &'static str) -> Result<Option<usize>> {
    let entries = job.tree.entries();
    let is_part = |index: &&usize| {
        let entry = &entries[**index];
        entry.extension() == "xml" && entry.stem().to_ascii_lowercase().ends_with(name)
    };
    let found: Vec<usize> = if job.tree.is_file() {
        // A single file is the posts, whatever its name: its content was recognised.
        if name == "posts" { job.files.clone() } else { vec![] }
    } else {
        job.files.iter().filter(is_part).copied().collect()
    };
    match found.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => Err(Error::Several {
            path: job.path(),
            found: several.iter().map(|index| entries[*index].name.clone()).collect(),
        }),
    }
}

fn each(job: &mut Job<'_>, file: usize, mut take: impl FnMut(Row<'_>, &mut Account<'_>)) -> Result<()> {
    let label: PathBuf = job.tree.label(file);
    let source = job.tree.reader(file)?;
    let replaced = rows(source, &label, |row| {
        take(row, &mut job.account);
        Ok(())
    })?;
    job.account.note_replaced(&replaced);
    job.account.file_done();
    Ok(())
}

/// The events so far. The channel is put in at the end, as a question may come after its answers.
struct Dump {
    events: EventColumns,
    questions: Vec<Option<u64>>,
    title: StringChunkedBuilder,
    tags: StringChunkedBuilder,
    vote: StringChunkedBuilder,
    score: Vec<Option<i64>>,
    view_count: Vec<Option<i64>>,
}

/// What an event of a dump has beside the contract's columns.
#[derive(Default)]
struct Extra<'a> {
    title: Option<&'a str>,
    tags: Option<&'a str>,
    vote: Option<&'a str>,
    score: Option<i64>,
    view_count: Option<i64>,
}

impl Dump {
    fn new() -> Self {
        Self {
            events: EventColumns::new(),
            questions: Vec::new(),
            title: strings("title"),
            tags: strings("tags"),
            vote: strings("vote"),
            score: Vec::new(),
            view_count: Vec::new(),
        }
    }

    fn push(&mut self, question: Option<u64>, event: Event<'_>, extra: Extra<'_>) {
        let thread = question.map(|id| format!("p{id}"));
        self.events.push(Event { thread: thread.as_deref(), ..event });
        self.questions.push(question);
        self.title.append_option(extra.title);
        self.tags.append_option(extra.tags);
        self.vote.append_option(extra.vote);
        self.score.push(extra.score);
        self.view_count.push(extra.view_count);
    }

    fn finish(self, path: &std::path::Path, posts: &Posts) -> Result<DataFrame> {
        let mut channel = strings("channel");
        for question in &self.questions {
            channel.append_option(question.and_then(|id| posts.channel(id)));
        }
        let extra = vec![
            channel.finish().into_column(),
            self.title.finish().into_column(),
            self.tags.finish().into_column(),
            self.vote.finish().into_column(),
            Column::new("score".into(), self.score),
            Column::new("view_count".into(), self.view_count),
        ];
        self.events.finish(path, PLATFORM, extra)
    }
}

/// A date of the dump: naive, and UTC.
fn date(text: Option<&str>) -> Option<i64> {
    parse_iso(text?).map(|stamp| stamp.micros)
}

fn id(text: &str) -> Option<u64> {
    text.trim().parse().ok()
}

/// A member's key: the user id as it is.
fn member(text: Option<std::borrow::Cow<'_, str>>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
