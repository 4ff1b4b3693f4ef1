//! What a fit of diffusion says of the past and of what is to come.
use super::super::linear::solve;
use super::{Bass, Fit, Method};

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
