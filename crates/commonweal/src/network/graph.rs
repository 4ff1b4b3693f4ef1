//! From the merged tables of ties to a graph of each group.
use std::borrow::Cow;
use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::kpi::Table;
use crate::kpi::table::Key;
use crate::stats::graph::Graph;
use crate::view::Group;

/// Sources that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 8;

/// The ties of one group, side by side.
#[derive(Debug)]
pub(super) struct Network<'t> {
    /// The labels of the group.
    pub(super) group: Group,
    /// Everyone with a tie, by name.
    pub(super) members: Vec<&'t str>,
    /// Who is tied to whom, nodes in the order of the members: a tie weighs the sum of what its acts weigh.
    pub(super) graph: Graph,
    /// What each tie is made of.
    pub(super) acts: Acts,
}

/// The acts of ties, a few numbers of each.
#[derive(Debug, Default)]
pub(super) struct Acts {
    pub(super) replies: Vec<i64>,
    /// Empty where there is none at all.
    reactions: Vec<i64>,
    /// The sum of the squares of what each act weighs; empty where all weigh one, and it is the weight.
    squares: Vec<f64>,
}

impl Network<'_> {
    /// The source of each tie.
    pub(super) fn sources(&self) -> Vec<u32> {
        let mut sources = Vec::with_capacity(self.graph.targets.len());
        let ends = self.graph.offsets.iter().skip(1);
        ends.enumerate().for_each(|(source, end)| sources.resize(*end, source as u32));
        sources
    }

    /// The reactions of each tie.
    pub(super) fn reactions(&self) -> Cow<'_, [i64]> {
        match &self.acts.reactions[..] {
            [] => vec![0; self.acts.replies.len()].into(),
            reactions => reactions.into(),
        }
    }

    /// Of each tie, the sum of the squares of what its acts weigh.
    pub(super) fn squares(&self) -> &[f64] {
        if self.acts.squares.is_empty() { &self.graph.weights } else { &self.acts.squares }
    }
}

/// The networks of the tables of [`super::Ties::partial`] (replies, reactions; names), by group: `width` labels before the source. `weigh` tells
/// what an act of a day weighs; what weighs nothing is left out.
///
/// # Errors
/// [`Error::State`] where the tables are malformed, or two names have one hash.
pub(super) fn networks<'t>(
    [replies, reactions]: [&Table; 2],
    names: &'t Table,
    width: usize,
    weigh: impl Fn(i64) -> f64 + Sync,
) -> Result<Vec<Network<'t>>> {
    let (members, place) = members(names)?;
    let sources = by_source(replies, reactions);
    let of_group = sources.chunk_by(|a, b| a.label.get(..width) == b.label.get(..width));
    let pieces: Vec<&[OfSource<'_>]> = of_group.flat_map(|sources| sources.chunks(AT_ONCE)).collect();
    let read = |sources: &&[OfSource<'_>]| {
        let (mut found, mut order) = (Found::default(), vec![]);
        found.reserve(sources.iter().flat_map(|of| of.rows).map(|(keys, _)| keys.len()).sum());
        sources.iter().try_for_each(|of| found.read(of, width, &members, &place, &weigh, &mut order))?;
        Ok(found)
    };
    let found: Vec<Found> = pieces.par_iter().map(read).collect::<Result<_>>()?;
    // The place of each member in the network at hand; it is cleared after each, as networks may be many and small.
    let mut local = vec![u32::MAX; members.len()];
    let mut networks = vec![];
    let mut found = pieces.iter().map(|piece| piece[0].label.get(..width)).zip(found).peekable();
    while let Some((group, first)) = found.next() {
        let mut pieces = vec![first];
        while let Some((_, next)) = found.next_if(|(other, _)| *other == group) {
            pieces.push(next);
        }
        let group = group.ok_or_else(Error::malformed)?;
        networks.extend(network(group, pieces, &members, &mut local));
    }
    Ok(networks)
}

/// The network of the ties that were found in a group; none of none. `local` is room for the place of each member.
fn network<'t>(
    group: &[Option<String>],
    pieces: Vec<Found>,
    members: &[&'t str],
    local: &mut [u32],
) -> Option<Network<'t>> {
    let mut here = vec![];
    for member in pieces.iter().flat_map(Found::ends) {
        if std::mem::replace(&mut local[member as usize], 0) == u32::MAX {
            here.push(member);
        }
    }
    here.sort_unstable();
    here.iter().enumerate().for_each(|(place, member)| local[*member as usize] = place as u32);
    let mut all = Found::default();
    all.reserve(pieces.iter().map(|found| found.targets.len()).sum());
    let mut offsets = vec![0; here.len() + 1];
    for mut found in pieces {
        let mut start = 0;
        for (source, end) in found.sources.drain(..).filter(|(source, _)| local[*source as usize] != u32::MAX) {
            offsets[local[source as usize] as usize + 1] += end - start;
            start = end;
        }
        found.targets.iter_mut().for_each(|target| *target = local[*target as usize]);
        all.append(found);
    }
    (0..here.len()).for_each(|node| offsets[node + 1] += offsets[node]);
    here.iter().for_each(|member| local[*member as usize] = u32::MAX);
    let graph = Graph { offsets, targets: all.targets, weights: all.weights };
    let members: Vec<&str> = here.into_iter().map(|member| members[member as usize]).collect();
    (!members.is_empty()).then(|| Network { group: group.to_vec(), members, graph, acts: all.acts })
}

