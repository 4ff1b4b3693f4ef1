//! The community: validated events and members, and everything that is asked of them.
mod builder;
mod cache;
mod concat;
mod held;
mod saved;
mod views;

use std::str::FromStr;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use polars::functions::concat_df_diagonal;
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Faults, Result};
use crate::hash;
use crate::intake::Intake;
use crate::kpi::Table;
use crate::schema;
use crate::view::scores::Scores;
use crate::view::{
    ActiveDays, Csr, Dense, Dimension, Groups, KnownParents, Membership, Questions, RoleBook, Roles, Terms,
};

pub use builder::Builder;
use cache::{Cache, Last, made};
use held::Held;

/// What must be whole in a partition for a KPI to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whole {
    /// All events of a member are together.
    Member,
    /// All events of a thread are together.
    Thread,
}

/// A community: what its members did, and who they are.
///
/// Built once from tables, checked as a whole, then asked for KPIs. Cheap to clone: clones share the data and the views of it.
///
/// ```
/// use commonweal::{Community, FirstResponse, Span};
/// use polars::prelude::*;
///
/// let at = |minute: i64| 1_700_000_000_000_000 + minute * 60_000_000;
/// let mut events = df![
///     "time" => [at(0), at(7), at(90)],
///     "member" => ["ana", "bo", "cy"],
///     "kind" => ["post", "reply", "post"],
///     "thread" => ["t1", "t1", "t2"],
/// ]?;
/// let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
/// events.with_column(events.column("time")?.cast(&utc)?)?;
///
/// let community = Community::builder(events).build()?;
/// let table = community.compute(&FirstResponse { within: vec![Span::hours(1)], ..Default::default() })?;
/// assert_eq!(table.column("answered")?.i64()?.get(0), Some(1));
/// assert_eq!(table.column("unanswered")?.i64()?.get(0), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Community(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The events as they were given: threads not filled in, those after the end of observation among them. What `append` adds to.
    given: Held,
    /// The events. Names may be categories: see [`Community::events`].
    held: Held,
    events: OnceLock<DataFrame>,
    members: Option<DataFrame>,
    affiliations: Option<DataFrame>,
    zone: Tz,
    as_of: i64,
    intake: Intake,
    /// Rows left out since they lie after the end of observation.
    unobserved: u64,
    /// The same of the community that this is a part of.
    unobserved_before: u64,
    partition_of: Option<Whole>,
    dense: Dense,
    role_book: RoleBook,
    roles: Roles,
    membership: Cache<(), Option<Membership>>,
    timeline: OnceLock<Csr>,
    contributing_days: OnceLock<ActiveDays>,
    present_days: OnceLock<ActiveDays>,
    conversations: OnceLock<Csr>,
    parents: Cache<(), KnownParents>,
    /// The ties that were asked for last, and what was asked.
    ties: Last<Vec<Table>>,
    /// The waits that were asked for last.
    waits: Last<Vec<Table>>,
    scores: Cache<String, Scores>,
    terms: Cache<(), Terms>,
    questions: Cache<(), Questions>,
    dimensions: Cache<String, Dimension>,
    groups: Cache<Vec<String>, Groups>,
}

/// The zone of an IANA name.
///
/// # Errors
/// [`Error::InvalidOption`] where there is no such zone.
pub fn zone(name: &str) -> Result<Tz> {
    Tz::from_str(name)
        .map_err(|_| Error::option("tz", "an IANA time zone such as \"UTC\" or \"Europe/Berlin\"", format!("{name:?}")))
}

impl Community {
    /// Starts from an events table: `time`, `member`, `kind`, and any of the columns of the contract; others are kept.
    pub fn builder(events: DataFrame) -> Builder {
        Builder {
            events,
            numbered: vec![],
            members: None,
            affiliations: None,
            zone: Tz::UTC,
            as_of: None,
            now: None,
            intake: Intake::default(),
            partition_of: None,
            unobserved: 0,
        }
    }

    /// Starts from other events with all else as it is.
    pub(crate) fn rebuild(&self, events: DataFrame) -> Builder {
        let inner = &*self.0;
        Builder {
            members: inner.members.clone(),
            affiliations: inner.affiliations.clone(),
            zone: inner.zone,
            as_of: Some(inner.as_of),
            intake: inner.intake.clone(),
            partition_of: inner.partition_of,
            unobserved: inner.unobserved + inner.unobserved_before,
            ..Self::builder(events)
        }
    }

    /// The events for which `mask` is true. Members, zone and end of observation stay.
    ///
    /// # Errors
    /// [`Error::Polars`] where the mask has another length.
    pub fn filter(&self, mask: &BooleanChunked) -> Result<Self> {
        self.rebuild(self.0.held.whole().filter(mask)?).build()
    }

    /// The events in `[start, end)`. Observation ends at `end`, or where it ended before.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] where `end` is not after `start`.
    pub fn between(&self, start: DateTime<Utc>, end: DateTime<Utc>) -> Result<Self> {
        let (from, to) = (start.timestamp_micros(), end.timestamp_micros());
        if to <= from {
            return Err(Error::option("end", format!("after start, {start}"), end));
        }
        let mask: BooleanChunked = self.0.dense.time().iter().map(|t| Some((from..to).contains(t))).collect();
        let builder = self.rebuild(self.0.held.whole().filter(&mask)?);
        Builder { as_of: Some(self.0.as_of.min(to)), ..builder }.build()
    }

