//! Ties that are read source by source, and put together into networks.
use polars::prelude::PlSmallStr;
use rayon::prelude::*;

use super::{Acts, Network, OfSource, Piece, Targets};
use crate::error::{Error, Result};
use crate::stats::graph::Graph;

/// Networks that are put together, the ties of one group after those of another.
pub(super) struct Together<'s> {
    members: &'s [&'s str],
    /// The place of each member in the network at hand; it is cleared after each, as networks may be many and small.
    local: Vec<u32>,
    /// The group at hand, and its ties so far.
    group: &'s [Option<String>],
    found: Found,
    networks: Vec<Network>,
}

impl<'s> Together<'s> {
    /// None yet, of these members.
    pub(super) fn of(members: &'s [&'s str]) -> Self {
        let local = vec![u32::MAX; members.len()];
        Self { members, local, group: &[], found: Found::default(), networks: vec![] }
    }

    /// Adds what was read of these pieces.
    pub(super) fn put(&mut self, pieces: &[Piece<'s>], read: Vec<Found>, width: usize) -> Result<()> {
        for (piece, own) in pieces.iter().zip(read) {
            if let Some(rows) = piece.begins {
                self.close(rows);
                self.group = piece.sources[0].label.get(..width).ok_or_else(Error::malformed)?;
            }
            self.found.append(own);
        }
        Ok(())
    }

    /// The group at hand is complete; the next one has so many rows.
    fn close(&mut self, rows: usize) {
        let found = std::mem::replace(&mut self.found, Found::with_capacity(rows));
        self.networks.extend(found.network(self.group, self.members, &mut self.local));
    }

    pub(super) fn finish(mut self) -> Vec<Network> {
        self.close(0);
        self.networks
    }
}

/// The ties of some sources of one group, by source and target.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The sources, and where the ties of each end.
    sources: Vec<(u32, usize)>,
    targets: Vec<u32>,
    weights: Vec<f64>,
    acts: Acts,
}

impl Found {
    /// Everyone who is tied, again and again.
    fn ends(&self) -> impl Iterator<Item = u32> {
        let mut start = 0;
        let sources = self.sources.iter().filter_map(move |(source, end)| {
            let ties = *end > std::mem::replace(&mut start, *end);
            ties.then_some(*source)
        });
        sources.chain(self.targets.iter().copied())
    }

    /// None yet, with room for so many.
    pub(super) fn with_capacity(ties: usize) -> Self {
        Self { targets: Vec::with_capacity(ties), weights: Vec::with_capacity(ties), ..Self::default() }
    }

    /// Adds the ties of others.
    fn append(&mut self, mut other: Self) {
        let (ties, others) = (self.targets.len(), other.targets.len());
        if !(self.acts.reactions.is_empty() && other.acts.reactions.is_empty()) {
            self.acts.reactions.resize(ties, 0);
            self.acts.reactions.append(&mut other.acts.reactions);
            self.acts.reactions.resize(ties + others, 0);
        }
        if !(self.acts.replies.is_empty() && other.acts.replies.is_empty()) {
            self.tell_replies();
            other.tell_replies();
            self.acts.replies.append(&mut other.acts.replies);
        }
        if !(self.acts.squares.is_empty() && other.acts.squares.is_empty()) {
            self.tell_squares();
            other.tell_squares();
            self.acts.squares.append(&mut other.acts.squares);
        }
        self.sources.extend(other.sources.into_iter().map(|(source, end)| (source, ties + end)));
        self.targets.append(&mut other.targets);
        self.weights.append(&mut other.weights);
    }

    /// From now on replies and weights differ.
    fn tell_replies(&mut self) {
        if self.acts.replies.is_empty() {
            self.acts.replies.extend(self.weights.iter().map(|weight| *weight as i64));
        }
    }

    /// From now on squares and weights differ.
    fn tell_squares(&mut self) {
        if self.acts.squares.is_empty() {
            self.acts.squares.extend_from_slice(&self.weights);
        }
    }

    /// Their network; none of none. `local` is room for the place of each member.
    fn network(self, group: &[Option<String>], members: &[&str], local: &mut [u32]) -> Option<Network> {
        let mut here = vec![];
        for member in self.ends() {
            if std::mem::replace(&mut local[member as usize], 0) == u32::MAX {
                here.push(member);
            }
        }
        here.sort_unstable();
        here.iter().enumerate().for_each(|(place, member)| local[*member as usize] = place as u32);
        let Self { sources, mut targets, weights, acts } = self;
        let mut offsets = vec![0; here.len() + 1];
        let mut start = 0;
        for (source, end) in sources {
            // Who has no tie may not be here.
            if end > start {
                offsets[local[source as usize] as usize + 1] += end - start;
            }
            start = end;
        }
        (0..here.len()).for_each(|node| offsets[node + 1] += offsets[node]);
        targets.par_iter_mut().with_min_len(1 << 14).for_each(|target| *target = local[*target as usize]);
        here.iter().for_each(|member| local[*member as usize] = u32::MAX);
        let members: Vec<_> = here.into_iter().map(|member| PlSmallStr::from_str(members[member as usize])).collect();
        let graph = Graph { offsets, targets, weights };
        (!members.is_empty()).then(|| Network { group: group.to_vec(), members, graph, acts })
    }

    /// Reads the ties of a source. `order` is room for the places of its rows, by target.
    pub(super) fn read(
        &mut self,
        of: &OfSource<'_>,
        source: u32,
        targets: &[Targets<'_>; 2],
        weigh: &impl Fn(i64) -> f64,
        order: &mut Vec<u64>,
    ) -> Result<()> {
        let replies = of.rows[0].1.len();
        order.clear();
        for ((_, rows), targets) in of.rows.iter().zip(targets) {
            for row in rows.clone() {
                let target = targets.at(row).ok_or_else(Error::malformed)?;
                order.push(u64::from(target) << 32 | order.len() as u64);
            }
        }
        order.sort_unstable();
        for same in order.chunk_by(|a, b| a >> 32 == b >> 32) {
            let (mut acts, mut weight, mut square) = ([0i64; 2], 0.0, 0.0);
            for row in same.iter().map(|order| *order as u32 as usize) {
                let (kind, at) = if row < replies { (0, row) } else { (1, row - replies) };
                let (table, rows) = &of.rows[kind];
                let at = rows.start + at;
                let (factor, n) = (weigh(table.period(at)), i64::try_from(table.values(at)[0]).unwrap_or(i64::MAX));
                if factor > 0.0 {
                    acts[kind] = acts[kind].saturating_add(n);
                    weight += n as f64 * factor;
                    square += n as f64 * factor * factor;
                }
            }
            if weight > 0.0 {
                self.push((same[0] >> 32) as u32, acts, weight, square);
            }
        }
        self.sources.push((source, self.targets.len()));
        Ok(())
    }

    fn push(&mut self, target: u32, [replies, reactions]: [i64; 2], weight: f64, square: f64) {
        let ties = self.targets.len();
        if reactions != 0 || !self.acts.reactions.is_empty() {
            self.acts.reactions.resize(ties, 0);
            self.acts.reactions.push(reactions);
        }
        if replies as f64 != weight || !self.acts.replies.is_empty() {
            self.tell_replies();
            self.acts.replies.push(replies);
        }
        if square != weight || !self.acts.squares.is_empty() {
            self.tell_squares();
            self.acts.squares.push(square);
        }
        self.targets.push(target);
        self.weights.push(weight);
    }
}
