//! The Bass model of diffusion, fitted to counts of first uses by period.
//!
//! Expected first uses of period t: m (F(t) − F(t − 1)), F(t) = (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t}).
use statrs::distribution::{ContinuousCDF, FisherSnedecor};
use statrs::function::gamma::ln_gamma;

use super::linear::solve;
use super::minimise::{descend, simplex};

/// How far a fit is from the counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Most likely, where each of m members has its own time of adoption (Schmittlein & Mahajan, 1982).
    #[default]
    Likelihood,
    /// Least squares (Srinivasan & Mason, 1986), for variances that are all the same; what textbooks publish.
    LeastSquares,
}

/// Innovation, imitation, ceiling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Bass {
    pub(crate) p: f64,
    pub(crate) q: f64,
    pub(crate) m: f64,
}

impl Bass {
    /// The expected share that has adopted by t.
    pub(crate) fn share(&self, t: f64) -> f64 {
        let e = (-(self.p + self.q) * t).exp();
        -(-(self.p + self.q) * t).exp_m1() / (1.0 + self.q / self.p * e)
    }

    /// The expected shares that adopt within each of the first periods.
    fn shares(&self, periods: usize) -> impl Iterator<Item = f64> {
        let (sum, ratio) = (self.p + self.q, self.q / self.p);
        let at = move |t: f64| {
            let (e, less) = ((-sum * t).exp(), -(-sum * t).exp_m1());
            (less / (1.0 + ratio * e), (1.0 + ratio) * e / (1.0 + ratio * e))
        };
        let mut before = at(0.0);
        (1..=periods).map(move |t| {
            let now = at(t as f64);
            // Of two differences that are the same, the one that loses no digits.
            let within = if now.0 < 0.5 { now.0 - before.0 } else { before.1 - now.1 };
            before = now;
            within
        })
    }

    /// The logarithm of the expected share that has not adopted by t.
    fn ln_rest(&self, t: f64) -> f64 {
        let (sum, ratio) = (self.p + self.q, self.q / self.p);
        ratio.ln_1p() - sum * t - (ratio * (-sum * t).exp()).ln_1p()
    }

    /// The time of the most first uses; none where they only fall.
    pub(crate) fn peak(&self) -> Option<f64> {
        (self.q > self.p).then(|| (self.q / self.p).ln() / (self.p + self.q))
    }
}

/// A fit and what it leaves open.
#[derive(Clone, Debug)]
pub(crate) struct Fit {
    pub(crate) bass: Bass,
    /// Estimate, low, high.
    pub(crate) p: [f64; 3],
    pub(crate) q: [f64; 3],
    pub(crate) m: [f64; 3],
    /// Variance over mean of the counts for likelihood, variance for least squares.
    pub(crate) dispersion: f64,
    periods: usize,
    method: Method,
    /// Half the width of an interval, in standard errors.
    width: f64,
}

/// Why there is no fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undetermined {
    /// Fewer periods than [`LEAST_PERIODS`], or fewer first uses than [`LEAST_USES`].
    Few,
    /// More periods than [`MOST_PERIODS`].
    Many,
    /// Growth without an end fits as well: the interval of the ceiling has no upper end.
    NoCeiling,
}

/// Periods and first uses that a fit takes.
pub(crate) const LEAST_PERIODS: usize = 8;
pub(crate) const LEAST_USES: f64 = 30.0;
/// The confidence at which growth without an end has to be ruled out, at least.
pub(crate) const SURE: f64 = 0.99;
/// Periods that a fit takes at most: it takes time in proportion.
pub(crate) const MOST_PERIODS: usize = 5_000;

