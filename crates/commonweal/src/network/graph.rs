//! From the merged tables of ties to a graph of each group.
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::kpi::Table;
use crate::kpi::table::Key;
use crate::stats::graph::Graph;
use crate::view::Group;

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
        Graph::of(self.members.len(), self.ties.iter().map(|tie| (tie.source, tie.target, tie.weight)).collect())
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
    let read = |of: &OfSource<'t>| of.ties(width, &members, &place, &weigh);
    let ties: Vec<(&[Option<String>], Vec<Tie>)> =
        by_source(replies, reactions).par_iter().map(read).collect::<Result<_>>()?;
    // The place of each member in the network at hand; it is cleared after each, as networks may be many and small.
    let mut local = vec![u32::MAX; members.len()];
    let own = ties.chunk_by(|(a, _), (b, _)| a == b).map(|of_group| {
        let ends = of_group.iter().flat_map(|(_, ties)| ties).flat_map(|tie| [tie.source, tie.target]);
        let mut here = vec![];
        for member in ends {
            if std::mem::replace(&mut local[member as usize], 0) == u32::MAX {
                here.push(member);
            }
        }
        here.sort_unstable();
        here.iter().enumerate().for_each(|(place, member)| local[*member as usize] = place as u32);
        let mut ties = Vec::with_capacity(of_group.iter().map(|(_, ties)| ties.len()).sum());
        ties.extend(of_group.iter().flat_map(|(_, ties)| ties).map(|tie| Tie {
            source: local[tie.source as usize],
            target: local[tie.target as usize],
            ..*tie
        }));
        here.iter().for_each(|member| local[*member as usize] = u32::MAX);
        let members = here.into_iter().map(|member| members[member as usize]).collect();
        Network { group: of_group[0].0.to_vec(), members, ties }
    });
    Ok(own.filter(|network| !network.ties.is_empty()).collect())
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

impl<'t> OfSource<'t> {
    /// The group, and the ties of the source, by target.
    fn ties(
        &self,
        width: usize,
        members: &[&str],
        place: &HashMap<i64, u32>,
        weigh: &impl Fn(i64) -> f64,
    ) -> Result<(&'t [Option<String>], Vec<Tie>)> {
        let name = self.label.get(width).and_then(Option::as_deref).ok_or_else(Error::malformed)?;
        let source = members.binary_search(&name).map_err(|_| Error::malformed())? as u32;
        let mut ties = Vec::with_capacity(self.rows.iter().map(|(keys, _)| keys.len()).sum());
        for ((keys, counts), of_replies) in self.rows.iter().zip([true, false]) {
            for (key, count) in keys.iter().zip(*counts) {
                let factor = weigh(key.period);
                if factor <= 0.0 {
                    continue;
                }
                let target = *place.get(&key.x).ok_or_else(Error::malformed)?;
                let n = i64::try_from(*count).unwrap_or(i64::MAX);
                let (replies, reactions) = if of_replies { (n, 0) } else { (0, n) };
                ties.push(Tie {
                    source,
                    target,
                    replies,
                    reactions,
                    weight: n as f64 * factor,
                    square: n as f64 * factor * factor,
                });
            }
        }
        ties.sort_by_key(|tie| tie.target);
        ties.dedup_by(|tie, kept| {
            let same = tie.target == kept.target;
            if same {
                kept.replies = kept.replies.saturating_add(tie.replies);
                kept.reactions = kept.reactions.saturating_add(tie.reactions);
                kept.weight += tie.weight;
                kept.square += tie.square;
            }
            same
        });
        Ok((&self.label[..width], ties))
    }
}

/// Everyone with a tie in any group, by name, and the place of each by hash.
fn members(names: &Table) -> Result<(Vec<&str>, HashMap<i64, u32>)> {
    let mut members = Vec::with_capacity(names.keys.len());
    let mut place = HashMap::with_capacity(names.keys.len());
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
