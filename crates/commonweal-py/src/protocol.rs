//! A community that no single machine holds: specs as JSON, partials as bytes.
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use commonweal::{Partial, Partition, Spec, Whole};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use crate::arrow::{Frame, Table};
use crate::error::Result;
use crate::instant::Instant;

/// The JSON of a spec: what all workers must agree on.
#[pyfunction]
#[pyo3(signature = (name, options_json = "{}", tz = "UTC", as_of = None, buckets = 1))]
pub(crate) fn spec(name: &str, options_json: &str, tz: &str, as_of: Option<Instant>, buckets: u32) -> Result<String> {
    let spec = Spec::new(name, &serde_json::from_str(options_json)?)?.zone(commonweal::zone(tz)?).buckets(buckets)?;
    Ok(as_of.map_or(spec.clone(), |as_of| spec.as_of(as_of.0)).to_json())
}

/// What must be whole in a partition, "member" or "thread"; and whether threads must be known before the events are cut up.
#[pyfunction]
pub(crate) fn spec_key(spec: &str) -> Result<(&'static str, bool)> {
    let spec = Spec::from_json(spec)?;
    let key = match spec.key() {
        Whole::Member => "member",
        Whole::Thread => "thread",
    };
    Ok((key, spec.needs_threads()))
}

/// The events with their bucket numbers.
#[pyfunction]
pub(crate) fn with_buckets(py: Python<'_>, spec: &str, events: Frame) -> Result<Table> {
    let spec = Spec::from_json(spec)?;
    Ok(Table(py.detach(|| spec.with_buckets(events.0))?))
}

/// A row for each bucket, with the columns of numbered events.
#[pyfunction]
pub(crate) fn openers(spec: &str, like: Frame) -> Result<Table> {
    Ok(Table(Spec::from_json(spec)?.openers(&like.0)?))
}

/// The partials of several specs on one partition, as bytes.
#[pyfunction]
#[pyo3(signature = (specs, events, members = None, affiliations = None, bucket = None))]
pub(crate) fn partials<'py>(
    py: Python<'py>,
    specs: Vec<String>,
    events: Frame,
    members: Option<Frame>,
    affiliations: Option<Frame>,
    bucket: Option<u32>,
) -> Result<Vec<Bound<'py, PyBytes>>> {
    let specs = specs.iter().map(|spec| Spec::from_json(spec)).collect::<commonweal::Result<Vec<_>>>()?;
    let mut partition = Partition::new(events.0).now(Utc::now());
    if let Some(members) = members {
        partition = partition.members(members.0);
    }
    if let Some(affiliations) = affiliations {
        partition = partition.affiliations(affiliations.0);
    }
    if let Some(bucket) = bucket {
        partition = partition.bucket(bucket);
    }
    let parts = py.detach(|| Spec::partials(&specs, &partition))?;
    Ok(parts.iter().map(|part| PyBytes::new(py, &part.to_bytes())).collect())
}

/// Partials put together as they come.
#[pyclass(frozen, module = "commonweal._core")]
pub(crate) struct Gathering(Mutex<commonweal::Gathering>);

#[pymethods]
impl Gathering {
    #[new]
    fn new() -> Self {
        Self(Mutex::default())
    }

    /// Adds the bytes of a partial.
    fn add(&self, py: Python<'_>, partial: PyBackedBytes) -> Result<()> {
        Ok(py.detach(|| self.known().add(Partial::from_bytes(&partial)?))?)
    }

    /// The bytes of their sum.
    fn to_bytes<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>> {
        let bytes = py.detach(|| Ok::<_, commonweal::Error>(self.known().sum()?.to_bytes()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The table of the KPI.
    fn finish(&self, py: Python<'_>, spec: &str) -> Result<Table> {
        let spec = Spec::from_json(spec)?;
        Ok(Table(py.detach(|| self.known().sum()?.finish(&spec))?))
    }
}

impl Gathering {
    fn known(&self) -> MutexGuard<'_, commonweal::Gathering> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
