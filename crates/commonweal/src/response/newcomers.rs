//! Newcomers by their first post: whether it was answered in time, and when they came back. What the return KPIs share.
//!
//! The answer is in the thread, the return may be anywhere. So parts that keep threads whole tell, of each member, the first post that
//! they have seen with its answer, and the days with a contribution; both are minima, and meet in `finish`.
use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::answers::Responder;
use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::firsts;
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Part, Periods, Scope, Shape, Table};
use crate::period::{Calendar, Every, Span};
use crate::schema::{Kind, Role, TIME_RANGE};
use crate::stats::survival::Step;
use crate::view::{Group, NONE};

/// By group, columns to adjust for, and member: their first post and how long it waited, as one number. By member: the first contribution of each day,
/// and when they left.
pub(super) const SHAPES: &[Shape] = &[Shape::least(1), Shape::least(1)];

/// In the second table: the first contribution of a day; the time of leaving in the members table, and of each act of leaving.
const DAY: i64 = 0;
const LEFT: i64 = 1;
const LEAVES: i64 = 2;

const DAY_LENGTH: i64 = Span::days(1).micros();

/// Stands for the wait of a post without an answer: longer than any.
const OPEN: i64 = i64::MAX;

/// What is compared, and over which time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Design {
    /// An answer until then is in time.
    pub(super) within: Span,
    /// When, after the first post, classes are told and the watch begins.
    pub(super) landmark: Span,
    /// How long the watch goes on.
    pub(super) horizon: Span,
    /// Whose first contribution lies so near to the start of the record may be no newcomer.
    pub(super) wash_in: Option<Span>,
}

impl Design {
    /// The landmark is where the answer has to be in, if nothing else is said.
    pub(super) fn new(within: Span, landmark: Option<Span>, horizon: Span, wash_in: Option<Span>) -> Self {
        Self { within, landmark: landmark.unwrap_or(within), horizon, wash_in }
    }

    /// The days watched.
    fn days(&self) -> i64 {
        self.horizon.micros() / DAY_LENGTH
    }

    pub(super) fn check(&self) -> Result<()> {
        if self.horizon.whole_days().is_none() {
            return Err(Error::option("horizon", "whole days, as \"30d\"", self.horizon));
        }
        if self.landmark < self.within {
            let allowed =
                format!("no less than within, {}: before that it is not known who is answered in time", self.within);
            return Err(Error::option("landmark", allowed, self.landmark));
        }
        Ok(())
    }
}

/// The columns to adjust for. A community without channels has one.
fn columns(community: &Community, adjust: &[String]) -> Vec<String> {
    let there = |name: &&String| *name != "channel" || community.events().get_column_index("channel").is_some();
    adjust.iter().filter(there).cloned().collect()
}

/// The tables of a part.
pub(super) fn partial(part: &Part<'_>, scope: &Scope, adjust: &[String], responder: Responder) -> Result<Vec<Table>> {
    let scoped = part.scoped(scope)?;
    let community = part.community;
    let (dense, roles) = (community.dense(), community.roles());
    let (time, names) = (dense.time(), &dense.member.labels);
    let alike = community.groups(&columns(community, adjust)).map_err(|error| error.of_option("adjust", adjust))?;

    let mut earliest: HashMap<(u32, u32, u32), (i64, i64)> = HashMap::new();
    let mut days = TableBuilder::<1>::least();
    let all_days = Periods::of(community, Some(Every::Day));
    for (_, rows) in part.groups() {
        for row in rows.iter().map(|row| *row as usize).filter(|row| dense.has_own_time(*row)) {
            let (member, at, kind) = (dense.member.rows[row], time[row], dense.kind[row]);
            if roles.at(member, at).is_none_or(|role| role == Role::Bot && !scope.bots) {
                continue;
            }
            if kind.is_contribution() {
                let least = &mut days.at(member, all_days.start_of(at), DAY)[0];
                *least = i128::from(at).min(*least);
            } else if kind == Kind::Leave {
                days.at(member, at, LEAVES)[0] = i128::from(at);
            }
        }
    }
    let accepts = |role| responder.accepts(Some(role));
    firsts::each(
        part,
        &scoped,
        |_| true,
        accepts,
        |_| (),
        |row, answer| {
            let member = dense.member.rows[row];
            if member != NONE {
                let found = (time[row], answer.map_or(OPEN, |answer| answer.at - time[row]));
                let least = earliest.entry((scoped.groups.of(row), alike.of(row), member)).or_insert(found);
                *least = found.min(*least);
            }
        },
    );

    let mut posts = LabelledBuilder::<1>::least();
    for ((group, code, member), (at, wait)) in earliest {
        let mut labels = scoped.groups.label(group);
        labels.extend(alike.label(code));
        labels.push(names.get(member as usize).map(str::to_owned));
        posts.at(labels, 0, 0)[0] = (i128::from(at) << 64) | i128::from(wait);
    }
    let mut left = LabelledBuilder::<1>::least();
    if let Some(membership) = community.membership()?.as_ref().as_ref().filter(|_| part.first) {
        for name in membership.names() {
            if let Some((_, gone)) = membership.of(name).filter(|(_, gone)| *gone < i64::MAX) {
                left.at(vec![Some(name.to_owned())], 0, LEFT)[0] = i128::from(gone);
            }
        }
    }
    let days = days.finish(|code| vec![names.get(code as usize).map(str::to_owned)]);
    Ok(vec![posts.finish(), days.merge(left.finish())])
}

