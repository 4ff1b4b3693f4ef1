//! Who has reached what: the list of those to be cheered.
mod milestones;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, firsts, one_or_many};
use crate::period::{Calendar, Every, Span, days_since_epoch, midnight};
use crate::schema::{Kind, Role, TIME_RANGE};
use crate::view::{Group, NONE};
use milestones::{Day, Floor, Milestone};

/// The milestones that were reached in each period, and by whom.
///
/// # Formula
/// first_post, first_reply, first_answer: the first post, the first reply, the first time that the member was the first to answer another's
/// post; messages, replies, answers: the n-th, for n in `counts` (above 1). membership_years: years since joining (members table, else the
/// first join, else the first active day), where the member was active within `still_active` before. streak_days, streak_weeks: the first
/// time that so many days, or weeks, in a row were active. personal_record_day, _week, _month: more messages in one of these than ever
/// before; team_record_…: the same of all together. A record has `record_messages` messages or more, and comes after `record_periods`
/// earlier periods with a message.
///
/// # Columns
/// One row for each period, group, member and milestone, the greatest where several were reached: period, `by` …, member (null for records
/// of all), milestone (text), value (the count, years, days, weeks, or messages of the record), date (the day on which it was reached),
/// reached_by (members who have ever come as far, to the end of observation; null for records of all), complete. Within a period and group,
/// records of all come first, then what fewest have reached, then the greatest value, date, milestone, member.
///
/// # Edge cases
/// Active means a contribution at a time of its own. Who has left has no more anniversaries; those of 29 February are on 28 February where
/// the year has no other. The value of a record is that of its whole period, so far; its date the day on which the old one fell. With `by`,
/// milestones are those within the group; joining is not. A record of events that begins late shows first acts that are not the first.
/// Unknown authors' messages count for records of all only.
///
/// # Source
/// Customary; streaks, records and anniversaries as occasions: Kraut & Resnick, Building Successful Online Communities (2012), chapter 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recognition {
    /// The period. Default: week.
    pub every: Every,
    /// The numbers of messages, replies and answers that are milestones; 1 for first ones. Default: 1, 10, 100, 1 000, 10 000.
    #[serde(deserialize_with = "one_or_many")]
    pub counts: Vec<u32>,
    /// Days in a row that are a milestone. Default: 7, 30, 100, 365.
    #[serde(deserialize_with = "one_or_many")]
    pub streak_days: Vec<u32>,
    /// Weeks in a row that are a milestone. Default: 4, 13, 26, 52, 104.
    #[serde(deserialize_with = "one_or_many")]
    pub streak_weeks: Vec<u32>,
    /// Within which time before an anniversary a member was active, in whole days, if it is to be one. Default: 90 days.
    pub still_active: Span,
    /// Of which periods records are kept. Default: day, week, month.
    #[serde(deserialize_with = "one_or_many")]
    pub records: Vec<Every>,
    /// Messages that a record takes. Default: 10.
    pub record_messages: u32,
    /// Earlier periods with a message that a record takes. Default: 5.
    pub record_periods: u32,
    /// Grouping, and whose acts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Recognition {
    fn default() -> Self {
        Self {
            every: Every::Week,
            counts: vec![1, 10, 100, 1_000, 10_000],
            streak_days: vec![7, 30, 100, 365],
            streak_weeks: vec![4, 13, 26, 52, 104],
            still_active: Span::days(90),
            records: vec![Every::Day, Every::Week, Every::Month],
            record_messages: 10,
            record_periods: 5,
            scope: Scope::default(),
        }
    }
}

/// In the second table: when a member joined, by the members table and by an act, and left.
const JOINED: i64 = 0;
const JOIN: i64 = 1;
const LEFT: i64 = 2;

const WIDTH: usize = 4;
const ANSWERS: usize = 3;

/// A row of the list.
struct Row<'t> {
    cell: usize,
    member: Option<&'t str>,
    milestone: Milestone,
    reached_by: Option<i64>,
}

impl Recognition {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.recognition",
        question: "Who has reached what, and is to be cheered?",
        formula: "first post, reply, answer; n-th message, reply, answer; years of membership; days and weeks in a row; records of a member and of all",
        unit: "milestones",
        source: "customary; Kraut & Resnick (2012), chapter 2",
        whole: Whole::Thread,
    };

    /// The milestones of one member, or of all of a group.
    fn milestones(&self, days: &[Day], member: Option<&str>, since: &Since<'_>, until: NaiveDate) -> Vec<Milestone> {
        let mut found = vec![];
        if let Some(member) = member {
            milestones::counts(days, &self.counts, &mut found);
            milestones::streaks(days, &self.streak_days, false, &mut found);
            milestones::streaks(days, &self.streak_weeks, true, &mut found);
            let (joined, left) = since.of(member);
            if let Some(joined) = joined.or_else(|| Some(days.first()?.date)) {
                let until = left.and_then(|left| left.pred_opt()).map_or(until, |left| until.min(left));
                let within = self.still_active.whole_days().unwrap_or(90);
                milestones::anniversaries(days, joined, until, within, &mut found);
            }
        }
        let floor = Floor { messages: u64::from(self.record_messages), periods: u64::from(self.record_periods) };
        for every in &self.records {
            milestones::records(days, *every, member.is_none(), floor, &mut found);
        }
        found
    }
}

