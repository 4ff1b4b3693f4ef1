//! Volumes by kind, and what they are for each.
use polars::prelude::DataFrame;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::Result;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Scoped, Shape, Table};
use crate::period::Every;
use crate::schema::Kind;
use crate::stats::proportion::ratio;
use crate::view::{Kept, NONE};

/// What was done in each period, by how many contributors, and how much of it for each.
///
/// # Formula
/// contributions = posts + replies + reactions + edits; contributors = distinct members with one; replies_per_post = replies / posts;
/// reactions_per_message = reactions / (posts + replies); contributions_per_member = contributions of known members at times of their own / contributors.
///
/// # Columns
/// period (with `every`), `by` …, posts, replies, reactions, views, shares, edits, contributions (acts), contributors (members),
/// replies_per_post, reactions_per_message, contributions_per_member (null where the denominator is 0), complete (with `every`).
///
/// # Edge cases
/// Acts of unknown authors count as volume and make no contributor; so do acts whose time is only that of their parent.
///
/// # Source
/// Customary.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Activity {
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping and what counts.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Activity {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.activity",
        question: "How much is posted, answered, liked and read, and by how many?",
        formula: "counts by kind; contributions = posts + replies + reactions + edits; contributors = distinct members with one",
        unit: "acts",
        source: "customary",
        whole: Whole::Member,
    };
}

const KINDS: [Kind; 6] = [Kind::Post, Kind::Reply, Kind::Reaction, Kind::View, Kind::Share, Kind::Edit];
const CONTRIBUTORS: usize = 6;
const BY_MEMBERS: usize = 7;
const WIDTH: usize = 8;

impl Kpi for Activity {
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
        // Acts by kind; distinct contributors; contributions of known members.
        const { &[Shape::sums(WIDTH)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        // Periods are shared out among the cores, not members: one part does it all.
        if !part.first {
            return Ok(vec![Table::new(self.shapes()[0])]);
        }
        let scoped = part.scoped(&self.scope)?;
        let periods = Periods::of(part.community, self.every);
        let counted = (0..periods.len())
            .into_par_iter()
            .map_init(|| Counter::new(part, &scoped), |counter, period| counter.count(&periods, period))
            .collect::<Vec<_>>();
        let mut counts = TableBuilder::<WIDTH>::new();
        for (period, cells) in counted.into_iter().enumerate() {
            for (group, cell) in cells {
                *counts.at(group, periods.start(period), 0) = cell.map(i128::from);
            }
        }
        Ok(vec![counts.finish(|code| scoped.groups.label(code))])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.sums::<WIDTH>(&tables[0]);
        let column = |i: usize| sums.iter().map(move |c| c[i]);
        let contributions = |c: &[i64; WIDTH]| c[0] + c[1] + c[2] + c[5];
        cells
            .sheet(&self.scope)
            .members(column(CONTRIBUTORS).collect())
            .counts("posts", column(0))
            .counts("replies", column(1))
            .counts("reactions", column(2))
            .counts("views", column(3))
            .counts("shares", column(4))
            .counts("edits", column(5))
            .counts("contributions", sums.iter().map(contributions))
            .counts("contributors", column(CONTRIBUTORS))
            .numbers("replies_per_post", sums.iter().map(|c| ratio(c[1], c[0])))
            .numbers("reactions_per_message", sums.iter().map(|c| ratio(c[2], c[0] + c[1])))
            .numbers("contributions_per_member", sums.iter().map(|c| ratio(c[BY_MEMBERS], c[CONTRIBUTORS])))
            .finish()
    }
}

/// The column of a kind of act.
fn column(kind: Kind) -> Option<usize> {
    const COLUMNS: [u8; 1 << 8] = {
        let (mut columns, mut column) = ([u8::MAX; 1 << 8], 0);
        while column < KINDS.len() {
            columns[KINDS[column] as usize] = column as u8;
            column += 1;
        }
        columns
    };
    let column = COLUMNS[usize::from(kind as u8)] as usize;
    (column < KINDS.len()).then_some(column)
}

/// Counts one period after the other, in memory that it keeps. What is not touched is not cleared.
struct Counter<'a> {
    part: &'a Part<'a>,
    scoped: &'a Scoped<'a>,
    cells: Vec<[u32; WIDTH]>,
    touched: Vec<u32>,
    /// Group and member of each contribution.
    contributions: Vec<(u32, u32)>,
    /// The contributions, group by group.
    by_group: Vec<u32>,
    /// The place of each group in it.
    place: Vec<u32>,
    /// For each member, the last group and period seen in.
    seen: Vec<u32>,
    stamp: u32,
}

impl<'a> Counter<'a> {
    fn new(part: &'a Part<'a>, scoped: &'a Scoped<'a>) -> Self {
        let groups = scoped.groups.len() + 1;
        Self {
            part,
            scoped,
            cells: vec![[0; WIDTH]; groups],
            touched: vec![],
            contributions: vec![],
            by_group: vec![],
            place: vec![0; groups],
            seen: vec![0; part.community.n_members()],
            stamp: 0,
        }
    }

    /// The cells of a period, by group code.
    fn count(&mut self, periods: &Periods, period: usize) -> Vec<(u32, [u32; WIDTH])> {
        let Self { part, scoped, cells, touched, contributions, by_group, place, seen, stamp } = self;
        let dense = part.community.dense();
        let last = cells.len() - 1;
        touched.clear();
        contributions.clear();
        let (from, until) = periods.bounds(period);
        let (kinds, members, groups) = (&dense.kind[..], &dense.member.rows[..], scoped.groups.codes());
        let (counts, has_own_time) = (scoped.counted(), dense.own_times());
        let mut kept = Kept::new(contributions);
        let cells = &mut cells[..];
        dense.in_span(from, until, |row| {
            let kind = kinds[row];
            let Some(column) = column(kind).filter(|_| counts(row)) else { return };
            let slot = (groups.code(row) as usize).min(last);
            let cell = &mut cells[slot];
            if cell[column] == 0 && cell[..CONTRIBUTORS].iter().all(|n| *n == 0) {
                touched.push(slot as u32);
            }
            cell[column] += 1;
            let member = members[row];
            let by_member = kind.is_contribution() & (member != NONE) & has_own_time(row);
            cell[BY_MEMBERS] += u32::from(by_member);
            kept.see((slot as u32, member), by_member);
        });
        let contributions = kept.all();
        let mut next = 0;
        for slot in touched.iter().map(|slot| *slot as usize) {
            place[slot] = next;
            next += cells[slot][BY_MEMBERS];
        }
        by_group.resize(contributions.len(), 0);
        for (slot, member) in contributions {
            let place = &mut place[*slot as usize];
            by_group[*place as usize] = *member;
            *place += 1;
        }
        let counted = touched.iter().map(|slot| {
            let cell = &mut cells[*slot as usize];
            let end = place[*slot as usize];
            *stamp += 1;
            for member in &by_group[(end - cell[BY_MEMBERS]) as usize..end as usize] {
                let seen = &mut seen[*member as usize];
                cell[CONTRIBUTORS] += u32::from(*seen != *stamp);
                *seen = *stamp;
            }
            let group = if *slot as usize == last { NONE } else { *slot };
            (group, std::mem::take(cell))
        });
        counted.collect()
    }
}
