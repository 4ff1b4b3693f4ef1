//! A table as members of the contract.
use std::collections::HashSet;
use std::path::Path;

use polars::prelude::*;

use super::columns::{MEMBERS, rename, text};
use super::times::Clock;
use super::{Raw, written};
use crate::error::{Error, Result};
use crate::event::times;
use crate::job::Account;
use crate::options::MembersMapping;
use crate::time::Zone;

const ROLES: [&str; 3] = ["member", "staff", "bot"];

/// The table with the contract's columns first.
pub(super) fn normalise(
    raw: Raw,
    path: &Path,
    mapping: &MembersMapping,
    zone: Option<Zone>,
    account: &mut Account<'_>,
) -> Result<DataFrame> {
    let named = |name: &str| match name {
        "member" => mapping.member.clone(),
        "name" => mapping.name.clone(),
        "joined" => mapping.joined.clone(),
        "left" => mapping.left.clone(),
        "role" => mapping.role.clone(),
        _ => None,
    };
    let mut frame = rename(raw.frame, path, "members", &MEMBERS, &named, account)?;
    if raw.is_text {
        frame =
            written::settle(frame, "members", &MEMBERS, &[], account).map_err(|error| Error::frame(path, &error))?;
    }
    let clock = Clock { path, zone, unit: None };
    let mut columns = Vec::new();
    for known in &MEMBERS {
        let Ok(column) = frame.column(known.name) else { continue };
        columns.push(match known.name {
            "joined" | "left" => {
                let micros = clock.read(column, account)?.micros;
                for _ in column.null_count()..micros.null_count() {
                    account.intake.note(&format!("members: {} cannot be read, left out", known.name));
                }
                times(known.name, micros)
            }
            "role" => roles(column, path, account)?,
            _ => text(column, path)?.into_column(),
        });
    }
    let is_extra = |column: &&Column| !MEMBERS.iter().any(|known| known.name == column.name().as_str());
    columns.extend(frame.columns().iter().filter(is_extra).cloned());
    DataFrame::new(frame.height(), columns).map_err(|error| Error::frame(path, &error))
}

/// `member`, `staff`, `bot`, or the truth of being staff.
fn roles(column: &Column, path: &Path, account: &mut Account<'_>) -> Result<Column> {
    let roles: StringChunked = match column.bool() {
        Ok(staff) => staff.iter().map(|staff| (staff == Some(true)).then_some("staff")).collect(),
        Err(_) => {
            let mut known = |role: &str| {
                let found = ROLES.into_iter().find(|known| known.eq_ignore_ascii_case(role.trim()));
                if found.is_none() {
                    account.intake.note("members: role that is none of member, staff, bot, left out");
                }
                found
            };
            text(column, path)?.iter().map(|role| role.and_then(&mut known)).collect()
        }
    };
    Ok(roles.with_name("role".into()).into_column())
}

/// One row a member: the first.
pub(super) fn unique(frame: DataFrame, path: &Path, account: &mut Account<'_>) -> Result<DataFrame> {
    let told = |error: PolarsError| Error::frame(path, &error);
    let member = frame.column("member").and_then(|column| column.str().cloned()).map_err(told)?;
    let mut seen: HashSet<&str> = HashSet::with_capacity(member.len());
    let keep: Vec<bool> = member
        .iter()
        .map(|member| match member {
            None => {
                account.intake.note("members: row without a member, left out");
                false
            }
            Some(member) => {
                let is_new = seen.insert(member);
                if !is_new {
                    account.intake.note("members: row of a member seen before, left out");
                }
                is_new
            }
        })
        .collect();
    frame.filter(&BooleanChunked::from_slice(PlSmallStr::EMPTY, &keep)).map_err(told)
}
