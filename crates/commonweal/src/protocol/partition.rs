//! What one worker holds: events of some buckets, and the members.
use chrono::{DateTime, Utc};
use hashbrown::HashSet;
use polars::prelude::*;

use super::{BUCKET, Partial, Spec};
use crate::community::{Community, Whole};
use crate::error::{Error, Faults, Result};
use crate::kpi::Tables;
use crate::schema;

/// Events of whole buckets, with the members and affiliations of the whole community.
#[derive(Clone, Debug)]
#[must_use]
pub struct Partition {
    events: DataFrame,
    members: Option<DataFrame>,
    affiliations: Option<DataFrame>,
    buckets: Option<Vec<u32>>,
    now: Option<DateTime<Utc>>,
}

impl Partition {
    /// These events. Without [`Partition::bucket`] their column `cw_bucket` and the rows of [`Spec::openers`] among them tell which buckets
    /// they are; with a spec of one bucket they are all there is.
    pub fn new(events: DataFrame) -> Self {
        Self { events, members: None, affiliations: None, buckets: None, now: None }
    }

    /// The members of the whole community; a partition by member takes its own of them.
    pub fn members(self, members: DataFrame) -> Self {
        Self { members: Some(members), ..self }
    }

    /// The affiliations of the whole community.
    pub fn affiliations(self, affiliations: DataFrame) -> Self {
        Self { affiliations: Some(affiliations), ..self }
    }

    /// The one bucket that this is, also where it is empty.
    pub fn bucket(self, bucket: u32) -> Self {
        self.buckets([bucket])
    }

    /// The buckets that this is, also where some are empty.
    pub fn buckets(self, buckets: impl IntoIterator<Item = u32>) -> Self {
        Self { buckets: Some(buckets.into_iter().collect()), ..self }
    }

    /// The present, as in [`crate::Builder::now`].
    pub fn now(self, now: DateTime<Utc>) -> Self {
        Self { now: Some(now), ..self }
    }
}

impl Spec {
    /// The partial of a partition.
    ///
    /// # Errors
    /// As [`Spec::partials`].
    pub fn partial(&self, partition: &Partition) -> Result<Partial> {
        let mut one = Self::partials(std::slice::from_ref(self), partition)?;
        one.pop().ok_or_else(Error::malformed)
    }

    /// The partials of several specs, which share the decoding and the views of the events.
    ///
    /// # Errors
    /// [`Error::State`] where a member, or a thread, is not of the buckets of this partition, or nothing tells which they are;
    /// [`Error::InvalidOption`] where the specs do not share key, zone, `as_of` and number of buckets; [`Error::Invalid`] where the
    /// tables break the contract; and as [`Community::compute`].
    pub fn partials(specs: &[Self], partition: &Partition) -> Result<Vec<Partial>> {
        let Some(spec) = specs.first() else { return Ok(vec![]) };
        let shared = |s: &Self| (s.key(), s.calendar(), s.end(), s.n_buckets());
        if let Some(other) = specs.iter().find(|other| shared(other) != shared(spec)) {
            let got = format!("{} beside {}", other.kpi().spec().name, spec.kpi().spec().name);
            return Err(Error::option("specs", "of one key, tz, as_of and number of buckets", got));
        }
        let (events, own) = own(spec, partition)?;
        let events = spec.with_threads(events)?;
        let mut community = Community::builder(events).zone(spec.calendar()).part_of(spec.key());
        if let Some(as_of) = spec.end() {
            community = community.as_of(as_of);
        }
        if let Some(now) = partition.now {
            community = community.now(now);
        }
        let mut faults = Faults::default();
        let members = partition.members.clone().map(|table| schema::members(table, &mut faults));
        let affiliations = partition.affiliations.clone().map(|table| schema::affiliations(table, &mut faults));
        faults.into_result()?;
        let ours = |table: DataFrame| -> Result<DataFrame> {
            if spec.key() == Whole::Thread || own.len() == spec.n_buckets() as usize {
                return Ok(table);
            }
            let mask = table.column("member")?.str()?.iter().map(|m| Some(own.contains(&spec.bucket_of(m)))).collect();
            Ok(table.filter(&mask)?)
        };
        if let Some(members) = members {
            community = community.members(ours(members)?);
        }
        if let Some(affiliations) = affiliations {
            community = community.affiliations(ours(affiliations)?);
        }
        let community = community.build()?;
        if spec.n_buckets() > 1 {
            check_keys(spec, &community, &own)?;
        }
        let mut owned: Vec<u32> = own.into_iter().collect();
        owned.sort_unstable();
        let tables = |spec: &Self| -> Result<Tables> {
            if owned.is_empty() {
                return Ok(Tables::empty(spec.kpi(), spec.calendar()));
            }
            let tables = community.partial(spec.kpi())?;
            // Where nothing was seen, observation has not ended anywhere.
            let unseen = spec.end().is_none() && community.n_events() == 0;
            Ok(if unseen { Tables { as_of: i64::MIN, ..tables } } else { tables })
        };
        specs.iter().map(|spec| Ok(Partial::new(spec, owned.clone(), tables(spec)?))).collect()
    }
}

