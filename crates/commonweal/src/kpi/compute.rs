//! A KPI of a community: its parts in parallel, merged, finished.
use polars::prelude::DataFrame;
use rayon::prelude::*;

use super::{Horizon, Kpi, Part, Table, Tables, parameters};
use crate::community::{Community, Whole};
use crate::error::{Error, Result};

/// More parts than threads, since some members do much more than others.
const PARTS_PER_THREAD: usize = 2;

impl Community {
    /// The table of a KPI.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] and [`Error::UnknownDimension`] for options that do not fit, [`Error::State`] on a partition that
    /// does not keep whole what the KPI needs whole, [`Error::Declined`] where the events cannot tell it.
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
        if let Some(kept) = self.partition_of()
            && kept != whole
        {
            let name = kpi.spec().name;
            return Err(Error::State(
                format!("{name} needs every {whole:?} whole, this is a partition by {kept:?}").to_lowercase(),
            ));
        }
        self.refuse_one_sided(kpi)?;
        kpi.check_in(self)?;
        let tables = self.of_parts(kpi)?;
        Ok(Tables { parameters: parameters(kpi, self.zone()), as_of: self.horizon().as_of, tables })
    }

    /// What is made of each part, so many for each core.
    pub(crate) fn each_part<T: Send>(
        &self,
        whole: Whole,
        per_thread: usize,
        make: impl Fn(&Part<'_>) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        self.parts(whole, per_thread, &make)?.par_iter().map(&make).collect()
    }

    /// The tables that are made of each part, merged.
    fn of_parts(&self, kpi: &dyn Kpi) -> Result<Vec<Table>> {
        let make = |part: &Part<'_>| kpi.partial(part);
        let parts = self.parts(kpi.spec().whole, PARTS_PER_THREAD, make)?;
        let made = parts.par_iter().map(make).try_reduce_with(|a, b| Ok(Table::merge_all(a, b)));
        made.unwrap_or_else(|| Ok(vec![]))
    }

    /// The parts, so many for each core, once all that they share has been made.
    fn parts<T>(
        &self,
        whole: Whole,
        per_thread: usize,
        make: impl Fn(&Part<'_>) -> Result<T>,
    ) -> Result<Vec<Part<'_>>> {
        let threads = rayon::current_num_threads();
        if threads > 1 {
            make(&Part::nobody(self, whole))?;
        }
        Ok(Part::cut(self, whole, threads * per_thread))
    }

    /// Refuses what needs both sides of the talk where rows are of one.
    fn refuse_one_sided(&self, kpi: &dyn Kpi) -> Result<()> {
        if !kpi.needs_both_sides() {
            return Ok(());
        }
        let rows = self.one_sided();
        if rows == 0 {
            return Ok(());
        }
        let found = format!(
            "{rows} of {} events are of an archive that holds one side alone (column \"one_sided\"): who answered them is not in it. Leave \
             them out, as in filter(~pl.col(\"one_sided\").fill_null(False))",
            self.n_events()
        );
        Err(Error::declined(kpi.spec().name, "both sides of the talk", found))
    }

    /// The end of observation and the zone, as [`Tables::finish`] needs them.
    pub fn horizon(&self) -> Horizon {
        Horizon::new(self.as_of(), self.zone())
    }
}
