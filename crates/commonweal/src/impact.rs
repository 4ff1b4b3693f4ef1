//! What a launch, a training or a campaign changed: an interrupted time series.
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::stats::autoregression::{Autoregression, Known};

/// A figure with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// The figure.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// How likely chance makes as much, either way.
    pub p_value: f64,
}

/// What one period would have been.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expected {
    /// What the model says of the period, with what the interruption changed.
    pub fitted: f64,
    /// What it would have been without, and the interval of that level. Before the interruption both are the same.
    pub expected: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What an interruption changed of a series, see [`impact`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Impact {
    /// Periods with a value before it.
    pub before: usize,
    /// Periods with a value since.
    pub after: usize,
    /// How much of an error is in that of the next period, −0.8 to 0.98.
    pub autocorrelation: f64,
    /// The change of level at once.
    pub level: Effect,
    /// The change of slope, for each period.
    pub slope: Effect,
    /// The change of all periods since, on average.
    pub average: Effect,
    /// What the periods since would have been on average.
    pub expected: f64,
    /// The series as the model has it.
    pub series: Vec<Expected>,
}

/// Periods with a value that it takes before the interruption, and since.
const LEAST: [usize; 2] = [8, 4];
/// Periods, at most.
const MOST: usize = 100_000;

/// What an interruption at the period `at` changed of a series of one value a period.
///
/// # Formula
/// value = a + b·t + season + Σ c·control + level·\[t ≥ 0\] + slope·t·\[t ≥ 0\] + error, t in periods since the interruption; season is one
/// addend for each place in `season` periods (7 for the weekdays of a daily series), where that is given. The errors go on: each has a share
/// ρ of the one before, from −0.8 to 0.98. With flat priors on the coefficients, on the logarithm of the errors' deviation and on that of
/// (1 + ρ) / (1 − ρ), how many errors tell as much as one that stands alone, what is known of a change is a mixture over ρ of Student's
/// distributions: value is its mean, the interval is its central one, p_value twice its lesser tail. average = level + slope · mean(t) over the periods since with a value.
///
/// # Edge cases
/// A period without a value is left out, and the errors around it are that much less alike. It takes 8 periods with a value before and 4
/// since, and as many more as there are seasons and controls. An interruption is one where it is the only thing that changed then: controls
/// are series of those that it could not reach, and have a value wherever the series has.
///
/// # Errors
/// [`Error::Declined`] where there are too few periods, or the columns explain all or can't be told apart; [`Error::InvalidOption`] for
/// `at` outside of the series, controls of another length or without a value, `season` below 2, confidence outside of (0, 1).
///
/// # Source
/// Wagner, Soumerai, Zhang & Ross-Degnan, J Clin Pharm Ther 27 (2002), on segmented regression; Zellner & Tiao, JASA 59 (1964), on the errors; why
/// not least squares with a mended variance: Turner, Forbes, Karahalios, Taljaard & McKenzie, BMC Med Res Methodol 21 (2021).
///
/// ```
/// # fn main() -> commonweal::Result<()> {
/// // Ten a week with some noise, and four more from the twelfth on.
/// let series: Vec<Option<f64>> = (0..24).map(|i| Some(10.0 + f64::from(i * i % 5) / 4.0 + if i < 12 { 0.0 } else { 4.0 })).collect();
/// let found = commonweal::impact(&series, 12, None, &[], 0.95)?;
/// assert!(found.average.low > 0.0 && found.level.p_value < 0.001 && found.slope.p_value > 0.05);
/// # Ok(())
/// # }
/// ```
pub fn impact(
    series: &[Option<f64>],
    at: usize,
    season: Option<usize>,
    controls: &[Vec<Option<f64>>],
    confidence: f64,
) -> Result<Impact> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Error::option("confidence", "between 0 and 1, as 0.95", confidence));
    }
    if series.len() > MOST {
        return Err(Error::option("series", format!("of at most {MOST} periods"), series.len()));
    }
    if at == 0 || at >= series.len() {
        return Err(Error::option("at", "within the series", format!("period {at} of {}", series.len())));
    }
    if let Some(season) = season.filter(|season| *season < 2) {
        return Err(Error::option("season", "a number of periods, 2 or more, or none", season));
    }
    let mut values: Vec<(usize, f64)> = series
        .iter()
        .enumerate()
        .filter_map(|(place, value)| Some((place, value.filter(|value| value.is_finite())?)))
        .collect();
    for (i, control) in controls.iter().enumerate() {
        let lacks = |place: &usize| control.get(*place).copied().flatten().is_none_or(|value| !value.is_finite());
        if let Some(place) = values.iter().map(|(place, _)| *place).find(lacks) {
            let got = format!("none at period {place} of control {i}");
            return Err(Error::option("controls", "a value wherever the series has one", got));
        }
    }
    let before = values.iter().filter(|(place, _)| *place < at).count();
    let after = values.len() - before;
    let columns = 4 + season.map_or(0, |season| season - 1) + controls.len();
    let needs = [LEAST[0].max(columns + 3), LEAST[1]];
    if before < needs[0] || after < needs[1] {
        let needs = format!("{} periods with a value before the interruption and {} since", needs[0], needs[1]);
        return Err(Error::declined("impact", needs, format!("there are {before} and {after}")));
    }
    // Level and slope of the interruption come first. Controls are in deviations, so that what is far from nothing can be told apart.
    let mean = |control: &Vec<Option<f64>>| {
        let known = values.iter().filter_map(|(place, _)| control[*place]);
        let n = values.len() as f64;
        let mean = known.clone().sum::<f64>() / n;
        let spread = (known.map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt();
        (mean, if spread > 0.0 { spread } else { 1.0 })
    };
    let scaled: Vec<(f64, f64)> = controls.iter().map(mean).collect();
    let row =
        |place: usize| -> Vec<f64> {
            let t = place as f64 - at as f64;
            let since = f64::from(place >= at);
            let mut row = vec![since, since * t, 1.0, t / series.len() as f64];
            if let Some(season) = season {
                row.extend((1..season).map(|slot| f64::from(place % season == slot)));
            }
            row.extend(controls.iter().zip(&scaled).map(|(control, (mean, spread))| {
                (control.get(place).copied().flatten().unwrap_or(*mean) - mean) / spread
            }));
            row
        };
    // In deviations, so that a series that is far from nothing varies as one that is near.
    let level = values.iter().map(|(_, value)| value).sum::<f64>() / values.len() as f64;
    values.iter_mut().for_each(|(_, value)| *value -= level);
    let Some(fit) = Autoregression::fit(&values, row) else {
        let needs = "a series that varies beyond what trend, season and controls explain, and those not explained by each other";
        return Err(Error::declined("impact", needs, "it does not"));
    };
    let told = |of: &[f64]| -> Effect {
        let Known { value, low, high, p_value } = fit.sum(of, confidence);
        Effect { value, low, high, p_value }
    };
    let only =
        |start: [f64; 2]| -> Vec<f64> { start.into_iter().chain(std::iter::repeat_n(0.0, columns - 2)).collect() };
    let since = values.iter().filter(|(place, _)| *place >= at).map(|(place, _)| *place);
    let far = since.clone().map(|place| (place - at) as f64).sum::<f64>() / after as f64;
    let without = |place: usize| -> Vec<f64> {
        let mut row = row(place);
        row[..2].fill(0.0);
        row
    };
    let told_series: Vec<Expected> = (0..series.len())
        .into_par_iter()
        .map(|place| {
            let Known { value: expected, low, high, .. } = fit.sum(&without(place), confidence);
            let fitted = if place < at { expected } else { fit.value(&row(place)) };
            Expected { fitted: level + fitted, expected: level + expected, low: level + low, high: level + high }
        })
        .collect();
    let expected = since.map(|place| told_series[place].expected).sum::<f64>() / after as f64;
    Ok(Impact {
        before,
        after,
        autocorrelation: fit.correlation(),
        level: told(&only([1.0, 0.0])),
        slope: told(&only([0.0, 1.0])),
        average: told(&only([1.0, far])),
        expected,
        series: told_series,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A wave of no trend: 0, 1, 0, −1, with a little of another.
    fn noise(i: usize) -> f64 {
        [0.0, 1.0, 0.0, -1.0][i % 4] + [0.2, -0.1, -0.1][i % 3]
    }

    fn series(n: usize, at: usize, level: f64, slope: f64) -> Vec<Option<f64>> {
        let of = |i: usize| {
            let since = i.checked_sub(at);
            50.0 + 0.5 * i as f64 + noise(i) + since.map_or(0.0, |t| level + slope * t as f64)
        };
        (0..n).map(|i| Some(of(i))).collect()
    }

    #[test]
    fn level_and_slope_are_told() {
        let found = impact(&series(80, 40, 10.0, 0.5), 40, None, &[], 0.95).unwrap();
        assert_eq!((found.before, found.after), (40, 40));
        for (effect, truth) in [(found.level, 10.0), (found.slope, 0.5), (found.average, 10.0 + 0.5 * 19.5)] {
            assert!(effect.low < truth && truth < effect.high && effect.p_value < 0.001, "{effect:?} {truth}");
        }
        assert!((found.level.value - 10.0).abs() < 1.0 && (found.expected - (50.0 + 0.5 * 59.5)).abs() < 1.0);
        let last = found.series[79];
        assert!((last.expected - 89.5).abs() < 2.0 && (last.fitted - last.expected - 29.5).abs() < 2.0);
        assert_eq!(found.series[0].fitted, found.series[0].expected);
    }

    #[test]
    fn a_trend_is_no_impact() {
        let found = impact(&series(80, 40, 0.0, 0.0), 40, None, &[], 0.95).unwrap();
        for effect in [found.level, found.slope, found.average] {
            assert!(effect.low < 0.0 && 0.0 < effect.high && effect.p_value > 0.05, "{effect:?}");
        }
    }

    #[test]
    fn seasons_and_controls_are_taken_off() {
        // A week of −20 on two days, and a wave of 15 that a control has as well: neither is noise then.
        let wave = |i: usize| 15.0 * ((i as f64) / 9.0).sin();
        let week = |i: usize| if i % 7 > 4 { -20.0 } else { 0.0 };
        let all: Vec<Option<f64>> =
            series(84, 50, 5.0, 0.0).iter().enumerate().map(|(i, y)| Some(y.unwrap() + wave(i) + week(i))).collect();
        let control: Vec<Option<f64>> = (0..84).map(|i| Some(1_000.0 + wave(i))).collect();
        let plain = impact(&all, 50, None, &[], 0.95).unwrap();
        let found = impact(&all, 50, Some(7), &[control], 0.95).unwrap();
        let width = |impact: &Impact| impact.average.high - impact.average.low;
        assert!(width(&found) < 0.3 * width(&plain), "{found:?} {plain:?}");
        assert!(found.average.low < 5.0 && 5.0 < found.average.high);
    }

    #[test]
    fn units_do_not_matter() {
        let all = series(60, 30, 4.0, 0.1);
        let times: Vec<Option<f64>> = all.iter().map(|y| y.map(|y| 1e6 * y)).collect();
        let (one, other) = (impact(&all, 30, None, &[], 0.9).unwrap(), impact(&times, 30, None, &[], 0.9).unwrap());
        assert!((other.average.low / one.average.low / 1e6 - 1.0).abs() < 1e-6);
    }

    #[test]
    fn how_far_from_nothing_a_series_is_does_not_matter() {
        let all = series(60, 30, 4.0, 0.1);
        let far: Vec<Option<f64>> = all.iter().map(|y| y.map(|y| 1e8 + y)).collect();
        let (one, other) = (impact(&all, 30, None, &[], 0.9).unwrap(), impact(&far, 30, None, &[], 0.9).unwrap());
        assert!((other.average.low / one.average.low - 1.0).abs() < 1e-4);
        assert!((other.expected - 1e8 - one.expected).abs() < 1e-4);
        assert!((other.series[59].high - 1e8 - one.series[59].high).abs() < 1e-4);
    }

    #[test]
    fn what_is_missing_is_left_out() {
        let mut all = series(80, 40, 10.0, 0.0);
        for i in [3, 17, 18, 19, 44, 60] {
            all[i] = None;
        }
        all[61] = Some(f64::NAN);
        let found = impact(&all, 40, None, &[], 0.95).unwrap();
        assert_eq!((found.before, found.after, found.series.len()), (36, 37, 80));
        assert!(found.level.low < 10.0 && 10.0 < found.level.high);
    }

    #[test]
    fn what_it_declines_and_refuses() {
        let error = |series: &[Option<f64>], at: usize, season, controls: &[Vec<Option<f64>>]| {
            impact(series, at, season, controls, 0.95).unwrap_err().to_string()
        };
        let all = series(30, 15, 1.0, 0.0);
        assert_eq!(
            error(&all, 5, None, &[]),
            "impact needs 8 periods with a value before the interruption and 4 since; there are 5 and 25"
        );
        assert_eq!(error(&all, 0, None, &[]), "at must be within the series, got period 0 of 30");
        assert_eq!(error(&all, 15, Some(1), &[]), "season must be a number of periods, 2 or more, or none, got 1");
        assert_eq!(
            error(&all, 15, None, &[vec![Some(1.0); 10]]),
            "controls must be a value wherever the series has one, got none at period 10 of control 0"
        );
        let flat = vec![Some(2.0); 30];
        assert!(error(&flat, 15, None, &[]).contains("a series that varies"));
        let line: Vec<Option<f64>> = (0..30).map(|i| Some(f64::from(i))).collect();
        assert!(error(&line, 15, None, &[]).contains("a series that varies"));
        assert!(error(&all, 15, None, &[vec![Some(7.0); 30]]).contains("a series that varies"));
    }
}
