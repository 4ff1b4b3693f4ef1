//! Intervals by drawing the members anew.
use super::random::Random;
use crate::hash::stable_hash;

/// Members, at most: more than any community has, and than the memory should hold.
const MOST_MEMBERS: u64 = 1 << 27;

/// The bootstrap-t intervals of `N` shares of a distribution, given as values and how many members have each: as many members are drawn,
/// with replacement, `resamples` times; each time the distance from the share, in standard errors of that time, is told, and the interval
/// is where the share would lie at these distances. `figures` gives each share with its standard error, none where it has none.
///
/// Efron & Tibshirani, *An Introduction to the Bootstrap* (1993), section 12.5. It holds the truth much more often than the percentiles of
/// the shares themselves, which lie too low. The same distribution and seed give the same.
pub(crate) fn intervals<const N: usize>(
    values: &[(u32, u32)],
    resamples: u32,
    seed: u64,
    confidence: f64,
    figures: impl Fn(&mut dyn Iterator<Item = (u32, u32)>) -> [Option<[f64; 2]>; N],
) -> [Option<[f64; 2]>; N] {
    let members: u64 = values.iter().map(|(_, members)| u64::from(*members)).sum();
    if !(2..=MOST_MEMBERS).contains(&members) || resamples == 0 {
        return [None; N];
    }
    let own = figures(&mut values.iter().copied());
    if own.iter().all(Option::is_none) {
        return own;
    }
    // The place of each member's value, so that a draw is one look.
    let places: Vec<u32> = (0..values.len() as u32)
        .flat_map(|place| std::iter::repeat_n(place, values[place as usize].1 as usize))
        .collect();
    let bytes: Vec<u8> =
        values.iter().flat_map(|(value, members)| [value.to_le_bytes(), members.to_le_bytes()].concat()).collect();
    let mut random = Random::at(seed ^ stable_hash(&bytes));
    let mut drawn = vec![0u32; values.len()];
    let mut distances: [Vec<f64>; N] = std::array::from_fn(|_| Vec::with_capacity(resamples as usize));
    for _ in 0..resamples {
        drawn.fill(0);
        for _ in 0..places.len() {
            drawn[places[random.below(places.len() as u64) as usize] as usize] += 1;
        }
        let again = figures(&mut values.iter().zip(&drawn).map(|((value, _), members)| (*value, *members)));
        for ((distances, own), again) in distances.iter_mut().zip(own).zip(again) {
            // A draw of equals has no error, and no distance.
            if let (Some([own, _]), Some([share, error])) = (own, again.filter(|[_, error]| *error > 0.0)) {
                distances.push((share - own) / error);
            }
        }
    }
    let tail = (1.0 - confidence) / 2.0;
    std::array::from_fn(|i| {
        let ([share, error], distances) = (own[i].filter(|[_, error]| *error > 0.0)?, &mut distances[i]);
        // Where most draws tell nothing, those that do are no sample of them.
        if 2 * distances.len() < resamples as usize {
            return None;
        }
        distances.sort_unstable_by(f64::total_cmp);
        let end = |q: f64| (share - quantile(distances, q) * error).clamp(0.0, 1.0);
        Some([end(1.0 - tail), end(tail)])
    })
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

    /// The mean of values, in hundredths, and its standard error.
    fn mean(values: &mut dyn Iterator<Item = (u32, u32)>) -> [Option<[f64; 2]>; 1] {
        let all: Vec<(f64, f64)> =
            values.map(|(value, members)| (f64::from(value) / 100.0, f64::from(members))).collect();
        let n: f64 = all.iter().map(|(_, n)| n).sum();
        let mean = all.iter().map(|(x, n)| x * n).sum::<f64>() / n;
        let spread: f64 = all.iter().map(|(x, m)| (x - mean).powi(2) * m).sum();
        [Some([mean, (spread / (n - 1.0) / n).sqrt()])]
    }

    #[test]
    fn the_interval_of_a_mean_is_the_usual_one() {
        // 401 members with 0 to 400 hundredths over 8: mean 0.25, standard deviation 0.1449; Student's interval is that of 1.966 errors.
        let values: Vec<(u32, u32)> = (0..401).map(|i| (i / 8, 1)).collect();
        let [Some([low, high])] = intervals(&values, 4_000, 1, 0.95, mean) else { panic!("an interval") };
        let [Some([mean_of, error])] = mean(&mut values.iter().copied()) else { panic!("a mean") };
        assert!((low - (mean_of - 1.966 * error)).abs() < 0.1 * error, "{low}");
        assert!((high - (mean_of + 1.966 * error)).abs() < 0.1 * error, "{high}");
        assert_eq!(intervals(&values, 200, 1, 0.95, mean), intervals(&values, 200, 1, 0.95, mean));
        assert_ne!(intervals(&values, 200, 1, 0.95, mean), intervals(&values, 200, 2, 0.95, mean));
    }

    #[test]
    fn of_one_member_or_of_equals_nothing_can_be_told() {
        assert_eq!(intervals(&[(30, 1)], 100, 0, 0.95, mean), [None]);
        assert_eq!(intervals(&[], 100, 0, 0.95, mean), [None]);
        assert_eq!(intervals(&[(30, 2)], 100, 0, 0.95, mean), [None]);
    }

    #[test]
    fn quantiles_as_numpy_has_them() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.5), 3.0);
        assert_eq!(quantile(&[1.0, 2.0, 4.0, 8.0], 0.25), 1.75);
    }
}
