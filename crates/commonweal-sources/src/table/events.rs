//! A table as events of the contract.
use std::path::Path;

use polars::prelude::*;

use super::columns::{EVENTS, rename, text};
use super::times::Clock;
use crate::error::{Error, Result};
use crate::event::{KINDS, times as time_column};
use crate::job::Account;
use crate::options::Mapping;
use crate::time::Zone;

const QUALITIES: [&str; 4] = ["exact", "second", "day", "inherited"];

/// The rows that can be used, with the contract's columns first.
pub(super) fn normalise(
    frame: DataFrame,
    path: &Path,
    mapping: &Mapping,
    zone: Option<Zone>,
    account: &mut Account<'_>,
) -> Result<DataFrame> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let mut frame = with_default_kind(frame, path, mapping)?;
    frame = rename(frame, path, "events", &EVENTS, &|name| named(mapping, name), account)?;
    let column = |name: &str| frame.column(name).map_err(told);
    let clock = Clock { path, zone, unit: mapping.time_unit };
    let times = clock.read(column("time")?, account)?;
    let kinds = text(column("kind")?, path)?;

    // Each row is kept or refused here, once.
    let mut keep = Vec::with_capacity(frame.height());
    let mut known: Vec<&str> = Vec::with_capacity(frame.height());
    let missing = column("time")?.is_null();
    for (row, kind) in kinds.iter().enumerate() {
        let meant = kind.map(|kind| (kind, meaning(kind, mapping)));
        match (times.micros[row], meant) {
            (Some(_), Some((_, Some(kind)))) => {
                account.keep();
                keep.push(true);
                known.push(kind);
                continue;
            }
            (None, _) if missing.get(row) == Some(true) => account.refuse("time missing"),
            (None, _) => account.refuse("time cannot be read"),
            (_, None) => account.refuse("kind missing"),
            (_, Some((kind, None))) => account.refuse_quoting(
                format!("kind {kind:?} is none of the contract's"),
                "kind that is none of the contract's",
            ),
        }
        keep.push(false);
    }
    let mask = BooleanChunked::from_slice(PlSmallStr::EMPTY, &keep);
    let all_kept = known.len() == keep.len();
    let kept = if all_kept { frame } else { frame.filter(&mask).map_err(told)? };
    let micros = times.micros.iter().zip(&keep).filter_map(|(micros, keep)| micros.filter(|_| *keep)).collect();
    let is_day: Vec<bool> = times.is_day.iter().zip(&keep).filter(|(_, keep)| **keep).map(|(day, _)| *day).collect();

    let height = kept.height();
    let mut columns = vec![time_column("time", micros)];
    let known: StringChunked = known.into_iter().map(Some).collect();
    for name in ["member", "kind", "id", "thread", "parent", "channel", "platform", "text", "time_quality", "target"] {
        columns.push(match (name, kept.column(name)) {
            ("kind", _) => known.clone().with_name("kind".into()).into_column(),
            ("time_quality", column) => qualities(column.ok(), &is_day, path, account)?,
            (_, Ok(column)) => text(column, path)?.into_column(),
            ("target", Err(_)) => continue,
            (_, Err(_)) => Column::full_null(name.into(), height, &DataType::String),
        });
    }
    let is_extra = |column: &&Column| !EVENTS.iter().any(|known| known.name == column.name().as_str());
    columns.extend(kept.columns().iter().filter(is_extra).cloned());
    DataFrame::new(height, columns).map_err(told)
}

fn named(mapping: &Mapping, column: &str) -> Option<String> {
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
    let value = value.trim();
    KINDS.iter().find(|kind| kind.eq_ignore_ascii_case(value)).copied()
}

fn qualities(column: Option<&Column>, is_day: &[bool], path: &Path, account: &mut Account<'_>) -> Result<Column> {
    let given = column.map(|column| text(column, path)).transpose()?;
    let mut unknown = false;
    let qualities: StringChunked = is_day
        .iter()
        .enumerate()
        .map(|(row, is_day)| {
            let given = given.as_ref().and_then(|given| given.get(row));
            let known = given.and_then(|given| QUALITIES.into_iter().find(|quality| *quality == given));
            unknown |= given.is_some() && known.is_none();
            known.or(is_day.then_some("day"))
        })
        .collect();
    if unknown {
        account.intake.note("time_quality of unknown values, left out");
    }
    Ok(qualities.with_name("time_quality".into()).into_column())
}
