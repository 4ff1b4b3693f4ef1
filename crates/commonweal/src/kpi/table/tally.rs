//! How often each key is there, where most are there once.
use rayon::prelude::*;

use super::{Rows, Shape, Table};
use crate::view::Group;

/// Keys that one thread of the machine takes at a time, at least.
const AT_ONCE: usize = 1 << 14;

/// Collects a table of counts from keys in any order. A [`super::TableBuilder`] looks for the row of a key that came before; here, none is
/// looked for, and what is alike is counted at the end: of keys that seldom come again that is the quicker, in half of the memory.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Period and value of each key: those without a group, then those of each group code.
    keys: Vec<Vec<(i64, i64)>>,
}

impl Tally {
    /// A key is there once more.
    pub(crate) fn add(&mut self, group: u32, period: i64, x: i64) {
        // That of none, the largest, is 0 then.
        let slot = group.wrapping_add(1) as usize;
        if slot >= self.keys.len() {
            self.keys.resize_with(slot + 1, Vec::new);
        }
        self.keys[slot].push((period, x));
    }

    /// The keys of each group in order, by its label.
    pub(crate) fn labelled(self, label: impl Fn(u32) -> Group) -> Vec<Labelled> {
        let code = |slot: usize| (slot as u32).wrapping_sub(1);
        let groups = self.keys.into_iter().enumerate().filter(|(_, keys)| !keys.is_empty());
        let sorted = |mut keys: Vec<(i64, i64)>| {
            // They mostly come in order of time.
            if !keys.is_sorted() {
                keys.sort_unstable();
            }
            keys
        };
        groups.map(|(slot, keys)| (label(code(slot)), sorted(keys))).collect()
    }

    /// The table of all of these; some may have one label, as those of several parts do.
    pub(crate) fn table(mut groups: Vec<Labelled>) -> Table {
        groups.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut of_label: Vec<Labelled> = vec![];
        for (label, keys) in groups {
            match of_label.last_mut() {
                Some((last, all)) if *last == label => all.extend(keys),
                _ => of_label.push((label, keys)),
            }
        }
        // Many groups may have few keys each.
        let (mut pieces, mut piece, mut keys): (Vec<Vec<Labelled>>, Vec<Labelled>, usize) = Default::default();
        for group in of_label {
            keys += group.1.len();
            piece.push(group);
            if keys >= AT_ONCE {
                pieces.push(std::mem::take(&mut piece));
                keys = 0;
            }
        }
        pieces.push(piece);
        Rows::concat(Shape::sums(1), pieces.into_par_iter().map(rows).collect()).into()
    }
}

/// The rows of some groups.
fn rows(groups: Vec<Labelled>) -> Rows {
    let mut rows = Rows::with_capacity(Shape::sums(1), groups.iter().map(|(_, keys)| keys.len()).sum());
    for (label, mut keys) in groups {
        // Of several parts, they are a few runs, each in order.
        if !keys.is_sorted() {
            keys.sort();
        }
        rows.open(label);
        for same in keys.chunk_by(|a, b| a == b) {
            rows.push(same[0].0, same[0].1, &[same.len() as i128]);
        }
    }
    rows
}

/// Period and value of each key of a group, and its label.
pub(crate) type Labelled = (Group, Vec<(i64, i64)>);

#[cfg(test)]
mod tests {
    use super::super::TableBuilder;
    use super::*;
    use crate::view::NONE;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_counts_as_a_builder_does(rows in prop::collection::vec((0u32..5, -3i64..3, 0i64..4), 0..60)) {
            // The code of none, and two codes of one label.
            let code = |group: u32| if group == 4 { NONE } else { group };
            let label = |code: u32| vec![(code != NONE && code != 3).then(|| format!("{}", 9 - code))];
            let (mut tally, mut builder) = (Tally::default(), TableBuilder::<1>::new());
            for (group, period, x) in rows {
                tally.add(code(group), period, x);
                builder.at(code(group), period, x)[0] += 1;
            }
            prop_assert_eq!(Tally::table(tally.labelled(label)), builder.finish(label));
        }
    }
}
