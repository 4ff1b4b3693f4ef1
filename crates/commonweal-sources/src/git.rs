//! Git: what `git log` writes, in any of the forms that begin with `commit` and a hash.
//!
//! | source | becomes |
//! |---|---|
//! | commit | `edit` at the author's date, `title` its first line, `action` `merge` where it has several parents |
//! | `Co-authored-by:` | one more `edit` for each, `action` `co-author` |
//! | author | a row of the members; `bot` where the name or address says `[bot]` |
//!
//! The id is the hash; a commit has no thread. The member is the mail address in lower case, as mailing lists have it, else the name.
//! The channel is the name of the file, or of the folder where that says no more than `log`.
use std::collections::HashSet;
use std::io::BufRead;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::{Error, Result};
use crate::event::Event;
use crate::format::Format;
use crate::input::{Allowance, Guard, RECORD_LIMIT, Utf8};
use crate::job::{Account, Job, refuse_table_options};
use crate::time::{Zone, parse_iso, parse_mail};

pub(crate) const PLATFORM: &str = "git";

/// Whether a text is such a log.
pub(crate) fn is_log(text: &str) -> bool {
    let mut lines = text.trim_start().lines();
    lines.next().and_then(hash_of).is_some()
        && lines.take(40).any(|line| line.starts_with("Author:") || line.starts_with("Author "))
}

/// The hash in the line that begins a commit.
fn hash_of(line: &str) -> Option<&str> {
    let hash = line.strip_prefix("commit ")?.split_whitespace().next()?;
    ((7..=64).contains(&hash.len()) && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// A commit as it is written.
#[derive(Debug, Default)]
pub(crate) struct Commit {
    pub hash: String,
    pub author: String,
    pub date: String,
    pub is_merge: bool,
    pub message: String,
}

/// Reads logs.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Git)?;
    let path = job.path();
    let mut history = History::new(Zone::option(job.options.time_zone.as_deref())?);
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_log(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it is no log of git");
            continue;
        }
        let stem = job.tree.entries()[file].stem().to_owned();
        let says_no_more = matches!(stem.to_lowercase().as_str(), "log" | "git" | "gitlog" | "git-log" | "git_log");
        let channel = if says_no_more { job.tree.folder_of(file) } else { Some(stem) };
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let text = Utf8::new(source, label.clone());
        let replaced = text.replaced();
        let allowance = Allowance::new(RECORD_LIMIT);
        let mut lines = Guard::new(text, label.clone(), allowance.clone());
        let account = &mut job.account;
        let (mut line, mut commit) = (String::new(), None::<Commit>);
        loop {
            line.clear();
            if lines.read_line(&mut line).map_err(|error| Error::io(&label, error))? == 0 {
                break;
            }
            let line = line.trim_end_matches(['\n', '\r']);
            if hash_of(line).is_some() {
                allowance.renew();
                if let Some(done) = commit.replace(begun(line)) {
                    history.take(&done, channel.as_deref(), account);
                }
            } else if let Some(commit) = &mut commit {
                add(commit, line);
            }
        }
        if let Some(done) = commit {
            history.take(&done, channel.as_deref(), account);
        }
        account.note_replaced(&replaced);
        account.file_done();
    }
    history.finish(&path, job.account)
}

/// `commit <hash> [<parent> …] [(refs)]`, the parents with `--parents`.
fn begun(line: &str) -> Commit {
    let hash = hash_of(line).unwrap_or_default();
    let words = line.split('(').next().unwrap_or_default().split_whitespace();
    Commit { hash: hash.to_owned(), is_merge: words.count() > 3, ..Commit::default() }
}

/// The longest message that is kept of a commit.
const LONGEST_MESSAGE: usize = 1 << 20;

fn add(commit: &mut Commit, line: &str) {
    if let Some(words) = line.strip_prefix("    ") {
        if commit.message.len() < LONGEST_MESSAGE {
            commit.message.push_str(words);
            commit.message.push('\n');
        }
        return;
    }
    let Some((name, value)) = line.split_once(':') else { return };
    let value = value.trim();
    match name {
        "Author" if commit.author.is_empty() => value.clone_into(&mut commit.author),
        "AuthorDate" | "Date" if commit.date.is_empty() => value.clone_into(&mut commit.date),
        "Merge" => commit.is_merge = true,
        _ => {}
    }
}

/// The commits of repositories.
pub(crate) struct History {
    chat: Chat,
    seen: HashSet<String>,
    zone: Option<Zone>,
}

impl History {
    pub fn new(zone: Option<Zone>) -> Self {
        Self { chat: Chat::new(), seen: HashSet::new(), zone }
    }

    pub fn take(&mut self, commit: &Commit, channel: Option<&str>, account: &mut Account<'_>) {
        let Some(stamp) = parse_iso(&commit.date).or_else(|| parse_mail(&commit.date)) else {
            return account.refuse("date of a commit cannot be read");
        };
        let time = if stamp.zoned {
            stamp.micros
        } else {
            if self.zone.is_none() {
                account.intake.note("date without a zone: taken as UTC (the option `time_zone` names another)");
            }
            let (time, local) = self.zone.unwrap_or(Zone::UTC).to_utc(stamp.micros);
            if let Some(note) = local.note() {
                account.intake.note(note);
            }
            time
        };
        if !self.seen.insert(commit.hash.clone()) {
            return account.refuse("commit met before");
        }
        let member = self.meet(&commit.author);
        if member.is_none() {
            account.intake.note("commit by nobody known");
        }
        let title = commit.message.lines().map(str::trim).find(|line| !line.is_empty());
        let event = Event {
            time,
            member: member.as_deref(),
            kind: "edit",
            id: Some(&commit.hash),
            channel,
            ..Event::default()
        };
        let action = commit.is_merge.then_some("merge");
        self.chat.push(event, Extra { action, title, ..Extra::default() }, account);
        let mut named: Vec<String> = member.iter().cloned().collect();
        for line in commit.message.lines() {
            const MARK: &str = "co-authored-by:";
            let line = line.trim();
            let Some(other) = line.get(..MARK.len()).filter(|start| start.eq_ignore_ascii_case(MARK)) else { continue };
            let Some(key) = self.meet(&line[other.len()..]) else { continue };
            if named.contains(&key) || named.len() > 100 {
                continue;
            }
            let event = Event { member: Some(&key), id: None, ..event };
            self.chat.push(event, Extra { action: Some("co-author"), title, ..Extra::default() }, account);
            named.push(key);
        }
    }

    /// The key of who is written `Name <address>`.
    fn meet(&mut self, written: &str) -> Option<String> {
        let (name, address) = match written.rsplit_once('<') {
            Some((name, rest)) => (name.trim(), rest.trim_end().trim_end_matches('>').trim().to_lowercase()),
            None => (written.trim(), String::new()),
        };
        let key = if address.contains('@') { address } else { name.to_owned() };
        if key.is_empty() {
            return None;
        }
        let is_bot = name.contains("[bot]") || key.contains("[bot]");
        let person = self.chat.people.meet(&key);
        if !name.is_empty() {
            person.name.get_or_insert_with(|| name.to_owned());
        }
        if is_bot {
            person.role = Some("bot");
        }
        Some(key)
    }

    pub fn finish(self, path: &std::path::Path, account: Account<'_>) -> Result<Source> {
        self.chat.finish(path, PLATFORM, &["action", "title"], vec![], account)
    }
}
