//! What a loop over many rows keeps of some.

/// Those that are looked at before what is kept of them goes to the others.
const AT_ONCE: usize = 1 << 10;

/// Keeps some of many, in order. Which ones cannot be foretold, so nothing is decided by it: each is written down, and written over where it
/// is not kept.
pub(crate) struct Kept<'a, T> {
    all: &'a mut Vec<T>,
    room: [T; AT_ONCE],
    found: usize,
}

impl<'a, T: Copy + Default> Kept<'a, T> {
    /// Puts what it keeps behind `all`.
    pub(crate) fn new(all: &'a mut Vec<T>) -> Self {
        Self { all, room: [T::default(); AT_ONCE], found: 0 }
    }

    #[inline(always)]
    pub(crate) fn see(&mut self, one: T, keep: bool) {
        if self.found == AT_ONCE {
            self.all.extend_from_slice(&self.room);
            self.found = 0;
        }
        self.room[self.found] = one;
        self.found += usize::from(keep);
    }

    /// All that is kept so far.
    pub(crate) fn all(&mut self) -> &[T] {
        self.all.extend_from_slice(&self.room[..std::mem::take(&mut self.found)]);
        self.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_there_in_order() {
        for (rows, every) in [(0, 1), (5_000, 1), (5_000, 3), (AT_ONCE, 1), (AT_ONCE + 1, 1)] {
            let mut all = vec![7];
            let mut kept = Kept::new(&mut all);
            (0..rows).for_each(|row| kept.see(row, row % every == 0));
            let expected: Vec<usize> = [7].into_iter().chain((0..rows).step_by(every)).collect();
            assert_eq!(kept.all(), expected);
            assert_eq!(kept.all(), expected);
        }
    }
}
