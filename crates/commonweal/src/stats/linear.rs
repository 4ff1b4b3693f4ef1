//! Small linear systems.

/// A symmetric positive definite matrix, as the product of a lower triangle with its transpose.
#[derive(Clone, Debug)]
pub(crate) struct Cholesky {
    lower: Vec<f64>,
    n: usize,
}

impl Cholesky {
    /// Of a matrix of n rows, by its lower triangle; none where it is not positive definite.
    pub(crate) fn new(mut a: Vec<f64>, n: usize) -> Option<Self> {
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = a[i * n + j] - (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum::<f64>();
                a[i * n + j] = if i == j { sum.sqrt() } else { sum / a[j * n + j] };
            }
            if !a[i * n + i].is_normal() {
                return None;
            }
        }
        Some(Self { lower: a, n })
    }

    /// x of A x = b.
    pub(crate) fn solve(&self, mut b: Vec<f64>) -> Vec<f64> {
        let (a, n) = (&self.lower, self.n);
        for i in 0..n {
            b[i] = (b[i] - (0..i).map(|k| a[i * n + k] * b[k]).sum::<f64>()) / a[i * n + i];
        }
        for i in (0..n).rev() {
            b[i] = (b[i] - (i + 1..n).map(|k| a[k * n + i] * b[k]).sum::<f64>()) / a[i * n + i];
        }
        b
    }

    /// The logarithm of the determinant.
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * (0..self.n).map(|i| self.lower[i * self.n + i].ln()).sum::<f64>()
    }
}

/// x of A x = b for a symmetric positive definite A, given by its lower triangle; by Cholesky's method.
pub(crate) fn solve(a: Vec<f64>, b: Vec<f64>) -> Option<Vec<f64>> {
    Some(Cholesky::new(a, b.len())?.solve(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_of_two() {
        // 4x + 2y = 2, 2x + 3y = −1: x = 1, y = −1.
        let x = solve(vec![4.0, f64::NAN, 2.0, 3.0], vec![2.0, -1.0]).expect("positive definite");
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] + 1.0).abs() < 1e-12);
        assert_eq!(solve(vec![1.0, 0.0, 1.0, 1.0], vec![1.0, 1.0]), None);
        let determinant = Cholesky::new(vec![4.0, f64::NAN, 2.0, 3.0], 2).expect("positive definite").log_determinant();
        assert!((determinant - 8.0f64.ln()).abs() < 1e-12);
    }
}
