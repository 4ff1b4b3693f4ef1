//! Staff against peers: who will have answered by when.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::firsts::{self, Askers, ROLES};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::schema::Role;
use crate::stats::competing::{self, Point, Step};

/// The share of posts that staff, and that peers, have answered first, by the time since they were posted: competing risks.
///
/// # Formula
/// Who answers first ends the wait, whoever it is; open posts are censored at the end of observation. F_k(t) = Σ over durations u ≤ t of
/// S(u−) · responded_k(u) / at_risk(u), with S the Kaplan–Meier curve of posts without any response (Aalen–Johansen). At every t the
/// shares of all roles and that of the posts that still wait add up to 1. Greenwood's variance for competing risks, exact with ties, interval
/// on the log(−log F) scale.
///
/// # Columns
/// `by` …, `responder_role` (`staff`, `peer`: a person who is not staff, and, where bots count, `bot`), time (duration), `at_risk`, responded (by this role), censored
/// (posts), incidence with `_low` and `_high` (shares of all posts). Each group has a curve for each role, the first row at time 0; then one row for each
/// distinct duration. A suppressed group has one row.
///
/// # Edge cases
/// Replies by the asker and by unknown authors are no responses. Of replies at the same instant, the one whose author comes first by name is
/// the first. With `bots`, a bot's reply ends the wait as a person's does, and posts of bots count. Where incidence is 0 or 1 the
/// variance is 0; the interval's open end is then Wilson's bound for none of n, the posts that were answered before, by anyone, or waited still.
///
/// One minus a Kaplan–Meier curve of `responder = "staff"` is no such share: it tells how soon staff would answer if no peer ever did, and is
/// never lower.
///
/// # Source
/// Aalen & Johansen, *Scandinavian Journal of Statistics* 5 (1978); variance and interval: Marubini & Valsecchi, *Analysing Survival Data* (1995),
/// Collett, *Modelling Survival Data in Medical Research* (2015).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Incidence {
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Incidence {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.incidence",
        question: "Who will have answered by when: staff, or peers?",
        formula: "F_k(t) = Σ_{u ≤ t} S(u−) · responded_k(u) / at_risk(u), who answers first ending the wait",
        unit: "share of posts",
        source: "Aalen & Johansen (1978); Greenwood for competing risks, log–log",
        whole: Whole::Thread,
    };
}

const CAUSES: usize = ROLES.len();
const OPEN: usize = CAUSES;
/// Stands for the wait of a post without an answer: it goes on ageing until `finish`.
const STILL: i64 = -1;

impl Kpi for Incidence {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn shapes(&self) -> &'static [Shape] {
        // Posts by the time they were asked and the wait: answered by each role, and open; the askers, for suppression.
        const { &[Shape::sums(CAUSES + 1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let time = part.community.dense().time();
        let mut posts = TableBuilder::<{ CAUSES + 1 }>::new();
        let mut askers = Askers::new(part, &self.scope, None);
        let accepts = |role| role != Role::Bot || self.scope.bots;
        firsts::each(
            part,
            &scoped,
            |_| true,
            accepts,
            |_| (),
            |row, first| {
                let (group, asked) = (scoped.groups.of(row), time[row]);
                let cause = first.and_then(|first| ROLES.iter().position(|(_, role)| *role == first.role));
                posts.at(group, asked, first.map_or(STILL, |first| first.at - asked))[cause.unwrap_or(OPEN)] += 1;
                askers.add(group, row, asked);
            },
        );
        Ok(vec![posts.finish(|code| scoped.groups.label(code)), askers.finish(&scoped)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, None, horizon)?;
        let mut steps: Vec<Vec<Step<CAUSES>>> = vec![vec![]; cells.len()];
        for (cell, asked, wait, counts) in cells.rows(&tables[0]) {
            let age = horizon.as_of.saturating_sub(asked);
            if age < 0 {
                continue;
            }
            let count = |i: usize| counts[i].clamp(0, i128::from(u32::MAX)) as u64;
            let ended = [count(0), count(1), count(2)];
            // What came after the end of observation is not known at it.
            steps[cell].push(if (0..=age).contains(&wait) {
                Step { time: wait, ended, censored: 0 }
            } else {
                Step { time: age, ended: [0; CAUSES], censored: ended.iter().sum::<u64>() + count(OPEN) }
            });
        }
        let askers = cells.distinct(&tables[1]);
        let listed = if self.scope.bots { CAUSES } else { CAUSES - 1 };
        let (mut rows, mut points): (Vec<usize>, Vec<(usize, Point<CAUSES>)>) = (vec![], vec![]);
        for (cell, steps) in steps.into_iter().enumerate() {
            let mut steps = steps;
            if steps.iter().all(|step| step.time > 0) && !steps.is_empty() {
                steps.push(Step { time: 0, ended: [0; CAUSES], censored: 0 });
            }
            let curve = competing::incidence(steps, self.scope.confidence);
            for cause in 0..listed {
                rows.extend(std::iter::repeat_n(cell, curve.len()));
                points.extend(curve.iter().map(|point| (cause, point.clone())));
            }
        }
        let count = |value: fn(usize, &Point<CAUSES>) -> u64| points.iter().map(move |(k, p)| value(*k, p) as i64);
        cells
            .sheet(&self.scope)
            .members(askers)
            .column(
                "responder_role",
                Values::Text(points.iter().map(|(cause, _)| Some(ROLES[*cause].0.to_owned())).collect()),
            )
            .durations("time", points.iter().map(|(_, p)| Some(p.time)))
            .counts("at_risk", count(|_, p| p.at_risk))
            .counts("responded", count(|cause, p| p.ended[cause]))
            .counts("censored", count(|_, p| p.censored))
            .rate(
                ["incidence", "incidence_low", "incidence_high"],
                points.iter().map(|(cause, p)| Some(p.incidence[*cause])),
            )
            .rows(rows)
            .one_row_if_hidden()
            .finish()
    }
}
