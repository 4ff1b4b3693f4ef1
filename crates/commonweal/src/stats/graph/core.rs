//! Core numbers: how deep in the middle a node is.
//!
//! Seidman, *Network structure and minimum degree*, Social Networks 5 (1983): the k-core is what is left when those with fewer than k
//! neighbours are taken away, again and again. Computed in the order of Batagelj and Zaveršnik, *An O(m) algorithm for cores decomposition of
//! networks* (2003).
use super::Neighbours;

/// The largest k for which each node is in the k-core.
pub(crate) fn core_numbers(both: &Neighbours) -> Vec<u32> {
    let nodes = both.nodes();
    let mut degree: Vec<u32> = (0..nodes).map(|node| both.of(node).len() as u32).collect();
    // Nodes in order of degree, where those of each degree begin, and the place of each.
    let most = degree.iter().max().map_or(0, |most| *most as usize);
    let mut begin = vec![0usize; most + 2];
    degree.iter().for_each(|degree| begin[*degree as usize + 1] += 1);
    (0..=most).for_each(|degree| begin[degree + 1] += begin[degree]);
    let (mut order, mut place, mut next) = (vec![0usize; nodes], vec![0usize; nodes], begin.clone());
    for node in 0..nodes {
        place[node] = next[degree[node] as usize];
        order[place[node]] = node;
        next[degree[node] as usize] += 1;
    }
    for i in 0..nodes {
        let node = order[i];
        for neighbour in both.of(node).iter().map(|neighbour| *neighbour as usize) {
            let of = degree[neighbour] as usize;
            if degree[neighbour] > degree[node] {
                // It changes places with the first of its degree, and belongs to the degree below.
                let (at, first) = (place[neighbour], begin[of].max(i + 1));
                let other = order[first];
                order.swap(at, first);
                (place[neighbour], place[other]) = (first, at);
                begin[of] = first + 1;
                degree[neighbour] -= 1;
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
