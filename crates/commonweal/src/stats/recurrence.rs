//! How often something has happened again by a time: the mean of cumulative counts under censoring.

/// The mean cumulative function: how many events one run has had by each time since its start, runs being watched for different times.
///
/// Nelson, *Recurrent Events Data Analysis* (2003): at each time, events over the runs still watched, added up.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct MeanCumulative {
    times: Vec<f64>,
    means: Vec<f64>,
}

impl MeanCumulative {
    /// Of events (time, how many) of runs that were watched until these ends.
    pub(crate) fn new(mut events: Vec<(f64, f64)>, mut ends: Vec<f64>) -> Self {
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        ends.sort_by(f64::total_cmp);
        let (mut found, mut mean, mut over) = (Self::default(), 0.0, 0);
        for now in events.chunk_by(|a, b| a.0 == b.0) {
            let time = now[0].0;
            while over < ends.len() && ends[over] < time {
                over += 1;
            }
            // The runs that an event is of are watched at its time; more than that rounding can't tell.
            let watched = (ends.len() - over).max(1) as f64;
            mean += now.iter().map(|(_, n)| n).sum::<f64>() / watched;
            found.times.push(time);
            found.means.push(mean);
        }
        found
    }

    /// The mean number of events by a time.
    pub(crate) fn at(&self, time: f64) -> f64 {
        self.times.partition_point(|t| *t <= time).checked_sub(1).map_or(0.0, |last| self.means[last])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_count_over_those_still_watched() {
        // Three runs, watched for 1, 4 and 4; events at 1, at 2 twice, at 3.
        let mean = MeanCumulative::new(vec![(2.0, 2.0), (1.0, 1.0), (3.0, 1.0)], vec![4.0, 1.0, 4.0]);
        assert_eq!(
            [0.5, 1.0, 2.0, 2.5, 9.0].map(|time| mean.at(time)),
            [0.0, 1.0 / 3.0, 4.0 / 3.0, 4.0 / 3.0, 11.0 / 6.0]
        );
        assert_eq!(MeanCumulative::new(vec![], vec![1.0]).at(1.0), 0.0);
    }
}
