//! Who answers whom, and how often.
use std::borrow::Cow;

use polars::prelude::*;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::graph::Network;
use super::ties::SHAPES;
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, check_top};
use crate::stats::order::largest_first;
use crate::view::Group;

/// Who answers whom, and how often: the ties of the network, one row for each pair and direction.
///
/// # Formula
/// weight(a → b) = Σ over the acts of a on messages of b of 2^(−age / `half_life`), and without `half_life` their number. Acts are replies and,
/// with `reactions`, reactions. A reply is to the author of its parent or, where it names none that is in its thread, to the author of
/// the post that opened the thread. age = calendar days from the act to the end of observation.
///
/// # Columns
/// `by` … (of the act), source, target (members), replies, reactions (acts), weight. Sorted by group, weight (largest first), source, target.
///
/// # Edge cases
/// An act on one's own message ties nobody, nor does one of an unknown author, or on theirs. Both ends of a tie must count (`roles`, `bots`). Acts whose time
/// is that of their parent (reactions in Slack and Discord exports) count. `min_group` hides groups in which fewer members have a tie; in one that is large enough each row is
/// about two persons, as was asked for.
///
/// # Source
/// Wasserman and Faust, *Social Network Analysis* (1994), chapter 3; for replies as ties Zhang, Ackerman and Adamic, *Expertise networks in online
/// communities*, WWW (2007), whose arcs point from the asker to the answerer: ours point from who answers to who is answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Edges {
    /// The strongest so many ties of each group; none for all. Default: all.
    pub top: Option<usize>,
    /// What ties.
    #[serde(flatten)]
    pub ties: Ties,
    /// Grouping and who counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Edges {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.edges",
        question: "Who answers whom, and how often?",
        formula: "weight(a → b) = replies (and reactions) of a to b, each halved with every half_life of its age",
        unit: "acts",
        source: "Wasserman and Faust, Social Network Analysis (1994)",
        whole: Whole::Thread,
    };
}

impl Kpi for Edges {
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
        self.ties.check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.ties.partial(part, &self.scope, false)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let networks = self.ties.networks(tables, self.scope.by.len(), horizon)?;
        let groups: Vec<Group> = networks.iter().map(|network| network.group.clone()).collect();
        let cells = Cells::new(&groups, None, None, horizon)?;
        // Of each network the ties by weight: they come by source and target, and stay so where they weigh the same.
        let order = |network: &Network| {
            let mut order = largest_first(&network.graph.weights);
            order.truncate(self.top.unwrap_or(usize::MAX));
            order
        };
        let orders: Vec<Vec<u32>> = networks.par_iter().map(order).collect();
        let n_rows = orders.iter().map(Vec::len).sum();
        // Zeros that nobody writes take no room.
        let (mut rows, mut start) = (vec![0; n_rows], 0);
        let (mut first, mut names): (Vec<u32>, Vec<&str>) = Default::default();
        for (cell, (network, order)) in networks.iter().zip(&orders).enumerate() {
            first.push(names.len() as u32);
            names.extend(network.names());
            if cell > 0 {
                rows[start..start + order.len()].fill(cell);
            }
            start += order.len();
        }
        let members = networks.iter().map(|network| network.members.len() as i64).collect();
        let names: StringChunked = names.into_iter().map(Some).collect();
        let of_each = Listed { networks: &networks, orders: &orders, first: &first, rows: n_rows };
        let name = |ends: for<'n> fn(&'n Network) -> Cow<'n, [u32]>| {
            let places = of_each.collect(ends, |ends, tie, first| (ends[tie] + first) as IdxSize);
            Values::Name(IdxCa::from_vec(PlSmallStr::EMPTY, places), names.clone())
        };
        let replies = || of_each.collect(|network| network, |network, tie, _| network.replies(tie));
        let reactions = || match networks.iter().any(Network::has_reactions) {
            true => of_each.collect(|network| network, |network, tie, _| network.reactions(tie)),
            false => vec![0; n_rows],
        };
        let weights = || of_each.collect(|network| network, |network, tie, _| network.graph.weights[tie]);
        let ((source, target), ((replies, reactions), weight)) = rayon::join(
            || {
                rayon::join(
                    || name(|network| network.sources().into()),
                    || name(|network| (&network.graph.targets).into()),
                )
            },
            || {
                let acts = || (Values::Whole(replies()), Values::Whole(reactions()));
                rayon::join(acts, || Values::Measure(weights()))
            },
        );
        drop(orders);
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .column("source", source)
            .column("target", target)
            .column("replies", replies)
            .column("reactions", reactions)
            .column("weight", weight)
            .one_row_if_hidden()
            .finish()
    }
}

/// The ties that are listed, in order.
struct Listed<'a> {
    networks: &'a [Network],
    /// The places of those of each network.
    orders: &'a [Vec<u32>],
    /// Where the members of each network begin among all.
    first: &'a [u32],
    rows: usize,
}

impl Listed<'_> {
    /// What is made of each tie, of what is made of its network, and of where the members of that begin.
    fn collect<'n, V, T>(&'n self, values: impl Fn(&'n Network) -> V, make: impl Fn(&V, usize, u32) -> T) -> Vec<T> {
        let mut made = Vec::with_capacity(self.rows);
        for ((network, order), first) in self.networks.iter().zip(self.orders).zip(self.first) {
            let values = values(network);
            made.extend(order.iter().map(|tie| make(&values, *tie as usize, *first)));
        }
        made
    }
}
