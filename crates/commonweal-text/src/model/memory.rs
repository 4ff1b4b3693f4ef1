//! Words that have been read before.
//!
//! Few words make up most of what people write. What a word's letters tell depends on nothing else, so it is kept, by the bytes of the
//! word as it was written: a word that is met again is neither folded nor taken apart, and gives the same as if it were.

use super::features::{Recall, Word, letters};
use super::profile::Own;
use super::table::{LANES, Table};
use super::train::sums;

/// Sets of two words, at first and at most: 8 KB and 512 KB.
const FEWEST: usize = 1 << 6;
const MOST: usize = 1 << 12;

/// A word, and what its runs of letters add.
#[derive(Clone, Copy, Default)]
struct Slot {
    /// The bytes of the word; 0 in a free slot.
    key: u128,
    word: Word,
    letters: Letters,
}

/// Sums of the weights of runs of letters, shared and own ones, and how many runs there are.
#[derive(Clone, Copy, Default)]
struct Letters {
    runs: u16,
    sums: [[i16; LANES]; 2],
}

/// Words by their hash: of those with the same, the last two. It grows when as many words have been lost as it has sets.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    sets: Vec<[Slot; 2]>,
    lost: usize,
    hashes: Vec<u32>,
    /// Of the text that is read.
    pub(crate) runs: u64,
    pub(crate) sums: [[i32; LANES]; 2],
}

impl Memory {
    fn keep(&mut self, slot: Slot) {
        if self.lost >= self.sets.len() && self.sets.len() < MOST {
            let larger = vec![Default::default(); (2 * self.sets.len()).max(FEWEST)];
            let before = std::mem::replace(&mut self.sets, larger);
            before.into_iter().flatten().filter(|slot| slot.key != 0).for_each(|slot| self.put(slot));
            self.lost = 0;
        }
        self.put(slot);
    }

    fn put(&mut self, slot: Slot) {
        let at = set(slot.key, self.sets.len());
        let set = &mut self.sets[at];
        self.lost += usize::from(set[1].key != 0);
        set.swap(0, 1);
        set[0] = slot;
    }
}

/// Which of as many sets, a power of two, a key is in.
#[inline]
fn set(key: u128, sets: usize) -> usize {
    let mixed = key as u64 ^ ((key >> 64) as u64).rotate_left(29);
    (mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as usize & sets.wrapping_sub(1)
}

fn add(letters: &Letters, sums: &mut [[i32; LANES]; 2], runs: &mut u64) {
    *runs += u64::from(letters.runs);
    for (all, own) in sums.iter_mut().zip(&letters.sums) {
        all.iter_mut().zip(own).for_each(|(sum, own)| *sum += i32::from(*own));
    }
}

/// A memory, and the weights that it is for.
pub(crate) struct Weighed<'w> {
    pub(crate) memory: &'w mut Memory,
    pub(crate) own: &'w Own,
    pub(crate) shared: &'w Table,
}

impl Recall for Weighed<'_> {
    #[inline]
    fn recall(&mut self, key: u128) -> Option<Word> {
        let memory = &mut *self.memory;
        let set = memory.sets.get(set(key, memory.sets.len()))?;
        let slot = set.iter().find(|slot| slot.key == key)?;
        add(&slot.letters, &mut memory.sums, &mut memory.runs);
        Some(slot.word)
    }

    fn take(&mut self, key: u128, word: Word, folded: &[u32]) -> bool {
        let mut of_word = Letters::default();
        if !word.known.is_group() {
            let hashes = &mut self.memory.hashes;
            hashes.clear();
            letters(folded, |hash| hashes.push(hash));
            let (of_all, of_own) = sums(self.own, self.shared, hashes);
            of_word =
                Letters { runs: hashes.len() as u16, sums: [of_all, of_own].map(|sums| sums.map(|sum| sum as i16)) };
        }
        let memory = &mut *self.memory;
        add(&of_word, &mut memory.sums, &mut memory.runs);
        memory.keep(Slot { key, word, letters: of_word });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_to_its_bound_and_knows_the_last() {
        let mut memory = Memory::default();
        assert_eq!(size_of::<Slot>(), 64);
        for key in 1..100_000 {
            memory.keep(Slot { key, ..Slot::default() });
            assert!(memory.sets[set(key, memory.sets.len())].iter().any(|slot| slot.key == key));
            assert!(key > 40 || memory.sets.len() == FEWEST);
        }
        assert_eq!(memory.sets.len(), MOST);
    }
}
