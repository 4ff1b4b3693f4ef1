//! From the merged tables of ties to a graph of each group.
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;

use hashbrown::HashMap;
use polars::prelude::PlSmallStr;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::kpi::Table;
use crate::kpi::table::Rows;
use crate::stats::graph::Graph;
use crate::view::Group;

/// Sources that one thread of the machine takes at a time, and pieces of so many that are read before they are put together.
const AT_ONCE: usize = 1 << 8;
const PIECES: usize = 1 << 4;

/// The ties of one group, side by side.
#[derive(Debug)]
pub(super) struct Network {
    /// The labels of the group.
    pub(super) group: Group,
    /// Everyone with a tie, by name.
    pub(super) members: Vec<PlSmallStr>,
    /// Who is tied to whom, nodes in the order of the members: a tie weighs the sum of what its acts weigh.
    pub(super) graph: Graph,
    /// What each tie is made of.
    pub(super) acts: Acts,
}

/// The acts of ties, a few numbers of each.
#[derive(Debug, Default)]
pub(super) struct Acts {
    /// Empty where all are replies that weigh one, and they are the weight.
    replies: Vec<i64>,
    /// Empty where there is none at all.
    reactions: Vec<i64>,
    /// The sum of the squares of what each act weighs; empty where all weigh one, and it is the weight.
    squares: Vec<f64>,
}

impl Network {
    /// The names of the members.
    pub(super) fn names(&self) -> Vec<&str> {
        self.members.iter().map(PlSmallStr::as_str).collect()
    }

    /// Where a member is among all.
    pub(super) fn place(&self, name: &str) -> Option<usize> {
        self.members.binary_search_by(|member| member.as_str().cmp(name)).ok()
    }

    /// The source of each tie.
    pub(super) fn sources(&self) -> Vec<u32> {
        let mut sources = Vec::with_capacity(self.graph.targets.len());
        let ends = self.graph.offsets.iter().skip(1);
        ends.enumerate().for_each(|(source, end)| sources.resize(*end, source as u32));
        sources
    }

    /// The replies of a tie.
    pub(super) fn replies(&self, tie: usize) -> i64 {
        if self.acts.replies.is_empty() { self.graph.weights[tie] as i64 } else { self.acts.replies[tie] }
    }

    /// Whether any tie has a reaction.
    pub(super) fn has_reactions(&self) -> bool {
        !self.acts.reactions.is_empty()
    }

    /// The reactions of a tie.
    pub(super) fn reactions(&self, tie: usize) -> i64 {
        if self.acts.reactions.is_empty() { 0 } else { self.acts.reactions[tie] }
    }

    /// Of each tie, the sum of the squares of what its acts weigh.
    pub(super) fn squares(&self) -> &[f64] {
        if self.acts.squares.is_empty() { &self.graph.weights } else { &self.acts.squares }
    }
}

/// Networks that are kept with the table of replies, and the other tables that they are of.
struct Kept {
    others: [Table; 2],
    width: usize,
    networks: Arc<Vec<Network>>,
}

/// The networks of the tables of [`super::Ties::partial`] (replies, reactions; names), by group: `width` labels before the source. Each act
/// weighs one. They are kept, as several measures of one network are mostly asked for.
///
/// # Errors
/// As [`weighed`].
pub(super) fn networks(acts: [&Table; 2], names: &Table, width: usize) -> Result<Arc<Vec<Network>>> {
    let [replies, reactions] = acts;
    let make = || weighed(acts, names, width, |_| 1.0).map(Arc::new);
    let keep = || Ok(Kept { others: [reactions, names].map(Table::clone), width, networks: make()? });
    let kept = replies.made(keep)?;
    let same = kept.width == width && kept.others[0].is(reactions) && kept.others[1].is(names);
    if same { Ok(kept.networks.clone()) } else { make() }
}

