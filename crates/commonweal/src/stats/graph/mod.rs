//! Weighted directed graphs, and what is measured on them: pure functions, the same on every machine and at any number of threads.
//!
//! Written here, since neither crate of graphs has them as they are needed. petgraph's PageRank knows no weights, stops after a number of steps
//! and takes time with the square of the nodes; rustworkx-core has none. The latter's betweenness takes no sample of sources, and adds up in
//! the order in which its threads come, so the last digits differ from run to run. What they have, cores, is forty lines.
pub(crate) mod betweenness;
pub(crate) mod core;
pub(crate) mod holes;
pub(crate) mod leiden;
pub(crate) mod mixing;
pub(crate) mod pagerank;

use rayon::prelude::*;

use pagerank::Inward;

/// Nodes that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 12;

/// Who is next to whom: the other ends of the ties of each node, in either direction, in order and each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Neighbours {
    /// Where those of each node begin, with room for all who may be among them, and how many they are.
    starts: Vec<usize>,
    sizes: Vec<u32>,
    others: Vec<u32>,
}

impl Neighbours {
    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.sizes.len()
    }

    /// Of these arcs.
    #[cfg(test)]
    fn of_arcs(nodes: usize, arcs: Vec<(u32, u32, f64)>) -> Self {
        let graph = Graph::of(nodes, arcs);
        graph.neighbours(&Inward::of(&graph))
    }

    /// Those of a node.
    pub(crate) fn of(&self, node: usize) -> &[u32] {
        &self.others[self.starts[node]..][..self.sizes[node] as usize]
    }
}

/// A graph: the arcs of each node, side by side, in order of source and target; each pair once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Graph {
    /// Where the arcs of each node begin, and last where they end.
    pub(crate) offsets: Vec<usize>,
    /// The node that each arc leads to.
    pub(crate) targets: Vec<u32>,
    /// The weight of each arc, above 0.
    pub(crate) weights: Vec<f64>,
}

