//! MediaWiki: the XML dump of a wiki (*Special:Export*, `dumpBackup.php`, the dumps of Wikimedia), with its pages, talk and logs.
//!
//! | source | becomes |
//! |---|---|
//! | revision of a page | `edit`; `title` is the page's, `action` `minor` where it is marked so |
//! | signed comment on a talk page | `post` for the first of a section, else `reply` |
//! | log: `newusers` | `join` |
//! | log: `thanks` | `reaction`, `target` whom it thanks |
//! | log: `block`, `delete`, `protect`, `rights` and other acts of who keeps order | `moderate`, `action` type and action |
//! | contributor | a row of the members; `bot` whose name ends in "bot" |
//!
//! Talk pages are those of the odd namespaces. Their comments are read from the newest revision in the file: a comment ends with a
//! signature, a link to its author and a time in English; its depth is the indentation (`:`, `*`, `#`), and it answers the nearest
//! one above of less. The thread is the section, of which the heading is the `title` of the post. A talk page without any such signature is read as
//! edits. The channel is the namespace.
//!
//! The member is the user name, as signatures have no numbers; who edits without an account is a number made of the address, which
//! itself is not kept. Refused, with the count: comments met twice (moved to an archive, copied), revisions of talk pages of which the
//! comments are read, log entries that are no act of the event table.
mod talk;
mod wikitext;

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::made::hash;
use crate::time::{Zone, parse_iso};
use crate::xml::{self, Piece};
use talk::{Comment, Links};

pub(crate) const PLATFORM: &str = "mediawiki";

/// Whether a text is such a dump.
pub(crate) fn is_dump(text: &str) -> bool {
    text.trim_start_matches(|c: char| c != '<').split('<').any(|piece| piece.starts_with("mediawiki"))
}

/// Reads dumps; a large wiki is dumped in several files.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::MediaWiki)?;
    let path = job.path();
    let mut wiki = Wiki::new(Zone::option(job.options.time_zone.as_deref())?);
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_dump(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it is no dump of a wiki");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let mut at = At::default();
        let replaced =
            xml::pieces(source, &label, &["revision", "logitem"], |piece| wiki.take(&mut at, piece, account))?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    let mut of_members = vec![wiki.chat.people.usernames()];
    of_members.extend(wiki.chat.people.account_ids());
    wiki.chat.finish(&path, PLATFORM, &["action", "title", "target"], of_members, job.account)
}

/// Where in a file the reading is, and what of the page and the revision at hand is known.
#[derive(Default)]
struct At {
    open: Vec<String>,
    text: String,
    /// The key of the namespace whose name is being read.
    namespace: Option<i64>,
    page: Page,
    /// The texts of a revision's or log entry's children, by name; those of the contributor behind `contributor/`.
    fields: HashMap<String, String>,
}

#[derive(Default)]
struct Page {
    title: String,
    space: i64,
    revisions: Vec<Revision>,
    /// The time and text of the newest revision.
    newest: Option<(i64, String)>,
}

struct Revision {
    id: Option<String>,
    time: i64,
    member: Option<String>,
    is_minor: bool,
}

impl Page {
    fn is_talk(&self) -> bool {
        self.space > 0 && self.space % 2 == 1
    }
}

struct Wiki {
    chat: Chat,
    zone: Option<Zone>,
    /// The namespaces' names.
    spaces: BTreeMap<i64, String>,
    links: Links,
    seen: HashSet<String>,
    said: HashSet<u64>,
}

impl Wiki {
    fn new(zone: Option<Zone>) -> Self {
        Self {
            chat: Chat::new(),
            zone,
            spaces: BTreeMap::new(),
            links: Links::default(),
            seen: HashSet::new(),
            said: HashSet::new(),
        }
    }

