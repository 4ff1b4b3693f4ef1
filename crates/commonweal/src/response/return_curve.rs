//! When newcomers come back, by whether they were answered in time.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::Responder;
use super::newcomers::{self, Design, Newcomer, SHAPES};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Span;
use crate::stats::survival::{KaplanMeier, Point};

/// The share of newcomers that has come back, by the time since the landmark: the two curves behind [`crate::RetentionEffect`].
///
/// # Formula
/// returned = 1 − S(t), S the Kaplan–Meier curve of the local days from the landmark's to that of the first contribution on a later
/// one. Newcomers, classes and landmark are those of [`crate::RetentionEffect`] with the same options.
///
/// # Columns
/// `by` … (of the first post), answered (whether in time), time (whole days since the landmark's), at_risk, came_back, censored (members),
/// returned, low, high (shares). The first row of each group and class is time 0; then one row for each distinct time up to the horizon.
/// A suppressed group has one row.
///
/// # Edge cases
/// Those of [`crate::RetentionEffect`]. An association, no proof of an effect.
///
/// # Source
/// Kaplan & Meier (1958), intervals as in [`crate::Curve`]; the landmark by Anderson, Cain & Gelber (1983).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReturnCurve {
    /// An answer until then is in time. Default: 1 hour.
    pub within: Span,
    /// How long after the landmark a return is waited for. Default: 30 days.
    pub horizon: Span,
    /// When after the first post classes are told. Default: none, `within`.
    pub landmark: Option<Span>,
    /// Members whose first contribution lies so near to the start of the record are left out; none for nobody. Default: 30 days.
    pub wash_in: Option<Span>,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// Grouping by columns of the first post, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for ReturnCurve {
    fn default() -> Self {
        Self {
            within: Span::hours(1),
            horizon: Span::days(30),
            landmark: None,
            wash_in: Some(Span::days(30)),
            responder: Responder::Any,
            scope: Scope::default(),
        }
    }
}

impl ReturnCurve {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.return_curve",
        question: "When do newcomers come back, answered in time or not?",
        formula: "returned = 1 − S(t), Kaplan–Meier of the days from the landmark to the first contribution on a later one, for each class",
        unit: "share of newcomers",
        source: "Kaplan & Meier (1958); Anderson, Cain & Gelber (1983)",
        whole: Whole::Thread,
    };

    fn design(&self) -> Design {
        Design::new(self.within, self.landmark, self.horizon, self.wash_in)
    }
}

impl Kpi for ReturnCurve {
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
        self.design().check()?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        newcomers::partial(part, &self.scope, &[], self.responder)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let found = newcomers::read(tables, self.scope.by.len(), &self.design(), horizon);
        let cells = Cells::new(found.keys(), None, None, horizon)?;
        let (mut rows, mut answered, mut points): (Vec<usize>, Vec<Option<bool>>, Vec<Point>) =
            (vec![], vec![], vec![]);
        let mut intervals: Vec<[f64; 2]> = vec![];
        for (cell, newcomers) in found.values().enumerate() {
            for class in [true, false] {
                let steps = newcomers.there.iter().filter(|n| n.answered == class).map(Newcomer::step);
                let curve = KaplanMeier::new(steps, self.scope.confidence);
                let drawn = curve.drawn();
                intervals.extend(drawn.iter().map(|p| curve.interval(p)));
                points.extend(drawn);
                rows.resize(points.len(), cell);
                answered.resize(points.len(), Some(class));
            }
        }
        let count = |value: fn(&Point) -> u64| points.iter().map(move |p| value(p) as i64);
        let number = |value: fn(&Point) -> f64| points.iter().map(move |p| Some(value(p)));
        cells
            .sheet(&self.scope)
            .members(found.values().map(|n| n.there.len() as i64).collect())
            .column("answered", Values::Flag(answered))
            .column("time", Values::Duration(points.iter().map(|p| Some(p.time)).collect()))
            .counts("at_risk", count(|p| p.at_risk))
            .counts("came_back", count(|p| p.ended))
            .counts("censored", count(|p| p.censored))
            .numbers("returned", number(|p| 1.0 - p.survival))
            .numbers("low", intervals.iter().map(|[_, high]| Some(1.0 - high)))
            .numbers("high", intervals.iter().map(|[low, _]| Some(1.0 - low)))
            .rows(rows)
            .one_row_if_hidden()
            .finish()
    }
}