/// A newcomer at the landmark.
#[derive(Clone, Debug)]
pub(super) struct Newcomer {
    /// Whether the first post was answered in time.
    pub(super) answered: bool,
    /// Days from the landmark's to that of the return, or to the last that was watched.
    days: i64,
    pub(super) returned: bool,
    /// Whether the watch is over.
    pub(super) due: bool,
    /// What newcomers are compared within: the columns to adjust for, the time of the first post, the days active before.
    pub(super) alike: Group,
    pub(super) first: i64,
    pub(super) days_before: u32,
}

impl Newcomer {
    pub(super) fn step(&self) -> Step {
        Step { time: self.days * DAY_LENGTH, ended: u64::from(self.returned), censored: u64::from(!self.returned) }
    }
}

/// The newcomers of one group, and how many are left out.
#[derive(Debug, Default)]
pub(super) struct Newcomers {
    pub(super) there: Vec<Newcomer>,
    /// Since they were there too near to the start of the record.
    pub(super) early: i64,
    /// Since the landmark is not reached yet, or they had left before it.
    pub(super) unreached: i64,
}

/// The newcomers of each group, at the end of observation.
pub(super) fn read(tables: &[Table], by: usize, design: &Design, horizon: &Horizon) -> BTreeMap<Group, Newcomers> {
    let mut found: BTreeMap<Group, Newcomers> = BTreeMap::new();
    let [posts, days] = tables else { return found };
    if !TIME_RANGE.contains(&horizon.as_of) {
        return found;
    }
    let mut firsts: BTreeMap<&str, (i64, i64, &[Option<String>])> = BTreeMap::new();
    for (labels, _, _, value) in posts.rows() {
        if let Some((Some(name), group)) = labels.split_last()
            && group.len() >= by
        {
            let at = micros(value[0] >> 64);
            let first = (at, (value[0] & i128::from(u64::MAX)).clamp(0, i128::from(OPEN)) as i64, group);
            firsts.entry(name).and_modify(|known| *known = first.min(*known)).or_insert(first);
        }
    }
    let mut active: HashMap<&str, (Vec<(i64, i64)>, Vec<i64>)> = HashMap::new();
    for (labels, day, x, value) in days.rows() {
        if let Some(Some(name)) = labels.last() {
            let (days, left) = active.entry(name).or_default();
            if x == DAY { days.push((micros(i128::from(day)), micros(value[0]))) } else { left.push(micros(value[0])) }
        }
    }
    let start = active.values().flat_map(|(days, _)| days).map(|(_, at)| *at).min();
    let washed = start.zip(design.wash_in).map(|(start, wash_in)| start.saturating_add(wash_in.micros()));
    let calendar = Calendar::new(horizon.zone, Every::Day);
    // The last day that was watched to its end.
    let today = calendar.start_of(horizon.as_of);
    let last =
        if calendar.next(today) <= horizon.as_of.saturating_add(1) { today } else { calendar.start_of(today - 1) };
    let none = (vec![], vec![]);
    for (name, (first, wait, group)) in firsts {
        let (group, alike) = group.split_at(by);
        let newcomers = found.entry(group.to_vec()).or_default();
        let (days, left) = active.get(name).unwrap_or(&none);
        let earliest = days.iter().map(|(_, at)| *at).min().unwrap_or(first);
        if washed.is_some_and(|washed| earliest < washed) {
            newcomers.early += 1;
            continue;
        }
        let landmark = first.saturating_add(design.landmark.micros());
        if landmark > horizon.as_of || left.iter().any(|left| (first..landmark).contains(left)) {
            newcomers.unreached += 1;
            continue;
        }
        let (first_day, day) = (calendar.start_of(first), calendar.start_of(landmark));
        let days_to = |later: i64| (calendar.date_of(later) - calendar.date_of(day)).num_days();
        let back = days.iter().map(|(later, _)| *later).filter(|later| *later > day).min().map(days_to);
        let watched = days_to(last).clamp(0, design.days());
        let back = back.filter(|back| (1..=watched).contains(back));
        newcomers.there.push(Newcomer {
            answered: wait <= design.within.micros(),
            days: back.unwrap_or(watched),
            returned: back.is_some(),
            due: watched == design.days(),
            alike: alike.to_vec(),
            first,
            days_before: days.iter().filter(|(earlier, _)| *earlier < first_day).count() as u32,
        });
    }
    found
}

/// A time out of a table, wherever that comes from.
fn micros(value: i128) -> i64 {
    value.clamp(i128::from(*TIME_RANGE.start()), i128::from(*TIME_RANGE.end())) as i64
}
