//! From the integers to the ranking.
use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashMap;
use polars::prelude::DataFrame;

use super::past::{LENGTH, QUESTIONS};
use super::question::Collection;
use super::{Experts, Rank};
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::{Horizon, Table};
use crate::view::Group;

/// How much more a question of the same channel speaks.
const CHANNEL: f64 = 2.0;

/// One who is ranked.
#[derive(Debug, Default)]
struct Candidate<'t> {
    /// The last answer to each question.
    answers: BTreeMap<i64, i64>,
    last: Option<(i64, Option<&'t str>)>,
    members: BTreeSet<&'t str>,
}

/// A row of the ranking.
struct Row<'t> {
    name: &'t str,
    candidate: &'t Candidate<'t>,
    weight: f64,
    similar: i64,
}

pub(super) fn finish(kpi: &Experts, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
    let by = kpi.scope.by.len();
    let width = kpi.columns().len() + 1;
    let rows = || tables[0].rows().filter(|(group, ..)| group.len() == width);
    let labels: BTreeSet<Group> = rows().map(|(group, ..)| group[..by].to_vec()).collect();
    let cells = Cells::new(&labels, None, None, horizon)?;
    let similar = likenesses(kpi, tables);
    let gone: HashMap<&str, i128> = (tables[3].rows())
        .filter_map(|(group, _, _, at)| Some((group.first()?.as_deref()?, at[0])))
        .filter(|(_, at)| *at <= i128::from(horizon.as_of))
        .collect();

    let mut found: Vec<BTreeMap<&str, Candidate<'_>>> = (0..cells.len()).map(|_| BTreeMap::new()).collect();
    for (group, at, question, _) in rows() {
        let unit = kpi.unit.as_ref().and_then(|_| group[by].as_deref());
        let (Some(cell), Some(member)) = (cells.index(&group[..by].to_vec(), 0), group[width - 1].as_deref()) else {
            continue;
        };
        let name = if kpi.rank == Rank::Units { unit } else { Some(member).filter(|name| !gone.contains_key(name)) };
        if let Some(name) = name.filter(|_| at <= horizon.as_of) {
            let candidate = found[cell].entry(name).or_default();
            let last = candidate.answers.entry(question).or_insert(at);
            *last = at.max(*last);
            candidate.last = candidate.last.max(Some((at, unit)));
            candidate.members.insert(member);
        }
    }

    let (mut places, mut ranks, mut top): (Vec<usize>, Vec<i64>, Vec<(Row<'_>, f64)>) = (vec![], vec![], vec![]);
    for (cell, candidates) in found.iter().enumerate() {
        let mut ranking = ranked(kpi, candidates, &similar);
        let all: f64 = ranking.iter().map(|row| row.weight).sum();
        ranking.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.name.cmp(b.name)));
        ranking.truncate(kpi.top as usize);
        places.extend(std::iter::repeat_n(cell, ranking.len()));
        ranks.extend(1..=ranking.len() as i64);
        top.extend(ranking.into_iter().map(|row| (row, all)));
    }
    let text = |value: fn(&Row<'_>) -> Option<String>| Values::Text(top.iter().map(|(row, _)| value(row)).collect());
    let count = |value: fn(&Row<'_>) -> i64| top.iter().map(move |(row, _)| value(row));
    let members = found.iter().map(|all| all.values().flat_map(|c| &c.members).collect::<BTreeSet<_>>().len() as i64);
    let mut sheet = cells.sheet(&kpi.scope).members(members.collect()).counts("rank", ranks);
    let name = |row: &Row<'_>| Some(row.name.to_owned());
    let unit = |row: &Row<'_>| row.candidate.last.and_then(|(_, unit)| unit).map(str::to_owned);
    sheet = match (kpi.rank, &kpi.unit) {
        (Rank::Units, _) => {
            sheet.column("unit", text(name)).counts("members", count(|row| row.candidate.members.len() as i64))
        }
        (Rank::Members, Some(_)) => sheet.column("member", text(name)).column("unit", text(unit)),
        (Rank::Members, None) => sheet.column("member", text(name)),
    };
    sheet
        .numbers("score", top.iter().map(|(row, all)| (*all > 0.0).then(|| row.weight / all)))
        .counts("similar", count(|row| row.similar))
        .counts("answers", count(|row| row.candidate.answers.len() as i64))
        .column("last_answered", Values::Instant(top.iter().map(|(row, _)| row.candidate.last.map(|l| l.0)).collect()))
        .rows(places)
        .one_row_if_hidden()
        .finish()
}

/// For each question that is alike: what it speaks more than another, and whether it counts as similar.
fn likenesses(kpi: &Experts, tables: &[Table]) -> HashMap<i64, (f64, bool)> {
    // Whether the topic is a channel is known only now that all parts are together; its name says less than the channel does.
    let is_channel = tables[1].rows().any(|(.., row)| row[1] > 0);
    let asked = kpi.question(!is_channel);
    let mut all = Collection { having: vec![0; asked.len()], ..Collection::default() };
    for (.., x, n) in tables[2].rows() {
        match x {
            QUESTIONS => all.questions = n[0],
            LENGTH => all.length = n[0],
            term => {
                if let Some(having) = usize::try_from(term).ok().and_then(|i| all.having.get_mut(i)) {
                    *having = n[0];
                }
            }
        }
    }
    let bm25: Vec<(i64, f64, bool)> =
        tables[1].rows().map(|(.., x, row)| (x, asked.likeness(&row[2..], row[0], &all), row[1] > 0)).collect();
    let answered: BTreeSet<i64> = tables[0].rows().map(|(.., x, _)| x).collect();
    let mean = bm25.iter().map(|(_, bm25, _)| bm25).sum::<f64>() / answered.len().max(1) as f64;
    let relative = |bm25: f64| if mean > 0.0 { bm25 / mean } else { 0.0 };
    bm25.into_iter()
        .map(|(x, bm25, here)| {
            let alike = relative(bm25);
            let channel = if here { 1.0 + CHANNEL } else { 1.0 };
            (x, (channel * (1.0 + alike), here || alike > 1.0))
        })
        .collect()
}

/// The candidates of a group with their weights. Ages are taken from the latest answer of all: that changes no share.
fn ranked<'t>(
    kpi: &Experts,
    candidates: &'t BTreeMap<&'t str, Candidate<'t>>,
    similar: &HashMap<i64, (f64, bool)>,
) -> Vec<Row<'t>> {
    let now = candidates.values().filter_map(|c| c.last).map(|(at, _)| at).max().unwrap_or(0);
    let fading = |at: i64| match kpi.half_life {
        Some(half_life) => (-(now.saturating_sub(at) as f64) / half_life.micros() as f64).exp2(),
        None => 1.0,
    };
    let row = |(name, candidate): (&&'t str, &'t Candidate<'t>)| {
        let (mut weight, mut alike) = (0.0, 0);
        for (question, at) in &candidate.answers {
            let (speaks, is_similar) = similar.get(question).copied().unwrap_or((1.0, false));
            weight += fading(*at) * speaks;
            alike += i64::from(is_similar);
        }
        Row { name, candidate, weight, similar: alike }
    };
    candidates.iter().map(row).collect()
}
