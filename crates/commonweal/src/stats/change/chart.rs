//! Control charts: has the level moved, told while it goes on, with a stated number of values between false alarms.
use super::{Blocks, Random};

/// Which chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Chart {
    /// Page's cumulative sums of z − k.
    Cusum {
        /// Half the shift that is to be found soonest, in standard deviations.
        k: f64,
    },
    /// The exponentially weighted moving average.
    Ewma {
        /// The weight of the newest value.
        weight: f64,
    },
}

/// Which way the level may move to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) up: bool,
    pub(crate) down: bool,
}

/// A chart being kept, of values in standard deviations from their reference.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    chart: Chart,
    sides: Sides,
    seen: usize,
    /// The sums upwards and downwards, or the average twice.
    state: [f64; 2],
    /// The first value after each was last at rest.
    start: [usize; 2],
}

impl Watch {
    pub(crate) fn new(chart: Chart, sides: Sides) -> Self {
        Self { chart, sides, seen: 0, state: [0.0; 2], start: [0; 2] }
    }

    /// Takes one more value; how far the chart is out now, and the place of the first value that took it there.
    pub(crate) fn push(&mut self, z: f64) -> (f64, usize) {
        self.seen += 1;
        let mut out = (0.0, self.seen);
        for (side, sign) in [1.0, -1.0].into_iter().enumerate() {
            let (state, size) = match self.chart {
                Chart::Cusum { k } => {
                    let sum = (self.state[side] + sign * z - k).max(0.0);
                    (sum, sum)
                }
                Chart::Ewma { weight } => {
                    let average = (1.0 - weight) * self.state[side] + weight * sign * z;
                    (average, average / (weight / (2.0 - weight)).sqrt())
                }
            };
            self.state[side] = state;
            if state <= 0.0 {
                self.start[side] = self.seen;
            }
            let told = if side == 0 { self.sides.up } else { self.sides.down };
            if told && size > out.0 {
                out = (size, self.start[side]);
            }
        }
        out
    }
}

/// Mean and standard deviation of a reference; none where it does not vary.
pub(crate) fn reference(values: &[f64]) -> Option<(f64, f64)> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (variance > 1e-18).then(|| (mean, variance.sqrt()))
}

/// How far out a chart must be for an alarm, so that without a change one comes in `run_length` values on average.
///
/// The quiet days are drawn anew in blocks, so many streams of them; each begins with a reference of `size` values, as the real one does,
/// and goes on until four run lengths. The mean number of values before an alarm is that of all values over the alarms. None where the
/// days hold next to nothing.
pub(crate) fn limit(
    days: &[Vec<f64>],
    size: usize,
    run_length: u32,
    (chart, sides): (Chart, Sides),
    streams: u32,
    random: &mut Random,
) -> Option<f64> {
    if days.iter().all(Vec::is_empty) {
        return None;
    }
    let most = 4 * run_length as usize;
    // Of each stream, each new extreme and when it came.
    let mut extremes: Vec<Vec<(f64, usize)>> = vec![];
    for _ in 0..streams {
        let mut blocks = Blocks::new(days.len());
        let (mut first, mut watch, mut scale) = (Vec::with_capacity(size), Watch::new(chart, sides), None);
        let (mut found, mut seen): (Vec<(f64, usize)>, usize) = (vec![], 0);
        'stream: loop {
            for x in &days[blocks.next(random)] {
                let Some((mean, deviation)) = scale else {
                    first.push(*x);
                    if first.len() == size {
                        scale = Some(reference(&first)?);
                    }
                    continue;
                };
                seen += 1;
                let (out, _) = watch.push((x - mean) / deviation);
                if found.last().is_none_or(|(most, _)| out > *most) {
                    found.push((out, seen));
                }
                if seen == most {
                    break 'stream;
                }
            }
        }
        extremes.push(found);
    }
    let mean_run = |limit: f64| {
        let runs = extremes.iter().map(|found| {
            let first = found.partition_point(|(out, _)| *out <= limit);
            found.get(first).map_or((most, 0u32), |(_, at)| (*at, 1))
        });
        let (values, alarms) = runs.fold((0usize, 0u32), |(values, alarms), (n, alarm)| (values + n, alarms + alarm));
        values as f64 / f64::from(alarms.max(1))
    };
    let (mut low, mut high) = (0.0, extremes.iter().flatten().map(|(out, _)| *out).fold(1.0, f64::max));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if mean_run(middle) < f64::from(run_length) { low = middle } else { high = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Sides = Sides { up: true, down: true };
    const DOWN: Sides = Sides { up: false, down: true };

    #[test]
    fn sums_by_hand() {
        let mut watch = Watch::new(Chart::Cusum { k: 0.5 }, BOTH);
        // Up: 0.5, 0, 0.5, 2; down: 0, 0.5, 0, 0.
        let told: Vec<(f64, usize)> = [1.0, -1.0, 1.0, 2.0].into_iter().map(|z| watch.push(z)).collect();
        assert_eq!(told, [(0.5, 0), (0.5, 1), (0.5, 2), (2.0, 2)]);
        let mut watch = Watch::new(Chart::Cusum { k: 0.5 }, DOWN);
        assert_eq!(watch.push(3.0).0, 0.0);
        assert_eq!(watch.push(-3.0).0, 2.5);
    }

    #[test]
    fn averages_by_hand() {
        let mut watch = Watch::new(Chart::Ewma { weight: 0.5 }, BOTH);
        let scale = (0.5f64 / 1.5).sqrt();
        let (out, start) = watch.push(1.0);
        assert!((out - 0.5 / scale).abs() < 1e-12 && start == 0);
        let (out, start) = watch.push(-2.0);
        // 0.25 − 1 = −0.75: below since the second value.
        assert!((out - 0.75 / scale).abs() < 1e-12 && start == 1, "{out} {start}");
    }

    #[test]
    fn the_limit_is_near_the_published_one() {
        // One-sided, known reference, independent and normal: Siegmund's approximation gives h = 22.2 at k = 0.1 and a run length of 5,000.
        let mut random = Random::new(5, 0);
        let normal = |random: &mut Random| {
            let (u, v) = (1.0 - random.unit(), random.unit());
            (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
        };
        let days: Vec<Vec<f64>> = (0..2_000).map(|_| (0..20).map(|_| normal(&mut random)).collect()).collect();
        let chart = (Chart::Cusum { k: 0.1 }, DOWN);
        let found = limit(&days, 20_000, 5_000, chart, 200, &mut random).expect("a limit");
        assert!((20.0..24.5).contains(&found), "{found}");
        // An alarm either way comes twice as often, so the limit is higher.
        let both = limit(&days, 20_000, 5_000, (Chart::Cusum { k: 0.1 }, BOTH), 200, &mut random).expect("a limit");
        assert!(both > found + 1.0, "{both} {found}");
    }

    #[test]
    fn of_nothing_there_is_no_limit() {
        let chart = (Chart::Cusum { k: 0.1 }, BOTH);
        assert_eq!(limit(&[], 5, 100, chart, 10, &mut Random::new(1, 1)), None);
        assert_eq!(limit(&[vec![], vec![]], 5, 100, chart, 10, &mut Random::new(1, 1)), None);
        assert_eq!(limit(&[vec![0.5; 9]], 5, 100, chart, 10, &mut Random::new(1, 1)), None);
    }
}
