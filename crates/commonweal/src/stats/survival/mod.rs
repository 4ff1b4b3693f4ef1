//! The Kaplan–Meier estimator: how long things last when some have not ended yet.
//!
//! Kaplan & Meier, *Nonparametric estimation from incomplete observations*, JASA 53 (1958). Variance by Greenwood (1926); intervals on
//! the log(−log S) scale (Kalbfleisch & Prentice, *The Statistical Analysis of Failure Time Data*, 1980), which stay within [0, 1];
//! intervals of quantiles by Brookmeyer & Crowley (1982) on the same scale. Where S is 1 or 0, Greenwood's variance is not defined, and
//! Wilson's bound for none of n takes its place: of the n at risk where nobody has answered, of the n that have ended where all have.
mod lengths;
mod quantiles;

use lengths::Lengths;

use super::normal::z;
use super::proportion::wilson;

/// One distinct duration: how many ended at it, and how many were last seen at it, still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) time: i64,
    pub(crate) ended: u64,
    pub(crate) censored: u64,
}

/// The curve at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) time: i64,
    pub(crate) at_risk: u64,
    pub(crate) ended: u64,
    pub(crate) censored: u64,
    pub(crate) survival: f64,
    /// Greenwood's sum, Σ ended / (at risk · left), up to here.
    pub(crate) greenwood: f64,
    /// How many have ended up to here.
    pub(crate) all_ended: u64,
}

/// A survival curve.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KaplanMeier {
    pub(crate) points: Vec<Point>,
    confidence: f64,
    z: f64,
}

impl KaplanMeier {
    /// The curve of `steps`, in any order; durations of one length are put together, and where nothing ended or was last seen there is no point.
    pub(crate) fn new(steps: impl IntoIterator<Item = Step>, confidence: f64) -> Self {
        let steps = steps.into_iter();
        let [mut ended, mut censored] = [(); 2].map(|()| Lengths::with_capacity(steps.size_hint().0));
        for step in steps {
            ended.add(step.time, step.ended);
            censored.add(step.time, step.censored);
        }
        // Apart, as what is open mostly comes in order already, the longest first.
        let points = points(&ended.in_order(), &censored.in_order());
        Self { points, confidence, z: z(confidence) }
    }

    /// How many there are.
    pub(crate) fn n(&self) -> u64 {
        self.points.first().map_or(0, |first| first.at_risk)
    }

    /// How many have ended.
    pub(crate) fn ended(&self) -> u64 {
        self.points.last().map_or(0, |last| last.all_ended)
    }

    /// The point from which the curve starts: nothing has ended yet.
    fn start(&self) -> Option<Point> {
        let start = |first: &Point| Point {
            time: 0,
            ended: 0,
            censored: 0,
            survival: 1.0,
            greenwood: 0.0,
            all_ended: 0,
            ..*first
        };
        self.points.first().map(start)
    }

    /// The points from time 0 on.
    pub(crate) fn drawn(&self) -> Vec<Point> {
        let start = self.start().filter(|_| self.points[0].time > 0);
        start.into_iter().chain(self.points.iter().copied()).collect()
    }

    /// The interval of a point. It takes logarithms and exponentials, so it is not part of every point.
    pub(crate) fn interval(&self, p: &Point) -> [f64; 2] {
        let n = if p.survival > 0.0 { p.at_risk } else { p.all_ended };
        interval(p.survival, p.greenwood, n, (self.confidence, self.z))
    }

    /// The curve at `time`; none where nothing was observed as long as that and something was still open.
    pub(crate) fn at(&self, time: i64) -> Option<[f64; 3]> {
        let i = self.points.partition_point(|p| p.time <= time);
        let last = self.points.last()?;
        if time > last.time && last.survival > 0.0 {
            return None;
        }
        let point = i.checked_sub(1).map_or_else(|| self.start(), |i| self.points.get(i).copied())?;
        let [low, high] = self.interval(&point);
        Some([point.survival, low, high])
    }

    /// The curve of those that have lasted longer than `age`, `more` after it: S(age + more) / S(age) with its interval. None where nothing
    /// was observed as long as that and something was still open, or where nothing lasts longer than `age`.
    pub(crate) fn after(&self, age: i64, more: i64, confidence: f64) -> Option<[f64; 3]> {
        let until = age.saturating_add(more);
        let last = self.points.last().filter(|last| until <= last.time || last.survival <= 0.0)?;
        let from = self.points.partition_point(|p| p.time <= age);
        let to = self.points.partition_point(|p| p.time <= until);
        let (survival, greenwood, ended) = from.checked_sub(1).map_or((1.0, 0.0, 0), |i| {
            let p = &self.points[i];
            (p.survival, p.greenwood, p.all_ended)
        });
        if age >= last.time || survival <= 0.0 {
            return None;
        }
        let level = (confidence, z(confidence));
        let Some(p) = self.points[from..to].last() else {
            let [low, high] = interval(1.0, 0.0, self.points[from].at_risk, level);
            return Some([1.0, low, high]);
        };
        let share = p.survival / survival;
        let n = if share > 0.0 { p.at_risk } else { p.all_ended - ended };
        let [low, high] = interval(share, p.greenwood - greenwood, n, level);
        Some([share, low, high])
    }
}

