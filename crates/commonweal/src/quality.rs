//! The quality of the data: what was read, what is missing, what cannot be.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Values, column};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::schema::Role;
use crate::view::Group;
use crate::view::NONE;

/// What the data is, and what is to be known about it before its numbers are believed.
///
/// # Columns
/// check, count (rows, unless detail says otherwise), share (of the events, null where that makes no sense), detail. One row for each
/// check, in this order: rows read, kept, refused (one row for each reason) and notes of the reader, where one made the tables; events;
/// after as_of (left out, as not yet observed); unknown authors; by bots; inherited times; orphans (acts whose parent is not in their
/// thread); before their parent (clock skew); messages without text; silent days (days between the first event and the end of
/// observation without any).
///
/// # Edge cases
/// Options other than the defaults change nothing: quality is that of all the data. An act whose parent has no id in the data is an
/// orphan, also where the parent was in another thread.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quality {}

impl Quality {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "quality",
        question: "Can the data be trusted?",
        formula: "counts of rows read, kept, refused, and of what is odd about the kept",
        unit: "rows",
        source: "rows read = rows kept + rows refused",
        whole: Whole::Thread,
    };
}

/// The checks over events, in the order they are shown.
const CHECKS: [(&str, &str); 8] = [
    ("events", "acts observed"),
    ("after as_of", "left out: later than the end of observation"),
    ("unknown authors", "count as volume, never as a member"),
    ("by bots", "left out of every measure unless asked for"),
    ("inherited times", "the source has no time for them: they make nobody active and answer nothing"),
    ("orphans", "their parent is not in their thread"),
    ("before their parent", "clocks that differ: never a response"),
    ("messages without text", "posts and replies that no model can score"),
];
const EVENTS: usize = 0;
const AFTER: usize = 1;
const UNKNOWN: usize = 2;
const BOTS: usize = 3;
const INHERITED: usize = 4;
const ORPHANS: usize = 5;
const EARLY: usize = 6;
const NO_TEXT: usize = 7;

