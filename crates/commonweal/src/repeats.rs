//! Which rows of a column repeat a value.
use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};
use polars::prelude::*;
use rayon::prelude::*;

/// Rows are dealt to so many tables by their hash, so that each table fits a cache of the processor.
const TABLES: usize = 256;

/// Rows that one thread of the machine deals at a time.
const AT_ONCE: usize = 1 << 18;

/// The rows whose value an earlier row has, in order. Nulls repeat nothing.
pub(crate) fn repeats(strings: &StringChunked) -> Vec<usize> {
    let strings = strings.rechunk();
    let Some(values) = strings.downcast_iter().next() else { return vec![] };
    let hasher = DefaultHashBuilder::default();
    let starts: Vec<usize> = (0..values.len()).step_by(AT_ONCE).collect();
    // The upper half of the hash, of which the lowest bits choose the table, and the row.
    let dealt: Vec<Vec<Vec<(u32, u32)>>> = starts
        .par_iter()
        .map(|start| {
            let mut tables = vec![vec![]; TABLES];
            for row in *start..(start + AT_ONCE).min(values.len()) {
                if let Some(value) = values.get(row) {
                    let hash = hasher.hash_one(value);
                    tables[hash as usize % TABLES].push(((hash >> 32) as u32, row as u32));
                }
            }
            tables
        })
        .collect();
    let mut repeated: Vec<usize> = (0..TABLES)
        .into_par_iter()
        .flat_map_iter(|table| {
            let rows = || dealt.iter().flat_map(|tables| &tables[table]);
            let wide = |hash: u32| u64::from(hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mut seen: HashTable<(u32, u32)> = HashTable::with_capacity(rows().count());
            let mut repeated = vec![];
            for (hash, row) in rows().copied() {
                let same =
                    |(h, other): &(u32, u32)| *h == hash && values.get(*other as usize) == values.get(row as usize);
                if seen.find(wide(hash), same).is_some() {
                    repeated.push(row as usize);
                } else {
                    seen.insert_unique(wide(hash), (hash, row), |(hash, _)| wide(*hash));
                }
            }
            repeated
        })
        .collect();
    repeated.sort_unstable();
    repeated
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_an_earlier_row_has_is_repeated(
            chunks in prop::collection::vec(prop::collection::vec(prop::option::of("(a|b|too long to lie in a view )[a-c]{0,2}"), 0..40), 1..4),
        ) {
            let mut column = StringChunked::from_iter(Vec::<Option<String>>::new());
            for chunk in &chunks {
                column.append(&StringChunked::from_iter(chunk.clone())).expect("strings");
            }
            let values: Vec<Option<String>> = chunks.concat();
            let earlier = |row: usize| values[row].is_some() && values[..row].contains(&values[row]);
            let expected: Vec<usize> = (0..values.len()).filter(|row| earlier(*row)).collect();
            prop_assert_eq!(repeats(&column), expected);
        }
    }
}
