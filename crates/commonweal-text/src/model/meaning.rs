//! What words mean: numbers for each, and a small network over their sum.
//!
//! The numbers were learned by a larger model, so that words which mean the like have the like, and what is learned of one holds for
//! the other. Those of words that a negation reaches are summed apart from the rest. Both sums, over the root of the number of words,
//! go through one layer of units, each of which is its own sum of them where that is above nothing, and else 0.

use super::features::{Kind, Token, Tokens};
use super::profile::HEADS;

/// Numbers of a word, of four bits each.
pub(crate) const WIDTH: usize = 32;
/// What the units read: the sum over words, and over negated words.
pub(crate) const INPUTS: usize = 2 * WIDTH;
/// Four bits stand for −8 to 7.
const ZERO: i32 = 8;
/// Inputs are in sixteenths, and at most so large.
pub(crate) const FRACTION: u32 = 4;
const MOST: i64 = i16::MAX as i64;
/// The last weights are in units of 2⁻³⁰, logits in units of 2⁻²⁰.
const FINER: u32 = 10;

/// Numbers of words by bucket, and the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meanings {
    /// A byte has one number in its low half, and the one that is `WIDTH / 2` further in its high half.
    pub(crate) words: Vec<[u8; WIDTH / 2]>,
    pub(crate) units: Vec<Unit>,
}

/// A unit: what it makes of inputs, and what it adds to each head where it is above nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unit {
    /// From −127 to 127; as wide as the inputs, so that pairs of products are one instruction.
    pub(crate) weights: [i16; INPUTS],
    pub(crate) bias: i32,
    pub(crate) heads: [i32; HEADS],
}

/// The numbers of one word.
fn unpacked(row: &[u8; WIDTH / 2]) -> [i32; WIDTH] {
    let mut sums = Sums::default();
    sums.add(row);
    sums.all()
}

impl Unit {
    fn height(&self, inputs: &[i16; INPUTS]) -> i32 {
        let products = inputs.iter().zip(&self.weights).map(|(input, weight)| i32::from(*input) * i32::from(*weight));
        (products.sum::<i32>() + self.bias).max(0)
    }
}

/// The hash of each word that has a meaning, and whether it is negated.
pub(crate) fn words(tokens: &Tokens) -> impl Iterator<Item = (u32, bool)> {
    tokens.all.iter().filter(|token| has_meaning(token)).map(|token| (token.hash, token.negated))
}

fn has_meaning(token: &Token) -> bool {
    matches!(token.kind, Kind::Word | Kind::Mark) && !token.known.is_group()
}

/// Four bits of each number, in a byte.
pub(crate) fn packed(numbers: [i8; WIDTH]) -> [u8; WIDTH / 2] {
    let four = |number: i8| (number.clamp(-8, 7) + ZERO as i8) as u8;
    std::array::from_fn(|at| four(numbers[at]) | four(numbers[at + WIDTH / 2]) << 4)
}

/// Sums of the numbers of words.
#[derive(Clone, Copy, Default)]
struct Sums {
    all: [i32; WIDTH],
    /// Of the last few words: as they are stored, a byte each.
    few: [[u8; WIDTH / 2]; 2],
    count: i32,
}

impl Sums {
    /// So many numbers of four bits have a sum of eight.
    const ROOM: i32 = 17;

    #[inline]
    fn add(&mut self, row: &[u8; WIDTH / 2]) {
        if self.count == Self::ROOM {
            self.all = self.all();
            (self.few, self.count) = Default::default();
        }
        let [low, high] = &mut self.few;
        for ((low, high), byte) in low.iter_mut().zip(high).zip(row) {
            (*low, *high) = (*low + (byte & 15), *high + (byte >> 4));
        }
        self.count += 1;
    }

    fn all(self) -> [i32; WIDTH] {
        let few = self.few.as_flattened();
        std::array::from_fn(|at| self.all[at] + i32::from(few[at]) - ZERO * self.count)
    }
}

impl Meanings {
    fn row(&self, hash: u32) -> &[u8; WIDTH / 2] {
        &self.words[hash as usize & (self.words.len() - 1)]
    }

    /// What the units read of words.
    fn inputs(&self, words: impl Iterator<Item = (u32, bool)>) -> [i16; INPUTS] {
        let (mut halves, mut count) = ([Sums::default(); 2], 0u64);
        for (hash, negated) in words {
            halves[usize::from(negated)].add(self.row(hash));
            count += 1;
        }
        let share = share(count);
        let sums = halves.map(Sums::all);
        std::array::from_fn(|at| ((i64::from(sums[at / WIDTH][at % WIDTH]) * share) >> 20).clamp(-MOST, MOST) as i16)
    }

