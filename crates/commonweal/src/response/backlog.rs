//! The posts that are open at the end of each period.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::acts::{Acts, WaitsBuilder};
use super::answers::{Asked, Per, Responder, one_clock};
use super::columns;
use super::standing::{self, Standing};
use crate::community::Whole;
use crate::error::Result;
use crate::hours::{BusinessHours, Meter};
use crate::kpi::sheet::Cells;
use crate::kpi::table::{TableBuilder, Tally};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, one_or_many};
use crate::period::{Every, Span};
use crate::stats::proportion::wilson;

/// How many posts wait for an answer at the end of each period, and how long they have waited by then.
///
/// # Formula
/// At T, the end of the period or of observation where that comes first: open = posts asked by T and not answered by T, whenever they
/// were asked, and whether or not they were answered later. The age of an open post is T − the time it was asked. age_median and age_p90
/// are the quantiles of these ages, between the two in the middle in proportion (Hyndman & Fan's type 7, as in numpy, R and pandas), to
/// the microsecond below. older_than = open posts of an age above `within`; older_than_share = older_than / open.
///
/// # Columns
/// One row for each period since the first post, group and `within`: period, `by` … (of the post), within (duration; each has a row of its own), open (posts),
/// age_median, age_p90 (durations, null where none is open), older_than (posts), older_than_share with `_low` and `_high` (Wilson, null
/// where none is open), complete.
///
/// # Edge cases
/// Periods are half-open: what is asked or answered at the instant that a period ends belongs to the next. No reply by a bot, by the asker
/// or by an unknown author is a response. A post in no thread is open for ever. With `per` of turns, turns are counted, see
/// [`crate::Per`]. The distinct members that `min_group` asks for are those with an open post at the end of the period: a group with none
/// is suppressed too. With `hours`, ages and `within` are open time of the team's clock; a member's clock is declined, as what is open at
/// one time is measured by one clock.
///
/// # Source
/// Quantiles: Hyndman & Fan, The American Statistician 50 (1996). Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Backlog {
    /// The period. Default: weeks.
    pub every: Every,
    /// The ages above which an open post is told of. Default: 1 day.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// What waits: each post, or each turn of an asker. Default: each post.
    pub per: Per,
    /// Whether only messages that ask count. A post without text is left out, as nobody can tell. Default: no.
    pub questions_only: bool,
    /// Ages count the open time of this schedule only, on the team's clock. Default: none, every hour counts.
    pub hours: Option<BusinessHours>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Backlog {
    fn default() -> Self {
        Self {
            every: Every::Week,
            within: vec![Span::days(1)],
            responder: Responder::Any,
            per: Per::Post,
            questions_only: false,
            hours: None,
            scope: Scope::default(),
        }
    }
}

impl Backlog {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.backlog",
        question: "How many posts wait for an answer at the end of each period, and how long have they waited?",
        formula: "open(T) = posts asked by T and not answered by T, at each period's end T; age = T − asked",
        unit: "posts",
        source: "Hyndman & Fan (1996), type 7; Wilson (1927)",
        whole: Whole::Thread,
    };

    fn asked(&self) -> Asked<'_> {
        let Self { every, responder, per, questions_only, ref hours, ref scope, .. } = *self;
        Asked { scope, every: Some(every), responder, per, questions_only, hours: hours.as_ref() }
    }
}

impl Kpi for Backlog {
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
        one_clock(self.hours.as_ref())?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Waits, as all of the family; for suppression, by asker, the open posts that a period has more than the one before.
        const { &[Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let acts = Acts::of(&self.asked(), part)?;
        let (mut waits, mut askers) = (WaitsBuilder::default(), TableBuilder::<1>::new());
        let periods = Periods::of(part.community, Some(self.every));
        acts.each(
            part,
            |row| acts.group(row),
            |row, answer| {
                acts.wait(&mut waits, row, answer);
                if let Some(asker) = acts.asker(row) {
                    let group = acts.scoped.groups.of(row);
                    askers.at(group, periods.start_of(acts.time[row]), asker)[0] += 1;
                    if let Some(answer) = answer {
                        askers.at(group, periods.start_of(answer.at), asker)[0] -= 1;
                    }
                }
            },
        );
        Ok(vec![Tally::table(acts.waits(waits)), acts.table(askers)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, Some(self.every), horizon)?;
        let within: Vec<i64> = self.within.iter().map(|within| within.micros()).collect();
        let from = tables[0].first_period().unwrap_or(horizon.as_of);
        let meter = Meter::new(self.hours.as_ref(), None, from, horizon.as_of);
        let standing = standing::at_ends(&cells, &tables[0], &within, &meter, horizon);
        let rows: Vec<usize> = (0..cells.len()).flat_map(|cell| vec![cell; within.len()]).collect();
        let all = || rows.iter().enumerate().map(|(i, cell)| (&standing[*cell], i % within.len()));
        let share = |(s, i): (&Standing, usize)| wilson(s.older[i] as i64, s.open as i64, self.scope.confidence);
        let members = askers(&cells, &tables[1]);
        cells
            .sheet(&self.scope)
            .members(members)
            .durations("within", all().map(|(_, i)| Some(within[i])))
            .keys()
            .counts("open", all().map(|(s, _)| s.open as i64))
            .durations("age_median", all().map(|(s, _)| s.median))
            .durations("age_p90", all().map(|(s, _)| s.p90))
            .counts("older_than", all().map(|(s, i)| s.older[i] as i64))
            .rate(["older_than_share", "older_than_share_low", "older_than_share_high"], all().map(share))
            .rows(rows.clone())
            .finish()
    }
}

/// Distinct askers with an open post at the end of the period of each cell.
fn askers(cells: &Cells<'_>, changes: &Table) -> Vec<i64> {
    let width = cells.groups().len();
    // What each period adds to the askers who wait.
    let mut members = vec![0i64; cells.len()];
    let mut open: BTreeMap<(usize, i64), i128> = BTreeMap::new();
    for (cell, _, asker, change) in cells.rows(changes) {
        let posts = open.entry((cell % width, asker)).or_default();
        let before = *posts > 0;
        *posts = posts.saturating_add(change[0]);
        members[cell] += i64::from(*posts > 0) - i64::from(before);
    }
    for cell in width..members.len() {
        members[cell] += members[cell - width];
    }
    members
}
