//! Small linear systems.

/// x of A x = b for a symmetric positive definite A, given by its lower triangle; by Cholesky's method.
pub(crate) fn solve(mut a: Vec<f64>, mut b: Vec<f64>) -> Option<Vec<f64>> {
    let n = b.len();
    for i in 0..n {
        for j in 0..=i {
            let sum: f64 = a[i * n + j] - (0..j).map(|k| a[i * n + k] * a[j * n + k]).sum::<f64>();
            a[i * n + j] = if i == j { sum.sqrt() } else { sum / a[j * n + j] };
        }
        if !a[i * n + i].is_normal() {
            return None;
        }
    }
    for i in 0..n {
        b[i] = (b[i] - (0..i).map(|k| a[i * n + k] * b[k]).sum::<f64>()) / a[i * n + i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k * n + i] * b[k]).sum::<f64>()) / a[i * n + i];
    }
    Some(b)
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
    }
}
