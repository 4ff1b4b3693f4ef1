//! What all who talk on one day have in common, and how much of it is left on the next.
use std::collections::BTreeMap;

use super::compare::mean;
use super::votes::Vote;

/// How much of a day's mood is left on the next one, at most: half of it after two weeks. What lasts longer is a stretch of its own.
const LONGEST: f64 = 0.951_696_1;
/// Values that are gone through of how much is left, and of the share that the day has in the spread of its mean.
const LASTS: usize = 20;
const SHARES: usize = 20;

/// What weighs less makes no difference.
const NOTHING: f64 = 1e-7;

/// The votes of a day.
#[derive(Clone, Copy, Debug)]
struct Day {
    day: usize,
    votes: f64,
    /// Their mean, from the level of the stretch.
    mean: f64,
}

/// Moods of one length, and how large they may be.
#[derive(Clone, Debug)]
struct Lasting {
    /// How much of a day's mood is left on the next one.
    left: f64,
    sizes: Vec<Size>,
}

/// How large moods may be.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    /// How likely that is.
    weight: f64,
    /// The variance of what is a vote's own.
    own: f64,
    /// That of the mood of a day.
    mood: f64,
}

/// What is known of the moods of days: a vote is the level of its stretch, the mood of its day, which may last into the next, and what is its
/// own.
///
/// With flat priors on the levels, on the logarithm of the votes' own deviation, on the share that moods have in the variance of a day's mean,
/// and on the logarithm of (1 + ρ) / (1 − ρ), how many days tell as much as one that stands alone (as in `impact`), from 0 to where half is left
/// after two weeks: the mood of a day is not followed by the opposite. The likelihood is that of Kalman's filter, stretch by stretch.
#[derive(Clone, Debug)]
pub(super) struct Moods(Vec<Lasting>);

impl Moods {
    /// Of the stretches of a history, which hold votes in order of time. `day` tells the day of an instant.
    pub(super) fn of(stretches: &[&[Vote]], day: &impl Fn(i64) -> usize) -> Self {
        let (mut within, mut all) = (0.0, 0.0);
        let mut days_of = |votes: &[Vote]| -> Vec<Day> {
            let level = mean(votes);
            all += votes.iter().map(|vote| (vote.score - level).powi(2)).sum::<f64>();
            let days = votes.chunk_by(|a, b| day(a.time) == day(b.time)).map(|own| {
                let mean = mean(own);
                within += own.iter().map(|vote| (vote.score - mean).powi(2)).sum::<f64>();
                Day { day: day(own[0].time), votes: own.len() as f64, mean: mean - level }
            });
            days.collect()
        };
        let stretches: Vec<Vec<Day>> = stretches.iter().map(|votes| days_of(votes)).collect();
        let votes: f64 = stretches.iter().flatten().map(|day| day.votes).sum();
        let days = stretches.iter().flatten().count() as f64;
        let freedom = votes - stretches.len() as f64;
        if freedom <= 0.0 || all <= 1e-12 {
            return Self(vec![Lasting { left: 0.0, sizes: vec![Size { weight: 1.0, own: 0.0, mood: 0.0 }] }]);
        }
        let mut moods: Vec<Lasting> = vec![];
        for step in 0..LASTS {
            let left = (LONGEST.atanh() * step as f64 / (LASTS - 1) as f64).tanh();
            let of = |share: usize| {
                let share = (share as f64 + 0.5) / SHARES as f64;
                // Variances are in those of what is a vote's own.
                let ratio = share / (1.0 - share) * days / votes;
                let (logs, squares) = filtered(&stretches, left, ratio);
                let own = (within + squares) / freedom;
                // How likely, as a logarithm for now.
                Size { weight: -0.5 * (logs + freedom * own.ln()), own, mood: ratio * own }
            };
            moods.push(Lasting { left, sizes: (0..SHARES).map(of).collect() });
        }
        let all = || moods.iter().flat_map(|lasting| &lasting.sizes);
        let most = all().map(|size| size.weight).fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = all().map(|size| (size.weight - most).exp()).sum();
        for lasting in &mut moods {
            lasting.sizes.iter_mut().for_each(|size| size.weight = (size.weight - most).exp() / total);
            lasting.sizes.retain(|size| size.weight > NOTHING);
        }
        moods.retain(|lasting| !lasting.sizes.is_empty());
        Self(moods)
    }

