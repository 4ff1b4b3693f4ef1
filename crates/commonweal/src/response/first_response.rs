//! The first response.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::{Asked, Per, Responder, SHAPES};
use super::{columns, waits};
use crate::community::Whole;
use crate::error::Result;
use crate::hours::{BusinessHours, Clock};
use crate::kpi::sheet::Cells;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::{Every, Span};

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
/// (posts), without_text (posts left out, as nobody can tell whether they ask; with `questions_only`), median, p75, p90 with `_low` and `_high` (durations; null where the curve does not get there), attained with `_low` and
/// `_high` (null where no post was still unanswered and watched at `within`, and the curve had not come down to 0 before), attained_due with `_low` and `_high` (null where none is due),
/// answered_median (null where none was answered), team_clock (posts measured on the team's clock, since the zone of the member whose
/// clock `hours` asks for is not known or no zone; only where it asks for a member's), complete (with `every`).
///
/// # Edge cases
/// No reply by a bot, by the asker, or by an unknown author is a response (the last can't be told from the asker's); nor is an act
/// whose time is only that of its parent. Posts of unknown authors count. Whether S(t) equals 1 − q is decided exactly, in integers:
/// floating products land a hair above, and lifelines then gives the next time. An interval's end is null where the curve's band does
/// not get there. With `per` of turns, n, answered and unanswered count turns, see [`crate::Per`]. Days are 24 hours.
///
/// With `hours`, every duration is one of open time: the waits, `within` ("1h" is one open hour, "1d" 24 of them, not a working day), the
/// time that open posts were watched, and so what is due. An answer given while closed has waited the open time that had passed: none
/// for a question of the same night. See [`BusinessHours`].
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
    /// What waits: each post, or each turn of an asker. Default: each post.
    pub per: Per,
    /// Whether only messages that ask count. A post without text is left out, as nobody can tell. Default: no.
    pub questions_only: bool,
    /// Durations count the open time of this schedule only. Default: none, every hour counts.
    pub hours: Option<BusinessHours>,
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for FirstResponse {
    fn default() -> Self {
        Self {
            within: vec![Span::hours(1)],
            responder: Responder::Any,
            per: Per::Post,
            questions_only: false,
            hours: None,
            every: None,
            scope: Scope::default(),
        }
    }
}

impl FirstResponse {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.first_response",
        question: "How long does a post wait for its first answer, and which share is answered in time?",
        formula: "S = Kaplan–Meier of the time to the first reply by another person, unanswered posts censored; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        let Self { responder, every, per, questions_only, ref hours, ref scope, .. } = *self;
        Asked { scope, every, responder, per, questions_only, hours: hours.as_ref() }
    }
}

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
        columns::check(&self.within)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        self.asked().partial(part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let mut groups = waits::groups(tables, self.hours.as_ref());
        // A cell of which no post is known to ask still tells of those without text.
        groups.extend_from_slice(&tables[2].groups);
        let first = tables[0].first_period().into_iter().chain(tables[2].first_period()).min();
        let cells = Cells::new(&groups, first, self.every, horizon)?;
        let told = columns::told(&cells, tables, horizon, self.hours.as_ref(), &self.within, &self.scope);
        let not_known: Vec<i64> = told.iter().map(|told| told.team_clock as i64).collect();
        let left_out: Vec<i64> = cells.sums::<1>(&tables[2]).into_iter().map(|[n]| n).collect();
        let mut more = vec![];
        if self.questions_only {
            more.push(("without_text", left_out.as_slice()));
        }
        if self.hours.as_ref().is_some_and(|hours| hours.whose() != Clock::Team) {
            more.push(("team_clock", not_known.as_slice()));
        }
        columns::table(cells, &self.scope, &told, &self.within, &columns::ANSWERS, &more)
    }
}
