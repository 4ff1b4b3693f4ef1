//! How soon newcomers are woven in.
use hashbrown::HashMap;
use polars::prelude::DataFrame;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::Ties;
use super::places::Places;
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::Cells;
use crate::kpi::table::{LabelledBuilder, Rows};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table, lengths, one_or_many};
use crate::period::{Every, Span};
use crate::schema::Role;
use crate::stats::survival::{KaplanMeier, Step};
use crate::view::{Group, NONE};

/// What ties a newcomer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TiedBy {
    /// Either of the two.
    #[default]
    Either,
    /// Somebody answers a message of theirs.
    Answered,
    /// They answer a message of somebody's.
    Answering,
}

/// How long it takes newcomers to be tied to so many others, and which share is within a while.
///
/// # Formula
/// T = the time of the first tie with the k-th distinct partner − the time of the first contribution (post, reply, reaction or edit). A newcomer without k
/// partners is censored at the end of observation. With S the Kaplan–Meier curve of T: p25, median, p75 = the smallest t with S(t) ≤ 0.75, 0.5,
/// 0.25; attained = 1 − S(within). Ties are those of [`crate::Edges`].
///
/// # Columns
/// One row for each period of the first contribution, group, `k` and `within`: period (with `every`), `by` …, k (partners), within (duration), n,
/// tied, censored (members), p25, median, p75 with `_low` and `_high` (durations; null where the curve does not get there), attained with
/// `_low` and `_high` (null where nobody was still not tied and watched at `within`, and the curve had not come down to 0 before), complete (with `every`).
///
/// # Edge cases
/// Who begins with an answer is tied at once: the time is 0 (`tied_by` answered leaves that out). Acts whose time is only that of their parent
/// neither begin nor tie. Whether a newcomer counts (`roles`, `bots`), and in which group, is decided by the first contribution; partners may be
/// of any role, but no bots without `bots`. Who was there before the events begin looks like a newcomer of the first period: with `every`, read
/// the later ones.
///
/// # Source
/// Kaplan & Meier, JASA 53 (1958), with the intervals of [`crate::FirstResponse`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Newcomers {
    /// How many distinct partners. Default: 1, 3 and 5.
    #[serde(deserialize_with = "one_or_many")]
    pub k: Vec<u32>,
    /// What ties. Default: answering and being answered.
    pub tied_by: TiedBy,
    /// Whether reactions tie as well as replies. Default: no.
    pub reactions: bool,
    /// The times within which it is wanted. Default: 7 and 30 days.
    #[serde(deserialize_with = "one_or_many")]
    pub within: Vec<Span>,
    /// The period of the first contribution. Default: none, the whole span.
    pub every: Option<Every>,
    /// Grouping, and which newcomers count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Newcomers {
    fn default() -> Self {
        Self {
            k: vec![1, 3, 5],
            tied_by: TiedBy::Either,
            reactions: false,
            within: vec![Span::days(7), Span::days(30)],
            every: None,
            scope: Scope::default(),
        }
    }
}

impl Newcomers {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "network.newcomers",
        question: "How long does it take newcomers to be tied to one, three, five others?",
        formula: "S = Kaplan–Meier of the first tie with the k-th partner − first contribution, censored at as_of; median = min t: S(t) ≤ ½; attained = 1 − S(within)",
        unit: "duration",
        source: "Kaplan & Meier (1958); Greenwood, log–log; Brookmeyer & Crowley (1982)",
        whole: Whole::Thread,
    };
}

/// Partners asked for, at most.
const MOST_PARTNERS: u32 = 1_000;

const QUANTILES: [([&str; 3], u64, u64); 3] = [
    (["p25", "p25_low", "p25_high"], 1, 4),
    (["median", "median_low", "median_high"], 1, 2),
    (["p75", "p75_low", "p75_high"], 3, 4),
];

