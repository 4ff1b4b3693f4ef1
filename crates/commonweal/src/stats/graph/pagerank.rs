//! PageRank: where a walk along the arcs is found in the long run.
//!
//! Brin and Page, *The anatomy of a large-scale hypertextual Web search engine*, WWW (1998). At each step the walk follows an arc with
//! probability `damping`, chosen by weight, and else starts anew anywhere; where no arc leads on, it starts anew anywhere.
use rayon::prelude::*;

use super::Graph;

/// Nodes that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 12;

/// Threads that look at all arcs, at most.
const MOST_AT_ONCE: usize = 4;

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
        let (mut sources, mut arcs) = (vec![0; graph.targets.len()], vec![0; graph.targets.len()]);
        // Each thread of the machine looks at all arcs, and takes those that lead to some of the nodes, about as many for each: so not many.
        let (mut rest, mut first, mut pieces) = ((&mut sources[..], &mut arcs[..]), 0, vec![]);
        let threads = rayon::current_num_threads().min(MOST_AT_ONCE);
        for share in 1..=threads {
            let end = offsets.partition_point(|offset| *offset < graph.targets.len() * share / threads);
            let end = if share == threads { nodes } else { end.clamp(first, nodes) };
            let size = offsets[end] - offsets[first];
            let (sources, arcs) = (rest.0.split_at_mut(size), rest.1.split_at_mut(size));
            pieces.push((first..end, sources.0, arcs.0));
            (rest, first) = ((sources.1, arcs.1), end);
        }
        pieces.into_par_iter().for_each(|(nodes, sources, arcs)| {
            let base = offsets[nodes.start];
            let mut next: Vec<usize> = offsets[nodes.clone()].iter().map(|offset| offset - base).collect();
            for source in 0..graph.nodes() {
                for arc in graph.offsets[source]..graph.offsets[source + 1] {
                    let place = (graph.targets[arc] as usize).wrapping_sub(nodes.start);
                    let Some(at) = next.get_mut(place) else { continue };
                    (sources[*at], arcs[*at]) = (source as u32, arc as u32);
                    *at += 1;
                }
            }
        });
        Self { offsets, sources, arcs }
    }

    /// How many arcs lead to the nodes before each, and last to all.
    pub(super) fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// The nodes that lead to a node, in order.
    pub(super) fn sources(&self, node: usize) -> &[u32] {
        &self.sources[self.offsets[node]..self.offsets[node + 1]]
    }

    /// The graph turned round: every arc leads back. `weights` are of the arcs of the graph.
    pub(crate) fn turned(&self, weights: &[f64]) -> Graph {
        Graph { offsets: self.offsets.clone(), targets: self.sources.clone(), weights: self.of_each(weights) }
    }

    /// These values of the arcs of the graph, in the order of the arcs that are turned round.
    pub(crate) fn of_each(&self, values: &[f64]) -> Vec<f64> {
        self.arcs.iter().map(|arc| values[*arc as usize]).collect()
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
///
/// Step by step, each from where the last steps together lead nearest to the end: Anderson, *Iterative procedures for nonlinear integral
/// equations*, Journal of the ACM 12 (1965). Whatever it starts from, a step ends within damping / (1 − damping) of its own length of the end, so how
/// near that is, is known; and one that does not shorten the way as a step by itself would is taken back.
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
    // Weights mostly are small counts, which few bytes hold: most of the time goes into reading them.
    let all = |fits: fn(f64) -> bool| weights.par_iter().with_min_len(AT_ONCE).all(|weight| fits(*weight));
    if all(|weight| f64::from(weight as u8) == weight) {
        Walk::of(graph, inward, weights, damping, |weight| weight as u8).end(tolerance, start)
    } else if all(|weight| f64::from(weight as f32) == weight) {
        Walk::of(graph, inward, weights, damping, |weight| weight as f32).end(tolerance, start)
    } else {
        Walk::of(graph, inward, weights, damping, |weight| weight).end(tolerance, start)
    }
}

/// How many steps are looked back at.
const PAST: usize = 2;

/// The walk along the arcs.
struct Walk<'a, W> {
    inward: &'a Inward,
    /// What each arc weighs, in the order of `inward`.
    weights: Vec<W>,
    /// What the arcs out of each node weigh.
    outward: Vec<f64>,
    /// The nodes from which no arc leads on.
    dangling: Vec<usize>,
    damping: f64,
}

impl<'a, W: Copy + Into<f64> + Send + Sync> Walk<'a, W> {
    fn of(
        graph: &Graph,
        inward: &'a Inward,
        weights: &[f64],
        damping: f64,
        weight: impl Fn(f64) -> W + Send + Sync,
    ) -> Self {
        let nodes = graph.nodes();
        let outward: Vec<f64> =
            (0..nodes).map(|node| weights[graph.offsets[node]..graph.offsets[node + 1]].iter().sum()).collect();
        let dangling = (0..nodes).filter(|node| outward[*node] <= 0.0).collect();
        let weight = |arc: &u32| weight(weights[*arc as usize]);
        let weights = inward.arcs.par_iter().with_min_len(AT_ONCE).map(weight).collect();
        Self { inward, weights, outward, dangling, damping }
    }

