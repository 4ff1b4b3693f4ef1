//! Ties from member to member: what every network measure is made of.
use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Part, Scope, Scoped, Shape, Table};
use crate::period::Span;
use crate::schema::Kind;
use crate::view::{Group, NONE};

const DAY: i64 = 86_400_000_000;

/// What ties a member to another, and how long it lasts.
///
/// A reply ties its author to the author of its parent or, where it names none that is there, to the author of the post that opened its
/// thread. A reaction, where reactions count, ties in the same way. Acts of unknown authors, on theirs, and on one's own tie nobody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ties {
    /// Whether reactions tie as well as replies. Default: no.
    pub reactions: bool,
    /// After which time an act weighs half, by days of UTC before the end of observation; none for never. Default: none.
    pub half_life: Option<Span>,
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

    /// The ties of a part: replies, reactions, and the names of those that are tied. `dated` keeps the day of each act.
    ///
    /// Sources are labels, targets hashes of their names, so that a row is a few integers and means the same in every partition.
    pub(super) fn partial(&self, part: &Part<'_>, scope: &Scope, dated: bool) -> Result<Vec<Table>> {
        let (scoped, community) = (part.scoped(scope)?, part.community);
        let (dense, parents) = (community.dense(), community.parents()?);
        let labels = &dense.member.labels;
        let keys: Vec<i64> = labels.iter().map(|name| stable_hash(name.as_bytes()) as i64).collect();
        let mut sources = Sources::default();
        let mut tables = [TableBuilder::<1>::new(), TableBuilder::<1>::new()];
        let mut tied = vec![false; labels.len()];
        for (thread, rows) in part.groups() {
            if part.is_none(thread) {
                continue;
            }
            let mut opener = None;
            for row in rows.iter().map(|row| *row as usize) {
                let table = match dense.kind[row] {
                    Kind::Reply => 0,
                    Kind::Reaction if self.reactions => 1,
                    _ => continue,
                };
                let source = dense.member.rows[row];
                let target = match parents[row] {
                    NONE => *opener.get_or_insert_with(|| opening_author(community, rows)),
                    parent => dense.member.rows[parent as usize],
                };
                if source == NONE || target == NONE || source == target {
                    continue;
                }
                let at = dense.time()[row];
                if !scoped.counts(row) || !scoped.counts_member(target, at) {
                    continue;
                }
                let day = if dated || self.half_life.is_some() { at.div_euclid(DAY) * DAY } else { 0 };
                let code = sources.code(scoped.groups.of(row), source, scope.by.is_empty());
                tables[table].at(code, day, keys[target as usize])[0] += 1;
                tied[source as usize] = true;
                tied[target as usize] = true;
            }
        }
        let mut names = TableBuilder::<1>::least();
        for (member, _) in tied.iter().enumerate().filter(|(_, tied)| **tied) {
            names.at(member as u32, 0, keys[member])[0] = 0;
        }
        let label = |code| sources.label(code, &scoped);
        let [replies, reactions] = tables.map(|table| table.finish(label));
        Ok(vec![replies, reactions, names.finish(|code| vec![labels.get(code as usize).map(str::to_owned)])])
    }

    /// What an act of this day weighs at the end of observation.
    pub(super) fn weight(&self, day: i64, as_of: i64) -> f64 {
        let Some(half_life) = &self.half_life else { return 1.0 };
        let age = as_of.div_euclid(DAY) - day.div_euclid(DAY);
        (-(age as f64) * DAY as f64 / half_life.micros() as f64).exp2()
    }
}

/// The author of the earliest post; of several at one instant the first by name.
fn opening_author(community: &Community, rows: &[u32]) -> u32 {
    let dense = community.dense();
    let posts = rows.iter().map(|row| *row as usize).filter(|row| dense.kind[*row] == Kind::Post);
    let first = posts.min_by_key(|row| (dense.time()[*row], dense.member.label(dense.member.rows[*row])));
    first.map_or(NONE, |row| dense.member.rows[row])
}

/// Codes for the pairs of a group and a source.
#[derive(Default)]
struct Sources {
    codes: HashMap<(u32, u32), u32>,
    pairs: Vec<(u32, u32)>,
    /// The members are the codes: there is one group.
    plain: bool,
}

impl Sources {
    fn code(&mut self, group: u32, source: u32, plain: bool) -> u32 {
        self.plain = plain;
        if plain {
            return source;
        }
        *self.codes.entry((group, source)).or_insert_with(|| {
            self.pairs.push((group, source));
            self.pairs.len() as u32 - 1
        })
    }

    fn label(&self, code: u32, scoped: &Scoped<'_>) -> Group {
        let (group, source) = if self.plain { (0, code) } else { self.pairs[code as usize] };
        let mut label = scoped.groups.label(group);
        label.push(scoped.community.dense().member.label(source).map(str::to_owned));
        label
    }
}
