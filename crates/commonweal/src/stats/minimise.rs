//! The least value of a smooth function of a few variables.

/// Evaluations until it stops, wherever it is.
const MOST_STEPS: usize = 2_000;

/// The place of a minimum near `start`, and the value there: the simplex of Nelder & Mead (The Computer Journal 7, 1965), begun anew where it
/// ends until that is no gain. Not finite values count as high.
pub(crate) fn simplex<const N: usize>(f: impl Fn(&[f64; N]) -> f64, start: [f64; N], reach: f64) -> ([f64; N], f64) {
    let f = |x: &[f64; N]| Some(f(x)).filter(|y| y.is_finite()).unwrap_or(f64::MAX);
    let mut best = (start, f(&start));
    let mut reach = reach;
    for _ in 0..8 {
        let found = once(&f, best.0, reach);
        let gain = best.1 - found.1;
        if found.1 <= best.1 {
            best = found;
        }
        if gain <= 1e-10 * (1.0 + best.1.abs()) {
            break;
        }
        reach = (reach / 2.0).max(0.05);
    }
    best
}

/// The same, once: where the start is as good as there.
pub(crate) fn descend<const N: usize>(f: impl Fn(&[f64; N]) -> f64, start: [f64; N], reach: f64) -> ([f64; N], f64) {
    let f = |x: &[f64; N]| Some(f(x)).filter(|y| y.is_finite()).unwrap_or(f64::MAX);
    once(&f, start, reach)
}

fn once<const N: usize>(f: &impl Fn(&[f64; N]) -> f64, start: [f64; N], reach: f64) -> ([f64; N], f64) {
    let corner = |i: usize| {
        let mut x = start;
        if let Some(x) = i.checked_sub(1).and_then(|i| x.get_mut(i)) {
            *x += reach;
        }
        (x, f(&x))
    };
    let mut corners: Vec<([f64; N], f64)> = (0..=N).map(corner).collect();
    for _ in 0..MOST_STEPS {
        corners.sort_by(|a, b| a.1.total_cmp(&b.1));
        let (least, most) = (corners[0], corners[N]);
        let size = (0..N).map(|i| (most.0[i] - least.0[i]).abs()).fold(0.0, f64::max);
        if most.1 - least.1 <= 1e-12 * (1e-3 + least.1.abs()) && size < 1e-4 {
            break;
        }
        let centre: [f64; N] = std::array::from_fn(|i| corners[..N].iter().map(|c| c.0[i]).sum::<f64>() / N as f64);
        let along = |share: f64| {
            let x: [f64; N] = std::array::from_fn(|i| centre[i] + share * (centre[i] - most.0[i]));
            (x, f(&x))
        };
        let reflected = along(1.0);
        let next = if reflected.1 < least.1 {
            let further = along(2.0);
            if further.1 < reflected.1 { Some(further) } else { Some(reflected) }
        } else if reflected.1 < corners[N - 1].1 {
            Some(reflected)
        } else {
            let nearer = along(if reflected.1 < most.1 { 0.5 } else { -0.5 });
            Some(nearer).filter(|nearer| nearer.1 < reflected.1.min(most.1))
        };
        match next {
            Some(next) => corners[N] = next,
            None => {
                for corner in &mut corners[1..] {
                    let x = std::array::from_fn(|i| (corner.0[i] + least.0[i]) / 2.0);
                    *corner = (x, f(&x));
                }
            }
        }
    }
    corners.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((start, f64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curved_valley() {
        // Rosenbrock, The Computer Journal 3 (1960).
        let (x, y) = simplex(|[a, b]| (1.0 - a).powi(2) + 100.0 * (b - a * a).powi(2), [-1.2, 1.0], 0.5);
        assert!(y < 1e-10 && (x[0] - 1.0).abs() < 1e-4 && (x[1] - 1.0).abs() < 1e-4, "{x:?}: {y}");
    }

    #[test]
    fn places_without_a_value_are_left() {
        let (x, _) = simplex(|[a]| if *a < 0.5 { f64::NAN } else { a.ln().powi(2) }, [3.0], 4.0);
        assert!((x[0] - 1.0).abs() < 1e-5, "{x:?}");
    }
}
