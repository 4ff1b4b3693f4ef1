//! Where stretches of even mood begin.
use super::compare::{Compared, Reading, authors, compare, mean};
use super::moods::Moods;
use super::votes::Vote;
use super::{Method, Shifts, Towards};
use crate::kpi::Horizon;
use crate::period::{Calendar, Every, Grid};
use crate::stats::change::chart::{Chart, Sides, Watch, limit, reference};
use crate::stats::change::pelt::{self, Costs, significant};
use crate::stats::random::Random;

/// A stretch of even mood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stretch {
    pub(super) time: i64,
    pub(super) until: i64,
    pub(super) alarm: Option<i64>,
    pub(super) votes: i64,
    pub(super) authors: i64,
    pub(super) before: Option<f64>,
    pub(super) after: f64,
    pub(super) p_value: Option<f64>,
    /// How it differs from the stretch before.
    pub(super) compared: Option<Compared>,
}

/// The stretches of a history, and what a change had to pass to be one; none where there was too little to judge.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) stretches: Vec<Stretch>,
    pub(super) threshold: Option<f64>,
}

/// Where a change was found: its first vote, when it was, when it was told of, how likely chance is.
struct Change {
    vote: usize,
    time: i64,
    alarm: Option<i64>,
    p_value: Option<f64>,
    /// How much it explains, and how much changes at this place do on average in the draws.
    gain: Option<[f64; 2]>,
}

/// Changes found looking back or while it goes on, and what they had to pass.
#[derive(Default)]
struct Changes {
    found: Vec<Change>,
    threshold: Option<f64>,
    /// What chance explains in draws, in order.
    gains: Vec<f64>,
}

/// Streams that a chart's limit is taken from, and histories behind their quiet days.
const STREAMS: u32 = 400;
const QUIET_DRAWS: u32 = 199;

/// The votes of each period that has any: where they begin, and the periods' beginnings.
struct Bins {
    first: Vec<usize>,
    time: Vec<i64>,
    /// Number and mean of the votes.
    values: Vec<(f64, f64)>,
}

impl Bins {
    fn of(votes: &[Vote], every: Every, horizon: &Horizon) -> Self {
        let mut bins = Self { first: vec![], time: vec![], values: vec![] };
        let Some(grid) = grid(votes, every, horizon) else { return bins };
        let mut from = 0;
        for part in votes.chunk_by(|a, b| grid.index(a.time) == grid.index(b.time)) {
            bins.first.push(from);
            bins.time.push(grid.start(grid.index(part[0].time)));
            bins.values.push((part.len() as f64, mean(part)));
            from += part.len();
        }
        bins
    }

    /// The first vote of a period; for the end, the number of votes.
    fn vote(&self, bin: usize, votes: &[Vote]) -> usize {
        self.first.get(bin).copied().unwrap_or(votes.len())
    }
}

fn grid(votes: &[Vote], every: Every, horizon: &Horizon) -> Option<Grid> {
    let (first, last) = (votes.first()?.time, votes.last()?.time);
    Some(Calendar::new(horizon.zone, every).grid(first, last))
}

/// The stretches of the votes of a group, which are in order of time.
pub(super) fn find(kpi: &Shifts, votes: &[Vote], horizon: &Horizon) -> Found {
    let Some(days) = grid(votes, Every::Day, horizon) else { return Found::default() };
    let Changes { found, threshold, gains } = match kpi.method {
        Method::Pelt => dated(kpi, votes, horizon),
        Method::Cusum => alarms(kpi, votes, horizon, Chart::Cusum { k: kpi.shift / 2.0 }),
        Method::Ewma => alarms(kpi, votes, horizon, Chart::Ewma { weight: kpi.weight }),
    };
    let begin = Change { vote: 0, time: votes[0].time, alarm: None, p_value: None, gain: None };
    let changes: Vec<Change> = [begin].into_iter().chain(found).collect();
    let end = |i: usize| changes.get(i + 1).map_or(votes.len(), |next| next.vote);
    let own: Vec<&[Vote]> = changes.iter().enumerate().map(|(i, change)| &votes[change.vote..end(i)]).collect();
    let day = |time: i64| days.index(time);
    let moods = (own.len() > 1).then(|| Moods::of(&own, &day));
    // How likely each is none. Draws hold no more of moods than their blocks are long: what a change explains is held against that.
    let doubted = |(i, change): (usize, &Change)| {
        let (Some([gain, drawn]), Some(moods), Some(before)) = (change.gain, &moods, i.checked_sub(1)) else {
            return 0.0;
        };
        let longer = (moods.chance(own[before], own[i], &day) / drawn).max(1.0);
        doubt(exceeding(&gains, gain / longer))
    };
    let doubts: Vec<f64> = changes.iter().enumerate().map(doubted).collect();
    let compared = |i: usize| {
        let (found, others) = readings(&changes, &doubts, i, votes);
        Some(compare(&found, &others, moods.as_ref()?, day, kpi.scope.confidence))
    };
    let stretch = |(i, change): (usize, &Change)| Stretch {
        time: change.time,
        until: changes.get(i + 1).map_or(votes[votes.len() - 1].time, |next| next.time),
        alarm: change.alarm,
        votes: own[i].len() as i64,
        authors: authors(own[i]) as i64,
        before: i.checked_sub(1).map(|before| mean(own[before])),
        after: mean(own[i]),
        p_value: change.p_value,
        compared: (i > 0).then(|| compared(i)).flatten(),
    };
    let stretches = changes.iter().enumerate().map(stretch).collect();
    Found { stretches, threshold }
}

