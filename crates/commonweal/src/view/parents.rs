//! Which row each act answers.
use hashbrown::HashMap;
use polars::prelude::*;

use super::{Codes, NONE};
use crate::error::Result;

/// The row of each act's parent; [`NONE`] where it names none, or one that is not in its own thread. (So a partition that keeps threads
/// whole finds the same.)
pub(crate) fn parents(events: &DataFrame, thread: &Codes) -> Result<Vec<u32>> {
    let (Ok(id), Ok(parent)) = (events.column("id"), events.column("parent")) else {
        return Ok(vec![NONE; events.height()]);
    };
    let (id, parent) = (id.str()?, parent.str()?);
    let row_of: HashMap<&str, u32> = id.iter().enumerate().filter_map(|(row, id)| Some((id?, row as u32))).collect();
    let thread_of = |row: u32| thread.rows.get(row as usize).copied().unwrap_or(NONE);
    let found = parent.iter().enumerate().map(|(row, parent)| {
        let at = parent.and_then(|parent| row_of.get(parent).copied());
        let own = thread_of(row as u32);
        at.filter(|at| own != NONE && thread_of(*at) == own).unwrap_or(NONE)
    });
    Ok(found.collect())
}

#[cfg(test)]
mod tests {
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
        assert_eq!(parents(&events, &thread).expect("rows"), [NONE, 0, NONE, NONE]);
    }
}