/// The fit to counts of first uses of consecutive periods, the first being that of the first use. Intervals are those of the profile
/// likelihood: what is no worse than the best by F(1, n − 3) dispersions (Venzon & Moolgavkar, Applied Statistics 37, 1988). Where growth
/// without a ceiling is no worse than that at [`SURE`], the ceiling is not determined.
pub(crate) fn fit(counts: &[f64], method: Method, confidence: f64) -> Result<Fit, Undetermined> {
    let n = counts.len();
    if n < LEAST_PERIODS || counts.iter().sum::<f64>() < LEAST_USES {
        return Err(Undetermined::Few);
    }
    if n > MOST_PERIODS {
        return Err(Undetermined::Many);
    }
    let profile = Profile { counts, method };
    let ([u, v], least) = profile.best();
    let mut bass = profile.bass(u, v);
    let freedom = n as f64 - 3.0;
    let dispersion = match method {
        Method::Likelihood => (profile.pearson(&bass) / freedom).max(1.0),
        Method::LeastSquares => least / freedom,
    };
    let more = FisherSnedecor::new(1.0, freedom).map_or(f64::NAN, |f| f.inverse_cdf(confidence));
    let most = least + dispersion * more;
    // A ceiling far away looks like none: growth at a rate that is constant or itself grows.
    let sure = FisherSnedecor::new(1.0, freedom).map_or(f64::NAN, |f| f.inverse_cdf(confidence.max(SURE)));
    if !(profile.without_ceiling() > least + dispersion * sure && bass.m.is_finite()) {
        return Err(Undetermined::NoCeiling);
    }
    let of_m = |ln_m: f64, near: [f64; 2]| {
        descend(|[u, v]| profile.distance(&Bass { p: u.exp(), q: v.exp(), m: ln_m.exp() }), near, 0.1)
    };
    let (m_low, m_high) = (end(bass.m.ln(), -1.0, most, [u, v], of_m), end(bass.m.ln(), 1.0, most, [u, v], of_m));
    let of_p = |u: f64, near: [f64; 1]| descend(|[v]| profile.distance(&profile.bass(u, *v)), near, 0.1);
    let of_q = |v: f64, near: [f64; 1]| descend(|[u]| profile.distance(&profile.bass(*u, v)), near, 0.1);
    let ends = |low: Option<f64>, high: Option<f64>| [low.map_or(0.0, f64::exp), high.map_or(f64::INFINITY, f64::exp)];
    let ([p_low, p_high], [q_low, q_high], [m_low, m_high]) = (
        ends(end(u, -1.0, most, [v], of_p), end(u, 1.0, most, [v], of_p)),
        ends(end(v, -1.0, most, [u], of_q), end(v, 1.0, most, [u], of_q)),
        ends(m_low, m_high),
    );
    if !m_high.is_finite() {
        return Err(Undetermined::NoCeiling);
    }
    // As good as none: the logarithm has no zero.
    let q = if bass.q * (n as f64) < 1e-6 { 0.0 } else { bass.q };
    bass.q = bass.q.max(1e-9 / n as f64);
    Ok(Fit {
        bass,
        p: [bass.p, p_low, p_high],
        q: [q, q_low, q_high],
        m: [bass.m, m_low, m_high],
        dispersion,
        periods: n,
        method,
        width: more.sqrt(),
    })
}

/// Where the profile of a parameter, in logarithms, crosses `most`, going from the best place one way; none where it does not.
fn end<const N: usize>(
    best: f64,
    way: f64,
    most: f64,
    near: [f64; N],
    profile: impl Fn(f64, [f64; N]) -> ([f64; N], f64),
) -> Option<f64> {
    let (mut inside, mut near, mut step) = (best, near, 0.05);
    let mut outside = loop {
        let next = inside + way * step;
        let (place, distance) = profile(next, near);
        if distance > most {
            break next;
        }
        (inside, near, step) = (next, place, step * 1.6);
        if (inside - best).abs() > 30.0 {
            return None;
        }
    };
    while (outside - inside).abs() > 1e-5 {
        let middle = (inside + outside) / 2.0;
        let (place, distance) = profile(middle, near);
        if distance > most {
            outside = middle;
        } else {
            (inside, near) = (middle, place);
        }
    }
    Some(inside)
}

/// The distance of models from counts.
struct Profile<'a> {
    counts: &'a [f64],
    method: Method,
}

