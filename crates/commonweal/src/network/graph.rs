//! From the merged tables of ties to a graph of each group.
use hashbrown::HashMap;

use crate::error::{Error, Result};
use crate::kpi::Table;
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
pub(super) fn networks<'t>(tables: &'t [Table], width: usize, weigh: impl Fn(i64) -> f64) -> Result<Vec<Network<'t>>> {
    let [replies, reactions, names] = tables else { return Err(malformed()) };
    let (members, place) = members(names)?;
    let mut arcs: Vec<(&[Option<String>], Tie)> = vec![];
    for (table, of_replies) in [(replies, true), (reactions, false)] {
        // The source of each label, looked up once.
        let sources = table.groups.iter().map(|label| source(label, width, &members)).collect::<Result<Vec<_>>>()?;
        for (key, count) in table.keys.iter().zip(&table.values) {
            let factor = weigh(key.period);
            if factor <= 0.0 {
                continue;
            }
            let (group, source) = sources[key.group as usize];
            let target = *place.get(&key.x).ok_or_else(malformed)?;
            let n = i64::try_from(*count).unwrap_or(i64::MAX);
            let (replies, reactions) = if of_replies { (n, 0) } else { (0, n) };
            arcs.push((group, Tie { source, target, replies, reactions, weight: n as f64 * factor }));
        }
    }
    arcs.sort_by(|(a, x), (b, y)| a.cmp(b).then((x.source, x.target).cmp(&(y.source, y.target))));
    arcs.dedup_by(|(group, tie), (kept_group, kept)| {
        let same = group == kept_group && (tie.source, tie.target) == (kept.source, kept.target);
        if same {
            kept.replies = kept.replies.saturating_add(tie.replies);
            kept.reactions = kept.reactions.saturating_add(tie.reactions);
            kept.weight += tie.weight;
        }
        same
    });
    let of_group = |arcs: &[(&[Option<String>], Tie)]| {
        let mut present = vec![false; members.len()];
        arcs.iter().for_each(|(_, tie)| [tie.source, tie.target].iter().for_each(|m| present[*m as usize] = true));
        let mut local = vec![0u32; members.len()];
        let mut here = vec![];
        for member in (0..members.len()).filter(|member| present[*member]) {
            local[member] = here.len() as u32;
            here.push(members[member]);
        }
        let ties = arcs.iter().map(|(_, tie)| Tie {
            source: local[tie.source as usize],
            target: local[tie.target as usize],
            ..*tie
        });
        Network { group: arcs[0].0.to_vec(), members: here, ties: ties.collect() }
    };
    Ok(arcs.chunk_by(|(a, _), (b, _)| a == b).map(of_group).collect())
}

/// The group of a label, and the place of the source in it.
fn source<'t>(label: &'t Group, width: usize, members: &[&str]) -> Result<(&'t [Option<String>], u32)> {
    let name = label.get(width).and_then(Option::as_deref).ok_or_else(malformed)?;
    let place = members.binary_search(&name).map_err(|_| malformed())?;
    Ok((&label[..width], place as u32))
}

/// Everyone with a tie in any group, by name, and the place of each by hash.
fn members(names: &Table) -> Result<(Vec<&str>, HashMap<i64, u32>)> {
    let mut members = Vec::with_capacity(names.keys.len());
    let mut place = HashMap::with_capacity(names.keys.len());
    for (group, _, hash, _) in names.rows() {
        let name = group.first().and_then(Option::as_deref).ok_or_else(malformed)?;
        if members.last() == Some(&name) || place.insert(hash, members.len() as u32).is_some() {
            return Err(Error::State(format!(
                "the name {name:?} and another have the same hash: rename one of the two members"
            )));
        }
        members.push(name);
    }
    Ok((members, place))
}

fn malformed() -> Error {
    Error::State("they are malformed".to_owned())
}
