//! How positive messages are at a moment: multinomial, with log-weights that the channel, the launch and the outage
//! shift.

use super::rhythm::{Calendar, fading};
use super::world::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Positive,
    Neutral,
    Negative,
}

impl Tone {
    pub(super) const ALL: [Self; 3] = [Self::Positive, Self::Neutral, Self::Negative];
}

/// The shift of the mood at `time`, by launch and outage. The outage's effect halves every so many days.
pub(super) fn shift(calendar: &Calendar, time: i64) -> f64 {
    let (depth, half_life) = OUTAGE_MOOD;
    fading(time, calendar.launch, LAUNCH_MOOD)
        + fading(time, calendar.outage, (depth, half_life / std::f64::consts::LN_2))
}

/// The probabilities of the tones, in the order of [`Tone::ALL`].
pub(super) fn tones(shift: f64) -> [f64; 3] {
    let (positive, negative) = (libm::exp(MOOD.0 + shift), libm::exp(MOOD.1 - shift));
    let sum = positive + 1.0 + negative;
    [positive / sum, 1.0 / sum, negative / sum]
}