    /// The variances that moods add to a sum of votes, and the weight of each. `weights` are those of the votes in the sum, by day and author: what
    /// one author has of the mood of a day is in what authors differ by, and is not taken twice.
    pub(super) fn of_sum(&self, weights: &BTreeMap<(usize, u32), f64>) -> Vec<(f64, f64)> {
        let alone: f64 = weights.values().map(|weight| weight * weight).sum();
        let mut days: Vec<(usize, f64)> = vec![];
        for ((day, _), weight) in weights {
            match days.last_mut() {
                Some((last, sum)) if last == day => *sum += weight,
                _ => days.push((*day, *weight)),
            }
        }
        let of = |lasting: &Lasting| {
            let common = (lasting.of_days(&days) - alone).max(0.0);
            lasting.sizes.iter().map(move |size| (size.weight, size.mood * common)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(of).collect()
    }

    /// How much a change explains on average where there is none, of the squares around the mean of both stretches.
    pub(super) fn chance(&self, before: &[Vote], after: &[Vote], day: &impl Fn(i64) -> usize) -> f64 {
        let mut days: BTreeMap<usize, f64> = BTreeMap::new();
        for (votes, sign) in [(before, -1.0), (after, 1.0)] {
            for vote in votes {
                *days.entry(day(vote.time)).or_default() += sign / votes.len() as f64;
            }
        }
        let days: Vec<(usize, f64)> = days.into_iter().collect();
        let (n, m) = (before.len() as f64, after.len() as f64);
        let own = 1.0 / n + 1.0 / m;
        let of = |lasting: &Lasting| -> f64 {
            let common = lasting.of_days(&days);
            lasting.sizes.iter().map(|size| size.weight * (size.own * own + size.mood * common)).sum()
        };
        self.0.iter().map(of).sum::<f64>() / own
    }
}

impl Lasting {
    /// The variance of a sum of the moods of days, each with its weight, in those of one.
    fn of_days(&self, days: &[(usize, f64)]) -> f64 {
        // Each day with itself once, with those before it twice.
        let (mut before, mut common) = (0.0, 0.0);
        for (i, (day, weight)) in days.iter().enumerate() {
            if let Some((last, _)) = i.checked_sub(1).map(|last| days[last]) {
                before *= self.left.powi(gap(last, *day));
            }
            common += weight * (weight + 2.0 * before);
            before += weight;
        }
        common
    }
}

fn gap(before: usize, now: usize) -> i32 {
    i32::try_from(now - before).unwrap_or(i32::MAX)
}

/// The logarithm of the determinant, and the squares that are left of the days' means, where the mood of a day has `ratio` of the variance of what is a
/// vote's own, and `left` of it is there on the next. Each stretch has a level that nothing is known of.
fn filtered(stretches: &[Vec<Day>], left: f64, ratio: f64) -> (f64, f64) {
    let (mut logs, mut squares) = (0.0, 0.0);
    for days in stretches {
        // The mood as it is known from the days before: of the means, and of a level of one; and what is not known of it.
        let (mut of_means, mut of_level, mut unknown) = (0.0, 0.0, ratio);
        let (mut levels, mut crossed, mut means) = (0.0, 0.0, 0.0);
        for (i, day) in days.iter().enumerate() {
            if i > 0 {
                let stays = left.powi(gap(days[i - 1].day, day.day));
                of_means *= stays;
                of_level *= stays;
                unknown = stays * stays * unknown + ratio * (1.0 - stays * stays);
            }
            let spread = unknown + 1.0 / day.votes;
            let (mean, level) = (day.mean - of_means, 1.0 - of_level);
            logs += (spread * day.votes).ln();
            levels += level * level / spread;
            crossed += level * mean / spread;
            means += mean * mean / spread;
            let learnt = unknown / spread;
            of_means += learnt * mean;
            of_level += learnt * level;
            unknown = learnt / day.votes;
        }
        logs += levels.ln();
        squares += (means - crossed * crossed / levels).max(0.0);
    }
    (logs, squares)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// A normal number.
    fn normal(random: &mut Random) -> f64 {
        (-2.0 * (1.0 - random.unit()).ln()).sqrt() * (std::f64::consts::TAU * random.unit()).cos()
    }

    /// So many days of ten votes of a deviation of 0.3, on days of a deviation of 0.2 of which so much is left on the next.
    fn history(days: i64, left: f64, seed: u64) -> Vec<Vote> {
        let mut random = Random::new(seed, 0);
        let mut mood = 0.2 * normal(&mut random);
        let mut votes = vec![];
        for day in 0..days {
            votes.extend((0..10).map(|i| Vote { time: day, author: i, score: mood + 0.3 * normal(&mut random) }));
            mood = left * mood + 0.2 * (1.0 - left * left).sqrt() * normal(&mut random);
        }
        votes
    }

    fn day(time: i64) -> usize {
        time as usize
    }

    /// What moods add to the variance of the mean of ten authors of `days` days.
    fn of_mean(moods: &Moods, days: usize) -> f64 {
        let each = 1.0 / (10 * days) as f64;
        let weights = (0..days).flat_map(|day| (0..10).map(move |author| ((day, author), each))).collect();
        moods.of_sum(&weights).iter().map(|(weight, variance)| weight * variance).sum()
    }

    #[test]
    fn moods_that_last_add_more() {
        // Of the mean of 100 days: 0.04 / 100, nine parts of ten of it beside the authors' own; times (1 + 0.6) / (1 − 0.6) where they last.
        let (short, long) = (history(3_000, 0.0, 1), history(3_000, 0.6, 2));
        let short = of_mean(&Moods::of(&[&short], &day), 100) / 3.6e-4;
        let long = of_mean(&Moods::of(&[&long], &day), 100) / 1.56e-3;
        assert!((0.75..1.35).contains(&short) && (0.7..1.4).contains(&long), "{short} {long}");
    }

    #[test]
    fn a_sum_of_three_days() {
        // Half is left a day on, a quarter two days on; weights 1 of two authors, 2 and −1: 4 + 4 + 1 + 2 (2 · 2 / 4 − 2 / 8 − 2 / 2), as the second is two
        // days after the first and the third one day after the second, less 1 + 1 + 4 + 1, in variances of 3.
        let size = |weight: f64, mood: f64| Size { weight, own: 1.0, mood };
        let moods = Moods(vec![Lasting { left: 0.5, sizes: vec![size(0.4, 3.0), size(0.6, 0.0)] }]);
        let weights = BTreeMap::from([((2, 0), 1.0), ((2, 5), 1.0), ((4, 0), 2.0), ((5, 0), -1.0)]);
        let found = moods.of_sum(&weights);
        let common = 9.0 + 2.0 * (4.0 / 4.0 - 2.0 / 8.0 - 2.0 / 2.0) - 7.0;
        assert_eq!(found.len(), 2);
        assert!((found[0].1 - 3.0 * common).abs() < 1e-12 && found[1] == (0.6, 0.0), "{found:?}");
    }

    #[test]
    fn what_a_change_explains_where_there_is_none() {
        // Stretches of two days and one, of two votes each: weights −1/2, −1/2 and 1, with ρ = 1/2: 1.5 + 2 (1/4 · 1/2 − 1/2 · 1/2 − 1/2 · 1/4) = 1. So moods
        // add 3 · 1, votes 2 (1/4 + 1/2), over 1/4 + 1/2.
        let moods = Moods(vec![Lasting { left: 0.5, sizes: vec![Size { weight: 1.0, own: 2.0, mood: 3.0 }] }]);
        let votes: Vec<Vote> = (0..6).map(|i| Vote { time: i / 2, author: i as u32, score: 0.0 }).collect();
        let found = moods.chance(&votes[..4], &votes[4..], &day);
        assert!((found - (3.0 + 1.5) / 0.75).abs() < 1e-12, "{found}");
    }

    #[test]
    fn the_filter_is_the_likelihood() {
        // Two days of one vote and of two, means 0.3 and −0.15, in one stretch: the matrix of variances is [2, 0.5; 0.5, 1.5] where the ratio is 1
        // and half is left; its determinant is 2.75, times the votes' number 2; of a level 1'V⁻¹1 = (1.5 + 2 − 1) / 2.75, 1'V⁻¹y =
        // (0.3 · 1 − 0.15 · 1.5) / 2.75, y'V⁻¹y = (1.5 · 0.09 + 2 · 0.0225 + 0.045) / 2.75.
        let days = vec![Day { day: 3, votes: 1.0, mean: 0.3 }, Day { day: 4, votes: 2.0, mean: -0.15 }];
        let (logs, squares) = filtered(&[days], 0.5, 1.0);
        let (levels, crossed, means) = (2.5 / 2.75, 0.075 / 2.75, 0.225 / 2.75);
        assert!((logs - (5.5f64.ln() + f64::ln(levels))).abs() < 1e-12, "{logs}");
        assert!((squares - (means - crossed * crossed / levels)).abs() < 1e-12, "{squares}");
    }

    #[test]
    fn equal_votes_have_no_moods() {
        let votes = [Vote { time: 0, author: 0, score: 0.3 }; 5];
        let moods = Moods::of(&[&votes[..2], &votes[2..]], &day);
        assert_eq!(moods.of_sum(&BTreeMap::from([((0, 0), 1.0), ((1, 1), 1.0)])), [(1.0, 0.0)]);
    }
}
