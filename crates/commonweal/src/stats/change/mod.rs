//! Changes of a level over time: found looking back (PELT), or while it goes on (control charts).
pub(crate) mod chart;
pub(crate) mod pelt;

use super::random::Random;

/// Days that are drawn together, so that what lasts for some days, and the week, stays as it is.
const BLOCK: usize = 7;

/// Places of items drawn with replacement in blocks of neighbours, the last joined to the first: as many as there are, or fewer at a
/// time where there are too few for blocks (Politis & Romano, *A circular block-resampling procedure*, 1992).
pub(crate) struct Blocks {
    items: usize,
    block: usize,
    next: usize,
    left: usize,
}

impl Blocks {
    pub(crate) fn new(items: usize) -> Self {
        Self { items, block: if items < 4 * BLOCK { 1 } else { BLOCK }, next: 0, left: 0 }
    }

    /// The next place; there must be an item.
    pub(crate) fn next(&mut self, random: &mut Random) -> usize {
        if self.left == 0 {
            (self.next, self.left) = (random.place(self.items), self.block);
        }
        let place = self.next;
        (self.next, self.left) = ((self.next + 1) % self.items, self.left - 1);
        place
    }
}
