//! Cohorts, and who of them still comes.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::active_days::{ActivityKind, for_each_member};
use super::joined::{Joined, refuse_unknown};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::eligible::{own_groups, silent_groups};
use crate::kpi::sheet::Cells;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::{Calendar, Every};
use crate::stats::proportion::wilson;
use crate::view::Group;

/// What puts members into a cohort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cohort {
    /// The period of their first qualifying act.
    #[default]
    FirstActive,
    /// The period in which they joined: by the members table, else by their first join.
    Joined,
}

/// What counts as staying.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionKind {
    /// To be active in exactly the k-th period.
    #[default]
    Bounded,
    /// To be active in the k-th period or in any later one that was observed.
    Unbounded,
}

/// Which share of those who came in one period is active 1, 2, 3 … periods later.
///
/// # Formula
/// rate(c, k) = members of cohort c active in period c + k / members of cohort c, with Wilson's interval. Unbounded: active in period c + k
/// or any later one, until the end of observation.
///
/// # Columns
/// cohort (date of its period), `by` …, size (members), offset (k, in periods), active (members), rate, rate_low, rate_high (null where
/// size is 0, and where the period c + k is not complete; of first activity, 1 for sure at k = 0), for `unbounded` follow_up (complete periods observed after c + k), complete.
/// One row for each cohort and each k from 0 to the period that observation ends in.
///
/// # Edge cases
/// Unbounded rates are censored on the right: who has not come back yet may do so after the end of observation, so the rates of the
/// latest periods are too low, the more so the smaller follow_up is; where it is 0, the rate is the bounded one.
/// With `cohort` joined, the size holds those who never did anything, and bounded rates at k = 0 may be below 1; who joined at a time that
/// nothing tells is in no cohort; acts in periods before that of joining count for nothing. With `by`, each group is a community of its
/// own: first active in the group; joined in the group by the members' columns, and with a column of the events all who joined are in
/// the cohort of each group.
///
/// # Source
/// Cohort tables as customary (Glenn, *Cohort Analysis*, 2005); interval by Wilson (1927).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Retention {
    /// The period. Default: week.
    pub every: Every,
    /// What puts members into a cohort. Default: their first activity.
    pub cohort: Cohort,
    /// What counts as staying. Default: bounded.
    pub kind: RetentionKind,
    /// What makes a member active. Default: contributing.
    pub activity: ActivityKind,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            every: Every::Week,
            cohort: Cohort::default(),
            kind: RetentionKind::default(),
            activity: ActivityKind::default(),
            scope: Scope::default(),
        }
    }
}

impl Retention {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "adoption.retention",
        question: "Do those who came once come back?",
        formula: "rate(c, k) = members of cohort c active in period c + k / members of cohort c",
        unit: "share of members",
        source: "customary cohort tables; Wilson (1927) for the interval",
        whole: Whole::Member,
    };
}

const ACTIVE: usize = 0;
const SIZE: usize = 1;

