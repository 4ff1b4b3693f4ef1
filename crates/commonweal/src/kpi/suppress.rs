//! Suppression of small groups, and of as many others that none can be had by subtraction.
//!
//! Cells on one line, that is, cells that differ in one coordinate only (the period, or one column of `by`), add up to a total that may
//! be known. On no line may a single cell be hidden, nor hidden cells that hold fewer than `min_group` members together; where that
//! would be so, the smallest cells beside them are hidden too, until it is not (complementary suppression; Hundepool et al.,
//! *Statistical Disclosure Control*, 2012, chapter 4).
use std::collections::{BTreeMap, BTreeSet};

/// Which cells to hide. `members`: distinct members of each cell that is listed. A cell of none is hidden too: that nobody of a group did something
/// tells something of each of them.
pub(super) fn suppressed(
    members: &BTreeMap<usize, i64>,
    coordinates: &dyn Fn(usize) -> Vec<Option<String>>,
    min_group: i64,
) -> BTreeSet<usize> {
    let small = members.iter().filter(|(_, n)| **n < min_group);
    let mut hidden: BTreeSet<usize> = small.map(|(cell, _)| *cell).collect();
    let mut lines: BTreeMap<(usize, Vec<Option<String>>), Vec<usize>> = BTreeMap::new();
    for cell in members.keys() {
        let place = coordinates(*cell);
        for axis in 0..place.len() {
            let mut line = place.clone();
            line[axis] = None;
            // The place on other axes is part of the line; a null label must not meet the mark of the axis itself.
            let line = line
                .into_iter()
                .enumerate()
                .map(|(i, l)| if i == axis { None } else { Some(l.map_or("0".into(), |l| format!("1{l}"))) });
            lines.entry((axis, line.collect())).or_default().push(*cell);
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
}
