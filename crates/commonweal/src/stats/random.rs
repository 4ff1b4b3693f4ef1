//! Random numbers for bootstraps and samples: the same on every machine, one stream for each purpose.

use std::sync::LazyLock;

/// SplitMix64: Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, OOPSLA (2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

/// At most so many are drawn at once: e^(−λ) must not vanish.
const AT_ONCE: f64 = 16.0;

/// A count of those is no more than this.
const MOST: usize = 15 * EIGHT;

/// Above this a count is drawn from the normal distribution.
const LARGE: f64 = 1e4;

impl Random {
    /// The stream from this state on.
    pub(crate) fn at(state: u64) -> Self {
        Self(state)
    }

    /// A stream of its own for each seed and number.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut start = Self(seed);
        let first = start.next();
        Self(first ^ Self(stream.wrapping_mul(0xd605_bbb5_8c8a_bbfd)).next())
    }

    /// 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number below `n`, by the high bits of a product: for n far below 2^64 as good as evenly spread.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// A place among `n`, which is above 0.
    pub(crate) fn place(&mut self, n: usize) -> usize {
        self.below(n as u64) as usize
    }

    /// Any order, all alike likely (Fisher and Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.place(i + 1));
        }
    }

    /// A count of mean `lambda` after Poisson: by inversion; of a large one as a sum of smaller ones; of a very large one by the normal
    /// distribution, which it can't be told from any more.
    pub(crate) fn poisson(&mut self, lambda: f64) -> f64 {
        if lambda > LARGE {
            // Box and Muller (1958).
            let (u, v) = (1.0 - self.unit(), self.unit());
            let normal = (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos();
            return (lambda + lambda.sqrt() * normal).round().max(0.0);
        }
        let (mut left, mut sum) = (lambda, 0.0);
        while left > 0.0 {
            let mean = left.min(AT_ONCE);
            left -= mean;
            let u = self.unit();
            // Most means are small whole numbers: one act, two acts.
            let whole = mean as usize;
            sum += match SMALL.get(whole).filter(|_| whole as f64 == mean) {
                Some(below) => up_to(below, u) as f64,
                None => below(mean).take_while(|below| u >= *below).count() as f64,
            };
        }
        sum
    }
}

/// The chances of 0, of 1 and fewer, of 2 and fewer … of a mean; beyond the last no double below 1 leads.
fn below(mean: f64) -> impl Iterator<Item = f64> {
    let (mut term, mut below) = ((-mean).exp(), 0.0);
    (0..MOST).map(move |k| {
        term *= if k > 0 { mean / k as f64 } else { 1.0 };
        below += term;
        below
    })
}

const EIGHT: usize = 8;

/// How many of these, which rise, are no more than a number: eight at a time, as where it ends can't be foretold.
fn up_to(below: &[f64], u: f64) -> usize {
    let mut count = 0;
    for eight in below.chunks_exact(EIGHT) {
        let own: usize = eight.iter().map(|below| usize::from(u >= *below)).sum();
        count += own;
        if own < EIGHT {
            break;
        }
    }
    count
}

/// [`below`] of the first whole means.
static SMALL: LazyLock<[Vec<f64>; 9]> = LazyLock::new(|| std::array::from_fn(|mean| below(mean as f64).collect()));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        // The first numbers of SplitMix64 from seed 1234567.
        let mut random = Random(1_234_567);
        assert_eq!([random.next(), random.next()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn counts_have_mean_and_variance_of_poisson() {
        for lambda in [0.3, 1.0, 7.0, 40.0, 2e4] {
            let mut random = Random::new(7, 1);
            let draws: Vec<f64> = (0..40_000).map(|_| random.poisson(lambda)).collect();
            let mean = draws.iter().sum::<f64>() / 40_000.0;
            let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 40_000.0;
            assert!((mean - lambda).abs() < 5.0 * (lambda / 40_000.0).sqrt(), "{mean} {lambda}");
            assert!((variance / lambda - 1.0).abs() < 0.06, "{variance} {lambda}");
        }
        assert_eq!(Random::new(1, 1).poisson(0.0), 0.0);
        assert!(Random::new(1, 1).poisson(1e18) > 9.9e17);
    }

    #[test]
    fn orders_are_alike_likely() {
        let mut random = Random::new(1, 0);
        let mut found = std::collections::BTreeMap::new();
        for _ in 0..6_000 {
            let mut items = [0, 1, 2];
            random.shuffle(&mut items);
            *found.entry(items).or_insert(0) += 1;
        }
        assert_eq!(found.len(), 6);
        // Five standard deviations of a binomial.
        assert!(found.values().all(|n: &i32| n.abs_diff(1_000) < 145), "{found:?}");
    }

    #[test]
    fn streams_differ() {
        let first = |stream| Random::new(3, stream).next();
        assert!((0..100).map(first).collect::<std::collections::BTreeSet<_>>().len() == 100);
        assert!((0..1000).all(|i| Random::new(i, 0).below(7) < 7));
    }
}
