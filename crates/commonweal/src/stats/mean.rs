//! A mean and its interval.
use super::normal::t;

/// A mean, and its interval where the values show a spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    pub(crate) interval: Option<[f64; 2]>,
}

/// The mean of values that occur so many times each, with Student's interval. None of nothing.
pub(crate) fn mean(values: &[(i64, i64)], confidence: f64) -> Option<Mean> {
    let n: i64 = values.iter().map(|(_, times)| times).sum();
    if n <= 0 {
        return None;
    }
    let over =
        |f: &dyn Fn(f64) -> f64| values.iter().map(|(value, times)| f(*value as f64) * *times as f64).sum::<f64>();
    let mean = over(&|value| value) / n as f64;
    let spread = over(&|value| (value - mean).powi(2));
    let interval = t(confidence, (n - 1) as f64).filter(|_| spread > 0.0).map(|t| {
        let half = t * (spread / (n - 1) as f64 / n as f64).sqrt();
        [mean - half, mean + half]
    });
    Some(Mean { mean, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_by_hand() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squares about it 32; t of 7 degrees of freedom is 2.3646 in every table.
        let found = mean(&[(2, 1), (4, 3), (5, 2), (7, 1), (9, 1)], 0.95).expect("eight values");
        let half = 2.3646 * (32.0f64 / 7.0 / 8.0).sqrt();
        let [low, high] = found.interval.expect("a spread");
        assert_eq!(found.mean, 5.0);
        assert!((low - (5.0 - half)).abs() < 1e-4 && (high - (5.0 + half)).abs() < 1e-4);
    }

    #[test]
    fn without_a_spread_there_is_no_interval() {
        assert_eq!(mean(&[(3, 1)], 0.95), Some(Mean { mean: 3.0, interval: None }));
        assert_eq!(mean(&[(3, 7)], 0.95), Some(Mean { mean: 3.0, interval: None }));
        assert_eq!(mean(&[(3, 0)], 0.95), None);
    }
}
