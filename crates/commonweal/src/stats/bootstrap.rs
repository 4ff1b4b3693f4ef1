//! Intervals by drawing the members anew.
use crate::hash::stable_hash;

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): the same numbers on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`.
    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

/// Members, at most: more than any community has, and than the memory should hold.
const MOST_MEMBERS: u64 = 1 << 27;

/// The percentile intervals of `N` figures of a distribution, given as values and how many members have each (Efron & Tibshirani, *An
/// Introduction to the Bootstrap*, 1993, chapter 13): as many members are drawn, with replacement, `resamples` times. The same
/// distribution and seed give the same. None where there are not two members to draw from.
pub(crate) fn intervals<const N: usize>(
    values: &[(u32, u32)],
    resamples: u32,
    seed: u64,
    confidence: f64,
    figures: impl Fn(&mut dyn Iterator<Item = (u32, u32)>) -> Option<[f64; N]>,
) -> Option<[[f64; 2]; N]> {
    let members: u64 = values.iter().map(|(_, members)| u64::from(*members)).sum();
    if !(2..=MOST_MEMBERS).contains(&members) || resamples == 0 {
        return None;
    }
    // The place of each member's value, so that a draw is one look.
    let places: Vec<u32> = (0..values.len() as u32)
        .flat_map(|place| std::iter::repeat_n(place, values[place as usize].1 as usize))
        .collect();
    let bytes: Vec<u8> =
        values.iter().flat_map(|(value, members)| [value.to_le_bytes(), members.to_le_bytes()].concat()).collect();
    let mut random = Random(seed ^ stable_hash(&bytes));
    let mut drawn = vec![0u32; values.len()];
    let mut found: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(resamples as usize));
    for _ in 0..resamples {
        drawn.fill(0);
        for _ in 0..places.len() {
            drawn[places[random.below(places.len())] as usize] += 1;
        }
        let figures = figures(&mut values.iter().zip(&drawn).map(|((value, _), members)| (*value, *members)))?;
        found.iter_mut().zip(figures).for_each(|(found, figure)| found.push(figure));
    }
    let tail = (1.0 - confidence) / 2.0;
    Some(found.map(|mut figures| {
        figures.sort_unstable_by(f64::total_cmp);
        [quantile(&figures, tail), quantile(&figures, 1.0 - tail)]
    }))
}

/// The quantile of sorted numbers: type 7 of Hyndman & Fan.
fn quantile(sorted: &[f64], q: f64) -> f64 {
    let at = (sorted.len() - 1) as f64 * q;
    let (low, high) = (sorted[at.floor() as usize], sorted[at.ceil() as usize]);
    low + (high - low) * (at - at.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(values: &mut dyn Iterator<Item = (u32, u32)>) -> Option<[f64; 1]> {
        let (sum, n) = values.fold((0.0, 0.0), |(sum, n), (value, members)| {
            (sum + f64::from(value) * f64::from(members), n + f64::from(members))
        });
        Some([sum / n])
    }

    #[test]
    fn the_interval_of_a_mean_is_the_usual_one() {
        // 400 members, a fifth of whom have 5 and the others 0: mean 1, standard error 2 / 20.
        let [[low, high]] = intervals(&[(0, 320), (5, 80)], 4_000, 1, 0.95, mean).expect("members");
        assert!((low - 0.804).abs() < 0.02 && (high - 1.196).abs() < 0.02, "{low} {high}");
        let spread: Vec<(u32, u32)> = (0..50).map(|value| (value * value, 1)).collect();
        let seeded = |seed| intervals(&spread, 200, seed, 0.95, mean);
        assert_eq!(seeded(1), seeded(1));
        assert_ne!(seeded(1), seeded(2));
    }

    #[test]
    fn of_one_member_nothing_can_be_told() {
        assert_eq!(intervals(&[(3, 1)], 100, 0, 0.95, mean), None);
        assert_eq!(intervals(&[], 100, 0, 0.95, mean), None);
        assert_eq!(intervals(&[(3, 2)], 100, 0, 0.95, mean), Some([[3.0, 3.0]]));
    }

    #[test]
    fn quantiles_as_numpy_has_them() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), 3.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.25), 1.75);
    }
}
