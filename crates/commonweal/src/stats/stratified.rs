//! Two classes compared within strata: Mantel–Haenszel estimates, which hold whether strata are few and large or many and small.
//!
//! Mantel & Haenszel, *Statistical aspects of the analysis of data from retrospective studies of disease*, JNCI 22 (1959); variance of the
//! odds ratio by Robins, Breslow & Greenland, Biometrics 42 (1986); of the ratio of risks by Greenland & Robins, Biometrics 41 (1985); of
//! their difference by Sato, Biometrics 45 (1989).
use super::normal::z;

/// One stratum: how many there are of each class, and how many of them did it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Stratum {
    /// Of the class of interest: did it, all.
    pub(crate) exposed: [f64; 2],
    /// Of the other class.
    pub(crate) others: [f64; 2],
}

/// The estimates, each with its interval; none where the strata do not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct MantelHaenszel {
    /// Those in strata that hold both classes: the only ones that are compared.
    pub(crate) matched: f64,
    pub(crate) difference: Option<[f64; 3]>,
    pub(crate) risk_ratio: Option<[f64; 3]>,
    pub(crate) odds_ratio: Option<[f64; 3]>,
}

impl MantelHaenszel {
    pub(crate) fn new(strata: impl IntoIterator<Item = Stratum>, confidence: f64) -> Self {
        let (mut matched, mut weight, mut difference, mut sato) = (0.0, 0.0, 0.0, [0.0; 2]);
        let (mut risk, mut risk_spread) = ([0.0; 2], 0.0);
        let (mut odds, mut odds_spread) = ([0.0; 2], [0.0; 3]);
        for Stratum { exposed: [a, n1], others: [c, n0] } in strata {
            if n1 <= 0.0 || n0 <= 0.0 {
                continue;
            }
            let (n, b, d) = (n1 + n0, n1 - a, n0 - c);
            matched += n;
            weight += n1 * n0 / n;
            difference += (a * n0 - c * n1) / n;
            sato[0] += (n1 * n1 * c - n0 * n0 * a + n1 * n0 * (n0 - n1) / 2.0) / (n * n);
            sato[1] += (a * d + c * b) / (2.0 * n);
            risk[0] += a * n0 / n;
            risk[1] += c * n1 / n;
            risk_spread += (n1 * n0 * (a + c) - a * c * n) / (n * n);
            let ([r, s], [p, q]) = ([a * d / n, b * c / n], [(a + d) / n, (b + c) / n]);
            odds[0] += r;
            odds[1] += s;
            odds_spread[0] += p * r;
            odds_spread[1] += p * s + q * r;
            odds_spread[2] += q * s;
        }
        let z = z(confidence);
        // Where all or none did it in every stratum, nothing varies, and no interval is had.
        let varies = weight > 0.0 && sato[1] > 0.0;
        let difference = varies.then(|| {
            let estimate = difference / weight;
            let half = z * ((estimate * sato[0] + sato[1]).max(0.0)).sqrt() / weight;
            [estimate, (estimate - half).max(-1.0), (estimate + half).min(1.0)]
        });
        let ratio = |[above, below]: [f64; 2], variance: f64| {
            let (estimate, factor) = (above / below, (z * variance.max(0.0).sqrt()).exp());
            (above > 0.0 && below > 0.0).then_some([estimate, estimate / factor, estimate * factor])
        };
        let [r, s] = odds;
        let odds_variance =
            odds_spread[0] / (2.0 * r * r) + odds_spread[1] / (2.0 * r * s) + odds_spread[2] / (2.0 * s * s);
        Self {
            matched,
            difference,
            risk_ratio: ratio(risk, risk_spread / (risk[0] * risk[1])),
            odds_ratio: ratio(odds, odds_variance),
        }
    }
}

/// How strongly something that was not measured would have to go with both, class and outcome, to explain a ratio of risks away: for the
/// estimate, and for the end of its interval that is nearer to 1 (1 where the interval holds it).
///
/// VanderWeele & Ding, *Sensitivity analysis in observational research: introducing the E-value*, Annals of Internal Medicine 167 (2017).
pub(crate) fn e_value([estimate, low, high]: [f64; 3]) -> [f64; 2] {
    let of = |ratio: f64| {
        let ratio = if ratio < 1.0 { 1.0 / ratio } else { ratio };
        ratio + (ratio * (ratio - 1.0)).sqrt()
    };
    let limit = if low > 1.0 {
        of(low)
    } else if high < 1.0 {
        of(high)
    } else {
        1.0
    };
    [of(estimate), limit]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The University Group Diabetes Program (1970), deaths on tolbutamide and on placebo below and above the age of 55, as in Rothman's
    /// textbooks.
    const DIABETES: [Stratum; 2] = [
        Stratum { exposed: [8.0, 106.0], others: [5.0, 120.0] },
        Stratum { exposed: [22.0, 98.0], others: [16.0, 85.0] },
    ];

    // StratifiedTable of statsmodels 0.14 gives both ratios, and the interval of the odds ratio; the others are worked out by hand.
    const ODDS_RATIO: [f64; 3] = [1.403_148_543, 0.762_515_168, 2.582_015_306];
    const RISK_RATIO: [f64; 3] = [1.325_555_324, 0.797_907_040, 2.202_132_365];
    const DIFFERENCE: [f64; 3] = [0.034_900_269, -0.027_627_846, 0.097_428_385];

    fn close(got: Option<[f64; 3]>, expected: [f64; 3], error: f64) -> bool {
        got.is_some_and(|got| got.iter().zip(expected).all(|(a, b)| (a - b).abs() < error))
    }

    #[test]
    fn as_in_the_textbook() {
        let found = MantelHaenszel::new(DIABETES, 0.95);
        assert!(close(found.risk_ratio, RISK_RATIO, 1e-6), "{found:?}");
        assert!(close(found.odds_ratio, ODDS_RATIO, 1e-6), "{found:?}");
        assert!(close(found.difference, DIFFERENCE, 1e-6), "{found:?}");
        assert_eq!(found.matched, 409.0);
    }

    #[test]
    fn one_class_alone_tells_nothing() {
        let alone = Stratum { exposed: [5.0, 9.0], others: [0.0, 0.0] };
        assert_eq!(MantelHaenszel::new([alone], 0.95), MantelHaenszel::default());
        let with = MantelHaenszel::new([alone, DIABETES[0], DIABETES[1]], 0.95);
        assert_eq!(with, MantelHaenszel::new(DIABETES, 0.95));
        // All did it: no variance, no interval out of nothing.
        let all = MantelHaenszel::new([Stratum { exposed: [4.0, 4.0], others: [3.0, 3.0] }], 0.95);
        assert_eq!((all.difference, all.odds_ratio), (None, None));
    }

    #[test]
    fn e_values_as_published() {
        // VanderWeele & Ding: a ratio of 3.9 (1.8 to 8.7) has E-values of 7.26 and 3.0.
        let [estimate, limit] = e_value([3.9, 1.8, 8.7]);
        assert!((estimate - 7.26).abs() < 5e-3 && (limit - 3.0).abs() < 5e-3, "{estimate} {limit}");
        let [below, limit] = e_value([1.0 / 3.9, 0.1, 1.2]);
        assert!((below - 7.26).abs() < 5e-3);
        assert_eq!(limit, 1.0);
    }
}
