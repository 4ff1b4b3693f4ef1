//! What is measured of each member, and how sure it is.
use std::borrow::Cow;

use rayon::prelude::*;

use super::super::graph::Network;
use crate::stats::graph::betweenness::{betweenness, pivots};
use crate::stats::graph::core::core_numbers;
use crate::stats::graph::pagerank::{Inward, pagerank};
use crate::stats::graph::{Graph, strengths};
use crate::stats::random::Random;

/// Networks of more members than this have their betweenness estimated from a sample.
const EXACT: usize = 5_000;

/// How many sources that sample has.
const PIVOTS: usize = 256;

/// Members that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 12;

/// Where all random numbers begin: the same events give the same intervals.
const SEED: u64 = 0x636f_6d6d_6f6e;

/// How near pagerank comes to its limit, and values that are one: of the estimate, and of a bootstrap sample.
const SHARP: [f64; 2] = [1e-10, 1e-9];
const ROUGH: [f64; 2] = [1e-8, 1e-5];

/// What is asked of each network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) top: Option<usize>,
    pub(super) by_rise: bool,
    pub(super) damping: f64,
    pub(super) betweenness: bool,
    pub(super) samples: u32,
    pub(super) confidence: f64,
}

/// One member.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Leader {
    pub(super) member: usize,
    pub(super) rank: i64,
    pub(super) interval: Option<[i64; 2]>,
    pub(super) in_strength: f64,
    pub(super) out_strength: f64,
    pub(super) degree: i64,
    pub(super) pagerank: f64,
    /// And whether it is exact.
    pub(super) betweenness: Option<(f64, bool)>,
    pub(super) core: i64,
    /// The ranks in the window before, and in the last.
    pub(super) windows: Option<[i64; 2]>,
    /// The interval of their difference.
    pub(super) rise: Option<[i64; 2]>,
}

/// The arcs that PageRank follows.
#[derive(Debug)]
pub(super) struct Walk<'n> {
    graph: Cow<'n, Graph>,
    inward: Inward,
    /// Of each arc, the sum of the squares of what its acts weigh.
    squares: Cow<'n, [f64]>,
}

impl<'n> Walk<'n> {
    /// Along the ties of a network, as they are or turned round.
    pub(super) fn along(network: &'n Network, turned: bool) -> Self {
        Self::of(Cow::Borrowed(&network.graph), network.squares().into(), turned)
    }

    /// Among the members of a network by the ties of another, or by none.
    pub(super) fn among(network: &Network, ties: Option<&Network>, turned: bool) -> Self {
        let nodes = network.members.len();
        let mut graph = Graph { offsets: vec![0], ..Graph::default() };
        let mut squares = vec![];
        if let Some(ties) = ties {
            // Both have their members by name, so that ties stay in order.
            let places: Vec<Option<usize>> = ties.members.iter().map(|member| network.place(member)).collect();
            for (source, place) in places.iter().enumerate() {
                let Some(place) = *place else { continue };
                graph.offsets.resize(place + 1, graph.targets.len());
                for arc in ties.graph.offsets[source]..ties.graph.offsets[source + 1] {
                    if let Some(target) = places[ties.graph.targets[arc] as usize] {
                        graph.targets.push(target as u32);
                        graph.weights.push(ties.graph.weights[arc]);
                        squares.push(ties.squares()[arc]);
                    }
                }
            }
        }
        graph.offsets.resize(nodes + 1, graph.targets.len());
        Self::of(Cow::Owned(graph), squares.into(), turned)
    }

    fn of(graph: Cow<'n, Graph>, squares: Cow<'n, [f64]>, turned: bool) -> Self {
        let inward = Inward::of(&graph);
        if !turned {
            return Self { graph, inward, squares };
        }
        let graph = inward.turned(&graph.weights);
        Self { squares: inward.of_each(&squares).into(), inward: Inward::of(&graph), graph: Cow::Owned(graph) }
    }

    fn pagerank(&self, damping: f64) -> Vec<f64> {
        pagerank(&self.graph, &self.inward, &self.graph.weights, damping, SHARP[0], None)
    }

    /// PageRank where each act is there Poisson(1) times. The acts of an arc may weigh differently: mean and variance of their sum are kept.
    fn resampled(&self, damping: f64, start: &[f64], random: &mut Random) -> Vec<f64> {
        let draw = |(weight, square): (&f64, &f64)| square / weight * random.poisson(weight * weight / square);
        let weights: Vec<f64> = self.graph.weights.iter().zip(&*self.squares).map(draw).collect();
        pagerank(&self.graph, &self.inward, &weights, damping, ROUGH[0], Some(start))
    }
}

