//! How each member changed from the first half of their votes to the second.
use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Recoveries, Vote};

pub(in crate::sentiment) const STATES: [&str; 3] = ["gloomy", "between", "content"];

/// Votes in a row whose means show how long moods last.
const RUN: usize = 5;

/// How much of a vote's mood is in the next one, at most.
const MOST_LASTING: f64 = 0.9;

/// Points that a member's mood is integrated over.
const POINTS: usize = 41;

/// A member with votes enough.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sentiment) struct Member<'t> {
    pub(in crate::sentiment) name: &'t str,
    pub(in crate::sentiment) votes: usize,
    /// Means of both halves.
    pub(in crate::sentiment) before: f64,
    pub(in crate::sentiment) after: f64,
    pub(in crate::sentiment) from: usize,
    pub(in crate::sentiment) to: usize,
    /// The standard error of after − before.
    pub(in crate::sentiment) error: f64,
    pub(in crate::sentiment) p_value: f64,
    /// The share of false ones among all that are at least as sure.
    pub(in crate::sentiment) q_value: f64,
}

/// The members of a group, and how many would be in each pair of states had nobody changed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sentiment) struct Changes<'t> {
    pub(in crate::sentiment) members: Vec<Member<'t>>,
    pub(in crate::sentiment) expected: [[f64; 3]; 3],
}

/// What is known of moods in a group.
#[derive(Clone, Copy, Debug)]
struct Moods {
    mean: f64,
    /// Of members, and of votes.
    between: f64,
    within: f64,
    apart: f64,
}

impl Moods {
    /// By which part the mean of so many votes is told from the mean of all.
    fn kept(&self, n: f64) -> f64 {
        if self.between > 0.0 { self.between / (self.between + self.within / n) } else { 0.0 }
    }

    /// The means of n votes at which gloomy ends and content begins; none where members do not differ.
    fn limits(&self, n: f64) -> Option<[f64; 2]> {
        let far = self.apart * self.between.sqrt() / self.kept(n);
        (self.between > 0.0).then_some([self.mean - far, self.mean + far])
    }

    fn state(&self, mean: f64, n: f64) -> usize {
        match self.limits(n) {
            Some([low, _]) if mean < low => 0,
            Some([_, high]) if mean > high => 2,
            _ => 1,
        }
    }

    /// How likely each state is for n votes of a mood.
    fn chances(&self, mood: f64, n: f64) -> [f64; 3] {
        let Some([low, high]) = self.limits(n) else { return [0.0, 1.0, 0.0] };
        let deviation = (self.within / n).sqrt();
        if deviation <= 0.0 {
            let mut sure = [0.0; 3];
            sure[self.state(mood, n)] = 1.0;
            return sure;
        }
        let below = |limit: f64| Normal::standard().cdf((limit - mood) / deviation);
        [below(low), below(high) - below(low), 1.0 - below(high)]
    }
}

impl<'t> Changes<'t> {
    /// Of the votes of a group, in order of time.
    pub(in crate::sentiment) fn of(votes: Vec<Vote>, name: impl Fn(u32) -> Option<&'t str>, kpi: &Recoveries) -> Self {
        let mut by_author: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
        votes.iter().for_each(|vote| by_author.entry(vote.author).or_default().push(vote.score));
        let known = by_author.into_iter().filter(|(_, scores)| scores.len() >= 2 * kpi.least as usize);
        let known: Vec<(&str, Vec<f64>)> = known.filter_map(|(code, scores)| Some((name(code)?, scores))).collect();
        if known.is_empty() {
            return Self { members: vec![], expected: Default::default() };
        }
        let moods = moods(&known, kpi.apart);
        let mut members: Vec<Member<'_>> =
            known.iter().map(|&(name, ref scores)| member(name, scores, &moods)).collect();
        adjust(&mut members);
        let mut expected = [[0.0; 3]; 3];
        for (_, scores) in &known {
            let n = scores.len() as f64;
            let (first, second) = ((scores.len() / 2) as f64, (scores.len() - scores.len() / 2) as f64);
            let kept = moods.kept(n);
            let mood = moods.mean + kept * (mean(scores) - moods.mean);
            let deviation = (kept * moods.within / n).max(0.0).sqrt();
            // Of one member first, so that where a state is sure it counts as one.
            let mut own = [[0.0; 3]; 3];
            for point in 0..POINTS {
                let z = Normal::standard().inverse_cdf((point as f64 + 0.5) / POINTS as f64);
                let (a, b) = (moods.chances(mood + z * deviation, first), moods.chances(mood + z * deviation, second));
                for (row, a) in own.iter_mut().zip(a) {
                    row.iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
                }
            }
            for (sum, own) in expected.iter_mut().flatten().zip(own.as_flattened()) {
                *sum += own / POINTS as f64;
            }
        }
        Self { members, expected }
    }
}

