//! Whether people talk with each other, or past each other.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::thread::{Conversation, Measure};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::sheet::Cells;
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table, opener};
use crate::period::{Every, Span};
use crate::schema::Kind;
use crate::stats::median::median;
use crate::stats::proportion::{Clusters, clustered, ratio, wilson};
use crate::view::NONE;

/// How large, deep and wide conversations become, and whether those who open them and those who answer talk with each other.
///
/// # Formula
/// A thread is what an opening post and all that is said in its conversation make. Depth of a message: 0 of a post; of a reply that
/// of what it answers + 1, and 1 where it does not say what it answers. depth of a thread = the largest of its replies; breadth =
/// the most replies at one depth. answered_share = threads with a reply by another person / threads; two_way_share = threads whose
/// opener writes again after that / threads with a known opener; turn_taking = messages by another author than the message before
/// in their thread / messages that have one before. Shares carry Wilson's interval, that of turn_taking for the effective number of
/// messages, as those of one thread are alike.
///
/// # Columns
/// period (of the opening post; with `every`), `by` … (of the opening post), threads, replies (to them all), participants_mean
/// (known authors of a thread, the opener among them), depth_mean, depth_max, breadth_mean, answered_share, two_way_share,
/// turn_taking, each with `_low` and `_high` (null without a denominator), duration_median (from the opening post to the last
/// message, of threads with more than one message; null without any), complete (with `every`). A period and group without a thread
/// has no row.
///
/// # Edge cases
/// All is as it stood at the end of observation, so young threads look smaller than they will be; with `within`, each thread is
/// measured as it was so long after its opening, and counts when that time has passed. Messages of bots are no part of a thread
/// unless `bots`; a bot's reply never answers. Those of unknown authors are replies, and nobody's turn. A thread whose opening post
/// is not in the data, or does not count, is left out. answered_share is `answered` / `n` of [`crate::FirstResponse`] where every
/// thread has one post.
///
/// # Source
/// Gómez, Kaltenbrunner & López, *Statistical analysis of the social network and discussion threads in Slashdot*, WWW (2008), for
/// depth and breadth; Sacks, Schegloff & Jefferson, *A simplest systematics for the organization of turn-taking for conversation*,
/// Language 50 (1974): speaker change recurs; Wilson (1927); Franco et al., JSSAM 7 (2019) for the effective number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Conversations {
    /// The period. Default: none, the whole span.
    pub every: Option<Every>,
    /// Each thread as it was so long after its opening. Default: none, as it is at the end of observation.
    pub within: Option<Span>,
    /// Grouping, and which opening posts count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Conversations {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.conversations",
        question: "Do people talk with each other, and how far do conversations go?",
        formula: "two_way_share = threads whose opener writes again after another's reply / threads; turn_taking = messages by another author than the one before / messages that have one before",
        unit: "threads",
        source: "Gómez et al. (2008); Sacks, Schegloff & Jefferson (1974); Wilson (1927)",
        whole: Whole::Thread,
    };
}

const THREADS: usize = 0;
const REPLIES: usize = 1;
const PARTICIPANTS: usize = 2;
const DEPTH: usize = 3;
const BREADTH: usize = 4;
const ANSWERED: usize = 5;
/// Threads with a known opener, and those of them in which the opener came back.
const KNOWN: usize = 6;
const TWO_WAY: usize = 7;
/// Threads with a message after another; these messages, and the changes of author among them: Σ p, Σ c, Σ p², Σ p·c, Σ c².
const TALKS: usize = 8;
const PAIRS: usize = 9;
const CHANGES: usize = 10;
const SQUARES: usize = 11;
const WIDTH: usize = 14;

