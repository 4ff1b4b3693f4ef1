//! Lengths in order, with how many there are of each.
use crate::stats::order;

/// Of more lengths than this, those that differ are put in order by all cores.
const MANY: usize = 1 << 16;

/// Turns the order of integers with a sign into that of integers without.
const SIGN: u64 = 1 << 63;

/// Lengths that come in any order, mostly each by itself.
#[derive(Debug, Default)]
pub(super) struct Lengths {
    /// Each that comes.
    each: Vec<u64>,
    /// Those that come for several, and for how many more than one.
    more: Vec<(u64, u64)>,
}

impl Lengths {
    /// Room for so many.
    pub(super) fn with_capacity(len: usize) -> Self {
        Self { each: Vec::with_capacity(len), more: vec![] }
    }

    /// A length comes so many times.
    pub(super) fn add(&mut self, length: i64, times: u64) {
        if let Some(more) = times.checked_sub(1) {
            let length = length as u64 ^ SIGN;
            self.each.push(length);
            if more > 0 {
                self.more.push((length, more));
            }
        }
    }

    /// The lengths that differ, the shortest first, and how often each comes.
    pub(super) fn in_order(self) -> Vec<(i64, u64)> {
        let Self { mut each, mut more } = self;
        if each.is_sorted_by(|a, b| a >= b) {
            each.reverse();
        } else if !each.is_sorted() {
            if each.len() > MANY {
                each = order::sort(vec![each]);
            } else {
                each.sort_unstable();
            }
        }
        more.sort_unstable();
        let (mut rest, mut found): (_, Vec<(u64, u64)>) = (&more[..], Vec::with_capacity(each.len()));
        for length in each {
            match found.last_mut() {
                Some((last, times)) if *last == length => *times += 1,
                _ => found.push((length, 1)),
            }
            while let Some(((_, more), others)) = rest.split_first().filter(|((own, _), _)| *own == length) {
                found.last_mut().into_iter().for_each(|(_, times)| *times += more);
                rest = others;
            }
        }
        found.into_iter().map(|(length, times)| ((length ^ SIGN) as i64, times)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[test]
    fn many_are_in_order_too() {
        // Each twice, from below 0 on.
        let (len, step) = (MANY as i64, 7_919);
        let mut own = Lengths::default();
        (0..2 * len).for_each(|i| own.add(i * step % len - 9, 1));
        assert!(own.in_order().into_iter().eq((0..len).map(|length| (length - 9, 2))));
    }

    proptest! {
        #[test]
        fn they_are_counted(lengths in prop::collection::vec((prop_oneof![-3i64..9, any::<i64>()], 0u64..4), 0..60)) {
            let (mut own, mut expected) = (Lengths::default(), BTreeMap::new());
            for (length, times) in lengths.iter().filter(|(_, times)| *times > 0) {
                *expected.entry(*length).or_insert(0) += times;
            }
            lengths.into_iter().for_each(|(length, times)| own.add(length, times));
            prop_assert!(own.in_order().into_iter().eq(expected));
        }
    }
}
