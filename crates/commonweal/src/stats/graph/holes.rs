//! Structural holes (Burt 1992): how far somebody's contacts are tied to each other.
use super::Graph;

/// Burt's constraint and effective size of a node, from the graph of both directions summed ([`Graph::undirected`]); none without ties.
///
/// With p(i, j) the share of i's ties that are with j, constraint = Σ over the contacts j of (p(i, j) + Σ over the contacts q of both of
/// p(i, q) · p(q, j))². With m(j, q) the weight of j and q by the largest of j's, effective size = Σ over the contacts j of
/// (1 − Σ over q of p(i, q) · m(j, q)).
pub(crate) fn holes(both: &Graph, totals: &[(f64, f64)], node: usize) -> Option<[f64; 2]> {
    let (total, _) = totals[node];
    let mut own = vec![0.0; 0];
    let contacts: Vec<(usize, f64)> = both.arcs(node).collect();
    if contacts.is_empty() || total <= 0.0 {
        return None;
    }
    own.extend(contacts.iter().map(|(_, weight)| weight / total));
    let share = |other: usize| contacts.binary_search_by_key(&other, |(contact, _)| *contact).ok().map(|at| own[at]);
    let (mut constraint, mut size) = (0.0, 0.0);
    for (at, (contact, _)) in contacts.iter().enumerate() {
        let (mut indirect, mut redundant) = (0.0, 0.0);
        for (third, weight) in both.arcs(*contact) {
            if let Some(through) = share(third) {
                indirect += through * weight / totals[third].0;
                redundant += through * weight / totals[*contact].1;
            }
        }
        constraint += (own[at] + indirect).powi(2);
        size += 1.0 - redundant;
    }
    Some([constraint, size])
}

/// Of each node the sum of its weights, and the largest.
pub(crate) fn totals(both: &Graph) -> Vec<(f64, f64)> {
    let of = |node| both.arcs(node).fold((0.0, 0.0f64), |(sum, most), (_, weight)| (sum + weight, most.max(weight)));
    (0..both.nodes()).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arcs: &[(u32, u32, f64)], nodes: usize) -> Vec<Option<[f64; 2]>> {
        let both = Graph::of(nodes, arcs.to_vec()).undirected();
        let totals = totals(&both);
        (0..nodes).map(|node| holes(&both, &totals, node)).collect()
    }

    #[test]
    fn a_star_has_holes_and_a_triangle_has_none() {
        let star = of(&[(0, 1, 1.0), (0, 2, 1.0), (0, 3, 1.0)], 5);
        let centre = star[0].expect("it has ties");
        assert!((centre[0] - 1.0 / 3.0).abs() < 1e-12 && (centre[1] - 3.0).abs() < 1e-12);
        assert_eq!((star[1], star[4]), (Some([1.0, 1.0]), None));
        // Each: (1/2 + 1/4)² twice.
        let triangle = of(&[(0, 1, 1.0), (1, 2, 1.0), (2, 0, 1.0)], 3)[0].expect("it has ties");
        assert!((triangle[0] - 1.125).abs() < 1e-12 && (triangle[1] - 1.0).abs() < 1e-12);
    }
}
