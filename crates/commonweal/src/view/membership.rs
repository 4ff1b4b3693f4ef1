//! Who joined and left when, by the members table.
use hashbrown::HashMap;
use polars::prelude::*;

use crate::error::Result;

/// The members table as far as it tells who was there: only where it has a column `joined`.
#[derive(Debug)]
pub(crate) struct Membership {
    rows: Vec<(String, i64, i64)>,
    index: HashMap<String, usize>,
}

impl Membership {
    /// Reads the members table; none without one that tells who joined.
    pub(crate) fn read(members: Option<&DataFrame>) -> Result<Option<Self>> {
        let Some(members) = members.filter(|m| m.get_column_index("joined").is_some()) else {
            return Ok(None);
        };
        let times = |name: &str, open: i64| -> Result<Vec<i64>> {
            Ok(match members.column(name) {
                Ok(column) => column.datetime()?.physical().iter().map(|t| t.unwrap_or(open)).collect(),
                Err(_) => vec![open; members.height()],
            })
        };
        let (joined, left) = (times("joined", i64::MIN)?, times("left", i64::MAX)?);
        let rows: Vec<_> = (members.column("member")?.str()?.iter().zip(joined.into_iter().zip(left)))
            .filter_map(|(member, (joined, left))| Some((member?.to_owned(), joined, left)))
            .collect();
        let index = rows.iter().enumerate().map(|(i, row)| (row.0.clone(), i)).collect();
        Ok(Some(Self { rows, index }))
    }

    /// The names of all listed, in the order of the table.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|(name, ..)| name.as_str())
    }

    /// When a listed member joined ([`i64::MIN`]: always been there) and left ([`i64::MAX`]: still there).
    pub(crate) fn of(&self, member: &str) -> Option<(i64, i64)> {
        self.index.get(member).map(|i| (self.rows[*i].1, self.rows[*i].2))
    }
}
