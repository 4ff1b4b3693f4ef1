//! Columns of names from Parquet pages, as the codes that the pages hold: no string is made for any row.
use std::io::Cursor;

use polars::prelude::*;
use polars_arrow::array::{DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, DTYPE_CATEGORICAL_NEW, Field as ArrowField, IntegerType, Metadata};
use polars_parquet::read::{BasicDecompressor, ColumnChunkMetadata, PageReader, column_iter_to_arrays};
use rayon::prelude::*;

use super::chunks::{self, Footer, Origin};

/// What the columns made here are told by.
const NAMESPACE: PlSmallStr = PlSmallStr::from_static("commonweal");

/// Whether a column is one of those made here.
pub(super) fn is_ours(column: &Column) -> bool {
    matches!(column.dtype(), DataType::Categorical(categories, _) if *categories.namespace() == NAMESPACE)
}

/// What one row group holds of a column: the names, and for each row which of them it is.
type Coded = DictionaryArray<u32>;

/// Those of these columns which hold nothing but dictionary codes, of names that many rows share. A column whose codes
/// a writer has given up in any row group is not among them.
pub(super) fn read(origin: Origin<'_>, footer: &Footer, columns: &[String]) -> PolarsResult<Vec<Column>> {
    let mut found = vec![];
    for name in footer.texts(columns) {
        let has_codes = |chunk: &&ColumnChunkMetadata| chunk.dictionary_page_offset().is_some();
        let groups = footer.file.row_groups.iter().map(|group| chunks::only(group, name).filter(has_codes));
        let Some(groups) = groups.collect::<Option<Vec<_>>>().filter(|groups| !groups.is_empty()) else { continue };
        // The first tells what the others are like.
        let Some(first) = decode(name, groups[0], origin.bytes(groups[0])?).filter(|first| are_shared(first)) else {
            continue;
        };
        let others = groups[1..].par_iter().map(|group| Ok(decode(name, group, origin.bytes(group)?)));
        if let Some(others) = others.collect::<PolarsResult<Option<Vec<_>>>>()? {
            found.push(categories(name, &[first, others.concat()].concat())?);
        }
    }
    Ok(found)
}

/// Rows of a name, at least, on average: where there are more names, numbering them anew costs more than it saves.
const ROWS_OF_A_NAME: usize = 16;

/// Whether many rows share a name.
fn are_shared(groups: &[Coded]) -> bool {
    groups.iter().all(|group| group.values().len() * ROWS_OF_A_NAME <= group.len().max(ROWS_OF_A_NAME))
}

/// The codes of a row group; none where a page holds values.
fn decode(name: &PlSmallStr, chunk: &ColumnChunkMetadata, bytes: Vec<u8>) -> Option<Vec<Coded>> {
    let pages = PageReader::new(Cursor::new(bytes.into()), chunk, vec![], usize::MAX);
    let codes = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    // With this mark the decoder hands over the codes as they are, and refuses pages of values.
    let mark = Metadata::from_iter([(DTYPE_CATEGORICAL_NEW.into(), PlSmallStr::EMPTY)]);
    let field = ArrowField::new(name.clone(), codes, true).with_metadata(mark);
    let types = vec![&chunk.descriptor().descriptor.primitive_type];
    let (arrays, _) = column_iter_to_arrays(vec![BasicDecompressor::new(pages, vec![])], types, field, None).ok()?;
    arrays.iter().map(|array| array.as_any().downcast_ref::<Coded>().cloned()).collect()
}

/// One column of categories: the names of all row groups are numbered anew.
fn categories(name: &PlSmallStr, groups: &[Coded]) -> PolarsResult<Column> {
    let categories = Categories::random(NAMESPACE, CategoricalPhysical::U32);
    let names = categories.mapping();
    let mut places = vec![];
    for group in groups {
        let own = group.values().as_any().downcast_ref::<Utf8ViewArray>();
        let place = |own: Option<&str>| own.map_or(Ok(0), |own| names.insert_cat(own));
        places.push(own.into_iter().flat_map(|own| own.iter()).map(place).collect::<PolarsResult<Vec<u32>>>()?);
    }
    let chunks = groups.par_iter().zip(places).map(|(group, places)| {
        let keys = group.keys();
        let codes = keys.values().iter().map(|code| places.get(*code as usize).copied().unwrap_or_default());
        PrimitiveArray::from_vec(codes.collect()).with_validity(keys.validity().cloned())
    });
    let codes = UInt32Chunked::from_chunk_iter(name.clone(), chunks.collect::<Vec<_>>());
    let dtype = DataType::Categorical(categories, names);
    Ok(CategoricalChunked::<Categorical32Type>::from_cats_and_dtype(codes, dtype).into_series().into_column())
}
