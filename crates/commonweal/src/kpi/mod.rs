//! The one mechanism: a KPI turns a key-complete partition into additive tables, tables are merged, and at the end they become a frame.
mod compute;
pub(crate) mod eligible;
pub(crate) mod episodes;
pub(crate) mod firsts;
mod opener;
mod options;
mod part;
mod periods;
mod registry;
mod scope;
pub(crate) mod sheet;
mod suppress;
pub(crate) mod table;
mod wire;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use polars::prelude::DataFrame;

pub(crate) use opener::{aimed_at, opener};
pub(crate) use options::{canonical, check_top, lengths, one_or_many};
pub use part::Part;
pub(crate) use periods::Periods;
pub use registry::{KPIS, kpis, parse};
pub use scope::Scope;
pub(crate) use scope::Scoped;
pub use table::{Shape, Table};

use crate::community::{Community, Whole};
use crate::error::{Error, Result};
use crate::hash::stable_hash;

/// The facts about a KPI that docs, registry and tests share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KpiSpec {
    /// `family.name`, as in Python and on the command line.
    pub name: &'static str,
    /// The question it answers.
    pub question: &'static str,
    /// The definition.
    pub formula: &'static str,
    /// The unit of its main column.
    pub unit: &'static str,
    /// Where the definition comes from.
    pub source: &'static str,
    /// What must be whole in a partition.
    pub whole: Whole,
}

/// One measure of a community: its options, and the three steps.
///
/// `partial` over any split into partitions that keep [`KpiSpec::whole`], merged in any order, finishes to the same frame.
pub trait Kpi: std::fmt::Debug + Send + Sync {
    /// The facts about it.
    fn spec(&self) -> &'static KpiSpec;

    /// The options as JSON.
    fn options(&self) -> serde_json::Value;

    /// The options that all KPIs share; none where they change nothing.
    fn scope(&self) -> Option<&Scope>;

    /// Refuses options that make no sense. Default: those of the scope.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], with the option and what it takes.
    fn check(&self) -> Result<()> {
        self.scope().map_or(Ok(()), Scope::check)
    }

    /// Whether it says something of what came back to members, so that rows of which only one side was exported (column `one_sided`)
    /// would make it lie. Default: the KPIs of response.
    fn needs_both_sides(&self) -> bool {
        self.spec().name.starts_with("response.")
    }

    /// What each table is like.
    fn shapes(&self) -> &'static [Shape];

    /// Refuses options that do not fit the community. Default: all do.
    ///
    /// # Errors
    /// [`Error::InvalidOption`], with the option and what it takes there.
    fn check_in(&self, _: &Community) -> Result<()> {
        Ok(())
    }

    /// The additive tables of a part.
    ///
    /// # Errors
    /// [`Error::UnknownDimension`] for a column in `by` that is not there.
    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>>;

    /// The frame of merged tables. The only place with floating point.
    ///
    /// # Errors
    /// [`Error::Polars`], should polars refuse to build the frame.
    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame>;
}

/// Where observation ends, and in which zone its periods are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// The end of observation, in microseconds since 1970-01-01 UTC.
    pub as_of: i64,
    /// The zone of the calendar.
    pub zone: Tz,
}

impl Horizon {
    /// Observation until `as_of`, in the calendar of `zone`.
    pub fn new(as_of: DateTime<Utc>, zone: Tz) -> Self {
        Self { as_of: as_of.timestamp_micros(), zone }
    }
}

/// The additive tables of one KPI: the state that threads, spilled partitions, services and clusters hand to each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tables {
    pub(crate) parameters: u64,
    /// The latest end of observation that went in.
    pub(crate) as_of: i64,
    pub(crate) tables: Vec<Table>,
}

impl Tables {
    /// The tables of no events: merging them changes nothing.
    pub fn empty(kpi: &dyn Kpi, zone: Tz) -> Self {
        Self { parameters: parameters(kpi, zone), as_of: i64::MIN, tables: vec![] }
    }

