//! Hub and spoke: how posts find the unit that can help.
mod handoffs;
mod load;
mod routes;
mod way;

pub use handoffs::Handoffs;
pub use load::Load;
pub use routes::Routing;
pub use way::Right;

use std::collections::BTreeSet;

use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Scope, Table};
use crate::period::Every;
use crate::schema::Role;
use crate::view::Group;

/// Refuses columns in `by` that such a row has itself.
fn check(scope: &Scope, columns: &[&str]) -> Result<()> {
    scope.refuse_names(|name| columns.contains(&name))?;
    scope.check()
}

/// The labels of a group and more.
fn and(group: &Group, labels: &[&str]) -> Group {
    group.iter().cloned().chain(labels.iter().map(|label| Some((*label).to_owned()))).collect()
}

/// The cells of a table with columns of its own, and for each the sum of another table over its period and the columns of `by`.
fn cells_and_totals<'t>(
    own: (&'t Table, usize),
    whole: &Table,
    every: Option<Every>,
    horizon: &Horizon,
) -> Result<(Cells<'t>, Vec<i64>)> {
    let first = own.0.first_period().into_iter().chain(whole.first_period()).min();
    let cells = Cells::new(&own.0.groups, first, every, horizon)?;
    let wide = Cells::new(&whole.groups, first, every, horizon)?;
    let sums = wide.sums::<1>(whole);
    let width = cells.groups().len();
    let of = |cell: usize| {
        let group = cells.groups()[cell % width];
        let by = group[..group.len().saturating_sub(own.1)].to_vec();
        let at = wide.groups().binary_search(&&by).ok()?;
        Some(sums[cell / width * wide.groups().len() + at][0])
    };
    let totals = (0..cells.len()).map(|cell| of(cell).unwrap_or(0)).collect();
    Ok((cells, totals))
}

/// Refuses an empty name of a column.
fn check_unit(unit: &str) -> Result<()> {
    if unit.is_empty() {
        return Err(Error::option("unit", "a column of the members, as \"department\"", "\"\""));
    }
    Ok(())
}

/// Refuses a column of units that is not there, and a hub that is no unit of any member and no target: misspelt, it would leave nothing out in silence.
/// Where units are a column of the events, or there is but a part of a community, not all need be there.
fn find_units(community: &Community, unit: &str, hub: &[String]) -> Result<()> {
    let dimension = community.dimension(unit).map_err(|error| error.of_option("unit", &[unit.to_owned()]))?;
    let Some((values, spells)) = dimension.of_members.as_ref().filter(|_| community.partition_of().is_none()) else {
        return Ok(());
    };
    let known: BTreeSet<&str> =
        values.values().chain(spells.values().flatten().map(|spell| &spell.value)).map(String::as_str).collect();
    let is_role = |name: &str| unit == "role" && Role::parse(name).is_some();
    let is_target = |name: &str| {
        let target = community.events().column("target").ok().and_then(|target| target.str().ok());
        target.is_some_and(|target| target.iter().any(|target| target == Some(name)))
    };
    match hub.iter().find(|hub| !known.contains(hub.as_str()) && !is_role(hub) && !is_target(hub)) {
        None => Ok(()),
        Some(hub) => {
            let some: Vec<String> = known.iter().take(10).map(|unit| format!("{unit:?}")).collect();
            let more = if known.len() > some.len() { ", …" } else { "" };
            Err(Error::option("hub", format!("units of {unit:?}: {}{more}", some.join(", ")), format!("{hub:?}")))
        }
    }
}

#[cfg(test)]
mod tests;
