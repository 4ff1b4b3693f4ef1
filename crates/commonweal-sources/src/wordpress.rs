//! WordPress: the export of a site (WXR, *Tools* → *Export*), with its posts and comments.
//!
//! | source | becomes |
//! |---|---|
//! | published post or page | `post` |
//! | approved comment | `reply`, parent the comment it answers (`comment_parent`), else the post |
//! | pingback, trackback | `share` of the post: another site links to it |
//! | author of the site (`wp:author`) | a row of the members, `staff` |
//! | commenter | a row of the members |
//!
//! Refused, with the count: drafts, private and scheduled posts, attachments, menus and other types, comments that wait for approval, spam and trash.
//!
//! The id of a post is `p<number>`, of a comment `c<number>`; the thread is the post's. The channel is the first category; `title` is on posts.
//! The member is the login of who has an account; else a number made of the mail address, which itself is not kept, or of the name.
//! Times are those in GMT; where that is `0000-00-00 00:00:00`, the site's own clock in the zone of the option `time_zone`, else UTC,
//! which is noted.
use std::collections::HashMap;

use crate::Source;
use crate::chat::{Chat, Extra};
use crate::error::Result;
use crate::event::Event;
use crate::format::Format;
use crate::html::html_to_text;
use crate::job::{Account, Job, refuse_table_options};
use crate::made::hash;
use crate::time::{Zone, parse_iso};
use crate::xml::{self, Piece};

pub(crate) const PLATFORM: &str = "wordpress";

/// Whether a text is such an export.
pub(crate) fn is_wxr(text: &str) -> bool {
    text.contains("<rss") && (text.contains("wordpress.org/export/") || text.contains("<wp:wxr_version>"))
}

/// The texts of an element's children, by name.
#[derive(Debug, Default)]
struct Fields(HashMap<String, String>);

impl Fields {
    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The time of this name in GMT, else by the site's clock.
    fn time(&self, name: &str, zone: Option<Zone>, account: &mut Account<'_>) -> Option<i64> {
        let read = |name: &str| parse_iso(self.get(name)?).map(|stamp| stamp.micros);
        if let Some(time) = read(&format!("{name}_gmt")) {
            return Some(time);
        }
        let wall = read(name)?;
        let Some(zone) = zone else {
            account.intake.note("date without a zone: taken as UTC (the option `time_zone` names another)");
            return Some(wall);
        };
        let (time, local) = zone.to_utc(wall);
        if let Some(note) = local.note() {
            account.intake.note(note);
        }
        Some(time)
    }
}

/// Reads exports; a large site is exported in several files.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::WordPress)?;
    let path = job.path();
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let mut site = Site { chat: Chat::new(), zone, logins: HashMap::new(), seen: HashMap::new() };
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        if !is_wxr(&String::from_utf8_lossy(&head)) {
            job.account.intake.note("file skipped: it is no export of a site");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let mut item = Item::default();
        let replaced = xml::pieces(source, &label, &["item"], |piece| {
            if let Some(done) = item.take(piece) {
                match done {
                    Done::Author(author) => site.meet_author(&author),
                    Done::Item(fields, comments) => site.take(&fields, &comments, account),
                }
            }
        })?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    let of_members = vec![site.chat.people.usernames()];
    site.chat.finish(&path, PLATFORM, &["title"], of_members, job.account)
}

enum Done {
    Author(Fields),
    Item(Fields, Vec<Fields>),
}

/// What is read of the element at hand.
#[derive(Debug, Default)]
struct Item {
    /// Names of the open elements from the record on.
    open: Vec<String>,
    text: String,
    fields: Fields,
    comments: Vec<Fields>,
    comment: Fields,
}

impl Item {
    fn take(&mut self, piece: Piece<'_>) -> Option<Done> {
        match piece {
            Piece::Open(name, _) => {
                if !self.open.is_empty() || matches!(name, "item" | "wp:author") {
                    self.open.push(name.to_owned());
                    self.text.clear();
                }
            }
            Piece::Text(text) => {
                if self.open.len() > 1 {
                    self.text.push_str(text);
                }
            }
            Piece::Close(name) => {
                self.open.pop()?;
                let text = std::mem::take(&mut self.text);
                match (self.open.len(), self.open.last().map(String::as_str)) {
                    (0, _) if name == "item" => {
                        return Some(Done::Item(std::mem::take(&mut self.fields), std::mem::take(&mut self.comments)));
                    }
                    (0, _) => return Some(Done::Author(std::mem::take(&mut self.fields))),
                    (1, _) if name == "wp:comment" => self.comments.push(std::mem::take(&mut self.comment)),
                    // The first category is the one that counts, and tags are categories too.
                    (1, _) => drop(self.fields.0.entry(name.to_owned()).or_insert(text)),
                    (2, Some("wp:comment")) => drop(self.comment.0.insert(name.to_owned(), text)),
                    _ => {}
                }
            }
        }
        None
    }
}

