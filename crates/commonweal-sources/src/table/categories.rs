//! Columns of names from Parquet pages, as the codes that the pages hold: no string is made for any row.
use std::collections::HashSet;

use polars::prelude::*;
use polars_arrow::array::PrimitiveArray;
use polars_arrow::bitmap::BitmapBuilder;
use rayon::prelude::*;

use super::chunks::{self, Chunk, Footer, Origin};
use super::pages::{self, Make, Pages};

/// What the columns made here are told by.
const NAMESPACE: PlSmallStr = PlSmallStr::from_static("commonweal");

/// Whether a column is one of those made here.
pub(super) fn is_ours(column: &Column) -> bool {
    matches!(column.dtype(), DataType::Categorical(categories, _) if *categories.namespace() == NAMESPACE)
}

/// Those of these columns which hold nothing but dictionary codes, of names that many rows share. A column whose codes
/// a writer has given up in any row group is not among them.
pub(super) fn read(origin: &Origin, footer: &Footer, columns: &[String]) -> PolarsResult<Vec<Column>> {
    let mut found = vec![];
    for name in footer.texts(columns) {
        let have_codes = |all: &Vec<Chunk<'_>>| all.iter().all(|own| own.chunk.dictionary_page_offset().is_some());
        let Some(all) = Chunk::all(origin, footer, name).filter(have_codes) else { continue };
        // The first tells what the others are like.
        let Some((first, others)) = all.split_first() else { continue };
        let Some(first) = Coded::open(first).filter(Coded::are_shared) else { continue };
        let others = others.par_iter().map(Coded::open);
        let Some(others) = others.collect::<Option<Vec<_>>>() else { continue };
        let groups = [first].into_iter().chain(others).collect();
        found.extend(categories(name, groups)?);
    }
    Ok(found)
}

/// Rows of a name, at least, on average: where there are more names, numbering them anew costs more than it saves.
const ROWS_OF_A_NAME: usize = 16;

/// What one row group holds of a column: pages of places in a dictionary.
struct Coded {
    pages: Pages,
    rows: usize,
    /// How many names the dictionary has, all of which are UTF-8.
    names: usize,
}

impl Coded {
    /// The codes of a row group; none where its dictionary cannot be read.
    fn open(chunk: &Chunk<'_>) -> Option<Self> {
        let pages = Pages::open(chunk)?;
        let (mut rest, mut names) = (pages.dictionary.as_deref()?, 0);
        while !rest.is_empty() {
            std::str::from_utf8(pages::name(&mut rest)?).ok()?;
            names += 1;
        }
        Some(Self { pages, rows: chunk.rows, names })
    }

    /// Whether many rows share a name.
    fn are_shared(&self) -> bool {
        self.names * ROWS_OF_A_NAME <= self.rows.max(ROWS_OF_A_NAME)
    }

    /// The names of the dictionary.
    fn names(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.pages.dictionary.as_deref().unwrap_or_default();
        // They are there, and UTF-8, as was seen when it was opened.
        std::iter::from_fn(move || std::str::from_utf8(pages::name(&mut rest)?).ok())
    }
}

/// One column of categories: the names of all row groups are numbered anew. None where a page holds values.
fn categories(name: &PlSmallStr, groups: Vec<Coded>) -> PolarsResult<Option<Column>> {
    let most = CategoricalPhysical::U8.max_categories();
    let mut distinct = HashSet::new();
    let few = groups.iter().flat_map(Coded::names).all(|name| !distinct.insert(name) || distinct.len() <= most);
    drop(distinct);
    if few { numbered::<Categorical8Type>(name, groups) } else { numbered::<Categorical32Type>(name, groups) }
}

/// The column in one piece, its codes in so many bytes.
fn numbered<T: PolarsCategoricalType>(name: &PlSmallStr, groups: Vec<Coded>) -> PolarsResult<Option<Column>> {
    let categories = Categories::random(NAMESPACE, T::physical());
    let mapping = categories.mapping();
    let place = |name| mapping.insert_cat(name).map(T::Native::from_cat);
    let places = groups.iter().map(|group| group.names().map(place).collect());
    let places: Vec<Vec<T::Native>> = places.collect::<PolarsResult<_>>()?;
    let sizes: Vec<usize> = groups.iter().map(|group| group.rows).collect();
    let mut nulls: Vec<Nulls> = vec![Nulls::default(); groups.len()];
    let coded = groups.into_iter().zip(&places).zip(&mut nulls).map(|((group, places), nulls)| {
        let rows = group.rows;
        ((group.pages, places, nulls), rows)
    });
    let codes = chunks::gather(coded, |(pages, places, nulls), own| pages.read(places, nulls, own));
    let Some(codes) = codes else { return Ok(None) };
    let validity = nulls.iter().any(|nulls| !nulls.0.is_empty()).then(|| {
        let mut there = BitmapBuilder::with_capacity(codes.len());
        for (nulls, size) in nulls.iter().zip(sizes) {
            let mut next = 0;
            for null in nulls.0.iter().map(|null| *null as usize) {
                there.extend_constant(null - next, true);
                there.push(false);
                next = null + 1;
            }
            there.extend_constant(size - next, true);
        }
        there.freeze()
    });
    let codes = ChunkedArray::with_chunk(name.clone(), PrimitiveArray::from_vec(codes).with_validity(validity));
    let has_names = mapping.num_cats_upper_bound() > 0;
    let dtype = DataType::Categorical(categories, mapping);
    let column = if has_names {
        // SAFETY: each code is one that the mapping gave, or the first of those it has.
        #[allow(unsafe_code)]
        unsafe {
            CategoricalChunked::<T>::from_cats_and_dtype_unchecked(codes, dtype)
        }
    } else {
        CategoricalChunked::<T>::from_cats_and_dtype(codes, dtype)
    };
    Ok(Some(column.into_series().into_column()))
}

/// The rows of a group that have no name, in order.
#[derive(Clone, Debug, Default)]
struct Nulls(Vec<u32>);

impl<T: Default> Make<T> for Nulls {
    fn value(&mut self, _: &mut &[u8]) -> Option<T> {
        None
    }

    fn null(&mut self, row: usize) -> Option<T> {
        self.0.push(row as u32);
        Some(T::default())
    }
}
