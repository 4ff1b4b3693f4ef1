//! What is asked of all partitions alike.
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use polars::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{BUCKET, NAMED_VERSION};
use crate::community::Whole;
use crate::error::{Error, Faults, Result};
use crate::hash;
use crate::kpi::{self, Kpi};
use crate::schema::{self, Kind};

/// More would be more than there are partitions anywhere, and fit no signed 32-bit number of an engine's partitions by far.
const MOST_BUCKETS: u32 = 1 << 20;

/// A KPI with its options, the zone and the end of observation, and the number of buckets: what every worker must agree on.
///
/// The zone and the options stand in every partial, and those of another zone or other options are refused. So does `as_of` where it is
/// given; where not, each partition observes until its own last event, and merging takes the latest of all: nothing has to be known before.
///
/// ```
/// use commonweal::{Partial, Partition, Spec};
/// use polars::prelude::*;
/// use serde_json::json;
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
/// let spec = Spec::new("response.first_response", &json!({"within": "1h"}))?.buckets(2)?;
/// let numbered = spec.with_buckets(events)?;
/// let number = numbered.column("cw_bucket")?.i32()?.clone();
/// let parts = (0..2).map(|bucket| {
///     let rows = numbered.filter(&number.equal(bucket))?;
///     spec.partial(&Partition::new(rows).bucket(bucket as u32))
/// });
/// let all = parts.collect::<Result<Vec<Partial>, _>>()?.into_iter().reduce(|a, b| a.merge(b).expect("parts of one spec"));
/// let table = all.expect("parts").finish(&spec)?;
/// assert_eq!(table.column("unanswered")?.i64()?.get(0), Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Spec {
    kpi: Arc<dyn Kpi>,
    zone: Tz,
    as_of: Option<DateTime<Utc>>,
    buckets: u32,
}

/// A [`Spec`] as JSON, as it travels to the workers.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Travelling {
    commonweal: String,
    #[serde(flatten)]
    asked: Asked,
    buckets: u32,
}

/// What makes partials of one and the same question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Asked {
    pub(super) kpi: String,
    pub(super) options: Value,
    pub(super) tz: String,
    pub(super) as_of: Option<DateTime<Utc>>,
}

impl Spec {
    /// A KPI by its name, with options as JSON; in UTC, until the last event of all, in one bucket.
    ///
    /// # Errors
    /// As [`crate::parse`].
    pub fn new(name: &str, options: &Value) -> Result<Self> {
        Ok(Self { kpi: Arc::from(kpi::parse(name, options)?), zone: Tz::UTC, as_of: None, buckets: 1 })
    }

    /// The zone of the calendar. Default: UTC.
    #[must_use]
    pub fn zone(self, zone: Tz) -> Self {
        Self { zone, ..self }
    }

    /// The end of observation, the same for all partitions; events after it are left out. Default: the latest event of all.
    #[must_use]
    pub fn as_of(self, as_of: DateTime<Utc>) -> Self {
        Self { as_of: Some(as_of), ..self }
    }

    /// Into how many buckets members, or threads, fall. Default: 1.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for none, or for more than 1,048,576.
    pub fn buckets(self, buckets: u32) -> Result<Self> {
        if !(1..=MOST_BUCKETS).contains(&buckets) {
            return Err(Error::option("buckets", format!("from 1 to {MOST_BUCKETS}"), buckets));
        }
        Ok(Self { buckets, ..self })
    }

    /// The KPI.
    pub fn kpi(&self) -> &dyn Kpi {
        self.kpi.as_ref()
    }

    /// What must be whole in a partition.
    pub fn key(&self) -> Whole {
        self.kpi.spec().whole
    }

    /// The number of buckets.
    pub fn n_buckets(&self) -> u32 {
        self.buckets
    }

    /// The zone of the calendar.
    pub fn calendar(&self) -> Tz {
        self.zone
    }

    /// The end of observation, where it was given.
    pub fn end(&self) -> Option<DateTime<Utc>> {
        self.as_of
    }

    /// The bucket of a member, or a thread: the CRC-32 (as of zlib and gzip) of its UTF-8 bytes, modulo the number of buckets. Without
    /// a name: 0, though such a row may be in any.
    pub fn bucket_of(&self, key: Option<&str>) -> u32 {
        key.map_or(0, |key| hash::bucket(key, self.buckets as usize) as u32)
    }

    /// Where a row without a name goes, that may go anywhere: by its time, so that no bucket gets all of them.
    fn bucket_at(&self, time: Option<i64>) -> u32 {
        hash::bucket(&time.unwrap_or_default().to_string(), self.buckets as usize) as u32
    }

    /// The events with the column `cw_bucket` (i32), and `thread` filled in where a row by itself tells it.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the events break the contract, or have acts with a parent and no thread while threads must be whole:
    /// those are found from other rows, maybe of other partitions.
    pub fn with_buckets(&self, events: DataFrame) -> Result<DataFrame> {
        let mut events = self.with_threads(events)?;
        let column = match self.key() {
            Whole::Member => "member",
            Whole::Thread => "thread",
        };
        let keys = match events.column(column) {
            Ok(keys) => keys.cast(&DataType::String)?.str()?.clone(),
            Err(_) => StringChunked::full_null(column.into(), events.height()),
        };
        let instants = events.column("time")?.as_materialized_series().to_physical_repr().into_owned();
        let rows = keys.iter().zip(instants.i64()?.iter());
        let numbers: Int32Chunked = rows
            .map(|(key, time)| Some(key.map_or_else(|| self.bucket_at(time), |key| self.bucket_of(Some(key))) as i32))
            .collect();
        events.with_column(numbers.with_name(BUCKET.into()).into_column())?;
        Ok(events)
    }

