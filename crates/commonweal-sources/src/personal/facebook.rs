//! Facebook: what a profile or page can download of itself as JSON (*Download your information*).
//!
//! | source | becomes |
//! |---|---|
//! | post (`your_posts…json`, `group_posts_v2`) | `post` |
//! | comment (`comments_v2`, `group_comments_v2`) | `reply`; `title` is Facebook's sentence, the only place that tells what it answers |
//! | reaction (`reactions_v2` and the lists of later years) | `reaction`, with its `emoji` |
//! | name (`profile_information.json`) | who the member is |
//!
//! **One-sided**: what others wrote is not in the archive, so each row has `one_sided` true. Facebook writes the bytes of UTF-8 as letters
//! of Latin-1 (`caf\u00c3\u00a9`); they are mended. Nothing has an id. Messages, friends, advertisements and the like are skipped.
use std::io::Read;

use serde::Deserialize;

use super::{Act, Diary};
use crate::Source;
use crate::error::Result;
use crate::format::Format;
use crate::job::{Account, Job, refuse_table_options};
use crate::json::{self, Seen, loose_float, loose_text};
use crate::recognise::value_of;
use crate::time::epoch_fraction;

pub(crate) const PLATFORM: &str = "facebook";

/// The lists that hold acts.
const LISTS: [&str; 7] = [
    "comments_v2",
    "comments",
    "reactions_v2",
    "reactions",
    "group_posts_v2",
    "group_comments_v2",
    "activity_log_data",
];

/// Whether a text is of such an archive, and of acts.
pub(crate) fn is_acts(text: &str) -> bool {
    let start = text.trim_start();
    let has_acts = |text: &str| {
        value_of(text, "timestamp").is_some_and(|value| value.starts_with(|c: char| c.is_ascii_digit()))
            && value_of(text, "data").is_some_and(|value| value.starts_with('['))
            && ["post", "comment", "reaction"].iter().any(|key| value_of(text, key).is_some())
    };
    match start.as_bytes().first() {
        Some(b'{') => {
            let named = LISTS.iter().any(|list| value_of(text, list).is_some_and(|value| value.starts_with('[')));
            named && has_acts(text)
        }
        Some(b'[') => has_acts(text) && value_of(text, "data").is_some(),
        _ => false,
    }
}

fn is_profile(text: &str) -> bool {
    value_of(text, "profile_v2").or_else(|| value_of(text, "profile")).is_some()
        && value_of(text, "full_name").is_some()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Item {
    #[serde(deserialize_with = "loose_float")]
    timestamp: Option<f64>,
    #[serde(deserialize_with = "loose_text")]
    title: Option<String>,
    data: Vec<Datum>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Datum {
    #[serde(deserialize_with = "loose_text")]
    post: Option<String>,
    comment: Option<Comment>,
    reaction: Option<Reaction>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Comment {
    #[serde(deserialize_with = "loose_float")]
    timestamp: Option<f64>,
    #[serde(deserialize_with = "loose_text")]
    comment: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    author: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    group: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Reaction {
    #[serde(deserialize_with = "loose_text")]
    reaction: Option<String>,
    #[serde(deserialize_with = "loose_text")]
    actor: Option<String>,
}

/// Reads an archive.
pub(crate) fn read(mut job: Job<'_>) -> Result<Source> {
    refuse_table_options(&job, Format::Facebook)?;
    let path = job.path();
    let mut diary = Diary::default();
    for file in job.files.clone() {
        let is_empty = job.tree.entries()[file].size == 0;
        let head = if is_empty { vec![] } else { job.tree.head(file)? };
        let head = String::from_utf8_lossy(&head).into_owned();
        let is_messages = job.tree.entries()[file].name.split('/').any(|part| part == "messages");
        if is_messages || !is_acts(&head) && !is_profile(&head) {
            job.account.intake.note("file skipped: neither posts, comments, reactions nor the profile");
            continue;
        }
        let (label, source) = (job.tree.label(file), job.tree.reader(file)?);
        let account = &mut job.account;
        let replaced = if head.trim_start().starts_with('[') {
            json::each(source, &label, |item: Item| {
                take(item, &mut diary, account);
                Ok(())
            })?
        } else {
            walk(source, &label, &mut diary, account)?
        };
        account.note_replaced(&replaced);
        account.file_done();
    }
    diary.finish(&path, PLATFORM, job.account)
}

fn walk(
    source: impl Read,
    label: &std::path::Path,
    diary: &mut Diary,
    account: &mut Account<'_>,
) -> Result<crate::input::Replaced> {
    json::walk(source, label, &LISTS, |seen: Seen<'_, Item>| {
        match seen {
            Seen::Field(at, name) if at.last().is_some_and(|key| key == "full_name") => {
                diary.name = Some(mended(&name))
            }
            Seen::Field(..) => {}
            Seen::Item(_, item) => take(item, diary, account),
        }
        Ok(())
    })
}

fn take(item: Item, diary: &mut Diary, account: &mut Account<'_>) {
    let seconds = |at: Option<f64>| epoch_fraction(at?, Some(crate::TimeUnit::Seconds));
    let mut author = |name: Option<String>| {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            *diary.authors.entry(mended(&name)).or_default() += 1;
        }
    };
    let title = item.title.as_deref().map(mended);
    let mut act = Act { kind: "post", title: title.clone(), ..Act::default() };
    let mut own_time = None;
    for datum in item.data {
        if let Some(comment) = datum.comment {
            act.kind = "reply";
            act.text = comment.comment.as_deref().map(mended);
            act.channel = comment.group.as_deref().map(mended);
            own_time = seconds(comment.timestamp);
            author(comment.author);
        } else if let Some(reaction) = datum.reaction {
            act.kind = "reaction";
            act.emoji = reaction.reaction.map(|name| name.to_lowercase());
            author(reaction.actor);
        } else if let Some(post) = datum.post {
            act.text = Some(mended(&post));
        }
    }
    let Some(time) = seconds(item.timestamp).or(own_time) else { return account.refuse("timestamp cannot be read") };
    diary.acts.push(Act { time, ..act });
}

/// Text of which the bytes of UTF-8 were taken for letters; other text as it is.
fn mended(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect();
    match bytes.map(String::from_utf8) {
        Some(Ok(mended)) => mended,
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mojibake_is_mended_and_nothing_else() {
        for (text, mended_) in [
            ("caf\u{c3}\u{a9}", "café"),
            ("\u{f0}\u{9f}\u{98}\u{80}", "😀"),
            ("café", "café"),
            ("plain", "plain"),
            ("日本 \u{c3}\u{a9}", "日本 \u{c3}\u{a9}"),
            ("", ""),
        ] {
            assert_eq!(mended(text), mended_, "{text}");
        }
    }
}