impl Kpi for Retention {
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
        // By cohort and, where it matters, time of joining: active at k = 0, members by first activity. By cohort and k: active at k, or
        // until k. By cohort and time of joining: members who joined. Acts, members known to have joined. Acts, views.
        const { &[Shape::sums(2), Shape::sums(1), Shape::sums(1), Shape::sums(2), ActivityKind::SEEN] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let community = part.community;
        let joined = (self.cohort == Cohort::Joined).then(|| Joined::of(part)).transpose()?;
        let span = joined.as_ref().and_then(Joined::span);
        let calendar = Calendar::new(community.zone(), self.every);
        let grid = span.map(|(first, last)| {
            let events = community.dense().span().unwrap_or((first, last));
            calendar.grid(first.min(events.0), last.max(events.1))
        });
        // The period of an instant, counted from that of the first event, which is 0.
        let place = |instant: i64, periods: &Periods| {
            grid.as_ref().map(|grid| grid.index(instant) as i64 - grid.index(periods.start(0)) as i64)
        };
        let mut at_once = TableBuilder::<2>::new();
        let mut later = TableBuilder::<1>::new();
        let periods = &Periods::of(community, Some(self.every));
        for_each_member(part, &self.scope, self.activity, periods, |scoped, spell| {
            let (cohort, start, instant) = match &joined {
                None => {
                    let first = spell.periods[0];
                    let start = periods.start(first as usize);
                    at_once.at(spell.group, start, 0)[SIZE] += 1;
                    (i64::from(first), start, 0)
                }
                Some(joined) => {
                    let own = scoped.groups.members_only(&scoped.groups.label(spell.group));
                    let joining = joined.joining(spell.member, scoped).filter(|joining| joining.group == own);
                    let Some(at) = joining.map(|joining| joining.at) else { return };
                    let Some(cohort) = place(at, periods) else { return };
                    (cohort, calendar.start_of(at), at)
                }
            };
            let mut offsets = spell.periods.iter().map(|p| i64::from(*p) - cohort).filter(|k| *k >= 0);
            let mut count = |k: i64| match k {
                0 => at_once.at(spell.group, start, instant)[ACTIVE] += 1,
                k => later.at(spell.group, start, k)[0] += 1,
            };
            match self.kind {
                RetentionKind::Bounded => offsets.for_each(count),
                RetentionKind::Unbounded => offsets.next_back().into_iter().for_each(&mut count),
            }
        })?;
        let mut sizes = LabelledBuilder::<1>::new();
        let mut known = TableBuilder::<2>::new();
        if let Some(joined) = &joined {
            let scoped = part.scoped(&self.scope)?;
            known.at(0, 0, 0)[0] += if part.first { community.n_events() as i128 } else { 0 };
            for member in joined.members() {
                known.at(0, 0, 0)[1] += 1;
                if let Some(joining) = joined.joining(member, &scoped) {
                    sizes.at(joining.group, calendar.start_of(joining.at), joining.at)[0] += 1;
                }
            }
        }
        let groups = community.groups(&self.scope.by)?;
        let label = |code| groups.label(code);
        let (sizes, known) = (sizes.finish(), known.finish(|_| Group::new()));
        Ok(vec![at_once.finish(label), later.finish(label), sizes, known, self.activity.seen(part)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [at_once, later, sizes, known, seen] = tables else { return Ok(DataFrame::empty()) };
        self.activity.check(seen)?;
        if self.cohort == Cohort::Joined {
            refuse_unknown("cohort", known)?;
        }
        let first = [at_once, later, sizes].into_iter().filter_map(|table| table.first_period()).min();
        // Groups of the members' own columns are there whether anybody is active or not.
        let groups = at_once.groups.iter().chain(&later.groups).chain(silent_groups(sizes));
        let cells = Cells::new(groups, first, Some(self.every), horizon)?;
        let triangle = Triangle::of(&cells)?;
        let size = match self.cohort {
            Cohort::FirstActive => cells.sums::<2>(at_once).into_iter().map(|sums| sums[SIZE]).collect(),
            Cohort::Joined => joined_of(&cells, sizes),
        };
        let mut active = vec![0i64; triangle.len()];
        for (cell, _, instant, values) in cells.rows(at_once) {
            // Who joins after the end of observation is not there yet.
            let there = |cell| self.cohort == Cohort::FirstActive || instant <= cells.observed_end_of(cell);
            if there(cell) {
                let row = triangle.row(cell);
                active[row] = active[row].saturating_add(values[ACTIVE] as i64);
            }
        }
        for (cell, _, k, values) in cells.rows(later) {
            if let Some(row) = triangle.later(cell, k) {
                active[row] = active[row].saturating_add(values[0] as i64);
            }
        }
        if self.kind == RetentionKind::Unbounded {
            triangle.sum_from_the_end(&mut active);
        }
        let (rows, offsets) = triangle.rows();
        let period = |(cell, k): (&usize, &i64)| cell / cells.groups().len() + *k as usize;
        let complete: Vec<bool> = rows.iter().zip(&offsets).map(|row| cells.complete(period(row))).collect();
        let rates: Vec<_> =
            (0..rows.len()).map(|i| self.rate(active[i], size[rows[i]], offsets[i]).filter(|_| complete[i])).collect();
        let observed = (0..cells.periods()).filter(|period| cells.complete(*period)).count();
        let follow_up: Vec<i64> =
            rows.iter().zip(&offsets).map(|row| observed.saturating_sub(period(row) + 1) as i64).collect();
        let sizes: Vec<i64> = rows.iter().map(|cell| size[*cell]).collect();
        let sheet = cells
            .sheet(&self.scope)
            .members(size)
            .counts("size", sizes)
            .key("offset", offsets)
            .counts("active", active)
            .rate(["rate", "rate_low", "rate_high"], rates);
        let sheet = match self.kind {
            RetentionKind::Bounded => sheet,
            RetentionKind::Unbounded => sheet.counts("follow_up", follow_up),
        };
        sheet.rows(rows).cohorts(complete).finish()
    }
}

impl Retention {
    fn rate(&self, active: i64, size: i64, offset: i64) -> Option<[f64; 3]> {
        let rate = wilson(active, size, self.scope.confidence);
        // By definition, and so beyond doubt.
        if self.cohort == Cohort::FirstActive && offset == 0 { rate.map(|_| [1.0; 3]) } else { rate }
    }
}

/// The rows of a cohort table: each cell has one for each period from its own to the last.
struct Triangle {
    /// The first row of each cell, and at last the number of rows.
    starts: Vec<usize>,
}

impl Triangle {
    fn of(cells: &Cells<'_>) -> Result<Self> {
        let (periods, width) = (cells.periods(), cells.groups().len());
        cells.check_rows(periods.saturating_mul(periods + 1) / 2 * width)?;
        let mut starts = Vec::with_capacity(cells.len() + 1);
        let mut next = 0;
        for cell in 0..cells.len() {
            starts.push(next);
            next += periods - cell / width;
        }
        starts.push(next);
        Ok(Self { starts })
    }

    fn len(&self) -> usize {
        self.starts[self.starts.len() - 1]
    }

    /// The row of a cell at k = 0.
    fn row(&self, cell: usize) -> usize {
        self.starts[cell]
    }

    /// The row of a cell at `k` of 1 or more; none after the end of observation.
    fn later(&self, cell: usize, k: i64) -> Option<usize> {
        let row = self.starts[cell].checked_add(usize::try_from(k).ok()?)?;
        (k > 0 && row < self.starts[cell + 1]).then_some(row)
    }

    /// Turns members by their last k into members of this k or a later one.
    fn sum_from_the_end(&self, counts: &mut [i64]) {
        for cell in self.starts.windows(2) {
            for row in (cell[0] + 1..cell[1]).rev() {
                counts[row - 1] = counts[row - 1].saturating_add(counts[row]);
            }
        }
    }

    /// The cell and k of each row.
    fn rows(&self) -> (Vec<usize>, Vec<i64>) {
        let cells = self.starts.windows(2).enumerate();
        cells.flat_map(|(cell, rows)| (0..rows[1] - rows[0]).map(move |k| (cell, k as i64))).unzip()
    }
}

/// The members of each cohort by when they joined, as far as they had by the end of observation.
fn joined_of(cells: &Cells<'_>, sizes: &Table) -> Vec<i64> {
    let mut size = vec![0i64; cells.len()];
    let mut groups: BTreeMap<Group, Vec<&Group>> = BTreeMap::new();
    for (own, group) in own_groups(cells, sizes).into_iter().zip(cells.groups()) {
        groups.entry(own).or_default().push(group);
    }
    for (own, cohort, instant, values) in sizes.rows() {
        let cells_of = groups.get(own).into_iter().flatten().filter_map(|group| cells.index(group, cohort));
        for cell in cells_of.filter(|cell| instant <= cells.observed_end_of(*cell)) {
            size[cell] = size[cell].saturating_add(values[0] as i64);
        }
    }
    size
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;

    use super::super::tests::{DAY, MONDAY, compute, counts, events, joined, numbers, table};
    use crate::community::Community;

    #[test]
    fn two_cohorts_by_hand() {
        // Weeks 0 to 3, the last cut short. Ana comes in weeks 0, 1, 3, bo in 0, cy in 1 and 2.
        let rows =
            [(0, "ana", 0), (1, "ana", 0), (2, "bo", 0), (7, "ana", 1), (8, "cy", 1), (15, "cy", 2), (22, "ana", 3)];
        let rows: Vec<_> = rows.iter().map(|(day, member, _)| (*day, *member, "post", "")).collect();
        let community = Community::builder(events(&rows)).build().expect("valid");
        let found = table(&community, "adoption.retention", json!({}));
        assert_eq!(counts(&found, "size"), [2, 2, 2, 2, 1, 1, 1, 0, 0, 0]);
        assert_eq!(counts(&found, "offset"), [0, 1, 2, 3, 0, 1, 2, 0, 1, 0]);
        assert_eq!(counts(&found, "active"), [2, 1, 0, 1, 1, 1, 0, 0, 0, 0]);
        let rates = [Some(1.0), Some(0.5), Some(0.0), None, Some(1.0), Some(1.0), None, None, None, None];
        assert_eq!(numbers(&found, "rate"), rates);
        assert_eq!(numbers(&found, "rate_low")[0], Some(1.0), "at k = 0 it is so by definition");
        assert!(numbers(&found, "rate_low")[1].expect("a rate") < 0.1);
        let later = table(&community, "adoption.retention", json!({"kind": "unbounded"}));
        assert_eq!(counts(&later, "active"), [2, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
        assert_eq!(counts(&later, "follow_up"), [2, 1, 0, 0, 1, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn cohorts_of_those_who_joined() {
        // Ana joined by the table; bo is listed and has always been there, but has an act of joining; cy never did a thing; dan joins
        // after the end; eve is not listed; fay was there before the first event.
        let rows = [
            (1, "ana", "post"),
            (8, "ana", "post"),
            (2, "bo", "join"),
            (9, "bo", "post"),
            (3, "eve", "post"),
            (9, "dan", "post"),
        ];
        let rows: Vec<_> = rows.iter().map(|(day, member, kind)| (*day, *member, *kind, "")).collect();
        let listed = [("ana", Some(0)), ("bo", None), ("cy", Some(1)), ("dan", Some(12)), ("fay", Some(-6))];
        let end = DateTime::from_timestamp_micros(MONDAY + 10 * DAY);
        let build = |events| {
            Community::builder(events).members(joined(&listed)).as_of(end.expect("a time")).build().expect("valid")
        };
        let found = table(&build(events(&rows)), "adoption.retention", json!({"cohort": "joined"}));
        assert_eq!(counts(&found, "size"), [1, 1, 1, 3, 3, 0], "fay; ana, bo, cy; dan is not there yet");
        assert_eq!(counts(&found, "active"), [0, 0, 0, 1, 2, 0], "ana, then ana and bo; dan acts before joining");
        // By a column of the events, all are in the cohort of each group.
        let by = table(&build(events(&rows)), "adoption.retention", json!({"cohort": "joined", "by": "channel"}));
        assert_eq!(counts(&by, "size"), [1, 1, 1, 3, 3, 0]);
        // Where nothing tells, it says so.
        let nothing = Community::builder(events(&[(0, "ana", "post", "")]))
            .members(joined(&[("ana", None)]))
            .build()
            .expect("valid");
        let error = compute(&nothing, "adoption.retention", json!({"cohort": "joined"})).expect_err("nothing tells");
        assert!(
            error.to_string().starts_with("cohort must be \"first_active\" where nothing tells when members joined"),
            "{error}"
        );
    }

    #[test]
    fn more_rows_than_people_read_are_refused() {
        let rows = [(0, "ana", "post", ""), (9_000, "ana", "post", "")];
        let community = Community::builder(events(&rows)).build().expect("valid");
        let error = compute(&community, "adoption.retention", json!({"every": "1d"})).expect_err("40 million rows");
        assert_eq!(
            error.to_string(),
            "by must be fewer groups, or every longer periods: at most 5000000 rows, got 1 groups in 9001 periods, 40513501 rows"
        );
    }

    #[test]
    fn offsets_of_a_suppressed_cohort_stay() {
        let rows: Vec<_> = (0..6).map(|i| (i % 2, ["a", "b", "c", "d", "e", "f"][i as usize], "post", "")).collect();
        let community = Community::builder(events(&rows)).build().expect("valid");
        let found = table(&community, "adoption.retention", json!({"every": "1d", "by": "channel", "min_group": 5}));
        assert_eq!(found.column("size").expect("there").null_count(), 3);
        assert_eq!(counts(&found, "offset"), [0, 1, 0]);
    }
}
