//! How far newcomers come.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::act::Act;
use super::journey::{self, Journey, Journeys, Steps};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::Span;
use crate::schema::Kind;
use crate::stats::nested::{Watched, share_of};
use crate::stats::survival::{KaplanMeier, Step};

/// How many of those who start come to each next step, and how fast.
///
/// # Formula
/// A member starts with the first of `steps`: `join` is joining as in [`crate::Activation`], any other their first such act ever. They have
/// reached step k when all steps up to k have happened, in any order: T(k) = max over i ≤ k of the first time of step i, since the start.
/// So the steps hold each other, and each rate falls. Who has not reached a step is censored for it at leaving or at the end of
/// observation. With S(k) the Kaplan–Meier curve of T(k): rate = 1 − S(k)(within); step_rate = rate(k) / rate(k − 1); median = the
/// smallest t with S(k)(t) ≤ ½.
///
/// # Columns
/// One row for each group and step, in the order of `steps`: `by` …, step (text), started (members), members (who reached it within
/// `within`, so far), open (members who have not, and still may), rate with `_low` and `_high` (of those who started; null where nobody was
/// watched as long as `within`), step_rate with `_low` and `_high` (of those who reached the step before; null for the first, and where
/// nobody reached the one before), median with `_low` and `_high` (durations since the start; null where fewer than half get there),
/// reached_median (of those who have reached it, whenever: it forgets those who have not).
///
/// # Edge cases
/// An act before the start counts as done at it; one after leaving not at all. A step of a kind that sources may not record (views,
/// reactions, shares) and that nobody has on record has nulls, and the next steps are held against the one before it: whether it never
/// happened or was never recorded can't be told. `first_reply_received` is the first reply, by another person, to a message of the member's:
/// to the parent's author or, where the reply names no parent in its thread, to that of the opening post. A bot's, an unknown author's and
/// one without a time of its own is none. `by` takes columns of the members where the first step is `join`; else also those of the
/// first act (its channel, say).
///
/// # Source
/// Kaplan & Meier (1958), intervals as in [`crate::FirstResponse`]; step_rate's by the influence functions of both estimates, on the logit
/// scale, at 0 and 1 by Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    /// The steps: kinds of acts, `contribution`, `message` or `first_reply_received`. The first starts the clock.
    #[serde(deserialize_with = "one_or_many")]
    pub steps: Vec<Act>,
    /// The time within which a step is wanted. Default: 30 days.
    pub within: Span,
    /// Grouping, and which members count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Funnel {
    fn default() -> Self {
        let kinds = [Kind::Join, Kind::View, Kind::Reaction, Kind::Reply, Kind::Post];
        Self { steps: kinds.map(Act::Kind).to_vec(), within: Span::days(30), scope: Scope::default() }
    }
}

impl Funnel {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.funnel",
        question: "How far do newcomers come: how many read, react, reply, post?",
        formula: "T(k) = max over i ≤ k of the first time of step i, since the start; rate = 1 − S(k)(within), Kaplan–Meier; step_rate = rate(k) / rate(k − 1)",
        unit: "share of members",
        source: "Kaplan & Meier (1958); Greenwood, log–log",
        whole: Whole::Thread,
    };
}

