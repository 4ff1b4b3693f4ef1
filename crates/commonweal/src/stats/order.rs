//! Numbers in order, in time with their number.

/// Bits that are sorted by at a time.
const DIGIT: u32 = 16;

/// The places of numbers, from the largest to the smallest by the total order of IEEE 754; of those that are the same, the first comes first.
pub(crate) fn largest_first(numbers: &[f64]) -> Vec<u32> {
    let mut places: Vec<u32> = (0..numbers.len() as u32).collect();
    if numbers.len() < 1 << DIGIT {
        places.sort_by_key(|place| key(numbers[*place as usize]));
        return places;
    }
    let (same, any) =
        numbers.iter().fold((u64::MAX, 0), |(same, any), number| (same & key(*number), any | key(*number)));
    let mut sorted = vec![0; numbers.len()];
    // From the lowest digit to the highest, those left out that all numbers have alike.
    for digit in (0..u64::BITS).step_by(DIGIT as usize).filter(|digit| (same ^ any) >> digit & 0xffff != 0) {
        let value = |number: f64| (key(number) >> digit & 0xffff) as usize;
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
