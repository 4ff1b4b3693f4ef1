//! What a launch changed.
use pyo3::prelude::*;

use crate::error::Result;

/// What an interruption at the period `at` changed of a series, as JSON.
#[pyfunction]
#[pyo3(signature = (series, at, season, controls, confidence))]
pub(crate) fn impact(
    py: Python<'_>,
    series: Vec<Option<f64>>,
    at: usize,
    season: Option<usize>,
    controls: Vec<Vec<Option<f64>>>,
    confidence: f64,
) -> Result<String> {
    let found = py.detach(|| commonweal::impact(&series, at, season, &controls, confidence))?;
    Ok(serde_json::to_string(&found).map_err(|error| commonweal::Error::State(error.to_string()))?)
}
