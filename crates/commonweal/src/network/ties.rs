//! Ties from member to member: what every network measure is made of.
use std::sync::{Arc, OnceLock};

use chrono_tz::Tz;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::graph::{Network, networks, weighed};
use super::places::{Code, Places};
use crate::community::Community;
use crate::error::{Error, Result};
use crate::kpi::table::Rows;
use crate::kpi::{Horizon, Part, Scope, Scoped, Shape, Table};
use crate::period::{Calendar, Every, Span, days_since_epoch};
use crate::schema::Kind;
use crate::view::NONE;

pub(super) const DAY: i64 = 86_400_000_000;

/// Rows, or codes, that one thread of the machine takes at a time.
const AT_ONCE: usize = 1 << 14;

/// What ties a member to another, and how long it lasts.
///
/// A reply ties its author to the author of its parent or, where it names none that is there, to the author of the post that opened its
/// thread. A reaction, where reactions count, ties its author to the author of its parent alone: one that does not say what it is on ties
/// nobody. Acts of unknown authors, on theirs, and on one's own tie nobody.
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
        // Rows are shared out among the cores here, so that there is one table to sort and none to merge.
        if !part.first {
            return Ok(Table::empty(SHAPES));
        }
        let dated = dated || self.half_life.is_some();
        // Several measures of one network ask for the same.
        let key = format!("{:?}", (self.reactions, dated, &scope.by, scope.bots, &scope.roles));
        let make = || {
            let scoped = part.scoped(scope)?;
            let places = Places::of(&scoped, scope.by.len(), dated);
            let bits = places.bits(self.reactions);
            Ok(if bits <= u32::BITS {
                tables::<u32>(&places, &self.codes(&scoped, &places)?)
            } else if bits <= u64::BITS {
                tables::<u64>(&places, &self.codes(&scoped, &places)?)
            } else {
                tables::<u128>(&places, &self.codes(&scoped, &places)?)
            })
        };
        Ok(part.community.ties(key, make)?.to_vec())
    }

    /// The codes of all acts that tie, in order.
    fn codes<C: Code>(&self, scoped: &Scoped<'_>, places: &Places<'_>) -> Result<Vec<C>> {
        Ok(C::sort(self.pieces(scoped, |act| places.code(act))?))
    }

    /// What is made of each act that ties, row by row.
    pub(super) fn acts<T: Send + Clone>(&self, scoped: &Scoped<'_>, make: impl Fn(&Act) -> T + Sync) -> Result<Vec<T>> {
        Ok(self.pieces(scoped, make)?.concat())
    }

    /// The same, as many rows at a time as one thread of the machine takes.
    fn pieces<T: Send>(&self, scoped: &Scoped<'_>, make: impl Fn(&Act) -> T + Sync) -> Result<Vec<Vec<T>>> {
        let community = scoped.community;
        let parents = community.parents()?;
        // Who opened each thread is seldom asked for: a reply mostly names its parent.
        let openers = OnceLock::new();
        let opener = |thread: u32| openers.get_or_init(|| opening_authors(community)).get(thread as usize).copied();
        let piece = |((room, found), start): (&mut (Vec<usize>, Vec<u32>), usize)| {
            let rows = self.replies(&community.dense().kind, start, room);
            found.clear();
            parents.of_each(rows, |parent| found.push(parent));
            let acts = rows.iter().zip(&*found);
            acts.filter_map(|(row, parent)| Some(make(&self.act(scoped, &opener, *row, *parent)?))).collect()
        };
        let pieces = (0..community.dense().kind.len().div_ceil(AT_ONCE)).into_par_iter();
        Ok(pieces.map_init(Default::default, |room, at| piece((room, at * AT_ONCE))).collect())
    }

    /// Of the rows from `start` on, so many as are looked at at a time, those that are of a kind that ties: told without a branch, which nobody could
    /// foresee. `room` is for them.
    fn replies<'r>(&self, kinds: &[Kind], start: usize, room: &'r mut Vec<usize>) -> &'r [usize] {
        let kinds = &kinds[start..(start + AT_ONCE).min(kinds.len())];
        room.resize(kinds.len().max(room.len()), 0);
        let mut found = 0;
        for (i, kind) in kinds.iter().enumerate() {
            room[found] = start + i;
            found += usize::from(*kind == Kind::Reply || self.reactions && *kind == Kind::Reaction);
        }
        &room[..found]
    }

    /// The act of a row that is of a kind that ties, where it does, by the row of its parent.
    fn act(&self, scoped: &Scoped<'_>, opener: &impl Fn(u32) -> Option<u32>, row: usize, parent: u32) -> Option<Act> {
        let dense = scoped.community.dense();
        let reaction = dense.kind[row] == Kind::Reaction;
        let source = dense.member.rows[row];
        let target = match parent {
            // What a reaction is on is not to be guessed.
            NONE if reaction => return None,
            NONE => opener(dense.thread().rows[row])?,
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

    /// The networks of the tables of [`Ties::partial`], `width` labels before the source.
    ///
    /// # Errors
    /// As [`weighed`].
    pub(super) fn networks(&self, tables: &[Table], width: usize, horizon: &Horizon) -> Result<Arc<Vec<Network>>> {
        let [replies, reactions, names, ..] = tables else { return Err(Error::malformed()) };
        match self.half_life {
            None => networks([replies, reactions], names, width),
            Some(_) => weighed([replies, reactions], names, width, |day| self.weight(day, horizon)).map(Arc::new),
        }
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

/// The author of the earliest post of each thread; of several at one instant the first by name.
fn opening_authors(community: &Community) -> Vec<u32> {
    let dense = community.dense();
    let author = |row: u32| dense.member.rows[row as usize];
    let order = |row: u32| (dense.time()[row as usize], dense.member.label(author(row)));
    let mut first = vec![NONE; community.n_threads()];
    for row in (0..dense.kind.len()).filter(|row| dense.kind[*row] == Kind::Post) {
        let Some(first) = first.get_mut(dense.thread().rows[row] as usize) else { continue };
        if *first == NONE || order(row as u32) < order(*first) {
            *first = row as u32;
        }
    }
    first.into_iter().map(|row| if row == NONE { NONE } else { author(row) }).collect()
}

/// The tables of codes in order.
fn tables<C: Code>(places: &Places<'_>, codes: &[C]) -> Vec<Table> {
    let (replies, reactions) = codes.split_at(codes.partition_point(|code| !places.is_reaction(*code)));
    let ((replies, reactions), names) =
        rayon::join(|| (table(places, replies), table(places, reactions)), || places.names(codes));
    vec![replies, reactions, names]
}

/// Codes in order, as a table of how often each is there.
fn table<C: Code>(places: &Places<'_>, codes: &[C]) -> Table {
    let (mut rest, mut pieces) = (codes, vec![]);
    while let Some(last) = rest.get(..AT_ONCE).and_then(<[C]>::last) {
        // To the last of its source.
        let more = rest[AT_ONCE..].partition_point(|code| places.owner(*code) == places.owner(*last));
        let piece;
        (piece, rest) = rest.split_at(AT_ONCE + more);
        pieces.push(piece);
    }
    pieces.push(rest);
    let made = pieces.into_par_iter().map(|codes| rows(places, codes)).collect();
    Rows::concat(Shape::sums(1), made).into()
}

fn rows<C: Code>(places: &Places<'_>, codes: &[C]) -> Rows {
    let mut table = Rows::with_capacity(Shape::sums(1), codes.len());
    let (mut targets, mut last) = (Vec::with_capacity(codes.len()), None);
    for same in codes.chunk_by(|a, b| a == b) {
        let owner = Some(places.owner(same[0]));
        if owner != last {
            table.open(places.label(same[0]));
            last = owner;
        }
        targets.push(places.target(same[0]));
        table.push(places.day(same[0]) * DAY, 0, &[same.len() as i128]);
    }
    table.among(targets, places.hashes())
}
