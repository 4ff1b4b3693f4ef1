//! Estimates from the scores of all messages and the labels of some: prediction-powered inference.
use super::audit::{LEAST, Mood, UNIT};
use crate::stats::normal::t;
use crate::view::scores::ONE;

/// What is known of an author's messages in a cell: how many, Σ f, Σ w, Σ w·positive, Σ w·negative, Σ w·f. f is the score and w the weight
/// of a label, both in units of [`UNIT`].
type Known = [i128; KNOWN];

const KNOWN: usize = 6;
const N: usize = 0;
const F: usize = 1;
const W: usize = 2;
const POSITIVE: usize = 3;
const NEGATIVE: usize = 4;
const WF: usize = 5;

/// Labels, authors with a label, Σ w·f², Σ w·f·positive, Σ w·f·negative.
const LABELS: usize = KNOWN;
const AUTHORS: usize = LABELS + 1;
const SQUARES: usize = LABELS + 2;
/// Σ over authors of the products of any two of [`Known`].
const PRODUCTS: usize = SQUARES + 3;
pub(super) const WIDTH: usize = PRODUCTS + KNOWN * (KNOWN + 1) / 2;

/// The messages of one author in one cell, being added up.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Author {
    known: Known,
    labels: i128,
    squares: [i128; 3],
}

impl Author {
    /// One more message, with its score, and its label where a person gave one.
    pub(super) fn add(&mut self, score: i64, label: Option<(Mood, i64)>) {
        let half = ONE / UNIT / 2;
        let f = i128::from((score + half).div_euclid(ONE / UNIT));
        self.known[N] += 1;
        self.known[F] += f;
        let Some((mood, weight)) = label else { return };
        let w = i128::from(weight);
        let (positive, negative) = (i128::from(mood == Mood::Positive), i128::from(mood == Mood::Negative));
        self.labels += 1;
        self.known[W] += w;
        self.known[POSITIVE] += w * positive;
        self.known[NEGATIVE] += w * negative;
        self.known[WF] += w * f;
        let squares = [w * f * f, w * f * positive, w * f * negative];
        self.squares.iter_mut().zip(squares).for_each(|(sum, value)| *sum += value);
    }

    /// Adds the author to a cell.
    pub(super) fn end(&self, row: &mut [i128; WIDTH]) {
        let mut add = |at: usize, value: i128| row[at] = row[at].saturating_add(value);
        self.known.iter().enumerate().for_each(|(i, value)| add(i, *value));
        add(LABELS, self.labels);
        add(AUTHORS, i128::from(self.labels > 0));
        self.squares.iter().enumerate().for_each(|(i, value)| add(SQUARES + i, *value));
        let mut place = PRODUCTS;
        for i in 0..KNOWN {
            for j in 0..=i {
                add(place, self.known[i].saturating_mul(self.known[j]));
                place += 1;
            }
        }
    }
}

/// An estimate and its standard error, with the degrees of freedom it was estimated with; none where the labels do not differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Estimate {
    pub(super) value: f64,
    pub(super) error: Option<(f64, f64)>,
}

impl Estimate {
    /// The estimate between the bounds that hold for it, and its interval.
    pub(super) fn within(&self, confidence: f64, [least, most]: [f64; 2]) -> (f64, Option<[f64; 2]>) {
        let clamp = |x: f64| x.clamp(least, most);
        let interval = self.error.and_then(|(error, freedom)| {
            let half = t(confidence, freedom)? * error;
            Some([clamp(self.value - half), clamp(self.value + half)])
        });
        (clamp(self.value), interval)
    }
}

/// Shares and net of the messages of a cell, as a person would label them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Levels {
    pub(super) positive: Estimate,
    pub(super) negative: Estimate,
    pub(super) net: Estimate,
}

/// The number of labelled messages in a cell.
pub(super) fn labels(row: &[i128; WIDTH]) -> i64 {
    i64::try_from(row[LABELS]).unwrap_or(i64::MAX)
}