impl Asked {
    /// The members of a network that are asked for, in the order that is asked for.
    pub(super) fn leaders(&self, network: &Network, walk: &Walk<'_>, windows: Option<&[Walk<'_>; 2]>) -> Vec<Leader> {
        let nodes = network.members.len();
        // Where nothing happened there are no ranks to compare.
        let windows = windows.filter(|walks| walks.iter().all(|walk| !walk.graph.targets.is_empty()));
        // The same, turned round or not.
        let ((both, cores), ((out_strength, in_strength), whole)) = rayon::join(
            || {
                let both = walk.graph.neighbours(&walk.inward);
                let cores = core_numbers(&both);
                (both, cores)
            },
            || (strengths(&network.graph), walk.pagerank(self.damping)),
        );
        let between = self.betweenness.then(|| {
            let exact = nodes <= EXACT;
            let sources = pivots(nodes, if exact { nodes } else { PIVOTS }, &mut Random::new(SEED, 0));
            (betweenness(&both, &sources), exact)
        });
        let of_windows = windows.map(|walks| walks.each_ref().map(|walk| walk.pagerank(self.damping)));
        let all: Vec<usize> = (0..nodes).collect();
        let ranks = ranks(&whole, &all, SHARP[1]);
        let window_ranks = of_windows.as_ref().map(|values| values.each_ref().map(|v| last_places(v, &all, SHARP[1])));
        let mut chosen = all;
        let first: &[i64] = match &window_ranks {
            Some([_, now]) if self.by_rise => now,
            _ => &ranks,
        };
        // Members come by name, and stay so where they share a rank.
        chosen.sort_by_key(|member| first[*member]);
        chosen.truncate(self.top.unwrap_or(nodes));
        let samples = self.samples(walk, &whole, windows.zip(of_windows.as_ref()), &chosen);
        let leader = |(i, member): (usize, usize)| Leader {
            member,
            rank: ranks[member],
            interval: self.interval(samples.iter().map(|sample| sample[i][0])),
            in_strength: in_strength[member],
            out_strength: out_strength[member],
            degree: both.of(member).len() as i64,
            pagerank: whole[member],
            betweenness: between.as_ref().map(|(values, exact)| (values[member], *exact)),
            core: i64::from(cores[member]),
            windows: window_ranks.as_ref().map(|ranks| [ranks[0][member], ranks[1][member]]),
            rise: windows.and_then(|_| self.interval(samples.iter().map(|sample| sample[i][1] - sample[i][2]))),
        };
        let mut leaders: Vec<Leader> = chosen.into_iter().enumerate().map(leader).collect();
        if self.by_rise {
            let rise = |leader: &Leader| {
                let size = leader.windows.map_or(0, |ranks| ranks[0] - ranks[1]);
                (leader.rise.map_or(size, |rise| rise[0]), size)
            };
            leaders.sort_by_key(|leader| std::cmp::Reverse(rise(leader)));
        }
        leaders
    }

    /// The ranks of the chosen in each bootstrap sample: over all, in the window before, in the last.
    fn samples(
        &self,
        walk: &Walk<'_>,
        whole: &[f64],
        windows: Option<(&[Walk<'_>; 2], &[Vec<f64>; 2])>,
        chosen: &[usize],
    ) -> Vec<Vec<[i64; 3]>> {
        let sample = |number: u32| {
            let mut random = Random::new(SEED, u64::from(number) + 1);
            let mut draw = |walk: &Walk<'_>, start: &[f64]| walk.resampled(self.damping, start, &mut random);
            let whole = ranks(&draw(walk, whole), chosen, ROUGH[1]);
            let mut draw = |walk: &Walk<'_>, start: &[f64]| last_places(&draw(walk, start), chosen, ROUGH[1]);
            let windows = windows.map(|(walks, starts)| [draw(&walks[0], &starts[0]), draw(&walks[1], &starts[1])]);
            let of = |i: usize| match &windows {
                Some([before, now]) => [whole[i], before[i], now[i]],
                None => [whole[i], 0, 0],
            };
            (0..chosen.len()).map(of).collect()
        };
        (0..self.samples).into_par_iter().map(sample).collect()
    }

    /// The middle part of values, as large as the confidence asks for; none of none.
    fn interval(&self, values: impl Iterator<Item = i64>) -> Option<[i64; 2]> {
        let mut values: Vec<i64> = values.collect();
        values.sort_unstable();
        let last = values.len().checked_sub(1)?;
        // 0.05 · 100 is 5, whatever the rounding.
        let tail = ((1.0 - self.confidence) / 2.0 * last as f64 + 1e-9).floor() as usize;
        Some([values[tail], values[last - tail]])
    }
}

/// The rank of each of these: one more than there are larger values, those being equal that differ by less than `same` of them.
fn ranks(values: &[f64], of: &[usize], same: f64) -> Vec<i64> {
    let sorted = sorted(values);
    let larger = |value: f64| sorted.partition_point(|other| *other > value * (1.0 + same));
    of.par_iter().with_min_len(AT_ONCE).map(|member| larger(values[*member]) as i64 + 1).collect()
}

/// The same, but equals share the last of their places: who does nothing is last of all, however many do something.
fn last_places(values: &[f64], of: &[usize], same: f64) -> Vec<i64> {
    let sorted = sorted(values);
    let not_smaller = |value: f64| sorted.partition_point(|other| *other > value * (1.0 - same));
    of.par_iter().with_min_len(AT_ONCE).map(|member| not_smaller(values[*member]) as i64).collect()
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.par_sort_unstable_by(|a, b| b.total_cmp(a));
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_a_rank() {
        assert_eq!(ranks(&[0.1, 0.3, 0.1 + 1e-17, 0.2], &[0, 1, 2, 3], 1e-9), [3, 1, 3, 2]);
        assert_eq!(last_places(&[0.1, 0.3, 0.1 + 1e-17, 0.2], &[0, 1, 2, 3], 1e-9), [4, 1, 4, 2]);
    }

    #[test]
    fn an_interval_leaves_out_the_tails() {
        let asked = Asked { top: None, by_rise: false, damping: 0.85, betweenness: false, samples: 0, confidence: 0.9 };
        assert_eq!(asked.interval((0..=100).rev()), Some([5, 95]));
        assert_eq!(asked.interval([7].into_iter()), Some([7, 7]));
        assert_eq!(asked.interval([].into_iter()), None);
    }
}
