//! What an export is, told from its content; names only decide where to look.
use std::collections::BTreeMap;
use std::path::Path;

use crate::discord;
use crate::error::{Error, Place, Result};
use crate::format::Format;
use crate::git;
use crate::github;
use crate::input::{Entry, Tree, without_halves};
use crate::irc::is_log;
use crate::mattermost::is_mattermost;
use crate::mbox::is_envelope;
use crate::mediawiki::is_dump;
use crate::perceval::is_items;
use crate::personal::{discourse, facebook, linkedin, twitter};
use crate::reddit;
use crate::telegram::is_telegram;
use crate::wordpress::is_wxr;
use crate::yammer::is_messages;
use crate::zulip::is_realm;

/// How many files of a folder are looked at before its format is taken for known.
const LOOKS: usize = 64;

/// The files of a Stack Exchange dump that are read, by name and by root element.
const PARTS: [&str; 5] = ["posts", "comments", "users", "votes", "badges"];

/// Tells the format of a file, folder or zip archive from its content.
///
/// # Errors
/// The path is missing or unreadable, the file is empty, cut off, packed in a way that is not unpacked here, or of no known format,
/// or the folder holds none or several.
pub fn recognise(path: impl AsRef<Path>) -> Result<Format> {
    let mut tree = Tree::open(path.as_ref())?;
    survey(&mut tree, None).map(|found| found.0)
}

