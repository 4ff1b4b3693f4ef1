//! Tables in and out of Python, by the Arrow PyCapsule interface. Beside `memory` the only `unsafe` of this crate.
#![allow(unsafe_code)]
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use commonweal_sources::table::is_read;
use polars::prelude::*;
use polars_arrow::array::{Array, StructArray};
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField};
use polars_arrow::ffi::{ArrowArrayStream, ArrowArrayStreamReader, export_iterator};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::error::Error;

const STREAM: &CStr = c"arrow_array_stream";

/// An argument: any object with `__arrow_c_stream__`.
pub(crate) struct Frame(pub(crate) DataFrame);

impl<'py> FromPyObject<'_, 'py> for Frame {
    type Error = PyErr;

    #[cfg(feature = "stubs")]
    const INPUT_TYPE: pyo3::inspect::PyStaticExpr = pyo3::type_hint_identifier!("commonweal.typing", "ArrowStream");

    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if !obj.hasattr("__arrow_c_stream__")? {
            return Err(PyTypeError::new_err(format!(
                "expected a table with __arrow_c_stream__ (polars, pandas, pyarrow, duckdb), got {}",
                obj.get_type().name()?
            )));
        }
        let capsule = obj.call_method0("__arrow_c_stream__")?;
        let stream = capsule.cast::<PyCapsule>()?.pointer_checked(Some(STREAM))?.cast::<ArrowArrayStream>();
        // SAFETY: a capsule of this name holds an `ArrowArrayStream`; it is moved out, and what is left behind is a released
        // stream, as the protocol asks of a consumer.
        let stream = unsafe { std::ptr::replace(stream.as_ptr(), ArrowArrayStream::empty()) };
        // What polars does not know of a type, it may tell by a panic.
        catch_unwind(AssertUnwindSafe(|| read(stream)))
            .unwrap_or_else(
                |_| polars_bail!(SchemaMismatch: "the table holds what is not read: cast its columns to plain types"),
            )
            .map(Self)
            .map_err(|e| Error::from(commonweal::Error::from(e)).into())
    }
}

fn read(stream: ArrowArrayStream) -> PolarsResult<DataFrame> {
    // SAFETY: as above; the reader checks that the stream is not released.
    let mut reader = unsafe { ArrowArrayStreamReader::try_new(Box::new(stream))? };
    let ArrowDataType::Struct(fields) = reader.field().dtype() else {
        polars_bail!(SchemaMismatch: "expected a table, got a column")
    };
    if let Some(field) = fields.iter().find(|field| !is_read(field.dtype())) {
        let (name, dtype) = (&field.name, field.dtype());
        polars_bail!(SchemaMismatch: "the column {name:?} has the type {dtype:?}, which is not read: cast it, as in \
            table.with_columns(pl.col({name:?}).cast(pl.Float64)), or leave it out");
    }
    let mut seen = std::collections::HashSet::new();
    if let Some(field) = fields.iter().find(|field| !seen.insert(&field.name)) {
        polars_bail!(Duplicate: "the table has two columns of the name {:?}: rename or drop one", field.name);
    }
    let mut table = DataFrame::empty_with_schema(&Schema::from_iter(fields.iter().map(Field::from)));
    // SAFETY: as above.
    while let Some(batch) = unsafe { reader.next() } {
        let batch = batch?;
        let Some(batch) = batch.as_any().downcast_ref::<StructArray>() else {
            polars_bail!(SchemaMismatch: "expected a table, got a column")
        };
        table.vstack_mut(&DataFrame::try_from(batch.clone())?)?;
    }
    Ok(table)
}

/// A table that polars, pandas, pyarrow and duckdb read.
#[pyclass(frozen, module = "commonweal._core")]
pub(crate) struct Table(pub(crate) DataFrame);

#[pymethods]
impl Table {
    /// The table as a stream of Arrow batches.
    #[pyo3(signature = (requested_schema: "object | None" = None) -> "object")]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // Best effort, says the protocol: the consumer casts.
        let _ = requested_schema;
        export(py, self.0.clone())
    }
}

fn export<'py>(py: Python<'py>, mut table: DataFrame) -> PyResult<Bound<'py, PyCapsule>> {
    let level = CompatLevel::newest();
    table.align_chunks();
    let fields = table.schema().iter_fields().map(|f| f.to_arrow(level)).collect();
    let dtype = ArrowDataType::Struct(fields);
    let batches: Vec<PolarsResult<Box<dyn Array>>> = table
        .iter_chunks(level, false)
        .map(|b| Ok(StructArray::new(dtype.clone(), b.len(), b.into_arrays(), None).boxed()))
        .collect();
    let field = ArrowField::new(PlSmallStr::EMPTY, dtype, false);
    PyCapsule::new_with_value(py, export_iterator(Box::new(batches.into_iter()), field), STREAM)
}