/// The curve, of how many ended at each length and how many were last seen at it, both in order.
fn points<'l>(mut ended: &'l [(i64, u64)], mut censored: &'l [(i64, u64)]) -> Vec<Point> {
    let all = |lengths: &[(i64, u64)]| lengths.iter().map(|(_, n)| n).sum::<u64>();
    let mut at_risk = all(ended) + all(censored);
    let (mut survival, mut greenwood, mut all_ended) = (1.0f64, 0.0f64, 0);
    // Between two censorings the product telescopes: one factor, remaining of at risk, in place of many, and no rounding.
    let (mut block_start, mut block_survival) = (at_risk, 1.0f64);
    let mut points = Vec::with_capacity(ended.len() + censored.len());
    while let Some(time) = ended.first().into_iter().chain(censored.first()).map(|(time, _)| *time).min() {
        let [ended, censored] = [&mut ended, &mut censored].map(|lengths| match **lengths {
            [(first, n), ref rest @ ..] if first == time => {
                *lengths = rest;
                n
            }
            _ => 0,
        });
        if ended > 0 {
            let left = at_risk - ended;
            survival = block_survival * (left as f64 / block_start as f64);
            greenwood += ended as f64 / (at_risk as f64 * left as f64);
        }
        all_ended += ended;
        points.push(Point { time, at_risk, ended, censored, survival, greenwood, all_ended });
        at_risk -= ended + censored;
        if censored > 0 {
            (block_start, block_survival) = (at_risk, survival);
        }
    }
    points
}

