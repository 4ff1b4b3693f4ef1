//! Ties from member to member: what every network measure is made of.
use chrono_tz::Tz;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::places::Places;
use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::table::Key;
use crate::kpi::{Horizon, Part, Scope, Scoped, Shape, Table};
use crate::period::{Calendar, Every, Span, days_since_epoch};
use crate::schema::Kind;
use crate::view::NONE;

pub(super) const DAY: i64 = 86_400_000_000;

/// Threads of the community that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 10;

/// What ties a member to another, and how long it lasts.
///
/// A reply ties its author to the author of its parent or, where it names none that is there, to the author of the post that opened its
/// thread. A reaction, where reactions count, ties in the same way. Acts of unknown authors, on theirs, and on one's own tie nobody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ties {
    /// Whether reactions tie as well as replies. Default: no.
    pub reactions: bool,
    /// After which time an act weighs half, by calendar days before the end of observation; none for never. Default: none.
    pub half_life: Option<Span>,
}

/// One act that ties.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) row: usize,
    pub(super) at: i64,
    /// Who acts, and on whose message, by code.
    pub(super) source: u32,
    pub(super) target: u32,
    pub(super) reaction: bool,
}

/// Ties by group, source and target; for each kind of act, and the day where it matters.
pub(super) const SHAPES: &[Shape] = &[Shape::sums(1), Shape::sums(1), Shape::least(1)];

impl Ties {
    pub(super) fn check(&self) -> Result<()> {
        match &self.half_life {
            Some(span) if span.micros() <= 0 => {
                Err(Error::option("half_life", "longer than nothing, as \"90d\"", span))
            }
            _ => Ok(()),
        }
    }

    /// The ties of a community: replies, reactions, and the names of those that are tied. `dated` keeps the day of each act.
    ///
    /// Sources are labels, targets hashes of their names, so that a row is a few integers and means the same in every partition.
    pub(super) fn partial(&self, part: &Part<'_>, scope: &Scope, dated: bool) -> Result<Vec<Table>> {
        // Threads are shared out among the cores here, so that there is one table to sort and none to merge.
        if !part.first {
            return Ok(SHAPES.iter().map(|shape| Table::new(*shape)).collect());
        }
        let scoped = part.scoped(scope)?;
        let places = Places::of(&scoped, scope.by.len());
        let dated = dated || self.half_life.is_some();
        let zone = part.community.zone();
        let coded = self.acts(&scoped, |act| {
            let day = if dated { day_of(zone, act.at) } else { 0 };
            (places.code(scoped.groups.of(act.row), act.source, day, act.target), act.reaction)
        })?;
        let of = |reaction: bool| -> Vec<u128> {
            let own = coded.iter().filter(|(_, other)| *other == reaction);
            let mut codes: Vec<u128> = own.map(|(code, _)| *code).collect();
            codes.par_sort_unstable();
            codes
        };
        let (replies, reactions) = (of(false), of(true));
        let names = places.names([&replies, &reactions]);
        Ok(vec![table(&places, &replies), table(&places, &reactions), names])
    }

    /// What is made of each act that ties, thread by thread.
    pub(super) fn acts<T: Send>(&self, scoped: &Scoped<'_>, make: impl Fn(&Act) -> T + Sync) -> Result<Vec<T>> {
        let community = scoped.community;
        let parents = community.parents()?;
        let conversations = community.conversations();
        let of_thread = |thread: usize| {
            let rows = conversations.rows(thread);
            let mut opener = None;
            let act = |row: &u32| self.act(scoped, &parents, rows, &mut opener, *row as usize);
            rows.iter().filter_map(act).map(|act| make(&act)).collect::<Vec<T>>()
        };
        let threads = (0..community.n_threads()).into_par_iter().with_min_len(AT_ONCE);
        Ok(threads.flat_map_iter(of_thread).collect())
    }

    /// The act of a row of a thread, where it ties.
    fn act(
        &self,
        scoped: &Scoped<'_>,
        parents: &[u32],
        rows: &[u32],
        opener: &mut Option<u32>,
        row: usize,
    ) -> Option<Act> {
        let dense = scoped.community.dense();
        let reaction = match dense.kind[row] {
            Kind::Reply => false,
            Kind::Reaction if self.reactions => true,
            _ => return None,
        };
        let source = dense.member.rows[row];
        let target = match parents[row] {
            NONE => *opener.get_or_insert_with(|| opening_author(scoped.community, rows)),
            parent => dense.member.rows[parent as usize],
        };
        let at = dense.time()[row];
        let ties = source != NONE && target != NONE && source != target;
        (ties && scoped.counts(row) && scoped.counts_member(target, at)).then_some(Act {
            row,
            at,
            source,
            target,
            reaction,
        })
    }

    /// What an act of a day, as tables have it, weighs at the end of observation.
    pub(super) fn weight(&self, day: i64, horizon: &Horizon) -> f64 {
        let Some(half_life) = &self.half_life else { return 1.0 };
        (-(age(day, horizon) as f64) * DAY as f64 / half_life.micros() as f64).exp2()
    }
}

/// How many calendar days before the end of observation a day is, as tables have it.
pub(super) fn age(day: i64, horizon: &Horizon) -> i64 {
    day_of(horizon.zone, horizon.as_of) - day.div_euclid(DAY)
}

/// The calendar day of an instant, in days since 1970-01-01.
pub(super) fn day_of(zone: Tz, instant: i64) -> i64 {
    i64::from(days_since_epoch(Calendar::new(zone, Every::Day).date_of(instant)))
}

/// The author of the earliest post; of several at one instant the first by name.
fn opening_author(community: &Community, rows: &[u32]) -> u32 {
    let dense = community.dense();
    let posts = rows.iter().map(|row| *row as usize).filter(|row| dense.kind[*row] == Kind::Post);
    let first = posts.min_by_key(|row| (dense.time()[*row], dense.member.label(dense.member.rows[*row])));
    first.map_or(NONE, |row| dense.member.rows[row])
}

/// Codes in order, as a table of how often each is there.
fn table(places: &Places<'_>, codes: &[u128]) -> Table {
    let mut table = Table::new(Shape::sums(1));
    let mut last = None;
    for same in codes.chunk_by(|a, b| a == b) {
        let label = Some(same[0] >> 64);
        if label != last {
            table.groups.push(places.label(same[0]));
            last = label;
        }
        let group = table.groups.len() as u32 - 1;
        table.keys.push(Key { group, period: places.day(same[0]) * DAY, x: places.target(same[0]) });
        table.values.push(same.len() as i128);
    }
    table
}
