//! Change points of a weighted mean: optimal partitions, and how large a gain chance alone makes.
use super::{Blocks, Random};

/// Values and their weights, summed up, so that the cost of any stretch is one look.
#[derive(Debug)]
pub(crate) struct Costs {
    weight: Vec<f64>,
    sum: Vec<f64>,
    square: Vec<f64>,
}

impl Costs {
    /// Of (weight, value), in order.
    pub(crate) fn new(values: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut costs = Self { weight: vec![0.0], sum: vec![0.0], square: vec![0.0] };
        let [mut weight, mut sum, mut square] = [0.0; 3];
        for (w, x) in values {
            weight += w;
            sum += w * x;
            square += w * x * x;
            costs.weight.push(weight);
            costs.sum.push(sum);
            costs.square.push(square);
        }
        costs
    }

    pub(crate) fn len(&self) -> usize {
        self.weight.len() - 1
    }

    /// Σ w (x − mean)² over `[from, to)`.
    pub(crate) fn cost(&self, from: usize, to: usize) -> f64 {
        let weight = self.weight[to] - self.weight[from];
        let sum = self.sum[to] - self.sum[from];
        if weight > 0.0 { (self.square[to] - self.square[from] - sum * sum / weight).max(0.0) } else { 0.0 }
    }

    /// The mean over `[from, to)`.
    pub(crate) fn mean(&self, from: usize, to: usize) -> f64 {
        (self.sum[to] - self.sum[from]) / (self.weight[to] - self.weight[from])
    }

    /// How much a change at `at` explains of `[from, to)`.
    pub(crate) fn gain(&self, from: usize, at: usize, to: usize) -> f64 {
        self.cost(from, to) - self.cost(from, at) - self.cost(at, to)
    }

    /// The most that one change, with at least `shortest` values on either side, explains of all.
    pub(crate) fn most(&self, shortest: usize) -> f64 {
        let last = self.len().saturating_sub(shortest);
        (shortest..=last).map(|at| self.gain(0, at, self.len())).fold(0.0, f64::max)
    }
}

/// Where new stretches begin, so that the costs of all stretches and `penalty` for each change are least; none is shorter than `shortest`.
///
/// Killick, Fearnhead & Eckley, *Optimal detection of changepoints with a linear computational cost*, JASA 107 (2012). A beginning that is
/// pruned at t goes at t + `shortest`, when the better one has become possible.
pub(crate) fn pelt(costs: &Costs, shortest: usize, penalty: f64) -> Vec<usize> {
    let (n, shortest) = (costs.len(), shortest.max(1));
    if n < 2 * shortest {
        return vec![];
    }
    let mut least = vec![f64::INFINITY; n + 1];
    least[0] = -penalty;
    let mut before = vec![0usize; n + 1];
    // Beginnings, and from where on they are out.
    let mut open: Vec<(usize, usize)> = vec![];
    for to in shortest..=n {
        let enters = to - shortest;
        if least[enters].is_finite() {
            open.push((enters, usize::MAX));
        }
        open.retain(|(_, out)| *out > to);
        for (from, _) in &open {
            let total = least[*from] + costs.cost(*from, to) + penalty;
            if total < least[to] {
                (least[to], before[to]) = (total, *from);
            }
        }
        for (from, out) in &mut open {
            if least[*from] + costs.cost(*from, to) >= least[to] {
                *out = (*out).min(to + shortest);
            }
        }
    }
    let mut found = vec![];
    let mut at = before[n];
    while at > 0 {
        found.push(at);
        at = before[at];
    }
    found.reverse();
    found
}

/// What chance makes of histories like this one without a change: the most that one change explains, in each of those that are drawn.
/// In order of size.
pub(crate) fn chance(
    values: &[(f64, f64)],
    stretches: &[usize],
    shortest: usize,
    draws: u32,
    random: &mut Random,
) -> Vec<f64> {
    let mut gains = drawn(values, stretches, draws, random, |costs| costs.most(shortest));
    gains.sort_unstable_by(f64::total_cmp);
    gains
}

/// What `make` makes of each of `draws` histories like this one without a change: drawn anew in blocks of neighbours from the values with the
/// level of their stretch taken off. `stretches` is where all but the first begin.
pub(crate) fn drawn<T>(
    values: &[(f64, f64)],
    stretches: &[usize],
    draws: u32,
    random: &mut Random,
    mut make: impl FnMut(&Costs) -> T,
) -> Vec<T> {
    let costs = Costs::new(values.iter().copied());
    let mut left = Vec::with_capacity(values.len());
    let ends = stretches.iter().copied().chain([values.len()]);
    let mut from = 0;
    for to in ends {
        let mean = costs.mean(from, to);
        left.extend(values[from..to].iter().map(|(weight, value)| (*weight, value - mean)));
        from = to;
    }
    let mut history = || {
        let mut blocks = Blocks::new(left.len());
        make(&Costs::new((0..left.len()).map(|_| left[blocks.next(random)])))
    };
    (0..draws).map(|_| history()).collect()
}