struct Site {
    chat: Chat,
    zone: Option<Zone>,
    /// Logins of the accounts, by their numbers.
    logins: HashMap<String, String>,
    /// The thread of each post and comment.
    seen: HashMap<String, String>,
}

impl Site {
    fn meet_author(&mut self, author: &Fields) {
        let Some(login) = author.get("wp:author_login") else { return };
        if let Some(number) = author.get("wp:author_id") {
            self.logins.insert(number.to_owned(), login.to_owned());
        }
        let person = self.chat.people.meet(login);
        person.name = author.get("wp:author_display_name").map(str::to_owned);
        person.username = Some(login.to_owned());
        person.role = Some("staff");
    }

    fn take(&mut self, item: &Fields, comments: &[Fields], account: &mut Account<'_>) {
        let refused = comments.len() as u64;
        let reason = match (item.get("wp:post_type"), item.get("wp:status")) {
            (Some("post" | "page"), Some("publish")) => None,
            (Some("post" | "page"), _) => Some("post that is not published"),
            (Some(_), _) => Some("item that is no post: an attachment, a menu or of another type"),
            (None, _) => Some("item without wp:post_type"),
        };
        if let Some(reason) = reason {
            account.intake.refuse_many("comment on what is no published post", refused);
            return account.refuse(reason);
        }
        let Some(number) = item.get("wp:post_id") else {
            account.intake.refuse_many("comment on a post that is refused", refused);
            return account.refuse("post without wp:post_id");
        };
        let thread = format!("p{number}");
        let Some(time) = item.time("wp:post_date", self.zone, account) else {
            account.intake.refuse_many("comment on a post that is refused", refused);
            return account.refuse("date cannot be read");
        };
        if self.seen.insert(thread.clone(), thread.clone()).is_some() {
            account.intake.refuse_many("comment on a post met twice", refused);
            return account.refuse("post with an id seen before");
        }
        let member = item.get("dc:creator");
        if let Some(member) = member {
            self.chat.people.meet(member);
        }
        let channel = item.get("category");
        let text = html_to_text(item.get("content:encoded").unwrap_or_default());
        let post = Event {
            time,
            member,
            kind: "post",
            id: Some(&thread),
            thread: Some(&thread),
            channel,
            text: Some(&text),
            ..Event::default()
        };
        self.chat.push(post, Extra { title: item.get("title"), ..Extra::default() }, account);
        for comment in comments {
            self.take_comment(comment, &thread, channel, account);
        }
    }

    fn take_comment(&mut self, comment: &Fields, thread: &str, channel: Option<&str>, account: &mut Account<'_>) {
        match comment.get("wp:comment_approved") {
            Some("1" | "approved") => {}
            Some("spam") => return account.refuse("comment marked as spam"),
            Some("trash" | "post-trashed") => return account.refuse("comment in the trash"),
            _ => return account.refuse("comment that is not approved"),
        }
        let Some(number) = comment.get("wp:comment_id") else { return account.refuse("comment without wp:comment_id") };
        let Some(time) = comment.time("wp:comment_date", self.zone, account) else {
            return account.refuse("date cannot be read");
        };
        let id = format!("c{number}");
        if self.seen.insert(id.clone(), thread.to_owned()).is_some() {
            return account.refuse("comment with an id seen before");
        }
        let is_link = matches!(comment.get("wp:comment_type"), Some("pingback" | "trackback"));
        let member = if is_link { None } else { self.commenter(comment) };
        if member.is_none() && !is_link {
            account.intake.note("comment by nobody known");
        }
        let answered =
            comment.get("wp:comment_parent").filter(|parent| *parent != "0").map(|parent| format!("c{parent}"));
        let text = html_to_text(comment.get("wp:comment_content").unwrap_or_default());
        let event = Event {
            time,
            member: member.as_deref(),
            kind: if is_link { "share" } else { "reply" },
            id: Some(&id),
            thread: Some(thread),
            parent: answered.as_deref().or(Some(thread)),
            channel,
            text: Some(&text),
            quality: None,
        };
        self.chat.push(event, Extra::default(), account);
    }

    /// Who wrote a comment: an account, else a number made of the mail address, else of the name.
    fn commenter(&mut self, comment: &Fields) -> Option<String> {
        let name = comment.get("wp:comment_author");
        let account = comment.get("wp:comment_user_id").filter(|number| *number != "0");
        let key = match (account, comment.get("wp:comment_author_email"), name) {
            (Some(number), _, _) => self.logins.get(number).cloned().unwrap_or_else(|| format!("user-{number}")),
            (None, Some(address), _) => format!("guest-{:016x}", hash(&[&address.to_lowercase()])),
            (None, None, Some(name)) => format!("guest-{:016x}", hash(&["name", &name.to_lowercase()])),
            (None, None, None) => return None,
        };
        let person = self.chat.people.meet(&key);
        if person.name.is_none() {
            person.name = name.map(str::to_owned);
        }
        Some(key)
    }
}