/// The format, and the files that belong to it.
pub(crate) fn survey(tree: &mut Tree, wanted: Option<Format>) -> Result<(Format, Vec<usize>)> {
    if tree.is_file() {
        let found = match (of_file(tree, 0), wanted) {
            // Text that shows no format may well be what the caller says, and what has a reader of its own may be meant as a table.
            (Err(Error::Unknown { .. }), Some(format @ (Format::Csv | Format::Ndjson))) => Ok(format),
            (Ok(Format::Discord | Format::LinkedIn | Format::Yammer | Format::Discourse), Some(Format::Csv)) => {
                Ok(Format::Csv)
            }
            (Ok(Format::Mattermost | Format::GitHub | Format::Reddit | Format::Perceval), Some(Format::Ndjson)) => {
                Ok(Format::Ndjson)
            }
            (found, _) => found,
        }?;
        return match wanted {
            Some(format) if format != found => {
                Err(Error::Mismatch { path: tree.path().to_owned(), format, found: format!("its content is {found}") })
            }
            _ => Ok((found, vec![0])),
        };
    }
    let mut found: BTreeMap<Format, usize> = BTreeMap::new();
    let (mut looks, mut fault) = (0, None);
    for index in 0..tree.entries().len() {
        let entry = &tree.entries()[index];
        if !is_candidate(entry) || entry.size == 0 || looks == LOOKS && !found.is_empty() {
            continue;
        }
        looks += 1;
        let extension = entry.extension();
        match of_file(tree, index) {
            Ok(format) if belongs(&tree.entries()[index], format) => {
                found.entry(format).or_insert(index);
            }
            // A folder may hold other files; a fault counts only when nothing else is there.
            Ok(_) => {}
            Err(Error::Unknown { .. }) if matches!(extension.as_str(), "" | "txt") => {}
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    // A dump or an archive of messages may come with tables of notes.
    if found.keys().any(|format| !format.is_table()) {
        found.retain(|format, _| !format.is_table());
    }
    // Of tables in several formats, the one that is called events is meant.
    let is_events = |index: &usize| tree.entries()[*index].stem().to_ascii_lowercase().starts_with("events");
    if found.values().filter(|index| is_events(index)).count() == 1 && wanted.is_none() {
        found.retain(|_, index| is_events(index));
    }
    let path = || tree.path().to_owned();
    let formats: Vec<Format> = found.keys().copied().collect();
    let format = match (wanted, formats.as_slice()) {
        (_, []) => return Err(fault.unwrap_or_else(|| Error::EmptyFolder { path: path() })),
        (Some(format), _) if formats.contains(&format) => format,
        (Some(format), _) => {
            let found = format!("found {}", describe(tree, &found).join(", "));
            return Err(Error::Mismatch { path: path(), format, found });
        }
        (None, [format]) => *format,
        (None, _) => return Err(Error::Ambiguous { path: path(), found: describe(tree, &found) }),
    };
    let entries = tree.entries();
    let files = (0..entries.len()).filter(|index| belongs(&entries[*index], format)).collect();
    Ok((format, files))
}

fn describe(tree: &Tree, found: &BTreeMap<Format, usize>) -> Vec<String> {
    found.iter().map(|(format, index)| format!("{format}: {}", tree.entries()[*index].name)).collect()
}

/// The endings that exports have.
fn belongs(entry: &Entry, format: Format) -> bool {
    let extension = entry.extension();
    match format {
        Format::StackExchange => {
            let stem = entry.stem().to_ascii_lowercase();
            extension == "xml" && PARTS.iter().any(|part| stem.ends_with(part))
        }
        Format::Discourse => matches!(extension.as_str(), "json" | "csv"),
        Format::Zulip | Format::Slack => extension == "json",
        Format::Discord => matches!(extension.as_str(), "json" | "html" | "htm" | "csv"),
        Format::Telegram => extension == "json",
        Format::Mattermost => matches!(extension.as_str(), "jsonl" | "ndjson" | "json"),
        Format::Irc => matches!(extension.as_str(), "log" | "txt" | "weechatlog" | "irclog" | ""),
        Format::WordPress | Format::MediaWiki => extension == "xml",
        Format::GitHub | Format::Perceval => matches!(extension.as_str(), "json" | "jsonl" | "ndjson"),
        // The dumps have no ending but that of their packing.
        Format::Reddit => matches!(extension.as_str(), "json" | "jsonl" | "ndjson" | ""),
        Format::Twitter => extension == "js",
        Format::Facebook => extension == "json",
        Format::LinkedIn | Format::Yammer => extension == "csv",
        Format::Git => matches!(extension.as_str(), "log" | "txt" | ""),
        Format::Mbox => matches!(extension.as_str(), "txt" | "mbox" | "mbx" | "mail" | ""),
        Format::Parquet => matches!(extension.as_str(), "parquet" | "pq"),
        Format::Csv => matches!(extension.as_str(), "csv" | "tsv"),
        Format::Ndjson => matches!(extension.as_str(), "ndjson" | "jsonl" | "json"),
    }
}

fn is_candidate(entry: &Entry) -> bool {
    Format::ALL.into_iter().any(|format| belongs(entry, format))
}

/// The format of one file's content.
pub(crate) fn of_file(tree: &mut Tree, index: usize) -> Result<Format> {
    let path = tree.label(index);
    if tree.entries()[index].size == 0 {
        return Err(Error::Empty { path });
    }
    let head = tree.head(index)?;
    if head.is_empty() {
        return Err(Error::Empty { path });
    }
    if head.starts_with(b"PAR1") {
        let whole = tree.on_disk(index).is_none() || tree.tail(index, 4)? == b"PAR1";
        return if whole && head.len() >= 12 {
            Ok(Format::Parquet)
        } else {
            Err(Error::Truncated {
                path,
                place: Place::default(),
                detail: "Parquet without its closing mark".to_owned(),
            })
        };
    }
    if let Some((packing, remedy)) = packing(&head) {
        return Err(Error::Packed { path, packing, remedy });
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF") {
        return Err(Error::Encoding { path, encoding: "UTF-16" });
    }
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head));
    of_text(&text).ok_or_else(|| {
        if is_array_of_objects(&text) {
            return Error::JsonArray { path };
        }
        let shown = text.trim_start().chars().take(40).collect();
        Error::Unknown { path, begins: shown }
    })
}

fn packing(head: &[u8]) -> Option<(&'static str, &'static str)> {
    const UNPACK: &str = "unpack it first and give the folder";
    let kinds: [(&[u8], &str); 4] = [
        (b"7z\xBC\xAF\x27\x1C", "7z archive"),
        (b"BZh", "bzip2 file"),
        (b"Rar!\x1A\x07", "rar archive"),
        (b"PK\x03\x04", "zip archive within the export"),
    ];
    if head.get(257..262) == Some(b"ustar") {
        return Some(("tar archive within the export", UNPACK));
    }
    kinds.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, packing)| (*packing, UNPACK))
}

