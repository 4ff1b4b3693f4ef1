//! Core numbers: how deep in the middle a node is.
//!
//! Seidman, *Network structure and minimum degree*, Social Networks 5 (1983): the k-core is what is left when those with fewer than k
//! neighbours are taken away, again and again. Level by level, as Dasari, Ranjan and Zubair, *ParK: An efficient algorithm for k-core decomposition on
//! multicore processors*, IEEE Big Data (2014), in time with nodes and ties: nobody is looked at on more levels than they have neighbours.
use super::Neighbours;

/// The largest k for which each node is in the k-core.
pub(crate) fn core_numbers(both: &Neighbours) -> Vec<u32> {
    // Of those that are left, how many of their neighbours are; of those taken away, their number.
    let mut degree: Vec<u32> = (0..both.nodes()).map(|node| both.of(node).len() as u32).collect();
    let mut left: Vec<u32> = (0..both.nodes() as u32).collect();
    let mut leave = vec![];
    for k in 0.. {
        leave.extend(left.iter().copied().filter(|node| degree[*node as usize] == k));
        left.retain(|node| degree[*node as usize] > k);
        if left.is_empty() {
            break;
        }
        while let Some(node) = leave.pop() {
            for neighbour in both.of(node as usize) {
                let of = &mut degree[*neighbour as usize];
                // Whether they are left can't be foretold, so nothing is decided by it.
                let is_last = *of == k + 1;
                *of -= u32::from(*of > k);
                if is_last {
                    leave.push(*neighbour);
                }
            }
        }
    }
    degree
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_triangle_with_a_tail() {
        let graph = Neighbours::of_arcs(5, vec![(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0), (2, 3, 1.0)]);
        assert_eq!(core_numbers(&graph), [2, 2, 2, 1, 0]);
        assert_eq!(core_numbers(&Neighbours::of_arcs(0, vec![])), Vec::<u32>::new());
    }

    proptest! {
        #[test]
        fn they_are_what_is_left_when_the_rest_is_taken_away(pairs in prop::collection::vec((0u32..14, 0u32..14), 0..60)) {
            let arcs = pairs.iter().filter(|(a, b)| a != b).map(|(a, b)| (*a, *b, 1.0)).collect();
            let graph = Neighbours::of_arcs(14, arcs);
            let mut expected = vec![0; 14];
            for k in 1..14 {
                let mut left = [true; 14];
                while let Some(node) = (0..14).find(|node| {
                    left[*node] && graph.of(*node).iter().filter(|other| left[**other as usize]).count() < k
                }) {
                    left[node] = false;
                }
                (0..14).filter(|node| left[*node]).for_each(|node| expected[node] = k as u32);
            }
            prop_assert_eq!(core_numbers(&graph), expected);
        }
    }
}
