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

/// Integers by key, sorted, each key once. Equal content has equal layout, so equal bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub(crate) width: usize,
    pub(crate) groups: Vec<Group>,
    pub(crate) keys: Vec<Key>,
    /// `width` integers for each key.
    pub(crate) values: Vec<i128>,
}

impl Table {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    /// The earliest period with a row.
    pub(crate) fn first_period(&self) -> Option<i64> {
        self.keys.iter().map(|key| key.period).min()
    }

    /// The rows: group, period, x, values; in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&Group, i64, i64, &[i128])> {
        self.keys
            .iter()
            .zip(self.values.chunks_exact(self.width.max(1)))
            .map(|(key, values)| (&self.groups[key.group as usize], key.period, key.x, values))
    }

    /// The sum of both, key by key.
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
        let width = self.width;
        let mut merged =
            Self { width, keys: Vec::with_capacity(self.keys.len() + other.keys.len()), ..Self::default() };
        let moved = |table: &Self, places: &[u32], i: usize| {
            table.keys.get(i).map(|key| Key { group: places[key.group as usize], ..*key })
        };
        let (mut i, mut j) = (0, 0);
        loop {
            let (a, b) = (moved(&self, &left, i), moved(&other, &right, j));
            let Some(key) = a.iter().chain(&b).min().copied() else { break };
            merged.keys.push(key);
            let at = merged.values.len();
            merged.values.resize(at + width, 0);
            for (side, index, table) in [(a, &mut i, &self), (b, &mut j, &other)] {
                if side == Some(key) {
                    let row = &table.values[*index * width..][..width];
                    for (sum, value) in merged.values[at..].iter_mut().zip(row) {
                        *sum = sum.saturating_add(*value);
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
    rows: HashMap<Key, usize>,
    values: Vec<[i128; WIDTH]>,
    last: Option<(Key, usize)>,
}

impl<const WIDTH: usize> TableBuilder<WIDTH> {
    pub(crate) fn new() -> Self {
        Self { rows: HashMap::new(), values: vec![], last: None }
    }

    /// The integers of a key, to add to.
    pub(crate) fn at(&mut self, group: u32, period: i64, x: i64) -> &mut [i128; WIDTH] {
        let key = Key { group, period, x };
        let row = match self.last {
            Some((last, row)) if last == key => row,
            _ => *self.rows.entry(key).or_insert_with(|| {
                self.values.push([0; WIDTH]);
                self.values.len() - 1
            }),
        };
        self.last = Some((key, row));
        &mut self.values[row]
    }

    /// The table, its group codes turned into labels. Rows that are zero throughout are left out, so that they make no difference.
    pub(crate) fn finish(self, label: impl Fn(u32) -> Group) -> Table {
        let mut rows: Vec<(Key, usize)> =
            self.rows.into_iter().filter(|(_, row)| self.values[*row].iter().any(|v| *v != 0)).collect();
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
        let mut table = Table { groups: labels, ..Table::new(WIDTH) };
        for (key, row) in rows {
            // Two codes may have had one label.
            if table.keys.last() == Some(&key) {
                let at = table.values.len() - WIDTH;
                for (sum, value) in table.values[at..].iter_mut().zip(self.values[row]) {
                    *sum += value;
                }
            } else {
                table.keys.push(key);
                table.values.extend(self.values[row]);
            }
        }
        table
    }
}
