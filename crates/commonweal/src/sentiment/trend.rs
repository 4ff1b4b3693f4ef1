//! The sentiment of the community over time.
use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use super::audit::{Audit, Mood};
use super::audited::{self, Author, Estimate, Levels};
use super::model::Model;
use super::nets::{
    AUTHORS, Change, MESSAGES, NEGATIVE, POSITIVE, SCORED, SUM, WIDTH, add_cross, add_message, add_own, change,
};
use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::TableBuilder;
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Periods, Scope, Shape, Table};
use crate::period::Every;
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
/// With an `audit`, in every cell with 100 of its messages or more, the shares are prediction-powered: of all N scored messages with score
/// f, and the labelled with weights w = 1 / probability and y = 1 where the label is the one, else 0, share = λ·mean(f) +
/// Σ w(y − λf) / Σ w, λ = Cov(y, f) / Var(f) over the labelled (weighted); net = positive − negative. Its variance is by author:
/// a / (a − 1) · (m − 1) / (m − 2) · Σ u², u an author's part in the linearised estimate, over all authors; a = those who have one of the m
/// labels, or (Σ n)² / Σ n² of their numbers of messages n where that is less, as few write most (Kish 1965); Student's t with a − 1 degrees of freedom. A change between two such cells has the sum of their variances.
///
/// # Columns
/// One row for each period and group with a message: period (with `every`), `by` …, n (messages), authors (members), not_scored (share of
/// the messages), labelled (scored messages with a label), mean (score, −1 to 1), positive, neutral, negative (shares of the scored), net
/// (−1 to 1), with `_low` and `_high` for positive, negative and net (null unless calibrated), change, change_low, change_high (null for the
/// first period, where one of the periods has no scored message; the interval also where a period has fewer than two authors, or no two
/// authors differ), calibrated, complete (with `every`).
///
/// # Edge cases
/// calibrated is false without labels enough: these are indices, not levels. A model's error is much larger than the
/// sampling error, so levels carry no interval; a constant error cancels in a change, which does. A message of an unknown author counts,
/// as an author of its own in the intervals and as none in authors. Labels of messages that are not there, or not scored, do not count;
/// where none is found, it declines. Where one of two cells is calibrated, the change is that of the indices. Where no label differs there
/// is no interval. mean is the model's in any case.
///
/// # Source
/// Hutto & Gilbert (2014) for the scores; the ratio estimator under cluster sampling: Cochran, *Sampling Techniques*, 3rd ed., 1977,
/// chapter 9A; Angelopoulos, Duchi & Zrnic, *PPI++: Efficient Prediction-Powered Inference*, arXiv 2311.01453 (2023).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// The period; none for the whole span. Default: week.
    pub every: Option<Every>,
    /// What scores. Default: VADER.
    pub model: Model,
    /// Messages that a person has labelled, 100 or more. Default: none.
    pub audit: Option<Audit>,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Trend {
    fn default() -> Self {
        Self { every: Some(Every::Week), model: Model::default(), audit: None, scope: Scope::default() }
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

    fn check(&self) -> Result<()> {
        self.audit.as_ref().map_or(Ok(()), Audit::check)?;
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By cell; with an audit also what the estimates of levels need.
        const { &[Shape::sums(WIDTH), Shape::sums(audited::WIDTH)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let dense = part.community.dense();
        let time = dense.time();
        let scores = self.model.scores(part.community)?;
        let periods = Periods::of(part.community, self.every);
        let labels = self.audit.as_ref().map(Audit::by_id);
        let ids = part.community.events().column("id").ok().map(|c| c.str()).transpose()?;
        let label = |row: usize| labels.as_ref()?.get(ids?.get(row)?).copied();
        let (mut sums, mut levels) = (TableBuilder::<WIDTH>::new(), TableBuilder::<{ audited::WIDTH }>::new());
        let mut acts: Vec<(u32, usize, Option<i64>, Option<(Mood, i64)>, bool)> = vec![];
        for (member, rows) in part.groups() {
            acts.clear();
            for row in rows.iter().map(|row| *row as usize) {
                if dense.kind[row].is_message() && scoped.counts(row) {
                    let period = periods.index(time[row]);
                    acts.push((scoped.groups.of(row), period, scores.get(row), label(row), dense.has_own_time(row)));
                }
            }
            acts.sort_unstable();
            let unknown = part.is_none(member);
            let mut before: Option<Cluster> = None;
            for cell in acts.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
                let (group, period, ..) = cell[0];
                let row = sums.at(group, periods.start(period), 0);
                row[MESSAGES] += cell.len() as i128;
                // A message without a time of its own makes nobody active.
                row[AUTHORS] += i128::from(!unknown && cell.iter().any(|act| act.4));
                let mut cluster = Cluster { group, period, net: 0, scored: 0 };
                let mut author = Author::default();
                for (score, label) in cell.iter().filter_map(|act| Some((act.2?, act.3))) {
                    let (sign, soft) = (self.model.sign(score), self.model.soft(score));
                    add_message(row, soft, sign);
                    cluster.net += i128::from(sign);
                    cluster.scored += 1;
                    if unknown {
                        add_own(row, i128::from(sign), 1);
                    }
                    if labels.is_some() {
                        author.add(soft, label);
                        if unknown {
                            std::mem::take(&mut author).end(levels.at(group, periods.start(period), 0));
                        }
                    }
                }
                if labels.is_some() && !unknown {
                    author.end(levels.at(group, periods.start(period), 0));
                }
                if unknown || cluster.scored == 0 {
                    continue;
                }
                add_own(row, cluster.net, cluster.scored);
                if let Some(b) = before.filter(|b| b.group == group && b.period + 1 == period) {
                    add_cross(row, [cluster.net, cluster.scored], [b.net, b.scored]);
                }
                before = Some(cluster);
            }
        }
        Ok(vec![sums.finish(|code| scoped.groups.label(code)), levels.finish(|code| scoped.groups.label(code))])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let sources = [&tables[0]];
        let cells = Cells::of(&sources, self.every, horizon)?;
        let sums = cells.wide_sums::<WIDTH>(&tables[0]);
        let audited = cells.wide_sums::<{ audited::WIDTH }>(&tables[1]);
        let labelled: Vec<i64> = audited.iter().map(audited::labels).collect();
        if self.audit.is_some() && labelled.iter().all(|n| *n == 0) && !sums.is_empty() {
            let found = "none of the ids of the audit is that of a message that was scored: draw it with audit_sample(model=…) of this model";
            return Err(Error::declined(Self::SPEC.name, "labels of the messages of this community", found));
        }
        let levels: Vec<Option<Levels>> = audited.iter().map(audited::levels).collect();
        let confidence = self.scope.confidence;
        // A share of the messages, as labelled or as scored.
        let share = |of: fn(&Levels) -> &Estimate, bounds: [f64; 2], index: fn(&[i128; WIDTH]) -> i128| {
            let cell = |(sums, levels): (&[i128; WIDTH], &Option<Levels>)| match levels {
                Some(levels) => {
                    let (value, interval) = of(levels).within(confidence, bounds);
                    (Some(value), interval)
                }
                None => (ratio(index(sums) as i64, sums[SCORED] as i64), None),
            };
            sums.iter().zip(&levels).map(cell).collect::<Vec<(Option<f64>, Option<[f64; 2]>)>>()
        };
        let positive = share(|l| &l.positive, [0.0, 1.0], |c| c[POSITIVE]);
        let negative = share(|l| &l.negative, [0.0, 1.0], |c| c[NEGATIVE]);
        let net = share(|l| &l.net, [-1.0, 1.0], |c| c[POSITIVE] - c[NEGATIVE]);
        let value = |of: &[(Option<f64>, Option<[f64; 2]>)]| of.iter().map(|(value, _)| *value).collect::<Vec<_>>();
        let bound = |of: &[(Option<f64>, Option<[f64; 2]>)], side: usize| {
            of.iter().map(|(_, interval)| interval.map(|limits| limits[side])).collect::<Vec<_>>()
        };
        let neutral = sums.iter().zip(&levels).map(|(c, levels)| match levels {
            Some(levels) => Some((1.0 - levels.positive.value - levels.negative.value).clamp(0.0, 1.0)),
            None => ratio((c[SCORED] - c[POSITIVE] - c[NEGATIVE]) as i64, c[SCORED] as i64),
        });
        let width = cells.groups().len();
        let changes: Vec<Option<Change>> = (0..sums.len())
            .map(|cell| {
                let before = cell.checked_sub(width)?;
                match (&levels[before], &levels[cell]) {
                    (Some(before), Some(now)) => Some(Change::of_levels(&before.net, &now.net)),
                    _ => change(&sums[before], &sums[cell]),
                }
            })
            .collect();
        let end = |side: f64| changes.iter().map(|c| c.as_ref()?.end(side, confidence)).collect::<Vec<_>>();
        let count = |i: usize| sums.iter().map(move |c| c[i] as i64);
        cells
            .sheet(&self.scope)
            .members(count(AUTHORS).collect())
            .counts("n", count(MESSAGES))
            .counts("authors", count(AUTHORS))
            .numbers("not_scored", sums.iter().map(|c| ratio((c[MESSAGES] - c[SCORED]) as i64, c[MESSAGES] as i64)))
            .counts("labelled", labelled)
            .numbers(
                "mean",
                sums.iter().map(|c| (c[SCORED] > 0).then(|| c[SUM] as f64 / ONE as f64 / c[SCORED] as f64)),
            )
            .numbers("positive", value(&positive))
            .numbers("positive_low", bound(&positive, 0))
            .numbers("positive_high", bound(&positive, 1))
            .numbers("neutral", neutral)
            .numbers("negative", value(&negative))
            .numbers("negative_low", bound(&negative, 0))
            .numbers("negative_high", bound(&negative, 1))
            .numbers("net", value(&net))
            .numbers("net_low", bound(&net, 0))
            .numbers("net_high", bound(&net, 1))
            .of_two_periods()
            .numbers("change", changes.iter().map(|c| c.as_ref().map(|c| c.size)))
            .numbers("change_low", end(-1.0))
            .numbers("change_high", end(1.0))
            .of_one_period()
            .column("calibrated", Values::Flag(levels.iter().map(|levels| Some(levels.is_some())).collect()))
            .only(&sums.iter().map(|c| c[MESSAGES] > 0).collect::<Vec<_>>())
            .finish()
    }
}

impl Change {
    /// The change from one estimate to the next. Who is in both is as one of them twice: their errors mostly go the same way, and then the
    /// sum is too large rather than too small.
    fn of_levels(before: &Estimate, now: &Estimate) -> Self {
        let error = before.error.zip(now.error).map(|((a, m), (b, n))| (a.hypot(b), m.min(n)));
        Self { size: now.value - before.value, error }
    }
}
