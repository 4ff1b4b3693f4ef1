//! The log-rank test: do groups wait equally long?
//!
//! At each time that something ends, with n at risk and d ended in all, n_j and d_j in group j, the hypergeometric law says how many
//! ends group j would have if all were alike: E_j = Σ d n_j / n, with covariance Σ d (n − d) / (n − 1) · n_j / n · (δ_jk − n_k / n).
//! The statistic (O − E)ᵀ V⁻¹ (O − E), one group left out, is χ² with one degree of freedom less than there are groups. Mantel, *Cancer
//! Chemotherapy Reports* 50 (1966); Peto & Peto, *JRSS A* 135 (1972). Ties are exact.
use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::survival::Step;

/// The outcome of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogRank {
    /// χ² under the hypothesis that the groups are alike.
    pub(crate) statistic: f64,
    /// The probability of a statistic as large or larger under it.
    pub(crate) p: f64,
}

/// The test on two groups or more. None where nothing can be told: fewer than two groups with somebody at risk, or nothing ended while
/// there were two.
pub(crate) fn log_rank(groups: &[&[Step]]) -> Option<LogRank> {
    let mut steps: Vec<(i64, usize, u64, u64)> = vec![];
    for (group, own) in groups.iter().enumerate() {
        steps.extend(own.iter().map(|s| (s.time, group, s.ended, s.censored)));
    }
    steps.sort_unstable();
    let mut at_risk: Vec<f64> = groups.iter().map(|g| g.iter().map(|s| (s.ended + s.censored) as f64).sum()).collect();
    // The last group is known from the others.
    let free = groups.len().checked_sub(1)?;
    let mut excess = vec![0.0f64; free];
    let mut covariance = vec![vec![0.0f64; free]; free];
    for instant in steps.chunk_by(|a, b| a.0 == b.0) {
        let n: f64 = at_risk.iter().sum();
        let d = instant.iter().map(|(_, _, ended, _)| *ended as f64).sum::<f64>();
        if d > 0.0 {
            for (_, group, ended, _) in instant.iter().filter(|(_, group, ..)| *group < free) {
                excess[*group] += *ended as f64;
            }
            let scale = if n > 1.0 { d * (n - d) / (n - 1.0) } else { 0.0 };
            for j in 0..free {
                let share = at_risk[j] / n;
                excess[j] -= d * share;
                for k in 0..free {
                    covariance[j][k] += scale * share * (f64::from(u8::from(j == k)) - at_risk[k] / n);
                }
            }
        }
        for (_, group, ended, censored) in instant {
            at_risk[*group] -= (ended + censored) as f64;
        }
    }
    let (statistic, rank) = quadratic(excess, covariance)?;
    let law = ChiSquared::new(rank as f64).ok()?;
    Some(LogRank { statistic, p: law.sf(statistic) })
}

/// xᵀ V⁻¹ x and the rank of V, by Cholesky's decomposition; groups that were never at risk with others add nothing. None for rank 0.
fn quadratic(mut x: Vec<f64>, mut v: Vec<Vec<f64>>) -> Option<(f64, usize)> {
    let scale = v.iter().enumerate().map(|(i, row)| row[i]).fold(0.0, f64::max);
    let (mut sum, mut rank) = (0.0, 0);
    for i in 0..x.len() {
        let pivot = v[i][i];
        if pivot <= scale * 1e-12 {
            continue;
        }
        sum += x[i] * x[i] / pivot;
        rank += 1;
        let row = v[i].clone();
        for j in i + 1..x.len() {
            let factor = v[j][i] / pivot;
            x[j] -= factor * x[i];
            v[j].iter_mut().zip(&row).for_each(|(v, above)| *v -= factor * above);
        }
    }
    (rank > 0).then_some((sum, rank))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::textbook::{MERCAPTOPURINE, PLACEBO};

    fn steps(rows: &[(i64, u64, u64)]) -> Vec<Step> {
        rows.iter().map(|&(time, ended, censored)| Step { time, ended, censored }).collect()
    }

    fn remission() -> [Vec<Step>; 2] {
        [steps(&MERCAPTOPURINE), steps(&PLACEBO)]
    }

    #[test]
    fn the_textbook_test() {
        // As survdiff of R's survival package and the textbooks give it: 16.79 with one degree of freedom.
        let [drug, placebo] = remission();
        let test = log_rank(&[&drug, &placebo]).expect("a test");
        assert!((test.statistic - 16.793).abs() < 5e-4, "{test:?}");
        assert!((test.p - 4.17e-5).abs() < 5e-7);
        assert_eq!(
            log_rank(&[&placebo, &drug]).map(|t| (t.statistic * 1e9).round()),
            Some((test.statistic * 1e9).round())
        );
    }

    #[test]
    fn a_group_split_in_two_alike_halves_takes_a_degree_of_freedom() {
        let [drug, placebo] = remission();
        let half = |steps: &[Step]| {
            steps.iter().map(|s| Step { ended: s.ended * 2, censored: s.censored * 2, ..*s }).collect()
        };
        let (twice, both): (Vec<Step>, Vec<Step>) = (half(&drug), half(&placebo));
        let three = log_rank(&[&drug, &drug, &both]).expect("a test");
        let two = log_rank(&[&twice, &both]).expect("a test");
        assert!((three.statistic - two.statistic).abs() < 1e-9 && three.p > two.p);
        // A group of nobody changes nothing.
        let empty = log_rank(&[&[], &drug, &placebo]).expect("a test");
        assert!((empty.statistic - log_rank(&[&drug, &placebo]).expect("a test").statistic).abs() < 1e-9);
        assert!((empty.p - 4.17e-5).abs() < 5e-7);
    }

    #[test]
    fn nothing_can_be_told_of_nothing() {
        let open = steps(&[(3, 0, 4)]);
        assert_eq!(log_rank(&[]), None);
        assert_eq!(log_rank(&[&open]), None);
        assert_eq!(log_rank(&[&open, &open]), None);
        assert_eq!(log_rank(&[&steps(&[(3, 2, 2)]), &[]]), None);
    }
}
