//! How soon those who join do something.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::journey::{self, Journey, Journeys, Steps};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, lengths, one_or_many};
use crate::period::{Every, Span};
use crate::schema::Kind;
use crate::stats::survival::{KaplanMeier, Step};

/// How long it takes those who join to act for the first time, and which share does within a while.
///
/// # Formula
/// T = first `event` − joining. A member who has not come to it is censored at leaving, or at the end of observation. With S the
/// Kaplan–Meier curve of T over all members whose joining is known: p25, median, p75 = the smallest t with S(t) ≤ 0.75, 0.5, 0.25;
/// attained = 1 − S(within). A member joined when the members table says so (`joined`), else with their first act of kind join.
///
/// # Columns
/// One row for each period of joining, group and `within` with a member: period (with `every`), `by` …, within (duration; each has a row
/// of its own), n, activated, censored (members; censored: not activated, so far or before they left), before (members who had done so
/// before they joined; among the activated, at once), unknown (members of the group who are left out, as nothing tells when they joined;
/// the same in every period), p25, median, p75 with `_low` and `_high` (durations; null where the curve does not get there), attained with
/// `_low` and `_high` (null where nobody was still not activated and watched at `within`, and the curve had not come down to 0 before), complete (with `every`: whether all of the period could join).
///
/// # Edge cases
/// An act before joining counts as one at joining (time 0). An act after leaving (the time `left` of the members table, or the first act
/// of kind leave since joining, whichever is first) counts not at all. Who joins after the end of observation is not there yet. A
/// `joined` of null says always been there: left out and counted in `unknown`, as are those who act and are not listed, unless an act of
/// kind join tells. Whether a member counts, and in which group, is decided by role and columns at joining. `by` takes columns of the
/// members only: who joined and did nothing has no channel. Where nothing tells when anybody joined, and where the source may not
/// record the event at all (no view, say, by anybody), the KPI declines. Members who joined before the events begin are in: if their
/// first acts may lie before the record, take the periods after its start (`every`).
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958), with the intervals of [`crate::FirstResponse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Activation {
    /// What activates: a kind of act, or `contribution`, `message`. Default: contribution.
    pub event: Act,
    /// The times within which it is wanted. Default: 30 days.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// The period of joining. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which members count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Activation {
    fn default() -> Self {
        Self { event: Act::Contribution, within: vec![Span::days(30)], every: None, scope: Scope::default() }
    }
}

impl Activation {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.activation",
        question: "How long does it take those who join to contribute, and how many ever do?",
        formula: "S = Kaplan–Meier of first act − joining, censored at leaving and as_of; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Member,
    };
}

const QUANTILES: [([&str; 3], u64, u64); 3] = [
    (["p25", "p25_low", "p25_high"], 1, 4),
    (["median", "median_low", "median_high"], 1, 2),
    (["p75", "p75_low", "p75_high"], 3, 4),
];

impl Kpi for Activation {
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
        if matches!(self.event, Act::FirstReplyReceived | Act::Kind(Kind::Join | Kind::Leave)) {
            return Err(Error::option(
                "event",
                "an act of the member's own after joining",
                format!("{:?}", self.event.to_string()),
            ));
        }
        lengths("within", &self.within)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        journey::SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        journey::partial(part, &self.scope, Steps { start: Act::Kind(Kind::Join), steps: &[self.event] })
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let journeys = Journeys::read(tables, 1, horizon);
        journeys.decline_unknown(Self::SPEC.name)?;
        if !journeys.all.is_empty() && !journeys.recorded[0] && !self.event.always_recorded() {
            let needs = format!("an event that the source records; {:?} it may not", self.event.to_string());
            return Err(Error::declined(Self::SPEC.name, needs, "no member has one on record"));
        }
        let groups: Vec<_> = journeys.all.iter().map(|j| &j.group).collect();
        let first = journeys.all.iter().map(|j| j.start).min();
        let cells = Cells::new(groups, first, self.every, horizon)?;
        let mut members: Vec<Vec<&Journey>> = vec![vec![]; cells.len()];
        for journey in &journeys.all {
            if let Some(cell) = cells.index(&journey.group, journey.start) {
                members[cell].push(journey);
            }
        }
        let step = |journey: &&Journey| {
            let (time, ended) = journey.time_to([0]);
            Step { time, ended: u64::from(ended), censored: u64::from(!ended) }
        };
        let steps: Vec<Vec<Step>> = members.iter().map(|cell| cell.iter().map(step).collect()).collect();
        let curves: Vec<_> = steps.iter().map(|s| KaplanMeier::new(s.iter().copied(), self.scope.confidence)).collect();
        let there = (0..cells.len()).filter(|cell| !members[*cell].is_empty());
        let rows: Vec<usize> = there.flat_map(|cell| vec![cell; self.within.len()]).collect();
        let counts = |count: &dyn Fn(usize) -> i64| rows.iter().map(|cell| count(*cell)).collect::<Vec<_>>();
        let activated = |cell: usize| steps[cell].iter().map(|s| s.ended as i64).sum::<i64>();
        let before = |cell: usize| members[cell].iter().filter(|j| j.took_before(0)).count() as i64;
        let unknown = |cell: usize| {
            members[cell].first().and_then(|j| journeys.unknown.get(&j.group)).copied().unwrap_or_default()
        };
        let attained = rows.iter().enumerate().map(|(i, cell)| {
            let within = self.within[i % self.within.len()];
            curves[*cell].at(within.micros()).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low])
        });
        let quantiles: Vec<Vec<[Option<i64>; 3]>> =
            QUANTILES.iter().map(|(_, a, b)| curves.iter().map(|curve| curve.quantile(*a, *b)).collect()).collect();
        let all = counts(&|cell| members[cell].len() as i64);
        let mut sheet = cells
            .sheet(&self.scope)
            .members(members.iter().map(|m| m.len() as i64).collect())
            .durations("within", (0..rows.len()).map(|i| Some(self.within[i % self.within.len()].micros())))
            .keys()
            .counts("n", all)
            .counts("activated", counts(&activated))
            .counts("censored", counts(&|cell| members[cell].len() as i64 - activated(cell)))
            .counts("before", counts(&before))
            .counts("unknown", counts(&unknown));
        for ((names, ..), values) in QUANTILES.iter().zip(&quantiles) {
            for (i, name) in names.iter().enumerate() {
                sheet = sheet.durations(name, rows.iter().map(|cell| values[*cell][i]));
            }
        }
        sheet.rate(["attained", "attained_low", "attained_high"], attained).rows(rows.clone()).finish()
    }
}
