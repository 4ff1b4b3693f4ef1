//! What *but* does: less weight before it, more after it.

use std::collections::BTreeSet;

/// Texts up to this many words are searched plainly, longer ones by an index.
const SHORT: usize = 128;

/// Halves the valences before the word at `but` and raises those after it by half.
///
/// The reference does this for each valence in turn, but to the first that *equals* it, so of two equal valences the first may
/// change twice. That is kept: the scores depend on it.
pub(crate) fn shift_weight(valences: &mut [f64], but: usize) {
    if valences.len() <= SHORT {
        shift_by_search(valences, but);
    } else {
        shift_by_index(valences, but);
    }
}

fn weighed(valence: f64, at: usize, but: usize) -> f64 {
    if at < but {
        valence * 0.5
    } else if at > but {
        valence * 1.5
    } else {
        valence
    }
}

fn shift_by_search(valences: &mut [f64], but: usize) {
    for turn in 0..valences.len() {
        let valence = valences[turn];
        if valence == 0.0 {
            continue; // whichever zero it is, it stays zero
        }
        let equal = valences.iter().position(|other| *other == valence);
        let first = equal.unwrap_or(turn);
        valences[first] = weighed(valence, first, but);
    }
}

/// The same in a time that does not grow with the square of the length. Valences are told apart by their bits, as none is zero.
fn shift_by_index(valences: &mut [f64], but: usize) {
    let mut seen = BTreeSet::new();
    for turn in 0..valences.len() {
        let valence = valences[turn];
        if valence == 0.0 {
            continue;
        }
        let bits = valence.to_bits();
        seen.insert((bits, turn));
        let equal = seen.range((bits, 0)..).next();
        let first = equal.map_or(turn, |(_, position)| *position);
        seen.remove(&(bits, first));
        valences[first] = weighed(valence, first, but);
        seen.insert((valences[first].to_bits(), first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn halves_before_and_raises_after() {
        let mut valences = [2.0, 0.0, -3.0];
        shift_weight(&mut valences, 1);
        assert_eq!(valences, [1.0, 0.0, -4.5]);
    }

    #[test]
    fn a_valence_that_equals_an_earlier_one_changes_the_earlier_one() {
        // At the second turn the first valence is 1 as well, and takes the change.
        let mut valences = [2.0, 1.0, 0.0];
        shift_weight(&mut valences, 2);
        assert_eq!(valences, [0.5, 1.0, 0.0]);
    }

    proptest! {
        #[test]
        fn both_ways_agree(steps in prop::collection::vec(-8i8..=8, 1..300), but in 0usize..300) {
            let start: Vec<f64> = steps.iter().map(|step| f64::from(*step) / 4.0).collect();
            let (mut searched, mut indexed) = (start.clone(), start);
            shift_by_search(&mut searched, but);
            shift_by_index(&mut indexed, but);
            prop_assert_eq!(searched, indexed);
        }
    }
}