/// What the change `i`, which is not the first, is held between; and the same where the change before it is none, the one after it, or both.
fn readings<'v>(changes: &[Change], doubts: &[f64], i: usize, votes: &'v [Vote]) -> (Reading<'v>, Vec<Reading<'v>>) {
    let vote = |change: usize| changes.get(change).map_or(votes.len(), |change| change.vote);
    let doubt = |change: usize| doubts.get(change).copied().unwrap_or(0.0);
    let (before, after) = (doubt(i - 1), doubt(i + 1));
    let reading = |weight: f64, from: usize, to: usize| Reading {
        weight,
        before: &votes[vote(from)..vote(i)],
        after: &votes[vote(i)..vote(to)],
    };
    let found = reading((1.0 - before) * (1.0 - after), i - 1, i + 1);
    let others = [
        (before * (1.0 - after), i.saturating_sub(2), i + 1),
        ((1.0 - before) * after, i - 1, i + 2),
        (before * after, i.saturating_sub(2), i + 2),
    ];
    let likely = others.into_iter().filter(|(weight, ..)| *weight > UNLIKELY);
    (found, likely.map(|(weight, from, to)| reading(weight, from, to)).collect())
}

/// Readings that weigh less make no difference.
const UNLIKELY: f64 = 1e-6;

/// How likely a change of this p-value is none, where one was as likely as none before: no less than −e p ln p to one (Sellke, Bayarri & Berger,
/// *Calibration of p values for testing precise null hypotheses*, The American Statistician 55, 2001).
fn doubt(p_value: f64) -> f64 {
    use std::f64::consts::E;
    if p_value >= 1.0 / E {
        return 0.5;
    }
    let odds = if p_value > 0.0 { -E * p_value * p_value.ln() } else { 0.0 };
    odds / (1.0 + odds)
}

/// How often chance explains as much as `gain`, by what it explained in draws, in order. Beyond most of them the tail is exponential, with the mean
/// excess of the highest tenth, as draws alone tell nothing smaller than one of their number (Knijnenburg, Wessels, Reinders & Shmulevich, *Fewer permutations,
/// more accurate P-values*, Bioinformatics 25, 2009, of whose tails this is the one of shape 0).
fn exceeding(gains: &[f64], gain: f64) -> f64 {
    let n = gains.len() as f64;
    let most = gains.len() - gains.len().div_ceil(10);
    if let Some(high) = most.checked_sub(1).map(|last| gains[last])
        && gain > high
    {
        let tenth = &gains[most..];
        let excess = tenth.iter().map(|chance| chance - high).sum::<f64>() / tenth.len() as f64;
        return tenth.len() as f64 / n * ((high - gain) / excess).exp();
    }
    (1 + as_large(gains, gain)) as f64 / (1.0 + n)
}

/// The draws, which are in order, in which chance explains as much.
fn as_large(gains: &[f64], gain: f64) -> usize {
    gains.len() - gains.partition_point(|chance| *chance < gain)
}

/// Changes found looking back.
fn dated(kpi: &Shifts, votes: &[Vote], horizon: &Horizon) -> Changes {
    let bins = Bins::of(votes, kpi.every, horizon);
    let alpha = 1.0 - kpi.scope.confidence;
    let (starts, gains, penalty) = significant(&bins.values, kpi.shortest as usize, alpha, kpi.draws, kpi.seed);
    let costs = Costs::new(bins.values.iter().copied());
    let bounds: Vec<usize> = [0].into_iter().chain(starts).chain([bins.values.len()]).collect();
    let drawn = drawn(kpi, &bins.values, &bounds);
    let changes = bounds.windows(3).zip(drawn).map(|(three, drawn)| {
        let gain = costs.gain(three[0], three[1], three[2]);
        Change {
            vote: bins.first[three[1]],
            time: bins.time[three[1]],
            alarm: None,
            p_value: Some((1 + as_large(&gains, gain)) as f64 / (1 + gains.len()) as f64),
            gain: Some([gain, drawn]),
        }
    });
    let found = changes.collect();
    Changes { found, threshold: Some(penalty).filter(|penalty| penalty.is_finite()), gains }
}

/// What changes at the inner bounds explain on average in histories without any, drawn as those that all are held against.
fn drawn(kpi: &Shifts, values: &[(f64, f64)], bounds: &[usize]) -> Vec<f64> {
    let [_, starts @ .., _] = bounds else { return vec![] };
    let mut sums = vec![0.0; starts.len()];
    if starts.is_empty() {
        return sums;
    }
    pelt::drawn(values, starts, kpi.draws, &mut Random::new(kpi.seed, 3), |costs| {
        for (sum, three) in sums.iter_mut().zip(bounds.windows(3)) {
            *sum += costs.gain(three[0], three[1], three[2]);
        }
    });
    sums.iter().map(|sum| sum / f64::from(kpi.draws)).collect()
}

