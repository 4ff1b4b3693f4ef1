//! Random graphs of the same ties.
use super::super::Graph;
use crate::stats::random::Random;

/// The same ties between other nodes: one end of each goes to another tie of about its weight, within a factor of two, so that each node
/// keeps as many ties of each strength. No node is tied to itself, as far as others can be found.
pub(super) fn rewired(both: &Graph, random: &mut Random) -> Graph {
    let mut ties: Vec<(u32, u32, f64)> = vec![];
    for source in 0..both.nodes() {
        for (target, weight) in both.arcs(source).filter(|(target, _)| *target > source) {
            let turned = random.next() & 1 == 0;
            let (a, b) = if turned { (target, source) } else { (source, target) };
            ties.push((a as u32, b as u32, weight));
        }
    }
    let class = |weight: f64| weight.log2().floor();
    ties.sort_by(|a, b| class(a.2).total_cmp(&class(b.2)));
    for ties in ties.chunk_by_mut(|a, b| class(a.2) == class(b.2)) {
        for i in (1..ties.len()).rev() {
            let j = random.place(i + 1);
            (ties[i].1, ties[j].1) = (ties[j].1, ties[i].1);
        }
        for i in 0..ties.len() {
            for _ in 0..100 {
                if ties[i].0 != ties[i].1 {
                    break;
                }
                let j = random.place(ties.len());
                if ties[j].1 != ties[i].0 && ties[i].1 != ties[j].0 {
                    (ties[i].1, ties[j].1) = (ties[j].1, ties[i].1);
                }
            }
        }
    }
    ties.retain(|(a, b, _)| a != b);
    Graph::of(both.nodes(), ties).undirected()
}
