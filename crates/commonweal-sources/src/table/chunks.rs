//! Columns of text in a Parquet file, as the file holds them.
use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use polars::io::mmap::ReaderBytes;
use polars::prelude::*;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema};
use polars_buffer::Buffer;
use polars_parquet::read::{ColumnChunkMetadata, FileMetadata, RowGroupMetadata, infer_schema, read_metadata};

/// A whole file, to be read by several threads of the machine at once.
#[derive(Debug)]
pub(super) struct Origin(Buffer<u8>);

impl Origin {
    /// A file on disk, mapped: what is read of it is not copied.
    pub(super) fn on_disk(path: &Path) -> PolarsResult<Self> {
        Ok(Self(match ReaderBytes::from(&mut File::open(path)?) {
            ReaderBytes::Owned(bytes) => bytes,
            ReaderBytes::Borrowed(bytes) => bytes.to_vec().into(),
        }))
    }

    /// A file that is in memory already.
    pub(super) fn in_memory(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    /// From its start.
    pub(super) fn open(&self) -> Cursor<&[u8]> {
        Cursor::new(&self.0)
    }

    /// The bytes of a chunk, as many as there are, whatever a broken file claims.
    pub(super) fn bytes(&self, chunk: &ColumnChunkMetadata) -> Buffer<u8> {
        let (claimed, end) = (chunk.byte_range(), self.0.len() as u64);
        self.0.clone().sliced(claimed.start.min(end) as usize..claimed.end.min(end) as usize)
    }
}

/// What a file says of itself, read once.
#[derive(Debug)]
pub(super) struct Footer {
    pub(super) file: Arc<FileMetadata>,
    pub(super) schema: ArrowSchema,
}

impl Footer {
    pub(super) fn read(origin: &Origin) -> PolarsResult<Self> {
        let file = read_metadata(&mut origin.open())?;
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
