//! Rounding to decimals as Python's `round` does it.

/// `value * scale`, rounded to the nearest integer, ties to even, judged on the exact binary value.
///
/// Multiplying as floats would round twice and now and then give the neighbour: here the product is exact. `value` is in `-1..=1`.
pub(crate) fn round_scaled(value: f64, scale: u32) -> i32 {
    const MANTISSA_BITS: u32 = 52;
    const EXPONENT_BIAS: u32 = 1075;
    debug_assert!(value.abs() <= 1.0);

    // |value| = mantissa / 2^shift
    let bits = value.abs().to_bits();
    let mantissa = bits & ((1 << MANTISSA_BITS) - 1) | 1 << MANTISSA_BITS;
    let shift = EXPONENT_BIAS - (bits >> MANTISSA_BITS) as u32;
    if shift > 100 {
        return 0; // below 2^-47
    }

    let product = u128::from(mantissa) * u128::from(scale);
    let floor = (product >> shift) as i32;
    let rest = product & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    let up = rest > half || (rest == half && floor % 2 == 1);
    let rounded = floor + i32::from(up);
    if value < 0.0 { -rounded } else { rounded }
}

#[cfg(test)]
mod tests {
    use super::round_scaled;
    use proptest::prelude::*;

    #[test]
    fn ties_go_to_even() {
        // These have an exact binary form, so they are true ties.
        assert_eq!(round_scaled(0.03125, 10_000), 312);
        assert_eq!(round_scaled(0.09375, 10_000), 938);
        assert_eq!(round_scaled(-0.03125, 10_000), -312);
        assert_eq!(round_scaled(0.0625, 1_000), 62);
        assert_eq!(round_scaled(0.1875, 1_000), 188);
    }

    #[test]
    fn decimal_ties_are_judged_on_the_binary_value() {
        // As in Python: round(0.00015, 4) == 0.0001, round(0.00025, 4) == 0.0003, round(0.2675, 3) == 0.268.
        assert_eq!(round_scaled(0.00015, 10_000), 1);
        assert_eq!(round_scaled(0.00025, 10_000), 3);
        assert_eq!(round_scaled(0.2675, 1_000), 268);
    }

    #[test]
    fn ends_of_the_range() {
        assert_eq!(round_scaled(1.0, 10_000), 10_000);
        assert_eq!(round_scaled(-1.0, 10_000), -10_000);
        assert_eq!(round_scaled(0.0, 10_000), 0);
        assert_eq!(round_scaled(f64::MIN_POSITIVE / 4.0, 10_000), 0);
    }

    proptest! {
        /// Rust's formatting is exact as well (save for true ties, which random numbers do not hit).
        #[test]
        fn agrees_with_formatting(value in -1.0f64..=1.0) {
            let rounded = f64::from(round_scaled(value, 10_000)) / 10_000.0;
            prop_assert_eq!(Ok(rounded), format!("{value:.4}").parse());
        }
    }
}