    fn take(&mut self, at: &mut At, piece: Piece<'_>, account: &mut Account<'_>) {
        match piece {
            Piece::Open(name, attributes) => {
                match name {
                    "page" => at.page = Page::default(),
                    "revision" | "logitem" => at.fields.clear(),
                    "namespace" => attributes.each(|name, value| {
                        if name == "key" {
                            at.namespace = value.and_then(|key| key.parse().ok());
                        }
                    }),
                    _ => {}
                }
                at.open.push(name.to_owned());
                at.text.clear();
            }
            // Of texts only the newest of talk pages are of use.
            Piece::Text(text) => {
                if at.page.is_talk() || at.open.last().is_none_or(|name| name != "text") {
                    at.text.push_str(text);
                }
            }
            Piece::Close(name) => {
                at.open.pop();
                let text = std::mem::take(&mut at.text);
                let parent = at.open.last().map(String::as_str).unwrap_or_default();
                match (parent, name) {
                    ("namespaces", _) => self.name_space(at.namespace.take(), text),
                    ("page", "title") => at.page.title = text,
                    ("page", "ns") => at.page.space = text.trim().parse().unwrap_or(0),
                    ("revision" | "logitem", "contributor") => {}
                    ("revision" | "logitem", _) => drop(at.fields.insert(name.to_owned(), text)),
                    ("contributor", _) => drop(at.fields.insert(format!("contributor/{name}"), text)),
                    (_, "revision") => self.revise(at, account),
                    (_, "logitem") => self.log(&at.fields, account),
                    (_, "page") => self.finish_page(std::mem::take(&mut at.page), account),
                    _ => {}
                }
            }
        }
    }

    fn name_space(&mut self, key: Option<i64>, name: String) {
        let Some(key) = key else { return };
        self.links.learn(key, &name);
        self.spaces.insert(key, name);
    }

    /// What a namespace is called: the articles' has no name.
    fn channel(&self, space: i64) -> String {
        match self.spaces.get(&space).map(String::as_str) {
            Some(name) if !name.is_empty() => name.to_owned(),
            _ if space == 0 => "main".to_owned(),
            _ => format!("namespace {space}"),
        }
    }

    /// The key of a contributor, who is met.
    fn contributor(&mut self, fields: &HashMap<String, String>) -> Option<String> {
        let field = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        match (field("contributor/username"), field("contributor/ip")) {
            (Some(name), _) => {
                let key = self.meet(name);
                // Whose account is of another wiki has the number 0.
                if let Some(number) = field("contributor/id").filter(|number| *number != "0") {
                    self.chat.people.meet(&key).account_id.get_or_insert_with(|| number.to_owned());
                }
                Some(key)
            }
            (None, Some(address)) => Some(self.meet_address(address)),
            (None, None) => None,
        }
    }

    fn meet(&mut self, name: &str) -> String {
        let key = talk::canonical(name);
        let person = self.chat.people.meet(&key);
        person.username.get_or_insert_with(|| key.clone());
        if key.to_lowercase().ends_with("bot") {
            person.role = Some("bot");
        }
        key
    }

    fn meet_address(&mut self, address: &str) -> String {
        let key = format!("ip-{:016x}", hash(&[&address.to_lowercase()]));
        self.chat.people.meet(&key);
        key
    }

    fn revise(&mut self, at: &mut At, account: &mut Account<'_>) {
        let fields = std::mem::take(&mut at.fields);
        let field = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let Some(time) = field("timestamp").and_then(parse_iso).map(|stamp| stamp.micros) else {
            return account.refuse("timestamp cannot be read");
        };
        let id = field("id").map(|id| format!("r{id}"));
        if let Some(id) = &id
            && !self.seen.insert(id.clone())
        {
            return account.refuse("revision with an id seen before");
        }
        let member = self.contributor(&fields);
        if member.is_none() {
            account.intake.note("revision of which the contributor is hidden or unknown");
        }
        let revision = Revision { id, time, member, is_minor: fields.contains_key("minor") };
        if !at.page.is_talk() {
            return self.edit(&revision, &at.page, account);
        }
        at.page.revisions.push(revision);
        if at.page.newest.as_ref().is_none_or(|(newest, _)| *newest <= time) {
            at.page.newest = Some((time, fields.get("text").cloned().unwrap_or_default()));
        }
    }

    fn edit(&mut self, revision: &Revision, page: &Page, account: &mut Account<'_>) {
        let channel = self.channel(page.space);
        let event = Event {
            time: revision.time,
            member: revision.member.as_deref(),
            kind: "edit",
            id: revision.id.as_deref(),
            channel: Some(&channel),
            ..Event::default()
        };
        let action = revision.is_minor.then_some("minor");
        let title = Some(page.title.as_str()).filter(|title| !title.is_empty());
        self.chat.push(event, Extra { action, title, ..Extra::default() }, account);
    }

