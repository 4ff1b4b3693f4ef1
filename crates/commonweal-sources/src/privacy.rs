//! Privacy at the door: what of an export leaves the reader.
use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use polars::prelude::*;
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::Source;
use crate::calendar::without;
use crate::error::{Error, Result};

/// What of an export is kept, and under which names. Nothing of this can be undone without the export itself.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("events.csv");
/// # std::fs::write(&path, "time,member,kind,text\n2024-05-01T09:00:00Z,ann,post,Call 0431 1234567\n")?;
/// use commonweal_sources::{Privacy, ReadOptions, read};
/// let privacy = Privacy { pseudonymise: Some("sixteen letters or more".into()), ..Privacy::default() };
/// let source = read(&path, &ReadOptions { privacy: Some(privacy), ..ReadOptions::default() })?;
/// let member = source.events.column("member")?.str()?.get(0);
/// assert!(member.is_some_and(|member| member.starts_with("m-") && member.len() == 34));
/// assert_eq!(source.events.column("text")?.null_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// The key under which members, ids and threads get other names: keyed BLAKE3, 128 bits of it. The same key gives the same names
    /// in every reading; who has the key can tell whether a name is a given person's, who has it not cannot. Without one, names stay.
    #[serde(skip_serializing)]
    pub pseudonymise: Option<Key>,
    /// Whether text and titles are kept, with what tells of people taken out: mail addresses, phone numbers, addresses of machines,
    /// mentions. Default: they are not kept at all.
    pub keep_text: bool,
    /// Columns of the source's own that are kept beside those that tell of no person. Tables only have such columns, and the members'.
    pub keep: Vec<String>,
    /// Members, by their own keys, of whom nothing is kept: neither acts, nor their row, nor their names in others' texts.
    pub erase: Vec<String>,
}

/// A secret. It is never shown.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(not shown)")
    }
}

/// The fewest letters of a key.
const SHORTEST_KEY: usize = 16;

/// Columns of events that tell of no person.
const EVENT_COLUMNS: [&str; 20] = [
    "time",
    "member",
    "kind",
    "id",
    "thread",
    "parent",
    "channel",
    "platform",
    "text",
    "time_quality",
    "target",
    "action",
    "emoji",
    "edited",
    "channel_type",
    "tags",
    "vote",
    "score",
    "view_count",
    "one_sided",
];
/// Columns of members that tell of no person.
const MEMBER_COLUMNS: [&str; 4] = ["member", "joined", "left", "role"];

impl Privacy {
    /// Applies it to what was read.
    pub(crate) fn apply(&self, source: Source, path: &Path) -> Result<Source> {
        let told = |error: PolarsError| Error::frame(path, &error);
        if self.pseudonymise.as_ref().is_some_and(|key| key.0.chars().count() < SHORTEST_KEY) {
            return Err(Error::WeakKey { fewest: SHORTEST_KEY });
        }
        let mut source = self.erased(source).map_err(told)?;
        let names = self.pseudonymise.as_ref().map(|key| Names::of(&key.0));
        source.events = self.events(&source.events, names.as_ref()).map_err(told)?;
        source.members =
            source.members.map(|members| self.members(&members, names.as_ref())).transpose().map_err(told)?;
        Ok(source)
    }

