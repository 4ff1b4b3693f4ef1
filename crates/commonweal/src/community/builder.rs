//! From tables to a community: checked as a whole, every fault named.
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use polars::prelude::*;

use super::held::Held;
use super::{Community, Inner, Whole};
use crate::error::{Error, Fault, Faults, Result};
use crate::intake::Intake;
use crate::schema;
use crate::view::{Dense, RoleBook, Roles, dimension_spells, fill_threads};

/// Builds a [`Community`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    pub(super) events: DataFrame,
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
        let given = events.clone();
        let told = given.column("thread").is_ok_and(|thread| thread.null_count() == 0);
        fill_threads(&mut events)?;
        let time = events.column("time")?.datetime()?.physical().clone();
        let as_of = self.as_of.or_else(|| time.max()).unwrap_or(0);
        if !schema::TIME_RANGE.contains(&as_of) {
            return Err(Error::option("as_of", "in the years 1 to 9999", as_of));
        }
        let observed = time.lt_eq(as_of);
        let unobserved = (observed.len() - observed.sum().unwrap_or(0) as usize) as u64;
        if unobserved > 0 {
            events = events.filter(&observed)?;
        }
        // The text of ids, which is most of the events, goes before anything else is made of them.
        let (mut held, mut given) = (Held::new(events), Held::new(given));
        for name in ["id", "parent"] {
            held.pack(name);
            if unobserved == 0 { given.share(name, &held) } else { given.pack(name) }
        }
        let dense = Dense::build(held.frame())?;
        held.pack("thread");
        if unobserved == 0 && told {
            given.share("thread", &held);
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
            scores: Mutex::default(),
            terms: Mutex::default(),
            questions: Mutex::default(),
            dimensions: Mutex::default(),
            groups: Mutex::default(),
        })))
    }
}

pub(super) fn refuse_the_future(events: &DataFrame, now: i64, faults: &mut Faults) {
    let Some(time) = events.column("time").ok().and_then(|c| c.datetime().ok()) else { return };
    let late = |t: i64| t > now.saturating_add(CLOCK_TOLERANCE);
    let rows: Vec<usize> = time.physical().iter().enumerate().filter_map(|(row, t)| late(t?).then_some(row)).collect();
    if !rows.is_empty() {
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
