//! From the merged tables of ties to a graph of each group.
mod together;
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
use crate::view::{Group, NONE};
use together::{Found, Together};

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
    let (known, sources) = rayon::join(|| members(names), || by_source(replies, reactions));
    let (members, place) = known?;
    let targets = [replies, reactions].map(|table| Targets::of(table, &place));
    let read = |piece: &Piece<'_>| {
        let mut found = Found::with_capacity(piece.sources.iter().map(OfSource::len).sum());
        let (mut order, mut source) = (vec![], 0);
        for of in piece.sources {
            let name = of.label.get(width).and_then(Option::as_deref).ok_or_else(Error::malformed)?;
            source = find(&members, name, source).ok_or_else(Error::malformed)?;
            found.read(of, source as u32, &targets, &weigh, &mut order)?;
        }
        Ok(found)
    };
    let mut together = Together::of(&members);
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

/// Where a name is among all, in order, not before a place: sources come one after the other.
fn find(members: &[&str], name: &str, from: usize) -> Option<usize> {
    let rest = members.get(from..)?;
    let mut step = 1;
    while rest.get(step).is_some_and(|member| *member <= name) {
        step *= 2;
    }
    let (low, high) = (step / 2, step.min(rest.len()));
    rest[low..high].binary_search(&name).ok().map(|place| from + low + place)
}

/// Whom the ties of a table are to.
struct Targets<'t> {
    table: &'t Rows,
    place: &'t Places,
    /// Of a table that has hashes by their places among a few: these, and the member of each.
    known: Option<(&'t [u32], Vec<u32>)>,
}

impl<'t> Targets<'t> {
    fn of(table: &'t Table, place: &'t Places) -> Self {
        let member = |hash: &i64| place.get(hash).copied().unwrap_or(NONE);
        let known = table.places().map(|(places, few)| (places, few.iter().map(member).collect()));
        Self { table, place, known }
    }

    /// The member of a row.
    fn at(&self, row: usize) -> Option<u32> {
        match &self.known {
            Some((places, members)) => Some(members[places[row] as usize]).filter(|member| *member != NONE),
            None => self.place.get(&self.table.x(row)).copied(),
        }
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
