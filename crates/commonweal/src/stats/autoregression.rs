//! Least squares on a series whose errors go on from one value to the next, with what is not known of how far they do.
use super::linear::Cholesky;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// How much of an error is in the next one, at most and at least, and the steps between.
const GRID: std::ops::RangeInclusive<i32> = -40..=49;
const STEP: f64 = 0.02;

/// What weighs less makes no difference.
const NOTHING: f64 = 1e-9;

/// A regression for one autocorrelation.
#[derive(Clone, Debug)]
struct Fit {
    correlation: f64,
    weight: f64,
    coefficients: Vec<f64>,
    normal: Cholesky,
    /// The residual variance.
    variance: f64,
}

/// The regression of a series on some columns, over all autocorrelations (of first order) of its errors, each by how well it goes with
/// the series.
///
/// With flat priors on the coefficients, on the logarithm of the errors' deviation and on that of (1 + ρ) / (1 − ρ), how many errors tell as much
/// as one would that stood alone: Zellner & Tiao, *Bayesian analysis of the regression model with autocorrelated errors*, JASA 59 (1964), who have
/// it flat on ρ. Then a short series, which says little of ρ, is taken to say more of a change than it does. What is told of a sum of
/// coefficients is a mixture of Student's distributions.
#[derive(Clone, Debug)]
pub(crate) struct Autoregression {
    fits: Vec<Fit>,
    student: StudentsT,
}

/// What is known of a sum of coefficients.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Known {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Twice the lesser chance of being on one side of nothing.
    pub(crate) p_value: f64,
}

impl Autoregression {
    /// Of (place, value) in order of place, and the row of each place. None where the columns can't be told apart, or the values leave nothing
    /// to be explained.
    pub(crate) fn fit(values: &[(usize, f64)], row: impl Fn(usize) -> Vec<f64>) -> Option<Self> {
        let rows: Vec<Vec<f64>> = values.iter().map(|(place, _)| row(*place)).collect();
        let k = rows.first()?.len();
        let freedom = values.len().checked_sub(k).filter(|freedom| *freedom > 0)? as f64;
        let mut fits: Vec<(f64, Fit)> = vec![];
        for step in GRID {
            let correlation = f64::from(step) * STEP;
            let stationary = 1.0 - correlation * correlation;
            let (mut normal, mut right, mut squares) = (vec![0.0; k * k], vec![0.0; k], 0.0);
            let mut scales = 0.0;
            for i in 0..values.len() {
                // What the value before tells, and what is left to chance after so many places.
                let gap = i.checked_sub(1).map(|before| (values[i].0 - values[before].0) as i32);
                let (told, left) = match gap {
                    Some(gap) => (correlation.powi(gap), 1.0 - correlation.powi(2 * gap)),
                    None => (0.0, 1.0),
                };
                let scale = (stationary / left).sqrt();
                scales += scale.ln();
                let new = |now: f64, before: f64| scale * (now - told * before);
                let before = i.saturating_sub(1);
                let x: Vec<f64> = (0..k).map(|j| new(rows[i][j], rows[before][j])).collect();
                let y = new(values[i].1, values[before].1);
                for a in 0..k {
                    for b in 0..=a {
                        normal[a * k + b] += x[a] * x[b];
                    }
                    right[a] += x[a] * y;
                }
                squares += y * y;
            }
            let normal = Cholesky::new(normal, k)?;
            let coefficients = normal.solve(right.clone());
            let explained: f64 = coefficients.iter().zip(&right).map(|(c, r)| c * r).sum();
            let residual = squares - explained;
            if residual.is_nan() || residual <= 1e-12 * squares {
                return None;
            }
            let prior = -stationary.ln();
            let likely = prior + scales - 0.5 * normal.log_determinant() - 0.5 * freedom * residual.ln();
            fits.push((likely, Fit { correlation, weight: 0.0, coefficients, normal, variance: residual / freedom }));
        }
        let most = fits.iter().map(|(likely, _)| *likely).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = fits.iter().map(|(likely, _)| (likely - most).exp()).sum();
        let weighted = fits.into_iter().map(|(likely, fit)| Fit { weight: (likely - most).exp() / total, ..fit });
        let fits = weighted.filter(|fit| fit.weight > NOTHING).collect();
        Some(Self { fits, student: StudentsT::new(0.0, 1.0, freedom).ok()? })
    }

    /// The mean autocorrelation.
    pub(crate) fn correlation(&self) -> f64 {
        self.fits.iter().map(|fit| fit.weight * fit.correlation).sum()
    }

    /// The sum of the coefficients, each as often as told.
    pub(crate) fn value(&self, of: &[f64]) -> f64 {
        let sum = |fit: &Fit| -> f64 { of.iter().zip(&fit.coefficients).map(|(a, c)| a * c).sum() };
        self.fits.iter().map(|fit| fit.weight * sum(fit)).sum()
    }

