//! When in the week the community is awake.
use chrono::{DateTime, Datelike, Timelike};
use polars::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::schema::TimeQuality;
use crate::stats::proportion::wilson;

/// How much is contributed in each hour of the week, in local time.
///
/// # Formula
/// contributions = posts, replies, reactions and edits whose time lies in the hour of the weekday, on the clock of the community's zone; contributors =
/// distinct members with one; share = contributions / all of the group.
///
/// # Columns
/// `by` …, weekday (1 Monday to 7 Sunday), hour (0 to 23), contributions (acts), contributors (members), share with `_low` and `_high`. 168 rows
/// for each group.
///
/// # Edge cases
/// The clock is the zone's at the time of each act: summer time moves with it. An hour that a change of clocks repeats counts twice, one that it
/// leaves out never. Acts of unknown authors count as contributions and make no contributor. Acts whose time is that of their parent, or
/// of a day only, have no hour and are left out.
///
/// # Source
/// Customary; the interval of the share is Wilson's (1927), as if acts were independent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rhythm {
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Rhythm {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.rhythm",
        question: "On which days and at which hours is the community awake?",
        formula: "contributions by weekday and hour in local time; share of all",
        unit: "acts",
        source: "customary",
        whole: Whole::Member,
    };
}

const HOURS: i64 = 7 * 24;

impl Kpi for Rhythm {
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
        // By hour of the week: contributions, contributors. Members of each group.
        const { &[Shape::sums(2), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let (scoped, community) = (part.scoped(&self.scope)?, part.community);
        let (dense, zone) = (community.dense(), community.zone());
        let quality =
            community.events().column("time_quality").ok().map(|quality| quality.str().cloned()).transpose()?;
        let day_only =
            |row: usize| quality.as_ref().is_some_and(|quality| quality.get(row) == Some(TimeQuality::Day.name()));
        let (mut hours, mut members) = (TableBuilder::<2>::new(), TableBuilder::<1>::new());
        // The groups and hours that a member is seen in.
        let mut seen: Vec<(u32, i64)> = vec![];
        for (member, rows) in part.groups() {
            seen.clear();
            for row in rows.iter().map(|row| *row as usize) {
                if !dense.kind[row].is_contribution()
                    || !dense.has_own_time(row)
                    || !scoped.counts(row)
                    || day_only(row)
                {
                    continue;
                }
                let Some(time) = DateTime::from_timestamp_micros(dense.time()[row]) else { continue };
                let local = time.with_timezone(&zone);
                let hour = i64::from(local.weekday().num_days_from_monday() * 24 + local.hour());
                hours.at(scoped.groups.of(row), 0, hour)[0] += 1;
                seen.push((scoped.groups.of(row), hour));
            }
            if part.is_none(member) {
                continue;
            }
            seen.sort_unstable();
            seen.dedup();
            for of_group in seen.chunk_by(|a, b| a.0 == b.0) {
                of_group.iter().for_each(|(group, hour)| hours.at(*group, 0, *hour)[1] += 1);
                members.at(of_group[0].0, 0, 0)[0] += 1;
            }
        }
        let label = |code| scoped.groups.label(code);
        Ok(vec![hours.finish(label), members.finish(label)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, None, horizon)?;
        let members = cells.sums::<1>(&tables[1]).into_iter().map(|[members]| members).collect();
        let mut found = vec![[[0i64; 2]; HOURS as usize]; cells.len()];
        for (cell, _, hour, values) in cells.rows(&tables[0]) {
            let sums = &mut found[cell][hour.clamp(0, HOURS - 1) as usize];
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.saturating_add(*value as i64));
        }
        let rows: Vec<usize> = (0..cells.len()).flat_map(|cell| vec![cell; HOURS as usize]).collect();
        let all: Vec<i64> =
            found.iter().map(|hours| hours.iter().fold(0i64, |all, sums| all.saturating_add(sums[0]))).collect();
        let sums = |i: usize| found.iter().flatten().map(move |sums| sums[i]);
        let share = |(cell, n): (&usize, i64)| wilson(n, all[*cell], self.scope.confidence);
        let shares: Vec<_> = rows.iter().zip(sums(0)).map(share).collect();
        let hours = (0..rows.len() as i64).map(|row| row % HOURS);
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .key("weekday", hours.clone().map(|hour| hour / 24 + 1))
            .key("hour", hours.map(|hour| hour % 24))
            .counts("contributions", sums(0))
            .counts("contributors", sums(1))
            .rate(["share", "share_low", "share_high"], shares)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::community::{Community, zone};

    /// Sunday, 2026-03-29, 00:00 UTC: at one o'clock UTC clocks in Berlin go from two to three.
    const SUNDAY: i64 = 1_774_742_400_000_000;

    fn cells(zone_name: &str, rows: &[(i64, Option<&str>, &str, Option<&str>)]) -> Vec<(i64, i64, i64, i64)> {
        let mut events = df![
            "time" => rows.iter().map(|r| SUNDAY + r.0 * 60_000_000).collect::<Vec<_>>(),
            "member" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
            "kind" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
            "time_quality" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        ]
        .unwrap();
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let time = events.column("time").unwrap().cast(&utc).unwrap();
        events.with_column(time).unwrap();
        let community = Community::builder(events).zone(zone(zone_name).unwrap()).build().unwrap();
        let frame = community.compute(crate::parse("engagement.rhythm", &json!({})).unwrap().as_ref()).unwrap();
        let column =
            |name: &str| frame.column(name).unwrap().i64().unwrap().iter().map(Option::unwrap).collect::<Vec<_>>();
        let [weekday, hour, contributions, contributors] =
            ["weekday", "hour", "contributions", "contributors"].map(column);
        let all: Vec<_> =
            (0..frame.height()).map(|i| (weekday[i], hour[i], contributions[i], contributors[i])).collect();
        assert!(all.len() == 168 || rows.is_empty());
        all.into_iter().filter(|cell| cell.2 > 0).collect()
    }

    #[test]
    fn hours_are_those_of_the_clock_on_the_wall() {
        let rows = [
            (30, Some("ana"), "post", None),  // 1:30 in Berlin
            (90, Some("ana"), "reply", None), // 3:30, in summer
            (91, Some("bo"), "reaction", None),
            (92, Some("ana"), "reply", None),
            (93, None, "reply", None),      // nobody knows by whom
            (94, Some("cy"), "view", None), // is no contribution
            (95, Some("cy"), "reaction", Some("inherited")),
            (0, Some("cy"), "post", Some("day")),
            (24 * 60 - 121, Some("cy"), "post", None), // 23:59
            (24 * 60 - 120, Some("cy"), "post", None), // Monday
        ];
        let expected = [(1, 0, 1, 1), (7, 1, 1, 1), (7, 3, 4, 2), (7, 23, 1, 1)];
        assert_eq!(cells("Europe/Berlin", &rows), expected);
        assert_eq!(cells("UTC", &rows[..5]), [(7, 0, 1, 1), (7, 1, 4, 2)]);
        assert_eq!(cells("UTC", &[]), []);
    }
}
