//! Columns of names from Parquet pages, as the codes that the pages hold: no string is made for any row.
use std::collections::HashSet;

use polars::prelude::*;
use polars_arrow::array::{Array, DictionaryArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::bitmap::BitmapBuilder;
use polars_arrow::datatypes::{ArrowDataType, DTYPE_CATEGORICAL_NEW, Field as ArrowField, IntegerType, Metadata};
use rayon::prelude::*;

use super::chunks::{self, Chunk, Footer, Origin};

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
pub(super) fn read(origin: &Origin, footer: &Footer, columns: &[String]) -> PolarsResult<Vec<Column>> {
    let mut found = vec![];
    for name in footer.texts(columns) {
        let have_codes = |all: &Vec<Chunk<'_>>| all.iter().all(|own| own.chunk.dictionary_page_offset().is_some());
        let Some(all) = Chunk::all(origin, footer, name).filter(have_codes) else { continue };
        // The first tells what the others are like.
        let Some((first, others)) = all.split_first() else { continue };
        let Some(first) = decode(name, first).filter(|first| are_shared(first)) else { continue };
        let others = others.par_iter().map(|chunk| decode(name, chunk));
        if let Some(others) = others.collect::<Option<Vec<_>>>() {
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
fn decode(name: &PlSmallStr, chunk: &Chunk<'_>) -> Option<Vec<Coded>> {
    let codes = ArrowDataType::Dictionary(IntegerType::UInt32, Box::new(ArrowDataType::Utf8View), false);
    // With this mark the decoder hands over the codes as they are, and refuses pages of values.
    let mark = Metadata::from_iter([(DTYPE_CATEGORICAL_NEW.into(), PlSmallStr::EMPTY)]);
    let field = ArrowField::new(name.clone(), codes, true).with_metadata(mark);
    chunk.arrays(field)?.iter().map(|array| array.as_any().downcast_ref::<Coded>().cloned()).collect()
}

/// One column of categories: the names of all row groups are numbered anew.
fn categories(name: &PlSmallStr, groups: &[Coded]) -> PolarsResult<Column> {
    let own = |group: &Coded| group.values().as_any().downcast_ref::<Utf8ViewArray>().cloned();
    let names: Vec<Option<Utf8ViewArray>> = groups.iter().map(own).collect();
    let distinct: HashSet<&str> = names.iter().flatten().flat_map(|names| names.iter().flatten()).collect();
    let few = distinct.len() <= CategoricalPhysical::U8.max_categories();
    if few {
        numbered::<Categorical8Type>(name, groups, &names)
    } else {
        numbered::<Categorical32Type>(name, groups, &names)
    }
}

/// The column in one piece, its codes in so many bytes.
fn numbered<T: PolarsCategoricalType>(
    name: &PlSmallStr,
    groups: &[Coded],
    names: &[Option<Utf8ViewArray>],
) -> PolarsResult<Column> {
    let categories = Categories::random(NAMESPACE, T::physical());
    let mapping = categories.mapping();
    let place = |own: Option<&str>| own.map_or(Ok(0), |own| mapping.insert_cat(own)).map(T::Native::from_cat);
    let places = names.iter().map(|own| own.iter().flat_map(|own| own.iter()).map(place).collect());
    let places: Vec<Vec<T::Native>> = places.collect::<PolarsResult<_>>()?;
    let rows = groups.iter().map(Coded::len).sum();
    let validity = groups.iter().any(|group| group.null_count() > 0).then(|| {
        let mut there = BitmapBuilder::with_capacity(rows);
        for group in groups {
            match group.validity() {
                Some(own) => there.extend_from_bitmap(own),
                None => there.extend_constant(group.len(), true),
            }
        }
        there.freeze()
    });
    let coded = groups.iter().zip(&places).map(|of_group| (of_group, of_group.0.len()));
    let codes = chunks::gather(coded, |(group, places), own| {
        let place = |code: &u32| places.get(*code as usize).copied().unwrap_or_default();
        own.iter_mut().zip(group.keys().values().iter()).for_each(|(own, code)| *own = place(code));
        Some(())
    });
    let codes = codes.unwrap_or_default();
    let codes = ChunkedArray::with_chunk(name.clone(), PrimitiveArray::from_vec(codes).with_validity(validity));
    let has_names = mapping.num_cats_upper_bound() > 0;
    let dtype = DataType::Categorical(categories, mapping);
    Ok(if has_names {
        // SAFETY: each code is one that the mapping gave, or the first of those it has.
        #[allow(unsafe_code)]
        unsafe {
            CategoricalChunked::<T>::from_cats_and_dtype_unchecked(codes, dtype)
        }
    } else {
        CategoricalChunked::<T>::from_cats_and_dtype(codes, dtype)
    }
    .into_series()
    .into_column())
}