    /// This community and more events. Observation ends with the later of both; events that lay after it before are in, if they no
    /// longer do. Where no `as_of` was given, batches in any order give the same.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the events are not valid, repeat an id, or have a column of another type.
    pub fn append(&self, events: DataFrame) -> Result<Self> {
        self.append_before(events, None)
    }

    /// The same, where the present is told: events more than a day after it are a fault, see [`Builder::now`].
    ///
    /// # Errors
    /// As [`Community::append`].
    pub fn append_before(&self, events: DataFrame, now: Option<DateTime<Utc>>) -> Result<Self> {
        let mut faults = Faults::default();
        let events = schema::events(events, &mut faults);
        if let Some(now) = now {
            builder::refuse_the_future(&events, now.timestamp_micros(), &mut faults);
        }
        // Two tables number their categories in two ways.
        let (given, events) = (schema::spelled_out(&self.0.given.whole()), schema::spelled_out(&events));
        schema::same_types(&given, &events, &mut faults);
        faults.into_result()?;
        let last = events.column("time")?.datetime()?.physical().max();
        let both = concat_df_diagonal(&[given, events])?;
        let as_of = Some(self.0.as_of.max(last.unwrap_or(self.0.as_of)));
        Builder { as_of, unobserved: self.0.unobserved_before, ..self.rebuild(both) }.build()
    }

    /// `n` communities that hold every member whole, or every thread, by a hash of its name that never changes. Rows without one are in
    /// the first. Merged partials of all of them finish to the tables of the whole.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for `n` of 0.
    pub fn partition(&self, n: usize, whole: Whole) -> Result<Vec<Self>> {
        if n == 0 {
            return Err(Error::option("n", "1 or more", n));
        }
        let inner = &*self.0;
        let codes = match whole {
            Whole::Member => &inner.dense.member,
            Whole::Thread => inner.dense.thread(),
        };
        let bucket = |label: &str| hash::bucket(label, n);
        let buckets: Vec<usize> = codes.labels.iter().map(bucket).collect();
        let mut rows: Vec<Vec<IdxSize>> = vec![vec![]; n];
        for (row, code) in codes.rows.iter().enumerate() {
            rows[buckets.get(*code as usize).copied().unwrap_or(0)].push(row as IdxSize);
        }
        let held = inner.held.whole();
        let mut parts = vec![];
        for (i, rows) in rows.into_iter().enumerate() {
            let events = held.take(&IdxCa::from_vec("".into(), rows))?;
            let own = |table: &Option<DataFrame>| -> Result<Option<DataFrame>> {
                let Some(table) = table.as_ref().filter(|_| whole == Whole::Member) else { return Ok(table.clone()) };
                let mask = table.column("member")?.str()?.iter().map(|m| Some(m.map_or(0, bucket) == i)).collect();
                Ok(Some(table.filter(&mask)?))
            };
            let first = i == 0;
            let builder = Builder {
                members: own(&inner.members)?,
                affiliations: own(&inner.affiliations)?,
                intake: if first { inner.intake.clone() } else { Intake::default() },
                unobserved: if first { inner.unobserved + inner.unobserved_before } else { 0 },
                partition_of: Some(whole),
                ..self.rebuild(events)
            };
            parts.push(builder.build()?);
        }
        Ok(parts)
    }

    /// The events, checked, with the types of the contract.
    pub fn events(&self) -> &DataFrame {
        made(&self.0.events, || schema::spelled_out(&self.0.held.whole()))
    }

    /// The members, where they were given.
    pub fn members(&self) -> Option<&DataFrame> {
        self.0.members.as_ref()
    }

    /// The zone of the calendar.
    pub fn zone(&self) -> Tz {
        self.0.zone
    }

    /// The end of observation.
    pub fn as_of(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.as_of).unwrap_or_default()
    }

    /// The number of events.
    pub fn n_events(&self) -> usize {
        self.0.held.frame().height()
    }

    /// The number of distinct members that did something.
    pub fn n_members(&self) -> usize {
        self.0.dense.member.labels.len()
    }

    /// The number of distinct threads.
    pub fn n_threads(&self) -> usize {
        self.0.dense.thread().labels.len()
    }

    /// The first and the last event; none without events.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (first, last) = self.0.dense.span()?;
        Some((DateTime::from_timestamp_micros(first)?, DateTime::from_timestamp_micros(last)?))
    }

    /// The account of the reader that made the tables.
    pub fn intake(&self) -> &Intake {
        &self.0.intake
    }

    /// How many events are of an archive that holds one side of the talk alone.
    pub(crate) fn one_sided(&self) -> usize {
        // A column of another type was a fault of the events.
        let marks = self.0.held.frame().column("one_sided").ok().and_then(|column| column.bool().ok());
        marks.and_then(|marks| marks.sum()).map_or(0, |rows| rows as usize)
    }

    pub(crate) fn partition_of(&self) -> Option<Whole> {
        self.0.partition_of
    }

    pub(crate) fn unobserved(&self) -> u64 {
        self.0.unobserved + self.0.unobserved_before
    }
}