/// The estimates of a cell; none with too few labels.
pub(super) fn levels(row: &[i128; WIDTH]) -> Option<Levels> {
    if row[LABELS] < LEAST as i128 || row[W] <= 0 || row[N] <= 0 || row[AUTHORS] < 2 {
        return None;
    }
    let unit = UNIT as f64;
    // The sums in plain units.
    let scale = [1.0, unit, unit, unit, unit, unit * unit];
    let sum: [f64; KNOWN] = std::array::from_fn(|i| row[i] as f64 / scale[i]);
    let squares = [unit * unit * unit, unit * unit, unit * unit];
    let square: [f64; 3] = std::array::from_fn(|i| row[SQUARES + i] as f64 / squares[i]);
    let (all, weight) = (sum[N], sum[W]);
    let (mean_all, mean_labelled) = (sum[F] / all, sum[WF] / weight);
    let spread = square[0] / weight - mean_labelled * mean_labelled;
    let slope = |of: f64, cross: f64| {
        if spread > 1e-12 { (cross / weight - mean_labelled * of / weight) / spread } else { 0.0 }
    };
    let slopes = [slope(sum[POSITIVE], square[1]), slope(sum[NEGATIVE], square[2])];
    let labels = row[LABELS] as f64;
    let product = |i: usize, j: usize| {
        let (i, j) = (i.max(j), i.min(j));
        row[PRODUCTS + i * (i + 1) / 2 + j] as f64 / scale[i] / scale[j]
    };
    // Where few write most of it, there are no more than they are: as many of one size as would weigh the same (Kish).
    let authors = (row[AUTHORS] as f64).min(all * all / product(N, N));
    // Of a combination of the two shares.
    let estimate = |a: f64, b: f64| {
        let slope = a * slopes[0] + b * slopes[1];
        let left = (a * sum[POSITIVE] + b * sum[NEGATIVE] - slope * sum[WF]) / weight;
        let value = slope * mean_all + left;
        let mut by = [0.0; KNOWN];
        (by[N], by[F]) = (-slope * mean_all / all, slope / all);
        (by[W], by[POSITIVE], by[NEGATIVE], by[WF]) = (-left / weight, a / weight, b / weight, -slope / weight);
        let terms =
            (0..KNOWN).flat_map(|i| (0..KNOWN).map(move |j| (i, j))).map(|(i, j)| by[i] * by[j] * product(i, j));
        let (variance, size) = terms.fold((0.0, 0.0), |(sum, size), term| (sum + term, size + term.abs()));
        // What is no larger than the rounding of the terms that cancel is nothing. One label pays for the slope.
        let tells = |variance: &f64| *variance > 1e-12 * size && authors > 1.0;
        let error = Some(variance).filter(tells).map(|variance| {
            ((variance * authors / (authors - 1.0) * (labels - 1.0) / (labels - 2.0)).sqrt(), authors - 1.0)
        });
        Estimate { value, error }
    };
    Some(Levels { positive: estimate(1.0, 0.0), negative: estimate(0.0, 1.0), net: estimate(1.0, -1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    /// (author, score, label, weight).
    type Message = (usize, f64, Option<(Mood, i64)>);

    fn row(messages: &[Message]) -> [i128; WIDTH] {
        let mut row = [0; WIDTH];
        let authors = messages.iter().map(|m| m.0).max().map_or(0, |last| last + 1);
        for author in 0..authors {
            let mut sums = Author::default();
            for (_, score, label) in messages.iter().filter(|m| m.0 == author) {
                sums.add((score * ONE as f64) as i64, label.map(|(mood, weight)| (mood, weight * UNIT)));
            }
            sums.end(&mut row);
        }
        row
    }

    /// Share, and its standard error, as the formula says it, message by message.
    fn naive(messages: &[Message], y: impl Fn(Mood) -> f64) -> (f64, f64) {
        let labelled: Vec<(usize, f64, f64, f64)> = messages
            .iter()
            .filter_map(|(who, f, label)| Some((*who, *f, y(label.as_ref()?.0), label.as_ref()?.1 as f64)))
            .collect();
        let weight: f64 = labelled.iter().map(|l| l.3).sum();
        let mean =
            |of: &dyn Fn(&(usize, f64, f64, f64)) -> f64| labelled.iter().map(|l| l.3 * of(l)).sum::<f64>() / weight;
        let (mean_f, mean_y) = (mean(&|l| l.1), mean(&|l| l.2));
        let covariance = mean(&|l| (l.1 - mean_f) * (l.2 - mean_y));
        let slope = covariance / mean(&|l| (l.1 - mean_f).powi(2));
        let all = messages.iter().map(|m| m.1).sum::<f64>() / messages.len() as f64;
        let left = mean(&|l| l.2 - slope * l.1);
        let authors = messages.iter().map(|m| m.0).max().unwrap_or(0) + 1;
        let variance: f64 = (0..authors)
            .map(|who| {
                let scores = messages.iter().filter(|m| m.0 == who).map(|m| slope * (m.1 - all)).sum::<f64>();
                let labels =
                    labelled.iter().filter(|l| l.0 == who).map(|l| l.3 * (l.2 - slope * l.1 - left)).sum::<f64>();
                (scores / messages.len() as f64 + labels / weight).powi(2)
            })
            .sum();
        let with: std::collections::BTreeSet<usize> = labelled.iter().map(|l| l.0).collect();
        let each = |who: usize| messages.iter().filter(|m| m.0 == who).count() as f64;
        let alike = (messages.len() as f64).powi(2) / (0..authors).map(|who| each(who).powi(2)).sum::<f64>();
        let (a, m) = ((with.len() as f64).min(alike), labelled.len() as f64);
        (slope * all + left, (variance * a / (a - 1.0) * (m - 1.0) / (m - 2.0)).sqrt())
    }

    #[test]
    fn as_the_formula_says() {
        let mut random = Random::new(9, 9);
        let moods = [Mood::Negative, Mood::Neutral, Mood::Positive];
        let messages: Vec<Message> = (0..900)
            .map(|i| {
                let mood = random.place(3);
                let score = (mood as f64 - 1.0) * 0.4 + random.unit() - 0.5;
                let label = (i % 6 == 0).then(|| (moods[mood], 1 + random.below(4) as i64));
                // A score that fixed point holds exactly.
                (random.place(60), (score * 1024.0).round() / 1024.0, label)
            })
            .collect();
        let found = levels(&row(&messages)).expect("150 labels");
        let is = |mood: Mood| move |m: Mood| if m == mood { 1.0 } else { 0.0 };
        for (estimate, (value, error)) in [
            (found.positive, naive(&messages, is(Mood::Positive))),
            (found.negative, naive(&messages, is(Mood::Negative))),
            (found.net, naive(&messages, |m| is(Mood::Positive)(m) - is(Mood::Negative)(m))),
        ] {
            let (own, freedom) = estimate.error.expect("labels differ");
            assert!(
                (estimate.value - value).abs() < 1e-9 && (own - error).abs() < 1e-9,
                "{estimate:?} {value} {error}"
            );
            assert!(freedom > 30.0);
        }
        assert!((found.positive.value - found.negative.value - found.net.value).abs() < 1e-12);
    }

    #[test]
    fn where_all_are_labelled_it_is_the_share() {
        let messages: Vec<Message> = (0..200)
            .map(|i| {
                (
                    i % 40,
                    if i % 3 == 0 { 0.5 } else { -0.25 },
                    Some((if i % 4 == 0 { Mood::Positive } else { Mood::Neutral }, 1)),
                )
            })
            .collect();
        let found = levels(&row(&messages)).expect("200 labels");
        assert!((found.positive.value - 0.25).abs() < 1e-12);
        // Nobody is negative: nothing tells how sure that is.
        assert_eq!(found.negative, Estimate { value: 0.0, error: None });
    }

    #[test]
    fn too_few_labels_or_authors_are_none() {
        let messages: Vec<Message> = (0..200).map(|i| (i, 0.5, (i < 99).then_some((Mood::Positive, 1)))).collect();
        assert_eq!(levels(&row(&messages)), None);
        let one: Vec<Message> = (0..200).map(|_| (0, 0.5, Some((Mood::Positive, 1)))).collect();
        assert_eq!(levels(&row(&one)), None);
    }
}
