//! Ids for messages that the source gave none.
use hashbrown::HashSet;
use polars::prelude::*;

use crate::error::Result;
use crate::hash::stable_hash;

/// The column of ids, filled for the rows of `order`: `cw-` and the hash of what the row is (the columns that part the logs, time, author
/// and text), and a number where rows are alike. So the order of the rows and what comes later change none.
pub(super) fn fill(events: &DataFrame, order: &[u32], apart: &[String]) -> Result<StringChunked> {
    let rows = events.height();
    let mut ids: Vec<Option<String>> = match events.column("id") {
        Ok(column) => column.str()?.iter().map(|id| id.map(str::to_owned)).collect(),
        Err(_) => vec![None; rows],
    };
    let mut taken: HashSet<String> = ids.iter().flatten().cloned().collect();
    let mut columns = vec![];
    for name in apart.iter().map(String::as_str).chain(["time", "member", "text"]) {
        let Ok(column) = events.column(name) else { continue };
        let column = if name == "time" { column.to_physical_repr() } else { column.clone() };
        columns.push(column.cast(&DataType::String)?.str()?.rechunk().into_owned());
    }
    let mut bytes = vec![];
    for row in order.iter().map(|row| *row as usize) {
        if ids[row].is_some() {
            continue;
        }
        bytes.clear();
        for column in &columns {
            // A null is not an empty text.
            bytes.extend(column.get(row).map_or(&[0xff][..], str::as_bytes));
            bytes.push(0xfe);
        }
        let name = format!("cw-{:016x}", stable_hash(&bytes));
        let id =
            (1..).map(|n| if n == 1 { name.clone() } else { format!("{name}-{n}") }).find(|id| !taken.contains(id));
        taken.extend(id.clone());
        ids[row] = id;
    }
    Ok(StringChunked::from_iter(ids).with_name("id".into()))
}
