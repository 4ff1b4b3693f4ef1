//! Where stretches of even mood begin.
use super::compare::{Compared, authors, compare, mean};
use super::votes::Vote;
use super::{Method, Shifts, Towards};
use crate::kpi::Horizon;
use crate::period::{Calendar, Every, Grid};
use crate::stats::change::chart::{Chart, Sides, Watch, limit, reference};
use crate::stats::change::pelt::{Costs, significant};
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
    let (changes, threshold) = match kpi.method {
        Method::Pelt => dated(kpi, votes, horizon),
        Method::Cusum => alarms(kpi, votes, horizon, Chart::Cusum { k: kpi.shift / 2.0 }),
        Method::Ewma => alarms(kpi, votes, horizon, Chart::Ewma { weight: kpi.weight }),
    };
    let begin = Change { vote: 0, time: votes[0].time, alarm: None, p_value: None };
    let changes: Vec<Change> = [begin].into_iter().chain(changes).collect();
    let mut stretches: Vec<Stretch> = vec![];
    for (i, change) in changes.iter().enumerate() {
        let end = changes.get(i + 1).map_or(votes.len(), |next| next.vote);
        let own = &votes[change.vote..end];
        let past = i.checked_sub(1).map(|before| &votes[changes[before].vote..change.vote]);
        stretches.push(Stretch {
            time: change.time,
            until: changes.get(i + 1).map_or(votes[votes.len() - 1].time, |next| next.time),
            alarm: change.alarm,
            votes: own.len() as i64,
            authors: authors(own) as i64,
            before: past.map(mean),
            after: mean(own),
            p_value: change.p_value,
            compared: past.map(|past| compare(past, own, |time| days.index(time), kpi.scope.confidence)),
        });
    }
    Found { stretches, threshold }
}

/// Changes found looking back.
fn dated(kpi: &Shifts, votes: &[Vote], horizon: &Horizon) -> (Vec<Change>, Option<f64>) {
    let bins = Bins::of(votes, kpi.every, horizon);
    let alpha = 1.0 - kpi.scope.confidence;
    let (starts, gains, penalty) = significant(&bins.values, kpi.shortest as usize, alpha, kpi.draws, kpi.seed);
    let costs = Costs::new(bins.values.iter().copied());
    let bounds: Vec<usize> = [0].into_iter().chain(starts).chain([bins.values.len()]).collect();
    let changes = bounds.windows(3).map(|three| {
        let gain = costs.gain(three[0], three[1], three[2]);
        let as_large = gains.len() - gains.partition_point(|chance| *chance < gain);
        Change {
            vote: bins.first[three[1]],
            time: bins.time[three[1]],
            alarm: None,
            p_value: Some((1 + as_large) as f64 / (1 + gains.len()) as f64),
        }
    });
    (changes.collect(), Some(penalty).filter(|penalty| penalty.is_finite()))
}

/// Changes told while it goes on.
fn alarms(kpi: &Shifts, votes: &[Vote], horizon: &Horizon, chart: Chart) -> (Vec<Change>, Option<f64>) {
    let size = kpi.reference as usize;
    if votes.len() <= size {
        return (vec![], None);
    }
    let sides = match kpi.towards {
        Towards::Both => Sides { up: true, down: true },
        Towards::Rise => Sides { up: true, down: false },
        Towards::Drop => Sides { up: false, down: true },
    };
    let quiet = quiet_days(kpi, votes, horizon);
    let most = limit(&quiet, size, kpi.run_length, (chart, sides), STREAMS, &mut Random::new(kpi.seed, 2));
    let Some(most) = most else { return (vec![], None) };
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
        found.push(Change { vote: start, time: votes[start].time, alarm: Some(votes[at].time), p_value: None });
        from = start;
    }
    (found, Some(most))
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
