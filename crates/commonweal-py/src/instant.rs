//! Instants from Python.
use chrono::{DateTime, Utc};
use pyo3::prelude::*;

use crate::error::wrong_option;

/// An argument: a `datetime` with a zone.
pub(crate) struct Instant(pub(crate) DateTime<Utc>);

impl<'py> FromPyObject<'_, 'py> for Instant {
    type Error = PyErr;

    #[cfg(feature = "stubs")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = pyo3::type_hint_identifier!("datetime", "datetime");

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if obj.getattr("tzinfo")?.is_none() {
            return Err(wrong_option(format!(
                "a datetime needs a zone, as in tzinfo=timezone.utc; got {}",
                obj.str()?
            ))
            .into());
        }
        let utc = obj.py().import("datetime")?.getattr("timezone")?.getattr("utc")?;
        obj.call_method1("astimezone", (utc,))?.extract().map(Self)
    }
}