fn of_text(text: &str) -> Option<Format> {
    let start = text.trim_start();
    match start.as_bytes().first()? {
        b'<' if discord::is_html(start) => Some(Format::Discord),
        b'<' if is_wxr(start) => Some(Format::WordPress),
        b'<' if is_dump(start) => Some(Format::MediaWiki),
        b'<' => is_stack_exchange(start).then_some(Format::StackExchange),
        b'{' | b'[' => of_json(start).or_else(|| is_log(text).then_some(Format::Irc)),
        _ if is_envelope(start.lines().next().unwrap_or_default()) => Some(Format::Mbox),
        _ if twitter::part_of(start).is_some() => Some(Format::Twitter),
        _ if linkedin::is_acts(start) => Some(Format::LinkedIn),
        _ if is_messages(start) => Some(Format::Yammer),
        _ if discourse::is_posts(start) => Some(Format::Discourse),
        _ if git::is_log(start) => Some(Format::Git),
        _ if discord::is_header(start.lines().next().unwrap_or_default()) => Some(Format::Discord),
        _ if is_log(text) => Some(Format::Irc),
        _ => is_delimited(start).then_some(Format::Csv),
    }
}

/// The root element names the part of the dump.
fn is_stack_exchange(text: &str) -> bool {
    let root = text.split('<').find(|piece| piece.starts_with(|c: char| c.is_ascii_alphabetic()));
    let name = root.unwrap_or_default().split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    PARTS.iter().any(|part| name.eq_ignore_ascii_case(part))
}

/// Decided by the keys near the start: they differ between the formats.
fn of_json(text: &str) -> Option<Format> {
    let first_key = |key: &str| text.find(&format!("\"{key}\""));
    if facebook::is_acts(text) {
        return Some(Format::Facebook);
    }
    if is_items(text) {
        return Some(Format::Perceval);
    }
    if reddit::is_dump(text) {
        return Some(Format::Reddit);
    }
    if github::is_timeline(text) || github::is_archive(text) {
        return Some(Format::GitHub);
    }
    if is_realm(text) {
        return Some(Format::Zulip);
    }
    match (first_key("post_stream"), first_key("sender_full_name")) {
        (Some(_), None) => return Some(Format::Discourse),
        (None, Some(_)) if text.starts_with('[') => return Some(Format::Zulip),
        (Some(stream), Some(sender)) => {
            return Some(if stream < sender || text.starts_with('{') { Format::Discourse } else { Format::Zulip });
        }
        _ => {}
    }
    if text.starts_with('[') && is_slack(text) {
        return Some(Format::Slack);
    }
    if text.starts_with('{') && is_discord_json(text) {
        return Some(Format::Discord);
    }
    if is_telegram(text) {
        return Some(Format::Telegram);
    }
    if is_mattermost(text.lines().next().unwrap_or_default()) {
        return Some(Format::Mattermost);
    }
    // Rows: the first line is an object of its own, or so long that its end is out of sight.
    let line = text.lines().next().unwrap_or_default();
    type Row = serde_json::Map<String, serde_json::Value>;
    let row = line.starts_with('{') && serde_json::from_str::<Row>(&without_halves(line)).is_ok();
    row.then_some(Format::Ndjson)
}

/// What other tools call JSON: rows between brackets.
fn is_array_of_objects(text: &str) -> bool {
    text.trim_start().strip_prefix('[').is_some_and(|rows| rows.trim_start().starts_with('{'))
}

/// Messages with a `ts` that is text.
fn is_slack(text: &str) -> bool {
    value_of(text, "type").is_some_and(|value| value.starts_with("\"message\""))
        && value_of(text, "ts").is_some_and(|value| {
            let digits = value.strip_prefix('"').unwrap_or_default();
            digits.len() > 10 && digits.bytes().take(10).all(|byte| byte.is_ascii_digit())
        })
}

