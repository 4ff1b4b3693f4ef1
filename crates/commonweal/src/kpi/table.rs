//! Additive integer tables: what partitions hand over and what is merged.
use hashbrown::HashMap;

use crate::view::Group;

/// Where a number belongs: a group, the start of a period, and the value of a distribution (a duration, a time, a code).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub(crate) group: u32,
    pub(crate) period: i64,
    pub(crate) x: i64,
}

/// How the integers of one key are put together when tables are merged. Both are associative and commutative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Merge {
    /// Added up; absent is 0.
    #[default]
    Sum,
    /// The least of both; absent is [`i128::MAX`]. For what came first.
    Least,
}

impl Merge {
    /// What changes nothing.
    pub(crate) const fn neutral(self) -> i128 {
        match self {
            Self::Sum => 0,
            Self::Least => i128::MAX,
        }
    }

    fn of(self, a: i128, b: i128) -> i128 {
        match self {
            Self::Sum => a.saturating_add(b),
            Self::Least => a.min(b),
        }
    }
}

/// What a table of a KPI is like: the number of integers in a row, and how they are merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub(crate) width: usize,
    pub(crate) merge: Merge,
}

impl Shape {
    /// So many counts or sums in a row.
    pub(crate) const fn sums(width: usize) -> Self {
        Self { width, merge: Merge::Sum }
    }

    /// So many minima in a row.
    pub(crate) const fn least(width: usize) -> Self {
        Self { width, merge: Merge::Least }
    }
}

/// Integers by key, sorted, each key once. Equal content has equal layout, so equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub(crate) shape: Shape,
    pub(crate) groups: Vec<Group>,
    pub(crate) keys: Vec<Key>,
    /// As many integers for each key as the shape says.
    pub(crate) values: Vec<i128>,
}

impl Table {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape, ..Self::default() }
    }

    /// The earliest period with a row.
    pub(crate) fn first_period(&self) -> Option<i64> {
        self.keys.iter().map(|key| key.period).min()
    }

    /// The rows: group, period, x, values; in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Group, i64, i64, &[i128])> {
        self.keys
            .iter()
            .zip(self.values.chunks_exact(self.shape.width.max(1)))
            .map(|(key, values)| (&self.groups[key.group as usize], key.period, key.x, values))
    }

    /// Both put together, key by key.
    pub(crate) fn merge(self, other: Self) -> Self {
        if other.keys.is_empty() {
            return self;
        }
        if self.keys.is_empty() {
            return other;
        }
        let mut groups: Vec<Group> = self.groups.iter().chain(&other.groups).cloned().collect();
        groups.sort();
        groups.dedup();
        let place = |table: &Self| -> Vec<u32> {
            // Found by construction: every group of either is in the union.
            table.groups.iter().map(|g| groups.binary_search(g).unwrap_or_default() as u32).collect()
        };
        let (left, right) = (place(&self), place(&other));
        let Shape { width, merge } = self.shape;
        let mut merged =
            Self { shape: self.shape, keys: Vec::with_capacity(self.keys.len() + other.keys.len()), ..Self::default() };
        let moved = |table: &Self, places: &[u32], i: usize| {
            table.keys.get(i).map(|key| Key { group: places[key.group as usize], ..*key })
        };
        let (mut i, mut j) = (0, 0);
        loop {
            let (a, b) = (moved(&self, &left, i), moved(&other, &right, j));
            let Some(key) = a.iter().chain(&b).min().copied() else { break };
            merged.keys.push(key);
            let at = merged.values.len();
            merged.values.resize(at + width, merge.neutral());
            for (side, index, table) in [(a, &mut i, &self), (b, &mut j, &other)] {
                if side == Some(key) {
                    let row = &table.values[*index * width..][..width];
                    for (both, value) in merged.values[at..].iter_mut().zip(row) {
                        *both = merge.of(*both, *value);
                    }
                    *index += 1;
                }
            }
        }
        merged.groups = groups;
        merged
    }
}

/// Collects a [`Table`] from rows in any order.
#[derive(Debug)]
pub(crate) struct TableBuilder<const WIDTH: usize> {
    merge: Merge,
    rows: HashMap<Key, usize>,
    values: Vec<[i128; WIDTH]>,
    last: Option<(Key, usize)>,
}

impl<const WIDTH: usize> TableBuilder<WIDTH> {
    pub(crate) fn new() -> Self {
        Self::merging(Merge::Sum)
    }

