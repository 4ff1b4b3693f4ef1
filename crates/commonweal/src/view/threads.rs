//! Which conversation each act belongs to, where the source does not say.
use hashbrown::{HashMap, HashSet};
use polars::prelude::*;

use crate::error::Result;
use crate::schema::Kind;

/// Fills the `thread` column: a post without one opens its own (named by its id); any other act takes the thread of its parent,
/// through as many steps as it needs, and the parent's id where the parent is not there.
///
/// So `thread` says for each row all that is needed to bring whole conversations together, in any later split.
pub(crate) fn fill(events: &mut DataFrame) -> Result<()> {
    let rows = events.height();
    let text = |name: &str| -> Result<Option<StringChunked>> {
        Ok(match events.column(name) {
            Ok(column) => Some(column.str()?.clone()),
            Err(_) => None,
        })
    };
    let (id, parent, kind) = (text("id")?, text("parent")?, text("kind")?);
    let thread = text("thread")?.unwrap_or_else(|| StringChunked::full_null("thread".into(), rows));
    let linked = id.is_some() || parent.is_some();
    if thread.null_count() == 0 || !linked {
        if events.get_column_index("thread").is_none() {
            events.with_column(thread.into_column())?;
        }
        return Ok(());
    }
    let at = |column: &Option<StringChunked>, row: usize| -> Option<String> {
        column.as_ref().and_then(|c| c.get(row)).map(str::to_owned)
    };
    let row_of: HashMap<&str, usize> =
        id.iter().flat_map(|c| c.iter().enumerate()).filter_map(|(row, id)| Some((id?, row))).collect();
    let is_post = |row: usize| kind.as_ref().and_then(|k| k.get(row)) == Some(Kind::Post.name());

    let found = (0..rows).map(|start| {
        let (mut row, mut walked) = (start, HashSet::new());
        loop {
            if let Some(thread) = thread.get(row) {
                return Some(thread.to_owned());
            }
            if is_post(row) {
                return at(&id, row);
            }
            let Some(up) = at(&parent, row) else { return at(&id, row).filter(|_| row != start) };
            let Some(next) = row_of.get(up.as_str()) else { return Some(up) };
            if !walked.insert(*next) {
                // Parents in a circle: any name that all of them agree on.
                return walked.iter().filter_map(|row| at(&id, *row)).min();
            }
            row = *next;
        }
    });
    let filled: StringChunked = found.collect::<Vec<Option<String>>>().into_iter().collect();
    events.with_column(filled.with_name("thread".into()).into_column())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_found_through_parents() {
        let mut events = df![
            "kind" => ["post", "reply", "reply", "reaction", "reply", "join", "reply", "reply"],
            "id" => [Some("a"), Some("b"), Some("c"), None, Some("e"), None, Some("x"), Some("y")],
            "parent" => [None, Some("a"), Some("b"), Some("c"), Some("gone"), None, Some("y"), Some("x")],
        ]
        .expect("a frame");
        fill(&mut events).expect("filled");
        let thread: Vec<_> = events.column("thread").expect("thread").str().expect("strings").iter().collect();
        let circle = Some("x");
        assert_eq!(thread, [Some("a"), Some("a"), Some("a"), Some("a"), Some("gone"), None, circle, circle]);
    }
}
