//! How two stretches differ: in level, in who talks, and in the mood of those who talk in both.
use std::collections::BTreeMap;

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::moods::Moods;
use super::votes::Vote;

/// A difference with its interval, where the votes tell one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) value: f64,
    pub(super) interval: Option<[f64; 2]>,
}

/// What has changed from one stretch to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Compared {
    pub(super) size: Difference,
    /// The change of those who talk in both; none where they are too few.
    pub(super) mood: Option<Difference>,
    /// Who talks in both.
    pub(super) stayers: usize,
}

/// One reading of a change: what it is held between, and how likely that is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'v> {
    pub(super) weight: f64,
    pub(super) before: &'v [Vote],
    pub(super) after: &'v [Vote],
}

/// Fewer people tell nothing of all.
const LEAST_STAYERS: usize = 5;

pub(super) fn mean(votes: &[Vote]) -> f64 {
    votes.iter().map(|vote| vote.score).sum::<f64>() / votes.len() as f64
}

/// The number of distinct authors.
pub(super) fn authors(votes: &[Vote]) -> usize {
    let mut codes: Vec<u32> = votes.iter().map(|vote| vote.author).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.len()
}

/// A difference in one reading: Student's around its value, with an error that is one of several.
#[derive(Clone, Debug)]
struct Known {
    value: f64,
    /// Weights, and errors that go with them.
    errors: Vec<(f64, f64)>,
    freedom: f64,
}

impl Known {
    /// Of so many authors who differ by `variance`; `weights` are those of the votes in the difference. None where no two authors differ.
    fn new(value: f64, variance: f64, authors: usize, weights: &BTreeMap<(usize, u32), f64>, moods: &Moods) -> Self {
        let errors = match variance > 1e-18 && authors > 1 {
            true => moods.of_sum(weights).into_iter().map(|(weight, own)| (weight, (variance + own).sqrt())).collect(),
            false => vec![],
        };
        Self { value, errors, freedom: authors as f64 - 1.0 }
    }

    /// The change of the mean of all votes.
    fn size(reading: &Reading<'_>, moods: &Moods, day: &impl Fn(i64) -> usize) -> Self {
        let (before, after) = (mean(reading.before), mean(reading.after));
        let mut authors: BTreeMap<u32, f64> = BTreeMap::new();
        let mut weights: BTreeMap<(usize, u32), f64> = BTreeMap::new();
        for (votes, mean, sign) in [(reading.before, before, -1.0), (reading.after, after, 1.0)] {
            let weight = sign / votes.len() as f64;
            for vote in votes {
                *authors.entry(vote.author).or_default() += weight * (vote.score - mean);
                *weights.entry((day(vote.time), vote.author)).or_default() += weight;
            }
        }
        let n = authors.len() as f64;
        let variance = authors.values().map(|part| part * part).sum::<f64>() * n / (n - 1.0);
        Self::new(after - before, variance, authors.len(), &weights, moods)
    }

    /// The change of those who talk in both stretches, with their number.
    fn mood(reading: &Reading<'_>, moods: &Moods, day: &impl Fn(i64) -> usize) -> (Option<Self>, usize) {
        // Of each author: votes and their sum, before and after.
        let mut people: BTreeMap<u32, [f64; 4]> = BTreeMap::new();
        for (votes, at) in [(reading.before, 0), (reading.after, 2)] {
            for vote in votes {
                let sums = people.entry(vote.author).or_default();
                sums[at] += 1.0;
                sums[at + 1] += vote.score;
            }
        }
        people.retain(|_, sums| sums[0] > 0.0 && sums[2] > 0.0);
        let stayers = people.len();
        if stayers < LEAST_STAYERS {
            return (None, stayers);
        }
        let changes = || people.values().map(|[n, x, m, y]| (n * m / (n + m), y / m - x / n));
        let all: f64 = changes().map(|(weight, _)| weight).sum();
        let value = changes().map(|(weight, change)| weight * change).sum::<f64>() / all;
        let spread: f64 = changes().map(|(weight, change)| (weight * (change - value)).powi(2)).sum();
        let n = stayers as f64;
        let mut weights: BTreeMap<(usize, u32), f64> = BTreeMap::new();
        for (votes, sign) in [(reading.before, -1.0), (reading.after, 1.0)] {
            for vote in votes {
                if let Some([n, _, m, _]) = people.get(&vote.author) {
                    let other = if sign < 0.0 { m } else { n };
                    *weights.entry((day(vote.time), vote.author)).or_default() += sign * other / (n + m) / all;
                }
            }
        }
        (Some(Self::new(value, spread / (all * all) * n / (n - 1.0), stayers, &weights, moods)), stayers)
    }
}

