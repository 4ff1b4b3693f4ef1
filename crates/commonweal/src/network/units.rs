//! Ties between members of units: departments, locations, any column of the members.
use std::ops::Range;

use hashbrown::HashMap;

use super::Ties;
use super::ties::{DAY, day_of};
use crate::community::Community;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::view::{Dimension, Group, NONE};

/// Acts by group, unit and member of the source, and target; and the names behind the targets.
pub(super) const SHAPES: &[Shape] = &[Shape::sums(1), Shape::least(1)];

/// What every measure of units reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) unit: &'a str,
    pub(super) ties: &'a Ties,
    pub(super) every: Option<Every>,
    pub(super) scope: &'a Scope,
}

/// A member of a unit: one who has changed units is another in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Node<'t> {
    pub(super) unit: Option<&'t str>,
    pub(super) member: &'t str,
}

/// The ties of one group in one period.
#[derive(Debug)]
pub(super) struct UnitNetwork<'t> {
    pub(super) group: Group,
    pub(super) period: i64,
    /// Everyone with a tie, by unit and name.
    pub(super) nodes: Vec<Node<'t>>,
    /// Source, target, weight, in order, each pair once.
    pub(super) ties: Vec<(u32, u32, f64)>,
}

impl<'t> UnitNetwork<'t> {
    /// The units, in order, each with its nodes: those of no known unit come first, and are left out.
    pub(super) fn units(&self) -> Vec<(&'t str, Range<usize>)> {
        let mut start = 0;
        let of_unit = |nodes: &[Node<'t>]| {
            let range = start..start + nodes.len();
            start = range.end;
            Some((nodes[0].unit?, range))
        };
        self.nodes.chunk_by(|a, b| a.unit == b.unit).filter_map(of_unit).collect()
    }

    /// The unit of each node by its place in [`UnitNetwork::units`], [`NONE`] where it is not known.
    pub(super) fn unit_of_each(&self) -> Vec<u32> {
        let mut of_each = vec![NONE; self.nodes.len()];
        for (unit, (_, nodes)) in self.units().into_iter().enumerate() {
            of_each[nodes].fill(unit as u32);
        }
        of_each
    }
}

impl UnitNetwork<'_> {
    /// How many persons the nodes are: one who changes units is a node in each.
    pub(super) fn persons(&self) -> i64 {
        let mut names: Vec<&str> = self.nodes.iter().map(|node| node.member).collect();
        names.sort_unstable();
        names.dedup();
        names.len() as i64
    }

    /// The ties between nodes of known units, by the places of both among these nodes.
    pub(super) fn known(&self) -> Vec<(u32, u32, f64)> {
        // Nodes of no known unit are the first.
        let first = self.nodes.partition_point(|node| node.unit.is_none()) as u32;
        let known = self.ties.iter().filter(|(source, target, _)| *source >= first && *target >= first);
        known.map(|(source, target, weight)| (source - first, target - first, *weight)).collect()
    }
}

