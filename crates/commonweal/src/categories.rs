//! Columns of categories, however many bytes their codes take.
use polars::prelude::*;

/// Calls `see` with the code of each row, none for null.
pub(crate) fn for_each(categories: &Series, see: impl FnMut(Option<u32>)) {
    fn each<T: PolarsNumericType<Native: Into<u32>>>(codes: &ChunkedArray<T>, mut see: impl FnMut(Option<u32>)) {
        for array in codes.downcast_iter() {
            match array.validity().filter(|validity| validity.unset_bits() > 0) {
                None => array.values().iter().for_each(|code| see(Some((*code).into()))),
                Some(_) => array.iter().for_each(|code| see(code.map(|code| (*code).into()))),
            }
        }
    }
    let codes = categories.to_physical_repr();
    match (codes.u8(), codes.u16(), codes.u32()) {
        (Ok(codes), ..) => each(codes, see),
        (_, Ok(codes), _) => each(codes, see),
        (.., Ok(codes)) => each(codes, see),
        _ => {}
    }
}

/// The names of a column of categories, by code; none of another.
pub(crate) fn names(column: &Series) -> Option<&CategoricalMapping> {
    match column.dtype() {
        DataType::Categorical(_, names) | DataType::Enum(_, names) => Some(names),
        _ => None,
    }
}
