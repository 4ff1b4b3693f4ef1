//! Columns of instants from Parquet pages, in one piece: polars would have a piece for each row group, and put them together once more.
use polars::prelude::*;
use polars_arrow::array::{Array, PrimitiveArray};
use polars_arrow::datatypes::{ArrowDataType, Field as ArrowField, TimeUnit as ArrowTimeUnit};
use polars_parquet::parquet::schema::types::{PhysicalType, PrimitiveConvertedType, PrimitiveLogicalType};
use polars_parquet::parquet::schema::types::{PrimitiveType, TimeUnit as FileUnit};

use super::chunks::{self, Chunk, Footer, Origin};
use super::pages::{Make, Pages};

/// Those of these columns that hold an instant in every row.
pub(super) fn read(origin: &Origin, footer: &Footer, columns: &[String]) -> PolarsResult<Vec<Column>> {
    let mut found = vec![];
    for field in footer.fields(columns, |dtype| matches!(dtype, ArrowDataType::Timestamp(..))) {
        let Some(all) = Chunk::all(origin, footer, &field.name) else { continue };
        if !all.iter().all(|own| is_in_unit_of(&own.chunk.descriptor().descriptor.primitive_type, &field.dtype)) {
            continue;
        }
        if let Some(rows) = chunks::gather(Chunk::with_rows(&all), |chunk, rows| read_chunk(chunk, field, rows)) {
            let instants = PrimitiveArray::new(field.dtype.clone(), rows.into(), None);
            found.push(Series::from_arrow(field.name.clone(), instants.boxed())?.into_column());
        }
    }
    Ok(found)
}

/// The instant of each row; none where one has none, or they cannot be read.
fn read_chunk(chunk: &Chunk<'_>, field: &ArrowField, rows: &mut [i64]) -> Option<()> {
    if let Some(pages) = Pages::open(chunk).filter(|pages| pages.dictionary.is_none())
        && pages.read(&[], &mut AsTheyLie, rows).is_some()
    {
        return Some(());
    }
    let mut rest = rows;
    for array in chunk.arrays(field.clone())? {
        let instants = array.as_any().downcast_ref::<PrimitiveArray<i64>>().filter(|array| array.null_count() == 0)?;
        let own;
        (own, rest) = rest.split_at_mut_checked(instants.len())?;
        own.copy_from_slice(instants.values());
    }
    rest.is_empty().then_some(())
}

/// Whether a column lies in the unit of a type: what wrote it may have had another in memory, and told of that, too. Then it is left to polars.
fn is_in_unit_of(lies: &PrimitiveType, dtype: &ArrowDataType) -> bool {
    let unit = match (lies.logical_type, lies.converted_type) {
        (Some(PrimitiveLogicalType::Timestamp { unit: FileUnit::Milliseconds, .. }), _) => ArrowTimeUnit::Millisecond,
        (Some(PrimitiveLogicalType::Timestamp { unit: FileUnit::Microseconds, .. }), _) => ArrowTimeUnit::Microsecond,
        (Some(PrimitiveLogicalType::Timestamp { unit: FileUnit::Nanoseconds, .. }), _) => ArrowTimeUnit::Nanosecond,
        (None, Some(PrimitiveConvertedType::TimestampMillis)) => ArrowTimeUnit::Millisecond,
        (None, Some(PrimitiveConvertedType::TimestampMicros)) => ArrowTimeUnit::Microsecond,
        _ => return false,
    };
    lies.physical_type == PhysicalType::Int64 && matches!(dtype, ArrowDataType::Timestamp(asked, _) if *asked == unit)
}

/// Eight bytes for each instant.
struct AsTheyLie;

impl Make<i64> for AsTheyLie {
    fn value(&mut self, plain: &mut &[u8]) -> Option<i64> {
        let (instant, rest) = plain.split_first_chunk()?;
        *plain = rest;
        Some(i64::from_le_bytes(*instant))
    }

    fn null(&mut self, _: usize) -> Option<i64> {
        None
    }
}
