//! The post that opens a thread, and what an act in it is aimed at.
use super::Scoped;
use crate::schema::Kind;
use crate::view::{Dense, NONE, Parents};

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

/// The message that an act is aimed at: the one that it names, or, where a reply names none, the opening post. None where that has no
/// time of its own, or came later.
pub(crate) fn aimed_at(dense: &Dense, parents: &Parents<'_>, opening: Option<usize>, row: usize) -> Option<usize> {
    let to = match parents.of(row) {
        NONE if dense.kind[row] == Kind::Reply => opening,
        NONE => None,
        parent => Some(parent as usize),
    };
    let time = dense.time();
    to.filter(|to| dense.kind[*to].is_message() && dense.has_own_time(*to) && time[*to] <= time[row])
}
