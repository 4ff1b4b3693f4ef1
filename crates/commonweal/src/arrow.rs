//! Arrow record batches in: what Rust services hand over.
#![allow(unsafe_code)]
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator};
use polars::prelude::*;
use polars_arrow::array::StructArray;
use polars_arrow::ffi::{ArrowArrayStream, ArrowArrayStreamReader};

use crate::error::Result;

/// A frame of record batches, which share one schema. Buffers are shared, not copied.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, RecordBatch, StringArray, TimestampMicrosecondArray};
///
/// let times = TimestampMicrosecondArray::from(vec![0, 60_000_000]).with_timezone("UTC");
/// let batch = RecordBatch::try_from_iter([
///     ("time", Arc::new(times) as ArrayRef),
///     ("member", Arc::new(StringArray::from(vec!["ana", "bo"]))),
///     ("kind", Arc::new(StringArray::from(vec!["post", "reply"]))),
/// ])?;
/// let events = commonweal::frame_of_batches(vec![batch])?;
/// let community = commonweal::Community::builder(events).build()?;
/// assert_eq!((community.n_events(), community.n_members()), (2, 2));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`crate::Error::Polars`] where batches differ in their schema, or have a type that polars does not know. No batches make an empty
/// frame without columns.
pub fn frame_of_batches(batches: Vec<RecordBatch>) -> Result<DataFrame> {
    let Some(first) = batches.first() else { return Ok(DataFrame::empty()) };
    let schema = first.schema();
    if let Some(other) = batches.iter().find(|batch| batch.schema() != schema) {
        return Err(
            polars_err!(SchemaMismatch: "record batches differ in their schema: {schema} and {}", other.schema())
                .into(),
        );
    }
    let reader = RecordBatchIterator::new(batches.into_iter().map(Ok), schema);
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    // SAFETY: both types are the C struct `ArrowArrayStream` of the Arrow C stream interface, and the value is moved.
    let stream = unsafe { std::mem::transmute::<FFI_ArrowArrayStream, ArrowArrayStream>(stream) };
    // SAFETY: the stream was made just now and is not released.
    let mut reader = unsafe { ArrowArrayStreamReader::try_new(Box::new(stream))? };
    let mut frame: Option<DataFrame> = None;
    // SAFETY: as above.
    while let Some(batch) = unsafe { reader.next() } {
        let batch = batch?;
        let Some(batch) = batch.as_any().downcast_ref::<StructArray>() else {
            return Err(polars_err!(SchemaMismatch: "expected record batches, got a column").into());
        };
        let batch = DataFrame::try_from(batch.clone())?;
        match &mut frame {
            Some(frame) => {
                frame.vstack_mut(&batch)?;
            }
            None => frame = Some(batch),
        }
    }
    Ok(frame.unwrap_or_default())
}
