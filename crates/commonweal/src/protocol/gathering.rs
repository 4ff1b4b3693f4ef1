//! Partials put together as they come.
use super::Partial;
use crate::error::{Error, Result};

/// Partials put together as they come, in any order: those of about as many with one another, so that each is gone through as often as their
/// number can be halved, and what is held is little more than their sum. After an error what was gathered is lost.
///
/// ```
/// use commonweal::{Community, Gathering, Partition, Spec};
/// use polars::prelude::*;
/// use serde_json::json;
///
/// let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
/// let at = |hour: i64| 1_767_600_000_000_000 + hour * 3_600_000_000;
/// let mut events = df!["time" => [at(0), at(1), at(2)], "member" => ["ana", "bo", "ana"], "kind" => ["post"; 3]]?;
/// events.with_column(events.column("time")?.cast(&utc)?)?;
///
/// let spec = Spec::new("engagement.activity", &json!({}))?.buckets(2)?;
/// let numbered = spec.with_buckets(events.clone())?;
/// let mut gathering = Gathering::default();
/// for bucket in 0..2 {
///     let own = numbered.filter(&numbered.column("cw_bucket")?.as_materialized_series().equal(bucket)?)?;
///     gathering.add(spec.partial(&Partition::new(own).bucket(bucket as u32))?)?;
/// }
/// let table = gathering.sum()?.finish(&spec)?;
/// assert!(table.equals_missing(&Community::builder(events).build()?.compute(spec.kpi())?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Gathering {
    /// Sums, with how many partials each is of: fewer and fewer.
    sums: Vec<(usize, Partial)>,
}

impl Gathering {
    /// Adds a partial.
    ///
    /// # Errors
    /// As [`Partial::merge`].
    pub fn add(&mut self, partial: Partial) -> Result<()> {
        let mut sum = (1, partial);
        while let Some((many, last)) = self.sums.pop_if(|(many, _)| *many <= sum.0) {
            sum = (many + sum.0, last.merge(sum.1)?);
        }
        self.sums.push(sum);
        Ok(())
    }

    /// The sum of all of them.
    ///
    /// # Errors
    /// [`Error::State`] where there are none; as [`Partial::merge`].
    pub fn sum(&mut self) -> Result<&Partial> {
        while self.sums.len() > 1
            && let (Some((many, last)), Some((more, before))) = (self.sums.pop(), self.sums.pop())
        {
            self.sums.push((more + many, before.merge(last)?));
        }
        self.sums.first().map(|(_, sum)| sum).ok_or_else(|| Error::State("there are none to merge".to_owned()))
    }
}