/// Greenwood's interval on the log(−log S) scale; at S = 1 and S = 0 Wilson's, of `n`.
fn interval(survival: f64, greenwood: f64, n: u64, (confidence, z): (f64, f64)) -> [f64; 2] {
    if survival <= 0.0 || survival >= 1.0 {
        let bound = wilson(0, n as i64, confidence).map_or(1.0, |[_, _, high]| high);
        return if survival <= 0.0 { [0.0, bound] } else { [1.0 - bound, 1.0] };
    }
    let log = survival.ln();
    let width = z * greenwood.sqrt() / log;
    let at = |shift: f64| (-((-log).ln() + shift).exp()).exp();
    [at(-width), at(width)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::textbook::MERCAPTOPURINE;
    use proptest::prelude::*;

    fn curve(steps: &[(i64, u64, u64)]) -> KaplanMeier {
        KaplanMeier::new(steps.iter().map(|&(time, ended, censored)| Step { time, ended, censored }), 0.95)
    }

    #[test]
    fn the_textbook_curve() {
        let km = curve(&MERCAPTOPURINE);
        let at = |week: i64| km.at(week).expect("observed")[0];
        for (week, survival) in
            [(6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)]
        {
            assert!((at(week) - survival).abs() < 5e-4, "week {week}: {}", at(week));
        }
        assert_eq!(km.quantile(1, 2)[0], Some(23));
        assert_eq!(km.at(36), None);
        assert_eq!(km.at(0).map(|[s, _, high]| [s, high]), Some([1.0; 2]));
    }

    #[test]
    fn quantiles_are_decided_exactly() {
        // 0.9 · (8/9) · (7/8) … in floating point ends above 0.5, in truth it is a half.
        let km = curve(&(1..=10).map(|t| (t, 1, 0)).collect::<Vec<_>>());
        assert_eq!(km.quantile(1, 2)[0], Some(5));
        // With censoring: 1 of 3 open after 2/3 · 3/4 = 1/2.
        let km = curve(&[(1, 2, 0), (2, 0, 0), (3, 1, 0), (4, 3, 0)]);
        assert_eq!(km.quantile(1, 2)[0], Some(3));
        let km = curve(&[(1, 1, 1), (2, 1, 0), (3, 2, 0)]);
        // 4/5 · 2/3 = 8/15 > 1/2, then 0.
        assert_eq!(km.quantile(1, 2)[0], Some(3));
        let km = curve(&[(1, 7, 0), (2, 0, 7), (3, 2, 5)]);
        // 14/21 · 5/7 = 10/21, below a half.
        assert_eq!(km.quantile(1, 2)[0], Some(3));
    }

    #[test]
    fn certainty_is_not_claimed_at_the_ends() {
        // All 14 answered: the bound is Wilson's of 0 in 14, z² / (14 + z²).
        let all = curve(&[(1, 14, 0)]).at(1).expect("observed");
        let bound = 3.841_458_820_694_124 / (14.0 + 3.841_458_820_694_124);
        assert_eq!(all[0], 0.0);
        assert!((all[2] - bound).abs() < 1e-12);
        // None of 14 answered after a while.
        let none = curve(&[(5, 0, 14)]).at(5).expect("observed");
        assert_eq!((none[0], none[2]), (1.0, 1.0));
        assert!((none[1] - (1.0 - bound)).abs() < 1e-12);
    }

    #[test]
    fn the_median_of_what_has_ended_is_one_or_the_two_in_the_middle() {
        assert_eq!(curve(&[(7, 1, 3), (1, 2, 0)]).median_of_ended(), Some(1));
        assert_eq!(curve(&[(1, 1, 0), (2, 0, 9), (4, 1, 0)]).median_of_ended(), Some(2));
        assert_eq!(curve(&[(1, 2, 0), (4, 2, 1), (9, 1, 0)]).median_of_ended(), Some(4));
        assert_eq!(curve(&[(1, 0, 2)]).median_of_ended(), None);
        assert_eq!(curve(&[]).median_of_ended(), None);
    }

    #[test]
    fn nothing_reached_is_none() {
        let km = curve(&[(5, 1, 0), (9, 0, 99)]);
        assert_eq!(km.quantile(1, 2), [None, None, None]);
        assert_eq!(curve(&[]).quantile(1, 2), [None, None, None]);
        assert_eq!(curve(&[]).at(1), None);
    }

    proptest! {
        #[test]
        fn without_censoring_it_is_the_share_still_open(durations in proptest::collection::vec(0i64..40, 1..200)) {
            let km = curve(&durations.iter().map(|d| (*d, 1, 0)).collect::<Vec<_>>());
            for t in 0..40 {
                let open = durations.iter().filter(|d| **d > t).count() as f64 / durations.len() as f64;
                let got = km.at(t).unwrap_or([open; 3])[0];
                prop_assert!((got - open).abs() < 1e-12);
            }
            let mut sorted = durations.clone();
            sorted.sort_unstable();
            // The smallest t with at least half ended.
            prop_assert_eq!(km.quantile(1, 2)[0], Some(sorted[(durations.len() - 1) / 2]));
            let shares = [(1, 2), (3, 4), (9, 10)];
            prop_assert_eq!(km.quantiles(shares), shares.map(|(a, b)| km.quantile(a, b)));
        }

        #[test]
        fn after_a_while_it_is_the_curve_of_those_that_last(
            steps in proptest::collection::vec((0i64..30, 0u64..4, 0u64..4), 1..40), age in 0i64..30, more in 1i64..20
        ) {
            let steps: Vec<_> = steps.into_iter().filter(|(_, ended, censored)| ended + censored > 0).collect();
            let lasting: Vec<_> = steps.iter().copied().filter(|(time, ..)| *time > age).collect();
            let expected = curve(&lasting).at(age + more);
            match (curve(&steps).after(age, more, 0.95), expected) {
                (Some(got), Some(expected)) => {
                    prop_assert!(got.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{got:?} {expected:?}");
                }
                (got, expected) => prop_assert_eq!(got, expected),
            }
        }

        #[test]
        fn the_ends_of_a_quantile_are_the_first_points_whose_intervals_are_there(
            steps in proptest::collection::vec((0i64..300, 0u64..4, 0u64..3), 1..200)
        ) {
            let c = curve(&steps);
            for (numerator, denominator) in [(1, 10), (1, 4), (1, 2), (9, 10), (99, 100)] {
                let target = 1.0 - numerator as f64 / denominator as f64;
                let first = |end: usize| c.points.iter().find(|p| c.interval(p)[end] <= target).map(|p| p.time);
                let [_, low, high] = c.quantile(numerator, denominator);
                prop_assert_eq!([low, high], [first(0), first(1)]);
            }
        }

        #[test]
        fn it_falls_and_its_interval_holds_it(steps in proptest::collection::vec((0i64..50, 0u64..4, 0u64..4), 1..60)) {
            let km = curve(&steps);
            for pair in km.points.windows(2) {
                prop_assert!(pair[1].survival <= pair[0].survival && pair[1].at_risk <= pair[0].at_risk);
            }
            for p in &km.points {
                let [low, high] = km.interval(p);
                prop_assert!(low <= p.survival + 1e-12 && p.survival <= high + 1e-12 && low >= 0.0 && high <= 1.0);
            }
        }
    }
}
