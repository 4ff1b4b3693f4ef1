//! What each event is grouped by: the values of one column, or the combinations of several.
use std::sync::Arc;

use hashbrown::HashMap;

use super::Codes;
#[cfg(doc)]
use super::NONE;
use super::dimension::{ANY, Dimension};
use super::value_codes::AllCodes;

/// The labels of a group, one for each column of `by`; null where the value is unknown.
pub type Group = Vec<Option<String>>;

/// The group of each row.
#[derive(Debug)]
pub(crate) struct Groups {
    dimensions: Vec<Arc<Dimension>>,
    /// Codes of combinations, where there is more than one column.
    combined: Option<(Vec<u32>, Vec<Vec<u32>>)>,
    /// Where all columns are of the members: the one group of all acts of each member, none where it may change.
    of_each: Vec<Option<u32>>,
}

impl Groups {
    /// The combinations of the values of these columns in the events of these members.
    pub(crate) fn build(dimensions: Vec<Arc<Dimension>>, member: &Codes) -> Self {
        let combined = (dimensions.len() > 1).then(|| {
            let mut codes: HashMap<Vec<u32>, u32> = HashMap::new();
            let mut tuples = vec![];
            let rows = (0..member.rows.len())
                .map(|row| {
                    let tuple: Vec<u32> = dimensions.iter().map(|d| d.events.code(row)).collect();
                    *codes.entry_ref(tuple.as_slice()).or_insert_with(|| {
                        tuples.push(tuple.clone());
                        tuples.len() as u32 - 1
                    })
                })
                .collect();
            (rows, tuples)
        });
        let mut groups = Self { dimensions, combined, of_each: vec![] };
        groups.of_each = groups.find_of_each(member);
        groups
    }

    fn find_of_each(&self, member: &Codes) -> Vec<Option<u32>> {
        let Some(spells) = self.dimensions.iter().map(|d| Some(&d.of_members.as_ref()?.1)).collect::<Option<Vec<_>>>()
        else {
            return vec![];
        };
        if spells.is_empty() {
            return vec![];
        }
        let mut of_each = vec![None; member.labels.len()];
        for (row, who) in member.rows.iter().enumerate() {
            if let Some(group) = of_each.get_mut(*who as usize) {
                *group = Some(self.of(row));
            }
        }
        for (group, name) in of_each.iter_mut().zip(member.labels.iter()) {
            if spells.iter().any(|spells| spells.contains_key(name)) {
                *group = None;
            }
        }
        of_each
    }

    /// The group of every act of a member, where all are in one by what the columns are; none where they may differ.
    pub(crate) fn always(&self, member: usize) -> Option<u32> {
        if self.dimensions.is_empty() { Some(0) } else { self.of_each.get(member).copied().flatten() }
    }

    /// The group code of a row.
    pub(crate) fn of(&self, row: usize) -> u32 {
        self.codes().code(row)
    }

    /// The group codes of all rows.
    pub(crate) fn codes(&self) -> AllCodes<'_> {
        match (&self.combined, self.dimensions.first()) {
            (Some((rows, _)), _) => AllCodes::Many(rows),
            (None, Some(dimension)) => dimension.events.all(),
            (None, None) => AllCodes::Zero,
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
