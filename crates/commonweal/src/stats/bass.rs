//! The Bass model of diffusion, fitted to counts of first uses by period.
//!
//! Expected first uses of period t: m (F(t) − F(t − 1)), F(t) = (1 − e^{−(p+q)t}) / (1 + (q/p) e^{−(p+q)t}).
mod ahead;
mod profile;

use statrs::distribution::{ContinuousCDF, FisherSnedecor};

use super::minimise::descend;
use profile::Profile;

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

#[cfg(test)]
mod tests {
    use statrs::function::gamma::ln_gamma;

    use super::profile::falling;
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
