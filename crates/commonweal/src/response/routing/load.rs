//! What each unit carries.
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
use crate::stats::proportion::{ratio, wilson};
use crate::view::NONE;

/// What each unit carries of the posts, and what it passes on.
///
/// # Formula
/// Touches and the right unit as in [`crate::Routing`]. share = posts that the unit touched / posts that any unit touched (a post may be
/// touched by several, so shares may sum to more than 1); first_touch_right = posts that it touched first and was right for / posts that
/// it touched first whose right unit is known.
///
/// # Columns
/// period (of the post; with `every`), `by` … (of the post), unit, posts (touched by it), share with `_low` and `_high`, first (posts
/// touched by it first), first_touch_right with `_low` and `_high`, received, passed (hand-offs to it and from it), right (posts it was
/// right for), open (posts not resolved whose last touch is its), members (of it whose reply or resolve was a touch), posts_per_member,
/// complete (with `every`).
///
/// # Edge cases
/// As in [`crate::Routing`]. A unit that was only assigned to, or that was right for a post without a touch of the role `responder`, has
/// no members and null posts_per_member; share is null where no post was touched. With `min_group` units of fewer members are
/// suppressed, in every row of its own.
///
/// # Source
/// Workload and transfer counts of service desks; Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Load {
    /// The column that tells the unit of a member. Default: department.
    pub unit: String,
    /// The units that pass posts on. Default: none.
    #[serde(deserialize_with = "one_or_many")]
    pub hub: Vec<String>,
    /// Whose replies and resolves are touches. Default: any other person's.
    pub responder: Responder,
    /// Which posts tell their right unit. Default: last.
    pub right: Right,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Load {
    fn default() -> Self {
        let super::Routing { unit, hub, responder, right, every, scope } = super::Routing::default();
        Self { unit, hub, responder, right, every, scope }
    }
}

impl Load {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.load",
        question: "Which unit carries how many of the posts, and passes on how many?",
        formula: "share = posts touched by the unit / posts touched; hand-offs received and passed; open = unresolved posts whose last touch is its",
        unit: "posts",
        source: "workload and transfers of service desks; Wilson (1927)",
        whole: Whole::Thread,
    };
}

const OWN: &[&str] = &["unit"];
/// Posts, first, first of the known, first and right, received, passed, right, open.
const WIDTH: usize = 8;
const RIGHT: usize = 6;

impl Kpi for Load {
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
        const { &[Shape::sums(WIDTH), Shape::sums(1), Shape::sums(1)] }
    }

    fn check_in(&self, community: &Community) -> Result<()> {
        super::find_units(community, &self.unit, &self.hub)
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let Self { unit, hub, responder, right, every, scope } = self;
        let rules = Rules { unit, hub, responder: *responder, right: *right, scope };
        let (dense, periods) = (part.community.dense(), Periods::of(part.community, *every));
        let mut units = LabelledBuilder::<WIDTH>::new();
        let (mut members, mut touched) = (LabelledBuilder::<1>::new(), LabelledBuilder::<1>::new());
        ways(part, &rules, |scoped, way| {
            if way.touches.is_empty() && way.right.is_none() {
                return;
            }
            let group = scoped.groups.label(scoped.groups.of(way.row));
            let period = periods.start_of(way.asked);
            let mut count = |unit: &str, i: usize| units.at(super::and(&group, &[unit]), period, 0)[i] += 1;
            way.right.iter().for_each(|unit| count(unit, RIGHT));
            let (Some(first), Some(last)) = (way.touches.first(), way.touches.last()) else { return };
            touched.at(group.clone(), period, 0)[0] += 1;
            let mut seen: Vec<&str> = way.touches.iter().map(|touch| touch.unit).collect();
            seen.sort_unstable();
            seen.dedup();
            seen.iter().for_each(|unit| count(unit, 0));
            count(first.unit, 1);
            if way.right.is_some() {
                count(first.unit, 2);
            }
            if way.first_is_right() {
                count(first.unit, 3);
            }
            for (from, to) in way.handoffs() {
                count(to, 4);
                count(from, 5);
            }
            if !way.resolved {
                count(last.unit, 7);
            }
            for touch in way.touches.iter().filter(|touch| touch.who != NONE) {
                let name = &dense.member.labels[touch.who as usize];
                members.at(super::and(&group, &[touch.unit]), period, stable_hash(name.as_bytes()) as i64)[0] += 1;
            }
        })?;
        Ok(vec![units.finish(), members.finish(), touched.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let scope = self.scope.with_columns(OWN);
        let own = (&tables[0], OWN.len());
        let (cells, all) = super::cells_and_totals(own, &tables[2], self.every, horizon)?;
        let sums = cells.sums::<WIDTH>(&tables[0]);
        let members = cells.distinct(&tables[1]);
        // A unit may be right for posts that it did not touch, where not everybody's reply is a touch.
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| sums[*cell][0] > 0 || sums[*cell][RIGHT] > 0).collect();
        let count = |i: usize| rows.iter().map(|cell| sums[*cell][i]).collect::<Vec<_>>();
        let confidence = self.scope.confidence;
        let share = rows.iter().map(|cell| wilson(sums[*cell][0], all[*cell], confidence)).collect::<Vec<_>>();
        let right = rows.iter().map(|cell| wilson(sums[*cell][3], sums[*cell][2], confidence)).collect::<Vec<_>>();
        let each = rows.iter().map(|cell| ratio(sums[*cell][0], members[*cell])).collect::<Vec<_>>();
        let people = rows.iter().map(|cell| members[*cell]).collect::<Vec<_>>();
        cells
            .sheet(&scope)
            .members(members)
            .counts("posts", count(0))
            .rate(["share", "share_low", "share_high"], share)
            .counts("first", count(1))
            .rate(["first_touch_right", "first_touch_right_low", "first_touch_right_high"], right)
            .counts("received", count(4))
            .counts("passed", count(5))
            .counts("right", count(RIGHT))
            .counts("open", count(7))
            .counts("members", people)
            .numbers("posts_per_member", each)
            .rows(rows)
            .finish()
    }
}
