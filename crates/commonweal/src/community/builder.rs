//! From tables to a community: checked as a whole, every fault named.
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use polars::prelude::*;

use super::held::{Held, PACKED, texts};
use super::{Community, Inner, Whole};
use crate::error::{Error, Fault, Faults, Result};
use crate::intake::Intake;
use crate::numbers::Numbers;
use crate::repeats::repeats;
use crate::schema;
use crate::view::{Dense, RoleBook, Roles, dimension_spells, fill_threads};

/// Builds a [`Community`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    pub(super) events: DataFrame,
    pub(super) numbered: Vec<(String, Numbers)>,
    pub(super) members: Option<DataFrame>,
    pub(super) affiliations: Option<DataFrame>,
    pub(super) zone: Tz,
    pub(super) as_of: Option<i64>,
    pub(super) now: Option<i64>,
    pub(super) intake: Intake,
    pub(super) partition_of: Option<Whole>,
    pub(super) unobserved: u64,
}

/// How far ahead of the clock an event may be before it is a fault: clocks differ.
const CLOCK_TOLERANCE: i64 = 86_400_000_000;

impl Builder {
    /// A column of names that differ in a number only, beside the events table instead of within: `id`, `thread` or `parent`, as long as the
    /// table. The community is the same, and is made in less time and memory.
    pub fn numbered(mut self, column: impl Into<String>, numbers: Numbers) -> Self {
        self.numbered.push((column.into(), numbers));
        self
    }

    /// Who the members are: `member` (unique), and any of `name`, `joined`, `left`, `role`, and columns to group by.
    pub fn members(self, members: DataFrame) -> Self {
        Self { members: Some(members), ..self }
    }

    /// Roles, departments and the like at the time of the act: `member`, `dimension`, `value`, `from`, `to`. They win over the members
    /// table, within `[from, to)`.
    pub fn affiliations(self, affiliations: DataFrame) -> Self {
        Self { affiliations: Some(affiliations), ..self }
    }

    /// The zone of the calendar. Default: UTC.
    pub fn zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// The end of observation; events after it are left out, and counted by [`crate::Quality`]. Default: the last event.
    pub fn as_of(self, as_of: DateTime<Utc>) -> Self {
        Self { as_of: Some(as_of.timestamp_micros()), ..self }
    }

    /// The present. Where it is told and `as_of` is not, events more than a day after it are a fault: as last event they would set the
    /// end of observation, and everything unanswered would seem to wait for years. So is an `as_of` more than a day after it. Default: not
    /// told, nothing is checked.
    pub fn now(self, now: DateTime<Utc>) -> Self {
        Self { now: Some(now.timestamp_micros()), ..self }
    }

    /// The account of the reader that made the tables, for [`crate::Quality`].
    pub fn intake(self, intake: Intake) -> Self {
        Self { intake, ..self }
    }

    /// As a part of a community that holds every member, or every thread, whole.
    pub(crate) fn part_of(self, whole: Whole) -> Self {
        Self { partition_of: Some(whole), ..self }
    }

