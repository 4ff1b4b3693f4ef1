//! Several sources in one community, and one community with other tables.
use hashbrown::HashSet;
use polars::functions::concat_df_diagonal;
use polars::prelude::*;

use super::{Builder, Community};
use crate::error::{Error, Faults, Result};
use crate::intake::Intake;
use crate::schema;

/// The columns of the events, members and affiliations that hold keys of one source.
const KEYS: [&str; 6] = ["member", "id", "thread", "parent", "target", "account"];

/// The column that says which source a row is of.
const SOURCE: &str = "source";

impl Community {
    /// Several sources as one community. Each has a name, which goes before its members, ids, threads, parents and targets, as in
    /// `forum:17`: the same key in two sources is not the same person. A column `source` of events and members holds the name.
    /// Columns that a source lacks are null. Observation ends with the latest of all: where exports were made at different times, give the
    /// earliest to [`Community::between`].
    ///
    /// # Errors
    /// [`Error::InvalidOption`] where there are none, names repeat or are empty, or time zones differ; [`Error::State`] for parts of a
    /// partition; [`Error::Invalid`] where two sources have a column of different types.
    pub fn concat(sources: &[(&str, &Self)]) -> Result<Self> {
        let Some((_, first)) = sources.first() else {
            return Err(Error::option("sources", "one community or more", "none"));
        };
        let mut names: Vec<&str> = sources.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let repeats = names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0]);
        if let Some(name) = repeats.or_else(|| names.iter().find(|name| name.is_empty()).copied()) {
            return Err(Error::option(
                "sources",
                "communities of different names, none of them empty",
                format!("{name:?}"),
            ));
        }
        if let Some((name, other)) = sources.iter().find(|(_, community)| community.zone() != first.zone()) {
            let got = format!("{} in {name:?}, {} in {:?}", other.zone(), first.zone(), sources[0].0);
            return Err(Error::option("sources", "communities of one time zone: read them with the same tz", got));
        }
        if sources.iter().any(|(_, community)| community.partition_of().is_some()) {
            return Err(Error::State("sources must be whole communities, one of these is a part of one".to_owned()));
        }
        let mut intake = Intake::default();
        let (mut events, mut members, mut affiliations) = (vec![], vec![], vec![]);
        let mut unobserved = 0;
        for (name, community) in sources {
            let inner = &*community.0;
            // Two tables number their categories in two ways.
            events.push(named(&schema::spelled_out(&inner.given.whole()), name, true)?);
            members.extend(inner.members.as_ref().map(|table| named(table, name, true)).transpose()?);
            affiliations.extend(inner.affiliations.as_ref().map(|table| named(table, name, false)).transpose()?);
            intake.add(&inner.intake);
            unobserved += inner.unobserved_before;
        }
        let as_of = sources.iter().map(|(_, community)| community.0.as_of).max();
        let builder = Builder {
            members: one(members)?,
            affiliations: one(affiliations)?,
            as_of,
            intake,
            unobserved,
            ..first.rebuild(one(events)?.unwrap_or_default())
        };
        builder.build()
    }

    /// This community with other events and members in the place of its own; zone, end of observation and the reader's account stay, and the
    /// affiliations of those who are in one of the tables: who was erased leaves no row behind.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the tables break the contract.
    pub fn replace(&self, events: DataFrame, members: Option<DataFrame>) -> Result<Self> {
        let builder = self.rebuild(events);
        let affiliations = match builder.affiliations {
            Some(table) => Some(of_those(&table, [Some(&builder.events), members.as_ref()])?),
            None => None,
        };
        Builder { members, affiliations, ..builder }.build()
    }
}

/// The rows of a table whose member is in one of the others.
fn of_those(table: &DataFrame, others: [Option<&DataFrame>; 2]) -> Result<DataFrame> {
    let mut known: HashSet<String> = HashSet::new();
    for column in others.into_iter().flatten().filter_map(|other| other.column("member").ok()) {
        let names = column.cast(&DataType::String)?;
        known.extend(names.str()?.iter().flatten().map(str::to_owned));
    }
    let names = table.column("member")?.cast(&DataType::String)?;
    let kept: BooleanChunked =
        names.str()?.iter().map(|name| Some(name.is_some_and(|name| known.contains(name)))).collect();
    Ok(table.filter(&kept)?)
}

/// A table with the source's name before its keys.
fn named(table: &DataFrame, name: &str, told: bool) -> Result<DataFrame> {
    // A column of nothing has no type, and would agree with none.
    let columns =
        table.columns().iter().filter(|column| *column.dtype() != DataType::Null || column.name() == "member");
    let mut table = DataFrame::new(table.height(), columns.cloned().collect())?;
    let before = |column: &Column| -> Result<Column> {
        let text = column.cast(&DataType::String)?;
        let text = text.str()?.iter().map(|key| key.map(|key| format!("{name}:{key}"))).collect::<StringChunked>();
        Ok(text.with_name(column.name().clone()).into_column())
    };
    for key in KEYS {
        if let Ok(column) = table.column(key) {
            let column = before(column)?;
            table.with_column(column)?;
        }
    }
    if told {
        let column = match table.column(SOURCE) {
            // Of a community that is of several sources itself.
            Ok(column) => before(column)?,
            Err(_) => Column::new_scalar(SOURCE.into(), Scalar::from(PlSmallStr::from_str(name)), table.height()),
        };
        table.with_column(column)?;
    }
    Ok(table)
}

/// The tables one below the other; none where there are none.
fn one(tables: Vec<DataFrame>) -> Result<Option<DataFrame>> {
    let mut tables = tables.into_iter();
    let Some(mut all) = tables.next() else { return Ok(None) };
    for table in tables {
        let mut faults = Faults::default();
        schema::same_types(&all, &table, &mut faults);
        faults.into_result()?;
        all = concat_df_diagonal(&[all, table])?;
    }
    Ok(Some(all))
}
