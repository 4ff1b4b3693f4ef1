//! Ties within and between units, and what they would be if units had nothing to do with who is tied to whom.
use std::ops::Range;

use rayon::prelude::*;

use crate::stats::random::Random;

/// Members of about the same activity change places: so many of them at least.
const STRATUM: usize = 10;
/// Shuffles that one thread takes at a time.
const BLOCK: usize = 16;
/// What differs by less is the same, summed in another order.
const SAME: f64 = 1e-9;

/// A weighted directed graph whose nodes are of units.
#[derive(Debug)]
pub(crate) struct Mixing<'g> {
    /// The unit of each node, below `units`.
    pub(crate) unit: Vec<u32>,
    pub(crate) units: usize,
    /// Source, target, weight.
    pub(crate) ties: &'g [(u32, u32, f64)],
    /// The weight that leaves each node.
    out: Vec<f64>,
    /// The expected weight from i to j ≠ i is `from[i]` · `to[j]`: what leaves and what reaches every node is kept.
    from: Vec<f64>,
    to: Vec<f64>,
    /// Nodes of about the same activity, together.
    strata: Vec<Vec<u32>>,
}

/// What the shuffles say of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Null {
    pub(crate) mean: f64,
    pub(crate) sd: f64,
    /// How often a shuffle is as far out as what was seen, on either side.
    pub(crate) p: f64,
}

impl<'g> Mixing<'g> {
    pub(crate) fn new(unit: Vec<u32>, units: usize, ties: &'g [(u32, u32, f64)]) -> Self {
        let n = unit.len();
        let (mut out, mut into) = (vec![0.0; n], vec![0.0; n]);
        for (source, target, weight) in ties {
            out[*source as usize] += weight;
            into[*target as usize] += weight;
        }
        let (from, to) = quasi_independent(&out, &into);
        let active: Vec<f64> = out.iter().zip(&into).map(|(out, into)| out + into).collect();
        Self { unit, units, ties, out, from, to, strata: strata(&active) }
    }

    /// The weight within each unit, and what leaves its nodes.
    pub(crate) fn internal(&self, unit: &[u32]) -> (Vec<f64>, Vec<f64>) {
        let (mut internal, mut out) = (vec![0.0; self.units], vec![0.0; self.units]);
        for (source, target, weight) in self.ties {
            let of = unit[*source as usize];
            if of == unit[*target as usize] {
                internal[of as usize] += weight;
            }
        }
        unit.iter().zip(&self.out).for_each(|(unit, weight)| out[*unit as usize] += weight);
        (internal, out)
    }

    /// The weight from each unit to each, row by row.
    pub(crate) fn table(&self, unit: &[u32]) -> Vec<f64> {
        let mut table = vec![0.0; self.units * self.units];
        for (source, target, weight) in self.ties {
            table[unit[*source as usize] as usize * self.units + unit[*target as usize] as usize] += weight;
        }
        table
    }

    /// The same as expected of nodes that answer anyone by how much each is answered; no node answers itself.
    pub(crate) fn expected(&self, unit: &[u32]) -> Vec<f64> {
        let [from, to, own] = self.sums(unit);
        let cell = |i: usize| {
            let (source, target) = (i / self.units, i % self.units);
            let product = from[source] * to[target];
            if source == target { (product - own[source]).max(0.0) } else { product }
        };
        (0..self.units * self.units).map(cell).collect()
    }

    /// The expected weight within each unit.
    pub(crate) fn expected_internal(&self, unit: &[u32]) -> Vec<f64> {
        let [from, to, own] = self.sums(unit);
        (0..self.units).map(|unit| (from[unit] * to[unit] - own[unit]).max(0.0)).collect()
    }

    fn sums(&self, unit: &[u32]) -> [Vec<f64>; 3] {
        let mut sums = [(); 3].map(|()| vec![0.0; self.units]);
        for (node, unit) in unit.iter().enumerate() {
            let (from, to) = (self.from[node], self.to[node]);
            sums.iter_mut().zip([from, to, from * to]).for_each(|(sum, value)| sum[*unit as usize] += value);
        }
        sums
    }

