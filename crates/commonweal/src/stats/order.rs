//! Numbers in order, in time with their number.

/// Bits that are sorted by at a time.
const DIGIT: u32 = 16;

/// The places of numbers, from the largest to the smallest by the total order of IEEE 754; of those that are the same, the first comes first.
pub(crate) fn largest_first(numbers: impl ExactSizeIterator<Item = f64>) -> Vec<u32> {
    // As integers that are the smaller, the larger the number is.
    let key = |number: f64| {
        let bits = number.to_bits();
        if bits >> 63 == 0 { !(1 << 63 | bits) } else { bits }
    };
    let mut sorted: Vec<(u64, u32)> = numbers.enumerate().map(|(place, number)| (key(number), place as u32)).collect();
    if sorted.len() < 1 << DIGIT {
        sorted.sort_unstable();
    } else {
        let (same, any) = sorted.iter().fold((u64::MAX, 0), |(same, any), (key, _)| (same & key, any | key));
        let mut other = sorted.clone();
        for digit in (0..u64::BITS).step_by(DIGIT as usize).filter(|digit| (same ^ any) >> digit & 0xffff != 0) {
            let value = |(key, _): &(u64, u32)| (key >> digit & 0xffff) as usize;
            let mut next = vec![0u32; (1 << DIGIT) + 1];
            sorted.iter().for_each(|pair| next[value(pair) + 1] += 1);
            (0..1 << DIGIT).for_each(|digit| next[digit + 1] += next[digit]);
            for pair in &sorted {
                let next = &mut next[value(pair)];
                other[*next as usize] = *pair;
                *next += 1;
            }
            std::mem::swap(&mut sorted, &mut other);
        }
    }
    sorted.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

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
            assert_eq!(largest_first(numbers.iter().copied()), expected);
        }
    }
}