    /// Adds other tables of the same KPI, options and zone. Associative and commutative.
    ///
    /// # Errors
    /// [`Error::State`] where they are of something else.
    pub fn merge(self, other: Self) -> Result<Self> {
        if self.parameters != other.parameters {
            return Err(Error::State("they belong to another KPI, other options or another time zone".to_owned()));
        }
        let as_of = self.as_of.max(other.as_of);
        if self.tables.is_empty() || other.tables.is_empty() {
            let tables = if self.tables.is_empty() { other.tables } else { self.tables };
            return Ok(Self { as_of, tables, ..self });
        }
        if !self.tables.iter().map(|t| t.shape).eq(other.tables.iter().map(|t| t.shape)) {
            return Err(Error::malformed());
        }
        Ok(Self { parameters: self.parameters, as_of, tables: Table::merge_all(self.tables, other.tables) })
    }

    /// What takes these tables out of a sum; none where some are minima.
    pub(crate) fn negated(self) -> Option<Self> {
        let tables = self.tables.into_iter().map(Table::negated).collect::<Option<_>>()?;
        Some(Self { as_of: i64::MIN, tables, ..self })
    }

    /// The frame, at the end of observation of the tables or any later one: what is open goes on ageing.
    ///
    /// # Errors
    /// [`Error::State`] where the tables are of another KPI, other options or another zone, or know more than `horizon` allows.
    pub fn finish(&self, kpi: &dyn Kpi, horizon: &Horizon) -> Result<DataFrame> {
        if self.parameters != parameters(kpi, horizon.zone) {
            return Err(Error::State("they belong to another KPI, other options or another time zone".to_owned()));
        }
        if horizon.as_of < self.as_of {
            let why = "they hold what came after this as_of: finish at theirs or later, or compute them anew";
            return Err(Error::State(why.to_owned()));
        }
        let shapes = kpi.shapes();
        if self.tables.is_empty() {
            return kpi.finish(&Table::empty(shapes), horizon);
        }
        if !self.tables.iter().map(|table| table.shape).eq(shapes.iter().copied()) {
            return Err(Error::malformed());
        }
        kpi.finish(&self.tables, horizon)
    }

    /// Canonical bytes: equal tables, equal bytes; with a version, a hash of KPI, options and zone, and a checksum.
    pub fn to_bytes(&self) -> Vec<u8> {
        wire::encode(self)
    }

    /// The tables of [`Tables::to_bytes`]. Whether they are of the KPI, options and zone at hand is checked by [`Tables::merge`] and
    /// [`Tables::finish`].
    ///
    /// # Errors
    /// [`Error::State`] for bytes that are damaged, of another version, or no tables.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        wire::decode(bytes)
    }
}

/// The hash of everything that makes tables comparable.
pub(crate) fn parameters(kpi: &dyn Kpi, zone: Tz) -> u64 {
    let options = options::canonical(&kpi.options());
    stable_hash(format!("{}\n{}\n{options}", kpi.spec().name, zone.name()).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::table::Rows;
    use crate::view::Group;

    #[test]
    fn tables_that_no_kpi_makes_are_refused_or_finished_but_never_a_panic() {
        let labels: [Group; 3] = [vec![], vec![None], vec![Some("a".to_owned()), None, None]];
        let horizon = Horizon { as_of: 1_700_000_000_000_000, zone: Tz::UTC };
        let mut finished = 0;
        for entry in KPIS {
            let kpi = entry.parse(&serde_json::json!({})).expect("the defaults");
            for group in &labels {
                for at in [i64::MIN, -1, 0, 1_699_000_000_000_000, i64::MAX] {
                    for value in [i128::MIN, -1, 1, i128::MAX] {
                        let table = |shape: &Shape| {
                            let mut rows = Rows::new(*shape);
                            rows.open(group.clone());
                            rows.push(at, at, &vec![value; shape.width]);
                            rows.into()
                        };
                        let tables = kpi.shapes().iter().map(table).collect();
                        let parameters = parameters(kpi.as_ref(), Tz::UTC);
                        let tables = Tables { parameters, as_of: 0, tables };
                        finished += usize::from(tables.finish(kpi.as_ref(), &horizon).is_ok());
                    }
                }
            }
        }
        assert!(finished > 100);
    }
}