impl Kpi for Recognition {
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
        for (option, numbers) in
            [("counts", &self.counts), ("streak_days", &self.streak_days), ("streak_weeks", &self.streak_weeks)]
        {
            if let Some(i) = (0..numbers.len()).find(|i| numbers[*i] == 0 || numbers[..*i].contains(&numbers[*i])) {
                return Err(Error::option(option, "numbers of 1 or more that differ", numbers[i]));
            }
        }
        if self.still_active.whole_days().is_none() {
            return Err(Error::option("still_active", "whole days, as \"90d\"", self.still_active));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By member and day: posts, replies, reactions, answers. By member: when they joined and left.
        const { &[Shape::sums(WIDTH), Shape::least(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let community = part.community;
        let dense = community.dense();
        let (time, member) = (dense.time(), &dense.member);
        let keys = community.groups(&self.scope.by_and(&["member"]))?;
        let all_days = Periods::of(community, Some(Every::Day));
        let mut days = TableBuilder::<WIDTH>::new();
        let mut since = LabelledBuilder::<1>::least();
        for (_, rows) in part.groups() {
            for row in rows.iter().map(|row| *row as usize).filter(|row| dense.has_own_time(*row)) {
                let column = match dense.kind[row] {
                    Kind::Post => 0,
                    Kind::Reply => 1,
                    Kind::Reaction => 2,
                    Kind::Join => {
                        if let Some(name) = member.label(member.rows[row]) {
                            let first = &mut since.at(vec![Some(name.to_owned())], 0, JOIN)[0];
                            *first = i128::from(time[row]).min(*first);
                        }
                        continue;
                    }
                    _ => continue,
                };
                // What nobody known reacts with is no message of all.
                if scoped.counts(row) && (column < 2 || member.rows[row] != NONE) {
                    days.at(keys.of(row), all_days.start_of(time[row]), 0)[column] += 1;
                }
            }
        }
        // Whoever asked: it is the answerer who has to count.
        let anybody = Scope { bots: true, ..Scope::default() };
        let accepts = |role| role != Role::Bot || self.scope.bots;
        firsts::each(
            part,
            &part.scoped(&anybody)?,
            |_| true,
            accepts,
            |row| keys.label(keys.of(row)),
            |_, answer| {
                if let Some(answer) = answer.filter(|answer| scoped.counts(answer.row)) {
                    days.at(keys.of(answer.row), all_days.start_of(answer.at), 0)[ANSWERS] += 1;
                }
            },
        );
        if let Some(membership) = community.membership()?.as_ref().as_ref().filter(|_| part.first) {
            for name in membership.names() {
                let (joined, left) = membership.of(name).unwrap_or((i64::MIN, i64::MAX));
                for (x, at) in [(JOINED, joined), (LEFT, left)] {
                    if !matches!(at, i64::MIN | i64::MAX) {
                        since.at(vec![Some(name.to_owned())], 0, x)[0] = i128::from(at);
                    }
                }
            }
        }
        Ok(vec![days.finish(|code| keys.label(code)), since.finish()])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let calendar = Calendar::new(horizon.zone, Every::Day);
        let until = calendar.date_of(horizon.as_of);
        let since = Since::read(&tables[1], calendar);
        let mut groups: BTreeMap<&[Option<String>], BTreeMap<Option<&str>, Vec<Day>>> = BTreeMap::new();
        for (labels, start, _, counts) in tables[0].rows() {
            let Some((name, group)) = labels.split_last().filter(|(_, group)| group.len() == self.scope.by.len())
            else {
                return Err(Error::malformed());
            };
            if start > horizon.as_of || !TIME_RANGE.contains(&start) {
                continue;
            }
            let [posts, replies, reactions, answers] =
                std::array::from_fn(|i| counts[i].clamp(0, i128::from(u32::MAX)) as u64);
            let day = Day { date: calendar.date_of(start), posts, replies, reactions, answers };
            groups.entry(group).or_default().entry(name.as_deref()).or_default().push(day);
        }
        let labels: Vec<Group> = groups.keys().map(|group| group.to_vec()).collect();
        let first = tables[0].first_period();
        let cells = Cells::new(&labels, first, Some(self.every), horizon)?;
        let cell_of = |group: usize, date: NaiveDate| cells.at(group, midnight(horizon.zone, date));
        let mut rows: Vec<Row<'_>> = vec![];
        let mut members = vec![0; cells.len()];
        for (place, of_group) in groups.values().enumerate() {
            for (_, days) in of_group.iter().filter(|(name, _)| name.is_some()) {
                let active = days.iter().filter(|day| day.posts + day.replies + day.reactions > 0);
                let active: BTreeSet<usize> = active.filter_map(|day| cell_of(place, day.date)).collect();
                active.into_iter().for_each(|cell| members[cell] += 1);
            }
            let all = together(of_group.values());
            let of_all = [(None, self.milestones(&all, None, &since, until))];
            let own = of_group.iter().filter_map(|(name, days)| Some(((*name)?, days)));
            let own = own.map(|(name, days)| (Some(name), self.milestones(days, Some(name), &since, until)));
            let found: Vec<_> = of_all.into_iter().chain(own).collect();
            let reached = Reached::of(found.iter().filter(|(name, _)| name.is_some()).map(|(_, found)| found));
            for (member, milestones) in found {
                for milestone in milestones {
                    let Some(cell) = cell_of(place, milestone.date) else { continue };
                    let reached_by = member.map(|_| reached.by(&milestone));
                    rows.push(Row { cell, member, milestone, reached_by });
                }
            }
        }
        // Of what a member has reached in one period, the greatest; then in the order of the list.
        rows.sort_by(|a, b| {
            let key = |row: &Row<'_>| (row.cell, row.member.map(str::to_owned), row.milestone.name);
            key(a)
                .cmp(&key(b))
                .then(b.milestone.value.cmp(&a.milestone.value))
                .then(a.milestone.date.cmp(&b.milestone.date))
        });
        rows.dedup_by(|a, b| (a.cell, a.member, a.milestone.name) == (b.cell, b.member, b.milestone.name));
        rows.sort_by(|a, b| {
            let key = |row: &Row<'_>| {
                (
                    row.cell,
                    row.reached_by,
                    std::cmp::Reverse(row.milestone.value),
                    row.milestone.date,
                    row.milestone.name,
                )
            };
            key(a).cmp(&key(b)).then(a.member.cmp(&b.member))
        });
        let text = |value: &dyn Fn(&Row<'_>) -> Option<String>| Values::Text(rows.iter().map(value).collect());
        cells
            .sheet(&self.scope)
            .members(members)
            .column("member", text(&|row| row.member.map(str::to_owned)))
            .column("milestone", text(&|row| Some(row.milestone.name.to_owned())))
            .counts("value", rows.iter().map(|row| row.milestone.value))
            .column("date", Values::Date(rows.iter().map(|row| Some(days_since_epoch(row.milestone.date))).collect()))
            .column("reached_by", Values::Count(rows.iter().map(|row| row.reached_by).collect()))
            .rows(rows.iter().map(|row| row.cell).collect())
            .one_row_if_hidden()
            .finish()
    }
}

/// The days of several, put together.
fn together<'d>(of: impl Iterator<Item = &'d Vec<Day>>) -> Vec<Day> {
    let mut all: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    for day in of.flatten() {
        let sum = all.entry(day.date).or_insert(Day { date: day.date, ..Day::default() });
        sum.posts += day.posts;
        sum.replies += day.replies;
    }
    all.into_values().collect()
}

/// How far members have come in each kind of milestone: the greatest of each member, in order.
struct Reached(BTreeMap<&'static str, Vec<i64>>);

impl Reached {
    fn of<'m>(members: impl Iterator<Item = &'m Vec<Milestone>>) -> Self {
        let mut all: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for milestones in members {
            let mut best: BTreeMap<&str, i64> = BTreeMap::new();
            for milestone in milestones {
                let value = best.entry(milestone.name).or_insert(milestone.value);
                *value = milestone.value.max(*value);
            }
            best.into_iter().for_each(|(name, value)| all.entry(name).or_default().push(value));
        }
        all.values_mut().for_each(|values| values.sort_unstable());
        Self(all)
    }

    /// The members who have come as far.
    fn by(&self, milestone: &Milestone) -> i64 {
        self.0
            .get(milestone.name)
            .map_or(0, |all| (all.len() - all.partition_point(|value| *value < milestone.value)) as i64)
    }
}

/// When members joined and left.
struct Since<'t>(BTreeMap<&'t str, [Option<NaiveDate>; 3]>);

impl<'t> Since<'t> {
    fn read(table: &'t Table, calendar: Calendar) -> Self {
        let mut all: BTreeMap<&str, [Option<NaiveDate>; 3]> = BTreeMap::new();
        for (labels, _, x, at) in table.rows() {
            let at = i64::try_from(at[0]).ok().filter(|at| TIME_RANGE.contains(at));
            if let ([Some(name)], JOINED..=LEFT) = (labels.as_slice(), x) {
                all.entry(name).or_default()[x as usize] = at.map(|at| calendar.date_of(at));
            }
        }
        Self(all)
    }

    /// When a member joined, where that is known, and left.
    fn of(&self, member: &str) -> (Option<NaiveDate>, Option<NaiveDate>) {
        self.0.get(member).map_or((None, None), |[joined, join, left]| (joined.or(*join), *left))
    }
}
