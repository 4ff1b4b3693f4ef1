//! The sentiment of the community over time.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::model::Model;
use crate::community::{Community, Whole};
use crate::error::Result;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::stats::normal::t;
use crate::stats::proportion::ratio;
use crate::view::scores::ONE;

/// What the messages of each period sound like, and whether that has changed since the period before.
///
/// # Formula
/// With P, U, N the positive, neutral and negative messages: net = (P − N) / (P + U + N); mean = mean score. change = net − net of the
/// period before, with a linearised interval by author: the messages of one person are not independent, so authors are the sampling
/// unit, and an author in both periods counts as one; Student's t with one degree of freedom less than the authors of the smaller
/// period. With s and n an author's P − N and number of messages, the variance of a change is
/// a / (a − 1) · Σ (u − u′)², u = (s − net·n) / Σ n in the one period and u′ likewise in the other, over the a authors of both.
///
/// # Columns
/// One row for each period and group with a message: period (with `every`), `by` …, n (messages), authors (members), not_scored (share of the messages), mean (−1 to 1), positive, neutral,
/// negative (shares of the scored), net (−1 to 1), change, change_low, change_high (null for the first period, where one of the periods
/// has no scored message; the interval also where a period has fewer than two authors, or no two authors differ), calibrated, complete (with `every`).
///
/// # Edge cases
/// calibrated is false: without messages labelled by a person these are indices, not levels. A model's error is much larger than the
/// sampling error, so levels carry no interval; a constant error cancels in a change, which does. A message of an unknown author counts,
/// as an author of its own in the intervals and as none in authors.
///
/// # Source
/// Hutto & Gilbert (2014) for the scores; the ratio estimator under cluster sampling: Cochran, *Sampling Techniques*, 3rd ed., 1977,
/// chapter 9A.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// The period; none for the whole span. Default: week.
    pub every: Option<Every>,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Trend {
    fn default() -> Self {
        Self { every: Some(Every::Week), model: Model::default(), scope: Scope::default() }
    }
}

impl Trend {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "sentiment.trend",
        question: "Does the mood change?",
        formula: "net = (positive − negative) / (positive + neutral + negative); change = net − net before, interval by author",
        unit: "net share of messages",
        source: "Hutto & Gilbert (2014); Cochran, Sampling Techniques (1977) for the interval",
        whole: Whole::Member,
    };
}

const MESSAGES: usize = 0;
const SCORED: usize = 1;
const SUM: usize = 2;
const POSITIVE: usize = 3;
const NEGATIVE: usize = 4;
const AUTHORS: usize = 5;
/// Authors and lone messages of unknown ones: the clusters.
const CLUSTERS: usize = 6;
/// Σ s², Σ s·n, Σ n² over the clusters of the period.
const OWN: usize = 7;
/// Σ s·s′, Σ s·n′, Σ n·s′, Σ n·n′ with s′, n′ of the same author in the period before.
const CROSS: usize = 10;
/// Authors of the period who are in the one before too.
const SHARED: usize = 14;
const WIDTH: usize = 15;

/// An author's messages in one cell.
#[derive(Clone, Copy)]
struct Cluster {
    group: u32,
    period: usize,
    net: i128,
    scored: i128,
}