    /// Without the acts, the row and the names of who is erased.
    fn erased(&self, mut source: Source) -> PolarsResult<Source> {
        if self.erase.is_empty() {
            return Ok(source);
        }
        let is_erased = |key: Option<&str>| key.is_some_and(|key| self.erase.iter().any(|erased| erased == key));
        let mut called = self.erase.clone();
        if let Some(members) = &source.members {
            let keys = texts(members, "member")?.unwrap_or_default();
            for column in ["name", "username"] {
                let Some(names) = texts(members, column)? else { continue };
                let own = keys.iter().zip(names.iter()).filter(|(key, _)| is_erased(*key));
                called.extend(own.filter_map(|(_, name)| name.map(str::to_owned)));
            }
            let mask = keys.iter().map(|key| Some(!is_erased(key))).collect();
            source.members = Some(members.filter(&mask)?);
        }
        let before = source.events.height();
        let keys = texts(&source.events, "member")?.unwrap_or_default();
        let mask = keys.iter().map(|key| Some(!is_erased(key))).collect();
        let mut events = source.events.filter(&mask)?;
        if let Some(target) = texts(&events, "target")? {
            let target: StringChunked = target.iter().map(|key| key.filter(|key| !is_erased(Some(key)))).collect();
            events.with_column(target.with_name("target".into()).into_column())?;
        }
        called.retain(|name| name.chars().count() > 1);
        called.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let names = called.iter().map(|name| as_word(name)).collect::<Vec<_>>().join("|");
        // Names that are too many or too long for one pattern leave the text out rather than stay in it.
        let pattern = Regex::new(&format!("(?i)@?(?:{names})")).ok();
        for column in ["text", "title"] {
            let Some(said) = texts(&events, column)? else { continue };
            let said: StringChunked = match &pattern {
                Some(pattern) => {
                    said.iter().map(|text| text.map(|text| pattern.replace_all(text, "[erased]"))).collect()
                }
                None => StringChunked::full_null(column.into(), events.height()),
            };
            events.with_column(said.with_name(column.into()).into_column())?;
        }
        let erased = (before - events.height()) as u64;
        source.intake = without(&source.intake, erased, "act of a member who is erased");
        source.events = events;
        Ok(source)
    }

    fn events(&self, events: &DataFrame, names: Option<&Names>) -> PolarsResult<DataFrame> {
        let mut events = match names {
            Some(_) => self.only(events, &EVENT_COLUMNS)?,
            None => events.clone(),
        };
        for column in ["text", "title"] {
            let Some(said) = texts(&events, column)? else { continue };
            let said: StringChunked = if self.keep_text {
                let redaction = Redaction::new()?;
                said.iter().map(|text| text.map(|text| redaction.apply(text))).collect()
            } else {
                StringChunked::full_null(column.into(), events.height())
            };
            events.with_column(said.with_name(column.into()).into_column())?;
        }
        let Some(names) = names else { return Ok(events) };
        for (column, mark) in [("member", 'm'), ("target", 'm'), ("id", 'e'), ("thread", 'e'), ("parent", 'e')] {
            let Some(keys) = texts(&events, column)? else { continue };
            let keys: StringChunked = keys.iter().map(|key| key.map(|key| names.name(mark, key))).collect();
            events.with_column(keys.with_name(column.into()).into_column())?;
        }
        // What two people have to themselves is often called by their names.
        if let (Some(kinds), Some(channels)) = (texts(&events, "channel_type")?, texts(&events, "channel")?) {
            let pairs = channels.iter().zip(kinds.iter());
            let channels: StringChunked = pairs
                .map(|(channel, kind)| match kind {
                    Some("dm" | "group_dm") => channel.map(|channel| names.name('c', channel)),
                    _ => channel.map(str::to_owned),
                })
                .collect();
            events.with_column(channels.with_name("channel".into()).into_column())?;
        }
        Ok(events)
    }

    fn members(&self, members: &DataFrame, names: Option<&Names>) -> PolarsResult<DataFrame> {
        let Some(names) = names else { return Ok(members.clone()) };
        let mut members = self.only(members, &MEMBER_COLUMNS)?;
        let keys = texts(&members, "member")?.unwrap_or_default();
        let keys: StringChunked = keys.iter().map(|key| key.map(|key| names.name('m', key))).collect();
        members.with_column(keys.with_name("member".into()).into_column())?;
        Ok(members)
    }

    /// The columns that tell of no person, and those that were asked for.
    fn only(&self, table: &DataFrame, known: &[&str]) -> PolarsResult<DataFrame> {
        let is_kept = |name: &str| {
            known.contains(&name) || self.keep.iter().any(|kept| kept == name) || name == "title" && self.keep_text
        };
        let columns = table.columns().iter().filter(|column| is_kept(column.name().as_str()));
        DataFrame::new(table.height(), columns.cloned().collect())
    }
}

/// A column as text, if it is there.
fn texts(table: &DataFrame, column: &str) -> PolarsResult<Option<StringChunked>> {
    let Ok(column) = table.column(column) else { return Ok(None) };
    column.cast(&DataType::String)?.str().cloned().map(Some)
}

