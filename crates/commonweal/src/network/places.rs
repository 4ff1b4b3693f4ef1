//! The order that tables of ties are in, so that one sort of integers makes them.
use rayon::prelude::*;

use crate::hash::stable_hash;
use crate::kpi::table::Key;
use crate::kpi::{Scoped, Shape, Table};
use crate::view::{Group, NONE};

/// Days since 1970 are shifted by this, to be positive.
const SHIFT: i64 = 1 << 31;

/// The places of groups and members in the order of tables: groups by label, sources by name, targets by the hash of their name.
pub(super) struct Places<'a> {
    scoped: &'a Scoped<'a>,
    /// The place of each group code, last that of none; and a group code for each place.
    of_group: Vec<u32>,
    groups: Vec<u32>,
    /// The place of each member by name, and the member at each place.
    of_name: Vec<u32>,
    names: Vec<u32>,
    /// The place of each member by hash, and the hash at each place.
    of_hash: Vec<u32>,
    hashes: Vec<i64>,
}

impl<'a> Places<'a> {
    /// The places in a scope of `width` columns.
    pub(super) fn of(scoped: &'a Scoped<'a>, width: usize) -> Self {
        let len = scoped.groups.len() as u32;
        let mut labels: Vec<(Group, u32)> =
            (0..len).chain((width == 1).then_some(NONE)).map(|code| (scoped.groups.label(code), code)).collect();
        labels.sort();
        let (mut of_group, mut groups) = (vec![0; len as usize + 1], vec![]);
        for same in labels.chunk_by(|(a, _), (b, _)| a == b) {
            same.iter().for_each(|(_, code)| of_group[(*code).min(len) as usize] = groups.len() as u32);
            groups.push(same[0].1);
        }
        let labels = &scoped.community.dense().member.labels;
        let mut names: Vec<u32> = (0..labels.len() as u32).collect();
        names.par_sort_unstable_by_key(|member| &labels[*member as usize]);
        let mut of_name = vec![0; labels.len()];
        names.iter().enumerate().for_each(|(place, member)| of_name[*member as usize] = place as u32);
        let hash: Vec<i64> = labels.iter().map(|name| stable_hash(name.as_bytes()) as i64).collect();
        let mut hashes = hash.clone();
        hashes.par_sort_unstable();
        hashes.dedup();
        // Found by construction.
        let of_hash = hash.par_iter().map(|hash| hashes.binary_search(hash).unwrap_or_default() as u32).collect();
        Self { scoped, of_group, groups, of_name, names, of_hash, hashes }
    }

    /// The code of a tie: codes are in the order of tables.
    pub(super) fn code(&self, group: u32, source: u32, day: i64, target: u32) -> u128 {
        let group = self.of_group[(group as usize).min(self.of_group.len() - 1)];
        let (source, target) = (self.of_name[source as usize], self.of_hash[target as usize]);
        u128::from(group) << 96 | u128::from(source) << 64 | ((day + SHIFT) as u128) << 32 | u128::from(target)
    }

    /// The labels of the group and the source of a code.
    pub(super) fn label(&self, code: u128) -> Group {
        let mut label = self.scoped.groups.label(self.groups[(code >> 96) as usize]);
        label.push(self.scoped.community.dense().member.label(self.source(code)).map(str::to_owned));
        label
    }

    /// The member that acts in a code.
    fn source(&self, code: u128) -> u32 {
        self.names[(code >> 64) as u32 as usize]
    }

    /// The day of a code.
    pub(super) fn day(&self, code: u128) -> i64 {
        i64::from((code >> 32) as u32) - SHIFT
    }

    /// The hash of the target of a code.
    pub(super) fn target(&self, code: u128) -> i64 {
        self.hashes[code as u32 as usize]
    }

    /// The names of all who are in these codes, with their hashes. Two names of one hash are both in it, if one is.
    pub(super) fn names(&self, codes: [&[u128]; 2]) -> Table {
        let (mut by_name, mut by_hash) = (vec![false; self.names.len()], vec![false; self.hashes.len()]);
        for code in codes.into_iter().flatten() {
            by_name[(code >> 64) as u32 as usize] = true;
            by_hash[*code as u32 as usize] = true;
        }
        let mut table = Table::new(Shape::least(1));
        let labels = &self.scoped.community.dense().member.labels;
        for (member, tied) in self.names.iter().map(|member| *member as usize).zip(by_name) {
            if tied || by_hash[self.of_hash[member] as usize] {
                let group = table.groups.len() as u32;
                table.groups.push(vec![Some(labels[member].to_owned())]);
                table.keys.push(Key { group, period: 0, x: self.hashes[self.of_hash[member] as usize] });
                table.values.push(0);
            }
        }
        table
    }
}
