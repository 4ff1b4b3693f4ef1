//! Which conversation each act belongs to, where the source does not say.
use hashbrown::{HashMap, HashSet};
use polars::prelude::*;

use super::NONE;
use crate::error::Result;
use crate::schema::Kind;

/// Fills the `thread` column: a post without one opens its own (named by its id); any other act takes the thread of its parent,
/// through as many steps as it needs, and the parent's id where the parent is not there. An act with no parent that others have as
/// theirs opens their conversation.
///
/// So `thread` says for each row all that is needed to bring whole conversations together, in any later split.
pub(crate) fn fill(events: &mut DataFrame) -> Result<()> {
    let rows = events.height();
    if events.column("thread").is_ok_and(|thread| thread.null_count() == 0) {
        return Ok(());
    }
    let text = |name: &str| -> Result<Option<StringChunked>> {
        Ok(match events.column(name) {
            Ok(column) if column.null_count() < rows => Some(column.cast(&DataType::String)?.str()?.clone()),
            _ => None,
        })
    };
    let absent = || StringChunked::full_null("thread".into(), rows);
    let (id, parent, thread) = (text("id")?, text("parent")?, text("thread")?);
    let linked = id.is_some() || parent.is_some();
    if !linked {
        if events.get_column_index("thread").is_none() {
            events.with_column(Column::full_null("thread".into(), rows, &DataType::String))?;
        }
        return Ok(());
    }
    let thread = thread.unwrap_or_else(absent);
    let (id, parent) = (id.unwrap_or_else(absent), parent.unwrap_or_else(absent));
    let kind = text("kind")?.unwrap_or_else(absent);
    let post: Vec<bool> = kind.iter().map(|kind| kind == Some(Kind::Post.name())).collect();
    let columns = Columns { id: strings(&id), parent: strings(&parent), thread: strings(&thread), post };
    let filled: StringChunked = columns.threads().into_iter().collect();
    events.with_column(filled.with_name("thread".into()).into_column())?;
    Ok(())
}

fn strings(column: &StringChunked) -> Vec<Option<&str>> {
    column.iter().collect()
}

struct Columns<'a> {
    id: Vec<Option<&'a str>>,
    parent: Vec<Option<&'a str>>,
    thread: Vec<Option<&'a str>>,
    post: Vec<bool>,
}

impl<'a> Columns<'a> {
    /// The thread of each row. Every row is walked once: a walk ends where an earlier one has been.
    fn threads(&self) -> Vec<Option<&'a str>> {
        let row_of: HashMap<&str, u32> =
            self.id.iter().enumerate().filter_map(|(row, id)| Some(((*id)?, row as u32))).collect();
        let up: Vec<u32> = self.parent.iter().map(|p| p.and_then(|p| row_of.get(p).copied()).unwrap_or(NONE)).collect();
        let parents: HashSet<u32> = up.iter().copied().collect();
        let mut found: Vec<Option<Option<&str>>> = vec![None; self.id.len()];
        // The walk that has passed a row, to notice parents in a circle.
        let mut passed = vec![NONE; self.id.len()];
        for start in 0..self.id.len() {
            let (mut row, mut path) = (start, vec![]);
            let thread = loop {
                if let Some(thread) = found[row] {
                    break thread;
                }
                path.push(row);
                if let Some(thread) = self.end(row, &parents) {
                    break thread;
                }
                passed[row] = start as u32;
                let next = up[row];
                if next == NONE {
                    // The parent is not there: its name is all that is known of the conversation.
                    break self.parent[row];
                }
                row = next as usize;
                if passed[row] == start as u32 && found[row].is_none() {
                    // Parents in a circle: a name that all of them agree on.
                    let circle = path.iter().skip_while(|passed| **passed != row);
                    break circle.filter_map(|row| self.id[*row]).min();
                }
            };
            for row in path {
                found[row] = Some(thread);
            }
        }
        found.into_iter().map(Option::flatten).collect()
    }

    /// The thread of a row that needs no other row to tell it.
    fn end(&self, row: usize, parents: &HashSet<u32>) -> Option<Option<&'a str>> {
        if self.thread[row].is_some() {
            return Some(self.thread[row]);
        }
        if self.post[row] {
            return Some(self.id[row]);
        }
        if self.parent[row].is_none() {
            return Some(self.id[row].filter(|_| parents.contains(&(row as u32))));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threads(mut events: DataFrame) -> Vec<Option<String>> {
        fill(&mut events).expect("filled");
        let thread = events.column("thread").expect("thread").str().expect("strings").clone();
        thread.iter().map(|t| t.map(str::to_owned)).collect()
    }

    #[test]
    fn threads_are_found_through_parents() {
        let events = df![
            "kind" => ["post", "reply", "reply", "reaction", "reply", "join", "reply", "reply", "reply", "reply"],
            "id" => [Some("a"), Some("b"), Some("c"), None, Some("e"), None, Some("x"), Some("y"), Some("p"), Some("q")],
            "parent" => [None, Some("a"), Some("b"), Some("c"), Some("gone"), None, Some("y"), Some("x"), None, Some("p")],
        ];
        let found = threads(events.expect("a frame"));
        let names: Vec<Option<&str>> = found.iter().map(Option::as_deref).collect();
        // The two before the last are a circle; the last answers a reply that answers nothing.
        let expected = ["a", "a", "a", "a", "gone"].map(Some);
        assert_eq!(names, [&expected[..], &[None, Some("x"), Some("x"), Some("p"), Some("p")]].concat());
    }

    #[test]
    fn columns_without_a_name_are_as_if_they_were_not_there() {
        let none: [Option<&str>; 2] = [None; 2];
        let empty = df!["kind" => ["post", "reply"], "id" => none, "parent" => none, "thread" => none];
        assert_eq!(threads(empty.expect("a frame")), [None, None]);
        let parents = df!["kind" => ["post", "reply"], "id" => none, "parent" => [None, Some("a")], "thread" => none];
        assert_eq!(threads(parents.expect("a frame")), [None, Some("a".to_owned())]);
    }

    #[test]
    fn a_long_chain_takes_no_longer_than_its_rows() {
        let rows = 200_000;
        let events = df![
            "kind" => vec!["reply"; rows],
            "id" => (0..rows).map(|i| i.to_string()).collect::<Vec<_>>(),
            "parent" => (0..rows).map(|i| (i > 0).then(|| (i - 1).to_string())).collect::<Vec<_>>(),
        ];
        // Quadratic, this would take hours.
        assert!(threads(events.expect("a frame")).iter().all(|thread| thread.as_deref() == Some("0")));
    }
}