impl Graph {
    /// The graph of these arcs (source, target, weight) between `nodes` nodes; those of one pair are added up, in the order given.
    pub(crate) fn of(nodes: usize, mut arcs: Vec<(u32, u32, f64)>) -> Self {
        if !arcs.is_sorted_by_key(|(source, target, _)| (*source, *target)) {
            arcs = by_ends(nodes, &arcs, |(source, target, _)| (*source, *target));
        }
        arcs.dedup_by(|(source, target, weight), kept| {
            let same = (*source, *target) == (kept.0, kept.1);
            kept.2 += if same { *weight } else { 0.0 };
            same
        });
        let mut offsets = vec![0; nodes + 1];
        arcs.iter().for_each(|(source, ..)| offsets[*source as usize + 1] += 1);
        (0..nodes).for_each(|node| offsets[node + 1] += offsets[node]);
        let (targets, weights) = arcs.into_iter().map(|(_, target, weight)| (target, weight)).unzip();
        Self { offsets, targets, weights }
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// The arcs of a node: where they lead, and what they weigh.
    pub(crate) fn arcs(&self, node: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.offsets[node]..self.offsets[node + 1];
        self.targets[range.clone()].iter().map(|target| *target as usize).zip(self.weights[range].iter().copied())
    }

    /// Both directions of every pair, each with the sum of both weights.
    pub(crate) fn undirected(&self) -> Self {
        let inward = Inward::of(self);
        let most = 2 * self.targets.len();
        let (mut targets, mut weights) = (Vec::with_capacity(most), Vec::with_capacity(most));
        let mut offsets = vec![0];
        for node in 0..self.nodes() {
            merge(self.arcs(node), inward.arcs(node, &self.weights), |other, weight| {
                targets.push(other as u32);
                weights.push(weight);
            });
            offsets.push(targets.len());
        }
        Self { offsets, targets, weights }
    }

    /// Who is next to whom, given the arcs by where they lead.
    pub(crate) fn neighbours(&self, inward: &Inward) -> Neighbours {
        let starts: Vec<usize> = self.offsets.iter().zip(inward.offsets()).map(|(out, into)| out + into).collect();
        let (mut sizes, mut others) = (vec![0; self.nodes()], vec![0; 2 * self.targets.len()]);
        let (mut rest, mut pieces) = (&mut others[..], vec![]);
        for (piece, sizes) in sizes.chunks_mut(AT_ONCE).enumerate() {
            let first = piece * AT_ONCE;
            let (own, others) = std::mem::take(&mut rest).split_at_mut(starts[first + sizes.len()] - starts[first]);
            pieces.push((first, sizes, own));
            rest = others;
        }
        pieces.into_par_iter().for_each(|(first, sizes, others)| {
            for (size, node) in sizes.iter_mut().zip(first..) {
                let out = &self.targets[self.offsets[node]..self.offsets[node + 1]];
                *size = union(out, inward.sources(node), &mut others[starts[node] - starts[first]..]);
            }
        });
        Neighbours { starts, sizes, others }
    }
}

/// The nodes of both, which come in order and each once, likewise; gives how many they are.
fn union(mut a: &[u32], mut b: &[u32], both: &mut [u32]) -> u32 {
    let mut size = 0;
    while let (Some((first, after)), Some((second, later))) = (a.split_first(), b.split_first()) {
        both[size] = *first.min(second);
        size += 1;
        (a, b) = (if first <= second { after } else { a }, if second <= first { later } else { b });
    }
    for rest in [a, b] {
        both[size..size + rest.len()].copy_from_slice(rest);
        size += rest.len();
    }
    size as u32
}

/// Both of these, which come in order of node, as one: the weights of a node that is in both are added up.
fn merge<N: Copy + Ord>(
    a: impl Iterator<Item = (N, f64)>,
    b: impl Iterator<Item = (N, f64)>,
    mut see: impl FnMut(N, f64),
) {
    let (mut a, mut b) = (a.peekable(), b.peekable());
    loop {
        let node = match (a.peek(), b.peek()) {
            (Some((a, _)), Some((b, _))) => *a.min(b),
            (Some((node, _)), None) | (None, Some((node, _))) => *node,
            (None, None) => return,
        };
        let first = a.next_if(|(other, _)| *other == node).map_or(0.0, |(_, weight)| weight);
        let second = b.next_if(|(other, _)| *other == node).map_or(0.0, |(_, weight)| weight);
        see(node, first + second);
    }
}

/// These by source, and by target where that is the same, in the order given where both are. It takes time with arcs and nodes, not more.
pub(crate) fn by_ends<T: Copy>(nodes: usize, arcs: &[T], ends: impl Fn(&T) -> (u32, u32)) -> Vec<T> {
    by_node(nodes, &by_node(nodes, arcs, |arc| ends(arc).1), |arc| ends(arc).0)
}

fn by_node<T: Copy>(nodes: usize, arcs: &[T], node: impl Fn(&T) -> u32) -> Vec<T> {
    let mut next = vec![0; nodes + 1];
    arcs.iter().for_each(|arc| next[node(arc) as usize + 1] += 1);
    (0..nodes).for_each(|node| next[node + 1] += next[node]);
    let mut sorted = arcs.to_vec();
    for arc in arcs {
        let next = &mut next[node(arc) as usize];
        sorted[*next] = *arc;
        *next += 1;
    }
    sorted
}

/// The weight out of and into each node.
pub(crate) fn strengths(graph: &Graph) -> (Vec<f64>, Vec<f64>) {
    let mut inward = vec![0.0; graph.nodes()];
    let outward = (0..graph.nodes()).map(|source| {
        graph.arcs(source).for_each(|(target, weight)| inward[target] += weight);
        graph.arcs(source).map(|(_, weight)| weight).sum()
    });
    (outward.collect(), inward)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arcs_of_one_pair_are_added_up() {
        let graph = Graph::of(4, vec![(2, 0, 1.0), (0, 1, 2.0), (2, 0, 0.5), (0, 3, 1.0)]);
        assert_eq!(graph.offsets, [0, 2, 2, 3, 3]);
        assert_eq!((&graph.targets[..], &graph.weights[..]), (&[1, 3, 0][..], &[2.0, 1.0, 1.5][..]));
        let both = graph.undirected();
        assert_eq!(both.arcs(0).collect::<Vec<_>>(), [(1, 2.0), (2, 1.5), (3, 1.0)]);
        let inward = Inward::of(&graph);
        assert_eq!(graph.neighbours(&inward).of(0), [1, 2, 3]);
        let turned = inward.turned(&graph.weights);
        assert_eq!(turned.arcs(0).chain(turned.arcs(3)).collect::<Vec<_>>(), [(2, 1.5), (0, 1.0)]);
        assert_eq!(turned.undirected(), both);
        assert_eq!(both.arcs(3).collect::<Vec<_>>(), [(0, 1.0)]);
        assert_eq!(strengths(&graph), (vec![3.0, 0.0, 1.5, 0.0], vec![1.5, 2.0, 0.0, 1.0]));
    }
}