impl Kpi for Newcomers {
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
        let mut seen = self.k.clone();
        seen.sort_unstable();
        seen.dedup();
        if seen.is_empty() || seen.len() < self.k.len() || !self.k.iter().all(|k| (1..=MOST_PARTNERS).contains(k)) {
            let allowed = format!("one or more numbers of partners that differ, each 1 to {MOST_PARTNERS}");
            return Err(Error::option("k", allowed, format!("{:?}", self.k)));
        }
        lengths("within", &self.within)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // The first contribution, by group, member and role; the first tie of each member with each other.
        const { &[Shape::least(1), Shape::least(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        if !part.first {
            return Ok(self.shapes().iter().map(|shape| Table::new(*shape)).collect());
        }
        Ok(vec![self.starts(part)?, self.partners(part)?])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [starts, partners] = tables else { return Err(Error::malformed()) };
        let newcomers = self.newcomers(starts);
        let times = times(partners);
        let groups: Vec<&Group> = newcomers.iter().map(|newcomer| &newcomer.group).collect();
        let first = newcomers.iter().map(|newcomer| newcomer.start).min();
        let cells = Cells::new(groups, first, self.every, horizon)?;
        let mut steps: Vec<Vec<Vec<Step>>> = vec![vec![vec![]; self.k.len()]; cells.len()];
        for Newcomer { name, group, start } in &newcomers {
            let Some(cell) = cells.index(group, *start) else { continue };
            let ties = times.get(name).map_or(&[][..], Vec::as_slice);
            for (k, steps) in self.k.iter().zip(&mut steps[cell]) {
                let tied = ties.get(*k as usize - 1);
                let time = tied.map_or(horizon.as_of, |at| *at).saturating_sub(*start).max(0);
                steps.push(Step { time, ended: u64::from(tied.is_some()), censored: u64::from(tied.is_none()) });
            }
        }
        let there = (0..cells.len()).filter(|cell| !steps[*cell][0].is_empty());
        // The cell, the place of k and that of within, of each row.
        let rows: Vec<[usize; 3]> = there
            .flat_map(|cell| (0..self.k.len()).flat_map(move |k| (0..self.within.len()).map(move |w| [cell, k, w])))
            .collect();
        cells.check_rows(rows.len())?;
        let curve = |steps: &Vec<Step>| KaplanMeier::new(steps.iter().copied(), self.scope.confidence);
        let curves: Vec<Vec<KaplanMeier>> = steps.iter().map(|steps| steps.iter().map(curve).collect()).collect();
        let of = |[cell, k, _]: &[usize; 3]| &steps[*cell][*k];
        let tied = |row: &[usize; 3]| of(row).iter().map(|step| step.ended as i64).sum::<i64>();
        let attained = rows.iter().map(|[cell, k, within]| {
            let within = self.within[*within].micros();
            curves[*cell][*k].at(within).map(|[s, low, high]| [1.0 - s, 1.0 - high, 1.0 - low])
        });
        let mut sheet = cells
            .sheet(&self.scope)
            .members(steps.iter().map(|cell| cell[0].len() as i64).collect())
            .rows(rows.iter().map(|[cell, ..]| *cell).collect())
            .key("k", rows.iter().map(|[_, k, _]| i64::from(self.k[*k])))
            .durations("within", rows.iter().map(|[.., within]| Some(self.within[*within].micros())))
            .keys()
            .counts("n", rows.iter().map(|row| of(row).len() as i64))
            .counts("tied", rows.iter().map(tied))
            .counts("censored", rows.iter().map(|row| of(row).len() as i64 - tied(row)));
        for (names, a, b) in QUANTILES {
            let values: Vec<[Option<i64>; 3]> =
                rows.iter().map(|[cell, k, _]| curves[*cell][*k].quantile(a, b)).collect();
            for (i, name) in names.into_iter().enumerate() {
                sheet = sheet.durations(name, values.iter().map(|value| value[i]));
            }
        }
        sheet.rate(["attained", "attained_low", "attained_high"], attained).finish()
    }
}

/// Who came when, and into which group.
struct Newcomer<'t> {
    name: &'t str,
    group: Group,
    start: i64,
}

impl Newcomers {
    /// The first contribution of each member, by group and role at the time: which came first of all, only the whole tells.
    fn starts(&self, part: &Part<'_>) -> Result<Table> {
        let (community, groups) = (part.community, part.community.groups(&self.scope.by)?);
        let dense = community.dense();
        let mut first: HashMap<(u32, u32, Role), i64> = HashMap::new();
        for row in 0..dense.kind.len() {
            let (member, at) = (dense.member.rows[row], dense.time()[row]);
            if member == NONE || !dense.kind[row].is_contribution() || !dense.has_own_time(row) {
                continue;
            }
            let role = community.roles().at(member, at).unwrap_or(Role::Member);
            let first = first.entry((groups.of(row), member, role)).or_insert(at);
            *first = (*first).min(at);
        }
        let mut table = LabelledBuilder::<1>::least();
        for ((group, member, role), at) in first {
            let mut label = groups.label(group);
            label.push(dense.member.label(member).map(str::to_owned));
            label.push(Some(role.name().to_owned()));
            table.at(label, 0, 0)[0] = i128::from(at);
        }
        Ok(table.finish())
    }

