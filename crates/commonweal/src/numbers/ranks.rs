//! Which numbers are there, and how many are below each.
use rayon::prelude::*;

/// Numbers that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 18;

/// Pieces that each thread of the machine takes, at most: every piece has bits of its own.
const PIECES_PER_THREAD: usize = 4;

/// A bit for each number that may be, so that they lie in a cache of the processor where numbers are dense.
#[derive(Debug)]
pub(crate) struct Ranks {
    /// With each word of bits, how many numbers are before it.
    words: Vec<(u64, u32)>,
    len: usize,
}

impl Ranks {
    /// Of these numbers, in any order; those from `range` on, as [`super::NONE`], are none.
    pub(crate) fn of(numbers: &[u32], range: usize) -> Self {
        let words = range.div_ceil(u64::BITS as usize);
        let seen = |numbers: &[u32]| {
            let mut seen = vec![0u64; words];
            for number in numbers {
                let bit = 1 << (number % u64::BITS);
                // Mostly it is there: to write it again would keep the next one waiting.
                if let Some(word) = seen.get_mut((number / u64::BITS) as usize).filter(|word| **word & bit == 0) {
                    *word |= bit;
                }
            }
            seen
        };
        let either = |mut a: Vec<u64>, b: Vec<u64>| {
            a.iter_mut().zip(b).for_each(|(a, b)| *a |= b);
            a
        };
        let piece = numbers.len().div_ceil(PIECES_PER_THREAD * rayon::current_num_threads()).max(AT_ONCE);
        let seen = numbers.par_chunks(piece).map(seen).reduce_with(either).unwrap_or_default();
        let mut len = 0;
        let counted = |word: u64| {
            let before = len;
            len += word.count_ones();
            (word, before)
        };
        let words = seen.into_iter().map(counted).collect();
        Self { words, len: len as usize }
    }

    /// How many numbers there are, each counted once.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How many are below a number; none where it is not there.
    #[inline]
    pub(crate) fn rank(&self, number: u32) -> Option<u32> {
        let (word, before) = self.words.get((number / u64::BITS) as usize)?;
        let place = number % u64::BITS;
        if *word == u64::MAX {
            return Some(before + place);
        }
        let bit = 1 << place;
        (word & bit != 0).then(|| before + (word & (bit - 1)).count_ones())
    }

    /// The numbers, in order.
    pub(crate) fn numbers(&self) -> Vec<u32> {
        let mut numbers = Vec::with_capacity(self.len);
        for ((word, _), at) in self.words.iter().zip((0..).step_by(u64::BITS as usize)) {
            let mut rest = *word;
            while rest != 0 {
                numbers.push(at + rest.trailing_zeros());
                rest &= rest - 1;
            }
        }
        numbers
    }
}

#[cfg(test)]
mod tests {
    use super::super::NONE;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_places_among_the_sorted(numbers in prop::collection::vec(prop_oneof![0u32..300, Just(NONE)], 0..200)) {
            let mut sorted: Vec<u32> = numbers.iter().copied().filter(|number| *number != NONE).collect();
            sorted.sort_unstable();
            sorted.dedup();
            let ranks = Ranks::of(&numbers, 300);
            prop_assert_eq!(ranks.numbers(), &sorted[..]);
            for number in (0..320).chain([NONE]) {
                let expected = sorted.binary_search(&number).ok().map(|place| place as u32);
                prop_assert_eq!(ranks.rank(number), expected);
            }
            prop_assert_eq!(ranks.len(), sorted.len());
        }
    }
}
