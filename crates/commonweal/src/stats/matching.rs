//! Exposed units against the others of their stratum, in units that come in clusters.
use std::collections::BTreeMap;

use super::normal::t;

/// The units of a stratum: cluster and outcome of each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matched {
    pub(crate) exposed: Vec<(usize, f64)>,
    pub(crate) others: Vec<(usize, f64)>,
}

/// The mean difference between the exposed and the others of their strata, weighted by the exposed: the effect on the exposed, if they differ in
/// nothing else. With its interval; none where there are fewer than two clusters of exposed, or nothing to compare.
///
/// Coarsened exact matching (Iacus, King & Porro, Political Analysis 20, 2012). The variance is that of sums over clusters, of the exposed
/// as they differ from the mean difference, and of the others as they differ from their stratum's mean, which stands in for what the
/// exposed would have done (as in Abadie & Imbens, Econometrica 74, 2006); of a stratum with k clusters of others the latter is
/// stretched by k / (k − 1), and where there is one it is taken from the other strata.
pub(crate) fn difference(strata: &[Matched], confidence: f64) -> Option<(f64, Option<[f64; 2]>)> {
    let strata = || strata.iter().filter(|stratum| !stratum.exposed.is_empty() && !stratum.others.is_empty());
    let n: f64 = strata().map(|stratum| stratum.exposed.len() as f64).sum();
    if n == 0.0 {
        return None;
    }
    let mean = |units: &[(usize, f64)]| units.iter().map(|(_, y)| y).sum::<f64>() / units.len() as f64;
    let all: f64 = strata().map(|s| s.exposed.len() as f64 * (mean(&s.exposed) - mean(&s.others))).sum();
    let difference = all / n;
    let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
    let mut exposed: Vec<usize> = vec![];
    // Squares of the mean deviations of clusters, and how many; the weights of strata that have but one.
    let (mut squares, mut clusters, mut single) = (0.0, 0.0, 0.0);
    for stratum in strata() {
        let usual = mean(&stratum.others);
        for (cluster, y) in &stratum.exposed {
            *sums.entry(*cluster).or_default() += (y - usual - difference) / n;
            exposed.push(*cluster);
        }
        let mut own: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for (cluster, y) in &stratum.others {
            let (sum, units) = own.entry(*cluster).or_default();
            *sum += y - usual;
            *units += 1.0;
        }
        let (k, share) = (own.len() as f64, stratum.exposed.len() as f64 / n);
        if own.len() < 2 {
            single += share * share;
            continue;
        }
        let stretch = (k / (k - 1.0)).sqrt();
        for (cluster, (sum, units)) in own {
            *sums.entry(cluster).or_default() -= share * stretch * sum / stratum.others.len() as f64;
            squares += (stretch * sum / units).powi(2);
            clusters += 1.0;
        }
    }
    exposed.sort_unstable();
    exposed.dedup();
    let between: f64 = if clusters > 0.0 { squares / clusters } else { 0.0 };
    let k = exposed.len() as f64;
    let error = (sums.values().map(|sum| sum * sum).sum::<f64>() * k / (k - 1.0) + single * between).sqrt();
    // One kind of outcome alone has no spread to tell from.
    let half = t(confidence, k - 1.0).filter(|_| k > 1.0 && error > 0.0).map(|t| t * error);
    Some((difference, half.map(|half| [difference - half, difference + half])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_by_hand() {
        let stratum = |exposed: &[(usize, f64)], others: &[(usize, f64)]| Matched {
            exposed: exposed.to_vec(),
            others: others.to_vec(),
        };
        // 5 − 2 and 7 − 2 in one stratum, 1 − 4 in the other; a third has nobody to compare with.
        let strata = [
            stratum(&[(0, 5.0), (1, 7.0)], &[(2, 1.0), (3, 3.0)]),
            stratum(&[(4, 1.0)], &[(5, 4.0), (6, 4.0)]),
            stratum(&[(7, 99.0)], &[]),
        ];
        let (found, interval) = difference(&strata, 0.95).expect("three are matched");
        assert!((found - 5.0 / 3.0).abs() < 1e-12);
        // Exposed: 4/9, 10/9, −14/9; others of the first stratum: ∓1 · √2 · 2/3 / 2, in the second they do not differ.
        let variance = (16.0 + 100.0 + 196.0) / 81.0 + 2.0 * 2.0 / 9.0;
        let half = 4.302_652_73 * (variance * 1.5f64).sqrt();
        let [low, high] = interval.expect("three clusters");
        assert!((high - found - half).abs() < 1e-6 && (found - low - half).abs() < 1e-6);
        assert!(difference(&strata[2..], 0.95).is_none());
        assert!(difference(&strata[1..], 0.95).expect("one").1.is_none());
    }

    #[test]
    fn units_of_one_cluster_tell_once() {
        let unit = |i: usize, y: f64| (i, y);
        let of = |exposed: &[(usize, f64)]| {
            let others = vec![(100, 0.0), (101, 1.0), (102, 2.0)];
            difference(&[Matched { exposed: exposed.to_vec(), others }], 0.95).expect("matched").1.expect("an interval")
        };
        let apart = of(&[unit(0, 1.0), unit(1, 3.0), unit(2, 1.0), unit(3, 3.0)]);
        let together = of(&[unit(0, 1.0), unit(1, 3.0), unit(0, 1.0), unit(1, 3.0)]);
        assert!(together[1] - together[0] > apart[1] - apart[0]);
    }
}
