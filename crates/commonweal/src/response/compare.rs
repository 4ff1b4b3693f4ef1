//! Two groups, or two periods, side by side.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::answers::{Asked, Per, Responder, SHAPES};
use super::columns;
use super::waits::{self, Waits};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::hours::BusinessHours;
use crate::kpi::sheet::{Cells, Sheet, Values};
use crate::kpi::table::Rows;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, one_or_many};
use crate::period::{Calendar, Every, Span, midnight};
use crate::stats::difference::difference;
use crate::stats::log_rank::log_rank;
use crate::stats::survival::KaplanMeier;
use crate::view::Group;

/// Whether posts of one group are answered faster than those of another, or those of one period than those of another.
///
/// # Formula
/// For each side what [`crate::FirstResponse`] says of it. Differences are second − first, with the MOVER interval of Zou & Donner: with
/// l and u the limits of each side, low = d − √((e₂ − l₂)² + (u₁ − e₁)²), high = d + √((u₂ − e₂)² + (e₁ − l₁)²). The log-rank test
/// asks whether both sides wait alike, over the whole of their curves: χ² with one degree of freedom, ties exact.
///
/// # Columns
/// One row for each group of `by` and each `within`: `by` …, within (duration), first, second (what is compared: the values of `between`, or
/// the periods as `start/end`), `n_first`, `answered_first` (posts), `median_first` (duration) and `attained_first` (share) with `_low`
/// and `_high`, the same for second, `median_difference` (duration, negative where the second is faster) and `attained_difference` with
/// `_low` and `_high`, `log_rank` (χ²), `p_value`, complete (of periods: whether both are over). Null is what one side does not have: a median that
/// its curve does not reach, a share at whose `within` none of its posts was still unanswered and watched, its curve not having come down to 0 before. `p_value` and `log_rank` are null where nothing was answered while both sides waited.
///
/// # Edge cases
/// Of periods: posts count that were asked in them; their answers may come later, and what is open is censored at the end of
/// observation, so the earlier period was watched for longer, which both the curves and the test allow for. Without `between` and
/// `periods`, the last period that is over is compared with the one before it. The log-rank test is at its best where one side is faster by the same factor at all
/// times; curves that cross can be far apart and yet have a large `p_value`. Posts are taken as independent: posts of one asker or of one incident are not, and then `p_value`
/// is too small and the intervals too narrow. Who compares twenty pairs finds one with `p_value` < 0.05 among pairs that are alike: compare it with 0.05 / 20.
///
/// # Source
/// Zou & Donner, *Statistics in Medicine* 27 (2008); Mantel, *Cancer Chemotherapy Reports* 50 (1966); Peto & Peto, *JRSS A* 135 (1972); for each side as
/// [`crate::FirstResponse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compare {
    /// The column whose values are compared, of the events or the members. Default: none, periods are.
    pub between: Option<String>,
    /// The two values of `between`, the reference first. Default: the two that there are.
    pub groups: Option<[String; 2]>,
    /// Two periods, each from a date to another, which is no part of it, in the calendar of the community; the reference first. Default: by `every`.
    pub periods: Option<[[NaiveDate; 2]; 2]>,
    /// Without `between` and `periods`: the length of the periods, the last that is over and the one before. Default: months.
    pub every: Every,
    /// The times within which a response is wanted. Default: 1 hour.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// Whose reply is a response. Default: any other person's.
    pub responder: Responder,
    /// The hours that count. Default: all.
    pub hours: Option<BusinessHours>,
    /// Grouping, and which posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Compare {
    fn default() -> Self {
        Self {
            between: None,
            groups: None,
            periods: None,
            every: Every::Month,
            within: vec![Span::hours(1)],
            responder: Responder::Any,
            hours: None,
            scope: Scope::default(),
        }
    }
}

