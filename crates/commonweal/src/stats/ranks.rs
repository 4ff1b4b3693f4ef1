//! A multiset of numbered things that come and go, asked for ranks: Fenwick's tree, *Software: Practice and Experience* 24 (1994).

/// How many there are of each of `n` things.
#[derive(Clone, Debug)]
pub(crate) struct Ranks {
    /// Sums over ranges that end at each thing, as long as the lowest bit of its number.
    sums: Vec<u64>,
    all: u64,
}

impl Ranks {
    /// None yet, of so many things.
    pub(crate) fn new(things: usize) -> Self {
        Self { sums: vec![0; things + 1], all: 0 }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        self.all
    }

    /// So many of a thing come.
    pub(crate) fn add(&mut self, thing: usize, n: u64) {
        self.all += n;
        self.change(thing, |sum| sum + n);
    }

    /// So many of a thing go; they have come before.
    pub(crate) fn remove(&mut self, thing: usize, n: u64) {
        self.all -= n;
        self.change(thing, |sum| sum - n);
    }

    fn change(&mut self, thing: usize, change: impl Fn(u64) -> u64) {
        let mut at = thing + 1;
        while at < self.sums.len() {
            self.sums[at] = change(self.sums[at]);
            at += at & at.wrapping_neg();
        }
    }

    /// How many there are of the things before this one.
    pub(crate) fn before(&self, thing: usize) -> u64 {
        let (mut at, mut sum) = (thing.min(self.sums.len() - 1), 0);
        while at > 0 {
            sum += self.sums[at];
            at &= at - 1;
        }
        sum
    }

    /// The thing with so many before it; none where there are not as many.
    pub(crate) fn nth(&self, rank: u64) -> Option<usize> {
        if rank >= self.all {
            return None;
        }
        let (mut at, mut left) = (0, rank);
        let mut step = self.sums.len().next_power_of_two();
        while step > 0 {
            if at + step < self.sums.len() && self.sums[at + step] <= left {
                at += step;
                left -= self.sums[at];
            }
            step /= 2;
        }
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_a_sorted_list(come in prop::collection::vec((0usize..20, 1u64..4, any::<bool>()), 0..40)) {
            let mut ranks = Ranks::new(20);
            let mut list: Vec<usize> = vec![];
            for (thing, n, goes) in come {
                ranks.add(thing, n);
                if goes {
                    ranks.remove(thing, n);
                } else {
                    list.extend(std::iter::repeat_n(thing, n as usize));
                }
            }
            list.sort_unstable();
            prop_assert_eq!(ranks.len(), list.len() as u64);
            for rank in 0..=list.len() {
                prop_assert_eq!(ranks.nth(rank as u64), list.get(rank).copied());
            }
            for thing in 0..=20 {
                prop_assert_eq!(ranks.before(thing), list.iter().filter(|other| **other < thing).count() as u64);
            }
        }
    }
}
