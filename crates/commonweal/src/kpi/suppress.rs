//! Suppression of small groups, and of as many others that none can be had by subtraction.
//!
//! Cells on one line, that is, cells that differ in some coordinates only (the period, columns of `by`, or several of them), add up to a
//! total that may be known: that of one channel over all periods and sites, say, or of one period over all groups. On no line may a
//! single cell be hidden, nor hidden cells that hold fewer than `min_group` members together; where that
//! would be so, the smallest cells beside them are hidden too, until it is not (complementary suppression; Hundepool et al.,
//! *Statistical Disclosure Control*, 2012, chapter 4).
use std::collections::{BTreeMap, BTreeSet};

/// Coordinates of which each choice is told apart: of more, lines along one, and along all but the period.
const FEW: usize = 6;

/// Which cells to hide. `members`: distinct members of each cell that is listed. A cell of none is hidden too: that nobody of a group did something
/// tells something of each of them. The first coordinate is the period.
pub(super) fn suppressed(
    members: &BTreeMap<usize, i64>,
    coordinates: &dyn Fn(usize) -> Vec<Option<String>>,
    min_group: i64,
) -> BTreeSet<usize> {
    let small = members.iter().filter(|(_, n)| **n < min_group);
    let mut hidden: BTreeSet<usize> = small.map(|(cell, _)| *cell).collect();
    if hidden.is_empty() {
        return hidden;
    }
    let mut lines: BTreeMap<(u64, Vec<Option<Option<String>>>), Vec<usize>> = BTreeMap::new();
    for cell in members.keys() {
        let place = coordinates(*cell);
        for along in along(place.len()) {
            let fixed = place.iter().enumerate().map(|(axis, label)| (along >> axis & 1 == 0).then(|| label.clone()));
            lines.entry((along, fixed.collect())).or_default().push(*cell);
        }
    }
    loop {
        let mut changed = false;
        for line in lines.values().filter(|line| line.len() > 1) {
            loop {
                let secret: Vec<usize> = line.iter().copied().filter(|c| hidden.contains(c)).collect();
                let together: i64 = secret.iter().map(|c| members[c]).sum();
                if secret.is_empty() || (secret.len() > 1 && together >= min_group) {
                    break;
                }
                let next = line.iter().copied().filter(|c| !hidden.contains(c)).min_by_key(|c| (members[c], *c));
                let Some(next) = next else { break };
                changed |= hidden.insert(next);
            }
        }
        if !changed {
            return hidden;
        }
    }
}

/// The choices of coordinates that lines run along, a bit for each.
fn along(axes: usize) -> Vec<u64> {
    if axes <= FEW {
        return (1..1 << axes).collect();
    }
    let axes = axes.min(u64::BITS as usize - 1);
    (0..axes).map(|axis| 1 << axis).chain([(1 << axes) - 2, (1 << axes) - 1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hide(counts: &[i64], width: usize, min_group: i64) -> Vec<usize> {
        let members = counts.iter().copied().enumerate().collect();
        let place = |cell: usize| vec![Some((cell / width).to_string()), Some((cell % width).to_string())];
        suppressed(&members, &place, min_group).into_iter().collect()
    }

    #[test]
    fn large_groups_stay() {
        assert!(hide(&[5, 9, 6, 7], 4, 5).is_empty());
        assert_eq!(hide(&[0, 9, 6, 7], 4, 5), [0, 2]);
    }

    #[test]
    fn a_small_group_takes_the_next_with_it() {
        assert_eq!(hide(&[3, 20, 7, 40], 4, 5), [0, 2]);
    }

    #[test]
    fn two_small_groups_that_are_enough_together_need_no_third() {
        assert_eq!(hide(&[3, 4, 7, 40], 4, 5), [0, 1]);
        assert_eq!(hide(&[1, 2, 7, 40], 4, 5), [0, 1, 2]);
    }

    #[test]
    fn no_line_of_a_table_gives_a_cell_away() {
        let (counts, width) = ([3, 20, 30, 21, 22, 23, 31, 32, 33], 3);
        let hidden = hide(&counts, width, 5);
        assert!(hidden.contains(&0));
        for axis in 0..2 {
            for line in 0..3 {
                let on_line =
                    hidden.iter().filter(|c| if axis == 0 { **c / width == line } else { **c % width == line }).count();
                assert_ne!(on_line, 1, "line {line} of axis {axis} hides one cell alone: {hidden:?}");
            }
        }
    }

    #[test]
    fn the_total_of_a_period_gives_no_cell_away() {
        // Cells that share no coordinate but the period: each is alone on every line along one column.
        let members = BTreeMap::from([(0, 10), (1, 1), (2, 30)]);
        let place = |cell: usize| vec![Some("0".to_owned()), Some(cell.to_string()), Some(cell.to_string())];
        assert_eq!(suppressed(&members, &place, 5).into_iter().collect::<Vec<_>>(), [0, 1]);
        // Of many columns likewise.
        let many = |cell: usize| [vec![Some("0".to_owned())], vec![Some(cell.to_string()); 9]].concat();
        assert_eq!(suppressed(&members, &many, 5).into_iter().collect::<Vec<_>>(), [0, 1]);
    }
}
