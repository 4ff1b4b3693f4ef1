//! How unequally a total is shared out: of values, and how many members have each.

/// Values above 0 in ascending order, each once, with how many members have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Concentration {
    values: Vec<(u32, u32)>,
    members: u64,
    total: u128,
}

/// The members that there must be for Gini to have an error, and in the top for its share: of fewer, an interval holds the truth too
/// rarely (`docs/simulations/inequality.py`).
const ENOUGH: [u64; 2] = [30, 10];

/// The fewest who together have some share of the total, and with them all who have as much as the least of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Core {
    pub(crate) members: u64,
    /// What the least of them has.
    pub(crate) from: u32,
    /// What they have together.
    pub(crate) total: u128,
}

impl Concentration {
    /// Values in ascending order. Those of 0, and those that nobody has, are left out.
    pub(crate) fn new(values: impl IntoIterator<Item = (u32, u32)>) -> Self {
        let mut found = Self::default();
        for (value, members) in values.into_iter().filter(|(value, members)| *value > 0 && *members > 0) {
            found.values.push((value, members));
            found.members += u64::from(members);
            found.total += u128::from(value) * u128::from(members);
        }
        found
    }

    pub(crate) fn values(&self) -> &[(u32, u32)] {
        &self.values
    }

    pub(crate) fn members(&self) -> u64 {
        self.members
    }

    pub(crate) fn total(&self) -> u128 {
        self.total
    }

    /// The Gini coefficient, 2 Σ i·x_i / (n Σ x) − (n + 1) / n with x in ascending order. None of nobody.
    pub(crate) fn gini(&self) -> Option<f64> {
        let (n, mut before, mut ranked) = (u128::from(self.members), 0u128, 0u128);
        for (value, members) in &self.values {
            let members = u128::from(*members);
            // The ranks of those alike add up to half of this.
            ranked += u128::from(*value) * members * (2 * before + members + 1);
            before += members;
        }
        // In whole numbers up to here, so that equal shares are exactly 0.
        let excess = ranked.saturating_sub((n + 1) * self.total);
        (n > 0).then(|| excess as f64 / (n * self.total) as f64)
    }

    /// Gini and its standard error. None of fewer than [`ENOUGH`].
    ///
    /// Davidson, *Reliable inference for the Gini index*, Journal of Econometrics 150 (2009), equation 15, members who have the same
    /// sharing their ranks.
    pub(crate) fn gini_with_error(&self) -> Option<[f64; 2]> {
        let gini = self.gini()?;
        let n = self.members as f64;
        let (mut before, mut sum) = (0.0, 0.0);
        let error = self.error(|value, members| {
            let z = value * ((2.0 * before + members) / n - gini - 1.0) - (2.0 * sum + value * members) / n;
            before += members;
            sum += value * members;
            z
        });
        (self.members >= ENOUGH[0]).then_some([gini, error?])
    }

    /// The share of the total that the ⌈n/parts⌉ members with most have. None of nobody.
    pub(crate) fn top(&self, parts: u64) -> Option<f64> {
        self.top_and_least(parts).map(|(share, _)| share)
    }

    /// The same with what the least of them has.
    fn top_and_least(&self, parts: u64) -> Option<(f64, u32)> {
        let (mut left, mut sum, mut least) = (self.members.div_ceil(parts), 0u128, 0);
        for (value, members) in self.values.iter().rev() {
            let taken = left.min(u64::from(*members));
            sum += u128::from(*value) * u128::from(taken);
            left -= taken;
            least = *value;
            if left == 0 {
                break;
            }
        }
        (self.members > 0).then(|| (sum as f64 / self.total as f64, least))
    }

    /// The share of the top and its standard error, by its influence function. None of fewer than [`ENOUGH`] in the top.
    pub(crate) fn top_with_error(&self, parts: u64) -> Option<[f64; 2]> {
        let (share, least) = self.top_and_least(parts)?;
        let (size, least) = (self.members.div_ceil(parts), f64::from(least));
        let threshold = least * size as f64 / self.members as f64;
        let error = self.error(|value, _| (value - least).max(0.0) + threshold - share * value)?;
        (size >= ENOUGH[1]).then_some([share, error])
    }

    /// The standard error of a mean of what each value says, in units of the mean value. Values are asked for in ascending order.
    fn error(&self, mut says: impl FnMut(f64, f64) -> f64) -> Option<f64> {
        let n = self.members as f64;
        let (mut sum, mut squares) = (0.0, 0.0);
        for (value, members) in &self.values {
            let z = says(f64::from(*value), f64::from(*members));
            sum += z * f64::from(*members);
            squares += z * z * f64::from(*members);
        }
        let mean = self.total as f64 / n;
        (self.members > 1).then(|| ((squares - sum * sum / n).max(0.0) / (n - 1.0) / n).sqrt() / mean)
    }

    /// The smallest number of members who together have half or more. None of nobody.
    pub(crate) fn half(&self) -> Option<u64> {
        let (mut sum, mut taken) = (0u128, 0);
        for (value, members) in self.values.iter().rev() {
            let (value, missing) = (u128::from(*value), (self.total.div_ceil(2)).saturating_sub(sum));
            let needed = missing.div_ceil(value);
            if needed <= u128::from(*members) {
                return Some(taken + needed as u64);
            }
            sum += value * u128::from(*members);
            taken += u64::from(*members);
        }
        None
    }