    /// A builder of minima.
    #[allow(dead_code)]
    pub(crate) fn least() -> Self {
        Self::merging(Merge::Least)
    }

    fn merging(merge: Merge) -> Self {
        Self { merge, rows: HashMap::new(), values: vec![], last: None }
    }

    /// The integers of a key, to add to or to lower.
    pub(crate) fn at(&mut self, group: u32, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let key = Key { group, period, x };
        let row = match self.last {
            Some((last, row)) if last == key => row,
            _ => *self.rows.entry(key).or_insert_with(|| {
                self.values.push([self.merge.neutral(); WIDTH]);
                self.values.len() - 1
            }),
        };
        self.last = Some((key, row));
        &mut self.values[row]
    }

    /// The table, its group codes turned into labels. Rows that say nothing are left out, so that they make no difference.
    pub(crate) fn finish(self, label: impl Fn(u32) -> Group) -> Table {
        let mut rows: Vec<(Key, usize)> = self
            .rows
            .into_iter()
            .filter(|(_, row)| self.values[*row].iter().any(|v| *v != self.merge.neutral()))
            .collect();
        let mut codes: Vec<u32> = rows.iter().map(|(key, _)| key.group).collect();
        codes.sort_unstable();
        codes.dedup();
        let mut groups: Vec<(Group, u32)> = codes.into_iter().map(|code| (label(code), code)).collect();
        groups.sort();
        let mut place: HashMap<u32, u32> = HashMap::new();
        let mut labels: Vec<Group> = vec![];
        for (group, code) in groups {
            if labels.last() != Some(&group) {
                labels.push(group);
            }
            place.insert(code, labels.len() as u32 - 1);
        }
        for (key, _) in &mut rows {
            key.group = place[&key.group];
        }
        rows.sort_unstable_by_key(|(key, _)| *key);
        let shape = Shape { width: WIDTH, merge: self.merge };
        let mut table = Table { groups: labels, ..Table::new(shape) };
        for (key, row) in rows {
            // Two codes may have had one label.
            if table.keys.last() == Some(&key) {
                let at = table.values.len() - WIDTH;
                for (both, value) in table.values[at..].iter_mut().zip(self.values[row]) {
                    *both = self.merge.of(*both, value);
                }
            } else {
                table.keys.push(key);
                table.values.extend(self.values[row]);
            }
        }
        table
    }
}

/// A [`TableBuilder`] whose groups are made up on the way: the labels of the group and a name more, say.
#[derive(Debug)]
pub(crate) struct LabelledBuilder<const WIDTH: usize> {
    table: TableBuilder<WIDTH>,
    codes: HashMap<Group, u32>,
}

impl<const WIDTH: usize> LabelledBuilder<WIDTH> {
    pub(crate) fn new() -> Self {
        Self { table: TableBuilder::new(), codes: HashMap::new() }
    }

    /// A builder of minima.
    #[allow(dead_code)]
    pub(crate) fn least() -> Self {
        Self { table: TableBuilder::least(), codes: HashMap::new() }
    }

    /// The integers of a key, to add to or to lower.
    pub(crate) fn at(&mut self, group: Group, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let next = self.codes.len() as u32;
        let code = *self.codes.entry(group).or_insert(next);
        self.table.at(code, period, x)
    }

    pub(crate) fn finish(self) -> Table {
        let mut labels = vec![Group::new(); self.codes.len()];
        for (group, code) in self.codes {
            labels[code as usize] = group;
        }
        self.table.finish(|code| labels[code as usize].clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minima_are_merged_as_minima() {
        let table = |times: &[(&str, i128)]| {
            let mut builder = LabelledBuilder::<2>::least();
            for (name, time) in times {
                let row = builder.at(vec![Some((*name).to_owned())], 0, 0);
                row[0] = row[0].min(*time);
            }
            builder.finish()
        };
        let (a, b) = (table(&[("ana", 7), ("bo", 2), ("ana", 5)]), table(&[("ana", 9), ("cy", -1)]));
        assert_eq!(a.clone().merge(b.clone()), table(&[("ana", 5), ("bo", 2), ("cy", -1)]));
        assert_eq!(a.clone().merge(b.clone()), b.clone().merge(a.clone()));
        assert_eq!(a.clone().merge(Table::new(Shape::least(2))), a);
    }
}