impl Asked<'_> {
    /// Refuses what makes no sense.
    pub(super) fn check(&self, own: &[&str]) -> Result<()> {
        if self.unit.is_empty() {
            return Err(Error::option("unit", "a column of the members, as \"department\"", "\"\""));
        }
        if self.every.is_some() && self.ties.half_life.is_some() {
            return Err(Error::option(
                "half_life",
                "none where every is given: a period has an end of its own",
                "both",
            ));
        }
        self.scope.refuse_names(|name| own.contains(&name))?;
        self.ties.check()?;
        self.scope.check()
    }

    fn dimension(&self, community: &Community) -> Result<std::sync::Arc<Dimension>> {
        let found = community.dimension(self.unit);
        let dimension = found.map_err(|error| error.of_option("unit", &[self.unit.to_owned()]))?;
        if dimension.of_members.is_none() {
            let allowed = "a column of the members or the affiliations: both ends of a tie need one";
            return Err(Error::option("unit", allowed, format!("{:?}, a column of the events", self.unit)));
        }
        Ok(dimension)
    }

    /// The tables of a part.
    pub(super) fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        // The threads are shared out among the cores where acts are read.
        if !part.first {
            return Ok(SHAPES.iter().map(|shape| Table::new(*shape)).collect());
        }
        let (scoped, community) = (part.scoped(self.scope)?, part.community);
        let (dimension, periods) = (self.dimension(community)?, Periods::of(community, self.every));
        let mut known = Nodes::new(community, &dimension);
        let mut sources: HashMap<(u32, u32), u32> = HashMap::new();
        let mut acts = TableBuilder::<1>::new();
        for act in self.ties.acts(&scoped, |act| *act)? {
            let (source, target) = (known.at(act.source, act.at), known.at(act.target, act.at));
            let period = match (self.every, &self.ties.half_life) {
                (Some(_), _) => periods.start_of(act.at),
                (None, Some(_)) => day_of(community.zone(), act.at) * DAY,
                (None, None) => 0,
            };
            let next = sources.len() as u32;
            let code = *sources.entry((scoped.groups.of(act.row), source)).or_insert(next);
            acts.at(code, period, known.hashes[target as usize])[0] += 1;
        }
        let mut pairs = vec![(NONE, NONE); sources.len()];
        sources.into_iter().for_each(|(pair, code)| pairs[code as usize] = pair);
        let acts = acts.finish(|code| {
            let (group, node) = pairs[code as usize];
            scoped.groups.label(group).into_iter().chain(known.label(node)).collect()
        });
        let mut names = TableBuilder::<1>::least();
        for (node, hash) in known.hashes.iter().enumerate() {
            names.at(node as u32, 0, *hash)[0] = 0;
        }
        Ok(vec![acts, names.finish(|node| known.label(node).to_vec())])
    }

    /// The networks of merged tables, by group and period.
    ///
    /// # Errors
    /// [`Error::State`] where the tables are malformed, or two names have one hash.
    pub(super) fn networks<'t>(&self, tables: &'t [Table], horizon: &Horizon) -> Result<Vec<UnitNetwork<'t>>> {
        let [acts, names] = tables else { return Err(Error::malformed()) };
        let width = self.scope.by.len();
        let mut nodes: Vec<Node<'t>> = Vec::with_capacity(names.len());
        let mut place = HashMap::with_capacity(names.len());
        for (group, _, hash, _) in names.rows() {
            let node = node(group).ok_or_else(Error::malformed)?;
            if nodes.last() == Some(&node) || place.insert(hash, nodes.len() as u32).is_some() {
                return Err(Error::State(format!(
                    "the name {:?} and another have the same hash: rename one of the two members",
                    node.member
                )));
            }
            nodes.push(node);
        }
        let source = |label: &'t Group| {
            let node = node(label.get(width..)?)?;
            Some((&label[..width], nodes.binary_search(&node).ok()? as u32))
        };
        let sources: Vec<_> = acts.groups.iter().map(source).collect();
        let dated = self.ties.half_life.is_some();
        let mut found = Vec::with_capacity(acts.len());
        for (key, count) in acts.keyed() {
            let (group, source) = sources[key.group as usize].ok_or_else(Error::malformed)?;
            let target = *place.get(&key.x).ok_or_else(Error::malformed)?;
            let weight = count[0] as f64 * self.ties.weight(key.period, horizon);
            if weight > 0.0 {
                found.push((group, if dated { 0 } else { key.period }, source, target, weight));
            }
        }
        found.sort_by(|a, b| (a.0, a.1, a.2, a.3).cmp(&(b.0, b.1, b.2, b.3)));
        found.dedup_by(|act, kept| {
            let same = (act.0, act.1, act.2, act.3) == (kept.0, kept.1, kept.2, kept.3);
            kept.4 += if same { act.4 } else { 0.0 };
            same
        });
        let network = |acts: &[(&[Option<String>], i64, u32, u32, f64)]| {
            let mut here: Vec<u32> = acts.iter().flat_map(|act| [act.2, act.3]).collect();
            here.sort_unstable();
            here.dedup();
            let local = |node: u32| here.binary_search(&node).unwrap_or_default() as u32;
            UnitNetwork {
                group: acts[0].0.to_vec(),
                period: acts[0].1,
                nodes: here.iter().map(|node| nodes[*node as usize]).collect(),
                ties: acts.iter().map(|act| (local(act.2), local(act.3), act.4)).collect(),
            }
        };
        Ok(found.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).map(network).collect())
    }

    /// The cells of these groups, in the periods of the networks.
    pub(super) fn cells<'g>(
        &self,
        groups: impl IntoIterator<Item = &'g Group>,
        networks: &[UnitNetwork<'_>],
        horizon: &Horizon,
    ) -> Result<Cells<'g>> {
        Cells::new(groups, networks.iter().map(|network| network.period).min(), self.every, horizon)
    }
}

/// The labels of a group and more.
pub(super) fn and(group: &Group, labels: &[Option<&str>]) -> Group {
    group.iter().cloned().chain(labels.iter().map(|label| label.map(str::to_owned))).collect()
}

fn node(labels: &[Option<String>]) -> Option<Node<'_>> {
    let [unit, member] = labels else { return None };
    Some(Node { unit: unit.as_deref(), member: member.as_deref()? })
}

/// Numbers for the members in each of their units.
struct Nodes<'a> {
    community: &'a Community,
    dimension: &'a Dimension,
    /// The node of each member whose unit never changes.
    fixed: Vec<u32>,
    /// Those of members who change.
    changing: HashMap<(u32, Option<&'a str>), u32>,
    of: Vec<(u32, Option<&'a str>)>,
    hashes: Vec<i64>,
}

impl<'a> Nodes<'a> {
    fn new(community: &'a Community, dimension: &'a Dimension) -> Self {
        let fixed = vec![NONE; community.n_members()];
        Self { community, dimension, fixed, changing: HashMap::new(), of: vec![], hashes: vec![] }
    }

    /// The node of a member at a time.
    fn at(&mut self, member: u32, time: i64) -> u32 {
        if self.fixed[member as usize] != NONE {
            return self.fixed[member as usize];
        }
        let name = &self.community.dense().member.labels[member as usize];
        let unit = self.dimension.of_member(name, time);
        let changes = self.dimension.of_members.as_ref().is_some_and(|(_, spells)| spells.contains_key(name));
        if let Some(node) = self.changing.get(&(member, unit)) {
            return *node;
        }
        let node = self.of.len() as u32;
        self.of.push((member, unit));
        // No name has the separator in it by chance, and a unit that is not known is none of that is called so.
        let unit_key = unit.map_or_else(String::new, |unit| format!("{unit}\u{1f}"));
        self.hashes.push(stable_hash(format!("{unit_key}\u{1e}{name}").as_bytes()) as i64);
        if changes {
            self.changing.insert((member, unit), node);
        } else {
            self.fixed[member as usize] = node;
        }
        node
    }

    fn label(&self, node: u32) -> [Option<String>; 2] {
        let (member, unit) = self.of[node as usize];
        [unit.map(str::to_owned), self.community.dense().member.label(member).map(str::to_owned)]
    }
}
