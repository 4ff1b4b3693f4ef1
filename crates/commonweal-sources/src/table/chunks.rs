//! Columns of text in a Parquet file, as the file holds them.
use std::io::{Read, Seek, SeekFrom};

use polars::prelude::*;
use polars_arrow::datatypes::ArrowDataType;
use polars_parquet::read::{ColumnChunkMetadata, RowGroupMetadata};

/// Whether a column holds text.
pub(super) fn is_text(dtype: &ArrowDataType) -> bool {
    matches!(dtype, ArrowDataType::Utf8View | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8)
}

/// The one chunk of a column that is not nested.
pub(super) fn only<'a>(group: &'a RowGroupMetadata, name: &str) -> Option<&'a ColumnChunkMetadata> {
    let mut chunks = group.columns_under_root_iter(name)?;
    chunks.next().filter(|_| chunks.next().is_none())
}

/// The bytes of a chunk, as many as there are: what a broken file claims to hold is not made room for.
pub(super) fn bytes<R: Read + Seek>(source: &mut R, chunk: &ColumnChunkMetadata) -> PolarsResult<Vec<u8>> {
    let range = chunk.byte_range();
    let mut bytes = vec![];
    source.seek(SeekFrom::Start(range.start))?;
    source.by_ref().take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
    Ok(bytes)
}