impl Compare {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "response.compare",
        question: "Are posts answered faster in one group than in another, or now than before?",
        formula: "differences second − first of Kaplan–Meier medians and of attained, MOVER intervals; log-rank test",
        unit: "duration",
        source: "Zou & Donner (2008); Mantel (1966)",
        whole: Whole::Thread,
    };

    /// The scope of the tables: grouped by what is compared, too.
    fn asked<'a>(&'a self, scope: &'a Scope) -> Asked<'a> {
        // Askers are told by day, so that `finish` can count those of any period.
        let every = self.between.is_none().then_some(Every::Day);
        let Self { responder, ref hours, .. } = *self;
        Asked { scope, every, responder, per: Per::Post, questions_only: false, hours: hours.as_ref() }
    }

    fn inner(&self) -> Scope {
        let by = self.scope.by.iter().chain(&self.between).cloned().collect();
        Scope { by, ..self.scope.clone() }
    }
}

/// One side of each comparison.
struct Side {
    label: String,
    /// The waits of each group; none where the group has no posts on this side.
    waits: Vec<Option<Waits>>,
}

/// Both sides of all comparisons.
struct Sides<'t> {
    cells: Cells<'t>,
    both: [Side; 2],
    /// What may not be shown, where that is not told by the askers of a group.
    hidden: Option<Vec<bool>>,
    complete: Option<bool>,
}

impl Kpi for Compare {
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
        self.scope.check()?;
        if let Some(between) = &self.between {
            if self.scope.by.contains(between) {
                return Err(Error::option("between", "a column that by does not name", format!("{between:?}")));
            }
            if self.periods.is_some() {
                return Err(Error::option(
                    "between",
                    "none where periods are compared, or periods none",
                    format!("{between:?}"),
                ));
            }
        }
        if let Some([first, second]) = &self.groups {
            if self.between.is_none() {
                return Err(Error::option("groups", "two values of the column that between names", "no between"));
            }
            if first == second {
                return Err(Error::option("groups", "two values that differ", format!("{first:?} twice")));
            }
        }
        let Some([one, two]) = self.periods else { return Ok(()) };
        if let Some([start, end]) = [one, two].into_iter().find(|[start, end]| start >= end) {
            return Err(Error::option(
                "periods",
                "two pairs of dates, the first date before the second",
                period(start, end),
            ));
        }
        if one[0] < two[1] && two[0] < one[1] {
            let got = format!("{} and {}", period(one[0], one[1]), period(two[0], two[1]));
            return Err(Error::option("periods", "two that share no day: a post of both is no comparison", got));
        }
        Ok(())
    }

    fn shapes(&self) -> &'static [Shape] {
        SHAPES
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let made = self.asked(&self.inner()).partial(part);
        made.map_err(|error| error.of_option("between", self.between.as_slice()))
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let groups = waits::groups(tables, self.hours.as_ref());
        let width = self.scope.by.len();
        let outer: Vec<Group> = groups.iter().map(|group| group.iter().take(width).cloned().collect()).collect();
        let cells = Cells::new(&outer, tables[0].first_period(), None, horizon)?;
        let sides = match self.between {
            Some(_) => self.of_groups(cells, &groups, tables, horizon)?,
            None => self.of_periods(cells, tables, horizon),
        };
        self.table(sides)
    }
}