/// Taken from the first, so that the mean of what is all the same is that, without rounding.
fn mean(scores: &[f64]) -> f64 {
    let Some(first) = scores.first() else { return 0.0 };
    first + scores.iter().map(|x| x - first).sum::<f64>() / scores.len() as f64
}

/// Σ (x − mean)², and how many are free.
fn squares(values: &[f64]) -> (f64, f64) {
    let mean = mean(values);
    (values.iter().map(|x| (x - mean).powi(2)).sum(), values.len().saturating_sub(1) as f64)
}

fn moods(known: &[(&str, Vec<f64>)], apart: f64) -> Moods {
    let halves = || known.iter().flat_map(|(_, scores)| <[&[f64]; 2]>::from(scores.split_at(scores.len() / 2)));
    let pooled = |all: &mut dyn Iterator<Item = (f64, f64)>| {
        let (sum, free) = all.fold((0.0, 0.0), |(sum, free), (s, f)| (sum + s, free + f));
        if free > 0.0 { sum / free } else { 0.0 }
    };
    let single = pooled(&mut halves().map(squares));
    let runs = pooled(
        &mut halves()
            .filter(|half| half.len() >= 2 * RUN)
            .map(|half| squares(&half.chunks_exact(RUN).map(mean).collect::<Vec<_>>())),
    );
    let within = single.max(RUN as f64 * runs).max(single * lasting(halves()));
    let means: Vec<f64> = known.iter().map(|(_, scores)| mean(scores)).collect();
    let (sum, free) = squares(&means);
    let noise = known.iter().map(|(_, scores)| within / scores.len() as f64).sum::<f64>() / known.len() as f64;
    let between = if free > 0.0 { (sum / free - noise).max(0.0) } else { 0.0 };
    Moods { mean: mean(&means), between, within, apart }
}

/// By how much the variance of a mean is larger than that of as many independent votes, when moods go on from one vote to the next:
/// (1 + ρ) / (1 − ρ). Both ρ and the variance come out too small in short stretches, by what Kendall's approximation says.
fn lasting<'s>(halves: impl Iterator<Item = &'s [f64]>) -> f64 {
    let [mut stretches, mut votes, mut lagged, mut squares] = [0.0; 4];
    for half in halves.filter(|half| half.len() > 1) {
        let mean = mean(half);
        stretches += 1.0;
        votes += half.len() as f64;
        squares += half.iter().map(|x| (x - mean).powi(2)).sum::<f64>();
        lagged += half.windows(2).map(|two| (two[0] - mean) * (two[1] - mean)).sum::<f64>();
    }
    if squares <= 0.0 {
        return 1.0;
    }
    let n: f64 = votes / stretches;
    let found = lagged / squares * n / (n - 1.0);
    let correlation = (found + (1.0 + 4.0 * found) / n).clamp(0.0, MOST_LASTING);
    let factor = (1.0 + correlation) / (1.0 - correlation);
    factor / (1.0 - (factor - 1.0) / (n - 1.0)).max(0.5)
}

fn member<'t>(name: &'t str, scores: &[f64], moods: &Moods) -> Member<'t> {
    let (first, second) = scores.split_at(scores.len() / 2);
    let (n, m) = (first.len() as f64, second.len() as f64);
    let (before, after) = (mean(first), mean(second));
    // That of the community is too small for who varies more than others do, and none where nothing varies within a half. That of all votes of a member
    // is what a test by randomisation goes by: of a few that are off, all may lie in one half.
    let (sum, free) = squares(scores);
    let variance = moods.within.max(sum / free.max(1.0));
    let error = (variance * (1.0 / n + 1.0 / m)).sqrt();
    let p_value = if error > 0.0 { 2.0 * Normal::standard().cdf(-((after - before) / error).abs()) } else { 1.0 };
    let (from, to) = (moods.state(before, n), moods.state(after, m));
    Member { name, votes: scores.len(), before, after, from, to, error, p_value, q_value: 1.0 }
}

/// Benjamini and Hochberg's adjusted p values.
fn adjust(members: &mut [Member<'_>]) {
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|a, b| members[*a].p_value.total_cmp(&members[*b].p_value));
    let (all, mut least) = (members.len() as f64, 1.0f64);
    for (rank, place) in order.iter().enumerate().rev() {
        least = least.min(members[*place].p_value * all / (rank + 1) as f64);
        members[*place].q_value = least;
    }
}
