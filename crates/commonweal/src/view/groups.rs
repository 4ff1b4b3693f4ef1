//! What each event is grouped by: the values of one column, or the combinations of several.
use std::sync::Arc;

use hashbrown::HashMap;

#[cfg(doc)]
use super::NONE;
use super::dimension::{ANY, Dimension};

/// The labels of a group, one for each column of `by`; null where the value is unknown.
pub type Group = Vec<Option<String>>;

/// The group of each row.
#[derive(Debug)]
pub(crate) struct Groups {
    dimensions: Vec<Arc<Dimension>>,
    /// Codes of combinations, where there is more than one column.
    combined: Option<(Vec<u32>, Vec<Vec<u32>>)>,
}

impl Groups {
    /// The combinations of the values of these columns in so many events.
    pub(crate) fn build(dimensions: Vec<Arc<Dimension>>, events: usize) -> Self {
        let combined = (dimensions.len() > 1).then(|| {
            let mut codes: HashMap<Vec<u32>, u32> = HashMap::new();
            let mut tuples = vec![];
            let rows = (0..events)
                .map(|row| {
                    let tuple: Vec<u32> = dimensions.iter().map(|d| d.events.rows[row]).collect();
                    *codes.entry_ref(tuple.as_slice()).or_insert_with(|| {
                        tuples.push(tuple.clone());
                        tuples.len() as u32 - 1
                    })
                })
                .collect();
            (rows, tuples)
        });
        Self { dimensions, combined }
    }

    /// The group code of a row.
    pub(crate) fn of(&self, row: usize) -> u32 {
        match (&self.combined, self.dimensions.first()) {
            (Some((rows, _)), _) => rows[row],
            (None, Some(dimension)) => dimension.events.rows[row],
            (None, None) => 0,
        }
    }

    /// How many group codes there are; [`NONE`] is one more, of rows whose one column is null.
    pub(crate) fn len(&self) -> usize {
        match (&self.combined, self.dimensions.first()) {
            (Some((_, tuples)), _) => tuples.len(),
            (None, Some(dimension)) => dimension.events.labels.len(),
            (None, None) => 1,
        }
    }

    /// The labels of a group code.
    pub(crate) fn label(&self, code: u32) -> Group {
        let label = |dimension: &Dimension, code: u32| dimension.events.label(code).map(str::to_owned);
        match (&self.combined, self.dimensions.first()) {
            (Some((_, tuples)), _) => {
                self.dimensions.iter().zip(&tuples[code as usize]).map(|(d, code)| label(d, *code)).collect()
            }
            (None, Some(dimension)) => vec![label(dimension, code)],
            (None, None) => vec![],
        }
    }

    /// The labels that a member's own columns give at a time; [`ANY`] for columns of the events.
    pub(crate) fn of_member(&self, member: &str, time: i64) -> Group {
        self.dimensions
            .iter()
            .map(|d| {
                if d.of_members.is_some() { d.of_member(member, time).map(str::to_owned) } else { Some(ANY.to_owned()) }
            })
            .collect()
    }

    /// The times at which a member's own columns change.
    pub(crate) fn changes(&self, member: &str) -> Vec<i64> {
        let spells = self.dimensions.iter().filter_map(|d| d.of_members.as_ref()?.1.get(member)).flatten();
        let mut times: Vec<i64> =
            spells.flat_map(|s| [s.from, s.to]).filter(|t| !matches!(*t, i64::MIN | i64::MAX)).collect();
        times.sort_unstable();
        times.dedup();
        times
    }

    /// A group with [`ANY`] for the columns of the events.
    pub(crate) fn members_only(&self, group: &Group) -> Group {
        group
            .iter()
            .zip(&self.dimensions)
            .map(|(label, d)| if d.of_members.is_some() { label.clone() } else { Some(ANY.to_owned()) })
            .collect()
    }
}
