//! Columns to group by, from the events, the members or the affiliations.
use hashbrown::HashMap;
use polars::prelude::*;

use super::value_codes::ValueCodes;
use super::{Codes, NONE};
use crate::error::{Error, Result};
use crate::schema::Role;

/// Stands in a group for a column of the events, where only the member's own columns are meant.
pub(crate) const ANY: &str = "\u{1}any";

/// A spell of an affiliation: the value holds in `[from, to)`.
#[derive(Clone, Debug)]
pub(crate) struct Spell {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) value: String,
}

/// The spells of one dimension, by member, in order of their start.
pub(crate) type Spells = HashMap<String, Vec<Spell>>;

/// Reads the spells of a dimension; none where the affiliations do not hold it.
pub(crate) fn spells(affiliations: Option<&DataFrame>, dimension: &str) -> Result<Option<Spells>> {
    let Some(table) = affiliations else { return Ok(None) };
    let end = |name: &str, open: i64| -> Result<Vec<i64>> {
        Ok(match table.column(name) {
            Ok(column) => column.datetime()?.physical().iter().map(|t| t.unwrap_or(open)).collect(),
            Err(_) => vec![open; table.height()],
        })
    };
    let (from, to) = (end("from", i64::MIN)?, end("to", i64::MAX)?);
    let (member, name, value) =
        (table.column("member")?.str()?, table.column("dimension")?.str()?, table.column("value")?.str()?);
    let mut found = Spells::new();
    for (row, (from, to)) in from.into_iter().zip(to).enumerate() {
        if let (Some(member), Some(dim), Some(value)) = (member.get(row), name.get(row), value.get(row))
            && dim == dimension
        {
            found.entry(member.to_owned()).or_default().push(Spell { from, to, value: value.to_owned() });
        }
    }
    for spans in found.values_mut() {
        spans.sort_by(|a, b| (a.from, a.to, &a.value).cmp(&(b.from, b.to, &b.value)));
    }
    Ok((!found.is_empty()).then_some(found))
}

/// The values of one column to group by.
#[derive(Debug)]
pub(crate) struct Dimension {
    /// The value of each event.
    pub(crate) events: ValueCodes,
    /// For a column of the members: the value of each member, and its spells.
    pub(crate) of_members: Option<(HashMap<String, String>, Spells)>,
    /// The value of members of whom nothing else is said.
    otherwise: Option<&'static str>,
}

impl Dimension {
    /// Finds the column: in the events first, then in the affiliations and the members.
    pub(crate) fn build(
        name: &str,
        events: &DataFrame,
        members: Option<&DataFrame>,
        affiliations: Option<&DataFrame>,
        (member, time): (&Codes, &[i64]),
    ) -> Result<Self> {
        if !matches!(name, "time" | "text" | "id")
            && let Ok(column) = events.column(name)
        {
            return Ok(Self { events: ValueCodes::encode(column)?, of_members: None, otherwise: None });
        }
        let spells = spells(affiliations, name)?;
        let column = members.and_then(|m| Some((m.column("member").ok()?, m.column(name).ok()?)));
        if (spells.is_none() && column.is_none() && name != "role") || matches!(name, "time" | "text" | "id") {
            return Err(Error::UnknownDimension {
                name: name.to_owned(),
                have: available(events, members, affiliations),
            });
        }
        let mut values = HashMap::new();
        if let Some((key, column)) = column {
            let codes = Codes::encode(column)?;
            for (key, code) in key.str()?.iter().zip(codes.rows.iter()) {
                let value = codes.label(*code);
                if let (Some(key), Some(value)) = (key, value) {
                    values.insert(key.to_owned(), value.to_owned());
                }
            }
        }
        let spells = spells.unwrap_or_default();
        // A member without a role is a member.
        let otherwise = (name == "role").then_some(Role::Member.name());
        let dimension = Self { events: Codes::default().into(), of_members: Some((values, spells)), otherwise };
        let events = dimension.of_events(member, time).into();
        Ok(Self { events, ..dimension })
    }

    /// The value of a member's column at a time.
    pub(crate) fn of_member(&self, member: &str, time: i64) -> Option<&str> {
        let (values, spells) = self.of_members.as_ref()?;
        let spell = spells.get(member).and_then(|s| s.iter().find(|s| s.from <= time && time < s.to));
        spell.map(|s| s.value.as_str()).or_else(|| values.get(member).map(String::as_str)).or(self.otherwise)
    }

    fn of_events(&self, member: &Codes, time: &[i64]) -> Codes {
        let mut codes: HashMap<String, u32> = HashMap::new();
        let mut labels: Vec<String> = vec![];
        let mut code_of = |value: Option<&str>| match value {
            None => NONE,
            Some(value) => *codes.entry_ref(value).or_insert_with(|| {
                labels.push(value.to_owned());
                labels.len() as u32 - 1
            }),
        };
        let varies = |name: &str| self.of_members.as_ref().is_some_and(|(_, spells)| spells.contains_key(name));
        let fixed: Vec<Option<u32>> =
            (member.labels.iter()).map(|name| (!varies(name)).then(|| code_of(self.of_member(name, 0)))).collect();
        let rows = (member.rows.iter().zip(time))
            .map(|(code, time)| match fixed.get(*code as usize) {
                None => NONE,
                Some(Some(fixed)) => *fixed,
                Some(None) => code_of(self.of_member(&member.labels[*code as usize], *time)),
            })
            .collect();
        Codes { rows, labels: labels.into_iter().collect() }
    }
}

fn available(events: &DataFrame, members: Option<&DataFrame>, affiliations: Option<&DataFrame>) -> Vec<String> {
    let reserved = ["time", "text", "id", "parent", "member", "joined", "left", "name"];
    let mut have: Vec<String> = (events.get_column_names().into_iter())
        .chain(members.iter().flat_map(|m| m.get_column_names()))
        .map(|name| name.to_string())
        .filter(|name| !reserved.contains(&name.as_str()))
        .collect();
    if let Some(Ok(Ok(names))) = affiliations.map(|a| a.column("dimension").map(|c| c.str().cloned())) {
        have.extend(names.iter().flatten().map(str::to_owned));
    }
    have.push("role".to_owned());
    have.sort();
    have.dedup();
    have
}
