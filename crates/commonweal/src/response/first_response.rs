//! The first response.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::{self, Responder, SHAPES};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::{Every, Span};
use crate::stats::proportion::wilson;

/// How long posts wait for their first response, and which share gets one in time. Posts without a response are not left out: they are
/// censored at the end of observation.
///
/// # Formula
/// The response to a post is the earliest reply in its thread, not before it, by another person of the role `responder` asks for. With S
/// the Kaplan–Meier curve of the waits of all posts: median, p75, p90 = the smallest t with S(t) ≤ 0.5, 0.25, 0.1; attained =
/// 1 − S(within). attained_due = posts answered within / posts that `within` has passed for. answered_median = the median of the
/// answered posts alone: the usual figure, for comparison; it forgets the unanswered.
///
/// # Columns
/// One row for each period, group and `within` with a post: period (of the post; with `every`), `by` … (of the post), within (duration; each has a row of its own), n, answered, unanswered
/// (posts), median, p75, p90 with `_low` and `_high` (durations; null where the curve does not get there), attained with `_low` and
/// `_high` (null where no post was watched as long as `within`), attained_due with `_low` and `_high` (null where none is due),
/// answered_median (null where none was answered), complete (with `every`).
///
/// # Edge cases
/// No reply by a bot, by the asker, or by an unknown author is a response (the last can't be told from the asker's); nor is an act
/// whose time is only that of its parent. Posts of unknown authors count. Whether S(t) equals 1 − q is decided exactly, in integers:
/// floating products land a hair above, and lifelines then gives the next time. An interval's end is null where the curve's band does
/// not get there. Days are 24 hours; business hours are not known here.
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958); Greenwood's variance, log–log intervals (Kalbfleisch & Prentice 1980), at shares of 0 and 1 Wilson's bound; quantile intervals of
/// Brookmeyer & Crowley, Biometrics 38 (1982); Wilson (1927) for attained_due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FirstResponse {
    /// The times within which a response is wanted. Default: 1 hour.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for FirstResponse {
    fn default() -> Self {
        Self { within: vec![Span::hours(1)], responder: Responder::Any, every: None, scope: Scope::default() }
    }
}

impl FirstResponse {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.first_response",
        question: "How long do posts wait for an answer, and how many get one in time?",
        formula: "S = Kaplan–Meier of the time to the first reply by another person, unanswered posts censored; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Thread,
    };
}

const QUANTILES: [([&str; 3], u64, u64); 3] = [
    (["median", "median_low", "median_high"], 1, 2),
    (["p75", "p75_low", "p75_high"], 3, 4),
    (["p90", "p90_low", "p90_high"], 9, 10),
];

impl Kpi for FirstResponse {
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
        if self.within.is_empty() {
            return Err(Error::option("within", "one length or several, as \"1h\"", "none"));
        }
        if let Some(twice) = self.within.iter().enumerate().find_map(|(i, w)| self.within[..i].contains(w).then_some(w))
        {
            return Err(Error::option("within", "lengths that differ", format!("{twice} twice")));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        answers::partial(part, &self.scope, self.every, self.responder)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let waits = answers::waits(&cells, tables, horizon);
        let curves: Vec<_> = waits.iter().map(|w| w.curve(self.scope.confidence)).collect();
        let rows: Vec<usize> = (0..cells.len())
            .filter(|cell| waits[*cell].n() > 0)
            .flat_map(|cell| vec![cell; self.within.len()])
            .collect();
        let per_row = |i: usize| (&waits[rows[i]], &curves[rows[i]], self.within[i % self.within.len()]);
        let all = || (0..rows.len()).map(per_row);

        let quantiles: Vec<Vec<[Option<i64>; 3]>> =
            QUANTILES.iter().map(|(_, a, b)| curves.iter().map(|curve| curve.quantile(*a, *b)).collect()).collect();
        let attained = all()
            .map(|(_, curve, within)| curve.at(within.micros()).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low]));
        let due = all().map(|(waits, _, within)| {
            let (in_time, due) = waits.due(within.micros());
            wilson(in_time, due, self.scope.confidence)
        });
        let mut sheet = cells
            .sheet(&self.scope)
            .members(waits.iter().map(|w| w.askers).collect())
            .durations("within", all().map(|(_, _, within)| Some(within.micros())))
            .keys()
            .counts("n", all().map(|(w, ..)| w.n() as i64))
            .counts("answered", all().map(|(w, ..)| w.answered() as i64))
            .counts("unanswered", all().map(|(w, ..)| w.open() as i64));
        for ((names, ..), values) in QUANTILES.iter().zip(&quantiles) {
            for (i, name) in names.iter().enumerate() {
                sheet = sheet.durations(name, rows.iter().map(|cell| values[*cell][i]));
            }
        }
        sheet
            .rate(["attained", "attained_low", "attained_high"], attained)
            .rate(["attained_due", "attained_due_low", "attained_due_high"], due)
            .durations("answered_median", all().map(|(w, ..)| w.answered_median()))
            .rows(rows.clone())
            .finish()
    }
}