    /// What the words of a text add to the logits, in units of 2⁻²⁰.
    pub(crate) fn logits(&self, words: impl Iterator<Item = (u32, bool)>) -> [i64; HEADS] {
        let inputs = self.inputs(words);
        let mut sums = [0i64; HEADS];
        for unit in &self.units {
            let height = i64::from(unit.height(&inputs));
            sums.iter_mut().zip(unit.heads).for_each(|(sum, weight)| *sum += height * i64::from(weight));
        }
        sums.map(|sum| sum >> FINER)
    }

    /// What each token adds to the logits, while the same units are above nothing.
    pub(crate) fn parts(&self, tokens: &Tokens) -> Vec<[i64; HEADS]> {
        let inputs = self.inputs(words(tokens));
        let share = share(words(tokens).count() as u64);
        let mut slopes = [[0i64; HEADS]; INPUTS];
        for unit in self.units.iter().filter(|unit| unit.height(&inputs) > 0) {
            for (slopes, weight) in slopes.iter_mut().zip(unit.weights) {
                let heads = slopes.iter_mut().zip(unit.heads);
                heads.for_each(|(slope, head)| *slope += i64::from(weight) * i64::from(head));
            }
        }
        let part = |token: &Token| {
            let mut sums = [0i64; HEADS];
            if has_meaning(token) {
                let half = &slopes[WIDTH * usize::from(token.negated)..][..WIDTH];
                for (number, slopes) in unpacked(self.row(token.hash)).into_iter().zip(half) {
                    let input = (i64::from(number) * share) >> 10;
                    sums.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += (input * slope) >> (10 + FINER));
                }
            }
            sums
        };
        tokens.all.iter().map(part).collect()
    }
}

/// One over the root of a count, in units of 2⁻²⁰ of an input's unit.
fn share(count: u64) -> i64 {
    (1 << (30 + FRACTION)) / (count.max(1) << 20).isqrt() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings() -> Meanings {
        let number = |at: usize, by: usize| ((at * by) % 15) as i8 - 7;
        Meanings {
            words: (0..16).map(|row| packed(std::array::from_fn(|at| number(row + at, 7)))).collect(),
            units: (0..20)
                .map(|unit| Unit {
                    weights: std::array::from_fn(|at| i16::from(number(unit + at, 11)) * 9),
                    bias: unit as i32 * 10 - 100,
                    heads: std::array::from_fn(|head| i32::from(number(unit + head, 4)) * 50_000),
                })
                .collect(),
        }
    }

    #[test]
    fn numbers_are_kept_in_four_bits() {
        let numbers: [i8; WIDTH] = std::array::from_fn(|at| at as i8 % 16 - 8);
        let meanings = Meanings { words: vec![packed(numbers)], ..meanings() };
        assert_eq!(unpacked(meanings.row(7)), numbers.map(i32::from));
    }

    #[test]
    fn integers_give_what_the_formula_gives() {
        let meanings = meanings();
        let words = [(3, false), (3, false), (9, true), (14, false), (1, true)];
        let mut inputs = [0f64; INPUTS];
        for (hash, negated) in words {
            let half = &mut inputs[WIDTH * usize::from(negated)..];
            half.iter_mut()
                .zip(unpacked(meanings.row(hash)))
                .for_each(|(sum, number)| *sum += 16.0 * f64::from(number) / 5f64.sqrt());
        }
        let mut expected = [0f64; HEADS];
        for unit in &meanings.units {
            let sum: f64 = inputs.iter().zip(unit.weights).map(|(input, weight)| input * f64::from(weight)).sum();
            let height = (sum + f64::from(unit.bias)).max(0.0);
            expected.iter_mut().zip(unit.heads).for_each(|(sum, head)| *sum += height * f64::from(head) / 1024.0);
        }
        for (found, expected) in meanings.logits(words.into_iter()).iter().zip(expected) {
            assert!((*found as f64 - expected).abs() < 0.02 * expected.abs() + 2000.0, "{found} {expected}");
        }
    }

    #[test]
    fn many_words_do_not_overflow() {
        let unit = Unit { weights: [127; INPUTS], bias: 0, heads: [1 << 20; HEADS] };
        let meanings = Meanings { words: vec![[0xFF; WIDTH / 2]], units: vec![unit; 3] };
        let few = meanings.logits([(0, false)].into_iter());
        let many = meanings.logits((0..100_000).map(|_| (0, false)));
        assert!(many.iter().zip(few).all(|(many, few)| many.abs() >= few.abs()));
    }
}
