//! What makes probabilities of logits.

/// The slope and the biases that make logits most likely to have given the labels.
pub(crate) fn calibrate<const K: usize>(logits: &[[f32; K]], labels: &[usize], weights: &[f32]) -> (f32, [f32; K]) {
    // Adam (Kingma & Ba 2015), on all examples at once. The first value is the slope.
    let mut values = vec![0.0f64; K + 1];
    values[0] = 1.0;
    let (mut means, mut squares) = (vec![0.0f64; K + 1], vec![0.0f64; K + 1]);
    let total: f64 = weights.iter().map(|weight| f64::from(*weight)).sum::<f64>().max(1e-9);
    for round in 1..=400 {
        let mut slopes = vec![0.0f64; K + 1];
        for ((logits, label), weight) in logits.iter().zip(labels).zip(weights) {
            let calibrated = std::array::from_fn(|k| (values[0] * f64::from(logits[k]) + values[k + 1]) as f32);
            for (k, slope) in super::slopes::<K>(calibrated, super::one_hot(*label as u8)).into_iter().enumerate() {
                let slope = f64::from(slope * weight);
                slopes[0] += slope * f64::from(logits[k]);
                slopes[k + 1] += slope;
            }
        }
        for (at, slope) in slopes.iter().map(|slope| slope / total).enumerate() {
            means[at] = 0.9 * means[at] + 0.1 * slope;
            squares[at] = 0.99 * squares[at] + 0.01 * slope * slope;
            let mean = means[at] / (1.0 - 0.9f64.powi(round));
            let square = squares[at] / (1.0 - 0.99f64.powi(round));
            values[at] -= 0.05 * (1.0 - 0.9 * f64::from(round) / 400.0) * mean / (square.sqrt() + 1e-8);
        }
    }
    (values[0].max(0.05) as f32, std::array::from_fn(|k| values[k + 1] as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logits_that_are_twice_too_large_are_halved() {
        // Of examples with logit 2, three in four are true: log 3 is their logit.
        let logits = [[2.0], [2.0], [2.0], [2.0], [-2.0], [-2.0], [-2.0], [-2.0]];
        let (slope, bias) = calibrate(&logits, &[1, 1, 1, 0, 0, 0, 0, 1], &[1.0; 8]);
        assert!((slope - 3f32.ln() / 2.0).abs() < 0.01, "{slope}");
        assert!(bias[0].abs() < 0.01);
    }
}
