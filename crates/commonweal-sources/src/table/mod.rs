//! Tables of events, in Parquet, delimited text or NDJSON: the way in for everything that has no reader of its own.
//!
//! Columns are recognised by name, whatever its style (`createdAt` is `created_at`), where the [`Mapping`] does not name them; the intake notes which
//! were used:
//!
//! | events | recognised names |
//! |---|---|
//! | `time` (required) | time, ts, timestamp, datetime, created_at, created, sent_at, occurred_at, event_time, date |
//! | `member` (required) | member, member_id, user, user_id, author, author_id, sender, sender_id, actor, actor_id, from |
//! | `kind` (required) | kind, event_kind, event_type, event, action, type |
//! | `id` | id, event_id, message_id, post_id, uuid |
//! | `thread` | thread, thread_id, thread_ts, conversation, conversation_id, topic_id |
//! | `parent` | parent, parent_id, parent_event_id, in_reply_to, reply_to, reply_to_id |
//! | `channel` | channel, channel_id, channel_name, group, group_id, space, forum, category, list |
//! | `platform`, `text`, `time_quality`, `target` | the same; network; body, message, content; assignee |
//!
//! | members | recognised names |
//! |---|---|
//! | `member` (required) | member, member_id, user, user_id, id |
//! | `name` | name, display_name, full_name, username |
//! | `joined`, `left` | joined, joined_at, join_date, created_at; left, left_at, deleted_at |
//! | `role` | role, is_staff (true is staff) |
//!
//! All other columns are kept; of CSV and NDJSON as numbers or truth values where all their rows are such. Columns of the contract that are text
//! are what is written there: `1.0` and `1` are two channels. Ids may be whole numbers and become text. Where another program made `12` into `12.0`
//! because some were missing, they are `12` again: in Parquet where they are fractions, in CSV and NDJSON where each ends in `.0`, which is noted.
//! Times may be timestamps, dates, ISO 8601 text, or numbers since 1970 whose magnitude tells the unit. Times without a zone need the
//! option `time_zone`: then a time that the clocks showed twice is the earlier, one that they skipped is moved forward, and both are
//! noted. A date alone is `time_quality` day. Rows without a time that can be read, or of a kind that is none of the contract's (after
//! `kind_values`), are refused and counted.
//!
//! A table of members is the one of the option `members`; without it, the file beside `events<rest>` whose name is `members<rest>`,
//! and in a folder the tables whose names begin with `members`. A folder's other tables are read as one.
mod categories;
mod chunks;
mod columns;
mod csv;
mod events;
mod instants;
mod members;
mod ndjson;
mod numbers;
mod pages;
mod parquet;
mod spelled;
mod times;
mod written;

use std::path::{Path, PathBuf};

use commonweal::Numbers;
use polars::prelude::*;

use crate::error::{Error, Result};
use crate::event::KINDS;
use crate::format::Format;
use crate::input::{Replaced, Tree};
use crate::job::{Account, Job};
use crate::recognise::of_file;
use crate::time::Zone;
use crate::{Mapping, ReadOptions, Source};

pub use parquet::is_read;

pub(crate) const PLATFORM: &str = "table";