    /// Where it is found in the long run.
    fn end(&self, tolerance: f64, start: Option<&[f64]>) -> Vec<f64> {
        let (nodes, damping) = (self.outward.len(), self.damping);
        let mut here = start.map_or_else(|| vec![1.0 / nodes as f64; nodes], <[f64]>::to_vec);
        let mut steps: [Step; PAST + 1] = std::array::from_fn(|_| Step::room(nodes));
        let mut handed = vec![0.0; nodes];
        // How many steps are known before the one at hand: none after one that was taken back.
        let mut known = 0;
        // A step by itself leaves at most `damping` of the distance to the end, and no more than every second is taken back.
        let most = 2 * ((tolerance * (1.0 - damping) / 2.0).ln() / damping.ln()).ceil().clamp(1.0, 1e5) as usize;
        for _ in 0..most {
            steps.rotate_right(1);
            let [step, past @ ..] = &mut steps;
            self.step(&here, &mut handed, &mut step.end);
            step.measure(&here);
            if step.length * damping <= tolerance * (1.0 - damping) {
                break;
            }
            if known > 0 && step.length > damping * past[0].length {
                here.copy_from_slice(&past[0].end);
                known = 0;
                continue;
            }
            step.onward(&past[..known], &mut here);
            known = PAST.min(known + 1);
        }
        let [last, ..] = steps;
        last.end
    }

    /// A step from `rank` to `next`. `handed` is room for what each node hands on along an arc of weight one.
    fn step(&self, rank: &[f64], handed: &mut [f64], next: &mut [f64]) {
        let lost: f64 = self.dangling.iter().map(|node| rank[*node]).sum();
        let anywhere = (1.0 - self.damping + self.damping * lost) / rank.len() as f64;
        for ((handed, rank), outward) in handed.iter_mut().zip(rank).zip(&self.outward) {
            *handed = if *outward > 0.0 { rank / outward } else { 0.0 };
        }
        let handed = &*handed;
        next.par_chunks_mut(AT_ONCE).enumerate().for_each(|(chunk, nodes)| {
            for (node, next) in nodes.iter_mut().enumerate().map(|(i, next)| (chunk * AT_ONCE + i, next)) {
                let range = self.inward.offsets[node]..self.inward.offsets[node + 1];
                let inflow = inflow(handed, &self.inward.sources[range.clone()], &self.weights[range]);
                *next = anywhere + self.damping * inflow;
            }
        });
    }
}

/// A step: where it ends, by how much that is from where it began, and the sum of all of that.
struct Step {
    end: Vec<f64>,
    change: Vec<f64>,
    length: f64,
}

impl Step {
    fn room(nodes: usize) -> Self {
        Self { end: vec![0.0; nodes], change: vec![0.0; nodes], length: 0.0 }
    }

    fn measure(&mut self, from: &[f64]) {
        self.length = 0.0;
        for ((change, end), from) in self.change.iter_mut().zip(&self.end).zip(from) {
            *change = end - from;
            self.length += change.abs();
        }
    }

    /// Where to go on from, by this step and those before it: of all points in line with them, that from which a step, were all straight, would be
    /// the shortest.
    fn onward(&self, past: &[Self], here: &mut [f64]) {
        // A step that is not known is taken for this one, from which it does not differ.
        let [a, b]: [&Self; PAST] = std::array::from_fn(|i| past.get(i).unwrap_or(self));
        // How the change differs from those of the steps before: sums of products with one another, and with the change.
        let (mut products, mut with_own) = ([0.0; 3], [0.0; PAST]);
        for ((own, a), b) in self.change.iter().zip(&a.change).zip(&b.change) {
            let (a, b) = (own - a, own - b);
            products = [products[0] + a * a, products[1] + a * b, products[2] + b * b];
            with_own = [with_own[0] + a * own, with_own[1] + b * own];
        }
        let [of_a, of_b] = least(products, with_own);
        for (((here, end), a), b) in here.iter_mut().zip(&self.end).zip(&a.end).zip(&b.end) {
            *here = end - (of_a * (end - a) + of_b * (end - b));
        }
    }
}

/// How much of each of two vectors, taken from a third, leaves the least of it, given their products; of those in line with another, none.
fn least([aa, ab, bb]: [f64; 3], [with_a, with_b]: [f64; PAST]) -> [f64; PAST] {
    let apart = aa * bb - ab * ab;
    if apart > aa * bb * f64::EPSILON.sqrt() {
        [(with_a * bb - with_b * ab) / apart, (with_b * aa - with_a * ab) / apart]
    } else if aa > 0.0 {
        [with_a / aa, 0.0]
    } else {
        [0.0; PAST]
    }
}

/// Additions that go on side by side.
const LANES: usize = 4;

/// What comes in from these sources along arcs of these weights, each handing on so much along one of weight one.
fn inflow<W: Copy + Into<f64>>(handed: &[f64], sources: &[u32], weights: &[W]) -> f64 {
    let (sources, weights) = (sources.chunks_exact(LANES), weights.chunks_exact(LANES));
    let rest = sources.remainder().iter().zip(weights.remainder());
    let last: f64 = rest.map(|(source, weight)| handed[*source as usize] * (*weight).into()).sum();
    let mut sums = [0.0; LANES];
    for (sources, weights) in sources.zip(weights) {
        for lane in 0..LANES {
            sums[lane] += handed[sources[lane] as usize] * weights[lane].into();
        }
    }
    sums.iter().sum::<f64>() + last
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
            // And to the same as a walk does by itself, step by step.
            let (inward, mut alone) = (Inward::of(&graph), vec![1.0 / nodes as f64; nodes]);
            let (walk, mut handed) = (Walk::of(&graph, &inward, &graph.weights, 0.85, |weight| weight), vec![0.0; nodes]);
            for _ in 0..200 {
                let from = alone.clone();
                walk.step(&from, &mut handed, &mut alone);
            }
            prop_assert!(rank.iter().zip(&alone).all(|(a, b)| (a - b).abs() < 1e-11));
        }
    }
}
