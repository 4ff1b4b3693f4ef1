//! Columns of a Parquet file, as the file holds them.
use std::fs::File;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use polars::io::mmap::ReaderBytes;
use polars::prelude::*;
use polars_arrow::array::Array;
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field as ArrowField};
use polars_buffer::Buffer;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, PageReader, RowGroupMetadata, column_iter_to_arrays,
    infer_schema, read_metadata,
};
use rayon::prelude::*;

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
    fn bytes(&self, chunk: &ColumnChunkMetadata) -> Buffer<u8> {
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
        self.fields(columns, is_text).map(|field| &field.name)
    }

    /// Those of these columns that are of such a type.
    pub(super) fn fields(
        &self,
        columns: &[String],
        is: impl Fn(&ArrowDataType) -> bool,
    ) -> impl Iterator<Item = &ArrowField> {
        let wanted = move |field: &&ArrowField| is(&field.dtype) && columns.iter().any(|column| *column == field.name);
        self.schema.iter_values().filter(wanted)
    }
}

/// Rows that room is made for whatever they take in the file, and rows for each byte that they take: runs of one value take next to nothing, but a
/// broken file may claim any number. Columns of more are left to polars.
const FEW: usize = 1 << 22;
const ROWS_OF_A_BYTE: usize = 1 << 12;

/// What one row group holds of a column.
#[derive(Debug)]
pub(super) struct Chunk<'a> {
    pub(super) chunk: &'a ColumnChunkMetadata,
    pub(super) rows: usize,
    bytes: Buffer<u8>,
}

impl<'a> Chunk<'a> {
    /// The chunks of a column that is not nested; none where they claim too many rows.
    pub(super) fn all(origin: &Origin, footer: &'a Footer, name: &str) -> Option<Vec<Self>> {
        let of = |group: &'a RowGroupMetadata| {
            let chunk = only(group, name)?;
            Some(Self { chunk, rows: group.num_rows(), bytes: origin.bytes(chunk) })
        };
        let all = footer.file.row_groups.iter().map(of).collect::<Option<Vec<_>>>()?;
        let sums =
            |(rows, bytes): (usize, usize), chunk: &Self| (rows.saturating_add(chunk.rows), bytes + chunk.bytes.len());
        let (rows, bytes) = all.iter().fold((0, 0), sums);
        (rows <= FEW.max(bytes.saturating_mul(ROWS_OF_A_BYTE))).then_some(all)
    }

    /// Each with its number of rows.
    pub(super) fn with_rows(chunks: &[Self]) -> impl Iterator<Item = (&Self, usize)> {
        chunks.iter().map(|chunk| (chunk, chunk.rows))
    }

    /// Its pages, from the first.
    pub(super) fn pages(&self) -> BasicDecompressor {
        let pages = PageReader::new(Cursor::new(self.bytes.clone()), self.chunk, vec![], usize::MAX);
        BasicDecompressor::new(pages, vec![])
    }

    /// Its values, as such a field has them.
    pub(super) fn arrays(&self, field: ArrowField) -> Option<Vec<Box<dyn Array>>> {
        let types = vec![&self.chunk.descriptor().descriptor.primitive_type];
        column_iter_to_arrays(vec![self.pages()], types, field, None).ok().map(|(arrays, _)| arrays)
    }
}

/// The rows of a column in one piece: of each chunk, however it is told, and its number of rows, `read` writes every row. None where one cannot be
/// read so.
pub(super) fn gather<C: Send, T: Default + Clone + Send>(
    chunks: impl Iterator<Item = (C, usize)>,
    read: impl Fn(C, &mut [T]) -> Option<()> + Sync,
) -> Option<Vec<T>> {
    let chunks: Vec<(C, usize)> = chunks.collect();
    let mut rows = vec![T::default(); chunks.iter().map(|(_, rows)| rows).sum()];
    let (mut rest, mut pieces) = (&mut rows[..], vec![]);
    for (chunk, rows) in chunks {
        let (piece, others) = std::mem::take(&mut rest).split_at_mut(rows);
        pieces.push((chunk, piece));
        rest = others;
    }
    pieces.into_par_iter().try_for_each(|(chunk, piece)| read(chunk, piece))?;
    Some(rows)
}

/// Whether a column holds text.
fn is_text(dtype: &ArrowDataType) -> bool {
    matches!(dtype, ArrowDataType::Utf8View | ArrowDataType::LargeUtf8 | ArrowDataType::Utf8)
}

/// The one chunk of a column that is not nested.
fn only<'a>(group: &'a RowGroupMetadata, name: &str) -> Option<&'a ColumnChunkMetadata> {
    let mut chunks = group.columns_under_root_iter(name)?;
    chunks.next().filter(|_| chunks.next().is_none())
}
