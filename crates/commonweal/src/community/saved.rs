//! A community put away, and made again.
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Builder, Community, Whole};
use crate::error::{Error, Result};
use crate::intake::Intake;

/// What a community is made of beside its tables.
#[derive(Debug, Serialize, Deserialize)]
struct Rest {
    zone: String,
    as_of: i64,
    intake: Intake,
    partition_of: Option<Whole>,
    /// Rows left out of the community that this is a part of.
    unobserved: u64,
}

impl Community {
    /// The events as they were given, those after the end of observation among them: what [`Community::restore`] takes.
    pub fn given(&self) -> DataFrame {
        crate::schema::spelled_out(&self.0.given.whole())
    }

    /// Roles, departments and the like at the time of the act, where they were given.
    pub fn affiliations(&self) -> Option<&DataFrame> {
        self.0.affiliations.as_ref()
    }

    /// Everything but the tables, as JSON: zone, end of observation, the account of the reader.
    pub fn rest(&self) -> String {
        let inner = &*self.0;
        serde_json::json!(Rest {
            zone: inner.zone.name().to_owned(),
            as_of: inner.as_of,
            intake: inner.intake.clone(),
            partition_of: inner.partition_of,
            unobserved: inner.unobserved_before,
        })
        .to_string()
    }

    /// The community again, of [`Community::given`], [`Community::members`], [`Community::affiliations`] and [`Community::rest`].
    ///
    /// ```
    /// # use commonweal::Community;
    /// # use polars::prelude::*;
    /// # let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    /// # let mut events = df!["time" => [1_700_000_000_000_000i64], "member" => ["ana"], "kind" => ["post"]]?;
    /// # events.with_column(events.column("time")?.cast(&utc)?)?;
    /// # let community = Community::builder(events).build()?;
    /// let again = Community::restore(
    ///     community.given(),
    ///     community.members().cloned(),
    ///     community.affiliations().cloned(),
    ///     &community.rest(),
    /// )?;
    /// assert_eq!(again.as_of(), community.as_of());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::State`] where `rest` is not of a community; as [`Builder::build`] for the tables.
    pub fn restore(
        given: DataFrame,
        members: Option<DataFrame>,
        affiliations: Option<DataFrame>,
        rest: &str,
    ) -> Result<Self> {
        let rest: Rest = serde_json::from_str(rest).map_err(|error| Error::State(format!("no community: {error}")))?;
        let builder = Builder {
            members,
            affiliations,
            zone: super::zone(&rest.zone)?,
            as_of: Some(rest.as_of),
            intake: rest.intake,
            partition_of: rest.partition_of,
            unobserved: rest.unobserved,
            ..Self::builder(given)
        };
        builder.build()
    }
}
