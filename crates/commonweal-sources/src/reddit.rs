//! Reddit: the dumps of Pushshift and Arctic Shift, a JSON object a line, and what their tools cut out of them.
//!
//! | source | becomes |
//! |---|---|
//! | submission | `post`, with its `title` and `tags` (its flair) |
//! | comment | `reply`, parent the comment or submission that `parent_id` names |
//!
//! The id is the full name, `t3_…` of a submission and `t1_…` of a comment, the thread that of the submission, the channel the
//! subreddit. The member is the user name, which on Reddit never changes; who is `[deleted]` is nobody known. `staff` is who ever
//! wrote as a moderator or an admin; `bot` is AutoModerator and whose name ends in "bot". Text that says `[deleted]` or `[removed]`
//! is none. Votes have no rows: a score says how many more are for than against, and nothing of when or by whom.
use std::collections::HashSet;

use serde::Deserialize;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, loose_float, loose_text};
use crate::markup::spoken;
use crate::recognise::value_of;
use crate::time::epoch_fraction;

pub(crate) const PLATFORM: &str = "reddit";

/// Whether a text is such a dump: its first line tells the subreddit, when, and what is said.
pub(crate) fn is_dump(text: &str) -> bool {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.starts_with('{')
        && ["subreddit", "created_utc", "author"].iter().all(|key| value_of(line, key).is_some())
        && ["selftext", "title", "body", "link_id"].iter().any(|key| value_of(line, key).is_some())
}

#[derive(Deserialize)]
struct Line {
    #[serde(default, deserialize_with = "loose_text")]
    id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    author: Option<String>,
    /// The number of the account, in newer dumps.
    #[serde(default, deserialize_with = "loose_text")]
    author_fullname: Option<String>,
    /// A number, in some years with a fraction, in others as text.
    #[serde(default, deserialize_with = "loose_float")]
    created_utc: Option<f64>,
    #[serde(default, deserialize_with = "loose_text")]
    subreddit: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    selftext: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    body: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    link_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    parent_id: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    distinguished: Option<String>,
    #[serde(default, deserialize_with = "loose_text")]
    link_flair_text: Option<String>,
    /// False, or when.
    #[serde(default, deserialize_with = "loose_float")]
    edited: Option<f64>,
}

/// Reads dumps, of submissions and comments in any mixture.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Reddit)?;
    let path = job.path();
    let mut forum = Forum { chat: Chat::new(), seen: HashSet::new() };
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_dump(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it is no dump of Reddit");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = json::lines(source, &label, |line: Option<Line>| match line {
            Some(line) => forum.take(&line, account),
            None => account.refuse("line that is no JSON object"),
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    let mut of_members = vec![forum.chat.people.usernames()];
    of_members.extend(forum.chat.people.account_ids());
    forum.chat.finish(&path, PLATFORM, &["edited", "title", "tags"], of_members, job.account)
}

struct Forum {
    chat: Chat,
    seen: HashSet<String>,
}

/// A full name of this kind; the bare id where the kind is not said.
fn full_name(kind: &str, id: &str) -> String {
    if id.starts_with("t1_") || id.starts_with("t3_") { id.to_owned() } else { format!("{kind}_{id}") }
}

impl Forum {
    fn take(&mut self, line: &Line, account: &mut Account<'_>) {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let Some(id) = filled(&line.id) else { return account.refuse("line without an id") };
        let Some(time) = line.created_utc.filter(|at| *at > 0.0).and_then(seconds) else {
            return account.refuse("created_utc cannot be read");
        };
        let link = filled(&line.link_id).map(|link| full_name("t3", &link));
        let is_comment = link.is_some() || line.body.is_some() && line.title.is_none();
        let id = full_name(if is_comment { "t1" } else { "t3" }, &id);
        if !self.seen.insert(id.clone()) {
            return account.refuse("submission or comment met before");
        }
        let author = line.author.as_deref().filter(|author| !matches!(*author, "" | "[deleted]" | "[removed]"));
        match author {
            Some(author) => {
                self.meet(author, line.distinguished.as_deref());
                let person = self.chat.people.meet(author);
                person.account_id = person.account_id.take().or_else(|| filled(&line.author_fullname));
            }
            None => account.intake.note("written by an account that was deleted"),
        }
        let said = if is_comment { &line.body } else { &line.selftext };
        let said = said.as_deref().filter(|text| {
            let is_gone = matches!(text.trim(), "[deleted]" | "[removed]");
            if is_gone {
                account.intake.note("text was deleted or removed");
            }
            !is_gone
        });
        let text = spoken(&htmlize::unescape(said.unwrap_or_default()));
        // In some dumps the parent of an answer to the submission is missing, or a bare number.
        let named = filled(&line.parent_id).filter(|parent| parent.starts_with("t1_") || parent.starts_with("t3_"));
        let event = Event {
            time,
            member: author,
            kind: if is_comment { "reply" } else { "post" },
            id: Some(&id),
            thread: if is_comment { link.as_deref() } else { Some(&id) },
            parent: if is_comment { named.as_deref().or(link.as_deref()) } else { None },
            channel: line.subreddit.as_deref(),
            text: Some(&text),
            quality: None,
        };
        let title = line.title.as_deref().filter(|_| !is_comment).map(htmlize::unescape);
        let extra = Extra {
            title: title.as_deref(),
            tags: line.link_flair_text.as_deref().filter(|_| !is_comment),
            edited: line.edited.filter(|at| *at > 1.0).and_then(seconds),
            ..Extra::default()
        };
        self.chat.push(event, extra, account);
    }

    fn meet(&mut self, author: &str, distinguished: Option<&str>) {
        let person = self.chat.people.meet(author);
        person.username.get_or_insert_with(|| author.to_owned());
        if author == "AutoModerator" || author.to_lowercase().ends_with("bot") {
            person.role = Some("bot");
        } else if matches!(distinguished, Some("moderator" | "admin")) {
            person.role = Some("staff");
        }
    }
}

fn seconds(at: f64) -> Option<i64> {
    epoch_fraction(at, Some(crate::TimeUnit::Seconds))
}
