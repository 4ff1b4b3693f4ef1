//! A table as events of the contract.
use std::path::Path;

use commonweal::Numbers;
use polars::prelude::*;

use super::columns::{EVENTS, IDS, names, renamed, text};
use super::times::Clock;
use super::{How, Raw, categories, written};
use crate::error::{Error, Result};
use crate::event::{KINDS, times as time_column};
use crate::html::html_to_text;
use crate::job::Account;
use crate::options::{Mapping, TextFormat};

const QUALITIES: [&str; 4] = ["exact", "second", "day", "inherited"];

/// The rows that can be used, with the contract's columns first.
pub(super) fn normalise(raw: Raw, path: &Path, how: &How<'_>, account: &mut Account<'_>) -> Result<Raw> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let How { mapping, zone, numbered, as_written } = *how;
    let is_text = raw.is_text;
    let (frame, mut ids) = under_their_names(raw, path, mapping, account)?;
    let column = |name: &str| frame.column(name).map_err(told);
    let clock = Clock { path, zone, unit: mapping.time_unit };
    let times = clock.read(column("time")?, account)?;
    let kinds = column("kind")?;
    let rows = match Rows::all(&times.micros, kinds, mapping, account) {
        Some(all) => all,
        None => Rows::sort(&times.micros, column("time")?, &text(kinds, path)?, mapping, account),
    };
    let is_day = times.is_day;
    let (mut kept, micros, is_day) = match &rows.refused {
        None => (frame, times.micros, is_day),
        Some(refused) => {
            let mask = BooleanChunked::from_iter_values(PlSmallStr::EMPTY, refused.iter().map(|refused| !refused));
            ids.iter_mut().for_each(|(_, numbers)| *numbers = numbers.filter(&mask));
            let is_day =
                is_day.into_iter().zip(refused).filter(|(_, refused)| !**refused).map(|(day, _)| day).collect();
            (frame.filter(&mask).map_err(told)?, times.micros.filter(&mask).map_err(told)?, is_day)
        }
    };
    if is_text {
        // Rows that are refused have no say.
        kept = written::settle(kept, "events", &EVENTS, as_written, account).map_err(told)?;
    }
    if numbered {
        take_numbers(&mut kept, is_text, &mut ids);
    }

    let mut columns = vec![time_column("time", micros)];
    for name in ["member", "kind", "id", "thread", "parent", "channel", "platform", "text", "time_quality", "target"] {
        if ids.iter().any(|(id, _)| id == name) {
            continue;
        }
        columns.push(match (name, kept.column(name)) {
            ("kind", _) => rows.kinds.clone().with_name("kind".into()),
            ("time_quality", column) => qualities(column.ok(), &is_day, kept.height(), path, account)?,
            ("text", Ok(column)) if mapping.text_format == TextFormat::Html => {
                let said = |html| Some(html_to_text(html?)).filter(|text| !text.is_empty());
                let texts: StringChunked = text(column, path)?.iter().map(said).collect();
                texts.with_name("text".into()).into_column()
            }
            ("id" | "parent" | "text", Ok(column)) => text(column, path)?.into_column(),
            (_, Ok(column)) => names(column, path)?,
            ("target", Err(_)) => continue,
            (_, Err(_)) => Column::full_null(name.into(), kept.height(), &DataType::String),
        });
    }
    let is_extra = |column: &&Column| !EVENTS.iter().any(|known| known.name == column.name().as_str());
    for column in kept.columns().iter().filter(is_extra) {
        columns.push(if categories::is_ours(column) { text(column, path)?.into_column() } else { column.clone() });
    }
    let frame = DataFrame::new(kept.height(), columns).map_err(told)?;
    Ok(Raw { frame, numbered: ids, is_text: false })
}

/// The table with the contract's columns under the contract's names, and so the columns beside it; of these, those that are none of the contract's become
/// text again.
fn under_their_names(
    raw: Raw,
    path: &Path,
    mapping: &Mapping,
    account: &mut Account<'_>,
) -> Result<(DataFrame, Vec<(String, Numbers)>)> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let mut frame = with_default_kind(raw.frame, path, mapping)?;
    let mut have: Vec<String> = frame.get_column_names().iter().map(|name| name.to_string()).collect();
    have.extend(raw.numbered.iter().map(|(name, _)| name.clone()));
    let names = renamed(have, path, "events", &EVENTS, &|name| named(mapping, name), account)?;
    let (own, beside) = names.split_at(frame.width());
    frame.set_column_names(own).map_err(told)?;
    let mut ids = vec![];
    for (name, (_, numbers)) in beside.iter().zip(raw.numbered) {
        if IDS.contains(&name.as_str()) {
            ids.push((name.clone(), numbers));
        } else {
            frame.with_column(numbers.spelled(name).into_column()).map_err(told)?;
        }
    }
    Ok((frame, ids))
}