/// The rows of one source in one group: of replies, and of reactions.
struct OfSource<'t> {
    label: &'t Group,
    rows: [(&'t [Key], &'t [i128]); 2],
}

/// The rows of both tables, put together by label. Tables are sorted by it.
fn by_source<'t>(replies: &'t Table, reactions: &'t Table) -> Vec<OfSource<'t>> {
    let runs = |table: &'t Table| {
        let mut from = 0;
        table.keys.chunk_by(|a, b| a.group == b.group).map(move |keys| {
            from += keys.len();
            (&table.groups[keys[0].group as usize], (keys, &table.values[from - keys.len()..from]))
        })
    };
    let (mut left, mut right) = (runs(replies).peekable(), runs(reactions).peekable());
    let mut all = vec![];
    loop {
        let next = left.peek().map(|(label, _)| *label).into_iter().chain(right.peek().map(|(label, _)| *label)).min();
        let Some(label) = next else { return all };
        let replies = left.next_if(|(own, _)| *own == label).map_or_else(Default::default, |(_, rows)| rows);
        let reactions = right.next_if(|(own, _)| *own == label).map_or_else(Default::default, |(_, rows)| rows);
        all.push(OfSource { label, rows: [replies, reactions] });
    }
}

/// The ties of some sources of one group, by source and target.
#[derive(Debug, Default)]
struct Found {
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

    fn reserve(&mut self, ties: usize) {
        self.targets.reserve_exact(ties);
        self.weights.reserve_exact(ties);
        self.acts.replies.reserve_exact(ties);
    }

    /// Adds the ties of others, their sources apart.
    fn append(&mut self, mut other: Self) {
        let (ties, others) = (self.targets.len(), other.targets.len());
        if !(self.acts.reactions.is_empty() && other.acts.reactions.is_empty()) {
            self.acts.reactions.resize(ties, 0);
            self.acts.reactions.append(&mut other.acts.reactions);
            self.acts.reactions.resize(ties + others, 0);
        }
        if !(self.acts.squares.is_empty() && other.acts.squares.is_empty()) {
            if self.acts.squares.is_empty() {
                self.acts.squares.extend_from_slice(&self.weights);
            }
            let squares = if other.acts.squares.is_empty() { &other.weights } else { &other.acts.squares };
            self.acts.squares.extend_from_slice(squares);
        }
        self.targets.append(&mut other.targets);
        self.weights.append(&mut other.weights);
        self.acts.replies.append(&mut other.acts.replies);
    }

    /// Reads the ties of a source. `order` is room for the places of its rows, by target.
    fn read(
        &mut self,
        of: &OfSource<'_>,
        width: usize,
        members: &[&str],
        place: &Places,
        weigh: &impl Fn(i64) -> f64,
        order: &mut Vec<u64>,
    ) -> Result<()> {
        let name = of.label.get(width).and_then(Option::as_deref).ok_or_else(Error::malformed)?;
        let source = members.binary_search(&name).map_err(|_| Error::malformed())? as u32;
        let [replies, reactions] = of.rows;
        order.clear();
        for (row, key) in replies.0.iter().chain(reactions.0).enumerate() {
            let target = *place.get(&key.x).ok_or_else(Error::malformed)?;
            order.push(u64::from(target) << 32 | row as u64);
        }
        order.sort_unstable();
        for same in order.chunk_by(|a, b| a >> 32 == b >> 32) {
            let (mut acts, mut weight, mut square) = ([0i64; 2], 0.0, 0.0);
            for row in same.iter().map(|order| *order as u32 as usize) {
                let (kind, at) = if row < replies.0.len() { (0, row) } else { (1, row - replies.0.len()) };
                let (keys, counts) = of.rows[kind];
                let (factor, n) = (weigh(keys[at].period), i64::try_from(counts[at]).unwrap_or(i64::MAX));
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
        if square != weight || !self.acts.squares.is_empty() {
            if self.acts.squares.is_empty() {
                self.acts.squares.extend_from_slice(&self.weights);
            }
            self.acts.squares.push(square);
        }
        self.targets.push(target);
        self.weights.push(weight);
        self.acts.replies.push(replies);
    }
}

/// The place of each member by the hash of its name.
type Places = HashMap<i64, u32, BuildHasherDefault<AsItIs>>;

/// The hash of what is a hash already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_i64(&mut self, hash: i64) {
        self.0 = hash as u64;
    }
}

/// Everyone with a tie in any group, by name, and the place of each by hash.
fn members(names: &Table) -> Result<(Vec<&str>, Places)> {
    let mut members = Vec::with_capacity(names.keys.len());
    let mut place = Places::with_capacity_and_hasher(names.keys.len(), BuildHasherDefault::default());
    for (group, _, hash, _) in names.rows() {
        let name = group.first().and_then(Option::as_deref).ok_or_else(Error::malformed)?;
        if members.last() == Some(&name) || place.insert(hash, members.len() as u32).is_some() {
            return Err(Error::State(format!(
                "the name {name:?} and another have the same hash: rename one of the two members"
            )));
        }
        members.push(name);
    }
    Ok((members, place))
}