impl Compare {
    fn of_groups<'t>(
        &self,
        cells: Cells<'t>,
        groups: &[Group],
        tables: &[Table],
        horizon: &Horizon,
    ) -> Result<Sides<'t>> {
        let labels = self.pair(groups)?;
        let inner = Cells::new(groups, None, None, horizon)?;
        let waits = waits::waits(&inner, tables, horizon, self.hours.as_ref());
        let askers: Vec<i64> = waits.iter().map(|w| w.askers).collect();
        let listed = (0..inner.len()).filter(|cell| waits[*cell].n() > 0);
        let secret = inner.hidden(listed, &askers, &self.inner());
        let mut waits: Vec<Option<Waits>> = waits.into_iter().map(Some).collect();
        let mut hidden = vec![false; cells.len()];
        let both = labels.map(|label| {
            let mut side = Side { label, waits: vec![] };
            for (cell, group) in cells.groups().iter().enumerate() {
                let group: Group = group.iter().cloned().chain([Some(side.label.clone())]).collect();
                let place = inner.index(&group, 0);
                hidden[cell] |= place.map_or(self.inner().suppresses(), |place| secret[place]);
                side.waits.push(place.and_then(|place| waits[place].take()));
            }
            side
        });
        Ok(Sides { cells, both, hidden: Some(hidden), complete: None })
    }

    /// The two values to compare.
    fn pair(&self, groups: &[Group]) -> Result<[String; 2]> {
        let column = self.between.as_deref().unwrap_or_default();
        let values: BTreeSet<&str> = groups.iter().filter_map(|group| group.last()?.as_deref()).collect();
        let mut list = values.iter().take(20).map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
        if values.len() > 20 {
            list += &format!(" and {} more", values.len() - 20);
        }
        match &self.groups {
            None => match values.iter().copied().collect::<Vec<_>>()[..] {
                [one, two] => Ok([one.to_owned(), two.to_owned()]),
                _ if groups.is_empty() => Ok([String::new(), String::new()]),
                _ => Err(Error::option("groups", format!("two of the values of {column}: {list}"), "none")),
            },
            Some(pair) => match pair.iter().find(|value| !values.contains(value.as_str())) {
                Some(unknown) if !groups.is_empty() => Err(Error::option(
                    "groups",
                    format!("two of the values of {column}: {list}"),
                    format!("{unknown:?}"),
                )),
                _ => Ok(pair.clone()),
            },
        }
    }

    fn of_periods<'t>(&self, cells: Cells<'t>, tables: &[Table], horizon: &Horizon) -> Sides<'t> {
        let day = Calendar::new(horizon.zone, Every::Day);
        let periods = self.periods.unwrap_or_else(|| {
            let calendar = Calendar::new(horizon.zone, self.every);
            let end = calendar.start_of(horizon.as_of);
            let start = calendar.start_of(end.saturating_sub(1));
            let before = calendar.start_of(start.saturating_sub(1));
            let [before, start, end] = [before, start, end].map(|instant| day.date_of(instant));
            [[before, start], [start, end]]
        });
        let ends = periods.map(|period| period.map(|date| midnight(horizon.zone, date)));
        let mut number = 0;
        let both = ends.map(|[from, to]| {
            let [start, end] = periods[number];
            number += 1;
            let own = [during(&tables[0], from, to), once(&during(&tables[1], from, to))];
            let waits = waits::waits(&cells, &own, horizon, self.hours.as_ref());
            Side { label: period(start, end), waits: waits.into_iter().map(Some).collect() }
        });
        Sides { cells, both, hidden: None, complete: Some(ends.iter().all(|[_, end]| *end <= horizon.as_of)) }
    }

    fn table(&self, Sides { cells, both, hidden, complete }: Sides<'_>) -> Result<DataFrame> {
        let confidence = self.scope.confidence;
        let nobody = Waits::default();
        let waits = both
            .each_ref()
            .map(|side| -> Vec<&Waits> { side.waits.iter().map(|waits| waits.as_ref().unwrap_or(&nobody)).collect() });
        let curves =
            waits.each_ref().map(|side| -> Vec<KaplanMeier> { side.iter().map(|w| w.curve(confidence)).collect() });
        let asked: Vec<usize> = (0..cells.len()).filter(|cell| waits.iter().any(|side| side[*cell].n() > 0)).collect();
        let rows: Vec<usize> = asked.iter().flat_map(|cell| vec![*cell; self.within.len()]).collect();
        let within = |row: usize| self.within[row % self.within.len()].micros();
        let medians =
            curves.each_ref().map(|side| -> Vec<_> { side.iter().map(|curve| curve.quantile(1, 2)).collect() });
        let attained = curves.each_ref().map(|side| -> Vec<Option<[f64; 3]>> {
            let at =
                |(row, cell): (usize, &usize)| side[*cell].at(within(row)).map(|[s, l, h]| [1.0 - s, 1.0 - h, 1.0 - l]);
            rows.iter().enumerate().map(at).collect()
        });
        let number = |limits: [Option<i64>; 3]| limits.map(|limit| limit.map(|micros| micros as f64));
        let median_difference: Vec<[Option<f64>; 3]> =
            rows.iter().map(|cell| difference(number(medians[0][*cell]), number(medians[1][*cell]))).collect();
        let optional = |rate: Option<[f64; 3]>| rate.map_or([None; 3], |rate| rate.map(Some));
        let attained_difference: Vec<[Option<f64>; 3]> =
            (0..rows.len()).map(|row| difference(optional(attained[0][row]), optional(attained[1][row]))).collect();
        let test = |cell: usize| {
            let [one, other] = waits.each_ref().map(|side| side[cell].steps().collect::<Vec<_>>());
            log_rank(&[&one, &other])
        };
        let tests: Vec<_> = (0..cells.len()).map(test).collect();

        let mut members: Vec<i64> = waits[0].iter().map(|w| w.askers).collect();
        members.iter_mut().zip(&waits[1]).for_each(|(members, other)| *members = (*members).min(other.askers));
        let text = |i: usize| Values::Text(rows.iter().map(|_| Some(both[i].label.clone())).collect());
        let mut sheet: Sheet<'_> = cells
            .sheet(&self.scope)
            .durations("within", (0..rows.len()).map(|row| Some(within(row))))
            .column("first", text(0))
            .column("second", text(1))
            .keys();
        sheet = match hidden {
            Some(hidden) => sheet.hide(hidden),
            None => sheet.members(members),
        };
        for (i, [n, answered, median, attained_names]) in NAMES.iter().enumerate() {
            sheet = sheet
                .counts(n[0], rows.iter().map(|cell| waits[i][*cell].n() as i64))
                .counts(answered[0], rows.iter().map(|cell| waits[i][*cell].answered() as i64));
            for (limit, name) in median.iter().enumerate() {
                sheet = sheet.durations(name, rows.iter().map(|cell| medians[i][*cell][limit]));
            }
            sheet = sheet.rate(*attained_names, attained[i].iter().copied());
        }
        for (limit, name) in ["median_difference", "median_difference_low", "median_difference_high"].iter().enumerate()
        {
            sheet =
                sheet.durations(name, median_difference.iter().map(|d| d[limit].map(|micros| micros.round() as i64)));
        }
        for (limit, name) in
            ["attained_difference", "attained_difference_low", "attained_difference_high"].iter().enumerate()
        {
            sheet = sheet.numbers(name, attained_difference.iter().map(|d| d[limit]));
        }
        sheet = sheet
            .numbers("log_rank", rows.iter().map(|cell| tests[*cell].map(|test| test.statistic)))
            .numbers("p_value", rows.iter().map(|cell| tests[*cell].map(|test| test.p)));
        if let Some(complete) = complete {
            sheet = sheet.column("complete", Values::Flag(vec![Some(complete); rows.len()]));
        }
        sheet.rows(rows).finish()
    }
}

