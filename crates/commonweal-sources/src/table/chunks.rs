//! Columns of text in a Parquet file, as the file holds them.
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use polars::io::mmap::MmapBytesReader;
use polars::prelude::*;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema};
use polars_parquet::read::{ColumnChunkMetadata, FileMetadata, RowGroupMetadata, infer_schema, read_metadata};

/// Where a file is, to be read from by several threads of the machine at once.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'a> {
    OnDisk(&'a Path),
    InMemory(&'a [u8]),
}

impl Origin<'_> {
    /// From its start.
    pub(super) fn open(&self) -> PolarsResult<Box<dyn MmapBytesReader + '_>> {
        Ok(match self {
            Self::OnDisk(path) => Box::new(File::open(path)?),
            Self::InMemory(bytes) => Box::new(Cursor::new(*bytes)),
        })
    }

    /// The bytes of a chunk, as many as there are: what a broken file claims to hold is not made room for.
    pub(super) fn bytes(&self, chunk: &ColumnChunkMetadata) -> PolarsResult<Vec<u8>> {
        let range = chunk.byte_range();
        let (mut bytes, mut source) = (vec![], self.open()?);
        source.seek(SeekFrom::Start(range.start))?;
        source.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// What a file says of itself, read once.
#[derive(Debug)]
pub(super) struct Footer {
    pub(super) file: Arc<FileMetadata>,
    pub(super) schema: ArrowSchema,
}

impl Footer {
    pub(super) fn read(origin: Origin<'_>) -> PolarsResult<Self> {
        let file = read_metadata(&mut origin.open()?)?;
        Ok(Self { schema: infer_schema(&file)?, file: Arc::new(file) })
    }

    /// Those of these columns that hold text.
    pub(super) fn texts(&self, columns: &[String]) -> impl Iterator<Item = &PlSmallStr> {
        let wanted = |name: &PlSmallStr| columns.iter().any(|column| column == name);
        let fields = self.schema.iter().filter(move |(name, field)| is_text(field.dtype()) && wanted(name));
        fields.map(|(name, _)| name)
    }
}

/// Whether a column holds text.
fn is_text(dtype: &ArrowDataType) -> bool {
    matches!(dtype, ArrowDataType::Utf8View | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8)
}

/// The one chunk of a column that is not nested.
pub(super) fn only<'a>(group: &'a RowGroupMetadata, name: &str) -> Option<&'a ColumnChunkMetadata> {
    let mut chunks = group.columns_under_root_iter(name)?;
    chunks.next().filter(|_| chunks.next().is_none())
}
