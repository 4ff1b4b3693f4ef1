//! What a caller may say about an export.
use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::format::Format;
use crate::privacy::Privacy;

/// How to read an export. The default recognises everything it can.
///
/// ```
/// use commonweal_sources::ReadOptions;
/// let options: ReadOptions = serde_json::from_str(r#"{"format": "csv", "time_zone": "Europe/Berlin"}"#)?;
/// assert_eq!(options.time_zone.as_deref(), Some("Europe/Berlin"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    /// The format, where it should not be recognised from the content.
    pub format: Option<Format>,
    /// Which columns of a table hold what. Tables only.
    pub mapping: Option<Mapping>,
    /// The zone of times that have none: an IANA name. Tables refuse such times without it; mail takes them as UTC and notes it.
    pub time_zone: Option<String>,
    /// The columns of a table of events to read, by their names in the file. Default: all. Tables only.
    pub columns: Option<Vec<String>>,
    /// A table of members (Parquet, CSV or NDJSON) that goes with a table of events. Tables only.
    pub members: Option<PathBuf>,
    /// Whether ids, threads and parents that differ in a number only come as [`crate::Source::numbered`] rather than as text, where a table can be read so:
    /// for those who make a community of them. Not together with `privacy`.
    pub numbered: bool,
    /// Columns of events, by their names there, that stay the text that is written, though all of it be numbers: for those who read a table
    /// of text a piece at a time, where another piece may have others. CSV and NDJSON only.
    pub as_written: Vec<String>,
    /// What is kept, and under which names.
    pub privacy: Option<Privacy>,
}

/// Which columns of a table of events hold what. What is not named is recognised by its usual names, see [`crate::table`].
///
/// ```
/// let mapping: commonweal_sources::Mapping = serde_json::from_str(
///     r#"{"time": "sent", "member": "who", "kind_values": {"message": "post", "like": "reaction"}}"#,
/// )?;
/// assert_eq!(mapping.member.as_deref(), Some("who"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mapping {
    /// Column of the time.
    pub time: Option<String>,
    /// Column of the member.
    pub member: Option<String>,
    /// Column of the kind.
    pub kind: Option<String>,
    /// Column of the event's id.
    pub id: Option<String>,
    /// Column of the conversation.
    pub thread: Option<String>,
    /// Column of the event that this one answers.
    pub parent: Option<String>,
    /// Column of the channel.
    pub channel: Option<String>,
    /// Column of the platform.
    pub platform: Option<String>,
    /// Column of the text.
    pub text: Option<String>,
    /// What the texts are written in. Of HTML the text alone is kept, as the readers of forums keep it: without code blocks and quotes.
    pub text_format: TextFormat,
    /// Column of the quality of the time.
    pub time_quality: Option<String>,
    /// Column of the member or unit that an act is aimed at.
    pub target: Option<String>,
    /// What the table's kinds mean: its value -> a kind of the contract.
    pub kind_values: BTreeMap<String, String>,
    /// The kind of every row, where the table has no column for it.
    pub kind_default: Option<String>,
    /// The unit of times that are numbers. Without it, the magnitude tells.
    pub time_unit: Option<TimeUnit>,
    /// Columns of the members table.
    pub members: MembersMapping,
}

/// Which columns of a members table hold what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MembersMapping {
    /// Column of the member's id, as the events have it.
    pub member: Option<String>,
    /// Column of the name.
    pub name: Option<String>,
    /// Column of the time of joining.
    pub joined: Option<String>,
    /// Column of the time of leaving.
    pub left: Option<String>,
    /// Column of the role: text (`member`, `staff`, `bot`), or true for staff.
    pub role: Option<String>,
}

/// What texts are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// As they are shown.
    #[default]
    Plain,
    /// HTML.
    Html,
}

/// The unit of a time that is a number since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeUnit {
    /// Seconds.
    #[serde(rename = "s")]
    Seconds,
    /// Milliseconds.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Microseconds.
    #[serde(rename = "us")]
    Microseconds,
    /// Nanoseconds.
    #[serde(rename = "ns")]
    Nanoseconds,
}
