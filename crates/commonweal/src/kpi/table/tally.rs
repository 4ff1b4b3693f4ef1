//! How often each key is there, where most are there once.
use super::{Key, Rows, Shape, Table, labelled};
use crate::view::{Group, NONE};

/// Collects a table of counts from keys in any order. A [`super::TableBuilder`] looks for the row of a key that came before; here, none is
/// looked for, and what is alike is counted at the end: of keys that seldom come again that is the quicker, in half of the memory.
#[derive(Debug)]
pub(crate) struct Tally {
    keys: Vec<Key>,
}

impl Tally {
    /// One of about so many keys.
    pub(crate) fn with_capacity(keys: usize) -> Self {
        Self { keys: Vec::with_capacity(keys) }
    }

    /// A key is there once more.
    pub(crate) fn add(&mut self, group: u32, period: i64, x: i64) {
        self.keys.push(Key { group, period, x });
    }

    /// The table, its group codes turned into labels.
    pub(crate) fn finish(self, label: impl Fn(u32) -> Group) -> Table {
        let Self { keys } = self;
        // A slot for each code, and at last one for none.
        let known = keys.iter().map(|key| key.group).filter(|group| *group != NONE);
        let last = known.max().map_or(0, |group| group as usize + 1);
        let slot = |key: &Key| (key.group as usize).min(last);
        let mut sizes = vec![0usize; last + 1];
        keys.iter().for_each(|key| sizes[slot(key)] += 1);
        let code = |slot: usize| if slot == last { NONE } else { slot as u32 };
        let (groups, found) = labelled((0..=last).filter(|slot| sizes[*slot] > 0).map(code), label);
        // In the order of the labels.
        let (mut next, mut start) = (vec![0; last + 1], 0);
        let mut of_label = vec![0; groups.len()];
        for (slot, place) in found.into_iter().map(|(code, place)| ((code as usize).min(last), place)) {
            next[slot] = start;
            start += sizes[slot];
            of_label[place as usize] += sizes[slot];
        }
        // Period and value of each, those of a group side by side.
        let mut sorted = vec![(0, 0); keys.len()];
        for key in &keys {
            let next = &mut next[slot(key)];
            sorted[*next] = (key.period, key.x);
            *next += 1;
        }
        drop(keys);
        let mut table = Rows::with_capacity(Shape::sums(1), sorted.len());
        let mut rest = &mut sorted[..];
        for (label, size) in groups.into_iter().zip(of_label) {
            let (of_group, others) = rest.split_at_mut(size);
            rest = others;
            // They mostly come in order of time.
            if !of_group.is_sorted() {
                of_group.sort_unstable();
            }
            table.open(label);
            for same in of_group.chunk_by(|a, b| a == b) {
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
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_counts_as_a_builder_does(rows in prop::collection::vec((0u32..5, -3i64..3, 0i64..4), 0..60)) {
            // The code of none, and two codes of one label.
            let code = |group: u32| if group == 4 { NONE } else { group };
            let label = |code: u32| vec![(code != NONE && code != 3).then(|| format!("{}", 9 - code))];
            let (mut tally, mut builder) = (Tally::with_capacity(0), TableBuilder::<1>::new());
            for (group, period, x) in rows {
                tally.add(code(group), period, x);
                builder.at(code(group), period, x)[0] += 1;
            }
            prop_assert_eq!(tally.finish(label), builder.finish(label));
        }
    }
}
