//! From which unit to which other.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::way::{Right, Rules, ways};
use crate::community::{Community, Whole};
use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::table::LabelledBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, one_or_many};
use crate::period::Every;
use crate::response::Responder;
use crate::stats::proportion::wilson;

/// From which unit posts are handed to which other.
///
/// # Formula
/// Touches as in [`crate::Routing`]; a hand-off is a change of unit from one touch to the next. share = posts with a hand-off from the
/// one to the other / posts that any unit touched.
///
/// # Columns
/// period (of the post; with `every`), `by` … (of the post), from, to (units), handoffs, posts (with at least one of them), share with
/// `_low` and `_high`, complete (with `every`). Pairs without a hand-off are not listed.
///
/// # Edge cases
/// As in [`crate::Routing`]. With `min_group` pairs are suppressed by the distinct askers of their posts.
///
/// # Source
/// Transfers of service desks; Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoffs {
    /// The column that tells the unit of a member. Default: department.
    pub unit: String,
    /// The units that pass posts on. Default: none.
    #[serde(deserialize_with = "one_or_many")]
    pub hub: Vec<String>,
    /// Whose replies and resolves are touches. Default: any other person's.
    pub responder: Responder,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Handoffs {
    fn default() -> Self {
        let super::Routing { unit, hub, responder, every, scope, .. } = super::Routing::default();
        Self { unit, hub, responder, every, scope }
    }
}

impl Handoffs {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.handoffs",
        question: "Which unit hands posts to which other?",
        formula: "hand-offs from one unit to the next along assignments and replies; share = posts with one / posts touched",
        unit: "hand-offs",
        source: "transfers of service desks; Wilson (1927)",
        whole: Whole::Thread,
    };
}

const OWN: &[&str] = &["from", "to"];

impl Kpi for Handoffs {
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
        super::check_unit(&self.unit)?;
        super::check(&self.scope, OWN)
    }

    fn shapes(&self) -> &'static [Shape] {
        // Hand-offs and posts, askers, touched posts.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(1)] }
    }

    fn check_in(&self, community: &Community) -> Result<()> {
        super::find_units(community, &self.unit, &self.hub)
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let Self { unit, hub, responder, every, scope } = self;
        let rules = Rules { unit, hub, responder: *responder, right: Right::Last, scope };
        let (dense, periods) = (part.community.dense(), Periods::of(part.community, *every));
        let mut pairs = LabelledBuilder::<2>::new();
        let (mut askers, mut touched) = (LabelledBuilder::<1>::new(), LabelledBuilder::<1>::new());
        ways(part, &rules, |scoped, way| {
            if way.touches.is_empty() {
                return;
            }
            let group = scoped.groups.label(scoped.groups.of(way.row));
            let period = periods.start_of(way.asked);
            let mut seen: Vec<(&str, &str)> = way.handoffs().collect();
            for (from, to) in &seen {
                pairs.at(super::and(&group, &[from, to]), period, 0)[0] += 1;
            }
            seen.sort_unstable();
            seen.dedup();
            for (from, to) in seen {
                let pair = super::and(&group, &[from, to]);
                if let Some(name) =
                    dense.member.labels.get(dense.member.rows[way.row] as usize).filter(|_| scope.min_group > 0)
                {
                    askers.at(pair.clone(), period, stable_hash(name.as_bytes()) as i64)[0] += 1;
                }
                pairs.at(pair, period, 0)[1] += 1;
            }
            touched.at(group, period, 0)[0] += 1;
        })?;
        Ok(vec![pairs.finish(), askers.finish(), touched.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let scope = self.scope.with_columns(OWN);
        let own = (&tables[0], OWN.len());
        let (cells, all) = super::cells_and_totals(own, &tables[2], self.every, horizon)?;
        let sums = cells.sums::<2>(&tables[0]);
        let askers = cells.distinct(&tables[1]);
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| sums[*cell][0] > 0).collect();
        let count = |i: usize| rows.iter().map(|cell| sums[*cell][i]).collect::<Vec<_>>();
        let share = |cell: &usize| wilson(sums[*cell][1], all[*cell], self.scope.confidence);
        let shares = rows.iter().map(share).collect::<Vec<_>>();
        cells
            .sheet(&scope)
            .members(askers)
            .counts("handoffs", count(0))
            .counts("posts", count(1))
            .rate(["share", "share_low", "share_high"], shares)
            .rows(rows)
            .finish()
    }
}
