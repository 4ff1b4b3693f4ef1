//! Codes of names that differ in a number only.
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::numbers::{NONE, Numbers};

/// Numbers that may be, for a row, at most, where there is a bit for each.
const BITS: usize = 4;

/// Rows that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 18;

/// The code of each row, and the number of each code.
pub(super) fn codes(numbers: &Numbers) -> (Vec<u32>, Vec<u32>) {
    numbers.range(BITS).map_or_else(|| far_apart(numbers), |range| near(numbers, range))
}

/// Codes in the order of the numbers: a bit for each number that may be, so that they lie in a cache
/// of the processor.
fn near(numbers: &Numbers, range: usize) -> (Vec<u32>, Vec<u32>) {
    let words = range.div_ceil(u64::BITS as usize);
    let seen = |numbers: &[u32]| {
        let mut seen = vec![0u64; words];
        for number in numbers {
            if let Some(word) = seen.get_mut((number / u64::BITS) as usize) {
                *word |= 1 << (number % u64::BITS);
            }
        }
        seen
    };
    let either = |mut a: Vec<u64>, b: Vec<u64>| {
        a.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
        a
    };
    let piece = numbers.len().div_ceil(rayon::current_num_threads()).max(AT_ONCE);
    let seen = numbers.rows.par_chunks(piece).map(seen).reduce_with(either).unwrap_or_default();
    // With each word, how many numbers are before it.
    let mut known = vec![];
    let mut places: Vec<(u64, u32)> = Vec::with_capacity(words);
    for (word, at) in seen.into_iter().zip((0..).step_by(u64::BITS as usize)) {
        places.push((word, known.len() as u32));
        let mut rest = word;
        while rest != 0 {
            known.push(at + rest.trailing_zeros());
            rest &= rest - 1;
        }
    }
    let code = |number: &u32| {
        let (word, before) = places.get((number / u64::BITS) as usize)?;
        Some(before + (word & ((1 << (number % u64::BITS)) - 1)).count_ones())
    };
    let rows = numbers.rows.par_iter().with_min_len(AT_ONCE).map(|number| code(number).unwrap_or(NONE)).collect();
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
