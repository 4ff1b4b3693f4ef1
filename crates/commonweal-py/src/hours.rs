//! Business hours, by themselves.
use chrono::{DateTime, TimeDelta, Utc};
use pyo3::prelude::*;

use crate::error::Result;
use crate::instant::Instant;

/// A schedule of opening hours, read from JSON and validated.
#[pyclass(frozen, module = "commonweal._core")]
pub(crate) struct Hours(commonweal::BusinessHours);

#[pymethods]
impl Hours {
    #[new]
    fn new(json: &str) -> Result<Self> {
        let value: serde_json::Value = serde_json::from_str(json)?;
        Ok(Self(commonweal::BusinessHours::try_from(value)?))
    }

    /// The schedule as canonical JSON.
    fn json(&self) -> String {
        serde_json::Value::from(self.0.clone()).to_string()
    }

    /// The open time from one instant to a later one.
    fn between(&self, py: Python<'_>, start: Instant, end: Instant) -> TimeDelta {
        py.detach(|| self.0.between(start.0, end.0))
    }

    /// When so much open time has passed; None where it never does.
    fn due(&self, py: Python<'_>, start: Instant, within: &str) -> Result<Option<DateTime<Utc>>> {
        let within: commonweal::Span = within.parse()?;
        Ok(py.detach(|| self.0.due(start.0, within)))
    }
}
