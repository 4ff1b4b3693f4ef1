//! The post that opens a thread.
use super::Scoped;
use crate::schema::Kind;

/// The post that opens a thread: its earliest with a time of its own. Of several at one instant the first by the name of its
/// author, then by its group, so that the order of rows tells nothing.
pub(crate) fn opener(scoped: &Scoped<'_>, rows: &[u32]) -> Option<usize> {
    let dense = scoped.community.dense();
    let time = dense.time();
    let mut posts = rows
        .iter()
        .map(|row| *row as usize)
        .filter(|row| dense.kind[*row] == Kind::Post && dense.has_own_time(*row))
        .peekable();
    let at = time[*posts.peek()?];
    let name = |row: usize| dense.member.label(dense.member.rows[row]);
    let of_one_instant: Vec<usize> = posts.take_while(|row| time[*row] == at).collect();
    match of_one_instant[..] {
        [only] => Some(only),
        _ => of_one_instant.into_iter().min_by_key(|row| (name(*row), scoped.groups.label(scoped.groups.of(*row)))),
    }
}
