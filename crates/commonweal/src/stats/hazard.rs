//! The Nelson–Aalen estimator: the cumulative hazard, whose slope is the rate at which those who still wait are served.
//!
//! Ĥ(t) = Σ over the times u ≤ t of ended(u) / at_risk(u), with Aalen's variance Σ ended / at_risk², exact for ties that are ties of the
//! clock, and the interval Ĥ · exp(± z σ / Ĥ), which stays above 0. Nelson, *Technometrics* 14 (1972); Aalen, *Annals of Statistics* 6
//! (1978); Klein & Moeschberger, *Survival Analysis* (2003), section 4.2. Where nothing has ended the upper limit is that of the curve
//! there, −ln(1 − b) with Wilson's bound b for none of those at risk.
use super::normal::z;
use super::proportion::wilson;
use super::survival::Point;

/// The cumulative hazard at each point of a curve: estimate, low, high.
pub(crate) fn cumulative(points: &[Point], confidence: f64) -> Vec<[f64; 3]> {
    let z = z(confidence);
    let (mut hazard, mut variance) = (0.0f64, 0.0f64);
    let at = |p: &Point| {
        if p.ended > 0 {
            let (ended, at_risk) = (p.ended as f64, p.at_risk as f64);
            hazard += ended / at_risk;
            variance += ended / (at_risk * at_risk);
        }
        if hazard <= 0.0 {
            let bound = wilson(0, p.at_risk as i64, confidence).map_or(1.0, |[_, _, high]| high);
            return [0.0, 0.0, -(-bound).ln_1p()];
        }
        let factor = (z * variance.sqrt() / hazard).exp();
        [hazard, hazard / factor, hazard * factor]
    };
    points.iter().map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::survival::{KaplanMeier, Step};

    #[test]
    fn the_textbook_hazard() {
        // Klein & Moeschberger, table 4.2: the first weeks of remission on 6-mercaptopurine.
        let steps =
            [(6, 3, 1), (7, 1, 0), (9, 0, 1), (10, 1, 1), (11, 0, 1), (13, 1, 0), (16, 1, 0), (22, 0, 9), (23, 1, 0)];
        let steps = steps.map(|(time, ended, censored)| Step { time, ended, censored });
        let km = KaplanMeier::new(steps, 0.95);
        let hazard = cumulative(&km.points, 0.95);
        for (point, expected) in [(0, 0.1428), (1, 0.2017), (3, 0.2683), (5, 0.3517), (6, 0.4426)] {
            assert!((hazard[point][0] - expected).abs() < 2e-4, "{point}: {:?}", hazard[point]);
        }
        // Week 7: σ² = 3/21² + 1/17², the table's 0.0103.
        let sigma = (3.0 / 441.0 + 1.0 / 289.0f64).sqrt();
        let high = 0.201_680_672_268_907_6 * (1.959_963_984_540_054 * sigma / 0.201_680_672_268_907_6).exp();
        assert!((hazard[1][2] - high).abs() < 1e-9);
        assert!((hazard[1][1] * high - hazard[1][0].powi(2)).abs() < 1e-12);
    }

    #[test]
    fn where_nothing_has_ended_the_limit_is_that_of_the_curve() {
        let km = KaplanMeier::new([Step { time: 5, ended: 0, censored: 14 }], 0.95);
        let [none, low, high] = cumulative(&km.points, 0.95)[0];
        assert_eq!((none, low), (0.0, 0.0));
        assert!((high + km.interval(&km.points[0])[0].ln()).abs() < 1e-12);
    }
}
