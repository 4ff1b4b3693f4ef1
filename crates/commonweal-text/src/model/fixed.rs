//! Numbers with a fixed point: the same on every machine.

/// One: scores and probabilities are in units of 2⁻²⁰.
pub const ONE: i32 = 1 << 20;

/// Steps of the table of exponentials to one.
const STEPS: i64 = 64;
/// Below exp(−16) there is nothing.
const REACH: i64 = 16;
/// exp(−1/64) in units of 2⁻⁶².
const FACTOR: u128 = 4_540_188_453_729_421_604;
/// exp(−step/64) in units of 2⁻³⁰.
const EXPONENTIALS: [i64; (REACH * STEPS + 2) as usize] = exponentials();

const fn exponentials() -> [i64; (REACH * STEPS + 2) as usize] {
    let mut table = [0; (REACH * STEPS + 2) as usize];
    let mut value: u128 = 1 << 62;
    let mut step = 0;
    while step < table.len() {
        table[step] = ((value + (1 << 31)) >> 32) as i64;
        value = (value * FACTOR) >> 62;
        step += 1;
    }
    table
}

/// exp(−x) in units of 2⁻³⁰, of an x from 0 on in units of 2⁻²⁰, linear between steps of 1/64.
fn exp_of_minus(x: i64) -> i64 {
    let one = i64::from(ONE);
    if x >= REACH * one {
        return 0;
    }
    let (step, rest) = ((x * STEPS / one) as usize, x * STEPS % one);
    let (here, next) = (EXPONENTIALS[step], EXPONENTIALS[step + 1]);
    here - (here - next) * rest / one
}

/// The probability that a logit stands for.
pub(crate) fn logistic(logit: i64) -> i32 {
    let small = exp_of_minus(logit.abs());
    let rare = (small << 20) / ((1 << 30) + small);
    (if logit < 0 { rare } else { i64::from(ONE) - rare }) as i32
}

/// The probabilities that logits stand for. Their sum is one but for what is lost in rounding down.
pub(crate) fn softmax(logits: [i64; 3]) -> [i32; 3] {
    let top = logits[0].max(logits[1]).max(logits[2]);
    let weights = logits.map(|logit| exp_of_minus(top - logit));
    let sum: i64 = weights.iter().sum();
    weights.map(|weight| ((weight << 20) / sum) as i32)
}

/// A number as fixed point, at most 2000 in size.
pub(crate) fn fixed(number: f32) -> i32 {
    (number.clamp(-2000.0, 2000.0) * ONE as f32).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponentials_are_exponentials() {
        for x in (0..17 * i64::from(ONE)).step_by(9_973) {
            let exact = (-(x as f64) / f64::from(ONE)).exp();
            let found = exp_of_minus(x) as f64 / f64::from(1 << 30);
            assert!((exact - found).abs() < 4e-5, "{x}: {exact} {found}");
        }
    }

    #[test]
    fn probabilities() {
        assert_eq!(logistic(0), ONE / 2);
        assert_eq!(logistic(i64::MAX / 2), ONE);
        assert_eq!(logistic(-i64::from(ONE) * 20), 0);
        assert_eq!(softmax([5, 5, 5]), [ONE / 3; 3]);
        assert_eq!(softmax([0, i64::from(ONE) * 20, 0]), [0, ONE, 0]);
        let both = logistic(i64::from(ONE)) + logistic(-i64::from(ONE));
        assert_eq!(both, ONE);
    }
}
