//! How often each key is there, where most are there once.
use super::{Rows, Shape, Table, labelled};
use crate::view::Group;

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

    /// The table, its group codes turned into labels.
    pub(crate) fn finish(self, label: impl Fn(u32) -> Group) -> Table {
        let mut table = Rows::with_capacity(Shape::sums(1), self.keys.iter().map(Vec::len).sum());
        let code = |slot: usize| (slot as u32).wrapping_sub(1);
        let codes = (0..self.keys.len()).filter(|slot| !self.keys[*slot].is_empty()).map(code);
        let (labels, places) = labelled(codes, label);
        let mut of_label: Vec<Vec<(i64, i64)>> = vec![vec![]; labels.len()];
        let mut keys = self.keys;
        for (code, place) in places {
            let own = std::mem::take(&mut keys[code.wrapping_add(1) as usize]);
            let all = &mut of_label[place as usize];
            // Two codes seldom have one label.
            if all.is_empty() { *all = own } else { all.extend(own) }
        }
        for (label, mut keys) in labels.into_iter().zip(of_label) {
            // They mostly come in order of time.
            if !keys.is_sorted() {
                keys.sort_unstable();
            }
            table.open(label);
            for same in keys.chunk_by(|a, b| a == b) {
                table.push(same[0].0, same[0].1, &[same.len() as i128]);
            }
        }
        table.into()
    }
}

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
            prop_assert_eq!(tally.finish(label), builder.finish(label));
        }
    }
}