/// Changes told while it goes on.
fn alarms(kpi: &Shifts, votes: &[Vote], horizon: &Horizon, chart: Chart) -> Changes {
    let size = kpi.reference as usize;
    if votes.len() <= size {
        return Changes::default();
    }
    let sides = match kpi.towards {
        Towards::Both => Sides { up: true, down: true },
        Towards::Rise => Sides { up: true, down: false },
        Towards::Drop => Sides { up: false, down: true },
    };
    let quiet = quiet_days(kpi, votes, horizon);
    let most = limit(&quiet, size, kpi.run_length, (chart, sides), STREAMS, &mut Random::new(kpi.seed, 2));
    let Some(most) = most else { return Changes::default() };
    let (mut found, mut from) = (vec![], 0);
    while votes.len() - from > size {
        let scores: Vec<f64> = votes[from..from + size].iter().map(|vote| vote.score).collect();
        let Some((mean, deviation)) = reference(&scores) else { break };
        let mut watch = Watch::new(chart, sides);
        let begin = from + size;
        let alarm = votes[begin..].iter().enumerate().find_map(|(i, vote)| {
            let (out, start) = watch.push((vote.score - mean) / deviation);
            (out > most).then_some((begin + start, begin + i))
        });
        let Some((start, at)) = alarm else { break };
        // How likely an alarm is a false one is not known: it is taken as given.
        let (time, alarm) = (votes[start].time, Some(votes[at].time));
        found.push(Change { vote: start, time, alarm, p_value: None, gain: None });
        from = start;
    }
    Changes { found, threshold: Some(most), gains: vec![] }
}

/// The votes of each day with the level of its stretch taken off: what the community is like when nothing changes.
fn quiet_days(kpi: &Shifts, votes: &[Vote], horizon: &Horizon) -> Vec<Vec<f64>> {
    let bins = Bins::of(votes, Every::Day, horizon);
    let alpha = 1.0 - kpi.scope.confidence;
    let (starts, ..) = significant(&bins.values, kpi.shortest as usize, alpha, QUIET_DRAWS, kpi.seed);
    let costs = Costs::new(bins.values.iter().copied());
    let bounds: Vec<usize> = [0].into_iter().chain(starts).chain([bins.values.len()]).collect();
    let stretches = bounds.windows(2).flat_map(|two| {
        let level = costs.mean(two[0], two[1]);
        (two[0]..two[1]).map(move |bin| (bin, level))
    });
    stretches
        .map(|(bin, level)| {
            let own = &votes[bins.vote(bin, votes)..bins.vote(bin + 1, votes)];
            own.iter().map(|vote| vote.score - level).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_all_draws_is_less_likely_than_one_of_them() {
        // 1 to 100: beyond 90 there are ten, 5.5 beyond it on average.
        let gains: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((exceeding(&gains, 50.0) - 52.0 / 101.0).abs() < 1e-12);
        assert!((exceeding(&gains, 90.0 + 5.5 * 10f64.ln()) - 0.01).abs() < 1e-12);
        assert!(exceeding(&gains, 400.0) < 1e-20 && exceeding(&[], 1.0) == 1.0);
        assert!(exceeding(&[2.0; 20], 3.0) == 0.0);
    }

    #[test]
    fn doubts_are_as_sellke_bayarri_and_berger_have_them() {
        // Their table: a p-value of 0.05 leaves 0.289, one of 0.01 leaves 0.111, one of 0.001 leaves 0.0184.
        for (p_value, truth) in [(0.05, 0.289), (0.01, 0.111), (0.001, 0.0184), (0.5, 0.5), (0.0, 0.0)] {
            assert!((doubt(p_value) - truth).abs() < 5e-4, "{p_value} {}", doubt(p_value));
        }
    }

    #[test]
    fn a_change_is_read_with_and_without_those_beside_it() {
        let votes: Vec<Vote> = (0..40).map(|time| Vote { time, author: 0, score: 0.0 }).collect();
        let change = |vote: usize| Change { vote, time: vote as i64, alarm: None, p_value: None, gain: None };
        let changes = [change(0), change(10), change(20), change(30)];
        let (found, others) = readings(&changes, &[0.0, 0.25, 0.0, 0.5], 2, &votes);
        let told = |reading: &Reading<'_>| {
            let time = |at: Option<&Vote>| at.map_or(-1, |vote| vote.time);
            (reading.weight, time(reading.before.first()), time(reading.after.first()), time(reading.after.last()))
        };
        assert_eq!(told(&found), (0.375, 10, 20, 29));
        let others: Vec<_> = others.iter().map(told).collect();
        assert_eq!(others, [(0.125, 0, 20, 29), (0.375, 10, 20, 39), (0.125, 0, 20, 39)]);
        // The first and the last have one beside them.
        let (found, others) = readings(&changes, &[0.0, 0.25, 0.0, 0.5], 3, &votes);
        assert!(told(&found) == (1.0, 20, 30, 39) && others.is_empty());
    }
}
