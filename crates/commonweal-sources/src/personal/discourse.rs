//! Discourse: the archive of one user (*Preferences* → *Account* → *Download all*): their posts, visits and likes.
use std::collections::HashSet;

use super::{Act, Diary};
use crate::Source;
use crate::discourse::PLATFORM;
use crate::error::Result;
use crate::event::{DAY, INHERITED};
use crate::html::html_to_text;
use crate::job::{Account, Job};
use crate::rows::{self, Header, Row};
use crate::time::parse_iso;

/// What a file of the archive holds, told by its header.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Posts,
    Visits,
    Likes,
}

fn part_of(stem: &str, text: &str) -> Option<Part> {
    let header = Header::of(text);
    if header.has(&["topic_title", "post_raw", "created_at"]) {
        Some(Part::Posts)
    } else if header.has(&["visited_at", "posts_read"]) {
        Some(Part::Visits)
    } else if stem.contains("likes") && header.has(&["post_id", "created_at"]) {
        Some(Part::Likes)
    } else {
        None
    }
}

/// Whether a text is the posts of such an archive.
pub(crate) fn is_posts(text: &str) -> bool {
    part_of("", text) == Some(Part::Posts)
}

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    let path = job.path();
    let mut diary = Diary { username: owner(&job), ..Diary::default() };
    let mut seen = HashSet::new();
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let Some(part) = part_of(job.tree.entries()[file].stem(), &String::from_utf8_lossy(&head)) else {
            job.account.intake.note("file skipped: neither posts, visits nor likes");
            continue;
        };
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = rows::each(source, &label, |row| take(part, &row, &mut diary, &mut seen, account))?;
        account.note_replaced(&replaced);
        account.file_done();
    }
    diary.finish(&path, PLATFORM, job.account)
}

/// The user name in the name of the archive: `user_archive-ann-260501-101010.zip`.
fn owner(job: &Job<'_>) -> Option<String> {
    let name = job.tree.name()?;
    let rest = name.strip_prefix("user_archive-")?;
    let mut parts: Vec<&str> = rest.split('-').collect();
    while parts.len() > 1 && parts.last().is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_digit())) {
        parts.pop();
    }
    Some(parts.join("-")).filter(|name| !name.is_empty())
}

fn take(part: Part, row: &Row<'_>, diary: &mut Diary, seen: &mut HashSet<String>, account: &mut Account<'_>) {
    let at = match part {
        Part::Visits => "visited_at",
        Part::Posts | Part::Likes => "created_at",
    };
    let Some(time) = row.get(&[at]).and_then(parse_iso).map(|stamp| stamp.micros) else {
        return account.refuse("time cannot be read");
    };
    match part {
        Part::Visits => diary.acts.push(Act { time, kind: "view", quality: DAY, ..Act::default() }),
        Part::Likes => {
            let parent = row.get(&["post_id"]).map(str::to_owned);
            diary.acts.push(Act { time, kind: "reaction", parent, ..Act::default() });
        }
        Part::Posts => post(row, time, diary, seen, account),
    }
}

fn post(row: &Row<'_>, time: i64, diary: &mut Diary, seen: &mut HashSet<String>, account: &mut Account<'_>) {
    if row.get(&["is_pm"]).is_some_and(|says| says.eq_ignore_ascii_case("yes") || says == "true") {
        return account.refuse("message between users: it is nobody else's business");
    }
    // `…/t/words/12/3`: the third post of topic 12; without the last number, the first.
    let numbers: Vec<i64> = row
        .get(&["url"])
        .and_then(|url| url.split_once("/t/"))
        .map(|(_, tail)| tail.split(['/', '?']).filter_map(|part| part.parse().ok()).collect())
        .unwrap_or_default();
    let topic = numbers.first().map(|topic| format!("t{topic}"));
    let number = numbers.get(1).copied().unwrap_or(1);
    let id = topic.as_ref().map(|topic| format!("{topic}/{number}"));
    if id.as_ref().is_some_and(|id| !seen.insert(id.clone())) {
        return account.refuse("post with an address seen before");
    }
    let kind = if number == 1 { "post" } else { "reply" };
    let text = match (row.get(&["post_cooked"]), row.get(&["post_raw"])) {
        (Some(html), _) => html_to_text(html),
        (None, Some(raw)) => crate::markup::spoken(raw),
        (None, None) => String::new(),
    };
    let channel = row.get(&["categories", "category"]).map(str::to_owned);
    let title = row.get(&["topic_title"]).filter(|_| kind == "post").map(str::to_owned);
    let likes = row.get(&["like_count"]).and_then(|count| count.parse::<u64>().ok()).unwrap_or(0);
    let act = Act {
        time,
        kind,
        id: id.clone(),
        thread: topic.clone(),
        channel: channel.clone(),
        text: Some(text),
        title,
        ..Act::default()
    };
    diary.acts.push(act);
    const MOST: u64 = 20_000;
    for _ in 0..likes.min(MOST) {
        let like = Act {
            time,
            kind: "reaction",
            parent: id.clone(),
            thread: topic.clone(),
            channel: channel.clone(),
            quality: INHERITED,
            is_of_others: true,
            ..Act::default()
        };
        diary.acts.push(like);
    }
    account.intake.refuse_many("like beyond 20,000 of one post", likes.saturating_sub(MOST));
}
