//! How unlikely a count is.
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::{checked_gamma_lr, ln_gamma};

/// Below this a tail is added up in logarithms.
const TINY: f64 = 1e-290;

/// Terms of a tail that are added up, at most; those beyond make no digit that is shown.
const MOST_TERMS: usize = 10_000;

/// −log₁₀ P(Y ≥ n) of a negative binomial Y of this mean and variance mean + dispersion · mean²; Poisson where the dispersion is 0.
pub(crate) fn surprise(n: u64, mean: f64, dispersion: f64) -> f64 {
    if n == 0 {
        return 0.0;
    }
    let n = n as f64;
    let poisson = dispersion < 1e-9;
    let size = 1.0 / dispersion;
    let tail =
        if poisson { checked_gamma_lr(n, mean).ok() } else { checked_beta_reg(n, size, mean / (mean + size)).ok() };
    match tail {
        // Of 1 the logarithm is −0.
        Some(tail) if tail > TINY => (-tail.log10()).max(0.0),
        _ => {
            let p = mean / (mean + size);
            let first = if poisson {
                n * mean.ln() - mean - ln_gamma(n + 1.0)
            } else {
                ln_gamma(n + size) - ln_gamma(size) - ln_gamma(n + 1.0) + n * p.ln() - size * (mean / size).ln_1p()
            };
            let (mut sum, mut term, mut k) = (1.0, 1.0, n);
            for _ in 0..MOST_TERMS {
                k += 1.0;
                term *= if poisson { mean / k } else { p * (k - 1.0 + size) / k };
                sum += term;
                if term < 1e-16 * sum {
                    break;
                }
            }
            -(first + f64::ln(sum)) / std::f64::consts::LN_10
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tail by its definition, term by term.
    fn by_hand(n: u64, mean: f64, dispersion: f64) -> f64 {
        let (size, p) = (1.0 / dispersion, mean / (mean + 1.0 / dispersion));
        let mut below = 0.0;
        let mut term = (1.0 - p).powf(size);
        for k in 0..n {
            below += term;
            term *= p * (k as f64 + size) / (k as f64 + 1.0);
        }
        -f64::log10(1.0 - below)
    }

    #[test]
    fn as_the_sum_of_its_terms() {
        for (n, mean, dispersion) in [(1, 0.3, 1.0), (5, 2.0, 0.5), (12, 7.5, 2.5), (3, 9.0, 0.01)] {
            let expected = by_hand(n, mean, dispersion);
            assert!((surprise(n, mean, dispersion) - expected).abs() < 1e-9, "{n} {mean} {dispersion}");
        }
        // Poisson of mean 1: P(Y ≥ 2) = 1 − 2/e.
        assert!((surprise(2, 1.0, 0.0) + (1.0 - 2.0 / std::f64::consts::E).log10()).abs() < 1e-12);
        assert_eq!((surprise(0, 1.0, 1.0), surprise(0, 0.0, 0.0)), (0.0, 0.0));
    }

    #[test]
    fn far_out_it_goes_on_without_a_step() {
        // Where the tail itself is too small for a float, and just before.
        for dispersion in [0.0, 0.2] {
            let found: Vec<f64> = (100..500).map(|n| surprise(n, 1.0, dispersion)).collect();
            assert!(found.iter().any(|s| *s < 280.0) && found.iter().all(|s| s.is_finite()));
            let steps: Vec<f64> = found.windows(2).map(|pair| pair[1] - pair[0]).collect();
            assert!(steps.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.01 && pair[0] > 0.0), "{dispersion}");
        }
    }
}
