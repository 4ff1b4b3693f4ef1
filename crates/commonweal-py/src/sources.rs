//! Communities from exports, and simulated ones.
use chrono::{DateTime, Utc};
use commonweal::Community as Core;
use commonweal_sources::simulate::{Simulation, simulate as simulated};
use commonweal_sources::{Progress, ReadOptions, Source};
use pyo3::prelude::*;
use serde::Deserialize;

use crate::arrow::{Frame, Table};
use crate::community::Community;
use crate::error::{Result, wrong_option};

/// What `read` takes beside the path, as JSON.
#[derive(Deserialize)]
struct Options {
    #[serde(default = "utc")]
    tz: String,
    as_of: Option<DateTime<Utc>>,
    #[serde(flatten)]
    read: serde_json::Map<String, serde_json::Value>,
}

fn utc() -> String {
    "UTC".to_owned()
}

/// The community of an export. `progress` is called now and then with the bytes read and the bytes there are.
#[pyfunction]
#[pyo3(signature = (path, options_json = "{}", progress = None))]
pub(crate) fn read(py: Python<'_>, path: &str, options_json: &str, progress: Option<Py<PyAny>>) -> Result<Community> {
    let options: Options = serde_json::from_str(options_json)?;
    let mut read: ReadOptions = serde_json::from_value(options.read.into())?;
    read.numbered = read.privacy.is_none();
    let zone = commonweal::zone(&options.tz)?;
    let mut stopped: Option<PyErr> = None;
    let mut tell = |at: Progress| {
        if let Some(progress) = progress.as_ref().filter(|_| stopped.is_none()) {
            stopped = Python::attach(|py| progress.call1(py, (at.bytes_done, at.bytes)).err());
        }
    };
    let source = py.detach(|| commonweal_sources::read_with_progress(path, &read, &mut tell))?;
    if let Some(error) = stopped {
        return Err(error.into());
    }
    let mut builder = source.into_builder().zone(zone).now(Utc::now());
    if let Some(as_of) = options.as_of {
        builder = builder.as_of(as_of);
    }
    Ok(Community(py.detach(|| builder.build())?))
}

/// The events of a piece of a table, and the account of its rows as JSON: `{"kept": 1, "refused": {reason: rows}, "notes": {remark: rows}}`.
#[pyfunction]
pub(crate) fn table_rows(py: Python<'_>, table: Frame, name: &str, options_json: &str) -> Result<(Table, String)> {
    let options: ReadOptions = serde_json::from_str(options_json)?;
    let source = py.detach(|| commonweal_sources::table::rows(table.0, name, &options))?;
    let account = account(&source);
    Ok((Table(source.events), account))
}

/// The events and members of an export, as they were read, and the account of its rows; no community is made of them.
#[pyfunction]
pub(crate) fn file_rows(py: Python<'_>, path: &str, options_json: &str) -> Result<(Table, Option<Table>, String)> {
    let options: ReadOptions = serde_json::from_str(options_json)?;
    let source = py.detach(|| commonweal_sources::read(path, &options))?;
    let account = account(&source);
    Ok((Table(source.events), source.members.map(Table), account))
}

fn account(source: &Source) -> String {
    let intake = &source.intake;
    serde_json::json!({"kept": intake.kept(), "refused": intake.refused(), "notes": intake.notes()}).to_string()
}

/// A simulated community, and its true parameters as JSON.
#[pyfunction]
#[pyo3(signature = (members = 1000, days = 365, seed = 0))]
pub(crate) fn simulate(py: Python<'_>, members: usize, days: u32, seed: u64) -> Result<(Community, String)> {
    let simulation = Simulation { members, days, seed, ..Simulation::default() };
    let made = py.detach(|| simulated(&simulation)).map_err(|e| wrong_option(e.to_string()))?;
    let truth = serde_json::to_string(&made.truth)?;
    let community = py.detach(|| Core::builder(made.events).members(made.members).build())?;
    Ok((Community(community), truth))
}
