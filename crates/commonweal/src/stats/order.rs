//! Numbers in order, in time with their number.
use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

/// Bits that places are sorted by at a time.
const DIGIT: u32 = 16;

/// Bits that integers are sorted by at a time: so many places at once lie in the fastest memory of the processor.
const SMALL_DIGIT: u32 = 11;

/// Integers that one thread of the machine looks at, at least.
const AT_ONCE: usize = 1 << 16;

/// Threads of the machine that look at all integers, at most.
const MOST_AT_ONCE: usize = 4;

/// An integer without a sign, of 64 bits at most.
pub(crate) trait Integer: Copy + Ord + Default + Send + Sync + Into<u64> {}

impl<N: Copy + Ord + Default + Send + Sync + Into<u64>> Integer for N {}

/// The integers of all pieces, in order, by those of their bits that differ.
pub(crate) fn sort<N: Integer>(pieces: Vec<Vec<N>>) -> Vec<N> {
    let len = pieces.iter().map(Vec::len).sum();
    let bits = |integers: &Vec<N>| {
        integers.iter().map(|n| (*n).into()).fold((u64::MAX, 0), |(all, any), n| (all & n, any | n))
    };
    let (all, any) = pieces.par_iter().map(bits).reduce(|| (u64::MAX, 0), |(all, any), (a, b)| (all & a, any | b));
    let differ = all ^ any;
    if len < 1 << SMALL_DIGIT || differ == 0 {
        let mut sorted = pieces.concat();
        sorted.sort_unstable();
        return sorted;
    }
    let bits = differ.trailing_zeros()..u64::BITS - differ.leading_zeros();
    // Each thread of the machine takes the integers of one range, about as many for each.
    let high = bits.end.saturating_sub(SMALL_DIGIT);
    let ranges = ranges(&pieces, high, rayon::current_num_threads().min(MOST_AT_ONCE));
    let mut sorted = zeros(len);
    cut(&mut sorted, &ranges).into_par_iter().zip(&ranges).for_each(|(own, (range, _))| {
        let mut count = 0;
        for n in pieces.iter().flatten() {
            // Where it goes is overwritten by the next, if it is of another range.
            let Some(place) = own.get_mut(count) else { break };
            *place = *n;
            count += usize::from(range.contains(&digit(*n, high)));
        }
    });
    drop(pieces);
    let mut spare = zeros(len);
    let of_each = cut(&mut sorted, &ranges).into_par_iter().zip(cut(&mut spare, &ranges));
    of_each.for_each(|(from, to)| by_digits(from, to, bits.clone()));
    if bits.step_by(SMALL_DIGIT as usize).len() % 2 == 0 { sorted } else { spare }
}

/// So many zeros, which all cores write: the kernel takes its time for memory that is touched first.
pub(crate) fn zeros<T: Default + Send>(len: usize) -> Vec<T> {
    (0..len).into_par_iter().with_min_len(AT_ONCE).map(|_| T::default()).collect()
}

/// The digit of an integer that begins at a bit.
fn digit<N: Integer>(n: N, bit: u32) -> usize {
    (n.into() >> bit) as usize & ((1 << SMALL_DIGIT) - 1)
}

/// Ranges of the digit at a bit, so many at most, about as many integers in each, and how many that are.
fn ranges<N: Integer>(pieces: &[Vec<N>], bit: u32, most: usize) -> Vec<(Range<usize>, usize)> {
    let len: usize = pieces.iter().map(Vec::len).sum();
    if most < 2 {
        return vec![(0..1 << SMALL_DIGIT, len)];
    }
    let none = || vec![0u32; 1 << SMALL_DIGIT];
    let add = |mut counts: Vec<u32>, piece: &Vec<N>| {
        piece.iter().for_each(|n| counts[digit(*n, bit)] += 1);
        counts
    };
    let both = |mut counts: Vec<u32>, others: Vec<u32>| {
        counts.iter_mut().zip(others).for_each(|(count, other)| *count += other);
        counts
    };
    let counts = pieces.par_iter().fold(none, add).reduce(none, both);
    let (mut ranges, mut start, mut own) = (vec![], 0, 0);
    for (digit, count) in counts.into_iter().enumerate() {
        own += count as usize;
        if own * most >= len {
            ranges.push((start..digit + 1, std::mem::take(&mut own)));
            start = digit + 1;
        }
    }
    ranges.push((start..1 << SMALL_DIGIT, own));
    ranges
}

