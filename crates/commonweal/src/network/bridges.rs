//! The few who hold units together.
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::units::{Asked, SHAPES, UnitNetwork};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, check_top};
use crate::stats::graph::Graph;
use crate::stats::graph::holes::{holes, totals};
use crate::view::{Group, NONE};

/// Who ties units together, and what would be lost without them.
///
/// # Formula
/// across = acts from and to members of other known units; share = across / all acts between members of different units (each has two
/// ends, so shares sum to 2); units = other units at the other ends; sole = pairs of units all of whose ties have this member at one
/// end: without them the two would not be tied. constraint and `effective_size` are Burt's, over all ties of the member, both directions summed:
/// low constraint, who reaches people that do not reach each other.
///
/// # Columns
/// `by` … (of the act), rank (from 1), member, unit, across (acts), units, share, sole, constraint, `effective_size`. Sorted by group and rank: share, then
/// sole, then name.
///
/// # Edge cases
/// Acts with a member of no known unit go across nothing, but count in constraint. One who has changed units is listed in each. `min_group` hides groups with
/// fewer members tied; in one that is large enough each row is about one person, as was asked for.
///
/// # Source
/// Burt, *Structural Holes* (1992) and *Structural holes and good ideas*, American Journal of Sociology 110 (2004); brokers between units: Gould & Fernandez,
/// *Structures of mediation*, Sociological Methodology 19 (1989).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bridges {
    /// The column of the members that tells their unit. Default: department.
    pub unit: String,
    /// So many of each group; none for all. Default: 20.
    pub top: Option<usize>,
    /// What ties.
    #[serde(flatten)]
    pub ties: Ties,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Bridges {
    fn default() -> Self {
        Self { unit: "department".to_owned(), top: Some(20), ties: Ties::default(), scope: Scope::default() }
    }
}

const OWN: &[&str] = &["rank", "member", "unit"];

impl Bridges {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.bridges",
        question: "Who ties units together, and what would be lost without them?",
        formula: "share = acts between units with the member at one end / all acts between units; sole = pairs of units tied by them alone; Burt's constraint",
        unit: "share",
        source: "Burt (1992, 2004); Gould & Fernandez (1989)",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        Asked { unit: &self.unit, ties: &self.ties, every: None, scope: &self.scope }
    }
}

/// A member who is tied to another unit.
#[derive(Clone, Copy, Debug, Default)]
struct Bridge {
    node: usize,
    across: f64,
    units: i64,
    share: f64,
    sole: i64,
    holes: Option<[f64; 2]>,
}

impl Kpi for Bridges {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        check_top(&self.top)?;
        self.asked().check(OWN)
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.asked().partial(part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let networks = self.asked().networks(tables, horizon)?;
        let groups: Vec<&Group> = networks.iter().map(|network| &network.group).collect();
        let cells = Cells::new(groups, None, None, horizon)?;
        let (mut rows, mut ranks, mut listed) = (vec![], vec![], vec![]);
        for (cell, network) in networks.iter().enumerate() {
            for (rank, bridge) in self.bridges(network).into_iter().enumerate() {
                rows.push(cell);
                ranks.push(rank as i64 + 1);
                listed.push((network.nodes[bridge.node], bridge));
            }
        }
        let members = networks.iter().map(UnitNetwork::persons).collect();
        let text = |values: Vec<Option<String>>| Values::Text(values);
        let number = |of: fn(&Bridge) -> Option<f64>| listed.iter().map(|(_, bridge)| of(bridge)).collect::<Vec<_>>();
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .counts("rank", ranks)
            .column("member", text(listed.iter().map(|(node, _)| Some(node.member.to_owned())).collect()))
            .column("unit", text(listed.iter().map(|(node, _)| node.unit.map(str::to_owned)).collect()))
            .numbers("across", number(|bridge| Some(bridge.across)))
            .counts("units", listed.iter().map(|(_, bridge)| bridge.units))
            .numbers("share", number(|bridge| Some(bridge.share)))
            .counts("sole", listed.iter().map(|(_, bridge)| bridge.sole))
            .numbers("constraint", number(|bridge| bridge.holes.map(|holes| holes[0])))
            .numbers("effective_size", number(|bridge| bridge.holes.map(|holes| holes[1])))
            .one_row_if_hidden()
            .finish()
    }
}

impl Bridges {
    fn bridges(&self, network: &UnitNetwork<'_>) -> Vec<Bridge> {
        let unit = network.unit_of_each();
        let mut bridges: Vec<Bridge> =
            (0..network.nodes.len()).map(|node| Bridge { node, ..Bridge::default() }).collect();
        let (mut reached, mut all) = (vec![], 0.0);
        // Pairs of units, and both ends of each of their ties.
        let mut pairs: Vec<((u32, u32), [u32; 2])> = vec![];
        for (source, target, weight) in &network.ties {
            let (a, b) = (unit[*source as usize], unit[*target as usize]);
            if a == b || a == NONE || b == NONE {
                continue;
            }
            all += weight;
            bridges[*source as usize].across += weight;
            bridges[*target as usize].across += weight;
            reached.extend([(*source, b), (*target, a)]);
            pairs.push(((a.min(b), a.max(b)), [*source, *target]));
        }
        reached.sort_unstable();
        reached.dedup();
        reached.iter().for_each(|(node, _)| bridges[*node as usize].units += 1);
        pairs.sort_unstable();
        for pair in pairs.chunk_by(|a, b| a.0 == b.0) {
            let at_every = |node: &&u32| pair.iter().all(|(_, ends)| ends.contains(*node));
            pair[0].1.iter().filter(at_every).for_each(|node| bridges[*node as usize].sole += 1);
        }
        bridges.retain(|bridge| bridge.units > 0);
        bridges.iter_mut().for_each(|bridge| bridge.share = bridge.across / all);
        let name = |bridge: &Bridge| network.nodes[bridge.node];
        bridges.sort_by(|a, b| {
            b.share.total_cmp(&a.share).then(b.sole.cmp(&a.sole)).then_with(|| {
                let (a, b) = (name(a), name(b));
                (a.member, a.unit).cmp(&(b.member, b.unit))
            })
        });
        bridges.truncate(self.top.unwrap_or(usize::MAX));
        let both = Graph::of(network.nodes.len(), network.ties.clone()).undirected();
        let totals = totals(&both);
        bridges.iter_mut().for_each(|bridge| bridge.holes = holes(&both, &totals, bridge.node));
        bridges
    }
}