impl Profile<'_> {
    /// Twice the log likelihood that the model lacks of one with a parameter for each count; or the sum of squares. Without a ceiling, m
    /// is infinite, and the shapes are expected counts.
    fn distance_of(&self, m: f64, shape: impl Iterator<Item = f64>, ln_rest: f64) -> f64 {
        let counts = self.counts.iter();
        match self.method {
            Method::LeastSquares if m.is_finite() => counts.zip(shape).map(|(n, share)| (n - m * share).powi(2)).sum(),
            Method::LeastSquares => counts.zip(shape).map(|(n, mean)| (n - mean).powi(2)).sum(),
            Method::Likelihood => {
                let own = |n: f64, share: f64| if n > 0.0 { n * (n / share).ln() } else { 0.0 };
                let (mut lacks, mut expected) = (0.0, 0.0);
                for (n, share) in counts.zip(shape) {
                    lacks += own(*n, share);
                    expected += share;
                }
                // Those who adopted, in any order, out of m; and those who did not.
                let all: f64 = self.counts.iter().sum();
                let out_of = if m.is_finite() { falling(m, all) + (m - all) * ln_rest } else { -expected };
                2.0 * (lacks - all - out_of)
            }
        }
    }

    /// The scale that brings a shape nearest to the counts.
    fn scale(&self, shape: &[f64]) -> f64 {
        match self.method {
            Method::Likelihood => self.counts.iter().sum::<f64>() / shape.iter().sum::<f64>(),
            Method::LeastSquares => {
                let both: f64 = self.counts.iter().zip(shape).map(|(count, shape)| count * shape).sum();
                both / shape.iter().map(|shape| shape * shape).sum::<f64>()
            }
        }
    }

    fn distance(&self, bass: &Bass) -> f64 {
        if self.method == Method::Likelihood && bass.m < self.counts.iter().sum::<f64>() {
            return f64::INFINITY;
        }
        self.distance_of(bass.m, bass.shares(self.counts.len()), bass.ln_rest(self.counts.len() as f64))
    }

    /// The model of ln p and ln q, with the best ceiling.
    fn bass(&self, u: f64, v: f64) -> Bass {
        let unit = Bass { p: u.exp(), q: v.exp(), m: 1.0 };
        let shape: Vec<f64> = unit.shares(self.counts.len()).collect();
        let scale = self.scale(&shape);
        // A ceiling of whole members: the derivative in m is that of gamma functions, which are as good as logarithms half a step off.
        let m = match self.method {
            Method::Likelihood => (scale - 0.5).max(self.counts.iter().sum()),
            Method::LeastSquares => scale,
        };
        Bass { m, ..unit }
    }

    /// The best ln p and ln q: from a grid of curves that end from soon to late, then downhill.
    fn best(&self) -> ([f64; 2], f64) {
        let n = (self.counts.len() as f64).ln();
        let at = |place: &[f64; 2]| self.distance(&self.bass(place[0], place[1]));
        let mut starts: Vec<([f64; 2], f64)> = (0..16)
            .flat_map(|i| (0..12).map(move |j| [-11.0 + 0.8 * f64::from(i) - n, -3.0 + 0.6 * f64::from(j) - n]))
            .map(|place| (place, at(&place)))
            .filter(|(_, distance)| distance.is_finite())
            .collect();
        starts.sort_by(|a, b| a.1.total_cmp(&b.1));
        (starts.iter().take(3))
            .map(|(place, _)| simplex(at, *place, 0.4))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .unwrap_or(([0.0, 0.0], f64::INFINITY))
    }

    /// The distance of the best growth without a ceiling: the model's limit as m grows and m p stays, c (e^{qt} − 1) / q.
    fn without_ceiling(&self) -> f64 {
        let at = |shape: Vec<f64>| {
            let scale = self.scale(&shape);
            self.distance_of(f64::INFINITY, shape.into_iter().map(|shape| scale * shape), 0.0)
        };
        let constant = at(vec![1.0; self.counts.len()]);
        let growing = |v: &[f64; 1]| at((0..self.counts.len()).map(|t| (v[0].exp() * t as f64).exp()).collect());
        let n = (self.counts.len() as f64).ln();
        let starts = (0..8).map(|i| [f64::from(i) - 3.0 - n]);
        starts.map(|start| simplex(growing, start, 0.5).1).fold(constant, f64::min)
    }

    /// Pearson's sum of squares over means.
    fn pearson(&self, bass: &Bass) -> f64 {
        let expected = bass.shares(self.counts.len()).map(|share| bass.m * share);
        self.counts.iter().zip(expected).map(|(count, mean)| (count - mean).powi(2) / mean.max(1e-9)).sum()
    }
}

/// ln(m (m − 1) … (m − n + 1)) = ln Γ(m + 1) − ln Γ(m − n + 1), which loses no digits for a large m.
fn falling(m: f64, n: f64) -> f64 {
    let (a, b) = (m + 1.0, m - n + 1.0);
    if b < 100.0 {
        return ln_gamma(a) - ln_gamma(b);
    }
    // Stirling's series, subtracted term by term.
    n * a.ln() - (b - 0.5) * (-n / a).ln_1p() - n + (1.0 / a - 1.0 / b) / 12.0
}

impl Fit {
    /// First uses until the end of period t, with the interval of their mean, given how many there were in all.
    pub(crate) fn until(&self, t: usize) -> [f64; 3] {
        let of_all = |bass: &Bass| bass.share(t as f64) / bass.share(self.periods as f64);
        let all = self.bass.m * self.bass.share(self.periods as f64);
        self.mean(&of_all).map(|share| share * all)
    }

