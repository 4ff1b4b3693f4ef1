//! Communities by modularity: the Leiden algorithm (Traag, Waltman & van Eck 2019).
//!
//! Written here rather than taken from a crate: those there are draw from generators that may change with a version, and the same seed
//! must give the same communities in years, too.
mod level;
mod rewired;

use std::borrow::Cow;

use rayon::prelude::*;

use super::Graph;
use crate::stats::random::Random;
use level::{Level, count, dense};
use rewired::rewired;

/// Independent starts, of which the best is taken.
const STARTS: u64 = 8;
/// Times that the result of a start is taken as the next one's beginning, at most.
const ITERATIONS: usize = 50;
/// What is gained must be more than rounding, as a share of all weight.
const LEAST: f64 = 1e-12;

/// The community of each node, from 0 by size, then by the first of their nodes; and the modularity.
///
/// `both` holds both directions of every tie, as [`Graph::undirected`] makes them. Nodes without ties are alone.
pub(crate) fn leiden(both: &Graph, resolution: f64, seed: u64) -> (Vec<u32>, f64) {
    let starts = (0..STARTS).into_par_iter().map(|start| one_start(both, resolution, &mut Random::new(seed, start)));
    let found: Vec<(Vec<u32>, f64)> = starts.collect();
    let best = found.into_iter().reduce(|best, next| if next.1 > best.1 + LEAST { next } else { best });
    best.unwrap_or_default()
}

/// The mean of the modularity that one start finds in random graphs of these ties, in which each node has as many of each
/// strength.
pub(crate) fn of_random(both: &Graph, resolution: f64, seed: u64, graphs: u64) -> Option<f64> {
    let one = |graph: u64| {
        let mut random = Random::new(seed, (1 << 32) + graph);
        one_start(&rewired(both, &mut random), resolution, &mut random).1
    };
    let found: Vec<f64> = (0..graphs).into_par_iter().map(one).collect();
    let n = found.len() as f64;
    (!both.targets.is_empty()).then(|| found.into_iter().sum::<f64>() / n)
}

/// Σ over the communities of within / total − resolution · (strength / total)².
pub(crate) fn modularity(both: &Graph, of: &[u32], resolution: f64) -> f64 {
    let communities = of.iter().max().map_or(0, |most| *most as usize + 1);
    let (mut within, mut strength) = (vec![0.0; communities], vec![0.0; communities]);
    for node in 0..both.nodes() {
        let own = of[node] as usize;
        for (other, weight) in both.arcs(node) {
            strength[own] += weight;
            within[own] += if of[other] as usize == own { weight } else { 0.0 };
        }
    }
    let total: f64 = strength.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    within.iter().zip(strength).map(|(within, strength)| within / total - resolution * (strength / total).powi(2)).sum()
}

fn one_start(both: &Graph, resolution: f64, random: &mut Random) -> (Vec<u32>, f64) {
    let strength: Vec<f64> = (0..both.nodes()).map(|node| both.arcs(node).map(|(_, weight)| weight).sum()).collect();
    let whole = Level { graph: Cow::Borrowed(both), total: strength.iter().sum(), strength };
    let mut of: Vec<u32> = (0..both.nodes() as u32).collect();
    if whole.total <= 0.0 {
        return (of, 0.0);
    }
    let mut best = f64::MIN;
    for _ in 0..ITERATIONS {
        let next = connected(both, &whole.iterate(of.clone(), resolution, random));
        let found = modularity(both, &next, resolution);
        if found <= best + LEAST {
            break;
        }
        (best, of) = (found, next);
    }
    (by_size(&of), best)
}

/// Communities that fall apart are as many: that never loses modularity.
fn connected(both: &Graph, of: &[u32]) -> Vec<u32> {
    let mut found = vec![u32::MAX; of.len()];
    let (mut next, mut stack) = (0, vec![]);
    for start in 0..of.len() {
        if found[start] != u32::MAX {
            continue;
        }
        found[start] = next;
        stack.push(start);
        while let Some(node) = stack.pop() {
            for (other, _) in both.arcs(node) {
                if found[other] == u32::MAX && of[other] == of[start] {
                    found[other] = next;
                    stack.push(other);
                }
            }
        }
        next += 1;
    }
    found
}

