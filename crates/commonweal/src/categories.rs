//! Columns of categories, however many bytes their codes take.
use polars::prelude::*;
use rayon::prelude::*;

/// Rows that one thread of the machine takes at a time, at least.
const AT_ONCE: usize = 1 << 17;

/// The names of a column of categories, by code; none of another.
pub(crate) fn names(column: &Series) -> Option<&CategoricalMapping> {
    match column.dtype() {
        DataType::Categorical(_, names) | DataType::Enum(_, names) => Some(names),
        _ => None,
    }
}

/// What is done with codes of any width.
trait Walk: Sized {
    type Found: Default;

    fn walk<T: PolarsNumericType<Native: Into<u32>>>(self, codes: &ChunkedArray<T>) -> Self::Found;

    fn through(self, categories: &Series) -> Self::Found {
        let codes = categories.to_physical_repr();
        match (codes.u8(), codes.u16(), codes.u32()) {
            (Ok(codes), ..) => self.walk(codes),
            (_, Ok(codes), _) => self.walk(codes),
            (.., Ok(codes)) => self.walk(codes),
            _ => Self::Found::default(),
        }
    }
}

/// The codes that rows have, by first appearance.
pub(crate) fn by_appearance(categories: &Series, names: &CategoricalMapping) -> Vec<u32> {
    ByAppearance { names: names.num_cats_upper_bound() }.through(categories)
}

struct ByAppearance {
    names: usize,
}

impl Walk for ByAppearance {
    type Found = Vec<u32>;

    fn walk<T: PolarsNumericType<Native: Into<u32>>>(self, codes: &ChunkedArray<T>) -> Vec<u32> {
        let mut found = Seen::of(self.names);
        for array in codes.downcast_iter() {
            if array.validity().is_some_and(|validity| validity.unset_bits() > 0) {
                array.iter().flatten().for_each(|code| found.see((*code).into()));
                continue;
            }
            // Each thread of the machine has a table of the names, so there is a piece for each, not more.
            let values = array.values().as_slice();
            let piece = values.len().div_ceil(rayon::current_num_threads()).max(AT_ONCE);
            let own = |values: &[T::Native]| {
                let mut found = Seen::of(self.names);
                values.iter().for_each(|code| found.see((*code).into()));
                found.codes
            };
            let pieces: Vec<Vec<u32>> = values.par_chunks(piece).map(own).collect();
            pieces.into_iter().flatten().for_each(|code| found.see(code));
        }
        found.codes
    }
}

/// Codes that were seen, in order, each once.
struct Seen {
    is_seen: Vec<bool>,
    codes: Vec<u32>,
}

impl Seen {
    fn of(names: usize) -> Self {
        Self { is_seen: vec![false; names], codes: vec![] }
    }

    fn see(&mut self, code: u32) {
        if let Some(seen) = self.is_seen.get_mut(code as usize).filter(|seen| !**seen) {
            *seen = true;
            self.codes.push(code);
        }
    }
}

/// What `of` makes of the code of each row; it is asked once for each code that there is, and for none.
pub(crate) fn map<V: Copy + Send + Sync>(
    categories: &Series,
    names: &CategoricalMapping,
    of: impl Fn(Option<u32>) -> V,
) -> Vec<V> {
    let of_codes = (0..names.num_cats_upper_bound() as u32).map(|code| of(Some(code))).collect();
    Mapped { of_codes, none: of(None) }.through(categories)
}

struct Mapped<V> {
    of_codes: Vec<V>,
    none: V,
}

impl<V: Copy + Send + Sync> Walk for Mapped<V> {
    type Found = Vec<V>;

    fn walk<T: PolarsNumericType<Native: Into<u32>>>(self, codes: &ChunkedArray<T>) -> Vec<V> {
        let Self { of_codes, none } = self;
        // Each byte has a value, so that none is held against how many codes there are.
        let of_bytes: [V; 1 << 8] = std::array::from_fn(|code| of_codes.get(code).copied().unwrap_or(none));
        let of = |code: u32| match size_of::<T::Native>() {
            1 => of_bytes[usize::from(code as u8)],
            _ => of_codes.get(code as usize).copied().unwrap_or(none),
        };
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
}
