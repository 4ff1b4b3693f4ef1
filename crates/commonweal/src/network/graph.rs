//! From the merged tables of ties to a graph of each group.
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

/// All ties from one member to another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tie {
    /// The places of both among the members of the network.
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) replies: i64,
    pub(super) reactions: i64,
    /// The sum of what each act weighs.
    pub(super) weight: f64,
    /// The sum of the squares of what each act weighs.
    pub(super) square: f64,
}

/// The ties of one group.
#[derive(Debug)]
pub(super) struct Network<'t> {
    /// The labels of the group.
    pub(super) group: Group,
    /// Everyone with a tie, by name.
    pub(super) members: Vec<&'t str>,
    /// By source and target, each pair once.
    pub(super) ties: Vec<Tie>,
}

impl Network<'_> {
    /// The ties as a graph, nodes in the order of the members.
    pub(super) fn graph(&self) -> Graph {
        Graph::of_sorted(self.members.len(), &self.ties, |tie| (tie.source, tie.target, tie.weight))
    }
}

/// The networks of the tables of [`super::Ties::partial`], by group: `width` labels before the source. `weigh` tells what an act of a day
/// weighs; what weighs nothing is left out.
///
/// # Errors
/// [`Error::State`] where the tables are malformed, or two names have one hash.
pub(super) fn networks<'t>(
    tables: &'t [Table],
    width: usize,
    weigh: impl Fn(i64) -> f64 + Sync,
) -> Result<Vec<Network<'t>>> {
    let [replies, reactions, names] = tables else { return Err(Error::malformed()) };
    let (members, place) = members(names)?;
    let sources = by_source(replies, reactions);
    // The ties of some sources at a time, and where those of each end.
    let read = |sources: &[OfSource<'t>]| -> Result<(Vec<Tie>, Vec<usize>)> {
        let mut ties = Vec::with_capacity(sources.iter().map(OfSource::rows).sum());
        let mut ends = vec![0];
        let mut acts = vec![];
        for of in sources {
            of.ties(width, &members, &place, &weigh, &mut acts, &mut ties)?;
            ends.push(ties.len());
        }
        Ok((ties, ends))
    };
    let mut read: Vec<(Vec<Tie>, Vec<usize>)> = sources.par_chunks(AT_ONCE).map(read).collect::<Result<_>>()?;
    let own = |read: &[(Vec<Tie>, Vec<usize>)], source: usize| {
        let ends = &read[source / AT_ONCE].1;
        ends[source % AT_ONCE]..ends[source % AT_ONCE + 1]
    };
    // The place of each member in the network at hand; it is cleared after each, as networks may be many and small.
    let mut local = vec![u32::MAX; members.len()];
    let mut networks = vec![];
    let mut from = 0;
    for of_group in sources.chunk_by(|a, b| a.label[..width] == b.label[..width]) {
        let group = from..from + of_group.len();
        from = group.end;
        let (mut here, mut rows) = (vec![], 0);
        for source in group.clone() {
            let ties = &read[source / AT_ONCE].0[own(&read, source)];
            rows += ties.len();
            for member in ties.iter().flat_map(|tie| [tie.source, tie.target]) {
                if std::mem::replace(&mut local[member as usize], 0) == u32::MAX {
                    here.push(member);
                }
            }
        }
        here.sort_unstable();
        here.iter().enumerate().for_each(|(place, member)| local[*member as usize] = place as u32);
        let mut ties = Vec::with_capacity(rows);
        for source in group {
            let range = own(&read, source);
            let found = &mut read[source / AT_ONCE].0;
            ties.extend(found[range.clone()].iter().map(|tie| Tie {
                source: local[tie.source as usize],
                target: local[tie.target as usize],
                ..*tie
            }));
            // What has been taken over makes room.
            if (source + 1).is_multiple_of(AT_ONCE) {
                *found = vec![];
            }
        }
        here.iter().for_each(|member| local[*member as usize] = u32::MAX);
        if !ties.is_empty() {
            let members = here.into_iter().map(|member| members[member as usize]).collect();
            networks.push(Network { group: of_group[0].label[..width].to_vec(), members, ties });
        }
    }
    Ok(networks)
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

/// What a source did to a target, as tables have it: the target and the place in the tables, so that they are sorted by both; how often; what
/// each time weighs; whether they are replies.
type Acts = (u64, i64, f64, bool);

impl OfSource<'_> {
    fn rows(&self) -> usize {
        self.rows.iter().map(|(keys, _)| keys.len()).sum()
    }

    /// Adds the ties of the source, by target. `acts` is room for what they are made of.
    fn ties(
        &self,
        width: usize,
        members: &[&str],
        place: &Places,
        weigh: &impl Fn(i64) -> f64,
        acts: &mut Vec<Acts>,
        ties: &mut Vec<Tie>,
    ) -> Result<()> {
        let name = self.label.get(width).and_then(Option::as_deref).ok_or_else(Error::malformed)?;
        let source = members.binary_search(&name).map_err(|_| Error::malformed())? as u32;
        acts.clear();
        for ((keys, counts), of_replies) in self.rows.iter().zip([true, false]) {
            for (key, count) in keys.iter().zip(*counts) {
                let factor = weigh(key.period);
                if factor <= 0.0 {
                    continue;
                }
                let target = *place.get(&key.x).ok_or_else(Error::malformed)?;
                let order = u64::from(target) << 32 | acts.len() as u64;
                acts.push((order, i64::try_from(*count).unwrap_or(i64::MAX), factor, of_replies));
            }
        }
        acts.sort_unstable_by_key(|(order, ..)| *order);
        for same in acts.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
            let target = (same[0].0 >> 32) as u32;
            let mut tie = Tie { source, target, replies: 0, reactions: 0, weight: 0.0, square: 0.0 };
            for (_, n, factor, of_replies) in same {
                let count = if *of_replies { &mut tie.replies } else { &mut tie.reactions };
                *count = count.saturating_add(*n);
                tie.weight += *n as f64 * factor;
                tie.square += *n as f64 * factor * factor;
            }
            ties.push(tie);
        }
        Ok(())
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
