//! Codes of names that differ in a number only.
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::numbers::{FEW_BITS, NONE, Numbers, Ranks};

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 18;

/// The code of each row, and the number of each code: in the order of the numbers, where they lie dense.
pub(super) fn codes(numbers: Numbers) -> (Vec<u32>, Vec<u32>) {
    let Some(range) = numbers.range(FEW_BITS) else { return far_apart(&numbers) };
    let ranks = Ranks::of(&numbers.rows, range);
    let mut rows = numbers.rows;
    let code = |number: &mut u32| *number = ranks.rank(*number).unwrap_or(NONE);
    let ((), known) = rayon::join(|| rows.par_iter_mut().with_min_len(AT_ONCE).for_each(code), || ranks.numbers());
    (rows, known)
}

/// Codes of numbers that lie far apart, in the order in which they come.
fn far_apart(numbers: &Numbers) -> (Vec<u32>, Vec<u32>) {
    let (mut places, mut known): (HashMap<u32, u32>, Vec<u32>) = Default::default();
    let mut code = |number: u32| {
        *places.entry(number).or_insert_with(|| {
            known.push(number);
            known.len() as u32 - 1
        })
    };
    let rows = numbers.rows.iter().map(|number| if *number == NONE { NONE } else { code(*number) }).collect();
    (rows, known)
}