    /// What `measure` says of the graph with the units dealt anew among nodes of about the same activity, in each of these shuffles.
    pub(crate) fn shuffled(
        &self,
        times: Range<u32>,
        seed: u64,
        measure: impl Fn(&[u32]) -> Vec<f64> + Sync,
    ) -> Vec<Vec<f64>> {
        let dealt = |shuffle: u32| {
            let mut random = Random::new(seed, u64::from(shuffle));
            let mut unit = self.unit.clone();
            for stratum in &self.strata {
                let mut hand: Vec<u32> = stratum.iter().map(|node| self.unit[*node as usize]).collect();
                random.shuffle(&mut hand);
                stratum.iter().zip(hand).for_each(|(node, of)| unit[*node as usize] = of);
            }
            measure(&unit)
        };
        times.into_par_iter().with_min_len(BLOCK).map(dealt).collect()
    }
}

/// Counts what shuffles say of one number. Those that are not finite say nothing.
#[derive(Clone, Debug)]
pub(crate) struct Tally {
    seen: f64,
    shuffles: u32,
    finite: u32,
    sum: f64,
    squares: f64,
    below: u32,
    above: u32,
}

impl Tally {
    pub(crate) fn new(seen: f64) -> Self {
        Self { seen, shuffles: 0, finite: 0, sum: 0.0, squares: 0.0, below: 0, above: 0 }
    }

    pub(crate) fn add(&mut self, value: f64) {
        self.shuffles += 1;
        if value.is_finite() {
            self.finite += 1;
            self.sum += value - self.seen;
            self.squares += (value - self.seen).powi(2);
            self.below += u32::from(value <= self.seen + SAME);
            self.above += u32::from(value >= self.seen - SAME);
        }
    }

    /// None where fewer than half of the shuffles say anything, or all say the same.
    pub(crate) fn null(&self) -> Option<Null> {
        if self.finite < 2 || 2 * self.finite < self.shuffles {
            return None;
        }
        let n = f64::from(self.finite);
        let mean = self.sum / n;
        let sd = ((self.squares - n * mean * mean).max(0.0) / (n - 1.0)).sqrt();
        let p = (2.0 * f64::from(self.below.min(self.above) + 1) / (n + 1.0)).min(1.0);
        (sd > SAME).then_some(Null { mean: mean + self.seen, sd, p })
    }
}

/// Factors with `from[i]` · Σ `to[j ≠ i]` = `out[i]` and `to[j]` · Σ `from[i ≠ j]` = `into[j]`: Goodman's quasi-independence for an empty
/// diagonal. Where one node has more than half of all there are none, and these come near.
fn quasi_independent(out: &[f64], into: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let total: f64 = out.iter().sum();
    let scale = total.sqrt().max(f64::MIN_POSITIVE);
    let (mut from, mut to): (Vec<f64>, Vec<f64>) =
        (out.iter().map(|w| w / scale).collect(), into.iter().map(|w| w / scale).collect());
    let fit = |own: &mut [f64], other: &[f64], wanted: &[f64]| {
        let sum: f64 = other.iter().sum();
        let mut moved = 0.0f64;
        for i in 0..own.len() {
            let rest = sum - other[i];
            let next = if rest > 1e-12 * sum { wanted[i] / rest } else { 0.0 };
            moved = moved.max((next - own[i]).abs());
            own[i] = next;
        }
        moved
    };
    for _ in 0..200 {
        let moved = fit(&mut from, &to, out).max(fit(&mut to, &from, into));
        if moved <= 1e-10 * scale {
            break;
        }
    }
    (from, to)
}

