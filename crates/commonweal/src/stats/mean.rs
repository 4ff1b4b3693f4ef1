//! A mean and its interval.
use super::normal::t;

/// The mean of values that occur so many times each, with Student's interval: estimate, low, high. None of fewer than two, which show no
/// spread.
pub(crate) fn mean(values: &[(i64, i64)], confidence: f64) -> Option<[f64; 3]> {
    let n: i64 = values.iter().map(|(_, times)| times).sum();
    if n < 2 {
        return None;
    }
    let freedom = (n - 1) as f64;
    let over =
        |f: &dyn Fn(f64) -> f64| values.iter().map(|(value, times)| f(*value as f64) * *times as f64).sum::<f64>();
    let mean = over(&|value| value) / n as f64;
    let variance = over(&|value| (value - mean).powi(2)) / freedom;
    let half = t(confidence, freedom)? * (variance / n as f64).sqrt();
    Some([mean, mean - half, mean + half])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_by_hand() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares about it 32; t of 7 degrees of freedom is 2.3646 in every table.
        let [estimate, low, high] = mean(&[(2, 1), (4, 3), (5, 2), (7, 1), (9, 1)], 0.95).expect("eight values");
        let half = 2.3646 * (32.0f64 / 7.0 / 8.0).sqrt();
        assert_eq!(estimate, 5.0);
        assert!((low - (5.0 - half)).abs() < 1e-4 && (high - (5.0 + half)).abs() < 1e-4);
        assert_eq!(mean(&[(3, 1)], 0.95), None);
    }
}
