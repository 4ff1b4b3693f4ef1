//! Weights of four bits.

/// Weights as integers from −7 to 7, and the size of one step: the largest weights are cut off at a quantile of their size.
pub(crate) fn quantised(weights: impl Iterator<Item = f32> + Clone, quantile: f32) -> (Vec<i8>, f32) {
    let mut sizes: Vec<f32> = weights.clone().map(f32::abs).filter(|size| *size > 0.0).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    let at = ((sizes.len().saturating_sub(1)) as f32 * quantile) as usize;
    let step = sizes.get(at).copied().unwrap_or(7.0) / 7.0;
    (weights.map(|weight| (weight / step).round().clamp(-7.0, 7.0) as i8).collect(), step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_even() {
        let (steps, step) = quantised([0.0, 0.1, -0.2, 0.7, 1.4].into_iter(), 0.7);
        assert_eq!(steps, [0, 1, -2, 7, 7]);
        assert!((step - 0.1).abs() < 1e-6);
        assert_eq!(quantised([0.0].into_iter(), 0.9).0, [0]);
    }
}