    /// The core that has `share` or more of the total. Members who have the same are in it together, or none of them. None of nobody.
    pub(crate) fn core(&self, share: f64) -> Option<Core> {
        let mut core = Core { members: 0, from: 0, total: 0 };
        for (value, members) in self.values.iter().rev() {
            core.members += u64::from(*members);
            core.from = *value;
            core.total += u128::from(*value) * u128::from(*members);
            if core.total as f64 / self.total as f64 >= share {
                break;
            }
        }
        (self.members > 0).then_some(core)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u32]) -> Concentration {
        let mut sorted = values.to_vec();
        sorted.sort_unstable();
        Concentration::new(sorted.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u32)))
    }

    #[test]
    fn by_hand() {
        // 1, 2, 3, 4: Σ i·x = 30, so 60/40 − 5/4.
        assert_eq!(of(&[4, 1, 3, 2]).gini(), Some(0.25));
        assert_eq!(of(&[4, 1, 3, 2]).top(100), Some(0.4));
        assert_eq!(of(&[4, 1, 3, 2]).half(), Some(2));
        // One of five does all but four: 8 of 12.
        let one = of(&[1, 1, 1, 1, 8]);
        assert_eq!((one.half(), one.core(0.5)), (Some(1), Some(Core { members: 1, from: 8, total: 8 })));
        assert_eq!(one.core(0.8), Some(Core { members: 5, from: 1, total: 12 }));
        // 0.55 of 100 is met by 55, whatever the floating point makes of 0.55 · 100.
        assert_eq!(of(&[45, 55]).core(0.55).map(|core| core.members), Some(1));
    }

    #[test]
    fn errors_are_those_of_leaving_one_out() {
        // The jackknife: the same to the first order, whatever the formula.
        let values: Vec<u32> = (0..300).map(|i| 1 + i * i / 900).collect();
        let n = values.len() as f64;
        let without = |figure: &dyn Fn(&Concentration) -> f64| {
            let all: Vec<f64> =
                (0..values.len()).map(|i| figure(&of(&[&values[..i], &values[i + 1..]].concat()))).collect();
            let mean = all.iter().sum::<f64>() / n;
            ((n - 1.0) / n * all.iter().map(|x| (x - mean).powi(2)).sum::<f64>()).sqrt()
        };
        let [gini, error] = of(&values).gini_with_error().expect("members");
        assert_eq!(Some(gini), of(&values).gini());
        assert!((error / without(&|c| c.gini().expect("members")) - 1.0).abs() < 0.02);
        let [top, error] = of(&values).top_with_error(10).expect("thirty");
        assert_eq!(Some(top), of(&values).top(10));
        assert!((error / without(&|c| c.top(10).expect("members")) - 1.0).abs() < 0.1);
        assert_eq!(of(&values).top_with_error(100), None);
        assert_eq!(of(&[4]).gini_with_error(), None);
    }

    #[test]
    fn the_ends() {
        let nobody = of(&[]);
        assert_eq!((nobody.gini(), nobody.top(100), nobody.half(), nobody.core(0.5)), (None, None, None, None));
        // A sole contributor shares with nobody, and is the core.
        let sole = of(&[7]);
        assert_eq!((sole.gini(), sole.top(100), sole.half()), (Some(0.0), Some(1.0), Some(1)));
        assert_eq!(sole.core(0.5), Some(Core { members: 1, from: 7, total: 7 }));
        // Equals are the core together.
        let equals = of(&[3; 10]);
        assert_eq!((equals.gini(), equals.half()), (Some(0.0), Some(5)));
        assert_eq!(equals.core(0.5).map(|core| core.members), Some(10));
        assert_eq!(equals.core(1.0).map(|core| core.members), Some(10));
    }

    #[test]
    fn as_much_as_there_can_be_does_not_overflow() {
        let most = Concentration::new([(1, u32::MAX), (u32::MAX, u32::MAX)]);
        assert!(most.gini().is_some_and(|gini| (gini - 0.5).abs() < 1e-6));
        assert_eq!(most.half(), Some(u64::from(u32::MAX) / 2 + 1));
    }

    proptest! {
        #[test]
        fn as_defined(values in prop::collection::vec(1u32..40, 1..80)) {
            let found = of(&values);
            let mut x = values;
            x.sort_unstable();
            let (n, sum) = (x.len() as f64, f64::from(x.iter().sum::<u32>()));
            let ranked: f64 = x.iter().enumerate().map(|(i, x)| (i as f64 + 1.0) * f64::from(*x)).sum();
            prop_assert!((found.gini().unwrap() - (2.0 * ranked / (n * sum) - (n + 1.0) / n)).abs() < 1e-12);
            // Half the mean absolute difference, over the mean: the other definition.
            let pairs: f64 = x.iter().flat_map(|a| x.iter().map(|b| f64::from(a.abs_diff(*b)))).sum();
            prop_assert!((found.gini().unwrap() - pairs / (2.0 * n * sum)).abs() < 1e-12);
            x.reverse();
            for parts in [100, 10] {
                let top: u32 = x[..x.len().div_ceil(parts)].iter().sum();
                prop_assert_eq!(found.top(parts as u64), Some(f64::from(top) / sum));
            }
            let half = (1..=x.len()).find(|k| 2.0 * f64::from(x[..*k].iter().sum::<u32>()) >= sum).unwrap();
            prop_assert_eq!(found.half(), Some(half as u64));
            let core = found.core(0.5).unwrap();
            prop_assert_eq!(core.from, x[half - 1]);
            prop_assert_eq!(core.members, x.iter().filter(|x| **x >= core.from).count() as u64);
        }
    }
}