/// Takes ids that are whole numbers out of the table, and of a file of text those that differ in a number only.
fn take_numbers(frame: &mut DataFrame, is_text: bool, ids: &mut Vec<(String, Numbers)>) {
    for name in IDS {
        let numbers = frame.column(name).ok().and_then(|ids| match ids.str() {
            Ok(texts) if is_text => Numbers::of(texts),
            _ => Numbers::of_integers(ids.as_materialized_series()),
        });
        if let Some(numbers) = numbers
            && frame.drop_in_place(name).is_ok()
        {
            ids.push((name.to_owned(), numbers));
        }
    }
}

/// The rows, each kept or refused, once.
struct Rows {
    /// The kinds of the rows kept.
    kinds: Column,
    /// Which rows are refused; none where none is.
    refused: Option<Vec<bool>>,
}

impl Rows {
    /// All rows, where each has a time and a kind of the contract's under its own name: no row needs to be looked at.
    fn all(times: &Int64Chunked, kinds: &Column, mapping: &Mapping, account: &mut Account<'_>) -> Option<Self> {
        let DataType::Categorical(_, names) = kinds.dtype() else { return None };
        let all = (0..names.num_cats_upper_bound() as u32).filter_map(|code| names.cat_to_str(code));
        let right = times.null_count() == 0
            && kinds.null_count() == 0
            && all.into_iter().all(|kind| meaning(kind, mapping) == Some(kind));
        right.then(|| {
            account.keep_all(kinds.len());
            Self { kinds: kinds.clone(), refused: None }
        })
    }

    fn sort(
        times: &Int64Chunked,
        given: &Column,
        kinds: &StringChunked,
        mapping: &Mapping,
        account: &mut Account<'_>,
    ) -> Self {
        let height = kinds.len();
        let mut known = StringChunkedBuilder::new("kind".into(), height);
        let mut refused: Option<Vec<bool>> = None;
        for (row, (time, kind)) in times.iter().zip(kinds.iter()).enumerate() {
            match (time, kind.map(|kind| (kind, meaning(kind, mapping)))) {
                (Some(_), Some((_, Some(kind)))) => {
                    account.keep();
                    known.append_value(kind);
                    continue;
                }
                (None, _) if given.get(row).is_ok_and(|value| value.is_null()) => account.refuse("time missing"),
                (None, _) => account.refuse("time cannot be read"),
                (_, None) => account.refuse("kind missing"),
                (_, Some((kind, None))) => account.refuse_quoting(
                    format!("kind {kind:?} is none of the contract's"),
                    "kind that is none of the contract's",
                ),
            }
            refused.get_or_insert_with(|| vec![false; height])[row] = true;
        }
        Self { kinds: known.finish().into_column(), refused }
    }
}

/// The column of the file that the mapping names for one of the contract's.
pub(super) fn named(mapping: &Mapping, column: &str) -> Option<String> {
    match column {
        "time" => mapping.time.clone(),
        "member" => mapping.member.clone(),
        "kind" => mapping.kind.clone(),
        "id" => mapping.id.clone(),
        "thread" => mapping.thread.clone(),
        "parent" => mapping.parent.clone(),
        "channel" => mapping.channel.clone(),
        "platform" => mapping.platform.clone(),
        "text" => mapping.text.clone(),
        "time_quality" => mapping.time_quality.clone(),
        "target" => mapping.target.clone(),
        _ => None,
    }
}

/// A column of the one kind that all rows are.
fn with_default_kind(mut frame: DataFrame, path: &Path, mapping: &Mapping) -> Result<DataFrame> {
    if let (Some(kind), None) = (&mapping.kind_default, &mapping.kind) {
        let kinds = Column::new_scalar("kind".into(), Scalar::from(PlSmallStr::from_str(kind)), frame.height());
        frame.with_column(kinds).map_err(|error| Error::frame(path, &error))?;
    }
    Ok(frame)
}

/// The kind that a value of the table stands for.
fn meaning<'a>(value: &str, mapping: &'a Mapping) -> Option<&'a str> {
    if let Some(kind) = mapping.kind_values.get(value) {
        return Some(kind);
    }
    let exact = KINDS.iter().find(|kind| **kind == value);
    let value = value.trim();
    exact.or_else(|| KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(value))).copied()
}

fn qualities(
    column: Option<&Column>,
    is_day: &[bool],
    height: usize,
    path: &Path,
    account: &mut Account<'_>,
) -> Result<Column> {
    let name = PlSmallStr::from_static("time_quality");
    if column.is_none() && is_day.is_empty() {
        return Ok(Column::full_null(name, height, &DataType::String));
    }
    let given = column.map(|column| text(column, path)).transpose()?;
    let quality = |row: usize| {
        let given = given.as_ref().and_then(|given| given.get(row));
        let known = given.and_then(|given| QUALITIES.into_iter().find(|quality| *quality == given));
        if given.is_some() && known.is_none() {
            account.intake.note("time_quality of an unknown value, left out");
        }
        known.or(is_day.get(row).is_some_and(|is_day| *is_day).then_some("day"))
    };
    let qualities: StringChunked = (0..height).map(quality).collect();
    Ok(qualities.with_name(name).into_column())
}
