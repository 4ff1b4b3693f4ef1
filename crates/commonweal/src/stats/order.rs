//! Numbers in order, in time with their number.

/// Bits that places are sorted by at a time.
const DIGIT: u32 = 16;

/// Bits that integers are sorted by at a time: so many places at once lie in the fastest memory of the processor.
const SMALL_DIGIT: u32 = 11;

/// Puts integers in order, by those of their bits that differ.
pub(crate) fn sort(integers: &mut Vec<u64>) {
    if integers.len() < 1 << SMALL_DIGIT {
        return integers.sort_unstable();
    }
    let (all, any) = integers.iter().fold((u64::MAX, 0), |(all, any), n| (all & n, any | n));
    let differ = all ^ any;
    if differ == 0 {
        return;
    }
    let mut sorted = vec![0; integers.len()];
    // From the lowest digit to the highest.
    for digit in (differ.trailing_zeros()..u64::BITS - differ.leading_zeros()).step_by(SMALL_DIGIT as usize) {
        let value = |n: u64| (n >> digit) as usize & ((1 << SMALL_DIGIT) - 1);
        let mut next = [0u32; 1 << SMALL_DIGIT];
        integers.iter().for_each(|n| next[value(*n)] += 1);
        let mut start = 0;
        next.iter_mut().for_each(|next| start += std::mem::replace(next, start));
        for n in &*integers {
            let next = &mut next[value(*n)];
            sorted[*next as usize] = *n;
            *next += 1;
        }
        std::mem::swap(integers, &mut sorted);
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
