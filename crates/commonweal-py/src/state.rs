//! The steps apart: tables as bytes, merged and finished.
use commonweal::{Horizon, Tables};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::arrow::Table;
use crate::error::Result;
use crate::instant::Instant;

/// The sum of the tables of several partitions, of one KPI with one set of options.
#[pyfunction]
pub(crate) fn merge<'py>(py: Python<'py>, parts: Vec<PyBackedBytes>) -> Result<Bound<'py, PyBytes>> {
    let bytes = py.detach(|| {
        let mut sum: Option<Tables> = None;
        for part in &parts {
            let part = Tables::from_bytes(part)?;
            sum = Some(match sum {
                Some(sum) => sum.merge(part)?,
                None => part,
            });
        }
        let nothing = || commonweal::Error::State("there are none to merge".to_owned());
        sum.map(|sum| sum.to_bytes()).ok_or_else(nothing)
    })?;
    Ok(PyBytes::new(py, &bytes))
}

/// The table of a KPI, of its merged tables.
#[pyfunction]
#[pyo3(signature = (name, options_json, tables, as_of, tz = "UTC"))]
pub(crate) fn finish(
    py: Python<'_>,
    name: &str,
    options_json: &str,
    tables: PyBackedBytes,
    as_of: Instant,
    tz: &str,
) -> Result<Table> {
    let kpi = commonweal::parse(name, &serde_json::from_str(options_json)?)?;
    let horizon = Horizon::new(as_of.0, commonweal::zone(tz)?);
    let frame = py.detach(|| Tables::from_bytes(&tables)?.finish(kpi.as_ref(), &horizon))?;
    Ok(Table(frame))
}

/// The registry: every KPI's name, question, formula, unit, source and options.
#[pyfunction]
pub(crate) fn kpis() -> Result<Table> {
    Ok(Table(commonweal::kpis()?))
}
