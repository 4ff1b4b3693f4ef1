//! Betweenness: how often a node lies on the shortest way between two others.
//!
//! Freeman, *A set of measures of centrality based on betweenness*, Sociometry 40 (1977); computed as Brandes, *A faster algorithm for
//! betweenness centrality*, Journal of Mathematical Sociology 25 (2001), and from a sample of sources as Brandes and Pich, *Centrality
//! estimation in large networks*, International Journal of Bifurcation and Chaos 17 (2007).
use rayon::prelude::*;

use super::Neighbours;
use crate::stats::random::Random;

/// Sources whose contributions are added up in one place, one after the other: so the sum is the same at any number of threads.
const AT_ONCE: usize = 16;

/// The share of all pairs of other nodes whose shortest way leads through each node, ways of one length alike. Every step is of
/// length 1. From the ways of these `sources`, scaled up to all.
pub(crate) fn betweenness(both: &Neighbours, sources: &[usize]) -> Vec<f64> {
    let nodes = both.nodes();
    let parts: Vec<Vec<f64>> = sources
        .par_chunks(AT_ONCE)
        .map_init(
            || Search::new(nodes),
            |search, sources| {
                let mut sums = vec![0.0; nodes];
                sources.iter().for_each(|source| search.add(both, *source, &mut sums));
                sums
            },
        )
        .collect();
    let pairs = (nodes as f64 - 1.0) * (nodes as f64 - 2.0);
    let scale = if pairs > 0.0 { nodes as f64 / sources.len().max(1) as f64 / pairs } else { 0.0 };
    let mut sums = vec![0.0; nodes];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    sums.iter_mut().for_each(|sum| *sum *= scale);
    sums
}

/// So many nodes, drawn without replacement, each set as likely as the other; in order.
pub(crate) fn pivots(nodes: usize, count: usize, random: &mut Random) -> Vec<usize> {
    let mut all: Vec<usize> = (0..nodes).collect();
    let count = count.min(nodes);
    for i in 0..count {
        all.swap(i, i + random.below((nodes - i) as u64) as usize);
    }
    all.truncate(count);
    all.sort_unstable();
    all
}

/// A search from one source, in memory that it keeps.
struct Search {
    distance: Vec<u32>,
    /// How many shortest ways lead to each node.
    ways: Vec<f64>,
    /// How much depends on each node.
    dependency: Vec<f64>,
    /// The nodes that are reached, nearest first.
    reached: Vec<u32>,
}

impl Search {
    fn new(nodes: usize) -> Self {
        Self {
            distance: vec![u32::MAX; nodes],
            ways: vec![0.0; nodes],
            dependency: vec![0.0; nodes],
            reached: Vec::with_capacity(nodes),
        }
    }

    /// Adds what depends on each node for ways from a source.
    fn add(&mut self, both: &Neighbours, source: usize, sums: &mut [f64]) {
        let Self { distance, ways, dependency, reached } = self;
        (distance[source], ways[source]) = (0, 1.0);
        reached.push(source as u32);
        let mut i = 0;
        while let Some(node) = reached.get(i).map(|node| *node as usize) {
            i += 1;
            for next in both.of(node).iter().map(|next| *next as usize) {
                if distance[next] == u32::MAX {
                    distance[next] = distance[node] + 1;
                    reached.push(next as u32);
                }
                if distance[next] == distance[node] + 1 {
                    ways[next] += ways[node];
                }
            }
        }
        for node in reached.iter().rev().map(|node| *node as usize) {
            for next in both.of(node).iter().map(|next| *next as usize) {
                if distance[next] == distance[node] + 1 {
                    dependency[node] += ways[node] / ways[next] * (1.0 + dependency[next]);
                }
            }
            if node != source {
                sums[node] += dependency[node];
            }
        }
        for node in reached.drain(..).map(|node| node as usize) {
            (distance[node], ways[node], dependency[node]) = (u32::MAX, 0.0, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(graph: &Neighbours) -> Vec<f64> {
        betweenness(graph, &(0..graph.nodes()).collect::<Vec<_>>())
    }

    #[test]
    fn a_path_and_a_circle_by_hand() {
        let path = Neighbours::of_arcs(4, vec![(0, 1, 1.0), (1, 2, 9.0), (2, 3, 1.0)]);
        let close = |got: Vec<f64>, expected: [f64; 4]| got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(close(all(&path), [0.0, 2.0 / 3.0, 2.0 / 3.0, 0.0]));
        // Between two opposite ones half of the ways lead through each of the others.
        let circle = Neighbours::of_arcs(4, vec![(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0)]);
        assert!(close(all(&circle), [1.0 / 6.0; 4]));
        assert_eq!(all(&Neighbours::of_arcs(2, vec![(0, 1, 1.0)])), [0.0, 0.0]);
    }

    /// The lengths of the shortest ways, and how many there are, pair by pair (Floyd and Warshall).
    fn slowly(graph: &Neighbours) -> Vec<f64> {
        let n = graph.nodes();
        let mut length = vec![vec![usize::MAX / 4; n]; n];
        for (node, length) in length.iter_mut().enumerate() {
            length[node] = 0;
            graph.of(node).iter().for_each(|next| length[*next as usize] = 1);
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    length[i][j] = length[i][j].min(length[i][k] + length[k][j]);
                }
            }
        }
        fn ways(graph: &Neighbours, length: &[Vec<usize>], from: usize, to: usize) -> f64 {
            if from == to {
                return 1.0;
            }
            let on = |next: &usize| length[*next][to] + 1 == length[from][to];
            graph.of(from).iter().map(|next| *next as usize).filter(on).map(|next| ways(graph, length, next, to)).sum()
        }
        let mut sums = vec![0.0; n];
        for from in 0..n {
            for to in (0..n).filter(|to| *to != from && length[from][*to] < n) {
                for on in (0..n)
                    .filter(|on| *on != from && *on != to && length[from][*on] + length[*on][to] == length[from][to])
                {
                    sums[on] +=
                        ways(graph, &length, from, on) * ways(graph, &length, on, to) / ways(graph, &length, from, to);
                }
            }
        }
        sums.into_iter().map(|sum| sum / ((n as f64 - 1.0) * (n as f64 - 2.0))).collect()
    }

    proptest! {
        #[test]
        fn it_is_the_share_of_shortest_ways(pairs in prop::collection::vec((0u32..9, 0u32..9), 0..24)) {
            let arcs = pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| (*a, *b, 1.0)).collect();
            let graph = Neighbours::of_arcs(9, arcs);
            for (got, expected) in all(&graph).iter().zip(slowly(&graph)) {
                prop_assert!((got - expected).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn samples_have_the_right_mean() {
        let arcs = (0..60u32).flat_map(|i| [(i, (i * 7 + 1) % 60, 1.0), (i, (i * i + 3) % 60, 1.0)]);
        let graph = Neighbours::of_arcs(60, arcs.filter(|(a, b, _)| a != b).collect());
        let (exact, mut mean) = (all(&graph), vec![0.0; 60]);
        for seed in 0..400 {
            let sample = betweenness(&graph, &pivots(60, 20, &mut Random::new(seed, 0)));
            mean.iter_mut().zip(sample).for_each(|(mean, sample)| *mean += sample / 400.0);
        }
        let most = exact.iter().copied().fold(0.0, f64::max);
        assert!(exact.iter().zip(&mean).all(|(a, b)| (a - b).abs() < 0.03 * most), "{exact:?} {mean:?}");
        assert_eq!(pivots(5, 9, &mut Random::new(1, 1)), [0, 1, 2, 3, 4]);
    }
}