/// The change points that chance makes in at most a share `alpha` of the histories without any, and what chance makes.
///
/// What is a change and what is noise depend on each other: it begins with all taken for noise, and takes the changes off that are found
/// until no more are. So it errs on the side of finding none.
pub(crate) fn significant(
    values: &[(f64, f64)],
    shortest: usize,
    alpha: f64,
    draws: u32,
    seed: u64,
) -> (Vec<usize>, Vec<f64>, f64) {
    let costs = Costs::new(values.iter().copied());
    let (mut found, mut gains, mut penalty): (Vec<usize>, Vec<f64>, f64) = (vec![], vec![], f64::INFINITY);
    if values.len() < 2 * shortest.max(1) {
        return (found, gains, penalty);
    }
    for _ in 0..ROUNDS {
        gains = chance(values, &found, shortest, draws, &mut Random::new(seed, 1));
        let place = ((1.0 - alpha) * (gains.len() + 1) as f64).ceil() as usize;
        // With too few draws for this level nothing can be told.
        penalty = gains.get(place.saturating_sub(1)).copied().unwrap_or(f64::INFINITY);
        // What rounding leaves of equal values is no change.
        penalty = penalty.max(1e-9 * costs.square[costs.len()]);
        let now = pelt(&costs, shortest, penalty);
        if now.len() <= found.len() {
            break;
        }
        found = now;
    }
    (found, gains, penalty)
}

/// Times that changes are taken off.
const ROUNDS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The best of all partitions, by trying each.
    fn naive(values: &[(f64, f64)], shortest: usize, penalty: f64) -> f64 {
        let costs = Costs::new(values.iter().copied());
        let n = values.len();
        (0u32..1 << (n - 1))
            .filter_map(|cuts| {
                let starts: Vec<usize> = (1..n).filter(|i| cuts & (1 << (i - 1)) != 0).collect();
                let ends = [0].into_iter().chain(starts.iter().copied()).zip(starts.iter().copied().chain([n]));
                let stretches: Vec<(usize, usize)> = ends.collect();
                let fits = stretches.iter().all(|(from, to)| to - from >= shortest);
                fits.then(|| {
                    stretches.iter().map(|(from, to)| costs.cost(*from, *to)).sum::<f64>()
                        + penalty * starts.len() as f64
                })
            })
            .fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn no_partition_is_better(
            values in prop::collection::vec((0.5f64..3.0, -2i32..3), 2..11), shortest in 1usize..4, penalty in 0.1f64..6.0,
        ) {
            let values: Vec<(f64, f64)> = values.into_iter().map(|(w, x)| (w, f64::from(x))).collect();
            prop_assume!(values.len() >= 2 * shortest);
            let costs = Costs::new(values.iter().copied());
            let found = pelt(&costs, shortest, penalty);
            let bounds: Vec<usize> = [0].into_iter().chain(found.iter().copied()).chain([values.len()]).collect();
            prop_assert!(bounds.windows(2).all(|two| two[1] - two[0] >= shortest));
            let cost: f64 = bounds.windows(2).map(|two| costs.cost(two[0], two[1])).sum();
            let total = cost + penalty * found.len() as f64;
            let best = naive(&values, shortest, penalty);
            prop_assert!((total - best).abs() < 1e-9, "{total} is not {best}");
        }
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        let step = |i: usize| if i < 70 { 0.0 } else { 1.0 };
        let values: Vec<(f64, f64)> = (0..120).map(|i| (1.0, step(i) + (i % 2) as f64 * 0.2)).collect();
        let (found, gains, penalty) = significant(&values, 3, 0.05, 99, 1);
        assert_eq!(found, [70]);
        // 70 · 50 / 120 · (the difference of the means)².
        let gain = Costs::new(values.iter().copied()).gain(0, 70, 120);
        assert!(
            (gain - 70.0 * 50.0 / 120.0).abs() < 1e-9 && gain > penalty && gains.iter().all(|chance| *chance < gain)
        );
    }

    #[test]
    fn of_equal_values_nothing_is_found() {
        let values = vec![(2.0, 0.3); 50];
        assert_eq!(significant(&values, 2, 0.05, 99, 1).0, Vec::<usize>::new());
        assert_eq!(significant(&values[..3], 2, 0.05, 99, 1).0, Vec::<usize>::new());
    }
}