    /// First uses to come in the next periods after those of the fit, with the interval that they themselves will lie in: the intervals
    /// of their mean and of counts around it, put together (Zou & Donner, Statistics in Medicine 27, 2008).
    pub(crate) fn ahead(&self, periods: usize) -> [f64; 3] {
        let (from, to) = (self.periods as f64, (self.periods + periods) as f64);
        let to_come = |bass: &Bass| bass.m * (bass.ln_rest(from).exp() - bass.ln_rest(to).exp());
        let [mean, low, high] = self.mean(&to_come);
        let (least, most) = match self.method {
            Method::Likelihood => {
                let (root, half) = (mean.sqrt(), self.width * self.dispersion.sqrt() / 2.0);
                ((root - half).max(0.0).powi(2), (root + half).powi(2))
            }
            Method::LeastSquares => {
                let half = self.width * (self.dispersion * periods as f64).sqrt();
                (mean - half, mean + half)
            }
        };
        let low = mean - ((mean - low).powi(2) + (mean - least).powi(2)).sqrt();
        [mean, low.max(0.0), mean + ((high - mean).powi(2) + (most - mean).powi(2)).sqrt()]
    }

    /// A function of the parameters with its interval, by the delta method on its logarithm.
    fn mean(&self, of: &dyn Fn(&Bass) -> f64) -> [f64; 3] {
        let value = of(&self.bass);
        let half = self.width * self.variance(&|bass| of(bass).ln()).sqrt();
        [value, value * (-half).exp(), value * half.exp()]
    }

    /// The variance of a function of the parameters, by the expected information.
    fn variance(&self, of: &dyn Fn(&Bass) -> f64) -> f64 {
        let slope = self.slopes(|bass| vec![of(bass)]);
        let means = self.slopes(|bass| bass.shares(self.periods).map(|share| bass.m * share).collect());
        let mut information = vec![0.0; 9];
        for (t, share) in self.bass.shares(self.periods).enumerate() {
            let weight = match self.method {
                Method::Likelihood => 1.0 / (self.dispersion * (self.bass.m * share).max(1e-9)),
                Method::LeastSquares => 1.0 / self.dispersion,
            };
            for i in 0..3 {
                for j in 0..=i {
                    information[i * 3 + j] += weight * means[i][t] * means[j][t];
                }
            }
        }
        // A parameter at the edge, q of 0, moves nothing; a little of a prior keeps the system solvable.
        for i in 0..3 {
            information[i * 3 + i] += 1e-9;
        }
        let slope: Vec<f64> = slope.iter().map(|slope| slope[0]).collect();
        let solved = solve(information, slope.clone()).unwrap_or_else(|| vec![f64::NAN; 3]);
        slope.iter().zip(&solved).map(|(a, b)| a * b).sum::<f64>().max(0.0)
    }