/// A pattern of a name that is no part of a longer word.
fn as_word(name: &str) -> String {
    let edge = |letter: Option<char>| if letter.is_some_and(char::is_alphanumeric) { r"\b" } else { "" };
    format!("{}{}{}", edge(name.chars().next()), regex::escape(name), edge(name.chars().last()))
}

/// Other names for keys.
struct Names([u8; blake3::KEY_LEN]);

impl Names {
    fn of(key: &str) -> Self {
        Self(blake3::derive_key("commonweal 2026-11 pseudonyms of members and acts", key.as_bytes()))
    }

    /// The name of a key: a mark for what it names, and 128 bits.
    fn name(&self, mark: char, key: &str) -> String {
        let hash = blake3::keyed_hash(&self.0, format!("{mark}\0{key}").as_bytes());
        format!("{mark}-{}", &hash.to_hex()[..32])
    }
}

/// What tells of people in texts.
struct Redaction(Vec<(Regex, &'static str)>);

impl Redaction {
    fn new() -> PolarsResult<Self> {
        let patterns = [
            (r"[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+", "[mail]"),
            (r"\b(?:\d{1,3}\.){3}\d{1,3}\b", "[address]"),
            (
                r"(?i)\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{0,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}\b",
                "[address]",
            ),
            (r"(?:\+\d|\b0\d|\(\d)[\d ()./\-\u{2013}]{5,}\d", "[phone]"),
            (r"<@!?[A-Z0-9]+(?:\|[^>]*)?>|@\*\*[^*]+\*\*", "@[someone]"),
            (r"(^|[^\p{L}\p{N}_@/\]])@[\p{L}\p{N}_][\p{L}\p{N}_.-]*", "$1@[someone]"),
        ];
        let compiled = patterns.into_iter().map(|(pattern, instead)| {
            let regex = Regex::new(pattern).map_err(|error| polars_err!(ComputeError: "{error}"))?;
            Ok((regex, instead))
        });
        Ok(Self(compiled.collect::<PolarsResult<_>>()?))
    }

    fn apply(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (pattern, instead) in &self.0 {
            let changed = match pattern.replace_all(&text, *instead) {
                Cow::Owned(changed) => Some(changed),
                Cow::Borrowed(_) => None,
            };
            text = changed.unwrap_or(text);
        }
        text
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn what_tells_of_people_is_taken_out() {
        let redaction = Redaction::new().expect("patterns");
        for (text, redacted) in [
            ("write to Ann.Lee+x@mail.example.org!", "write to [mail]!"),
            ("call +49 431 123-4567 or (0431) 1234567", "call [phone] or [phone]"),
            ("from 192.0.2.7 and 2001:db8::ff00:42:8329", "from [address] and [address]"),
            ("@ann and hi @bo.roe, not a@b", "@[someone] and hi @[someone], not a@b"),
            ("<@U123> <@!99> @**Ann Lee**", "@[someone] @[someone] @[someone]"),
            ("at 10:30 on 2020-05-01, 1,234 of 5678", "at 10:30 on 2020-05-01, 1,234 of 5678"),
            ("version 1.2.3, a/@b, std::io::Error", "version 1.2.3, a/@b, std::io::Error"),
            ("", ""),
        ] {
            assert_eq!(redaction.apply(text), redacted, "{text}");
        }
    }

    #[test]
    fn names_depend_on_the_key_and_on_what_they_name() {
        let (one, other) = (Names::of("a long enough key"), Names::of("another long key"));
        assert_eq!(one.name('m', "ann"), one.name('m', "ann"));
        assert_ne!(one.name('m', "ann"), one.name('m', "bo"));
        assert_ne!(one.name('m', "ann"), other.name('m', "ann"));
        assert_ne!(one.name('m', "ann")[1..], one.name('e', "ann")[1..]);
        assert_eq!(format!("{:?}", Key::from("secret")), "Key(not shown)");
    }

    #[test]
    fn hostile_text_takes_linear_time() {
        let redaction = Redaction::new().expect("patterns");
        for piece in ["@", "a@", "0 ", "1.", "a:", "<@U", "+1"] {
            redaction.apply(&piece.repeat(100_000));
        }
    }
}