/// The columns of each side.
const NAMES: [[[&str; 3]; 4]; 2] = [
    [
        ["n_first"; 3],
        ["answered_first"; 3],
        ["median_first", "median_first_low", "median_first_high"],
        ["attained_first", "attained_first_low", "attained_first_high"],
    ],
    [
        ["n_second"; 3],
        ["answered_second"; 3],
        ["median_second", "median_second_low", "median_second_high"],
        ["attained_second", "attained_second_low", "attained_second_high"],
    ],
];

/// A period as ISO 8601 writes it.
fn period(start: NaiveDate, end: NaiveDate) -> String {
    format!("{start}/{end}")
}

/// The rows of a table whose period lies within these instants, the second excluded.
fn during(table: &Table, from: i64, to: i64) -> Table {
    let mut kept = Rows::new(table.shape);
    for (group, label) in table.groups.iter().enumerate() {
        kept.open(label.clone());
        for row in table.range(group).filter(|row| (from..to).contains(&table.period(*row))) {
            kept.push(table.period(row), table.x(row), table.values(row));
        }
    }
    kept.into()
}

/// One row for each group and x, whatever its period: who asked on two days is one asker.
fn once(table: &Table) -> Table {
    let mut found = Rows::new(table.shape);
    for (group, label) in table.groups.iter().enumerate() {
        let rows = table.range(group);
        let mut all: Vec<i64> = rows.clone().map(|row| table.x(row)).collect();
        all.sort_unstable();
        all.dedup();
        found.open(label.clone());
        all.into_iter().zip(rows).for_each(|(x, row)| found.push(0, x, table.values(row)));
    }
    found.into()
}