/// Reads a table, or a folder of them.
pub(crate) fn read(mut job: Job<'_>, format: Format) -> Result<Source> {
    let path = job.path();
    let mapping = job.options.mapping.clone().unwrap_or_default();
    check_kinds(&mapping)?;
    let zone = Zone::option(job.options.time_zone.as_deref())?;
    let is_members = |index: &usize| job.tree.entries()[*index].stem().to_ascii_lowercase().starts_with("members");
    let (mut beside, files): (Vec<usize>, Vec<usize>) = match job.files.len() {
        1 => (vec![], job.files.clone()),
        _ => job.files.iter().partition(|index| is_members(index)),
    };
    if files.is_empty() {
        return Err(Error::MissingFile { path, file: "table of events" });
    }
    // Several files may write their ids in several ways.
    let numbered = job.options.numbered && job.options.privacy.is_none() && files.len() == 1;
    let mut whole: Option<Raw> = None;
    for file in files {
        let label = job.tree.label(file);
        let mut left_out = vec![];
        let mut skip = |column: &str| left_out.push(column.to_owned());
        let wanted = Wanted {
            columns: job.options.columns.as_deref(),
            names: &|column| columns::may_be(column, &columns::SHARED, &|name| events::named(&mapping, name)),
            ids: &|column| numbered && columns::may_be(column, &columns::IDS, &|name| events::named(&mapping, name)),
        };
        let refuse = &mut |reason| job.account.refuse(reason);
        let (raw, replaced) = load(&mut job.tree, file, format, &wanted, refuse, &mut skip)?;
        job.account.note_replaced(&replaced);
        for column in left_out {
            job.account.intake.note(&format!("column {column:?} left out: its type is not read"));
        }
        let how = How { mapping: &mapping, zone, numbered, as_written: &job.options.as_written };
        let read = events::normalise(raw, &label, &how, &mut job.account)?;
        job.account.file_done();
        whole = Some(match whole {
            None => read,
            Some(before) => Raw::plain(stack(before.frame, read.frame, &path)?),
        });
    }
    let mut found = None;
    if let Some(given) = &job.options.members {
        beside.clear();
        found = Some((Tree::open(given)?, 0));
    } else if job.tree.is_file() {
        found = sibling(&path).map(|path| Tree::open(&path)).transpose()?.map(|tree| (tree, 0));
    }
    let mut members = match found {
        Some((mut tree, file)) => Some(read_members(&mut tree, file, &mapping.members, zone, &mut job.account)?),
        None => None,
    };
    for file in beside {
        let frame = read_members(&mut job.tree, file, &mapping.members, zone, &mut job.account)?;
        members = Some(match members {
            None => frame,
            Some(before) => stack(before, frame, &path)?,
        });
    }
    let members = members.map(|frame| members::unique(frame, &path, &mut job.account)).transpose()?;
    let Raw { frame: events, numbered, .. } = whole.unwrap_or_default();
    Ok(Source { platform: PLATFORM, events, numbered, members, intake: job.account.intake })
}

/// The events of a piece of a table, such as a row group, as [`crate::read`] makes them of the whole; `name` is what errors call it. Members
/// are none of its business.
///
/// # Errors
/// As [`crate::read`] of a table.
///
/// ```
/// use polars::prelude::df;
/// let piece = df!["ts" => ["2024-05-01T09:00:00Z"], "user" => ["ann"], "kind" => ["post"]]?;
/// let source = commonweal_sources::table::rows(piece, "events.parquet, row group 3", &Default::default())?;
/// assert_eq!(source.events.column("member")?.str()?.get(0), Some("ann"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn rows(piece: DataFrame, name: &str, options: &ReadOptions) -> Result<Source> {
    let mapping = options.mapping.clone().unwrap_or_default();
    check_kinds(&mapping)?;
    let zone = Zone::option(options.time_zone.as_deref())?;
    let mut account = Account::default();
    let how = How { mapping: &mapping, zone, numbered: options.numbered, as_written: &options.as_written };
    let Raw { frame: events, numbered, .. } =
        events::normalise(Raw::plain(piece), Path::new(name), &how, &mut account)?;
    Ok(Source { platform: PLATFORM, events, numbered, members: None, intake: account.intake })
}

/// Refuses a mapping to what is no kind.
fn check_kinds(mapping: &Mapping) -> Result<()> {
    for (value, kind) in mapping.kind_values.iter().chain(mapping.kind_default.iter().map(|kind| (kind, kind))) {
        if !KINDS.contains(&kind.as_str()) {
            return Err(Error::UnknownKind { value: value.clone(), kind: kind.clone() });
        }
    }
    Ok(())
}

/// How events are made of a table.
struct How<'a> {
    mapping: &'a Mapping,
    zone: Option<Zone>,
    /// Whether ids that differ in a number only come beside the table.
    numbered: bool,
    /// Columns that stay the text that is written.
    as_written: &'a [String],
}

/// What is wanted of a file.
struct Wanted<'a> {
    /// The columns to read; none for all.
    columns: Option<&'a [String]>,
    /// Whether a column holds names that many rows share.
    names: &'a dyn Fn(&str) -> bool,
    /// Whether a column holds ids that may be read as numbers.
    ids: &'a dyn Fn(&str) -> bool,
}

/// A table, and the columns that it would have beside: ids that differ in a number only.
#[derive(Debug, Default)]
struct Raw {
    frame: DataFrame,
    numbered: Vec<(String, Numbers)>,
    /// All columns are text as it is written, and what they hold is not known yet.
    is_text: bool,
}

impl Raw {
    fn plain(frame: DataFrame) -> Self {
        Self { frame, ..Self::default() }
    }

    fn text(frame: DataFrame) -> Self {
        Self { frame, is_text: true, ..Self::default() }
    }
}