/// The events without the rows that open buckets, and the buckets.
fn own(spec: &Spec, partition: &Partition) -> Result<(DataFrame, HashSet<u32>)> {
    let events = &partition.events;
    let numbers = match events.column(BUCKET) {
        Ok(column) => Some(numbers(spec, column)?),
        Err(_) => None,
    };
    let kind = events.column("kind").ok().map(|kind| kind.cast(&DataType::String)).transpose()?;
    let opens: BooleanChunked = match kind.as_ref().filter(|_| numbers.is_some()) {
        Some(kind) => kind.str()?.iter().map(|kind| Some(kind == Some(BUCKET))).collect(),
        None => BooleanChunked::full("".into(), false, events.height()),
    };
    let mut rows = if opens.any() { events.filter(&!&opens)? } else { events.clone() };
    if numbers.is_some() {
        rows = rows.drop(BUCKET)?;
    }
    let said: Option<HashSet<u32>> = match &partition.buckets {
        Some(buckets) => Some(buckets.iter().copied().collect()),
        None => (spec.n_buckets() == 1 && numbers.is_none()).then(|| HashSet::from([0])),
    };
    if let Some(bucket) = said.iter().flatten().find(|bucket| **bucket >= spec.n_buckets()) {
        return Err(Error::option("bucket", format!("less than {}", spec.n_buckets()), bucket));
    }
    let opened = numbers
        .iter()
        .flatten()
        .zip(opens.iter())
        .filter_map(|(bucket, opens)| (opens == Some(true)).then_some(*bucket));
    let mut own: HashSet<u32> = HashSet::new();
    for bucket in opened {
        if !own.insert(bucket) {
            return Err(Error::State(format!("bucket {bucket} was opened twice in one partition")));
        }
    }
    match said {
        Some(said) if own.is_subset(&said) => own = said,
        Some(said) => {
            return Err(Error::State(format!("this is bucket {}, its rows open {}", list(&said), list(&own))));
        }
        None if numbers.is_some() => {}
        None => {
            return Err(Error::State(format!(
                "nothing tells which of {} buckets these events are: give the bucket, or number the rows before they are cut up",
                spec.n_buckets()
            )));
        }
    }
    if let Some(numbers) = &numbers
        && let Some(row) = numbers.iter().position(|bucket| !own.contains(bucket))
    {
        return Err(Error::State(format!(
            "a row is of bucket {}, this partition holds {}: the buckets were not kept together",
            numbers[row],
            list(&own)
        )));
    }
    Ok((rows, own))
}

/// The column of bucket numbers.
fn numbers(spec: &Spec, column: &Column) -> Result<Vec<u32>> {
    let numbers = column.cast(&DataType::Int64)?;
    let within = |n: Option<i64>| n.and_then(|n| u32::try_from(n).ok()).filter(|n| *n < spec.n_buckets());
    let wrong = |n: Option<i64>| {
        let got = n.map_or_else(|| "null".to_owned(), |n| n.to_string());
        Error::State(format!("a row has the bucket {got}, there are {}", spec.n_buckets()))
    };
    numbers.i64()?.iter().map(|n| within(n).ok_or_else(|| wrong(n))).collect()
}

/// Whether each member, or thread, belongs here: by its name, whatever the engine thought. A row without one can be anywhere.
fn check_keys(spec: &Spec, community: &Community, own: &HashSet<u32>) -> Result<()> {
    let (name, codes) = match spec.key() {
        Whole::Member => ("member", &community.dense().member),
        Whole::Thread => ("thread", community.dense().thread()),
    };
    let astray = |key: &str| Some(spec.bucket_of(Some(key))).filter(|bucket| !own.contains(bucket));
    match codes.labels.iter().find_map(|key| Some((key, astray(key)?))) {
        Some((key, bucket)) => Err(Error::State(format!(
            "{name} {key:?} belongs to bucket {bucket}, this partition holds {}: {name}s were torn apart",
            list(own)
        ))),
        None => Ok(()),
    }
}

/// Buckets in words.
pub(super) fn list<'a>(buckets: impl IntoIterator<Item = &'a u32>) -> String {
    const SHOWN: usize = 8;
    let mut buckets: Vec<u32> = buckets.into_iter().copied().collect();
    buckets.sort_unstable();
    let shown: Vec<String> = buckets.iter().take(SHOWN).map(u32::to_string).collect();
    match buckets.len() {
        0 => "none".to_owned(),
        n if n > SHOWN => format!("{} and {} more", shown.join(", "), n - SHOWN),
        _ => shown.join(", "),
    }
}
