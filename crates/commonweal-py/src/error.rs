//! Rust's errors as the exceptions of `commonweal.exceptions`.
use pyo3::{PyErr, import_exception};

import_exception!(commonweal.exceptions, CommonwealError);
import_exception!(commonweal.exceptions, DeclinedError);
import_exception!(commonweal.exceptions, OptionError);
import_exception!(commonweal.exceptions, SchemaError);
import_exception!(commonweal.exceptions, SourceError);
import_exception!(commonweal.exceptions, StateError);

/// A newtype, as neither the core's error nor `PyErr` is of this crate.
pub(crate) struct Error(PyErr);
pub(crate) type Result<T> = std::result::Result<T, Error>;

impl From<Error> for PyErr {
    fn from(Error(error): Error) -> Self {
        error
    }
}

impl From<PyErr> for Error {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<commonweal::Error> for Error {
    fn from(error: commonweal::Error) -> Self {
        use commonweal::Error as Core;
        let message = error.to_string();
        Self(match error {
            Core::Invalid(_) => SchemaError::new_err(message),
            Core::UnknownKpi { .. }
            | Core::UnknownOption { .. }
            | Core::InvalidOption { .. }
            | Core::UnknownDimension { .. } => OptionError::new_err(message),
            Core::Declined { .. } => DeclinedError::new_err(message),
            Core::State(_) => StateError::new_err(message),
            _ => CommonwealError::new_err(message),
        })
    }
}

impl From<commonweal_sources::Error> for Error {
    fn from(error: commonweal_sources::Error) -> Self {
        Self(SourceError::new_err(error.to_string()))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self(OptionError::new_err(format!("options must be valid JSON: {error}")))
    }
}

/// An option of this layer that is wrong.
pub(crate) fn wrong_option(message: String) -> Error {
    Error(OptionError::new_err(message))
}
