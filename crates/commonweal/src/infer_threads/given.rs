//! What the source itself says of conversations.
use hashbrown::{HashMap, HashSet};
use polars::prelude::*;

use crate::error::Result;
use crate::schema::Kind;
use crate::view::{NONE, fill_threads};

/// What the events say, row by row.
#[derive(Debug)]
pub(super) struct Given {
    /// The row of the parent; `NONE` where none is named, or one that is not there.
    pub(super) parent: Vec<u32>,
    /// The thread, where the source gives one that does not follow from ids and parents.
    pub(super) thread: Vec<bool>,
    /// There is nothing to find: the row is no message, or its parent or thread is given.
    pub(super) settled: Vec<bool>,
    /// The parent, or one of its own parents, comes later: a clock is wrong.
    pub(super) astray: Vec<bool>,
}

impl Given {
    /// Reads validated events; `order` are the rows in order of time, `before` says which have been inferred already.
    pub(super) fn read(events: &DataFrame, order: &[u32], before: &[bool]) -> Result<Self> {
        let rows = events.height();
        let text = |name: &str| -> Result<StringChunked> {
            Ok(match events.column(name) {
                Ok(column) => column.str()?.rechunk().into_owned(),
                Err(_) => StringChunked::full_null(name.into(), rows),
            })
        };
        let (id, named, thread) = (text("id")?, text("parent")?, text("thread")?);
        let row_of: HashMap<&str, u32> =
            id.iter().enumerate().filter_map(|(row, id)| Some((id?, row as u32))).collect();
        let parent: Vec<u32> =
            named.iter().map(|name| name.and_then(|name| row_of.get(name).copied()).unwrap_or(NONE)).collect();

        // What follows from ids and parents tells no more than they do.
        let mut derived = events.clone();
        derived.with_column(StringChunked::full_null("thread".into(), rows).into_column())?;
        fill_threads(&mut derived)?;
        let derived = derived.column("thread")?.str()?.clone();
        let tells = thread.iter().zip(derived.iter()).map(|(thread, derived)| thread.is_some() && thread != derived);
        let tells: Vec<bool> = tells.collect();
        let names: HashSet<&str> =
            thread.iter().zip(&tells).filter(|(_, tells)| **tells).filter_map(|(t, _)| t).collect();

        let kind = events.column("kind")?.str()?;
        let is_message = kind.iter().map(|kind| kind.and_then(Kind::parse).is_some_and(Kind::is_message));
        let settled = is_message.enumerate().map(|(row, is_message)| {
            !is_message
                || tells[row]
                || before[row]
                || named.get(row).is_some()
                || id.get(row).is_some_and(|id| names.contains(id))
        });
        let settled: Vec<bool> = settled.collect();

        let mut place = vec![0u32; rows];
        order.iter().enumerate().for_each(|(at, row)| place[*row as usize] = at as u32);
        let mut astray = vec![false; rows];
        for row in order.iter().map(|row| *row as usize) {
            let up = parent[row] as usize;
            astray[row] = up < rows && (place[up] >= place[row] || astray[up]);
        }
        Ok(Self { parent, thread: tells, settled, astray })
    }
}