/// An object that begins with the guild and the channel.
pub(crate) fn is_discord_json(text: &str) -> bool {
    ["guild", "channel"].iter().all(|key| value_of(text, key).is_some_and(|value| value.starts_with('{')))
}

/// What follows the first key of this name.
pub(crate) fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\"");
    let mut rest = text;
    while let Some(at) = rest.find(&quoted) {
        rest = &rest[at + quoted.len()..];
        if let Some(value) = rest.trim_start().strip_prefix(':') {
            return Some(value.trim_start());
        }
    }
    None
}

/// A header of several names, and the same delimiter in the line after it.
fn is_delimited(text: &str) -> bool {
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    if header.contains('\0') {
        return false;
    }
    let Some(delimiter) = crate::table::delimiter(header) else { return false };
    let names: Vec<&str> = header.split(delimiter).map(|name| name.trim().trim_matches('"')).collect();
    let (mut next, mut is_apart) = (lines.next(), false);
    while next.is_some_and(|line| line.trim().is_empty()) {
        (next, is_apart) = (lines.next(), true);
    }
    // Prose has commas too, but names are short. An index or a closing delimiter makes one without a name.
    let most_words = if next.is_some() && !is_apart { 6 } else { 3 };
    let is_name =
        |name: &str| name.len() <= 100 && name.split_whitespace().count() <= most_words && !name.contains(['<', '{']);
    // A paragraph may have a comma, too, but hardly as many as the one before.
    let goes_on =
        |line: &str| if is_apart { line.split(delimiter).count() == names.len() } else { line.contains(delimiter) };
    names.iter().filter(|name| !name.is_empty()).count() >= 2
        && names.iter().all(|name| is_name(name))
        && next.is_none_or(goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_told_by_its_content() {
        for (text, format) in [
            ("<?xml version=\"1.0\"?>\n<posts>\n<row Id=\"1\"/>", Some(Format::StackExchange)),
            ("<?xml version=\"1.0\"?><rss></rss>", None),
            ("{\"post_stream\": {\"posts\": []}}", Some(Format::Discourse)),
            ("[{\"id\": 1, \"sender_full_name\": \"Ann\"}]", Some(Format::Zulip)),
            ("[{\"ts\": \"1503435956.000247\", \"type\": \"message\"}]", Some(Format::Slack)),
            ("[{\"ts\": 1503435956, \"type\": \"message\"}]", None),
            ("{\"ts\": 1, \"member\": \"a\"}\n{\"ts\": 2}", Some(Format::Ndjson)),
            ("{\"cut", None),
            ("From ann at example.org  Mon Sep 16 10:58:15 2013\nFrom: ann at example.org", Some(Format::Mbox)),
            ("From what I see, this is prose\n", None),
            ("time,member,kind\n2020-01-01,a,post\n", Some(Format::Csv)),
            ("time;member;kind;\n2020-01-01;a;post;\n", Some(Format::Csv)),
            ("time,member,kind\n\n2020-01-01,a,post\n", Some(Format::Csv)),
            ("time,member,kind\n\n", Some(Format::Csv)),
            ("Dear Ann, dear Bo,\n\nthis is, I fear, a letter, and a long one.\n", None),
            (",time,member,kind\n0,2020-01-01,a,post\n", Some(Format::Csv)),
            ("Dear all,\nthis is a letter.\n", None),
            ("[12:34] <ann> hello\n[12:35] * bo waves\n", Some(Format::Irc)),
            ("2018-05-01 12:34:56\tann\thello\n2018-05-01 12:35:56\tbo\thello\n", Some(Format::Irc)),
            ("1566261308\nann\nhello\n\n1566261309\nbo\n\n", Some(Format::Irc)),
            ("time\tmember\tkind\n2020-01-01 12:34\tann\tpost\n2020-01-01 12:35\tbo\tpost\n", Some(Format::Csv)),
            ("plain words\n", None),
        ] {
            assert_eq!(of_text(text), format, "{text}");
        }
    }
}
