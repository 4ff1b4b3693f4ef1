//! What each member did, and what came back.
use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::owners::{Owners, WIDTH};
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Scoped, Shape, Table, opener};
use crate::period::{Calendar, Every, days_since_epoch};
use crate::schema::{Kind, Role, TIME_RANGE};
use crate::view::{Group, NONE};

/// What each member did, since when, on how many days, and how often others answered and reacted.
///
/// # Formula
/// contributions = posts + replies + reactions + edits; active_days = distinct days with a contribution; longest_streak = the most of them
/// in a row; current_streak = those in a row up to the day that observation ends in, or the day before, as that day may not be
/// over. replies_received = replies by others to a message of the member; a reply that does not say what it answers, answers the
/// post that opened the thread. reactions_received = reactions of others to a message of the member.
///
/// # Columns
/// `by` … (of the act; of what was received, that of the message it came to), member, first_active, last_active (times of the first
/// and the last contribution; null without any), active_days (days), contributions, posts, replies, reactions, views, shares,
/// edits, other_acts (joining, resolving and so on), replies_received, reactions_received (acts), longest_streak, current_streak (days).
/// Sorted by group, contributions (the most first) and name.
///
/// # Edge cases
/// Who did nothing has no row. Acts whose time is only that of their parent count, and make no day active. Replies of unknown
/// authors may be one's own, and are not received; nor are those of bots unless `bots`, and replies without a time of their own.
/// `roles` filters whose acts count, not from whom replies and reactions are received. `min_group` hides groups with fewer members,
/// and leaves them one row without a name; in a group that is large enough each row is about one person, as was asked for.
///
/// # Source
/// Customary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Members {
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Members {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.members",
        question: "Who does what, how steadily, and what comes back to them?",
        formula: "contributions = posts + replies + reactions + edits; active_days = distinct days with one; longest_streak = the most such days in a row",
        unit: "acts",
        source: "customary",
        // What is received is known by the thread.
        whole: Whole::Thread,
    };
}

/// The columns of counts, as the table has them.
pub(super) const KINDS: [Kind; 6] = [Kind::Post, Kind::Reply, Kind::Reaction, Kind::View, Kind::Share, Kind::Edit];
const EDITS: usize = 5;
pub(super) const OTHERS: usize = 6;
pub(super) const REPLIES_RECEIVED: usize = 7;
pub(super) const REACTIONS_RECEIVED: usize = 8;
const NAMES: [&str; WIDTH] = [
    "posts",
    "replies",
    "reactions",
    "views",
    "shares",
    "edits",
    "other_acts",
    "replies_received",
    "reactions_received",
];

