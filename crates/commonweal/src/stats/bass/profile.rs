//! How far models of diffusion are from counts.
use statrs::function::gamma::ln_gamma;

use super::super::minimise::simplex;
use super::{Bass, Method};

/// The distance of models from counts.
pub(super) struct Profile<'a> {
    pub(super) counts: &'a [f64],
    pub(super) method: Method,
}

impl Profile<'_> {
    /// Twice the log likelihood that the model lacks of one with a parameter for each count; or the sum of squares. Without a ceiling, m
    /// is infinite, and the shapes are expected counts.
    fn distance_of(&self, m: f64, shape: impl Iterator<Item = f64>, ln_rest: f64) -> f64 {
        let counts = self.counts.iter();
        match self.method {
            Method::LeastSquares if m.is_finite() => counts.zip(shape).map(|(n, share)| (n - m * share).powi(2)).sum(),
            Method::LeastSquares => counts.zip(shape).map(|(n, mean)| (n - mean).powi(2)).sum(),
            Method::Likelihood => {
                let own = |n: f64, share: f64| if n > 0.0 { n * (n / share).ln() } else { 0.0 };
                let (mut lacks, mut expected) = (0.0, 0.0);
                for (n, share) in counts.zip(shape) {
                    lacks += own(*n, share);
                    expected += share;
                }
                // Those who adopted, in any order, out of m; and those who did not.
                let all: f64 = self.counts.iter().sum();
                let out_of = if m.is_finite() { falling(m, all) + (m - all) * ln_rest } else { -expected };
                2.0 * (lacks - all - out_of)
            }
        }
    }

    /// The scale that brings a shape nearest to the counts.
    fn scale(&self, shape: &[f64]) -> f64 {
        match self.method {
            Method::Likelihood => self.counts.iter().sum::<f64>() / shape.iter().sum::<f64>(),
            Method::LeastSquares => {
                let both: f64 = self.counts.iter().zip(shape).map(|(count, shape)| count * shape).sum();
                both / shape.iter().map(|shape| shape * shape).sum::<f64>()
            }
        }
    }

    pub(super) fn distance(&self, bass: &Bass) -> f64 {
        if self.method == Method::Likelihood && bass.m < self.counts.iter().sum::<f64>() {
            return f64::INFINITY;
        }
        self.distance_of(bass.m, bass.shares(self.counts.len()), bass.ln_rest(self.counts.len() as f64))
    }

    /// The model of ln p and ln q, with the best ceiling.
    pub(super) fn bass(&self, u: f64, v: f64) -> Bass {
        let unit = Bass { p: u.exp(), q: v.exp(), m: 1.0 };
        let shape: Vec<f64> = unit.shares(self.counts.len()).collect();
        let scale = self.scale(&shape);
        // A ceiling of whole members: the derivative in m is that of gamma functions, which are as good as logarithms half a step off.
        let m = match self.method {
            Method::Likelihood => (scale - 0.5).max(self.counts.iter().sum()),
            Method::LeastSquares => scale,
        };
        Bass { m, ..unit }
    }

    /// The best ln p and ln q: from a grid of curves that end from soon to late, then downhill.
    pub(super) fn best(&self) -> ([f64; 2], f64) {
        let n = (self.counts.len() as f64).ln();
        let at = |place: &[f64; 2]| self.distance(&self.bass(place[0], place[1]));
        let mut starts: Vec<([f64; 2], f64)> = (0..16)
            .flat_map(|i| (0..12).map(move |j| [-11.0 + 0.8 * f64::from(i) - n, -3.0 + 0.6 * f64::from(j) - n]))
            .map(|place| (place, at(&place)))
            .filter(|(_, distance)| distance.is_finite())
            .collect();
        starts.sort_by(|a, b| a.1.total_cmp(&b.1));
        (starts.iter().take(3))
            .map(|(place, _)| simplex(at, *place, 0.4))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or(([0.0, 0.0], f64::INFINITY))
    }

    /// The distance of the best growth without a ceiling: the model's limit as m grows and m p stays, c (e^{qt} − 1) / q.
    pub(super) fn without_ceiling(&self) -> f64 {
        let at = |shape: Vec<f64>| {
            let scale = self.scale(&shape);
            self.distance_of(f64::INFINITY, shape.into_iter().map(|shape| scale * shape), 0.0)
        };
        let constant = at(vec![1.0; self.counts.len()]);
        let growing = |v: &[f64; 1]| at((0..self.counts.len()).map(|t| (v[0].exp() * t as f64).exp()).collect());
        let n = (self.counts.len() as f64).ln();
        let starts = (0..8).map(|i| [f64::from(i) - 3.0 - n]);
        starts.map(|start| simplex(growing, start, 0.5).1).fold(constant, f64::min)
    }

    /// Pearson's sum of squares over means.
    pub(super) fn pearson(&self, bass: &Bass) -> f64 {
        let expected = bass.shares(self.counts.len()).map(|share| bass.m * share);
        self.counts.iter().zip(expected).map(|(count, mean)| (count - mean).powi(2) / mean.max(1e-9)).sum()
    }
}

/// ln(m (m − 1) … (m − n + 1)) = ln Γ(m + 1) − ln Γ(m − n + 1), which loses no digits for a large m.
pub(super) fn falling(m: f64, n: f64) -> f64 {
    let (a, b) = (m + 1.0, m - n + 1.0);
    if b < 100.0 {
        return ln_gamma(a) - ln_gamma(b);
    }
    // Stirling's series, subtracted term by term.
    n * a.ln() - (b - 0.5) * (-n / a).ln_1p() - n + (1.0 / a - 1.0 / b) / 12.0
}
