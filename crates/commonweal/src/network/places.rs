//! The order that tables of ties are in, so that one sort of integers makes them.
use std::ops::BitOr;
use std::sync::Arc;

use rayon::prelude::*;

use super::ties::{Act, day_of};
use crate::hash::stable_hash;
use crate::kpi::table::Rows;
use crate::kpi::{Scoped, Shape, Table};
use crate::stats::order;
use crate::view::{Group, NONE};

/// A tie in one integer: whether it is a reaction, the group, the source, the day, the target, from the highest bits to the lowest.
/// The fewer bits they take, the less time and memory a sort does.
pub(super) trait Code: Copy + Ord + Send + Sync + BitOr<Output = Self> {
    /// A part of a code, from a bit on; beyond the last bit there is none.
    fn part(part: u64, bit: u32) -> Self;
    fn wide(self) -> u128;
    /// The codes of all pieces, in order.
    fn sort(pieces: Vec<Vec<Self>>) -> Vec<Self>;
}

impl Code for u32 {
    fn part(part: u64, bit: u32) -> Self {
        (part as Self).checked_shl(bit).unwrap_or_default()
    }

    fn wide(self) -> u128 {
        u128::from(self)
    }

    fn sort(pieces: Vec<Vec<Self>>) -> Vec<Self> {
        order::sort(pieces)
    }
}

impl Code for u64 {
    fn part(part: u64, bit: u32) -> Self {
        part.checked_shl(bit).unwrap_or_default()
    }

    fn wide(self) -> u128 {
        u128::from(self)
    }

    fn sort(pieces: Vec<Vec<Self>>) -> Vec<Self> {
        order::sort(pieces)
    }
}

impl Code for u128 {
    fn part(part: u64, bit: u32) -> Self {
        Self::from(part) << bit
    }

    fn wide(self) -> u128 {
        self
    }

    fn sort(pieces: Vec<Vec<Self>>) -> Vec<Self> {
        let mut codes = pieces.concat();
        codes.par_sort_unstable();
        codes
    }
}

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
    hashes: Arc<[i64]>,
    /// The first day, where days are told apart.
    first_day: Option<i64>,
    /// Where in a code the day, the source, the group and the kind begin.
    bits: [u32; 4],
}

impl<'a> Places<'a> {
    /// The places in a scope of `width` columns. `dated` tells days apart.
    pub(super) fn of(scoped: &'a Scoped<'a>, width: usize, dated: bool) -> Self {
        let len = scoped.groups.len() as u32;
        let mut labels: Vec<(Group, u32)> =
            (0..len).chain((width == 1).then_some(NONE)).map(|code| (scoped.groups.label(code), code)).collect();
        labels.sort();
        let (mut of_group, mut groups) = (vec![0; len as usize + 1], vec![]);
        for same in labels.chunk_by(|(a, _), (b, _)| a == b) {
            same.iter().for_each(|(_, code)| of_group[(*code).min(len) as usize] = groups.len() as u32);
            groups.push(same[0].1);
        }
        let dense = scoped.community.dense();
        let labels = &dense.member.labels;
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
        let day = |instant| day_of(scoped.community.zone(), instant);
        let days = dense.span().filter(|_| dated).map(|(first, last)| (day(first), day(last)));
        let n_days = days.map_or(1, |(first, last)| (last - first) as usize + 1);
        let mut bits = [0; 4];
        for (i, values) in [hashes.len(), n_days, names.len(), groups.len()].into_iter().enumerate() {
            let own = usize::BITS - values.saturating_sub(1).leading_zeros();
            bits[i] = own + if i > 0 { bits[i - 1] } else { 0 };
        }
        let first_day = days.map(|(first, _)| first);
        Self { scoped, of_group, groups, of_name, names, of_hash, hashes: hashes.into(), first_day, bits }
    }

    /// How many bits a code takes, with or without reactions among the acts.
    pub(super) fn bits(&self, reactions: bool) -> u32 {
        self.bits[3] + u32::from(reactions)
    }

    /// The code of an act that ties: codes of one kind are in the order of tables.
    pub(super) fn code<C: Code>(&self, act: &Act) -> C {
        let group = self.of_group[(self.scoped.groups.of(act.row) as usize).min(self.of_group.len() - 1)];
        let day = self.first_day.map_or(0, |first| day_of(self.scoped.community.zone(), act.at) - first);
        self.pair::<C>(act.source, act.target, group, day, act.reaction)
    }

    /// The code of two members, whatever there is between them.
    pub(super) fn code_of_pair<C: Code>(&self, source: u32, target: u32) -> C {
        self.pair(source, target, 0, 0, false)
    }

    fn pair<C: Code>(&self, source: u32, target: u32, group: u32, day: i64, reaction: bool) -> C {
        let [day_at, source_at, group_at, kind_at] = self.bits;
        let (source, target) = (self.of_name[source as usize], self.of_hash[target as usize]);
        C::part(u64::from(reaction), kind_at)
            | C::part(u64::from(group), group_at)
            | C::part(u64::from(source), source_at)
            | C::part(day as u64, day_at)
            | C::part(u64::from(target), 0)
    }

    fn part(&self, code: u128, from: u32, to: u32) -> usize {
        (code >> from & ((1 << (to - from)) - 1)) as usize
    }

    /// Whether a code is of a reaction.
    pub(super) fn is_reaction<C: Code>(&self, code: C) -> bool {
        code.wide() >> self.bits[3] != 0
    }

    /// The group and the source of a code, in one.
    pub(super) fn owner<C: Code>(&self, code: C) -> u128 {
        code.wide() >> self.bits[1]
    }

    /// The labels of the group and the source of a code.
    pub(super) fn label<C: Code>(&self, code: C) -> Group {
        let place = self.part(code.wide(), self.bits[2], self.bits[3]);
        let mut label = self.scoped.groups.label(self.groups[place]);
        let source = self.names[self.source(code.wide())];
        label.push(self.scoped.community.dense().member.label(source).map(str::to_owned));
        label
    }

    /// The place by name of the member that acts in a code.
    fn source(&self, code: u128) -> usize {
        self.part(code, self.bits[1], self.bits[2])
    }

    /// The day of a code.
    pub(super) fn day<C: Code>(&self, code: C) -> i64 {
        self.first_day.map_or(0, |first| first + self.part(code.wide(), self.bits[0], self.bits[1]) as i64)
    }

    /// The place by hash of the target of a code.
    pub(super) fn target<C: Code>(&self, code: C) -> u32 {
        self.part(code.wide(), 0, self.bits[0]) as u32
    }

    /// The hash at each place.
    pub(super) fn hashes(&self) -> Arc<[i64]> {
        self.hashes.clone()
    }

    /// The names of all who are in these codes, with their hashes. Two names of one hash are both in it, if one is.
    pub(super) fn names<C: Code>(&self, codes: &[C]) -> Table {
        let (mut by_name, mut by_hash) = (vec![false; self.names.len()], vec![false; self.hashes.len()]);
        for code in codes.iter().map(|code| code.wide()) {
            by_name[self.source(code)] = true;
            by_hash[self.part(code, 0, self.bits[0])] = true;
        }
        let mut table = Rows::new(Shape::least(1));
        let labels = &self.scoped.community.dense().member.labels;
        for (member, tied) in self.names.iter().map(|member| *member as usize).zip(by_name) {
            if tied || by_hash[self.of_hash[member] as usize] {
                table.open(vec![Some(labels[member].to_owned())]);
                table.push(0, self.hashes[self.of_hash[member] as usize], &[0]);
            }
        }
        table.into()
    }
}
