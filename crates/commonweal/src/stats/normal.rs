//! Half-widths of intervals, in standard errors.
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Half the width, in standard errors, of a two-sided interval of this confidence: 1.96 for 0.95.
pub(crate) fn z(confidence: f64) -> f64 {
    Normal::standard().inverse_cdf(0.5 + confidence / 2.0)
}

/// The same where the error itself was estimated, with so many degrees of freedom; none without any.
pub(crate) fn t(confidence: f64, freedom: f64) -> Option<f64> {
    Some(StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(0.5 + confidence / 2.0))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_usual_one() {
        assert!((super::z(0.95) - 1.959_963_984_540_054).abs() < 1e-9);
        // Student's own table: 2.776 with 4 degrees of freedom.
        assert!((super::t(0.95, 4.0).expect("freedom") - 2.776_445_105).abs() < 1e-6);
        assert_eq!(super::t(0.95, 0.0), None);
    }
}