impl Wanted<'_> {
    const ALL: Self = Self { columns: None, names: &|_| false, ids: &|_| false };

    fn is_read(&self, column: &str) -> bool {
        self.columns.is_none_or(|columns| columns.iter().any(|name| name == column))
    }

    /// Refuses columns that are not there.
    fn check(&self, have: &[String], path: &Path) -> Result<()> {
        let absent = self.columns.into_iter().flatten().find(|name| !have.contains(name));
        absent.map_or(Ok(()), |name| {
            Err(Error::AbsentColumn { path: path.to_owned(), column: name.clone(), have: have.to_vec() })
        })
    }

    /// The frame without the columns that are not wanted.
    fn select(&self, frame: DataFrame, path: &Path) -> Result<DataFrame> {
        let have: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
        self.check(&have, path)?;
        let kept = have.iter().filter(|name| self.is_read(name));
        frame.select(kept.map(String::as_str)).map_err(|error| Error::frame(path, &error))
    }
}

/// The table as it lies in the file, and what was no character; rows that are no rows are refused.
fn load(
    tree: &mut Tree,
    file: usize,
    format: Format,
    wanted: &Wanted<'_>,
    refuse: &mut dyn FnMut(&'static str),
    skip: &mut dyn FnMut(&str),
) -> Result<(Raw, Replaced)> {
    let label = tree.label(file);
    let (frame, replaced) = match format {
        Format::Csv => csv::load(tree.reader(file)?, &label, refuse)?,
        Format::Ndjson => ndjson::load(tree.reader(file)?, &label, refuse)?,
        _ => return Ok((parquet::load(tree, file, wanted, skip)?, Replaced::default())),
    };
    Ok((Raw::text(wanted.select(frame, &label)?), replaced))
}

fn read_members(
    tree: &mut Tree,
    file: usize,
    mapping: &crate::MembersMapping,
    zone: Option<Zone>,
    account: &mut Account<'_>,
) -> Result<DataFrame> {
    let label = tree.label(file);
    let format = of_file(tree, file)?;
    if !tree.is_file() && !format.is_table() || tree.entries().len() <= file {
        return Err(Error::EmptyFolder { path: label });
    }
    if !format.is_table() {
        return Err(Error::Mismatch { path: label, format: Format::Csv, found: format!("its content is {format}") });
    }
    let intake = &mut account.intake;
    let (raw, replaced) = load(
        tree,
        file,
        format,
        &Wanted::ALL,
        &mut |_| intake.note("members: row that cannot be read, left out"),
        &mut |_| (),
    )?;
    account.note_replaced(&replaced);
    let name = label.file_name().unwrap_or_default().to_string_lossy();
    account.intake.note(&format!("members taken from {name}"));
    members::normalise(raw, &label, mapping, zone, account)
}

/// `members_1000.parquet` beside `events_1000.parquet`.
fn sibling(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let rest = name.strip_prefix("events")?;
    let beside = path.with_file_name(format!("members{rest}"));
    beside.is_file().then_some(beside)
}

/// One table under the other; columns that one lacks are null there, columns of two types become text. One that has no value has no type.
fn stack(mut above: DataFrame, mut below: DataFrame, path: &Path) -> Result<DataFrame> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let bare = |column: &Column| column.null_count() == column.len();
    let differ: Vec<(PlSmallStr, DataType)> = above
        .columns()
        .iter()
        .filter_map(|column| {
            let other = below.column(column.name()).ok().filter(|other| other.dtype() != column.dtype())?;
            let dtype = match (bare(column), bare(other)) {
                (_, true) => column.dtype().clone(),
                (true, false) => other.dtype().clone(),
                (false, false) => DataType::String,
            };
            Some((column.name().clone(), dtype))
        })
        .collect();
    for (name, dtype) in differ {
        for frame in [&mut above, &mut below] {
            let column = frame.column(&name).map_err(told)?;
            let column = if bare(column) {
                Column::full_null(name.clone(), column.len(), &dtype)
            } else {
                column.cast(&dtype).map_err(told)?
            };
            frame.with_column(column).map_err(told)?;
        }
    }
    polars::functions::concat_df_diagonal(&[above, below]).map_err(told)
}

/// The delimiter of a header line: whichever of the usual ones is there most.
pub(crate) fn delimiter(header: &str) -> Option<char> {
    let mut quoted = false;
    let mut counts = [(',', 0), ('\t', 0), (';', 0), ('|', 0)];
    for sign in header.chars() {
        quoted ^= sign == '"';
        if let Some((_, count)) = counts.iter_mut().find(|(delimiter, _)| *delimiter == sign && !quoted) {
            *count += 1;
        }
    }
    let best = counts.into_iter().rev().max_by_key(|(_, count)| *count)?;
    (best.1 > 0).then_some(best.0)
}