/// The same, where `weigh` tells what an act of a day weighs; what weighs nothing is left out.
///
/// # Errors
/// [`Error::State`] where the tables are malformed, or two names have one hash.
pub(super) fn weighed(
    [replies, reactions]: [&Table; 2],
    names: &Table,
    width: usize,
    weigh: impl Fn(i64) -> f64 + Sync,
) -> Result<Vec<Network>> {
    let (members, place) = members(names)?;
    let sources = by_source(replies, reactions);
    let read = |piece: &Piece<'_>| {
        let mut found = Found::with_capacity(piece.sources.iter().map(OfSource::len).sum());
        let mut order = vec![];
        piece.sources.iter().try_for_each(|of| found.read(of, width, &members, &place, &weigh, &mut order))?;
        Ok(found)
    };
    let mut together = Together {
        members: &members,
        local: vec![u32::MAX; members.len()],
        group: &[],
        found: Found::default(),
        networks: vec![],
    };
    let pieces = pieces(&sources, width);
    let mut before: (&[Piece<'_>], Vec<Found>) = Default::default();
    for next in pieces.chunks(PIECES) {
        // While some are put together, the next are read.
        let (put, read) = rayon::join(
            || together.put(before.0, before.1, width),
            || next.par_iter().map(read).collect::<Result<Vec<Found>>>(),
        );
        put?;
        before = (next, read?);
    }
    together.put(before.0, before.1, width)?;
    Ok(together.finish())
}

/// Networks that are put together, the ties of one group after those of another.
struct Together<'s> {
    members: &'s [&'s str],
    /// The place of each member in the network at hand; it is cleared after each, as networks may be many and small.
    local: Vec<u32>,
    /// The group at hand, and its ties so far.
    group: &'s [Option<String>],
    found: Found,
    networks: Vec<Network>,
}

impl<'s> Together<'s> {
    /// Adds what was read of these pieces.
    fn put(&mut self, pieces: &[Piece<'s>], read: Vec<Found>, width: usize) -> Result<()> {
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

    fn finish(mut self) -> Vec<Network> {
        self.close(0);
        self.networks
    }
}

/// Some sources of one group, which one thread of the machine takes.
struct Piece<'s> {
    sources: &'s [OfSource<'s>],
    /// How many rows its group has, if it is the first of it.
    begins: Option<usize>,
}

/// All sources, piece by piece.
fn pieces<'s>(sources: &'s [OfSource<'s>], width: usize) -> Vec<Piece<'s>> {
    let of_group = sources.chunk_by(|a, b| a.label.get(..width) == b.label.get(..width));
    let pieces = of_group.flat_map(|sources| {
        let rows = sources.iter().map(OfSource::len).sum();
        sources.chunks(AT_ONCE).enumerate().map(move |(i, sources)| Piece { sources, begins: (i == 0).then_some(rows) })
    });
    pieces.collect()
}

/// The rows of one source in one group: of replies, and of reactions.
struct OfSource<'t> {
    label: &'t Group,
    rows: [(&'t Rows, Range<usize>); 2],
}

impl OfSource<'_> {
    /// How many there are.
    fn len(&self) -> usize {
        self.rows.iter().map(|(_, rows)| rows.len()).sum()
    }
}

/// The rows of both tables, put together by label. Tables are sorted by it.
fn by_source<'t>(replies: &'t Table, reactions: &'t Table) -> Vec<OfSource<'t>> {
    let (replies, reactions): (&Rows, &Rows) = (replies, reactions);
    let mut all: Vec<OfSource<'_>> = Vec::with_capacity(replies.groups.len());
    let groups =
        |table: &'t Rows| table.groups.iter().enumerate().map(move |(group, label)| (label, table.range(group)));
    let (mut left, mut right) = (groups(replies).peekable(), groups(reactions).peekable());
    loop {
        let next = left.peek().map(|(label, _)| *label).into_iter().chain(right.peek().map(|(label, _)| *label)).min();
        let Some(label) = next else { return all };
        let replied = left.next_if(|(own, _)| *own == label).map_or(0..0, |(_, rows)| rows);
        let reacted = right.next_if(|(own, _)| *own == label).map_or(0..0, |(_, rows)| rows);
        all.push(OfSource { label, rows: [(replies, replied), (reactions, reacted)] });
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

    /// None yet, with room for so many.
    fn with_capacity(ties: usize) -> Self {
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
        let replies = of.rows[0].1.len();
        order.clear();
        for (row, x) in of.rows.iter().flat_map(|(table, rows)| rows.clone().map(|row| table.x(row))).enumerate() {
            let target = *place.get(&x).ok_or_else(Error::malformed)?;
            order.push(u64::from(target) << 32 | row as u64);
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
    let mut members = Vec::with_capacity(names.len());
    let mut place = Places::with_capacity_and_hasher(names.len(), BuildHasherDefault::default());
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
