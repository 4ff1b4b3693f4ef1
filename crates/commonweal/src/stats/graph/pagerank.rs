//! PageRank: where a walk along the arcs is found in the long run.
//!
//! Brin and Page, *The anatomy of a large-scale hypertextual Web search engine*, WWW (1998). At each step the walk follows an arc with
//! probability `damping`, chosen by weight, and else starts anew anywhere; where no arc leads on, it starts anew anywhere.
use rayon::prelude::*;

use super::Graph;

/// Nodes that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 12;

/// The arcs of a graph by where they lead, whatever they weigh: made once for many weights.
#[derive(Debug)]
pub(crate) struct Inward {
    offsets: Vec<usize>,
    sources: Vec<u32>,
    /// The place of each arc among those of the graph.
    arcs: Vec<u32>,
}

impl Inward {
    pub(crate) fn of(graph: &Graph) -> Self {
        let nodes = graph.nodes();
        let mut offsets = vec![0; nodes + 1];
        graph.targets.iter().for_each(|target| offsets[*target as usize + 1] += 1);
        (0..nodes).for_each(|node| offsets[node + 1] += offsets[node]);
        let mut next = offsets.clone();
        let (mut sources, mut arcs) = (vec![0; graph.targets.len()], vec![0; graph.targets.len()]);
        for source in 0..nodes {
            for arc in graph.offsets[source]..graph.offsets[source + 1] {
                let at = &mut next[graph.targets[arc] as usize];
                (sources[*at], arcs[*at]) = (source as u32, arc as u32);
                *at += 1;
            }
        }
        Self { offsets, sources, arcs }
    }

    /// The arcs into a node, in order of source: where each comes from, and which of these weights of the arcs of the graph is its own.
    pub(super) fn arcs(&self, node: usize, weights: &[f64]) -> impl Iterator<Item = (usize, f64)> {
        let range = self.offsets[node]..self.offsets[node + 1];
        self.sources[range.clone()]
            .iter()
            .zip(&self.arcs[range])
            .map(|(source, arc)| (*source as usize, weights[*arc as usize]))
    }
}

/// The share of time that the walk spends at each node, to within `tolerance` in the sum of all differences. `weights` are of the arcs of
/// the graph, none below 0; an arc of weight 0 is none. `start` is where to start from; none for everywhere alike.
pub(crate) fn pagerank(
    graph: &Graph,
    inward: &Inward,
    weights: &[f64],
    damping: f64,
    tolerance: f64,
    start: Option<&[f64]>,
) -> Vec<f64> {
    let nodes = graph.nodes();
    if nodes == 0 {
        return vec![];
    }
    let n = nodes as f64;
    let outward: Vec<f64> =
        (0..nodes).map(|node| weights[graph.offsets[node]..graph.offsets[node + 1]].iter().sum()).collect();
    let dangling: Vec<usize> = (0..nodes).filter(|node| outward[*node] <= 0.0).collect();
    let share = |(source, arc): (&u32, &u32)| {
        let all = outward[*source as usize];
        if all > 0.0 { weights[*arc as usize] / all } else { 0.0 }
    };
    let shares: Vec<f64> = inward.sources.par_iter().zip(&inward.arcs).with_min_len(AT_ONCE).map(share).collect();
    let mut rank = start.map_or_else(|| vec![1.0 / n; nodes], <[f64]>::to_vec);
    let mut next = vec![0.0; nodes];
    // Each step leaves at most `damping` of the distance to the end: after these steps it is within tolerance, whatever the rounding.
    let most = ((tolerance * (1.0 - damping) / 2.0).ln() / damping.ln()).ceil().clamp(1.0, 1e5) as usize;
    for _ in 0..most {
        let lost: f64 = dangling.iter().map(|node| rank[*node]).sum();
        let anywhere = (1.0 - damping + damping * lost) / n;
        next.par_chunks_mut(AT_ONCE).enumerate().for_each(|(chunk, nodes)| {
            for (node, next) in nodes.iter_mut().enumerate().map(|(i, next)| (chunk * AT_ONCE + i, next)) {
                let range = inward.offsets[node]..inward.offsets[node + 1];
                let from = inward.sources[range.clone()].iter().zip(&shares[range]);
                let sum: f64 = from.map(|(source, share)| rank[*source as usize] * share).sum();
                *next = anywhere + damping * sum;
            }
        });
        let change: f64 = rank.iter().zip(&next).map(|(a, b)| (a - b).abs()).sum();
        std::mem::swap(&mut rank, &mut next);
        if change * damping <= tolerance * (1.0 - damping) {
            break;
        }
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(nodes: usize, arcs: &[(u32, u32, f64)]) -> Vec<f64> {
        let graph = Graph::of(nodes, arcs.to_vec());
        pagerank(&graph, &Inward::of(&graph), &graph.weights, 0.85, 1e-12, None)
    }

    #[test]
    fn a_star_by_hand() {
        // Two point to the third, which leads nowhere: x = (0.15 + 0.85 z) / 3 each, z = x + 1.7 x.
        let rank = of(3, &[(0, 2, 1.0), (1, 2, 7.0)]);
        let x = 1.0 / (2.0 + 2.7);
        assert!((rank[0] - x).abs() < 1e-11 && (rank[1] - x).abs() < 1e-11 && (rank[2] - 2.7 * x).abs() < 1e-11);
        assert_eq!(of(0, &[]), Vec::<f64>::new());
        assert_eq!(of(2, &[]), [0.5, 0.5]);
    }

    proptest! {
        #[test]
        fn it_solves_its_equations(
            nodes in 1usize..12, arcs in prop::collection::vec((0u32..12, 0u32..12, 0u32..5), 0..40), start in 0usize..12,
        ) {
            let arcs: Vec<_> = arcs.into_iter().map(|(a, b, w)| (a % nodes as u32, b % nodes as u32, f64::from(w))).collect();
            let graph = Graph::of(nodes, arcs.clone());
            // From somewhere else it comes to the same.
            let mut first = vec![0.0; nodes];
            first[start % nodes] = 1.0;
            let rank = pagerank(&graph, &Inward::of(&graph), &graph.weights, 0.85, 1e-12, Some(&first));
            let out = |node: usize| arcs.iter().filter(|a| a.0 as usize == node).map(|a| a.2).sum::<f64>();
            let lost: f64 = (0..nodes).filter(|node| out(*node) <= 0.0).map(|node| rank[node]).sum();
            for (node, own) in rank.iter().enumerate() {
                let from = arcs.iter().filter(|a| a.1 as usize == node && a.2 > 0.0);
                let got: f64 = from.map(|a| rank[a.0 as usize] * a.2 / out(a.0 as usize)).sum();
                prop_assert!((own - (0.15 / nodes as f64 + 0.85 * (got + lost / nodes as f64))).abs() < 1e-11);
            }
            prop_assert!((rank.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}
