//! Numbers in order, in time with their number.
use std::ops::Range;

use rayon::prelude::*;

/// Bits that places are sorted by at a time.
const DIGIT: u32 = 16;

/// Bits that integers are sorted by at a time: so many places at once lie in the fastest memory of the processor.
const SMALL_DIGIT: u32 = 11;

/// Integers that one thread of the machine looks at, at least.
const AT_ONCE: usize = 1 << 16;

/// Threads of the machine that look at all integers, at most.
const MOST_AT_ONCE: usize = 4;

/// Puts integers in order, by those of their bits that differ.
pub(crate) fn sort(integers: &mut Vec<u64>) {
    if integers.len() < 1 << SMALL_DIGIT {
        return integers.sort_unstable();
    }
    let bits = |integers: &[u64]| integers.iter().fold((u64::MAX, 0), |(all, any), n| (all & n, any | n));
    let of_pieces = integers.par_chunks(AT_ONCE).map(bits);
    let (all, any) = of_pieces.reduce(|| (u64::MAX, 0), |(all, any), (a, b)| (all & a, any | b));
    let differ = all ^ any;
    if differ == 0 {
        return;
    }
    let bits = differ.trailing_zeros()..u64::BITS - differ.leading_zeros();
    // Each thread of the machine takes the integers of one range, about as many for each.
    let high = bits.end.saturating_sub(SMALL_DIGIT);
    let ranges = ranges(integers, high, rayon::current_num_threads().min(MOST_AT_ONCE));
    let mut sorted = vec![0; integers.len()];
    cut(&mut sorted, &ranges).into_par_iter().zip(&ranges).for_each(|(own, (range, _))| {
        let mut count = 0;
        for n in &*integers {
            // Where it goes is overwritten by the next, if it is of another range.
            let Some(place) = own.get_mut(count) else { break };
            *place = *n;
            count += usize::from(range.contains(&digit(*n, high)));
        }
    });
    let of_each = cut(&mut sorted, &ranges).into_par_iter().zip(cut(integers, &ranges));
    of_each.for_each(|(from, to)| by_digits(from, to, bits.clone()));
    if bits.step_by(SMALL_DIGIT as usize).len() % 2 == 0 {
        *integers = sorted;
    }
}

/// The digit of an integer that begins at a bit.
fn digit(n: u64, bit: u32) -> usize {
    (n >> bit) as usize & ((1 << SMALL_DIGIT) - 1)
}

/// How often each digit is there.
fn counts(integers: &[u64], bit: u32) -> [u32; 1 << SMALL_DIGIT] {
    let mut counts = [0; 1 << SMALL_DIGIT];
    integers.iter().for_each(|n| counts[digit(*n, bit)] += 1);
    counts
}

/// Ranges of the digit at a bit, so many at most, about as many integers in each, and how many that are.
fn ranges(integers: &[u64], bit: u32, most: usize) -> Vec<(Range<usize>, usize)> {
    if most < 2 {
        return vec![(0..1 << SMALL_DIGIT, integers.len())];
    }
    let of_pieces: Vec<_> = integers.par_chunks(AT_ONCE).map(|integers| counts(integers, bit)).collect();
    let (mut ranges, mut start, mut own) = (vec![], 0, 0);
    for digit in 0..1 << SMALL_DIGIT {
        let count: u32 = of_pieces.iter().map(|counts| counts[digit]).sum();
        own += count as usize;
        if own * most >= integers.len() {
            ranges.push((start..digit + 1, std::mem::take(&mut own)));
            start = digit + 1;
        }
    }
    ranges.push((start..1 << SMALL_DIGIT, own));
    ranges
}

/// The places of each range, one after the other.
fn cut<'a>(mut rest: &'a mut [u64], ranges: &[(Range<usize>, usize)]) -> Vec<&'a mut [u64]> {
    let mut own = |(_, size): &(Range<usize>, usize)| rest.split_off_mut(..*size).unwrap_or_default();
    ranges.iter().map(&mut own).collect()
}

/// Puts integers in order by these bits, from the lowest digit to the highest, to and fro between two places.
fn by_digits<'a>(mut from: &'a mut [u64], mut to: &'a mut [u64], bits: Range<u32>) {
    for bit in bits.step_by(SMALL_DIGIT as usize) {
        let (mut next, mut start) = (counts(from, bit), 0);
        next.iter_mut().for_each(|next| start += std::mem::replace(next, start));
        for n in &*from {
            let next = &mut next[digit(*n, bit)];
            to[*next as usize] = *n;
            *next += 1;
        }
        std::mem::swap(&mut from, &mut to);
    }
}

/// The places of numbers, from the largest to the smallest by the total order of IEEE 754; of those that are the same, the first comes first.
pub(crate) fn largest_first(numbers: &[f64]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..numbers.len() as u32).collect();
    if numbers.len() < 1 << DIGIT {
        places.sort_by_key(|place| key(numbers[*place as usize]));
        return places;
    }
    let (mut least, mut most, mut same, mut any) = (u64::MAX, 0, u64::MAX, 0);
    for key in numbers.iter().map(|number| key(*number)) {
        (least, most, same, any) = (least.min(key), most.max(key), same & key, any | key);
    }
    // From there on keys differ; there are few digits of what they have above the least, where numbers are counts.
    let lowest = (same ^ any).trailing_zeros().min(u64::BITS - 1);
    let bits = u64::BITS - ((most - least) >> lowest).leading_zeros();
    let mut sorted = vec![0; numbers.len()];
    // From the lowest digit to the highest.
    for digit in (0..bits).step_by(DIGIT as usize) {
        let value = |number: f64| ((key(number) - least) >> lowest >> digit & 0xffff) as usize;
        let mut next = vec![0u32; (1 << DIGIT) + 1];
        numbers.iter().for_each(|number| next[value(*number) + 1] += 1);
        (0..1 << DIGIT).for_each(|digit| next[digit + 1] += next[digit]);
        for place in &places {
            let next = &mut next[value(numbers[*place as usize])];
            sorted[*next as usize] = *place;
            *next += 1;
        }
        std::mem::swap(&mut places, &mut sorted);
    }
    places
}

/// An integer that is the smaller, the larger the number is.
fn key(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 0 { !(1 << 63 | bits) } else { bits }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn integers_are_as_any_sort_has_them() {
        let mut random = Random::new(2, 0);
        for (n, bits) in [(0, 64), (1, 64), (5_000, 0), (5_000, 1), (5_000, 33), (100_000, 64)] {
            for shift in [0, 7] {
                let number = |_| random.next().checked_shr(u64::BITS - bits).unwrap_or(0).wrapping_shl(shift) | 1 << 3;
                let mut integers: Vec<u64> = (0..n).map(number).collect();
                let mut expected = integers.clone();
                expected.sort_unstable();
                sort(&mut integers);
                assert_eq!(integers, expected);
            }
        }
    }

    #[test]
    fn places_are_as_a_stable_sort_has_them() {
        let mut random = Random::new(1, 0);
        for n in [0, 1, 1_000, 100_000] {
            let numbers: Vec<f64> = (0..n)
                .map(|i| match i % 4 {
                    0 => (random.next() % 7) as f64,
                    1 => -random.unit(),
                    2 => random.unit() * 1e9,
                    _ => [0.0, -0.0, f64::INFINITY, f64::NAN][random.next() as usize % 4],
                })
                .collect();
            let mut expected: Vec<u32> = (0..n as u32).collect();
            expected.sort_by(|a, b| numbers[*b as usize].total_cmp(&numbers[*a as usize]));
            assert_eq!(largest_first(&numbers), expected);
        }
    }
}
