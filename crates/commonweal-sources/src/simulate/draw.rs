//! Random draws that give the same bits on every platform: PCG for the bits, `libm` (not the system's) for the
//! functions.

use rand_pcg::Pcg64;
use rand_pcg::rand_core::Rng;

/// Independent streams of one seed, so that more draws in one part leave the others as they were.
#[derive(Clone, Copy)]
pub(super) enum Stream {
    People = 1,
    Posts,
    Replies,
    Echoes,
    Authors,
    Text,
    Subjects,
    Handovers,
}

pub(super) struct Draw(Pcg64);

impl Draw {
    pub(super) fn new(seed: u64, stream: Stream) -> Self {
        // The golden ratio spreads small seeds over all bits of the state.
        let state = u128::from(seed).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        Self(Pcg64::new(state, stream as u128))
    }

    /// Uniform on [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of 0..n; 0 where n is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Exponential with mean 1.
    pub(super) fn exponential(&mut self) -> f64 {
        -libm::log(1.0 - self.unit())
    }

    /// Standard normal (Marsaglia's polar method).
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let s = x * x + y * y;
            if s > 0.0 && s < 1.0 {
                return x * libm::sqrt(-2.0 * libm::log(s) / s);
            }
        }
    }

    /// Lognormal by its median and the standard deviation of its logarithm.
    pub(super) fn lognormal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// Lognormal with mean 1: a multiplier that makes some much more popular than others.
    pub(super) fn popularity(&mut self, sigma: f64) -> f64 {
        libm::exp(sigma * self.normal() - sigma * sigma / 2.0)
    }

    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        let (mut n, mut sum) = (0, self.exponential());
        while sum < mean {
            n += 1;
            sum += self.exponential();
        }
        n
    }

    /// An index, by weights that need not sum to 1.
    pub(super) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut rest = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (i, weight) in weights.enumerate() {
            if weight > 0.0 {
                last = i;
                if rest < weight {
                    return i;
                }
                rest -= weight;
            }
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_stream_give_one_sequence() {
        let mut draw = Draw::new(0, Stream::People);
        let bits: Vec<u64> = (0..3).map(|_| draw.unit().to_bits()).collect();
        let mut again = Draw::new(0, Stream::People);
        assert_eq!(bits, (0..3).map(|_| again.unit().to_bits()).collect::<Vec<_>>());
        let mut other = Draw::new(0, Stream::Posts);
        assert_ne!(bits[0], other.unit().to_bits());
    }

    #[test]
    fn the_moments_are_right() {
        let mut draw = Draw::new(7, Stream::Text);
        let n = 100_000;
        let mean = |f: &mut dyn FnMut() -> f64| (0..n).map(|_| f()).sum::<f64>() / f64::from(n);
        assert!((mean(&mut || draw.exponential()) - 1.0).abs() < 0.02);
        assert!(mean(&mut || draw.normal()).abs() < 0.02);
        assert!((mean(&mut || draw.normal().powi(2)) - 1.0).abs() < 0.02);
        assert!((mean(&mut || draw.poisson(3.0) as f64) - 3.0).abs() < 0.03);
        assert!((mean(&mut || draw.popularity(0.8)) - 1.0).abs() < 0.03);
        assert!((mean(&mut || draw.weighted([1.0, 0.0, 3.0].into_iter()) as f64) - 1.5).abs() < 0.02);
    }
}