impl Kpi for Funnel {
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
        if self.steps.len() < 2 {
            return Err(Error::option("steps", "two steps or more, the first of them the start", self.steps.len()));
        }
        if let Some(twice) = self.steps.iter().enumerate().find_map(|(i, s)| self.steps[..i].contains(s).then_some(s)) {
            return Err(Error::option("steps", "steps that differ", format!("{:?} twice", twice.to_string())));
        }
        if self.steps[1..].contains(&Act::Kind(Kind::Join)) {
            let got = self.steps.iter().map(Act::to_string).collect::<Vec<_>>().join(", ");
            return Err(Error::option("steps", "such that \"join\", if it is there, is the first", got));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        journey::SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        journey::partial(part, &self.scope, Steps { start: self.steps[0], steps: &self.steps[1..] })
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let journeys = Journeys::read(tables, self.steps.len() - 1, horizon);
        journeys.decline_unknown(Self::SPEC.name)?;
        let groups: Vec<_> = journeys.all.iter().map(|j| &j.group).collect();
        let cells = Cells::new(groups, None, None, horizon)?;
        let mut members: Vec<Vec<&Journey>> = vec![vec![]; cells.len()];
        for journey in &journeys.all {
            if let Some(cell) = cells.index(&journey.group, 0) {
                members[cell].push(journey);
            }
        }
        let recorded = |step: &usize| journeys.recorded[*step] || self.steps[step + 1].always_recorded();
        let recorded: Vec<usize> = (0..self.steps.len() - 1).filter(recorded).collect();
        let mut rows = vec![];
        for (cell, members) in members.iter().enumerate() {
            let mut before: Option<Vec<Watched>> = None;
            for step in 0..self.steps.len() {
                let counted = step == 0 || recorded.contains(&(step - 1));
                let all = recorded.iter().copied().take_while(|known| *known < step);
                let times: Option<Vec<Watched>> = counted.then(|| {
                    let time = |journey: &&Journey| journey.time_to(all.clone());
                    members.iter().map(time).map(|(time, ended)| Watched { time, ended }).collect()
                });
                rows.push((cell, step, Reached::new(members.len(), times.as_deref(), before.as_deref(), self)));
                before = times.or(before);
            }
        }
        let of = |value: &dyn Fn(&Reached) -> Option<i64>| rows.iter().map(|(.., r)| value(r)).collect::<Vec<_>>();
        let median = |i: usize| of(&|r: &Reached| r.median[i]);
        cells
            .sheet(&self.scope)
            .members(members.iter().map(|m| m.len() as i64).collect())
            .column("step", Values::Text(rows.iter().map(|(_, step, _)| Some(self.steps[*step].to_string())).collect()))
            .keys()
            .counts("started", rows.iter().map(|(.., r)| r.started))
            .column("members", Values::Count(of(&|r| r.members)))
            .column("open", Values::Count(of(&|r| r.open)))
            .rate(["rate", "rate_low", "rate_high"], rows.iter().map(|(.., r)| r.rate))
            .rate(["step_rate", "step_rate_low", "step_rate_high"], rows.iter().map(|(.., r)| r.step_rate))
            .durations("median", median(0))
            .durations("median_low", median(1))
            .durations("median_high", median(2))
            .durations("reached_median", of(&|r| r.reached_median))
            .rows(rows.iter().map(|(cell, ..)| *cell).collect())
            .finish()
    }
}

/// The numbers of one step.
#[derive(Debug, Default)]
struct Reached {
    started: i64,
    members: Option<i64>,
    open: Option<i64>,
    rate: Option<[f64; 3]>,
    step_rate: Option<[f64; 3]>,
    median: [Option<i64>; 3],
    reached_median: Option<i64>,
}

impl Reached {
    fn new(started: usize, times: Option<&[Watched]>, before: Option<&[Watched]>, funnel: &Funnel) -> Self {
        let started = started as i64;
        let Some(times) = times else { return Self { started, ..Self::default() } };
        let (within, confidence) = (funnel.within.micros(), funnel.scope.confidence);
        let step = |w: &Watched| Step { time: w.time, ended: u64::from(w.ended), censored: u64::from(!w.ended) };
        let curve = KaplanMeier::new(times.iter().map(step), confidence);
        let count = |kept: &dyn Fn(&Watched) -> bool| times.iter().filter(|w| kept(w)).count() as i64;
        let mut reached: Vec<i64> = times.iter().filter(|w| w.ended).map(|w| w.time).collect();
        reached.sort_unstable();
        let middle = |rank: usize| reached.get(rank).copied();
        let reached_median = reached.len().checked_sub(1).and_then(|last| {
            let (low, high) = (middle(last / 2)?, middle(reached.len() / 2)?);
            Some(low + (high - low) / 2)
        });
        let rate = match before {
            // That those who start have started is no estimate.
            None => Some([1.0; 3]),
            Some(_) => curve.at(within).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low]),
        };
        Self {
            started,
            members: Some(count(&|w| w.ended && w.time <= within)),
            open: Some(count(&|w| !w.ended && w.time < within)),
            rate,
            step_rate: before.filter(|_| rate.is_some()).and_then(|b| share_of(times, b, within, confidence)),
            median: if before.is_some() { curve.quantile(1, 2) } else { [Some(0); 3] },
            reached_median,
        }
    }
}
