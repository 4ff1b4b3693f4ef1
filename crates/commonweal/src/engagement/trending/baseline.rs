//! What follows the first message of a thread in a window, by the windows of the past.
use crate::stats::counts::surprise;
use crate::stats::recurrence::MeanCumulative;

/// Messages that a channel is taken to have had beforehand, at the community's mean.
const PRIOR_MESSAGES: f64 = 4.0;

/// Threads that a channel is taken to have had beforehand, as bursty as the community's.
const PRIOR_THREADS: f64 = 50.0;

/// Threads of the past that it takes to say what is usual.
pub(super) const LEAST_RUNS: usize = 10;

/// A thread in one window of the past: from its first message there to the end of the window, on the channel's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    pub(super) channel: usize,
    pub(super) length: f64,
    /// Messages after the first.
    pub(super) further: f64,
}

/// How many messages follow the first, and how much that varies.
#[derive(Debug)]
pub(super) struct Baseline {
    mean: MeanCumulative,
    /// No mean is less: half a message over all threads of the past.
    least: f64,
    channels: Vec<Channel>,
}

/// How a channel's threads differ from those of the community.
#[derive(Clone, Copy, Debug)]
struct Channel {
    /// Messages for one of the community's.
    rate: f64,
    /// Variance beyond the mean, for the square of the mean: of the threads, and since the rate is not known exactly.
    dispersion: f64,
}

impl Baseline {
    /// Of the runs of the past and their messages (time since the first, how many), in channels 0 to `channels`. None where there are too
    /// few.
    pub(super) fn new(runs: &[Run], messages: Vec<(f64, f64)>, channels: usize) -> Option<Self> {
        if runs.len() < LEAST_RUNS || messages.is_empty() {
            return None;
        }
        let mean = MeanCumulative::new(messages, runs.iter().map(|run| run.length).collect());
        let mut baseline = Self { mean, least: 0.5 / runs.len() as f64, channels: vec![] };
        let means: Vec<f64> = runs.iter().map(|run| baseline.usual(run.length)).collect();
        // First as if messages came singly, then as bursty as they are found to be.
        let mut rates = rates(runs, &means, channels, 0.0);
        let all = runs
            .iter()
            .zip(&means)
            .fold(Spread::default(), |all, (run, mean)| all.add(run.further, rates[run.channel].0 * mean));
        let burst = all.dispersion().unwrap_or(0.0);
        rates = self::rates(runs, &means, channels, burst);
        let mut own = vec![Spread::default(); channels];
        for (run, mean) in runs.iter().zip(&means) {
            own[run.channel] = own[run.channel].add(run.further, rates[run.channel].0 * mean);
        }
        let prior = PRIOR_THREADS * all.squares / runs.len() as f64;
        baseline.channels = rates
            .into_iter()
            .zip(own)
            .map(|((rate, known), own)| {
                let dispersion = ((own.excess + burst * prior) / (own.squares + prior)).max(0.0);
                Channel { rate, dispersion: dispersion + 1.0 / known }
            })
            .collect();
        Some(baseline)
    }

    /// Messages after the first, within a time on the clock, in a channel like the community.
    fn usual(&self, length: f64) -> f64 {
        self.mean.at(length).max(self.least)
    }

    /// How many messages are expected after the first, and how surprising this many are.
    pub(super) fn judge(&self, run: &Run) -> (f64, f64) {
        let Channel { rate, dispersion } = self.channels[run.channel];
        let mean = rate * self.usual(run.length);
        (mean, surprise(run.further as u64, mean, dispersion))
    }
}

/// The rate of each channel, and how many messages' worth is known of it: the mean of a Gamma posterior, each thread weighted by what it
/// tells where counts are as bursty as this.
fn rates(runs: &[Run], means: &[f64], channels: usize, burst: f64) -> Vec<(f64, f64)> {
    let mut sums = vec![(PRIOR_MESSAGES, PRIOR_MESSAGES); channels];
    for (run, mean) in runs.iter().zip(means) {
        let weight = 1.0 / (1.0 + burst * mean);
        sums[run.channel].0 += weight * run.further;
        sums[run.channel].1 += weight * mean;
    }
    sums.into_iter().map(|(found, expected)| (found / expected, expected)).collect()
}

/// Sums for the dispersion by moments: Σ ((y − m)² − m) / Σ m².
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    excess: f64,
    squares: f64,
}

impl Spread {
    fn add(self, found: f64, mean: f64) -> Self {
        Self { excess: self.excess + (found - mean).powi(2) - mean, squares: self.squares + mean * mean }
    }

    fn dispersion(&self) -> Option<f64> {
        (self.squares > 0.0).then(|| (self.excess / self.squares).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(of: &[(usize, usize, f64)]) -> (Vec<Run>, Vec<(f64, f64)>) {
        let runs: Vec<Run> = of
            .iter()
            .flat_map(|(channel, n, further)| {
                std::iter::repeat_n(Run { channel: *channel, length: 10.0, further: *further }, *n)
            })
            .collect();
        let messages = runs.iter().filter(|run| run.further > 0.0).map(|run| (5.0, run.further)).collect();
        (runs, messages)
    }

    #[test]
    fn a_channel_is_held_against_its_own_past() {
        // In channel 0 two messages follow, in channel 1 twenty; channel 2 has no past and is taken to be like all.
        let (past, messages) = runs(&[(0, 500, 2.0), (1, 500, 20.0)]);
        let baseline = Baseline::new(&past, messages, 3).expect("enough");
        let judge = |channel: usize, further: f64| baseline.judge(&Run { channel, length: 10.0, further });
        assert!((judge(0, 0.0).0 - 2.0).abs() < 0.2 && (judge(1, 0.0).0 - 20.0).abs() < 0.2);
        assert_eq!(judge(2, 0.0).0, 11.0);
        assert!(judge(0, 20.0).1 > judge(1, 20.0).1 + 3.0);
        // Before anything usually follows, one message is a surprise.
        assert!(baseline.judge(&Run { channel: 0, length: 1.0, further: 1.0 }).1 > 2.0);
    }

    #[test]
    fn bursty_channels_surprise_less() {
        let (past, messages) = runs(&[(0, 400, 5.0), (1, 360, 1.0), (1, 40, 41.0)]);
        let baseline = Baseline::new(&past, messages, 2).expect("enough");
        let judge = |channel: usize| baseline.judge(&Run { channel, length: 10.0, further: 20.0 }).1;
        assert!(judge(0) > 2.0 * judge(1) && judge(1) > 0.5);
    }

    #[test]
    fn too_little_past_tells_nothing() {
        let (past, messages) = runs(&[(0, 9, 2.0)]);
        assert!(Baseline::new(&past, messages, 1).is_none());
        let (past, messages) = runs(&[(0, 50, 0.0)]);
        assert!(Baseline::new(&past, messages, 1).is_none());
    }
}