impl Kpi for Conversations {
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
        if self.within.is_some_and(|within| within.micros() <= 0) {
            return Err(Error::option("within", "a length above 0, as \"7d\"", "0"));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // Sums; threads by depth; threads by duration; openers, for suppression. By period, or by the time of the opening post where
        // that decides whether a thread counts yet.
        const { &[Shape::sums(WIDTH), Shape::sums(1), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let parents = part.community.parents()?;
        let periods = Periods::of(part.community, self.every);
        let mut measure = Measure::new(&scoped, self.scope.bots, &parents);
        let mut sums = TableBuilder::<WIDTH>::new();
        let [mut depths, mut durations, mut openers] = std::array::from_fn(|_| TableBuilder::<1>::new());
        let mut tell = |post: usize, rows: &[u32]| {
            let (opened, group, who) = (dense.time()[post], scoped.groups.of(post), dense.member.rows[post]);
            let until = self.within.map_or(i64::MAX, |within| opened.saturating_add(within.micros()));
            let found = measure.of(post, rows, until);
            let at = if self.within.is_some() { opened } else { periods.start_of(opened) };
            add(sums.at(group, at, 0), &found, who != NONE);
            depths.at(group, at, found.depth.into())[0] += 1;
            if let Some(duration) = found.duration {
                durations.at(group, at, duration)[0] += 1;
            }
            if let Some(name) = dense.member.label(who).filter(|_| self.scope.suppresses()) {
                openers.at(group, at, stable_hash(name.as_bytes()) as i64)[0] += 1;
            }
        };
        for (thread, rows) in part.groups() {
            if part.is_none(thread) {
                let alone = |row: &&u32| dense.kind[**row as usize] == Kind::Post && dense.has_own_time(**row as usize);
                for row in rows.iter().filter(alone).filter(|row| scoped.counts(**row as usize)) {
                    tell(*row as usize, &[*row]);
                }
            } else if let Some(post) = opener(&scoped, rows).filter(|post| scoped.counts(*post)) {
                tell(post, rows);
            }
        }
        let label = |code| scoped.groups.label(code);
        Ok(vec![sums.finish(label), depths.finish(label), durations.finish(label), openers.finish(label)])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let [sums, depths, durations, openers] = tables else { return Ok(DataFrame::empty()) };
        let sources = [sums];
        let mut cells = Cells::of(&sources, self.every, horizon)?;
        // The last opening that has been watched for long enough.
        let due = horizon.as_of.saturating_sub(self.within.map_or(0, Span::micros));
        if self.within.is_some() {
            cells = cells.observed_until(due);
        }
        let counts = |at: i64| self.within.is_none() || at <= due;
        let number = |n: i128| n.clamp(0, i128::from(u32::MAX)) as u64;
        let mut all = vec![[0i128; WIDTH]; cells.len()];
        for (cell, .., values) in cells.rows(sums).filter(|(_, at, ..)| counts(*at)) {
            all[cell].iter_mut().zip(values).for_each(|(sum, value)| *sum = sum.saturating_add(*value));
        }
        let mut deepest = vec![None; cells.len()];
        for (cell, _, depth, _) in cells.rows(depths).filter(|(_, at, ..)| counts(*at)) {
            deepest[cell] = deepest[cell].max(Some(depth));
        }
        let mut lengths: Vec<Vec<(i64, u64)>> = vec![vec![]; cells.len()];
        for (cell, _, length, n) in cells.rows(durations).filter(|(_, at, ..)| counts(*at)) {
            lengths[cell].push((length, number(n[0])));
        }
        let mut openers: Vec<(usize, i64)> =
            cells.rows(openers).filter(|(_, at, ..)| counts(*at)).map(|(cell, _, who, _)| (cell, who)).collect();
        openers.sort_unstable();
        openers.dedup();
        let mut members = vec![0; cells.len()];
        openers.iter().for_each(|(cell, _)| members[*cell] += 1);
        let rows: Vec<usize> = (0..cells.len()).filter(|cell| all[*cell][THREADS] > 0).collect();
        let cell = |column: usize| rows.iter().map(|cell| all[*cell][column] as i64).collect::<Vec<_>>();
        let of = |column: usize, whole: usize| {
            cell(column).into_iter().zip(cell(whole)).map(|(k, n)| ratio(k, n)).collect::<Vec<_>>()
        };
        let confidence = self.scope.confidence;
        let share = |column: usize, whole: usize| {
            cell(column).into_iter().zip(cell(whole)).map(|(k, n)| wilson(k, n, confidence)).collect::<Vec<_>>()
        };
        let turns = rows.iter().map(|cell| clustered(&clusters(&all[*cell]), confidence)).collect::<Vec<_>>();
        let medians = rows.iter().map(|cell| median(std::mem::take(&mut lengths[*cell]))).collect::<Vec<_>>();
        let deepest = rows.iter().map(|cell| deepest[*cell].unwrap_or_default()).collect::<Vec<_>>();
        let (threads, replies) = (cell(THREADS), cell(REPLIES));
        let (participants, depth, breadth) = (of(PARTICIPANTS, THREADS), of(DEPTH, THREADS), of(BREADTH, THREADS));
        let (answered, two_way) = (share(ANSWERED, THREADS), share(TWO_WAY, KNOWN));
        cells
            .sheet(&self.scope)
            .members(members)
            .rows(rows)
            .counts("threads", threads)
            .counts("replies", replies)
            .numbers("participants_mean", participants)
            .numbers("depth_mean", depth)
            .counts("depth_max", deepest)
            .numbers("breadth_mean", breadth)
            .rate(["answered_share", "answered_share_low", "answered_share_high"], answered)
            .rate(["two_way_share", "two_way_share_low", "two_way_share_high"], two_way)
            .rate(["turn_taking", "turn_taking_low", "turn_taking_high"], turns)
            .durations("duration_median", medians)
            .finish()
    }
}

fn add(row: &mut [i128; WIDTH], found: &Conversation, known: bool) {
    let count = |n: u32| i128::from(n);
    let (pairs, changes) = (count(found.pairs), count(found.changes));
    let values = [
        1,
        count(found.replies),
        count(found.participants),
        count(found.depth),
        count(found.breadth),
        i128::from(found.answered),
        i128::from(known),
        i128::from(found.two_way),
        i128::from(found.pairs > 0),
        pairs,
        changes,
        pairs * pairs,
        pairs * changes,
        changes * changes,
    ];
    row.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
}

/// The turns of the threads of a cell.
fn clusters(sums: &[i128; WIDTH]) -> Clusters {
    let squares = [sums[SQUARES], sums[SQUARES + 1], sums[SQUARES + 2]];
    Clusters { clusters: sums[TALKS], n: sums[PAIRS], k: sums[CHANGES], squares }
}
