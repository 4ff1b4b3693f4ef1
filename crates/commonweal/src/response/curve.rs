//! The survival curve of the unanswered.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::{Asked, Per, Responder, SHAPES};
use super::waits;
use crate::community::Whole;
use crate::error::Result;
use crate::hours::BusinessHours;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::stats::hazard;
use crate::stats::survival::Point;

/// The share of posts still without a response, by the time since they were posted.
///
/// # Formula
/// S(t) = Π over durations u ≤ t of (1 − responded(u) / at_risk(u)), with Greenwood's interval on the log(−log) scale. Beside it the
/// cumulative hazard H(t) = Σ over durations u ≤ t of responded(u) / at_risk(u) (Nelson–Aalen), with the interval H · exp(± z σ / H),
/// σ² = Σ responded / at_risk²: where it is steep, those who still wait are answered at a high rate; where it is flat, nobody comes any more.
///
/// # Columns
/// `by` …, time (duration), at_risk, responded, censored (posts), survival, low, high (shares),
/// cumulative_hazard with `_low` and `_high` (a number, 0 and more). The first row of each group is time 0;
/// then one row for each distinct duration. A suppressed group has one row.
///
/// # Edge cases
/// As in [`crate::FirstResponse`]. At survival 1 and 0 Greenwood's variance is not defined; the interval's open end is then Wilson's bound
/// for none of n: of those at risk where none is answered, of the answered where all are. With `hours`, `time` is open time.
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958); Kalbfleisch & Prentice (1980) for the interval; Nelson (1972) and Aalen (1978) for the hazard.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// What waits: each post, or each turn of an asker. Default: each post.
    pub per: Per,
    /// Whether only messages that ask count. A post without text is left out, as nobody can tell. Default: no.
    pub questions_only: bool,
    /// Durations count the open time of this schedule only. Default: none, every hour counts.
    pub hours: Option<BusinessHours>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Curve {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.curve",
        question: "Which share of posts still waits for an answer after a minute, an hour, a day?",
        formula: "S(t) = Π_{u ≤ t} (1 − responded(u) / at_risk(u))",
        unit: "share of posts",
        source: "Kaplan & Meier (1958); Greenwood, log–log",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        let Self { responder, per, questions_only, ref hours, ref scope } = *self;
        Asked { scope, every: None, responder, per, questions_only, hours: hours.as_ref() }
    }
}

impl Kpi for Curve {
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
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.asked().partial(part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let groups = waits::groups(tables, self.hours.as_ref());
        let cells = Cells::new(&groups, tables[0].first_period(), None, horizon)?;
        let waits = waits::waits(&cells, tables, horizon, self.hours.as_ref());
        let (mut rows, mut points): (Vec<usize>, Vec<Point>) = (vec![], vec![]);
        let (mut hazards, mut intervals): (Vec<[f64; 3]>, Vec<[f64; 2]>) = (vec![], vec![]);
        for (cell, waits) in waits.iter().enumerate() {
            let curve = waits.curve(self.scope.confidence);
            let drawn = curve.drawn();
            hazards.extend(hazard::cumulative(&drawn, self.scope.confidence));
            intervals.extend(drawn.iter().map(|p| curve.interval(p)));
            rows.extend(std::iter::repeat_n(cell, drawn.len()));
            points.extend(drawn);
        }
        let count = |value: fn(&Point) -> u64| points.iter().map(move |p| value(p) as i64);
        let number = |value: fn(&Point) -> f64| points.iter().map(move |p| Some(value(p)));
        cells
            .sheet(&self.scope)
            .members(waits.iter().map(|w| w.askers).collect())
            .column("time", Values::Duration(points.iter().map(|p| Some(p.time)).collect()))
            .counts("at_risk", count(|p| p.at_risk))
            .counts("responded", count(|p| p.ended))
            .counts("censored", count(|p| p.censored))
            .numbers("survival", number(|p| p.survival))
            .numbers("low", intervals.iter().map(|[low, _]| Some(*low)))
            .numbers("high", intervals.iter().map(|[_, high]| Some(*high)))
            .rate(
                ["cumulative_hazard", "cumulative_hazard_low", "cumulative_hazard_high"],
                hazards.into_iter().map(Some),
            )
            .rows(rows)
            .one_row_if_hidden()
            .finish()
    }
}