    /// The first tie of each member with each other: the other as a hash.
    fn partners(&self, part: &Part<'_>) -> Result<Table> {
        let anyone = Scope { bots: self.scope.bots, ..Scope::default() };
        let scoped = part.scoped(&anyone)?;
        let places = Places::of(&scoped, 0, false);
        let dense = part.community.dense();
        let (answered, answering) = (self.tied_by != TiedBy::Answering, self.tied_by != TiedBy::Answered);
        let ties = Ties { reactions: self.reactions, half_life: None };
        let found = ties.acts(&scoped, |act| {
            let with = |member, partner| (places.code_of_pair::<u64>(member, partner), act.at);
            let own_time = dense.has_own_time(act.row);
            [
                (answering && own_time).then(|| with(act.source, act.target)),
                (answered && own_time).then(|| with(act.target, act.source)),
            ]
        })?;
        let mut found: Vec<(u64, i64)> = found.into_iter().flatten().flatten().collect();
        found.par_sort_unstable();
        let (mut table, hashes) = (Rows::new(Shape::least(1)), places.hashes());
        let mut last = None;
        for same in found.chunk_by(|(a, _), (b, _)| a == b) {
            let (code, at) = same[0];
            let owner = Some(places.owner(code));
            if owner != last {
                table.open(places.label(code));
                last = owner;
            }
            table.push(0, hashes[places.target(code) as usize], &[i128::from(at)]);
        }
        Ok(table.into())
    }

    /// Everyone whose first contribution counts, by name.
    fn newcomers<'t>(&self, starts: &'t Table) -> Vec<Newcomer<'t>> {
        let width = self.scope.by.len();
        let mut first: HashMap<&str, (i64, &Group)> = HashMap::new();
        for (label, _, _, values) in starts.rows() {
            let (Some(Some(name)), Ok(at)) = (label.get(width), i64::try_from(values[0])) else { continue };
            let kept = first.entry(name).or_insert((at, label));
            *kept = (*kept).min((at, label));
        }
        let counts = |label: &Group| match label.get(width + 1).and_then(Option::as_deref).and_then(Role::parse) {
            Some(Role::Bot) if !self.scope.bots => false,
            Some(role) => self.scope.roles.is_empty() || self.scope.roles.contains(&role),
            None => false,
        };
        let mut newcomers: Vec<Newcomer<'t>> = first
            .into_iter()
            .filter(|(_, (_, label))| counts(label))
            .map(|(name, (start, label))| Newcomer { name, group: label[..width].to_vec(), start })
            .collect();
        newcomers.sort_unstable_by_key(|newcomer| newcomer.name);
        newcomers
    }
}

/// For each member the first ties with each other, in order of time.
fn times(partners: &Table) -> HashMap<&str, Vec<i64>> {
    let mut times: HashMap<&str, Vec<i64>> = HashMap::new();
    for (label, _, _, values) in partners.rows() {
        if let (Some(Some(name)), Ok(at)) = (label.first(), i64::try_from(values[0])) {
            times.entry(name).or_default().push(at);
        }
    }
    times.values_mut().for_each(|times| times.sort_unstable());
    times
}