    fn finish_page(&mut self, page: Page, account: &mut Account<'_>) {
        let Some((_, text)) = page.newest.as_ref() else { return };
        let comments = self.links.comments(text);
        if comments.is_empty() {
            if !text.trim().is_empty() {
                account.intake.note("talk page without a signature that is understood: its revisions are edits");
            }
            for revision in &page.revisions {
                self.edit(revision, &page, account);
            }
            return;
        }
        let reason = "revision of a talk page: what is said on it are rows of their own";
        account.intake.refuse_many(reason, page.revisions.len() as u64);
        self.talk(&page, &comments, account);
    }

    fn talk(&mut self, page: &Page, comments: &[Comment], account: &mut Account<'_>) {
        let channel = self.channel(page.space);
        // Comments of the section at hand that a deeper one may answer: depth and id.
        let mut above: Vec<(usize, String)> = Vec::new();
        let mut section = None;
        let mut names: HashMap<&str, u32> = HashMap::new();
        let mut thread = String::new();
        for comment in comments {
            if section != Some(comment.section) {
                section = Some(comment.section);
                above.clear();
                let number = names.entry(comment.heading.as_str()).or_default();
                *number += 1;
                thread = format!("{}#{}", page.title, comment.heading);
                if *number > 1 {
                    thread = format!("{thread} ({number})");
                }
            }
            let time = match self.zone.filter(|_| !comment.is_utc) {
                Some(zone) => zone.to_utc(comment.time).0,
                None => comment.time,
            };
            if !comment.is_utc && self.zone.is_none() {
                account
                    .intake
                    .note("signature in a zone of the wiki's own: taken as UTC (the option `time_zone` names another)");
            }
            let member = match (&comment.user, &comment.address) {
                (Some(name), _) => Some(self.meet(name)),
                (None, Some(address)) => Some(self.meet_address(address)),
                (None, None) => None,
            };
            let made = hash(&[member.as_deref().unwrap_or_default(), &time.to_string(), &comment.text]);
            if !self.said.insert(made) {
                account.refuse("comment met twice: of the same author, time and text, moved or copied");
                continue;
            }
            if member.is_none() {
                account.intake.note("comment signed by nobody known");
            }
            let id = format!("t{made:016x}");
            let opening = above.first().map(|(_, id)| id.clone());
            let nearest = if comment.is_outdented {
                above.last().map(|(_, id)| id.clone())
            } else {
                above.iter().rev().find(|(depth, _)| *depth < comment.depth).map(|(_, id)| id.clone())
            };
            let parent = nearest.or(opening);
            let event = Event {
                time,
                member: member.as_deref(),
                kind: if parent.is_some() { "reply" } else { "post" },
                id: Some(&id),
                thread: Some(&thread),
                parent: parent.as_deref(),
                channel: Some(&channel),
                text: Some(&comment.text),
                quality: None,
            };
            let title = Some(comment.heading.as_str()).filter(|heading| parent.is_none() && !heading.is_empty());
            self.chat.push(event, Extra { title, ..Extra::default() }, account);
            above.push((comment.depth, id));
        }
    }

    fn log(&mut self, fields: &HashMap<String, String>, account: &mut Account<'_>) {
        const ORDER: [&str; 9] =
            ["block", "delete", "protect", "rights", "suppress", "abusefilter", "merge", "patrol", "renameuser"];
        let field = |name: &str| fields.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let Some(time) = field("timestamp").and_then(parse_iso).map(|stamp| stamp.micros) else {
            return account.refuse("timestamp cannot be read");
        };
        let (log, action) = (field("type").unwrap_or_default(), field("action").unwrap_or_default());
        let kind = match log {
            "newusers" => "join",
            "thanks" => "reaction",
            log if ORDER.contains(&log) => "moderate",
            log => {
                let reason = format!("log entry of the type {log:?}: no act of the event table");
                return account.refuse_quoting(reason, "log entry that is no act of the event table");
            }
        };
        let id = field("id").map(|id| format!("l{id}"));
        if let Some(id) = &id
            && !self.seen.insert(id.clone())
        {
            return account.refuse("log entry with an id seen before");
        }
        let member = self.contributor(fields);
        let title = field("logtitle");
        let target = title.filter(|_| kind == "reaction").and_then(|title| title.split_once(':')).map(|(_, name)| name);
        let target = target.map(|name| self.meet(name));
        let action = format!("{log}/{action}");
        let event = Event { time, member: member.as_deref(), kind, id: id.as_deref(), ..Event::default() };
        let title = title.filter(|_| kind == "moderate");
        let extra = Extra { action: Some(&action), title, target: target.as_deref(), ..Extra::default() };
        self.chat.push(event, extra, account);
    }
}