    /// The slopes of functions of the parameters in ln p, ln q and ln m.
    fn slopes(&self, of: impl Fn(&Bass) -> Vec<f64>) -> [Vec<f64>; 3] {
        std::array::from_fn(|i| {
            let moved = |way: f64| {
                let by = |j: usize| if i == j { (way * 1e-5).exp() } else { 1.0 };
                of(&Bass { p: self.bass.p * by(0), q: self.bass.q * by(1), m: self.bass.m * by(2) })
            };
            moved(1.0).iter().zip(moved(-1.0)).map(|(up, down)| (up - down) / 2e-5).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, published: f64, digits: f64) -> bool {
        (got - published).abs() <= digits
    }

    #[test]
    fn least_squares_are_those_that_are_published() {
        // Thousands sold in the United States, as in Bass (1969), and the estimates by nonlinear least squares of Mahajan, Mason &
        // Srinivasan, An evaluation of estimation procedures for new product diffusion models (1986).
        let air_conditioners = [96., 195., 238., 380., 1045., 1230., 1267., 1828., 1586., 1673., 1800., 1580., 1500.];
        let televisions = [747., 1480., 2646., 5118., 5777., 5982., 5962., 4631.];
        let dryers = [106., 319., 492., 635., 737., 890., 1397., 1523., 1294., 1240., 1425., 1260., 1236.];
        let published: [(&[f64], f64, f64, f64); 3] = [
            (&air_conditioners, 0.0094, 0.3748, 18_713.0),
            (&televisions, 0.0185, 0.6159, 39_659.0),
            (&dryers, 0.0136, 0.3267, 16_497.0),
        ];
        for (counts, p, q, m) in published {
            let fit = fit(counts, Method::LeastSquares, 0.95).expect("it is determined");
            let Bass { p: own_p, q: own_q, m: own_m } = fit.bass;
            assert!(
                close(own_p, p, 6e-5) && close(own_q, q, 6e-5) && close(own_m, m, 1.0),
                "{own_p} {own_q} {own_m} is not {p} {q} {m}"
            );
            for [estimate, low, high] in [fit.p, fit.q, fit.m] {
                assert!(0.0 < low && low < estimate && estimate < high && high.is_finite());
            }
        }
    }

    #[test]
    fn counts_of_the_model_give_its_parameters() {
        let truth = Bass { p: 0.012, q: 0.21, m: 5_000.0 };
        let counts: Vec<f64> = truth.shares(30).map(|share| truth.m * share).collect();
        for method in [Method::Likelihood, Method::LeastSquares] {
            let Bass { p, q, m } = fit(&counts, method, 0.95).expect("it is determined").bass;
            // The ceiling of the likelihood is that of whole members.
            assert!(close(p, 0.012, 5e-5) && close(q, 0.21, 5e-4) && close(m, 5_000.0, 2.0), "{p} {q} {m}");
        }
    }

    #[test]
    fn the_likelihood_is_that_of_members_with_times_of_their_own() {
        // Of 7 members 2 and 3 adopted: the multinomial of cells 2, 3 and 2, up to what does not depend on the parameters.
        let counts = [2.0, 3.0];
        let profile = Profile { counts: &counts, method: Method::Likelihood };
        let likelihood = |bass: Bass| {
            let shares: Vec<f64> = bass.shares(2).collect();
            let ways = (3..=7).map(|i| f64::from(i).ln()).sum::<f64>();
            ways + 2.0 * shares[0].ln() + 3.0 * shares[1].ln() + 2.0 * (1.0 - bass.share(2.0)).ln()
        };
        let (one, two) = (Bass { p: 0.2, q: 0.5, m: 7.0 }, Bass { p: 0.1, q: 0.9, m: 7.0 });
        let differ = -2.0 * (likelihood(one) - likelihood(two));
        assert!((profile.distance(&one) - profile.distance(&two) - differ).abs() < 1e-9);
        assert_eq!(profile.distance(&Bass { m: 4.9, ..one }), f64::INFINITY);
        // In m too: from 7 to 8, and far out as without a ceiling.
        let eight = profile.distance(&Bass { m: 8.0, ..one }) - profile.distance(&one);
        assert!((eight - -2.0 * ((8.0f64 / 3.0).ln() + one.ln_rest(2.0))).abs() < 1e-9);
        let (near, far) = (falling(1e3, 400.0), ln_gamma(1_001.0) - ln_gamma(601.0));
        assert!((near - far).abs() < 1e-8, "{near} is not {far}");
    }

    #[test]
    fn growth_without_an_end_has_no_ceiling() {
        let constant = vec![40.0; 24];
        let doubling: Vec<f64> = (0..24).map(|t| 3.0 * (0.2 * f64::from(t)).exp()).collect();
        for counts in [constant, doubling] {
            assert_eq!(fit(&counts, Method::Likelihood, 0.95).err(), Some(Undetermined::NoCeiling));
        }
        assert_eq!(fit(&[30.0; 7], Method::Likelihood, 0.95).err(), Some(Undetermined::Few));
        assert_eq!(fit(&[3.0; 9], Method::Likelihood, 0.95).err(), Some(Undetermined::Few));
    }

    #[test]
    fn early_and_late_shares_lose_no_digits() {
        // p (e^q − 1) / q, to the first order in p.
        let slow = Bass { p: 1e-9, q: 0.5, m: 1.0 };
        let first = slow.shares(1).sum::<f64>();
        assert!((first / 1.297_442_541_4e-9 - 1.0).abs() < 1e-6, "{first}");
        let late: Vec<f64> = Bass { p: 0.3, q: 0.9, m: 1.0 }.shares(41).collect();
        let ratio = late[40] / late[39];
        assert!((ratio / (-1.2f64).exp() - 1.0).abs() < 1e-9, "{ratio}");
        let sum: f64 = late.iter().sum();
        assert!((sum - Bass { p: 0.3, q: 0.9, m: 1.0 }.share(41.0)).abs() < 1e-14);
    }

    #[test]
    fn without_imitation_the_interval_of_q_begins_at_nothing() {
        let counts: Vec<f64> = (1..=20).map(|t| (1_000.0 * 0.15 * (-0.15 * f64::from(t)).exp()).round()).collect();
        let fit = fit(&counts, Method::Likelihood, 0.95).expect("it is determined");
        assert_eq!(fit.q[1], 0.0);
        assert_eq!(fit.bass.peak().filter(|peak| *peak > 1.0), None);
        let [_, low, high] = fit.ahead(5);
        assert!(low > 0.0 && high.is_finite());
    }
}