impl Kpi for Trend {
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
        const { &[Shape::sums(WIDTH)] }
    }

    fn prepare(&self, community: &Community) -> Result<()> {
        community.groups(&self.scope.by)?;
        self.model.scores(community).map(drop)
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let time = dense.time();
        let scores = self.model.scores(part.community)?;
        let periods = Periods::of(part.community, self.every);
        let mut sums = TableBuilder::<WIDTH>::new();
        let mut acts: Vec<(u32, usize, Option<i64>)> = vec![];
        for (member, rows) in part.groups() {
            acts.clear();
            for row in rows.iter().map(|row| *row as usize) {
                if dense.kind[row].is_message() && scoped.counts(row) {
                    let period = periods.index(time[row]);
                    acts.push((scoped.groups.of(row), period, scores.get(row)));
                }
            }
            acts.sort_unstable();
            let unknown = part.is_none(member);
            let mut before: Option<Cluster> = None;
            for cell in acts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (group, period, _) = cell[0];
                let row = sums.at(group, periods.start(period), 0);
                row[MESSAGES] += cell.len() as i128;
                row[AUTHORS] += i128::from(!unknown);
                let mut cluster = Cluster { group, period, net: 0, scored: 0 };
                for score in cell.iter().filter_map(|act| act.2) {
                    let sign = self.model.sign(score);
                    row[SCORED] += 1;
                    row[SUM] += i128::from(self.model.soft(score));
                    row[POSITIVE] += i128::from(sign > 0);
                    row[NEGATIVE] += i128::from(sign < 0);
                    cluster.net += i128::from(sign);
                    cluster.scored += 1;
                    if unknown {
                        add_own(row, i128::from(sign), 1);
                    }
                }
                if unknown || cluster.scored == 0 {
                    continue;
                }
                add_own(row, cluster.net, cluster.scored);
                if let Some(b) = before.filter(|b| b.group == group && b.period + 1 == period) {
                    let products = [
                        cluster.net * b.net,
                        cluster.net * b.scored,
                        cluster.scored * b.net,
                        cluster.scored * b.scored,
                    ];
                    row[SHARED] += 1;
                    row[CROSS..].iter_mut().zip(products).for_each(|(sum, product)| *sum += product);
                }
                before = Some(cluster);
            }
        }
        Ok(vec![sums.finish(|code| scoped.groups.label(code))])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.wide_sums::<WIDTH>(&tables[0]);
        let share = |a: usize, b: usize| sums.iter().map(move |c| ratio(c[a] as i64, c[b] as i64));
        let width = cells.groups().len();
        let changes: Vec<Option<Change>> =
            (0..sums.len()).map(|cell| change(cell.checked_sub(width).map(|b| &sums[b]), &sums[cell])).collect();
        let end = |side: f64| {
            let bound = |c: &Change| {
                let (error, freedom) = c.error?;
                Some((c.size + side * t(self.scope.confidence, freedom)? * error).clamp(-2.0, 2.0))
            };
            changes.iter().map(|c| c.as_ref().and_then(bound)).collect::<Vec<_>>()
        };
        let count = |i: usize| sums.iter().map(move |c| c[i] as i64);
        cells
            .sheet(&self.scope)
            .members(count(AUTHORS).collect())
            .counts("n", count(MESSAGES))
            .counts("authors", count(AUTHORS))
            .numbers("not_scored", sums.iter().map(|c| ratio((c[MESSAGES] - c[SCORED]) as i64, c[MESSAGES] as i64)))
            .numbers(
                "mean",
                sums.iter().map(|c| (c[SCORED] > 0).then(|| c[SUM] as f64 / ONE as f64 / c[SCORED] as f64)),
            )
            .numbers("positive", share(POSITIVE, SCORED))
            .numbers(
                "neutral",
                sums.iter().map(|c| ratio((c[SCORED] - c[POSITIVE] - c[NEGATIVE]) as i64, c[SCORED] as i64)),
            )
            .numbers("negative", share(NEGATIVE, SCORED))
            .numbers("net", sums.iter().map(|c| ratio((c[POSITIVE] - c[NEGATIVE]) as i64, c[SCORED] as i64)))
            .of_two_periods()
            .numbers("change", changes.iter().map(|c| c.as_ref().map(|c| c.size)))
            .numbers("change_low", end(-1.0))
            .numbers("change_high", end(1.0))
            .of_one_period()
            .column("calibrated", Values::Flag(vec![Some(false); sums.len()]))
            .only(&sums.iter().map(|c| c[MESSAGES] > 0).collect::<Vec<_>>())
            .finish()
    }
}

fn add_own(row: &mut [i128; WIDTH], net: i128, scored: i128) {
    row[CLUSTERS] += 1;
    for (sum, product) in row[OWN..].iter_mut().zip([net * net, net * scored, scored * scored]) {
        *sum += product;
    }
}

struct Change {
    size: f64,
    /// The standard error, and the degrees of freedom it was estimated with.
    error: Option<(f64, f64)>,
}

/// The change of net between two cells and its standard error.
fn change(before: Option<&[i128; WIDTH]>, now: &[i128; WIDTH]) -> Option<Change> {
    let before = before?;
    let net = |c: &[i128; WIDTH]| ratio((c[POSITIVE] - c[NEGATIVE]) as i64, c[SCORED] as i64);
    let (r, q) = (net(now)?, net(before)?);
    let (n, m) = (now[SCORED] as f64, before[SCORED] as f64);
    // The terms of each sum, whose cancelling leaves rounding: what is no larger than that is nothing.
    let terms = |[a, b, c, d]: [f64; 4], n: f64| [a / n, b / n, c / n, d / n];
    let own = |c: &[i128; WIDTH], r: f64, n: f64| {
        let cross = -r * c[OWN + 1] as f64;
        terms([c[OWN] as f64, cross, cross, r * r * c[OWN + 2] as f64], n * n)
    };
    let cross = now[CROSS..SHARED].iter().map(|sum| *sum as f64).collect::<Vec<_>>();
    let both = terms([-2.0 * cross[0], 2.0 * q * cross[1], 2.0 * r * cross[2], -2.0 * r * q * cross[3]], n * m);
    let all: Vec<f64> = [own(now, r, n), own(before, q, m), both].concat();
    let authors = (now[CLUSTERS] + before[CLUSTERS] - now[SHARED]) as f64;
    let enough = now[CLUSTERS] > 1 && before[CLUSTERS] > 1;
    let variance = Some(all.iter().sum::<f64>()).filter(|_| enough);
    let variance = variance.filter(|v| *v > 1e-12 * all.iter().map(|term| term.abs()).sum::<f64>());
    let error = variance.map(|variance| (authors / (authors - 1.0) * variance).sqrt());
    // Where all authors of both periods sound the same, nothing can be told of how they differ.
    let freedom = now[CLUSTERS].min(before[CLUSTERS]) as f64 - 1.0;
    let error = error.map(|error| (error, freedom));
    Some(Change { size: r - q, error })
}
