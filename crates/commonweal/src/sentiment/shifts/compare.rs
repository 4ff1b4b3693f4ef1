//! How two stretches differ: in level, in who talks, and in the mood of those who talk in both.
use std::collections::BTreeMap;

use super::votes::Vote;
use crate::stats::normal::t;

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

/// Days of a week, and how many weeks it takes.
const WEEK: usize = 7;
const WEEKS: usize = 10;

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

/// The variance of a difference whose votes come in clusters of two kinds: those of one person, and those of one spell of days, are not
/// independent (Cameron, Gelbach & Miller, 2011).
#[derive(Clone, Copy, Debug)]
struct Clustered {
    variance: f64,
    /// What all who talk in one spell have in common, the same people among them.
    in_common: f64,
    authors: usize,
    spells: usize,
}

impl Clustered {
    fn of(sides: [(&[Vote], f64, f64); 2], spell: impl Fn(&Vote) -> usize) -> Self {
        let mut by: [BTreeMap<(u32, usize), f64>; 3] = Default::default();
        for (votes, mean, sign) in sides {
            for vote in votes {
                let part = sign * (vote.score - mean) / votes.len() as f64;
                let spell = spell(vote);
                for (sums, key) in by.iter_mut().zip([(vote.author, 0), (0, spell), (vote.author, spell)]) {
                    *sums.entry(key).or_default() += part;
                }
            }
        }
        let [authors, spells, both] = by.each_ref().map(|sums| {
            let n = sums.len() as f64;
            let variance = sums.values().map(|part| part * part).sum::<f64>();
            if n > 1.0 { variance * n / (n - 1.0) } else { 0.0 }
        });
        Self {
            variance: (authors + spells - both).max(authors).max(spells),
            in_common: (spells - both).max(0.0),
            authors: by[0].len(),
            spells: by[1].len(),
        }
    }
}

/// Compares two stretches that hold votes. `day` tells the day of an instant.
pub(super) fn compare(before: &[Vote], after: &[Vote], day: impl Fn(i64) -> usize, confidence: f64) -> Compared {
    let (mean_before, mean_after) = (mean(before), mean(after));
    let value = mean_after - mean_before;
    // Moods may last for days: where there are enough of them, weeks are held against days, and the wider interval is taken.
    let days = || before.iter().chain(after).map(|vote| day(vote.time));
    let (first, last) = (days().min().unwrap_or(0), days().max().unwrap_or(0));
    let lengths: &[usize] = if last - first >= WEEKS * WEEK { &[1, WEEK] } else { &[1] };
    let sides = [(before, mean_before, -1.0), (after, mean_after, 1.0)];
    let clustered: Vec<Clustered> =
        lengths.iter().map(|length| Clustered::of(sides, |vote| (day(vote.time) - first) / length)).collect();
    let widest = |variance: &dyn Fn(&Clustered) -> f64, value: f64, parts: &dyn Fn(&Clustered) -> usize| {
        let all = clustered.iter().filter_map(|c| interval(value, variance(c), parts(c), confidence, 2.0));
        all.max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))
    };
    let size = Difference { value, interval: widest(&|c| c.variance, value, &|c| c.authors.min(c.spells)) };
    // Of each author: votes and their sum, before and after.
    let mut people: BTreeMap<u32, [f64; 4]> = BTreeMap::new();
    for (votes, at) in [(before, 0), (after, 2)] {
        for vote in votes {
            let sums = people.entry(vote.author).or_default();
            sums[at] += 1.0;
            sums[at + 1] += vote.score;
        }
    }
    let changes: Vec<(f64, f64)> = people
        .values()
        .filter(|sums| sums[0] > 0.0 && sums[2] > 0.0)
        .map(|[n, x, m, y]| (n * m / (n + m), y / m - x / n))
        .collect();
    let mood = (changes.len() >= LEAST_STAYERS).then(|| {
        let weight: f64 = changes.iter().map(|(weight, _)| weight).sum();
        let value = changes.iter().map(|(weight, change)| weight * change).sum::<f64>() / weight;
        let spread: f64 = changes.iter().map(|(weight, change)| (weight * (change - value)).powi(2)).sum();
        let n = changes.len() as f64;
        // Where no two differ, nothing can be told.
        let own = |c: &Clustered| {
            if spread > 0.0 { spread / (weight * weight) * n / (n - 1.0) + c.in_common } else { 0.0 }
        };
        Difference { value, interval: widest(&own, value, &|c| changes.len().min(c.spells)) }
    });
    Compared { size, mood, stayers: changes.len() }
}

/// Student's interval for so many independent parts; none where they do not differ.
fn interval(value: f64, variance: f64, parts: usize, confidence: f64, most: f64) -> Option<[f64; 2]> {
    let half = t(confidence, parts as f64 - 1.0)? * variance.sqrt();
    (variance > 1e-18).then(|| [(value - half).max(-most), (value + half).min(most)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn votes(said: &[(u32, f64)]) -> Vec<Vote> {
        said.iter()
            .enumerate()
            .map(|(i, (author, score))| Vote { time: i as i64, author: *author, score: *score })
            .collect()
    }

    #[test]
    fn who_talks_and_how_they_feel_are_told_apart() {
        // Five stay as they are; one who was content leaves, one who is not comes.
        let calm: Vec<(u32, f64)> = (0..5).map(|author| (author, 0.1 * f64::from(author))).collect();
        let before = votes(&[&calm[..], &[(9, 1.0)]].concat());
        let after = votes(&[&calm[..], &[(8, -1.0)]].concat());
        let found = compare(&before, &after, |time| time as usize, 0.95);
        assert!((found.size.value + 2.0 / 6.0).abs() < 1e-12);
        let mood = found.mood.expect("five stay");
        assert!(mood.value.abs() < 1e-12 && mood.interval.is_none() && found.stayers == 5);
    }

    #[test]
    fn the_same_people_in_another_mood() {
        // Changes of −1, −1, −1, −1, 0, weights 1/2 each but the last, who talks twice in each: 1.
        let before = votes(&[(0, 1.0), (1, 0.5), (2, 0.0), (3, 1.0), (4, 0.0), (4, 0.0)]);
        let after = votes(&[(0, 0.0), (1, -0.5), (2, -1.0), (3, 0.0), (4, 0.0), (4, 0.0)]);
        let found = compare(&before, &after, |time| time as usize, 0.95);
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
        let alone: Vec<(u32, f64)> = (0..40).map(|i| (i, f64::from(i % 2))).collect();
        let found = compare(&votes(&alone[..20]), &votes(&alone[20..]), |time| time as usize, 0.95);
        let [low, high] = found.size.interval.expect("many");
        let half = 2.023 * (2.0f64 * 0.25 / 20.0 * 40.0 / 39.0).sqrt();
        assert!((high - low - 2.0 * half).abs() < 0.15, "{low} {high} {half}");
        let one: Vec<(u32, f64)> = alone.iter().map(|(_, score)| (7, *score)).collect();
        assert_eq!(compare(&votes(&one[..20]), &votes(&one[20..]), |time| time as usize, 0.95).size.interval, None);
    }
}
