//! The Aalen–Johansen estimator: when several causes can end a wait, and the first one does, how many waits has each ended by a time.
//!
//! F_k(t) = Σ over the times u ≤ t of S(u−) · ended_k(u) / at_risk(u), with S the Kaplan–Meier curve of waits ended by any cause. The
//! shares of all causes and of those who still wait add up to 1, which one minus a Kaplan–Meier curve for each cause, the others
//! censored, does not. Aalen & Johansen, *Scandinavian Journal of Statistics* 5 (1978).
//!
//! Variance by the delta method on the multinomial counts of each time, so exact for ties between causes as well:
//!
//! Var F_k(t) = Σ over u ≤ t of (F_k(t) − F_k(u))² · d / (n (n − d)) + S(u−)² · d_k (n − d_k) / n³ − 2 (F_k(t) − F_k(u)) · S(u−) · d_k / n²
//!
//! with n at risk, d ended by any cause and d_k by this one (Marubini & Valsecchi, *Analysing Survival Data* (1995), section 10.3;
//! Collett, *Modelling Survival Data in Medical Research* (2015), section 12.2). The interval is on the log(−log F) scale. Where F is 0
//! or 1 the variance is 0, and Wilson's bound for none of n takes its place, of the n that have ended before, whatever the cause, or were at
//! risk still.
use super::normal::z;
use super::proportion::wilson;

/// One distinct duration: how many ended at it by each cause, and how many were last seen at it, still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step<const CAUSES: usize> {
    pub(crate) time: i64,
    pub(crate) ended: [u64; CAUSES],
    pub(crate) censored: u64,
}

/// The cumulative incidence of each cause at one step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Point<const CAUSES: usize> {
    pub(crate) time: i64,
    pub(crate) at_risk: u64,
    pub(crate) ended: [u64; CAUSES],
    pub(crate) censored: u64,
    /// Estimate, low and high of each cause.
    pub(crate) incidence: [[f64; 3]; CAUSES],
}

/// The running sums of the variance of one cause. All terms are sums of what is not negative, but for the last one.
#[derive(Clone, Copy, Default)]
struct Cause {
    incidence: f64,
    /// Σ a, Σ (F − F_u) a and Σ (F − F_u)² a, with a = d / (n (n − d)).
    a: [f64; 3],
    /// Σ S² d_k (n − d_k) / n³.
    b: f64,
    /// Σ c and Σ (F − F_u) c, with c = S d_k / n².
    c: [f64; 2],
}

impl Cause {
    fn step(&mut self, survival: f64, n: f64, d: f64, own: f64) {
        let rise = survival * own / n;
        self.incidence += rise;
        let [a, a1, a2] = self.a;
        self.a = [a, a1 + rise * a, a2 + 2.0 * rise * a1 + rise * rise * a];
        self.c[1] += rise * self.c[0];
        self.b += survival * survival * own * (n - own) / (n * n * n);
        self.c[0] += survival * own / (n * n);
        // Once all have ended nothing rises any more, and the term stays 0.
        if n > d {
            self.a[0] += d / (n * (n - d));
        }
    }

    fn variance(&self) -> f64 {
        (self.a[2] + self.b - 2.0 * self.c[1]).max(0.0)
    }
}

/// The cumulative incidence of each cause; durations of one length are put together.
pub(crate) fn incidence<const CAUSES: usize>(mut steps: Vec<Step<CAUSES>>, confidence: f64) -> Vec<Point<CAUSES>> {
    steps.sort_unstable_by_key(|step| step.time);
    steps.dedup_by(|step, kept| {
        let same = step.time == kept.time;
        if same {
            kept.ended.iter_mut().zip(step.ended).for_each(|(kept, ended)| *kept += ended);
            kept.censored += step.censored;
        }
        same
    });
    let level = (confidence, z(confidence));
    let mut at_risk: u64 = steps.iter().map(|s| s.ended.iter().sum::<u64>() + s.censored).sum();
    let mut causes = [Cause::default(); CAUSES];
    let (mut survival, mut all_ended) = (1.0f64, 0u64);
    let point = |Step { time, ended, censored }: Step<CAUSES>| {
        let (n, d) = (at_risk, ended.iter().sum::<u64>());
        if d > 0 {
            for (cause, own) in causes.iter_mut().zip(ended) {
                cause.step(survival, n as f64, d as f64, own as f64);
            }
            survival *= (n - d) as f64 / n as f64;
        }
        let seen = n + all_ended;
        all_ended += d;
        at_risk -= d + censored;
        let incidence = causes.each_ref().map(|cause| interval(cause.incidence, cause.variance(), seen, level));
        Point { time, at_risk: n, ended, censored, incidence }
    };
    steps.into_iter().map(point).collect()
}

