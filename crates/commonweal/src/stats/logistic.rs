//! Logistic regression with a ridge, for probabilities that are to be right on average.

use super::linear::solve;

/// Steps until it counts as not found.
const MOST_STEPS: usize = 100;
/// The gain in log likelihood that a further step is not worth.
const ENOUGH: f64 = 1e-9;
/// The precision of the slopes, each for a predictor of spread 1: a prior of mean 0 and variance 1 for each.
const RIDGE: f64 = 1.0;

/// ln(p / (1 − p)) = intercept + Σ slope · (x − mean) / spread.
#[derive(Clone, Debug)]
pub(crate) struct Logistic<const K: usize> {
    mean: [f64; K],
    spread: [f64; K],
    /// The intercept, then the slopes.
    weights: Vec<f64>,
}

impl<const K: usize> Logistic<K> {
    /// The most likely weights, with slopes of standardised predictors as if drawn from N(0, 1); by Newton's method. None where it does not
    /// converge.
    ///
    /// Hoerl & Kennard, Technometrics 12 (1970); le Cessie & van Houwelingen, Applied Statistics 41 (1992).
    pub(crate) fn fit(rows: &[([f64; K], bool)]) -> Option<Self> {
        let n = rows.len() as f64;
        let mean: [f64; K] = std::array::from_fn(|j| rows.iter().map(|(x, _)| x[j]).sum::<f64>() / n);
        let spread = std::array::from_fn(|j| {
            let spread = (rows.iter().map(|(x, _)| (x[j] - mean[j]).powi(2)).sum::<f64>() / n).sqrt();
            if spread > 1e-12 { spread } else { 1.0 }
        });
        let ended = rows.iter().filter(|(_, y)| *y).count() as f64;
        let mut fit = Self { mean, spread, weights: vec![0.0; K + 1] };
        fit.weights[0] = (ended / (n - ended)).ln();
        if !fit.weights[0].is_finite() {
            return None;
        }
        let mut loss = fit.loss(rows);
        for _ in 0..MOST_STEPS {
            let (step, gain) = fit.step(rows)?;
            let before = fit.weights.clone();
            let mut share = 1.0;
            // Halved until it leads down: Newton's step may overshoot. The last one is too short for that.
            loop {
                fit.weights = before.iter().zip(&step).map(|(w, s)| w + share * s).collect();
                if gain < ENOUGH {
                    return Some(fit);
                }
                let now = fit.loss(rows);
                if now < loss {
                    loss = now;
                    break;
                }
                share /= 2.0;
                if share < 1e-9 {
                    return None;
                }
            }
        }
        None
    }

    /// The probability at x.
    pub(crate) fn at(&self, x: &[f64; K]) -> f64 {
        1.0 / (1.0 + (-self.score(&self.standard(x))).exp())
    }

    fn standard(&self, x: &[f64; K]) -> [f64; K] {
        std::array::from_fn(|j| (x[j] - self.mean[j]) / self.spread[j])
    }

    fn score(&self, z: &[f64; K]) -> f64 {
        self.weights[0] + z.iter().zip(&self.weights[1..]).map(|(z, w)| z * w).sum::<f64>()
    }

    /// Minus the log likelihood, with the ridge.
    fn loss(&self, rows: &[([f64; K], bool)]) -> f64 {
        let ridge: f64 = self.weights[1..].iter().map(|w| w * w).sum();
        let of = |(x, y): &([f64; K], bool)| {
            let score = self.score(&self.standard(x));
            // ln(1 + e^s), without overflow.
            score.max(0.0) + (-score.abs()).exp().ln_1p() - if *y { score } else { 0.0 }
        };
        rows.iter().map(of).sum::<f64>() + RIDGE * ridge / 2.0
    }

    /// Newton's step, and what it gains where the loss is as good as quadratic.
    fn step(&self, rows: &[([f64; K], bool)]) -> Option<(Vec<f64>, f64)> {
        let size = K + 1;
        let mut gradient = vec![0.0; size];
        let mut curvature = vec![0.0; size * size];
        for (x, y) in rows {
            let z = self.standard(x);
            let p = 1.0 / (1.0 + (-self.score(&z)).exp());
            let (error, weight) = (f64::from(u8::from(*y)) - p, p * (1.0 - p));
            let value = |i: usize| if i == 0 { 1.0 } else { z[i - 1] };
            for i in 0..size {
                gradient[i] += error * value(i);
                for j in 0..=i {
                    curvature[i * size + j] += weight * value(i) * value(j);
                }
            }
        }
        for i in 1..size {
            gradient[i] -= RIDGE * self.weights[i];
            curvature[i * size + i] += RIDGE;
        }
        let step = solve(curvature, gradient.clone())?;
        let gain = step.iter().zip(&gradient).map(|(s, g)| s * g).sum::<f64>() / 2.0;
        Some((step, gain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_slope_it_is_the_share() {
        let rows: Vec<([f64; 1], bool)> = (0..10).map(|i| ([3.0], i < 4)).collect();
        let fit = Logistic::fit(&rows).expect("both outcomes");
        assert!((fit.at(&[3.0]) - 0.4).abs() < 1e-12);
    }

    #[test]
    fn with_enough_rows_the_ridge_does_not_matter() {
        // Shares of 0.2 and 0.7 at x of 0 and 1: the logistic goes through both.
        let rows: Vec<([f64; 1], bool)> =
            (0..200_000).map(|i| ([f64::from(i % 2)], i / 2 % 10 < if i % 2 == 0 { 2 } else { 7 })).collect();
        let fit = Logistic::fit(&rows).expect("it converges");
        assert!((fit.at(&[0.0]) - 0.2).abs() < 1e-4 && (fit.at(&[1.0]) - 0.7).abs() < 1e-4);
    }

    #[test]
    fn the_sum_of_probabilities_is_the_sum_of_outcomes() {
        let rows: Vec<([f64; 2], bool)> =
            (0..500).map(|i| ([f64::from(i % 17), f64::from(i % 5)], (i * 7919) % 13 < i % 17)).collect();
        let fit = Logistic::fit(&rows).expect("it converges");
        let expected: f64 = rows.iter().map(|(x, _)| fit.at(x)).sum();
        let found = rows.iter().filter(|(_, y)| *y).count() as f64;
        assert!((expected - found).abs() < 1e-6, "{expected} is not {found}");
    }

    #[test]
    fn what_separates_without_error_has_finite_weights() {
        let rows: Vec<([f64; 1], bool)> = (0..40).map(|i| ([f64::from(i)], i >= 20)).collect();
        let fit = Logistic::fit(&rows).expect("the ridge holds it");
        assert!(fit.at(&[0.0]) > 0.0 && fit.at(&[0.0]) < 0.2 && fit.at(&[39.0]) > 0.8);
    }

    #[test]
    fn one_outcome_alone_has_no_fit() {
        assert!(Logistic::fit(&[([1.0], true), ([2.0], true)]).is_none());
        assert!(Logistic::<1>::fit(&[]).is_none());
    }
}
