//! Columns of categories, however many bytes their codes take.
use polars::prelude::*;
use rayon::prelude::*;

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

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 17;

/// What `of` makes of the code of each row; it is asked once for each code that there is, and for none.
pub(crate) fn map<V: Copy + Send + Sync>(
    categories: &Series,
    names: &CategoricalMapping,
    of: impl Fn(Option<u32>) -> V,
) -> Vec<V> {
    fn each<T: PolarsNumericType<Native: Into<u32>>, V: Copy + Send + Sync>(
        codes: &ChunkedArray<T>,
        of_codes: &[V],
        none: V,
    ) -> Vec<V> {
        let of = |code: u32| of_codes.get(code as usize).copied().unwrap_or(none);
        let mut mapped = Vec::with_capacity(codes.len());
        for array in codes.downcast_iter() {
            match array.validity().filter(|validity| validity.unset_bits() > 0) {
                None => {
                    let values = array.values().as_slice().par_iter().with_min_len(AT_ONCE);
                    mapped.par_extend(values.map(|code| of((*code).into())));
                }
                Some(_) => mapped.extend(array.iter().map(|code| code.map_or(none, |code| of((*code).into())))),
            }
        }
        mapped
    }
    let of_codes: Vec<V> = (0..names.num_cats_upper_bound() as u32).map(|code| of(Some(code))).collect();
    let codes = categories.to_physical_repr();
    match (codes.u8(), codes.u16(), codes.u32()) {
        (Ok(codes), ..) => each(codes, &of_codes, of(None)),
        (_, Ok(codes), _) => each(codes, &of_codes, of(None)),
        (.., Ok(codes)) => each(codes, &of_codes, of(None)),
        _ => vec![],
    }
}

/// The names of a column of categories, by code; none of another.
pub(crate) fn names(column: &Series) -> Option<&CategoricalMapping> {
    match column.dtype() {
        DataType::Categorical(_, names) | DataType::Enum(_, names) => Some(names),
        _ => None,
    }
}
