//! Shares of many who are not alike: how far they differ beyond chance, and what is known of each.
use statrs::distribution::{Beta, ContinuousCDF};

/// How the shares of all are spread: a beta distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Prior {
    alpha: f64,
    beta: f64,
}

impl Prior {
    /// Of (k, n) of each, by moments: Kleinman, *Proportions with extraneous variance*, JASA 68 (1973), with the n as weights.
    ///
    /// Where the shares differ no more than chance makes them, all are taken to be alike as far as so many trials tell.
    pub(crate) fn of(counts: impl Iterator<Item = (i64, i64)> + Clone) -> Option<Self> {
        let [mut all, mut squares, mut hits, mut groups] = [0.0; 4];
        for (k, n) in counts.clone().filter(|(_, n)| *n > 0) {
            let n = n as f64;
            all += n;
            squares += n * n;
            hits += k as f64;
            groups += 1.0;
        }
        if all == 0.0 {
            return None;
        }
        // Half a hit keeps what never happened possible.
        let mean = (hits + 0.5) / (all + 1.0);
        let spread: f64 =
            counts.filter(|(_, n)| *n > 0).map(|(k, n)| n as f64 * (k as f64 / n as f64 - hits / all).powi(2)).sum();
        let own = mean * (1.0 - mean);
        let beyond = (spread - own * (groups - 1.0)) / (own * (all - squares / all - (groups - 1.0)));
        let correlation = if beyond.is_finite() { beyond } else { 0.0 }.clamp(1.0 / (all + 1.0), 0.99);
        let size = 1.0 / correlation - 1.0;
        Some(Self { alpha: mean * size, beta: (1.0 - mean) * size })
    }

    /// The share of one with k of n: mean and central interval of the posterior.
    pub(crate) fn share(&self, k: i64, n: i64, confidence: f64) -> Option<[f64; 3]> {
        let (alpha, beta) = (self.alpha + k as f64, self.beta + (n - k) as f64);
        let posterior = Beta::new(alpha, beta).ok()?;
        let tail = 0.5 - confidence / 2.0;
        Some([alpha / (alpha + beta), posterior.inverse_cdf(tail), posterior.inverse_cdf(1.0 - tail)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_by_hand() {
        // Two of 10 with 0 and 5: all = 20, mean = 5.5/21, spread = 2 · 10 · 0.25² = 1.25.
        let found = Prior::of([(0, 10), (5, 10)].into_iter()).expect("counts");
        let mean = 5.5 / 21.0;
        let own = mean * (1.0 - mean);
        let correlation = (1.25 - own) / (own * (20.0 - 10.0 - 1.0));
        let size = 1.0 / correlation - 1.0;
        assert!((found.alpha - mean * size).abs() < 1e-12 && (found.beta - (1.0 - mean) * size).abs() < 1e-12);
    }

    #[test]
    fn who_said_little_is_near_all() {
        // The first said one thing, a bad one; the second a hundred, ten of them bad; and 500 said one bad thing in 50 each.
        let all = [(1, 1), (10, 100)].into_iter().chain(std::iter::repeat_n((1, 50), 500));
        let prior = Prior::of(all).expect("counts");
        let [first, low, _] = prior.share(1, 1, 0.95).expect("a share");
        let [second, second_low, second_high] = prior.share(10, 100, 0.95).expect("a share");
        assert!(first < second && low < second_low && second_low < second && second < second_high, "{first} {second}");
        assert!(first < 0.05 && second < 0.1);
    }

    #[test]
    fn the_interval_is_that_of_tables() {
        // Beta(3, 9): the 2.5 % and 97.5 % points are 0.06022 and 0.51776.
        let [mean, low, high] = Prior { alpha: 1.0, beta: 1.0 }.share(2, 10, 0.95).expect("a share");
        assert!((mean - 0.25).abs() < 1e-12);
        assert!((low - 0.060_218).abs() < 1e-5 && (high - 0.517_756).abs() < 1e-5, "{low} {high}");
    }

    #[test]
    fn of_nobody_nothing_is_known() {
        assert_eq!(Prior::of([(0, 0)].into_iter()), None);
        // All alike, all bad, or only one: finite.
        for counts in [vec![(0, 5), (0, 7)], vec![(5, 5)], vec![(3, 9); 4]] {
            let [mean, low, high] = Prior::of(counts.into_iter()).and_then(|p| p.share(1, 5, 0.95)).expect("a share");
            assert!(0.0 < low && low < mean && mean < high && high < 1.0);
        }
    }
}
