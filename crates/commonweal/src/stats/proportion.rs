//! A share and its interval.
use super::normal::z;

/// `k` of `n` with Wilson's score interval: estimate, low, high. None for `n` of 0.
///
/// Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927).
pub(crate) fn wilson(k: i64, n: i64, confidence: f64) -> Option<[f64; 3]> {
    if n <= 0 {
        return None;
    }
    let (k, n, z) = (k.clamp(0, n) as f64, n as f64, z(confidence));
    let p = k / n;
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    // At the ends the interval ends there, whatever the rounding.
    let low = if k <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if k >= n { 1.0 } else { (centre + half).min(1.0) };
    Some([p, low, high])
}

/// A share, none of nothing.
pub(crate) fn ratio(k: i64, n: i64) -> Option<f64> {
    (n != 0).then(|| k as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_as_published() {
        // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 1 of 29, score method without correction.
        let close = |got: [f64; 3], low: f64, high: f64| (got[1] - low).abs() < 5e-5 && (got[2] - high).abs() < 5e-5;
        assert!(close(wilson(81, 263, 0.95).expect("n > 0"), 0.2553, 0.3662));
        assert!(close(wilson(1, 29, 0.95).expect("n > 0"), 0.0061, 0.1718));
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(0, 5, 0.95).map(|w| w[1]), Some(0.0));
        assert_eq!(wilson(5, 5, 0.95).map(|w| w[2]), Some(1.0));
    }
}