impl Kpi for Quality {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        None
    }

    fn shapes(&self) -> &'static [Shape] {
        // The checks; the reader's account, by name; events by day.
        const { &[Shape::sums(8), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let community = part.community;
        let (dense, roles) = (community.dense(), community.roles());
        let time = dense.time();
        let strings = |name: &str| community.events().column(name).ok().map(|c| c.str().cloned()).transpose();
        let (id, parent, text) = (strings("id")?, strings("parent")?, strings("text")?);
        let get =
            |column: &Option<StringChunked>, row: usize| column.as_ref().and_then(|c| c.get(row)).map(str::to_owned);

        let mut checks = TableBuilder::<8>::new();
        let mut days = TableBuilder::<1>::new();
        let grid = dense.span().map(|(first, last)| Calendar::new(community.zone(), Every::Day).grid(first, last));
        for (_, rows) in part.groups() {
            let mut at: hashbrown::HashMap<String, i64> = hashbrown::HashMap::new();
            if parent.is_some() {
                at.extend(rows.iter().filter_map(|row| Some((get(&id, *row as usize)?, time[*row as usize]))));
            }
            let row_of_checks = checks.at(0, 0, 0);
            for row in rows.iter().map(|row| *row as usize) {
                let member = dense.member.rows[row];
                row_of_checks[EVENTS] += 1;
                row_of_checks[UNKNOWN] += i128::from(member == NONE);
                row_of_checks[BOTS] += i128::from(roles.at(member, time[row]) == Some(Role::Bot));
                row_of_checks[INHERITED] += i128::from(!dense.has_own_time(row));
                if let Some(parent) = get(&parent, row) {
                    match at.get(&parent) {
                        None => row_of_checks[ORPHANS] += 1,
                        Some(before) => row_of_checks[EARLY] += i128::from(time[row] < *before),
                    }
                }
                let blank = || text.as_ref().and_then(|t| t.get(row)).is_none_or(|t| t.trim().is_empty());
                row_of_checks[NO_TEXT] += i128::from(dense.kind[row].is_message() && blank());
                if let Some(grid) = &grid {
                    days.at(0, grid.start(grid.index(time[row])), 0)[0] += 1;
                }
            }
        }
        let mut account = TableBuilder::<1>::new();
        let mut names: Vec<Group> = vec![];
        if part.first {
            checks.at(0, 0, 0)[AFTER] += i128::from(community.unobserved());
            let intake = community.intake();
            let mut tell = |order: i64, name: String, rows: u64| {
                account.at(names.len() as u32, 0, order)[0] += i128::from(rows);
                names.push(vec![Some(name)]);
            };
            if intake.read() > 0 {
                tell(0, "rows read".to_owned(), intake.read());
                tell(1, "rows kept".to_owned(), intake.kept());
            }
            intake.refused().iter().for_each(|(reason, rows)| tell(2, format!("rows refused: {reason}"), *rows));
            intake.notes().iter().for_each(|(note, rows)| tell(3, format!("note: {note}"), *rows));
        }
        let all = |_| Group::new();
        Ok(vec![checks.finish(all), account.finish(|code| names[code as usize].clone()), days.finish(all)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let mut rows: Vec<(String, i64, Option<f64>, String)> = vec![];
        let mut account: Vec<_> = tables[1]
            .rows()
            .map(|(name, _, order, n)| (order, name.first().cloned().flatten().unwrap_or_default(), n[0] as i64))
            .collect();
        account.sort();
        let read = account.first().map(|(.., n)| *n as f64);
        for (_, name, n) in account {
            rows.push((name, n, read.map(|read| n as f64 / read), "by the reader of the source".to_owned()));
        }
        let checks = tables[0].rows().next().map_or([0; 8], |(.., values)| std::array::from_fn(|i| values[i] as i64));
        for (i, (name, detail)) in CHECKS.iter().enumerate() {
            let share = (i != AFTER && checks[EVENTS] > 0).then(|| checks[i] as f64 / checks[EVENTS] as f64);
            rows.push(((*name).to_owned(), checks[i], share, (*detail).to_owned()));
        }
        if let Some(silent) = Silence::of(&tables[2], horizon) {
            rows.push((
                "silent days".to_owned(),
                silent.days,
                Some(silent.days as f64 / silent.span as f64),
                silent.to_string(),
            ));
        }
        let text = |value: fn(&(String, i64, Option<f64>, String)) -> String| {
            Values::Text(rows.iter().map(|r| Some(value(r))).collect())
        };
        let frame = vec![
            column("check", text(|r| r.0.clone()))?,
            column("count", Values::Count(rows.iter().map(|r| Some(r.1)).collect()))?,
            column("share", Values::Number(rows.iter().map(|r| r.2).collect()))?,
            column("detail", text(|r| r.3.clone()))?,
        ];
        Ok(DataFrame::new(rows.len(), frame)?)
    }
}

/// Days without events: a gap in the log looks like silence, and silence like a gap.
struct Silence {
    days: i64,
    span: i64,
    longest: i64,
    from: NaiveDate,
}

impl Silence {
    fn of(days: &Table, horizon: &Horizon) -> Option<Self> {
        let calendar = Calendar::new(horizon.zone, Every::Day);
        let counts: BTreeMap<i32, NaiveDate> = days
            .rows()
            .map(|(_, start, ..)| calendar.date_of(start))
            .map(|date| (days_since_epoch(date), date))
            .collect();
        let (first, _) = counts.first_key_value()?;
        let end = days_since_epoch(calendar.date_of(horizon.as_of));
        let span = i64::from(end - first) + 1;
        let starts = counts.iter().map(|(day, date)| (*day, *date));
        let ends = counts.keys().skip(1).copied().chain([end + 1]);
        let gaps = starts.zip(ends).map(|((day, date), next)| (i64::from(next - day) - 1, date));
        let (longest, from) = gaps.max_by_key(|(days, date)| (*days, std::cmp::Reverse(*date)))?;
        Some(Self { days: (span - counts.len() as i64).max(0), span, longest: longest.max(0), from: from.succ_opt()? })
    }
}

impl std::fmt::Display for Silence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "days of {} without an event", self.span)?;
        if self.longest > 0 {
            write!(f, "; the longest stretch is {} from {}", self.longest, self.from)?;
        }
        Ok(())
    }
}