/// The places of each range, one after the other.
fn cut<'a, N>(mut rest: &'a mut [N], ranges: &[(Range<usize>, usize)]) -> Vec<&'a mut [N]> {
    let mut own = |(_, size): &(Range<usize>, usize)| rest.split_off_mut(..*size).unwrap_or_default();
    ranges.iter().map(&mut own).collect()
}

/// Puts integers in order by these bits, from the lowest digit to the highest, to and fro between two places.
fn by_digits<'a, N: Integer>(mut from: &'a mut [N], mut to: &'a mut [N], bits: Range<u32>) {
    for bit in bits.step_by(SMALL_DIGIT as usize) {
        let (mut next, mut start) = ([0u32; 1 << SMALL_DIGIT], 0);
        from.iter().for_each(|n| next[digit(*n, bit)] += 1);
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
    if numbers.len() < 1 << DIGIT {
        let mut places: Vec<u32> = (0..numbers.len() as u32).collect();
        places.sort_by_key(|place| key(numbers[*place as usize]));
        return places;
    }
    let bounds = |(least, most, same, any): (u64, u64, u64, u64), number: &f64| {
        let key = key(*number);
        (least.min(key), most.max(key), same & key, any | key)
    };
    let none = || (u64::MAX, 0, u64::MAX, 0);
    let (least, most, same, any) = numbers
        .par_iter()
        .with_min_len(AT_ONCE)
        .fold(none, bounds)
        .reduce(none, |a, b| (a.0.min(b.0), a.1.max(b.1), a.2 & b.2, a.3 | b.3));
    // From there on keys differ; there are few digits of what they have above the least, where numbers are counts.
    let lowest = (same ^ any).trailing_zeros().min(u64::BITS - 1);
    let bits = u64::BITS - ((most - least) >> lowest).leading_zeros();
    let mut places: Option<Vec<u32>> = None;
    // From the lowest digit to the highest.
    for digit in (0..bits).step_by(DIGIT as usize) {
        let own = (bits - digit).min(DIGIT);
        let value =
            |place: u32| ((key(numbers[place as usize]) - least) >> lowest >> digit) as usize & ((1 << own) - 1);
        places = Some(match places {
            None => by_value(numbers.len(), |row| row as u32, 1 << own, value),
            Some(places) => by_value(numbers.len(), |row| places[row], 1 << own, value),
        });
    }
    places.unwrap_or_else(|| (0..numbers.len() as u32).collect())
}

/// So many places by a value of each, below `values`, in the order given where it is the same. Each thread of the machine takes some that lie side by side.
fn by_value(
    len: usize,
    place: impl Fn(usize) -> u32 + Sync,
    values: usize,
    value: impl Fn(u32) -> usize + Sync,
) -> Vec<u32> {
    let threads = rayon::current_num_threads().min(MOST_AT_ONCE);
    let pieces = (0..threads).into_par_iter().map(|piece| len * piece / threads..len * (piece + 1) / threads);
    let counts = |piece: Range<usize>| {
        let mut counts = vec![0u32; values];
        piece.for_each(|row| counts[value(place(row))] += 1);
        counts
    };
    let mut next: Vec<Vec<u32>> = pieces.clone().map(counts).collect();
    let mut start = 0;
    for value in 0..values {
        next.iter_mut().for_each(|next| start += std::mem::replace(&mut next[value], start));
    }
    let sorted: Vec<AtomicU32> = zeros(len);
    pieces.zip(next).for_each(|(piece, mut next)| {
        for place in piece.map(&place) {
            let next = &mut next[value(place)];
            sorted[*next as usize].store(place, Relaxed);
            *next += 1;
        }
    });
    sorted.into_iter().map(AtomicU32::into_inner).collect()
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
                let pieces = integers.chunks(1_500).map(<[u64]>::to_vec).collect();
                integers.sort_unstable();
                assert_eq!(sort(pieces), integers);
                let mut small: Vec<u32> = integers.iter().map(|n| (n >> 9) as u32).collect();
                let pieces = small.chunks(1_500).map(<[u32]>::to_vec).collect();
                small.sort_unstable();
                assert_eq!(sort(pieces), small);
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