/// Nodes whose activity differs by a factor of two at most, as far as there are [`STRATUM`] of them; from the most active on.
fn strata(active: &[f64]) -> Vec<Vec<u32>> {
    let mut order: Vec<u32> = (0..active.len() as u32).collect();
    order.sort_by(|a, b| active[*b as usize].total_cmp(&active[*a as usize]).then(a.cmp(b)));
    let class = |node: u32| active[node as usize].log2().floor();
    let mut strata: Vec<Vec<u32>> = vec![];
    for node in order {
        match strata.last_mut() {
            Some(last) if last.len() < STRATUM || last.last().is_some_and(|l| class(*l) == class(node)) => {
                last.push(node)
            }
            _ => strata.push(vec![node]),
        }
    }
    if strata.len() > 1 && strata.last().is_some_and(|last| last.len() < STRATUM) {
        let last = strata.pop().unwrap_or_default();
        strata.last_mut().into_iter().for_each(|before| before.extend(&last));
    }
    strata
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two units of three; within each all answer each other twice, and one act goes across.
    fn two_units() -> Vec<(u32, u32, f64)> {
        let mut ties = vec![(0, 3, 1.0)];
        for unit in [0, 3] {
            for (a, b) in [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)] {
                ties.push((unit + a, unit + b, 2.0));
            }
        }
        ties
    }

    #[test]
    fn counted_by_hand() {
        let ties = two_units();
        let mixing = Mixing::new(vec![0, 0, 0, 1, 1, 1], 2, &ties);
        assert_eq!(mixing.internal(&mixing.unit), (vec![12.0, 12.0], vec![13.0, 12.0]));
        assert_eq!(mixing.table(&mixing.unit), [12.0, 1.0, 0.0, 12.0]);
    }

    #[test]
    fn what_leaves_and_what_reaches_every_node_is_kept() {
        let ties = two_units();
        // Each node a unit of its own: the expected table is the one of the nodes.
        let mixing = Mixing::new((0..6).collect(), 6, &ties);
        let expected = mixing.expected(&mixing.unit);
        for node in 0..6 {
            let row: f64 = expected[node * 6..][..6].iter().sum();
            let column: f64 = (0..6).map(|source| expected[source * 6 + node]).sum();
            let out: f64 = ties.iter().filter(|tie| tie.0 as usize == node).map(|tie| tie.2).sum();
            let into: f64 = ties.iter().filter(|tie| tie.1 as usize == node).map(|tie| tie.2).sum();
            assert!((row - out).abs() < 1e-6 && (column - into).abs() < 1e-6, "{node}: {row} {out} {column} {into}");
            assert_eq!(expected[node * 7], 0.0);
        }
        let whole = Mixing::new(vec![0, 0, 0, 1, 1, 1], 2, &ties);
        let of_units = whole.expected(&whole.unit);
        let block: f64 = (0..3).flat_map(|i| (0..3).map(move |j| i * 6 + j)).map(|i| expected[i]).sum();
        assert!((of_units[0] - block).abs() < 1e-9);
        assert_eq!(whole.expected_internal(&whole.unit)[1], of_units[3]);
    }

    #[test]
    fn a_shuffle_keeps_the_sizes_of_units_and_their_activity() {
        let active: Vec<f64> = (0..40).map(|i| if i < 15 { 100.0 } else { 3.0 }).collect();
        let strata = strata(&active);
        assert_eq!(strata.iter().map(Vec::len).collect::<Vec<_>>(), [15, 25]);
        let ties: Vec<(u32, u32, f64)> = (0..40).map(|i| (i, (i + 1) % 40, if i < 15 { 50.0 } else { 1.0 })).collect();
        let mixing = Mixing::new((0..40).map(|i| u32::from(i % 4 == 0)).collect(), 2, &ties);
        let sizes = mixing.shuffled(0..20, 1, |unit| vec![unit.iter().sum::<u32>() as f64]);
        assert!(sizes.iter().all(|size| *size == [10.0]));
        assert_eq!(
            mixing.shuffled(0..3, 1, |unit| mixing.table(unit)),
            mixing.shuffled(0..3, 1, |unit| mixing.table(unit))
        );
        assert_ne!(
            mixing.shuffled(0..3, 1, |unit| mixing.table(unit)),
            mixing.shuffled(0..3, 2, |unit| mixing.table(unit))
        );
    }

    #[test]
    fn the_few_most_active_are_in_one_stratum() {
        let active: Vec<f64> = (0..25).map(|i| f64::from(1 << i)).collect();
        let strata = strata(&active);
        assert_eq!(strata.iter().map(Vec::len).collect::<Vec<_>>(), [10, 15]);
        assert_eq!(strata[0][0], 24);
    }

    #[test]
    fn what_was_seen_is_one_of_the_shuffles() {
        let tally = |seen: f64, values: &[f64]| {
            let mut tally = Tally::new(seen);
            values.iter().for_each(|value| tally.add(*value));
            tally.null()
        };
        let null = tally(10.0, &(0..99).map(|i| f64::from(i % 3)).collect::<Vec<_>>()).expect("they differ");
        assert!((null.mean - 1.0).abs() < 1e-12 && null.p == 0.02);
        assert!((null.sd - (66.0f64 / 98.0).sqrt()).abs() < 1e-12);
        assert_eq!(tally(1.0, &[1.0, 1.0]), None);
        assert_eq!(tally(1.0, &[1.0, f64::NAN, f64::NAN, 2.0, f64::NAN]), None);
    }
}
