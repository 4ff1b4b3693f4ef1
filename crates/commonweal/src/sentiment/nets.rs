//! Net sentiment of a cell, and how far two are apart, with authors as the sampling unit.
use crate::stats::normal::t;
use crate::stats::proportion::ratio;

pub(super) const MESSAGES: usize = 0;
pub(super) const SCORED: usize = 1;
pub(super) const SUM: usize = 2;
pub(super) const POSITIVE: usize = 3;
pub(super) const NEGATIVE: usize = 4;
pub(super) const AUTHORS: usize = 5;
/// Authors and lone messages of unknown ones: the clusters.
pub(super) const CLUSTERS: usize = 6;
/// Σ s², Σ s·n, Σ n² over the clusters of the period.
pub(super) const OWN: usize = 7;
/// Σ s·s′, Σ s·n′, Σ n·s′, Σ n·n′ with s′, n′ of the same author in the period before.
pub(super) const CROSS: usize = 10;
/// Authors of the period who are in the one before too.
pub(super) const SHARED: usize = 14;
pub(super) const WIDTH: usize = 15;

/// Adds a scored message to a cell.
pub(super) fn add_message(row: &mut [i128; WIDTH], score: i64, sign: i64) {
    row[SCORED] += 1;
    row[SUM] += i128::from(score);
    row[POSITIVE] += i128::from(sign > 0);
    row[NEGATIVE] += i128::from(sign < 0);
}

/// Adds an author who is in this cell and in the one that it is compared with: the net and number of messages in each.
pub(super) fn add_cross(row: &mut [i128; WIDTH], [net, scored]: [i128; 2], [other_net, other_scored]: [i128; 2]) {
    row[SHARED] += 1;
    let products = [net * other_net, net * other_scored, scored * other_net, scored * other_scored];
    row[CROSS..].iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
}

/// Adds an author, or a message of an unknown one, to the sums of its own cell.
pub(super) fn add_own(row: &mut [i128; WIDTH], net: i128, scored: i128) {
    row[CLUSTERS] += 1;
    for (sum, product) in row[OWN..].iter_mut().zip([net * net, net * scored, scored * scored]) {
        *sum += product;
    }
}

pub(super) struct Change {
    pub(super) size: f64,
    /// The standard error, and the degrees of freedom it was estimated with.
    pub(super) error: Option<(f64, f64)>,
}

/// The change of net between two cells and its standard error; `now` holds the sums over the authors of both.
pub(super) fn change(before: &[i128; WIDTH], now: &[i128; WIDTH]) -> Option<Change> {
    let net = |c: &[i128; WIDTH]| ratio((c[POSITIVE] - c[NEGATIVE]) as i64, c[SCORED] as i64);
    let (r, q) = (net(now)?, net(before)?);
    let (n, m) = (now[SCORED] as f64, before[SCORED] as f64);
    // The terms of each sum, whose cancelling leaves rounding: what is no larger than that is nothing.
    let terms = |[a, b, c, d]: [f64; 4], n: f64| [a / n, b / n, c / n, d / n];
    let own = |c: &[i128; WIDTH], r: f64, n: f64| {
        let cross = -r * c[OWN + 1] as f64;
        terms([c[OWN] as f64, cross, cross, r * r * c[OWN + 2] as f64], n * n)
    };
    let cross = now[CROSS..SHARED].iter().map(|sum| *sum as f64).collect::<Vec<_>>();
    let both = terms([-2.0 * cross[0], 2.0 * q * cross[1], 2.0 * r * cross[2], -2.0 * r * q * cross[3]], n * m);
    let all: Vec<f64> = [own(now, r, n), own(before, q, m), both].concat();
    let authors = (now[CLUSTERS] + before[CLUSTERS] - now[SHARED]) as f64;
    let enough = now[CLUSTERS] > 1 && before[CLUSTERS] > 1;
    let variance = Some(all.iter().sum::<f64>()).filter(|_| enough);
    let variance = variance.filter(|v| *v > 1e-12 * all.iter().map(|term| term.abs()).sum::<f64>());
    let error = variance.map(|variance| (authors / (authors - 1.0) * variance).sqrt());
    // Where all authors of both periods sound the same, nothing can be told of how they differ.
    let freedom = now[CLUSTERS].min(before[CLUSTERS]) as f64 - 1.0;
    let error = error.map(|error| (error, freedom));
    Some(Change { size: r - q, error })
}

impl Change {
    /// One end of the interval: the lower for −1, the upper for 1.
    pub(super) fn end(&self, side: f64, confidence: f64) -> Option<f64> {
        let (error, freedom) = self.error?;
        Some((self.size + side * t(confidence, freedom)? * error).clamp(-2.0, 2.0))
    }
}
