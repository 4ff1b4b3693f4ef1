//! Hand-offs, and the way to the right unit.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::way::{Right, Rules, ways};
use crate::community::{Community, Whole};
use crate::error::Result;
use crate::hash::stable_hash;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, one_or_many};
use crate::period::Every;
use crate::response::Responder;
use crate::stats::proportion::{ratio, wilson};
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::NONE;

/// How posts find the unit that can help: hand-offs, first touches that were right, time to the right unit.
///
/// # Formula
/// The touches of a post, in order of time: every assignment (`assign`) to a unit, or to a member and so to theirs, and every reply by
/// another person of the role `responder`, whose unit (column `unit`, at that time) is known. They end where the post was resolved:
/// with the accepted reply, whoever wrote it, where the `resolve` names one as its parent; else with the resolve, which is a touch itself
/// where another person than the asker, of the role `responder`, resolved. Touches of the units `hub` are left out, unless a hub is the
/// right unit, or nobody else touches.
///
/// The right unit is that of the author of the accepted reply, or of who resolved, whatever their role, or else (the asker resolved, and
/// does not say by what) of the last touch. It is not known where they have none, are a bot or not known themselves, or where the asker
/// accepted an own reply. For a post that is not resolved it is the unit of the last assignment, or else of the last touch; with `right` =
/// resolved it is not known yet.
///
/// hand-offs = changes of unit along the touches; first_touch_right = posts whose first touch was by the right unit / posts whose right
/// unit is known; time_to_right = the median of a Kaplan–Meier curve of the time from the post to the first touch by the right unit,
/// posts whose right unit is not known, or did not touch them, being censored.
///
/// # Columns
/// period (of the post; with `every`), `by` … (of the post), n (posts), touched, resolved, known (posts; of these the right unit is
/// known), handoffs, handoffs_per_post (of the touched), direct with `_low` and `_high` (share of the touched without a hand-off),
/// first_touch_right with `_low` and `_high`, time_to_right with `_low` and `_high` (durations; null where the curve does not get
/// there), complete (with `every`).
///
/// # Edge cases
/// One post a thread: the one that opens it. Replies by bots, the asker, unknown authors and members without a unit are no touches;
/// an assignment is one, whoever made it. Acts with an inherited time are none, but such a resolve counts where it names the accepted reply. Of several
/// resolves the last counts, and none where a `reopen` came after it. What bots resolve or reopen counts only with `bots`. At one instant
/// assignments come before replies, then by the unit's name.
///
/// # Source
/// First-contact resolution and transfer rate of service desks; Kaplan & Meier (1958), Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Routing {
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

impl Default for Routing {
    fn default() -> Self {
        Self {
            unit: "department".to_owned(),
            hub: vec![],
            responder: Responder::Any,
            right: Right::Last,
            every: None,
            scope: Scope::default(),
        }
    }
}

impl Routing {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.routing",
        question: "Do posts find the right unit, how fast, and after how many hand-offs?",
        formula: "hand-offs = changes of unit along assignments and replies; first_touch_right = first touch by the unit that resolved / known; time_to_right by Kaplan–Meier",
        unit: "hand-offs, share of posts, duration",
        source: "first-contact resolution and transfer rate of service desks; Kaplan & Meier (1958); Wilson (1927)",
        whole: Whole::Thread,
    };
}

/// Stands for the wait of a post whose right unit is not known. It goes on ageing until `finish`.
const OPEN: i64 = -1;
/// Posts, and of them the touched, the resolved, the known, those first touched right, those without a hand-off; and hand-offs.
const WIDTH: usize = 7;

impl Kpi for Routing {
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
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        const { &[Shape::sums(WIDTH), Shape::sums(1)] }
    }

    fn check_in(&self, community: &Community) -> Result<()> {
        super::find_units(community, &self.unit, &self.hub)
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let Self { unit, hub, responder, right, every, scope } = self;
        let rules = Rules { unit, hub, responder: *responder, right: *right, scope };
        let (dense, periods) = (part.community.dense(), Periods::of(part.community, *every));
        let groups = part.community.groups(&scope.by)?;
        let (mut posts, mut askers) = (TableBuilder::<WIDTH>::new(), TableBuilder::<1>::new());
        ways(part, &rules, |_, way| {
            let group = groups.of(way.row);
            let handoffs = way.handoffs().count();
            let (touched, known) = (!way.touches.is_empty(), way.right.is_some());
            let flags =
                [true, touched, way.resolved, known, way.first_is_right(), touched && handoffs == 0].map(i128::from);
            let row = posts.at(group, way.asked, way.wait().unwrap_or(OPEN));
            row.iter_mut().zip(flags).for_each(|(sum, flag)| *sum += flag);
            row[WIDTH - 1] += handoffs as i128;
            if scope.suppresses() && dense.member.rows[way.row] != NONE {
                let name = &dense.member.labels[dense.member.rows[way.row] as usize];
                askers.at(group, periods.start_of(way.asked), stable_hash(name.as_bytes()) as i64)[0] += 1;
            }
        })?;
        let label = |code| groups.label(code);
        Ok(vec![posts.finish(label), askers.finish(label)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.sums::<WIDTH>(&tables[0]);
        let mut steps: Vec<Vec<Step>> = vec![vec![]; cells.len()];
        for (group, asked, wait, row) in tables[0].rows().filter(|(_, asked, ..)| *asked <= horizon.as_of) {
            if let Some(cell) = cells.index(group, asked) {
                let n = row[0].clamp(0, i128::from(u32::MAX)) as u64;
                let age = horizon.as_of.saturating_sub(asked);
                steps[cell].push(match wait {
                    0.. if wait <= age => Step { time: wait, ended: n, censored: 0 },
                    _ => Step { time: age, ended: 0, censored: n },
                });
            }
        }
        let askers = cells.distinct(&tables[1]);
        let medians: Vec<[Option<i64>; 3]> =
            steps.into_iter().map(|steps| KaplanMeier::new(steps, self.scope.confidence).quantile(1, 2)).collect();
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| sums[*cell][0] > 0).collect();
        let count = |i: usize| rows.iter().map(|cell| sums[*cell][i]).collect::<Vec<_>>();
        let rate = |k: usize, n: usize| {
            let share = |cell: &usize| wilson(sums[*cell][k], sums[*cell][n], self.scope.confidence);
            rows.iter().map(share).collect::<Vec<_>>()
        };
        let mean = rows.iter().map(|cell| ratio(sums[*cell][WIDTH - 1], sums[*cell][1])).collect::<Vec<_>>();
        let median = |i: usize| rows.iter().map(|cell| medians[*cell][i]).collect::<Vec<_>>();
        cells
            .sheet(&self.scope)
            .members(askers)
            .counts("n", count(0))
            .counts("touched", count(1))
            .counts("resolved", count(2))
            .counts("known", count(3))
            .counts("handoffs", count(WIDTH - 1))
            .numbers("handoffs_per_post", mean)
            .rate(["direct", "direct_low", "direct_high"], rate(5, 1))
            .rate(["first_touch_right", "first_touch_right_low", "first_touch_right_high"], rate(4, 3))
            .durations("time_to_right", median(0))
            .durations("time_to_right_low", median(1))
            .durations("time_to_right_high", median(2))
            .rows(rows)
            .finish()
    }
}