/// The largest first; of equals the one with the first node.
fn by_size(of: &[u32]) -> Vec<u32> {
    let of = dense(of);
    let mut sizes: Vec<(usize, u32)> = (0..count(&of) as u32).map(|community| (0, community)).collect();
    of.iter().for_each(|community| sizes[*community as usize].0 += 1);
    sizes.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut place = vec![0; sizes.len()];
    sizes.iter().enumerate().for_each(|(new, (_, old))| place[*old as usize] = new as u32);
    of.iter().map(|old| place[*old as usize]).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cliques of five in a ring, each tied to the next by one.
    fn ring(cliques: u32) -> Graph {
        let mut ties = vec![];
        for clique in 0..cliques {
            for a in 0..5 {
                (0..a).for_each(|b| ties.push((clique * 5 + a, clique * 5 + b, 1.0)));
            }
            ties.push((clique * 5, (clique + 1) % cliques * 5 + 1, 1.0));
        }
        Graph::of(cliques as usize * 5, ties).undirected()
    }

    #[test]
    fn a_ring_of_cliques_is_found() {
        let graph = ring(8);
        let (of, found) = leiden(&graph, 1.0, 1);
        assert_eq!(of, (0..40).map(|node| node / 5).collect::<Vec<_>>());
        // Each of the 8 has 20 of the 176 ends within it, and 22 of them in all.
        assert!((found - 8.0 * (20.0 / 176.0 - (22.0f64 / 176.0).powi(2))).abs() < 1e-12);
        let random = of_random(&graph, 1.0, 1, 10).expect("it has ties");
        assert!(random < found - 0.1, "{random} {found}");
    }

    #[test]
    fn higher_resolution_gives_smaller_communities() {
        let graph = ring(30);
        let of = |resolution| leiden(&graph, resolution, 1).0.into_iter().max().map(|most| most + 1);
        // The resolution limit: at 1 neighbouring cliques go together.
        assert!(of(1.0) < Some(30), "{:?}", of(1.0));
        assert_eq!(of(3.0), Some(30));
        assert_eq!(of(0.0), Some(1));
    }

    #[test]
    fn without_ties_everyone_is_alone() {
        assert_eq!(leiden(&Graph::of(3, vec![]), 1.0, 0), (vec![0, 1, 2], 0.0));
        assert_eq!(leiden(&Graph::of(0, vec![]), 1.0, 0), (vec![], 0.0));
        assert_eq!(of_random(&Graph::of(3, vec![]), 1.0, 0, 3), None);
    }

    #[test]
    fn rewiring_keeps_the_ends_of_ties() {
        let graph = ring(20);
        let rewired = rewired(&graph, &mut Random::new(3, 0));
        let ends = |graph: &Graph, node| graph.arcs(node).map(|(_, weight)| weight).sum::<f64>();
        (0..100).for_each(|node| assert_eq!(ends(&graph, node), ends(&rewired, node)));
        let same = (0..100).filter(|node| graph.arcs(*node).eq(rewired.arcs(*node))).count();
        assert!(same < 10, "{same}");
        assert!((0..100).all(|node| rewired.arcs(node).all(|(other, _)| other != node)));
    }

    /// The definition, over all pairs.
    fn naive(graph: &Graph, of: &[u32], resolution: f64) -> f64 {
        let n = graph.nodes();
        let mut matrix = vec![0.0; n * n];
        (0..n).for_each(|a| graph.arcs(a).for_each(|(b, weight)| matrix[a * n + b] = weight));
        let strength = |a: usize| matrix[a * n..][..n].iter().sum::<f64>();
        let total: f64 = matrix.iter().sum();
        let pairs = (0..n * n).filter(|i| of[i / n] == of[i % n]);
        pairs.map(|i| matrix[i] / total - resolution * strength(i / n) * strength(i % n) / total.powi(2)).sum()
    }

    proptest! {
        #[test]
        fn communities_are_connected_and_as_good_as_said(
            ties in prop::collection::vec((0u32..30, 0u32..30, 1u32..9), 1..120),
            resolution in prop::sample::select(vec![0.5, 1.0, 2.0]),
            seed in 0u64..5,
        ) {
            let ties: Vec<_> = ties.into_iter().filter(|(a, b, _)| a != b).map(|(a, b, w)| (a, b, f64::from(w))).collect();
            prop_assume!(!ties.is_empty());
            let graph = Graph::of(30, ties).undirected();
            let (of, found) = leiden(&graph, resolution, seed);
            prop_assert!((found - naive(&graph, &of, resolution)).abs() < 1e-12);
            prop_assert!((found - modularity(&graph, &of, resolution)).abs() < 1e-12);
            prop_assert_eq!(&by_size(&connected(&graph, &of)), &of, "some community falls apart");
            prop_assert_eq!(leiden(&graph, resolution, seed), (of.clone(), found));
            // No node does better elsewhere.
            for node in 0..30 {
                for there in 0..=of.iter().max().map_or(0, |most| most + 1) {
                    let mut moved = of.clone();
                    moved[node] = there;
                    prop_assert!(modularity(&graph, &moved, resolution) <= found + 1e-9);
                }
            }
        }
    }
}