    /// The events, valid, with the threads that rows tell by themselves.
    pub(super) fn with_threads(&self, events: DataFrame) -> Result<DataFrame> {
        let mut faults = Faults::default();
        let mut events = schema::events(events, &mut faults);
        if self.needs_threads() && self.buckets > 1 {
            fill_by_row(&mut events, &mut faults);
        }
        faults.into_result()?;
        Ok(events)
    }

    /// One row for each bucket, with the columns of [`Spec::with_buckets`]: its `kind` is `cw_bucket`, all else but the number is null.
    /// Shuffled with the events, it tells the partition that holds it that the bucket is its own, also where no event falls into it.
    ///
    /// # Errors
    /// [`Error::Polars`], should polars refuse to build the frame.
    pub fn openers(&self, like: &DataFrame) -> Result<DataFrame> {
        let rows = self.buckets as usize;
        let mut openers = DataFrame::full_null(like.schema(), rows);
        openers.with_column(StringChunked::full("kind".into(), BUCKET, rows).into_column())?;
        let numbers: Int32Chunked = (0..self.buckets as i32).map(Some).collect();
        openers.with_column(numbers.with_name(BUCKET.into()).into_column())?;
        Ok(openers)
    }

    /// Whether threads must be known before the events are cut up.
    pub fn needs_threads(&self) -> bool {
        let grouped = self.kpi.scope().is_some_and(|scope| scope.by.iter().any(|by| by == "thread"));
        grouped || self.key() == Whole::Thread
    }

    /// The spec as JSON, for the workers.
    pub fn to_json(&self) -> String {
        let travelling =
            Travelling { commonweal: NAMED_VERSION.to_owned(), asked: self.asked(), buckets: self.buckets };
        kpi::canonical(&serde_json::json!(travelling))
    }

    /// The spec of [`Spec::to_json`].
    ///
    /// # Errors
    /// [`Error::State`] where another version of commonweal wrote it, [`Error::InvalidOption`] where it is none, and as [`Spec::new`].
    pub fn from_json(json: &str) -> Result<Self> {
        let none = |e: serde_json::Error| Error::option("spec", "the JSON of a Spec", e);
        let value: Value = serde_json::from_str(json).map_err(none)?;
        // First of all, since another version may write other fields.
        if let Some(theirs) = value.get("commonweal").and_then(Value::as_str).filter(|theirs| *theirs != NAMED_VERSION)
        {
            return Err(another_version("the job was made by", theirs));
        }
        let Travelling { asked, buckets, .. } = serde_json::from_value(value).map_err(none)?;
        let spec = Self::new(&asked.kpi, &asked.options)?.zone(crate::zone(&asked.tz)?).buckets(buckets)?;
        Ok(Self { as_of: asked.as_of, ..spec })
    }

    pub(super) fn asked(&self) -> Asked {
        Asked {
            kpi: self.kpi.spec().name.to_owned(),
            options: self.kpi.options(),
            tz: self.zone.name().to_owned(),
            as_of: self.as_of,
        }
    }
}

impl Asked {
    /// In what the other differs, in words; nothing where it does not.
    pub(super) fn difference(&self, other: &Self) -> Option<String> {
        let differ = |what: &str, a: &dyn std::fmt::Display, b: &dyn std::fmt::Display| {
            Some(format!("{what} is {a} in one and {b} in the other"))
        };
        if self.kpi != other.kpi {
            return differ("the KPI", &self.kpi, &other.kpi);
        }
        if self.tz != other.tz {
            return differ("tz", &self.tz, &other.tz);
        }
        if self.as_of != other.as_of {
            let said =
                |as_of: Option<DateTime<Utc>>| as_of.map_or_else(|| "the last event".to_owned(), |t| t.to_rfc3339());
            return differ("as_of", &said(self.as_of), &said(other.as_of));
        }
        let ours = self.options.as_object().into_iter().flatten();
        ours.filter_map(|(option, value)| Some((option, value, other.options.get(option)?)))
            .find_map(|(option, a, b)| (a != b).then(|| differ(option, a, b)).flatten())
    }
}

pub(super) fn another_version(what: &str, theirs: &str) -> Error {
    Error::State(format!(
        "{what} {theirs}, this is {NAMED_VERSION}: install one version on the driver and on every worker"
    ))
}

/// Fills the thread of posts that open one, and notes the acts whose thread only other rows can tell.
fn fill_by_row(events: &mut DataFrame, faults: &mut Faults) {
    // Names may be categories.
    let text = |name: &str| events.column(name).ok()?.cast(&DataType::String).ok()?.str().ok().cloned();
    let absent = || StringChunked::full_null("thread".into(), events.height());
    let (id, parent) = (text("id").unwrap_or_else(absent), text("parent").unwrap_or_else(absent));
    let thread = text("thread").unwrap_or_else(absent);
    let Some(kind) = text("kind") else { return };
    let rows = thread.iter().zip(id.iter()).zip(kind.iter());
    let filled: StringChunked =
        rows.map(|((thread, id), kind)| thread.or(id.filter(|_| kind == Some(Kind::Post.name())))).collect();
    let open = filled.iter().zip(parent.iter()).zip(kind.iter()).enumerate();
    let open = open.filter_map(|(row, ((thread, parent), kind))| {
        (thread.is_none() && parent.is_some() && kind != Some(Kind::Post.name())).then_some(row)
    });
    faults.no_thread(open.collect());
    // The length is that of the frame.
    let _ = events.with_column(filled.with_name("thread".into()).into_column());
}
