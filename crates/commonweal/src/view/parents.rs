//! Which row each act answers.
use std::borrow::Cow;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use hashbrown::HashMap;
use polars::prelude::*;
use rayon::prelude::*;

use super::{Csr, NONE};
use crate::error::Result;

/// Threads of more acts than this look their ids up; in shorter ones they are compared one by one.
const SHORT: usize = 24;

/// Conversations that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 10;

/// The row of each act's parent; [`NONE`] where it names none, or one that is not in its own thread. (So a partition that keeps threads
/// whole finds the same, and each thread can be looked through by itself.)
pub(crate) fn parents(events: &DataFrame, conversations: &Csr, threads: usize) -> Result<Vec<u32>> {
    let (Ok(id), Ok(parent)) = (events.column("id"), events.column("parent")) else {
        return Ok(vec![NONE; events.height()]);
    };
    let (id, parent) = (id.str()?.rechunk(), parent.str()?.rechunk());
    let text = |column: &Cow<'_, StringChunked>| column.downcast_iter().next().cloned();
    let (Some(id), Some(parent)) = (text(&id), text(&parent)) else { return Ok(vec![]) };
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
    Ok(found.into_iter().map(AtomicU32::into_inner).collect())
}

#[cfg(test)]
mod tests {
    use super::super::Codes;
    use super::super::csr::Order;
    use super::*;

    #[test]
    fn a_parent_is_looked_for_in_the_own_thread() {
        let events = df![
            "id" => ["a", "b", "c", "d"],
            "parent" => [None, Some("a"), Some("a"), Some("gone")],
            "thread" => [Some("t"), Some("t"), Some("u"), None],
        ]
        .expect("a frame");
        let thread = Codes::encode(events.column("thread").expect("there")).expect("codes");
        let conversations = Csr::build(&thread.rows, thread.labels.len(), &Order::AsTheyAre, |_| true);
        assert_eq!(parents(&events, &conversations, thread.labels.len()).expect("rows"), [NONE, 0, NONE, NONE]);
    }
}