/// The estimate with its interval on the log(−log F) scale; at 0 and 1 Wilson's, of `n`.
fn interval(incidence: f64, variance: f64, n: u64, (confidence, z): (f64, f64)) -> [f64; 3] {
    // The last of a sum that is 1 in truth may be a hair off.
    if incidence <= 0.0 || incidence >= 1.0 - 1e-12 {
        let bound = wilson(0, n as i64, confidence).map_or(1.0, |[_, _, high]| high);
        return if incidence <= 0.0 { [0.0, 0.0, bound] } else { [1.0, 1.0 - bound, 1.0] };
    }
    let width = z * variance.sqrt() / (incidence * incidence.ln());
    let at = |shift: f64| incidence.powf(shift.exp());
    [incidence, at(-width), at(width)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::{KaplanMeier, Step as Whole};
    use proptest::prelude::*;

    fn curve(steps: &[(i64, [u64; 2], u64)]) -> Vec<Point<2>> {
        incidence(steps.iter().map(|&(time, ended, censored)| Step { time, ended, censored }).collect(), 0.95)
    }

    #[test]
    fn ties_between_causes_by_hand() {
        // Ten wait. At 1 two end by the first cause and one by the second, and one is lost; at 2 one each of the six left.
        let points = curve(&[(2, [1, 0], 0), (1, [2, 0], 0), (1, [0, 1], 1), (2, [0, 1], 4)]);
        assert_eq!((points.len(), points[0].at_risk, points[1].at_risk), (2, 10, 6));
        let at = |point: usize, cause: usize| points[point].incidence[cause][0];
        assert!((at(0, 0) - 0.2).abs() < 1e-15 && (at(0, 1) - 0.1).abs() < 1e-15);
        // 0.2 + 0.7 / 6 and 0.1 + 0.7 / 6.
        assert!(
            (at(1, 0) - 0.316_666_666_666_666_7).abs() < 1e-15 && (at(1, 1) - 0.216_666_666_666_666_7).abs() < 1e-15
        );
        // Var F_1(2): the first time, where F rises by 0.7/6 afterwards, n = 10, d = 3, d_1 = 2; and the second, n = 6, d_1 = 1.
        let rise = 0.7 / 6.0;
        let first = rise * rise * 3.0 / 70.0 + 2.0 * 8.0 / 1000.0 - 2.0 * rise * 2.0 / 100.0;
        let second = 0.49f64 * 5.0 / 216.0;
        let f: f64 = 0.316_666_666_666_666_7;
        let se = (first + second).sqrt() / (f * f.ln());
        let low = f.powf((-1.959_963_984_540_054 * se).exp());
        assert!((points[1].incidence[0][1] - low).abs() < 1e-9, "{:?}", points[1].incidence[0]);
        assert!(points[1].incidence[0][1] < f && f < points[1].incidence[0][2]);
    }

    #[test]
    fn certainty_is_not_claimed_at_the_ends() {
        let points = curve(&[(1, [14, 0], 0)]);
        let bound = 3.841_458_820_694_124 / (14.0 + 3.841_458_820_694_124);
        assert!((points[0].incidence[0][1] - (1.0 - bound)).abs() < 1e-12);
        assert!((points[0].incidence[1][2] - bound).abs() < 1e-12);
        assert_eq!((points[0].incidence[0][2], points[0].incidence[1][1]), (1.0, 0.0));
        // Thirteen ended by the other cause say of this one as much as the one that waits.
        let points = curve(&[(1, [0, 13], 0), (2, [0, 0], 1)]);
        assert!((points[1].incidence[0][2] - bound).abs() < 1e-12);
        assert!(curve(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn the_causes_share_what_has_ended(
            steps in proptest::collection::vec((0i64..30, [0u64..4, 0u64..4], 0u64..4), 1..60)
        ) {
            let steps: Vec<_> = steps.into_iter().filter(|(_, [a, b], censored)| a + b + censored > 0).collect();
            let whole = steps.iter().map(|(time, [a, b], censored)| Whole { time: *time, ended: a + b, censored: *censored });
            let km = KaplanMeier::new(whole, 0.95);
            for (p, all) in curve(&steps).iter().zip(&km.points) {
                let sum: f64 = p.incidence.iter().map(|i| i[0]).sum();
                prop_assert!((sum + all.survival - 1.0).abs() < 1e-12);
                for [f, low, high] in p.incidence {
                    prop_assert!(low <= f + 1e-12 && f <= high + 1e-12 && (0.0..=1.0).contains(&low) && high <= 1.0);
                }
            }
        }

        #[test]
        fn one_cause_alone_has_greenwoods_variance(steps in proptest::collection::vec((0i64..30, 0u64..4, 0u64..4), 1..60)) {
            let steps: Vec<_> = steps.into_iter().filter(|(_, ended, censored)| ended + censored > 0).collect();
            let two: Vec<_> = steps.iter().map(|(time, ended, censored)| (*time, [*ended, 0], *censored)).collect();
            let whole = steps.iter().map(|(time, ended, censored)| Whole { time: *time, ended: *ended, censored: *censored });
            let km = KaplanMeier::new(whole, 0.95);
            let mut greenwood = 0.0;
            for (p, all) in curve(&two).iter().zip(&km.points) {
                let (n, d) = (all.at_risk as f64, all.ended as f64);
                let [f, low, _] = p.incidence[0];
                if all.survival <= 1e-9 || f <= 0.0 || all.at_risk == 0 {
                    break;
                }
                greenwood += d / (n * (n - d));
                let se = all.survival * f64::sqrt(greenwood) / (f * f.ln());
                prop_assert!((f.powf((-1.959_963_984_540_054 * se).exp()) - low).abs() < 1e-7);
            }
        }
    }
}
