//! Which row each act answers.
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use super::{Codes, Csr, NONE};
use crate::error::Result;
use crate::numbers::Numbers;

/// Threads of more acts than this look their ids up; in shorter ones they are compared one by one.
const SHORT: usize = 24;

/// Conversations, or rows, that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 10;
const ROWS_AT_ONCE: usize = 1 << 16;

/// Places for a row, at most, where each number has one.
const PLACES: usize = 4;

/// The row of each act's parent; [`NONE`] where it names none, or one that is not in its own thread. (So a partition that keeps threads
/// whole finds the same, and each thread can be looked through by itself.)
pub(crate) struct Parents<'c> {
    known: Arc<Known>,
    /// The number that each act names, where the community keeps it.
    named: &'c [u32],
    thread: &'c Codes,
}

/// What is made once to tell parents.
#[derive(Debug)]
pub(crate) enum Known {
    /// The row of each.
    Rows(Vec<u32>),
    /// The row of each number, where ids differ in a number only: to look one up is quicker than to write and to read all.
    ByNumber {
        rows: Vec<AtomicU32>,
        /// The number that each act names, where the community does not keep it.
        named: Option<Vec<u32>>,
    },
}

impl<'c> Parents<'c> {
    pub(crate) fn new(known: Arc<Known>, named: &'c [u32], thread: &'c Codes) -> Self {
        Self { known, named, thread }
    }

    /// The row of the parent of the act of a row.
    pub(crate) fn of(&self, row: usize) -> u32 {
        let mut parent = NONE;
        self.of_each(&[row], |of| parent = of);
        parent
    }

    /// Calls `see` with the row of the parent of each of these acts: of many, in less time for each.
    #[inline]
    pub(crate) fn of_each(&self, acts: &[usize], see: impl FnMut(u32)) {
        match &*self.known {
            Known::Rows(rows) => acts.iter().map(|act| rows[*act]).for_each(see),
            Known::ByNumber { rows, named } => {
                let (named, thread) = (named.as_deref().unwrap_or(self.named), &self.thread.rows[..]);
                let parent = |act: &usize| {
                    // No row has the number of a null.
                    let parent = rows.get(named[*act] as usize).map_or(NONE, |row| row.load(Relaxed));
                    let own = thread[*act];
                    // Of the parents that are not there, none is in a thread.
                    let of_parent = thread.get(parent as usize).copied().unwrap_or(NONE);
                    if of_parent == own && own != NONE { parent } else { NONE }
                };
                acts.iter().map(parent).for_each(see);
            }
        }
    }
}

impl Known {
    /// Of the columns `id` and `parent` of a table.
    pub(crate) fn by_text<'c>(
        events: &DataFrame,
        thread: &Codes,
        conversations: impl FnOnce() -> &'c Csr,
    ) -> Result<Self> {
        let (Ok(id), Ok(parent)) = (events.column("id"), events.column("parent")) else {
            return Ok(Self::Rows(vec![NONE; events.height()]));
        };
        let (id, parent) = (id.str()?.rechunk(), parent.str()?.rechunk());
        let (conversations, threads) = (conversations(), thread.labels.len());
        let text = |column: &Cow<'_, StringChunked>| column.downcast_iter().next().cloned();
        let (Some(id), Some(parent)) = (text(&id), text(&parent)) else { return Ok(Self::Rows(vec![])) };
        let found: Vec<AtomicU32> = (0..events.height()).map(|_| AtomicU32::new(NONE)).collect();
        (0..threads).into_par_iter().with_min_len(AT_ONCE).for_each_init(HashMap::new, |row_of, thread| {
            let rows = conversations.rows(thread);
            row_of.clear();
            if rows.len() > SHORT {
                row_of.extend(rows.iter().filter_map(|row| Some((id.get(*row as usize)?, *row))));
            }
            for row in rows {
                let Some(parent) = parent.get(*row as usize) else { continue };
                let at = match rows.len() > SHORT {
                    true => row_of.get(parent).copied(),
                    // What is answered is mostly near the beginning, or just before.
                    false => rows.iter().copied().find(|at| id.get(*at as usize) == Some(parent)),
                };
                if let Some(at) = at {
                    found[*row as usize].store(at, Relaxed);
                }
            }
        });
        Ok(Self::Rows(found.into_iter().map(AtomicU32::into_inner).collect()))
    }

    /// Of ids that differ in a number only; none where the numbers lie far apart. `named` is the number that each act names, where the community
    /// does not keep it.
    pub(crate) fn by_number(ids: &Numbers, named: Option<Vec<u32>>) -> Option<Self> {
        let rows: Vec<AtomicU32> = (0..ids.range(PLACES)?).into_par_iter().map(|_| AtomicU32::new(NONE)).collect();
        // No id is there twice.
        ids.rows.par_iter().enumerate().with_min_len(ROWS_AT_ONCE).for_each(|(row, number)| {
            if let Some(place) = rows.get(*number as usize) {
                place.store(row as u32, Relaxed);
            }
        });
        Some(Self::ByNumber { rows, named })
    }
}

#[cfg(test)]
mod tests {
    use super::super::csr::Order;
    use super::*;

    #[test]
    fn a_parent_is_looked_for_in_the_own_thread() {
        let events = df![
            "id" => ["a1", "a2", "a3", "a4"],
            "parent" => [None, Some("a1"), Some("a1"), Some("gone")],
            "thread" => [Some("t"), Some("t"), Some("u"), None],
        ];
        let events = events.expect("a frame");
        let thread = Codes::encode(events.column("thread").expect("there")).expect("codes");
        let conversations = Csr::build(&thread.rows, thread.labels.len(), &Order::AsTheyAre, |_| true);
        let found = |known: Known| {
            let parents = Parents::new(Arc::new(known), &[], &thread);
            (0..events.height()).map(|row| parents.of(row)).collect::<Vec<_>>()
        };
        let text = |name: &str| events.column(name).expect("there").str().expect("strings");
        let ids = Numbers::of(text("id")).expect("numbers");
        let by_number = Known::by_number(&ids, Some(ids.others(text("parent")))).expect("near each other");
        assert_eq!(found(by_number), [NONE, 0, NONE, NONE]);
        let by_text = Known::by_text(&events, &thread, || &conversations).expect("rows");
        assert_eq!(found(by_text), [NONE, 0, NONE, NONE]);
    }
}
