//! The community: validated events and members, and everything that is asked of them.
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use hashbrown::HashMap;
use polars::functions::concat_df_diagonal;
use polars::prelude::*;
use rayon::prelude::*;

use crate::error::{Error, Fault, Faults, Result};
use crate::hash::stable_hash;
use crate::intake::Intake;
use crate::kpi::{Groups, Horizon, Kpi, Part, Tables, Whole};
use crate::schema;
use crate::sentiment::Scores;
use crate::view::{Csr, Dense, Dimension, Roles, dimension_spells, fill_threads};

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
    events: DataFrame,
    members: Option<DataFrame>,
    affiliations: Option<DataFrame>,
    zone: Tz,
    as_of: i64,
    intake: Intake,
    /// Rows left out since they lie after the end of observation.
    unobserved: u64,
    partition_of: Option<Whole>,
    dense: Dense,
    roles: Roles,
    timeline: OnceLock<Csr>,
    conversations: OnceLock<Csr>,
    scores: OnceLock<Scores>,
    dimensions: Mutex<HashMap<String, Arc<Dimension>>>,
    groups: Mutex<HashMap<Vec<String>, Arc<Groups>>>,
}

/// Builds a [`Community`].
#[derive(Clone, Debug)]
#[must_use]
pub struct Builder {
    events: DataFrame,
    members: Option<DataFrame>,
    affiliations: Option<DataFrame>,
    zone: Tz,
    as_of: Option<i64>,
    now: Option<i64>,
    intake: Intake,
    partition_of: Option<Whole>,
    unobserved: u64,
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

        fill_threads(&mut events)?;
        let time = events.column("time")?.datetime()?.physical().clone();
        let as_of = self.as_of.or_else(|| time.max()).unwrap_or(0);
        let observed = time.lt_eq(as_of);
        let unobserved = (observed.len() - observed.sum().unwrap_or(0) as usize) as u64;
        if unobserved > 0 {
            events = events.filter(&observed)?;
        }
        let dense = Dense::build(&events)?;
        let spells = dimension_spells(affiliations.as_ref(), "role")?;
        let roles = Roles::build(&dense.member, members.as_ref(), spells.as_ref())?;
        Ok(Community(Arc::new(Inner {
            events,
            members,
            affiliations,
            zone: self.zone,
            as_of,
            intake: self.intake,
            unobserved: self.unobserved + unobserved,
            partition_of: self.partition_of,
            dense,
            roles,
            timeline: OnceLock::new(),
            conversations: OnceLock::new(),
            scores: OnceLock::new(),
            dimensions: Mutex::default(),
            groups: Mutex::default(),
        })))
    }
}

