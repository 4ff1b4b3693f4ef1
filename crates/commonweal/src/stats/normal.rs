//! The normal distribution.
use statrs::distribution::{ContinuousCDF, Normal};

/// Half the width, in standard errors, of a two-sided interval of this confidence: 1.96 for 0.95.
pub(crate) fn z(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + confidence / 2.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_usual_one() {
        assert!((super::z(0.95) - 1.959_963_984_540_054).abs() < 1e-9);
    }
}
