//! A share and its interval.
use super::normal::z;

/// `k` of `n` with Wilson's score interval: estimate, low, high. None for `n` of 0.
///
/// Wilson, *Probable inference, the law of succession, and statistical inference*, JASA 22 (1927).
pub(crate) fn wilson(k: i64, n: i64, confidence: f64) -> Option<[f64; 3]> {
    if n <= 0 {
        return None;
    }
    Some(score(k.clamp(0, n) as f64 / n as f64, n as f64, confidence))
}

/// The score interval about a share of so many.
fn score(p: f64, n: f64, confidence: f64) -> [f64; 3] {
    let z = z(confidence);
    let scale = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / scale;
    let half = z / scale * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    // At the ends the interval ends there, whatever the rounding.
    let low = if p <= 0.0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if p >= 1.0 { 1.0 } else { (centre + half).min(1.0) };
    [p, low, high]
}

/// `k` of `n` that come in clusters whose own are alike.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clusters {
    pub(crate) clusters: i128,
    pub(crate) n: i128,
    pub(crate) k: i128,
    /// Σ n², Σ n·k, Σ k² over the clusters.
    pub(crate) squares: [i128; 3],
}

/// The share k / n with Wilson's interval for the effective number: as many independent ones as would give the variance between clusters,
/// never more than there are. Where all or none are in the share, or there is one cluster, every cluster counts as one. None for `n` of 0.
///
/// Franco, Little, Louis & Slud, *Comparative study of confidence intervals for proportions in complex sample surveys*, JSSAM 7 (2019).
pub(crate) fn clustered(of: &Clusters, confidence: f64) -> Option<[f64; 3]> {
    let Clusters { clusters, n, k, squares: [nn, nk, kk] } = *of;
    if n <= 0 || clusters <= 0 {
        return None;
    }
    let k = k.clamp(0, n);
    let (m, all) = (clusters as f64, n as f64);
    let p = k as f64 / all;
    // n² Σ (k_i − p n_i)², in whole numbers as far as they go.
    let product = |a: i128, b: i128, c: i128| a.saturating_mul(b).saturating_mul(c);
    let spread =
        product(n, n, kk).saturating_sub(product(2 * k.min(i128::MAX / 2), n, nk)).saturating_add(product(k, k, nn));
    let variance = m / (m - 1.0).max(1.0) * spread.max(0) as f64 / all.powi(4);
    let effective = if k == 0 || k == n || clusters < 2 { m.min(all) } else { (p * (1.0 - p) / variance).min(all) };
    Some(score(p, effective.max(1.0), confidence))
}

/// A share, none of nothing.
pub(crate) fn ratio(k: i64, n: i64) -> Option<f64> {
    (n != 0).then(|| k as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clusters(of: &[(i128, i128)]) -> Clusters {
        let sum = |f: fn(&(i128, i128)) -> i128| of.iter().map(f).sum();
        Clusters {
            clusters: of.len() as i128,
            k: sum(|(k, _)| *k),
            n: sum(|(_, n)| *n),
            squares: [sum(|(_, n)| n * n), sum(|(k, n)| k * n), sum(|(k, _)| k * k)],
        }
    }

    #[test]
    fn clusters_of_one_are_as_good_as_independent() {
        let found = clustered(&clusters(&[(1, 1), (0, 1), (1, 1), (1, 1)]), 0.95).expect("four");
        // The variance among four is 4/3 of that of a share, so they count as three.
        let three = score(0.75, 3.0, 0.95);
        assert!(found.iter().zip(three).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn clusters_that_are_alike_within_count_as_one_each() {
        // Ten of ten, none of ten, ten of ten, none of ten: as few as the clusters, less the one that the mean takes.
        let found = clustered(&clusters(&[(10, 10), (0, 10), (10, 10), (0, 10)]), 0.95).expect("forty");
        let three = score(0.5, 3.0, 0.95);
        assert!(found.iter().zip(three).all(|(a, b)| (a - b).abs() < 1e-12));
        // No spread at all: no more than there are.
        let even = clustered(&clusters(&[(5, 10), (5, 10)]), 0.95).expect("twenty");
        assert_eq!(Some(even), wilson(10, 20, 0.95));
        // All of them: the interval is open below, for as many as there are clusters.
        assert_eq!(clustered(&clusters(&[(10, 10), (10, 10)]), 0.95), wilson(2, 2, 0.95));
        assert_eq!(clustered(&clusters(&[]), 0.95), None);
    }

    #[test]
    fn wilson_as_published() {
        // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 1 of 29, score method without correction.
        let close = |got: [f64; 3], low: f64, high: f64| (got[1] - low).abs() < 5e-5 && (got[2] - high).abs() < 5e-5;
        assert!(close(wilson(81, 263, 0.95).expect("n > 0"), 0.2553, 0.3662));
        assert!(close(wilson(1, 29, 0.95).expect("n > 0"), 0.0061, 0.1718));
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(0, 5, 0.95).map(|w| w[1]), Some(0.0));
        assert_eq!(wilson(5, 5, 0.95).map(|w| w[2]), Some(1.0));
    }
}