impl Kpi for Members {
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
        // Counts by group and member; the first and (negative) the last contribution of each of their days.
        const { &[Shape::sums(WIDTH), Shape::least(2)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let parents = part.community.parents()?;
        let mut owners = Owners::new(&scoped);
        for (thread, rows) in part.groups() {
            let opener = if part.is_none(thread) { None } else { opener(&scoped, rows) };
            for row in rows.iter().map(|row| *row as usize) {
                owners.act(row);
                if let Some((receiver, column)) = self.received(&scoped, row, parents.of(row), opener) {
                    owners.receive(receiver, column);
                }
            }
        }
        Ok(owners.tables())
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [counts, days] = tables else { return Ok(DataFrame::empty()) };
        let by = self.scope.by.len();
        let short = |group: &Group| -> Group { group.iter().take(by).cloned().collect() };
        let groups: Vec<Group> = counts.groups.iter().map(short).collect();
        let cells = Cells::new(&groups, counts.first_period(), None, horizon)?;
        let mut found: BTreeMap<(usize, &str), Row> = BTreeMap::new();
        for (group, _, _, values) in counts.rows() {
            if let (Some(cell), Some(Some(name))) = (cells.place(&short(group)), group.get(by)) {
                found.entry((cell, name)).or_default().count(values);
            }
        }
        for (group, _, day, values) in days.rows() {
            if let (Some(cell), Some(Some(name))) = (cells.place(&short(group)), group.get(by)) {
                found.entry((cell, name)).or_default().day(day, values);
            }
        }
        let today = days_since_epoch(Calendar::new(horizon.zone, Every::Day).date_of(horizon.as_of)).into();
        let mut rows: Vec<((usize, &str), Row)> = found.into_iter().collect();
        rows.sort_by_key(|((cell, name), row)| (*cell, -row.contributions(), *name));
        let mut members = vec![0; cells.len()];
        rows.iter().for_each(|((cell, _), _)| members[*cell] += 1);
        let instants = |f: fn(&Row) -> Option<i64>| Values::Instant(rows.iter().map(|(_, row)| f(row)).collect());
        let column = |f: &dyn Fn(&Row) -> i64| rows.iter().map(|(_, row)| f(row)).collect::<Vec<_>>();
        let mut sheet = cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows.iter().map(|((cell, _), _)| *cell).collect())
            .column("member", Values::Text(rows.iter().map(|((_, name), _)| Some((*name).to_owned())).collect()))
            .column("first_active", instants(|row| row.span.map(|span| span.0)))
            .column("last_active", instants(|row| row.span.map(|span| span.1)))
            .counts("active_days", column(&|row| row.days))
            .counts("contributions", column(&Row::contributions));
        for (i, name) in NAMES.iter().enumerate() {
            sheet = sheet.counts(name, column(&|row| row.counts[i]));
        }
        sheet
            .counts("longest_streak", column(&|row| row.longest))
            .counts("current_streak", column(&|row| row.current(today)))
            .one_row_if_hidden()
            .finish()
    }
}

impl Members {
    /// The message that an act of another answers or reacts to, and which of both it does.
    fn received(&self, scoped: &Scoped<'_>, row: usize, parent: u32, opener: Option<usize>) -> Option<(usize, usize)> {
        let dense = scoped.community.dense();
        let (who, kind) = (&dense.member.rows, dense.kind[row]);
        let parent = (parent != NONE).then_some(parent as usize);
        let (to, column) = match kind {
            Kind::Reply if dense.has_own_time(row) => (parent.or(opener)?, REPLIES_RECEIVED),
            Kind::Reaction => (parent?, REACTIONS_RECEIVED),
            _ => return None,
        };
        let role = scoped.community.roles().at(who[row], dense.time()[row])?;
        let gives = self.scope.bots || role != Role::Bot;
        let of_another = who[to] != NONE && who[to] != who[row];
        (gives && of_another && dense.kind[to].is_message() && scoped.counts(to)).then_some((to, column))
    }
}

/// What is known of one member in one group.
#[derive(Debug, Default)]
struct Row {
    counts: [i64; WIDTH],
    span: Option<(i64, i64)>,
    days: i64,
    last_day: Option<i64>,
    /// Days in a row up to the last.
    run: i64,
    longest: i64,
}

impl Row {
    fn count(&mut self, values: &[i128]) {
        for (count, value) in self.counts.iter_mut().zip(values) {
            *count = (*value).clamp(0, i128::from(u32::MAX)) as i64;
        }
    }

    /// Adds a day; they come in order.
    fn day(&mut self, day: i64, values: &[i128]) {
        let instant = |value: i128| value.clamp((*TIME_RANGE.start()).into(), (*TIME_RANGE.end()).into()) as i64;
        let (first, last) = (instant(values[0]), instant(values[1].saturating_neg()));
        self.span = Some(self.span.map_or((first, last), |span| (span.0.min(first), span.1.max(last))));
        let follows = self.last_day.is_some_and(|before| before.checked_add(1) == Some(day));
        self.run = if follows { self.run + 1 } else { 1 };
        self.longest = self.longest.max(self.run);
        self.last_day = Some(day);
        self.days += 1;
    }

    fn contributions(&self) -> i64 {
        self.counts[..3].iter().sum::<i64>() + self.counts[EDITS]
    }

    fn current(&self, today: i64) -> i64 {
        if self.last_day.is_some_and(|day| day >= today - 1) { self.run } else { 0 }
    }
}