    /// The community.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every fault of every table: missing columns, types, nulls, unknown values, repeated keys.
    pub fn build(self) -> Result<Community> {
        let mut faults = Faults::default();
        let mut events = schema::events(self.events, &mut faults);
        let numbered = numbered(self.numbered, &events, &mut faults);
        let ids = match numbered.iter().find(|(name, _)| *name == "id") {
            Some((_, numbers)) => Some(numbers.clone()),
            None => texts(&events, "id").and_then(|ids| Some(Arc::new(Numbers::of(ids)?))),
        };
        refuse_repeats(&events, ids.as_deref(), &mut faults);
        let members = self.members.map(|m| schema::members(m, &mut faults));
        let affiliations = self.affiliations.map(|a| schema::affiliations(a, &mut faults));
        match (self.now, self.as_of) {
            (Some(now), None) => refuse_the_future(&events, now, &mut faults),
            (Some(now), Some(as_of)) if as_of > now.saturating_add(CLOCK_TOLERANCE) => {
                let got = DateTime::from_timestamp_micros(as_of).unwrap_or_default();
                return Err(Error::option("as_of", "not in the future: what has not been observed is not known", got));
            }
            _ => {}
        }
        faults.into_result()?;

        // In one piece, as everything else reads it.
        let time = events.column("time")?.rechunk();
        events.replace("time", time)?;
        let mut given = Held::with(events.clone(), numbered.clone());
        let told = match given.numbers("thread") {
            Some(threads) => threads.null_count() == 0,
            None => events.column("thread").is_ok_and(|thread| thread.null_count() == 0),
        };
        let mut held = if told {
            Held::with(events, numbered)
        } else {
            let mut events = if numbered.is_empty() { events } else { given.whole() };
            fill_threads(&mut events)?;
            Held::new(events)
        };
        if let Some(ids) = ids {
            held.put("id", ids.clone());
            given.put("id", ids);
        }
        let time = held.frame().column("time")?.datetime()?.physical().clone();
        let as_of = self.as_of.or_else(|| time.max()).unwrap_or(0);
        if !schema::TIME_RANGE.contains(&as_of) {
            return Err(Error::option("as_of", "in the years 1 to 9999", as_of));
        }
        let mut unobserved = 0;
        if time.max().is_some_and(|last| last > as_of) {
            let observed = time.lt_eq(as_of);
            unobserved = (observed.len() - observed.sum().unwrap_or(0) as usize) as u64;
            held = held.filter(&observed)?;
        }
        // The text of ids, which is most of the events, goes before anything else is made of them.
        for name in ["thread", "parent"] {
            held.pack(name);
            match name {
                "thread" if !told => {}
                _ if unobserved == 0 => given.share(name, &held),
                _ => given.pack(name),
            }
        }
        let threads = held.lend("thread");
        // Where both tables have the same, neither keeps it: so codes can be made where the numbers lie.
        let is_coded = [threads.is_some(), threads.is_some() && told && unobserved == 0];
        if is_coded[1] {
            given.lend("thread");
        }
        let dense = Dense::build(held.frame(), threads)?;
        for (table, is_coded) in [&mut held, &mut given].into_iter().zip(is_coded) {
            if is_coded {
                table.code("thread", dense.thread());
            }
        }
        let spells = dimension_spells(affiliations.as_ref(), "role")?;
        let role_book = RoleBook::build(members.as_ref(), spells.as_ref())?;
        let roles = Roles::build(&dense.member, &role_book);
        Ok(Community(Arc::new(Inner {
            given,
            held,
            events: OnceLock::new(),
            members,
            affiliations,
            zone: self.zone,
            as_of,
            intake: self.intake,
            unobserved_before: self.unobserved,
            unobserved,
            partition_of: self.partition_of,
            dense,
            role_book,
            roles,
            membership: Mutex::default(),
            timeline: OnceLock::new(),
            contributing_days: OnceLock::new(),
            present_days: OnceLock::new(),
            conversations: OnceLock::new(),
            parents: Mutex::default(),
            ties: Mutex::default(),
            waits: Mutex::default(),
            scores: Mutex::default(),
            terms: Mutex::default(),
            questions: Mutex::default(),
            dimensions: Mutex::default(),
            groups: Mutex::default(),
        })))
    }
}

/// The columns that come beside the table, where there is a place for them.
fn numbered(
    columns: Vec<(String, Numbers)>,
    events: &DataFrame,
    faults: &mut Faults,
) -> Vec<(&'static str, Arc<Numbers>)> {
    let mut found: Vec<(&'static str, Arc<Numbers>)> = vec![];
    for (column, numbers) in columns {
        let known = PACKED.into_iter().find(|known| *known == column);
        let is_there = events.get_column_index(&column).is_some() || found.iter().any(|(name, _)| *name == column);
        let (problem, remedy) = match known {
            None => ("is not numbered".to_owned(), "give id, thread or parent so, all others in the table".to_owned()),
            Some(_) if is_there => ("is there twice".to_owned(), "give it in the table or beside it".to_owned()),
            Some(_) if numbers.len() != events.height() => {
                let problem = format!("has {} rows, the table {}", numbers.len(), events.height());
                (problem, "give each row its name, or null".to_owned())
            }
            Some(name) => {
                found.push((name, Arc::new(numbers)));
                continue;
            }
        };
        faults.push(Fault { table: "events", column, rows: vec![], problem, remedy });
    }
    found
}

/// Refuses ids that are there twice. `numbers` are theirs, where they differ in a number only.
fn refuse_repeats(events: &DataFrame, numbers: Option<&Numbers>, faults: &mut Faults) {
    let strings = texts(events, "id");
    let rows = match (numbers, strings) {
        (Some(numbers), _) => numbers.repeats(),
        (None, Some(strings)) => repeats(strings),
        (None, None) => return,
    };
    let value = |row: usize| match (strings, numbers) {
        (Some(strings), _) => strings.get(row).map(str::to_owned),
        (None, numbers) => numbers?.spelled_at(&[row as IdxSize]).get(0).map(str::to_owned),
    };
    schema::repeated("events", "id", rows, value, "keep one row of each act, as in events.unique(\"id\")", faults);
}

pub(super) fn refuse_the_future(events: &DataFrame, now: i64, faults: &mut Faults) {
    let Some(time) = events.column("time").ok().and_then(|c| c.datetime().ok()) else { return };
    let late = |t: i64| t > now.saturating_add(CLOCK_TOLERANCE);
    let time = time.physical();
    if time.max().is_some_and(late) {
        let rows = time.iter().enumerate().filter_map(|(row, t)| late(t?).then_some(row)).collect();
        let remedy = "mend them, or say with as_of when observation ended; what is later is then left out";
        faults.push(Fault {
            table: "events",
            column: "time".to_owned(),
            rows,
            problem: "lies in the future".to_owned(),
            remedy: remedy.to_owned(),
        });
    }
}
