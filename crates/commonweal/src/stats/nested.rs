//! The share of those who came so far that came further, when some are still under way.
use super::normal::z;
use super::proportion::wilson;

/// One whose time was watched: until it ended, or until nobody watched any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Watched {
    pub(crate) time: i64,
    pub(crate) ended: bool,
}

/// `F_further(t) / F_near(t)` with its interval, both Kaplan–Meier estimates of the same individuals, in the same order, where nobody gets
/// further who did not get near. None where nobody got near.
///
/// Variance by the influence functions of both estimates (Reid, *Influence functions for censored data*, Annals of Statistics 9, 1981), so
/// that what they share cancels; without censoring it is that of a binomial share. The interval is symmetric on the logit scale; at 0 and
/// 1, Wilson's of those who got near.
pub(crate) fn share_of(further: &[Watched], near: &[Watched], t: i64, confidence: f64) -> Option<[f64; 3]> {
    let ((f, f_influence), (g, g_influence)) = (influence(further, t), influence(near, t));
    if g <= 0.0 {
        return None;
    }
    let share = f / g;
    let came = |all: &[Watched]| all.iter().filter(|w| w.ended && w.time <= t).count() as i64;
    if came(further) == 0 || share >= 1.0 - 1e-12 {
        let near = came(near);
        return wilson(if came(further) == 0 { 0 } else { near }, near, confidence);
    }
    let n = further.len() as f64;
    let each = f_influence.iter().zip(&g_influence).map(|(a, b)| (a - share * b) / g);
    let error = each.map(|x| x * x).sum::<f64>().sqrt() / n;
    let (logit, half) = ((share / (1.0 - share)).ln(), z(confidence) * error / (share * (1.0 - share)));
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    Some([share, back(logit - half), back(logit + half)])
}

/// `F(t) = 1 − S(t)`, and for each individual how much it moves the estimate, n times.
fn influence(all: &[Watched], t: i64) -> (f64, Vec<f64>) {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_unstable_by_key(|i| all[*i].time);
    let n = all.len() as f64;
    let (mut survival, mut sum, mut at_risk) = (1.0f64, 0.0f64, all.len());
    let mut influence = vec![0.0; all.len()];
    for instant in order.chunk_by(|a, b| all[*a].time == all[*b].time) {
        let ended = instant.iter().filter(|i| all[**i].ended).count();
        let (y, left) = (at_risk as f64, (at_risk - ended) as f64);
        if all[instant[0]].time <= t && ended > 0 {
            survival *= left / y;
            sum += ended as f64 * n / (y * left);
            for i in instant {
                influence[*i] = (if all[*i].ended { n / left } else { 0.0 }) - sum;
            }
        } else {
            instant.iter().for_each(|i| influence[*i] = -sum);
        }
        at_risk -= instant.len();
    }
    // Where all have ended, nobody can move it.
    let scale = if survival > 0.0 { survival } else { 0.0 };
    influence.iter_mut().for_each(|x| *x = if scale > 0.0 { *x * scale } else { 0.0 });
    (1.0 - survival, influence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn watched(rows: &[(i64, bool)]) -> Vec<Watched> {
        rows.iter().map(|&(time, ended)| Watched { time, ended }).collect()
    }

    #[test]
    fn without_censoring_it_is_a_binomial_share() {
        // 40 of 100 get near by 10, 12 of those further; the rest is watched to 50.
        let near: Vec<_> = (0..100).map(|i| (if i < 40 { i % 9 } else { 50 }, i < 40)).collect();
        let further: Vec<_> = (0..100).map(|i| (if i < 12 { i % 9 + 1 } else { 50 }, i < 12)).collect();
        let [share, low, high] = share_of(&watched(&further), &watched(&near), 10, 0.95).expect("some got near");
        assert!((share - 0.3).abs() < 1e-12);
        let error = (0.3f64 * 0.7 / 40.0).sqrt() / (0.3 * 0.7);
        let logit = (0.3f64 / 0.7).ln();
        let end = |s: f64| 1.0 / (1.0 + (-(logit + s * 1.959_963_984_540_054 * error)).exp());
        assert!((low - end(-1.0)).abs() < 1e-9 && (high - end(1.0)).abs() < 1e-9, "{low} {high}");
    }

    #[test]
    fn none_and_all_have_wilsons_interval() {
        let near = watched(&[(1, true), (2, true), (30, false)]);
        assert_eq!(share_of(&watched(&[(30, false); 3]), &near, 10, 0.95), wilson(0, 2, 0.95));
        assert_eq!(share_of(&near, &near, 10, 0.95), wilson(2, 2, 0.95));
        assert_eq!(share_of(&watched(&[(30, false)]), &watched(&[(30, false)]), 10, 0.95), None);
    }

    proptest! {
        #[test]
        fn the_influences_add_up_to_nothing(rows in proptest::collection::vec((0i64..20, any::<bool>()), 2..60), t in 0i64..20) {
            let (f, influence) = influence(&watched(&rows), t);
            prop_assert!((0.0..=1.0).contains(&f));
            prop_assert!(influence.iter().sum::<f64>().abs() < 1e-6 * rows.len() as f64);
        }

        #[test]
        fn its_variance_is_greenwoods(rows in proptest::collection::vec((0i64..20, any::<bool>()), 2..60), t in 0i64..20) {
            let all = watched(&rows);
            let (f, influence) = influence(&all, t);
            let n = all.len() as f64;
            let variance = influence.iter().map(|x| x * x).sum::<f64>() / (n * n);
            let mut times: Vec<i64> = all.iter().filter(|w| w.ended && w.time <= t).map(|w| w.time).collect();
            times.sort_unstable();
            times.dedup();
            let greenwood: f64 = times.iter().map(|u| {
                let at_risk = all.iter().filter(|w| w.time >= *u).count() as f64;
                let ended = all.iter().filter(|w| w.ended && w.time == *u).count() as f64;
                if at_risk > ended { ended / (at_risk * (at_risk - ended)) } else { 0.0 }
            }).sum();
            let expected = (1.0 - f) * (1.0 - f) * greenwood;
            prop_assert!((variance - expected).abs() < 1e-9 * (1.0 + expected), "{variance} {expected}");
        }
    }
}
