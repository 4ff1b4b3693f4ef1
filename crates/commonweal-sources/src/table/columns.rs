//! Which column holds what, and columns of names as text.
use std::path::Path;

use polars::prelude::*;
use polars_arrow::array::Array;

use crate::error::{Error, Result};
use crate::job::Account;

/// A column of the contract, and the names that it goes by elsewhere, the likeliest first.
pub(super) struct Known {
    pub name: &'static str,
    pub aliases: &'static [&'static str],
    pub required: bool,
}

const fn known(name: &'static str, required: bool, aliases: &'static [&'static str]) -> Known {
    Known { name, aliases, required }
}

pub(super) const EVENTS: [Known; 11] = [
    known(
        "time",
        true,
        &["ts", "timestamp", "datetime", "created_at", "created", "sent_at", "occurred_at", "event_time", "date"],
    ),
    known(
        "member",
        true,
        &["member_id", "user", "user_id", "author", "author_id", "sender", "sender_id", "actor", "actor_id", "from"],
    ),
    known("kind", true, &["event_kind", "event_type", "event", "action", "type"]),
    known("id", false, &["event_id", "message_id", "post_id", "uuid"]),
    known("thread", false, &["thread_id", "thread_ts", "conversation", "conversation_id", "topic_id"]),
    known("parent", false, &["parent_id", "parent_event_id", "in_reply_to", "reply_to", "reply_to_id"]),
    known("channel", false, &["channel_id", "channel_name", "group", "group_id", "space", "forum", "category", "list"]),
    known("platform", false, &["network"]),
    known("text", false, &["body", "message", "content"]),
    known("time_quality", false, &[]),
    known("target", false, &["assignee"]),
];

pub(super) const MEMBERS: [Known; 5] = [
    known("member", true, &["member_id", "user", "user_id", "id"]),
    known("name", false, &["display_name", "full_name", "username"]),
    known("joined", false, &["joined_at", "join_date", "created_at"]),
    known("left", false, &["left_at", "deleted_at"]),
    known("role", false, &["is_staff"]),
];

/// The table with the contract's columns under the contract's names. What is mapped away from such a name keeps it with
/// `_original` behind.
pub(super) fn rename(
    mut frame: DataFrame,
    path: &Path,
    table: &str,
    list: &[Known],
    mapped: &dyn Fn(&str) -> Option<String>,
    account: &mut Account<'_>,
) -> Result<DataFrame> {
    let have: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
    let names = renamed(have, path, table, list, mapped, account)?;
    frame.set_column_names(&names).map_err(|error| Error::frame(path, &error))?;
    Ok(frame)
}

/// The names that columns get by [`rename`].
pub(super) fn renamed(
    have: Vec<String>,
    path: &Path,
    table: &str,
    list: &[Known],
    mapped: &dyn Fn(&str) -> Option<String>,
    account: &mut Account<'_>,
) -> Result<Vec<String>> {
    let mut chosen: Vec<(&'static str, String)> = Vec::new();
    for known in list {
        let source = match mapped(known.name) {
            Some(source) if have.contains(&source) => Some(source),
            Some(source) => {
                let (path, column) = (path.to_owned(), known.name.to_owned());
                return Err(Error::UnknownColumn { path, column, source_column: source, have });
            }
            None => {
                let names = std::iter::once(&known.name).chain(known.aliases);
                let taken = |name: &&String| list.iter().any(|other| mapped(other.name).as_ref() == Some(name));
                let free = || have.iter().filter(|name| !taken(name));
                names.into_iter().find_map(|alias| free().find(|name| plain(name) == plain(alias)).cloned())
            }
        };
        match source {
            Some(source) => {
                if source != known.name {
                    account.intake.note(&format!("{table}: {} taken from the column {source:?}", known.name));
                }
                chosen.push((known.name, source));
            }
            None if known.required => {
                return Err(Error::MissingColumn { path: path.to_owned(), column: known.name, have });
            }
            None => {}
        }
    }
    let name = |name: String| match chosen.iter().find(|(_, source)| *source == name) {
        Some((known, _)) => (*known).to_owned(),
        None if list.iter().any(|known| known.name == name) => format!("{name}_original"),
        None => name,
    };
    Ok(have.into_iter().map(name).collect())
}

/// The columns of names that many events share.
pub(super) const SHARED: [&str; 6] = ["member", "kind", "thread", "channel", "platform", "target"];

/// The columns of ids.
pub(super) const IDS: [&str; 3] = ["id", "thread", "parent"];

/// Whether a column of a file may be one of these, as far as can be told before it is read.
pub(super) fn may_be(column: &str, which: &[&str], mapped: &dyn Fn(&str) -> Option<String>) -> bool {
    EVENTS.iter().filter(|known| which.contains(&known.name)).any(|known| match mapped(known.name) {
        Some(source) => source == column,
        None => std::iter::once(&known.name).chain(known.aliases).any(|alias| plain(alias) == plain(column)),
    })
}

/// A name without its style: `createdAt`, `Created At` and `created_at` are one.
fn plain(name: &str) -> String {
    name.chars().filter(|sign| sign.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A column of names as categories, where it has come so, or as text.
pub(super) fn names(column: &Column, path: &Path) -> Result<Column> {
    match column.dtype() {
        // An empty name is none.
        DataType::Categorical(_, names) if names.get_cat("").is_none() => Ok(column.clone()),
        _ => Ok(text(column, path)?.into_column()),
    }
}

/// A column of names or ids as text: whole numbers become text, empty text becomes null.
pub(super) fn text(column: &Column, path: &Path) -> Result<StringChunked> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let series = column.as_materialized_series();
    let cast = |series: &Series| series.cast(&DataType::String).and_then(|texts| texts.str().cloned()).map_err(told);
    match series.dtype() {
        DataType::String => {
            let texts = series.str().map_err(told)?;
            if !has_empty(texts) {
                return Ok(texts.clone());
            }
            let filled: StringChunked = texts.iter().map(|text| text.filter(|text| !text.is_empty())).collect();
            Ok(filled.with_name(column.name().clone()))
        }
        DataType::Categorical(..) | DataType::Enum(..) => text(&cast(series)?.into_column(), path),
        DataType::Null => cast(series),
        dtype if dtype.is_integer() => cast(series),
        DataType::Float64 | DataType::Float32 if all_whole(series) => {
            cast(&series.cast(&DataType::Int64).map_err(told)?)
        }
        other => Err(Error::ColumnType {
            path: path.to_owned(),
            column: column.name().to_string(),
            found: other.to_string(),
            expected: "text or whole numbers",
        }),
    }
}

/// Whether any text is empty: only lengths are looked at.
fn has_empty(texts: &StringChunked) -> bool {
    texts.downcast_iter().any(|array| {
        let lengths = array.views().iter().map(|view| view.length);
        match array.validity().filter(|validity| validity.unset_bits() > 0) {
            None => lengths.into_iter().any(|length| length == 0),
            Some(validity) => lengths.zip(validity.iter()).any(|(length, is_there)| is_there && length == 0),
        }
    })
}

/// Numbers that another program has turned into fractions, because some were missing.
fn all_whole(series: &Series) -> bool {
    let Ok(floats) = series.cast(&DataType::Float64) else { return false };
    floats.f64().is_ok_and(|floats| floats.iter().flatten().all(|value| value.fract() == 0.0 && value.abs() < 9.0e15))
}