fn refuse_the_future(events: &DataFrame, now: i64, faults: &mut Faults) {
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

    fn rebuild(&self, events: DataFrame) -> Builder {
        let inner = &*self.0;
        Builder {
            members: inner.members.clone(),
            affiliations: inner.affiliations.clone(),
            zone: inner.zone,
            as_of: Some(inner.as_of),
            intake: inner.intake.clone(),
            partition_of: inner.partition_of,
            unobserved: inner.unobserved,
            ..Self::builder(events)
        }
    }

    /// The table of a KPI.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] and [`Error::UnknownDimension`] for options that do not fit, [`Error::State`] on a partition that
    /// does not keep whole what the KPI needs whole.
    pub fn compute(&self, kpi: &dyn Kpi) -> Result<DataFrame> {
        self.partial(kpi)?.finish(kpi, &self.horizon())
    }

    /// The additive tables of a KPI, to be merged with those of other partitions. Uses all cores.
    ///
    /// # Errors
    /// As [`Community::compute`].
    pub fn partial(&self, kpi: &dyn Kpi) -> Result<Tables> {
        kpi.check()?;
        let whole = kpi.spec().whole;
        if let Some(kept) = self.0.partition_of
            && kept != whole
        {
            let name = kpi.spec().name;
            return Err(Error::State(
                format!("{name} needs every {whole:?} whole, this is a partition by {kept:?}").to_lowercase(),
            ));
        }
        let parts = Part::cut(self, whole, rayon::current_num_threads());
        let parameters = crate::kpi::parameters(kpi, self.0.zone);
        parts
            .par_iter()
            .map(|part| Ok(Tables { parameters, tables: kpi.partial(part)? }))
            .try_reduce(|| Tables { parameters, tables: vec![] }, Tables::merge)
    }

    /// The end of observation and the zone, as [`Tables::finish`] needs them.
    pub fn horizon(&self) -> Horizon {
        Horizon { as_of: self.0.as_of, zone: self.0.zone }
    }

    /// The events for which `mask` is true. Members, zone and end of observation stay.
    ///
    /// # Errors
    /// [`Error::Polars`] where the mask has another length.
    pub fn filter(&self, mask: &BooleanChunked) -> Result<Self> {
        self.rebuild(self.0.events.filter(mask)?).build()
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
        let builder = self.rebuild(self.0.events.filter(&mask)?);
        Builder { as_of: Some(self.0.as_of.min(to)), ..builder }.build()
    }

    /// This community and more events. Observation ends with the later of both.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the events are not valid, or repeat an id.
    pub fn append(&self, events: DataFrame) -> Result<Self> {
        let mut faults = Faults::default();
        let events = schema::events(events, &mut faults);
        faults.into_result()?;
        let last = events.column("time")?.datetime()?.physical().max();
        let both = concat_df_diagonal(&[self.0.events.clone(), events])?;
        let builder = self.rebuild(both);
        Builder { as_of: Some(self.0.as_of.max(last.unwrap_or(self.0.as_of))), ..builder }.build()
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
            Whole::Thread => &inner.dense.thread,
        };
        let bucket = |label: &str| (stable_hash(label.as_bytes()) % n as u64) as usize;
        let buckets: Vec<usize> = codes.labels.iter().map(|label| bucket(label)).collect();
        let mut rows: Vec<Vec<IdxSize>> = vec![vec![]; n];
        for (row, code) in codes.rows.iter().enumerate() {
            rows[buckets.get(*code as usize).copied().unwrap_or(0)].push(row as IdxSize);
        }
        let mut parts = vec![];
        for (i, rows) in rows.into_iter().enumerate() {
            let events = inner.events.take(&IdxCa::from_vec("".into(), rows))?;
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
                unobserved: if first { inner.unobserved } else { 0 },
                partition_of: Some(whole),
                ..self.rebuild(events)
            };
            parts.push(builder.build()?);
        }
        Ok(parts)
    }

    /// The events, checked, with the types of the contract.
    pub fn events(&self) -> &DataFrame {
        &self.0.events
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
        self.0.events.height()
    }

    /// The number of distinct members that did something.
    pub fn n_members(&self) -> usize {
        self.0.dense.member.labels.len()
    }

    /// The number of distinct threads.
    pub fn n_threads(&self) -> usize {
        self.0.dense.thread.labels.len()
    }

    /// The first and the last event; none without events.
    pub fn span(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let time = self.0.dense.time();
        let (first, last) = (time.iter().min()?, time.iter().max()?);
        Some((DateTime::from_timestamp_micros(*first)?, DateTime::from_timestamp_micros(*last)?))
    }

    /// The account of the reader that made the tables.
    pub fn intake(&self) -> &Intake {
        &self.0.intake
    }

    pub(crate) fn unobserved(&self) -> u64 {
        self.0.unobserved
    }

    pub(crate) fn dense(&self) -> &Dense {
        &self.0.dense
    }

    pub(crate) fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// The rows of each member, in order of time.
    pub(crate) fn timeline(&self) -> &Csr {
        self.0.timeline.get_or_init(|| self.0.dense.timeline())
    }

    /// The rows of each thread, in order of time.
    pub(crate) fn conversations(&self) -> &Csr {
        self.0.conversations.get_or_init(|| self.0.dense.conversations())
    }

    /// The sentiment of each message.
    pub(crate) fn scores(&self) -> &Scores {
        self.0.scores.get_or_init(|| Scores::vader(&self.0.events))
    }

    pub(crate) fn dimension(&self, name: &str) -> Result<Arc<Dimension>> {
        let mut known = self.0.dimensions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(dimension) = known.get(name) {
            return Ok(dimension.clone());
        }
        let inner = &*self.0;
        let rows = (&inner.dense.member, inner.dense.time());
        let found = Dimension::build(name, &inner.events, inner.members.as_ref(), inner.affiliations.as_ref(), rows)?;
        Ok(known.entry(name.to_owned()).insert(Arc::new(found)).get().clone())
    }

    pub(crate) fn groups(&self, by: &[String]) -> Result<Arc<Groups>> {
        let mut known = self.0.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(groups) = known.get(by) {
            return Ok(groups.clone());
        }
        let found = Arc::new(Groups::build(self, by)?);
        Ok(known.entry(by.to_vec()).insert(found).get().clone())
    }
}