/// How two stretches that hold votes differ, and what is known of it where other changes may be none: `others` are the readings without
/// them. `day` tells the day of an instant.
pub(super) fn compare(
    found: &Reading<'_>,
    others: &[Reading<'_>],
    moods: &Moods,
    day: impl Fn(i64) -> usize,
    confidence: f64,
) -> Compared {
    let size = Known::size(found, moods, &day);
    let (mood, stayers) = Known::mood(found, moods, &day);
    // Who talks in both talks in both of the longer ones.
    let with_others = |own: Known, known: &dyn Fn(&Reading<'_>) -> Option<Known>| {
        let value = own.value;
        let others = others.iter().filter_map(|other| Some((other.weight, known(other)?)));
        let all: Vec<(f64, Known)> = [(found.weight, own)].into_iter().chain(others).collect();
        Difference { value, interval: interval(&all, confidence) }
    };
    Compared {
        size: with_others(size, &|other| Some(Known::size(other, moods, &day))),
        mood: mood.map(|mood| with_others(mood, &|other| Known::mood(other, moods, &day).0)),
        stayers,
    }
}

/// The central interval of readings, each with its weight; none where one tells nothing.
fn interval(readings: &[(f64, Known)], confidence: f64) -> Option<[f64; 2]> {
    let students: Vec<StudentsT> = readings
        .iter()
        .map(|(_, known)| StudentsT::new(0.0, 1.0, known.freedom).ok().filter(|_| !known.errors.is_empty()))
        .collect::<Option<_>>()?;
    let total: f64 = readings.iter().map(|(weight, _)| weight).sum();
    let all = || readings.iter().zip(&students);
    let below = |x: f64| -> f64 {
        let one = |((weight, known), student): (&(f64, Known), &StudentsT)| {
            let share = known.errors.iter().map(|(w, error)| w * student.cdf((x - known.value) / error)).sum::<f64>();
            weight * share
        };
        all().map(one).sum::<f64>() / total
    };
    let tail = 0.5 - confidence / 2.0;
    let quantile = |share: f64| {
        if below(-MOST) >= share {
            return -MOST;
        }
        if below(MOST) <= share {
            return MOST;
        }
        let (mut low, mut high) = (-MOST, MOST);
        for _ in 0..HALVINGS {
            let x = low.midpoint(high);
            if below(x) < share {
                low = x;
            } else {
                high = x;
            }
        }
        low.midpoint(high)
    };
    Some([quantile(tail), quantile(1.0 - tail)])
}

/// How far scores are apart at most, and how often that is halved to find the end of an interval.
const MOST: f64 = 2.0;
const HALVINGS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(said: &[(u32, f64)]) -> Vec<Vote> {
        said.iter()
            .enumerate()
            .map(|(i, (author, score))| Vote { time: i as i64, author: *author, score: *score })
            .collect()
    }

    fn day(time: i64) -> usize {
        time as usize
    }

    /// Two stretches of which nothing else is known, on days without moods of their own.
    fn alone(before: &[Vote], after: &[Vote]) -> Compared {
        let reading = Reading { weight: 1.0, before, after };
        compare(&reading, &[], &Moods::of(&[&before[..1]], &day), day, 0.95)
    }

    #[test]
    fn who_talks_and_how_they_feel_are_told_apart() {
        // Five stay as they are; one who was content leaves, one who is not comes.
        let calm: Vec<(u32, f64)> = (0..5).map(|author| (author, 0.1 * f64::from(author))).collect();
        let before = votes(&[&calm[..], &[(9, 1.0)]].concat());
        let after = votes(&[&calm[..], &[(8, -1.0)]].concat());
        let found = alone(&before, &after);
        assert!((found.size.value + 2.0 / 6.0).abs() < 1e-12);
        let mood = found.mood.expect("five stay");
        assert!(mood.value.abs() < 1e-12 && mood.interval.is_none() && found.stayers == 5);
    }

    #[test]
    fn the_same_people_in_another_mood() {
        // Changes of −1, −1, −1, −1, 0, weights 1/2 each but the last, who talks twice in each: 1.
        let before = votes(&[(0, 1.0), (1, 0.5), (2, 0.0), (3, 1.0), (4, 0.0), (4, 0.0)]);
        let after = votes(&[(0, 0.0), (1, -0.5), (2, -1.0), (3, 0.0), (4, 0.0), (4, 0.0)]);
        let found = alone(&before, &after);
        let mood = found.mood.expect("five stay");
        assert!((mood.value + 2.0 / 3.0).abs() < 1e-12);
        // Σ (w (d − mood))² = 4 · (1/2 · 1/3)² + (2/3)² = 5/9; over 3² · 5/4, the root is 0.2778; t of 4 is 2.7764.
        let half = 2.776_445 * (5.0f64 / 9.0 / 9.0 * 1.25).sqrt();
        let [low, high] = mood.interval.expect("they differ");
        assert!((low - (mood.value - half)).abs() < 1e-4 && (high - (mood.value + half)).abs() < 1e-4);
    }

    #[test]
    fn one_person_of_many_votes_is_one() {
        // Votes of one author each: the interval by author is that of two means. All of one author: no interval.
        let each: Vec<(u32, f64)> = (0..40).map(|i| (i, f64::from(i % 2))).collect();
        let found = alone(&votes(&each[..20]), &votes(&each[20..]));
        let [low, high] = found.size.interval.expect("many");
        let half = 2.022_691 * (2.0f64 * 0.25 / 20.0 * 40.0 / 39.0).sqrt();
        assert!((high - low - 2.0 * half).abs() < 1e-4, "{low} {high} {half}");
        let one: Vec<(u32, f64)> = each.iter().map(|(_, score)| (7, *score)).collect();
        assert_eq!(alone(&votes(&one[..20]), &votes(&one[20..])).size.interval, None);
    }

    #[test]
    fn days_of_one_vote_have_nothing_in_common() {
        // The mood of a day of one vote is in what its author differs by: the interval is that of two means, where moods do not last.
        let said: Vec<(u32, f64)> = (0..200).map(|i| (i, [0.0, 1.0, 1.0, 0.0][i as usize % 4])).collect();
        let all = votes(&said);
        let (before, after) = all.split_at(100);
        let reading = Reading { weight: 1.0, before, after };
        let found = compare(&reading, &[], &Moods::of(&[before, after], &day), day, 0.95);
        let [low, high] = found.size.interval.expect("they differ");
        let half = 1.972 * (2.0f64 * 0.25 / 100.0).sqrt();
        assert!((1.0..1.3).contains(&((high - low) / 2.0 / half)), "{low} {high} {half}");
    }

    #[test]
    fn a_change_that_may_be_none_widens_the_next_one() {
        // 0.5 for 60 votes, 0.9 for 20, 0.4 for 60: from 0.9 it is −0.5, from both before it −0.2, and that is as likely.
        let wave = |i: u32| if i.is_multiple_of(2) { 0.1 } else { -0.1 };
        let level = |i: u32| {
            if i < 60 {
                0.5
            } else if i < 80 {
                0.9
            } else {
                0.4
            }
        };
        let said: Vec<(u32, f64)> = (0..140).map(|i| (i, level(i) + wave(i))).collect();
        let all = votes(&said);
        let after = &all[80..];
        let reading = |weight: f64, from: usize| Reading { weight, before: &all[from..80], after };
        let moods = Moods::of(&[&all[..1]], &day);
        let held = |weight: f64| {
            let other = [reading(weight, 0)];
            compare(&reading(1.0 - weight, 60), &other, &moods, day, 0.95).size
        };
        let (sure, doubted, hardly) = (held(0.0), held(0.5), held(1e-4));
        assert!((sure.value + 0.5).abs() < 1e-12 && doubted.value == sure.value);
        let [sure, doubted, hardly] = [sure, doubted, hardly].map(|found| found.interval.expect("they differ"));
        assert!(sure[1] < -0.4 && doubted[1] > -0.2 && (hardly[1] - sure[1]).abs() < 0.01, "{sure:?} {doubted:?}");
    }
}