    /// What is known of the sum of the coefficients, each as often as told.
    pub(crate) fn sum(&self, of: &[f64], confidence: f64) -> Known {
        let parts: Vec<(f64, f64, f64)> = self
            .fits
            .iter()
            .map(|fit| {
                let mean = of.iter().zip(&fit.coefficients).map(|(a, c)| a * c).sum();
                let spread: f64 = fit.normal.solve(of.to_vec()).iter().zip(of).map(|(s, a)| s * a).sum();
                (fit.weight, mean, (fit.variance * spread).sqrt())
            })
            .collect();
        let value: f64 = parts.iter().map(|(weight, mean, _)| weight * mean).sum();
        let below = |x: f64| -> f64 {
            parts.iter().map(|(weight, mean, error)| weight * self.student.cdf((x - mean) / error)).sum()
        };
        let quantile = |share: f64| {
            // Each part has no more than its share beyond its own quantile.
            let own = self.student.inverse_cdf(share);
            let ends = parts.iter().map(|(_, mean, error)| mean + own * error);
            let (low, high) = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
            root(low, high, |x| below(x) - share)
        };
        let tail = 0.5 - confidence / 2.0;
        let none = below(0.0);
        Known { value, low: quantile(tail), high: quantile(1.0 - tail), p_value: 2.0 * none.min(1.0 - none) }
    }
}

/// Where a rising function is nothing, between two places of which the first is not beyond and the second not before.
///
/// Along the chord, of which an end that stays weighs half as much each time: Dowell & Jarratt, *A modified regula falsi method for computing the root of an
/// equation*, BIT 11 (1971).
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let near = 1e-13 * (high - low);
    let (mut below, mut above) = (f(low), f(high));
    let mut last_was_below = None;
    while high - low > near && below < 0.0 && above > 0.0 {
        let chord = high - above * (high - low) / (above - below);
        let x = if low < chord && chord < high { chord } else { low.midpoint(high) };
        let value = f(x);
        if value == 0.0 || x == low || x == high {
            return x;
        }
        let is_below = value < 0.0;
        let stays = last_was_below.replace(is_below) == Some(is_below);
        if is_below {
            (low, below, above) = (x, value, if stays { 0.5 * above } else { above });
        } else {
            (high, above, below) = (x, value, if stays { 0.5 * below } else { below });
        }
        if value.abs() <= 1e-13 {
            return x;
        }
    }
    if below >= 0.0 {
        low
    } else if above <= 0.0 {
        high
    } else {
        low.midpoint(high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// A normal number.
    fn normal(random: &mut Random) -> f64 {
        (-2.0 * (1.0 - random.unit()).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos()
    }

    #[test]
    fn of_independent_errors_it_is_near_least_squares() {
        // The mean of many independent values: Student's interval, a little wider for what is not known of the autocorrelation.
        let mut random = Random::new(3, 0);
        let values: Vec<(usize, f64)> = (0..400).map(|i| (i, 2.0 + normal(&mut random))).collect();
        let found = Autoregression::fit(&values, |_| vec![1.0]).expect("a fit");
        let known = found.sum(&[1.0], 0.95);
        let n = values.len() as f64;
        let mean = values.iter().map(|(_, y)| y).sum::<f64>() / n;
        let error = (values.iter().map(|(_, y)| (y - mean).powi(2)).sum::<f64>() / (n - 1.0) / n).sqrt();
        assert!((known.value - mean).abs() < 0.02 && found.correlation().abs() < 0.1, "{known:?} {mean}");
        let half = (known.high - known.low) / 2.0;
        assert!((0.85..1.3).contains(&(half / (1.96 * error))), "{half} {error}");
        assert!(known.p_value < 1e-6);
    }

    #[test]
    fn what_goes_on_is_known_less_well() {
        // Errors of autocorrelation 0.7: the interval of the mean is √(1.7 / 0.3) = 2.4 times as wide; a gap changes nothing of it.
        let mut random = Random::new(4, 0);
        let mut error = 0.0;
        let all: Vec<(usize, f64)> = (0..600)
            .map(|i| {
                error = 0.7 * error + (1.0f64 - 0.49).sqrt() * normal(&mut random);
                (i, error)
            })
            .collect();
        let values: Vec<(usize, f64)> =
            all.into_iter().filter(|(i, _)| i % 7 != 0 && !(100..150).contains(i)).collect();
        let found = Autoregression::fit(&values, |_| vec![1.0]).expect("a fit");
        assert!((found.correlation() - 0.7).abs() < 0.08, "{}", found.correlation());
        let known = found.sum(&[1.0], 0.95);
        let half = (known.high - known.low) / 2.0 / 1.96;
        assert!((0.07..0.14).contains(&half), "{half}");
        assert!(known.low < 0.0 && 0.0 < known.high && known.p_value > 0.05);
    }

    #[test]
    fn roots_are_found_in_few_steps() {
        let count = std::cell::Cell::new(0);
        let counted = |f: fn(f64) -> f64| move |x| f(x);
        for (low, high, f, truth) in [
            (0.0, 2.0, counted(|x| x * x * x - 2.0), 2f64.cbrt()),
            (-1e6, 1e3, counted(|x| (x - 3.0).tanh()), 3.0),
            (0.0, 1.0, counted(|x| x), 0.0),
            (5.0, 5.0, counted(|x| x - 5.0), 5.0),
        ] {
            let found = root(low, high, |x| {
                count.set(count.get() + 1);
                f(x)
            });
            assert!((found - truth).abs() < 1e-9, "{found} {truth}");
        }
        assert!(count.get() < 120, "{}", count.get());
    }

    #[test]
    fn what_can_not_be_told_apart() {
        let values: Vec<(usize, f64)> = (0..20).map(|i| (i, (i % 3) as f64)).collect();
        assert!(Autoregression::fit(&values, |_| vec![1.0, 2.0]).is_none());
        assert!(Autoregression::fit(&values[..1], |_| vec![1.0]).is_none());
        let flat: Vec<(usize, f64)> = (0..20).map(|i| (i, 5.0)).collect();
        assert!(Autoregression::fit(&flat, |_| vec![1.0]).is_none());
    }
}
