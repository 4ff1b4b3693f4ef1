//! The interval of a difference, from the intervals of both sides.
//!
//! MOVER, the method of variance estimates recovery: with estimates a and b and their intervals, the limits of b − a lie as far from the
//! difference as the root of the squared distances to those limits that make it small, and large. It keeps the asymmetry of each
//! interval, which a normal one for the difference would not, and needs no density at the median. Zou & Donner, *Statistics in Medicine*
//! 27 (2008); Newcombe, *Statistics in Medicine* 17 (1998), method 10, is its case of two Wilson intervals.
//!
//! The sides must be independent. How often the interval holds the truth is measured in `docs/kpis/response.compare.md`.

/// b − a and its interval. Each is none where what it needs is.
pub(crate) fn difference(a: [Option<f64>; 3], b: [Option<f64>; 3]) -> [Option<f64>; 3] {
    let ([Some(a), a_low, a_high], [Some(b), b_low, b_high]) = (a, b) else { return [None; 3] };
    let far = |one: Option<f64>, two: Option<f64>| Some((b - one?).hypot(two? - a));
    [Some(b - a), far(b_low, a_high).map(|far| b - a - far), far(b_high, a_low).map(|far| b - a + far)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::proportion::wilson;

    #[test]
    fn of_two_shares_it_is_newcombes() {
        // Newcombe (1998), table II, method 10: 56/70 − 48/80 is 0.2000 with 0.0524 to 0.3339; 9/10 − 3/10 is 0.6 with 0.1705 to 0.8090.
        for (k1, n1, k2, n2, low, high) in [(48, 80, 56, 70, 0.0524, 0.3339), (3, 10, 9, 10, 0.1705, 0.8090)] {
            let side = |k, n| wilson(k, n, 0.95).expect("n > 0").map(Some);
            let [_, l, h] = difference(side(k1, n1), side(k2, n2)).map(|v| v.expect("limits"));
            assert!((l - low).abs() < 5e-5 && (h - high).abs() < 5e-5, "{l} {h}");
        }
    }

    #[test]
    fn a_limit_that_is_not_reached_leaves_the_other() {
        let [d, low, high] = difference([Some(4.0), Some(3.0), None], [Some(9.0), Some(7.0), Some(10.0)]);
        assert_eq!((d, low), (Some(5.0), None));
        assert!((high.expect("a limit") - (5.0 + 2f64.sqrt())).abs() < 1e-12);
        assert_eq!(difference([None; 3], [Some(1.0); 3]), [None; 3]);
    }
}
