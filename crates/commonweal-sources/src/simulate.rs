//! A simulated community: realistic, reproducible, and with parameters that are known.
//!
//! Made for demonstrations, and for tests that compare an estimate with the truth. People join along an S-curve with a
//! launch campaign, write by day and in the week in their own time zones, ask, answer, thank, complain and celebrate,
//! and leave; a bot answers within seconds; an outage turns the mood. What is true of all that is in [`Truth`].
//!
//! The same [`Simulation`] gives the same tables on every platform, given the same version of this crate and of its
//! time zone data.
//!
//! ```
//! use commonweal_sources::simulate::{Simulation, simulate};
//!
//! let simulated = simulate(&Simulation { members: 200, days: 120, ..Simulation::default() })?;
//! assert_eq!(simulated.members.height(), 200);
//! let help = simulated.truth.channels.iter().find(|channel| channel.channel == "help");
//! assert_eq!(help.map(|help| help.response.never_answered), Some(0.32));
//! # Ok::<(), commonweal_sources::simulate::SimulateError>(())
//! ```

mod answers;
mod crowd;
mod draw;
mod echoes;
mod frames;
mod handovers;
mod log;
mod measure;
mod mood;
mod names;
mod openings;
mod people;
mod phrases;
mod posts;
mod replies;
mod rhythm;
mod text;
mod truth;
mod world;

#[cfg(test)]
mod recovery;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use polars::prelude::{DataFrame, PolarsError};

pub use truth::*;

use draw::{Draw, Stream};
use log::{Act, Kind, NONE};

/// What to simulate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Rows of the members table, the staff (2.5 %, at least two) and two bots included: at least 20. Default 1000.
    pub members: usize,
    /// Days of the span: at least 1. Default 365.
    pub days: u32,
    /// The seed: another seed is another community with the same parameters. Default 0.
    pub seed: u64,
    /// First day of the span. Default 2024-01-01, a Monday.
    pub start: NaiveDate,
    /// The zone in which days and weeks of the span are counted. Members live in zones of their own. Default UTC.
    pub tz: Tz,
}

impl Default for Simulation {
    fn default() -> Self {
        let start = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
        Self { members: 1000, days: 365, seed: 0, start, tz: Tz::UTC }
    }
}

/// A simulated community.
#[derive(Clone, Debug)]
pub struct Simulated {
    /// The events in the order of time: `time`, `member`, `kind`, `id`, `thread`, `parent`, `channel`, `platform`,
    /// `text`, `target`.
    ///
    /// Reactions, views and shares have the message as `parent`; a `resolve` has the accepted reply as `parent` and
    /// comes from the poster; an `assign` comes from the staff, with the department as `target`. Joins and leaves have neither thread nor channel. An act whose author is lost has no
    /// `member`.
    pub events: DataFrame,
    /// The members in the order of joining: `member`, `name` (invented; null for some), `joined`, `left`, `role`,
    /// `department`, `location`, `timezone`.
    pub members: DataFrame,
    /// The parameters behind them.
    pub truth: Truth,
}

/// Why a community could not be simulated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// An option is out of its range.
    #[error("{option} must be {allowed}, got {got}")]
    InvalidOption {
        /// The option.
        option: &'static str,
        /// What it takes, in words.
        allowed: &'static str,
        /// The value given.
        got: String,
    },
    /// polars refused an operation.
    #[error(transparent)]
    Polars(#[from] PolarsError),
}

/// Simulates a community.
///
/// About 75 events per member and year, a million in about a second.
///
/// # Errors
///
/// Where `members` is not in 20..=10 000 000, `days` not in 1..=36 525, or `start` not in the years 1970 to 2200.
pub fn simulate(simulation: &Simulation) -> Result<Simulated, SimulateError> {
    check(simulation)?;
    let draw = |stream| Draw::new(simulation.seed, stream);
    let calendar = rhythm::Calendar::new(simulation);
    let mut people = people::people(&calendar, simulation.members, &mut draw(Stream::People));
    let posts = posts::posts(&calendar, &mut people, &mut draw(Stream::Posts));
    let mut acts = replies::Talk::new(&calendar, &people).acts(&posts, &mut draw(Stream::Replies));
    echoes::echo(&calendar, &people, &mut draw(Stream::Echoes), &mut acts);
    echoes::comings_and_goings(&people, &mut acts);
    handovers::hand_over(&calendar, &people, &mut draw(Stream::Handovers), &mut acts);
    lose_authors(&mut acts, &mut draw(Stream::Authors));
    let (events, tones) = frames::events(&calendar, &people, &acts, simulation.seed)?;
    let truth = measure::truth(simulation, &calendar, &posts, &people, tones);
    Ok(Simulated { events, members: frames::members(&people)?, truth })
}

fn check(simulation: &Simulation) -> Result<(), SimulateError> {
    let refuse = |option, allowed, got: String| Err(SimulateError::InvalidOption { option, allowed, got });
    let Simulation { members, days, start, .. } = simulation;
    if !(20..=10_000_000).contains(members) {
        return refuse("members", "from 20 to 10000000", members.to_string());
    }
    if !(1..=36_525).contains(days) {
        return refuse("days", "from 1 to 36525", days.to_string());
    }
    if !(1970..=2200).contains(&start.year()) {
        return refuse("start", "in the years 1970 to 2200", start.to_string());
    }
    Ok(())
}

/// Some acts lose their author, as those of deleted accounts do in exports.
fn lose_authors(acts: &mut [Act], draw: &mut Draw) {
    let bots = 0..world::BOTS as u32;
    for act in acts.iter_mut().filter(|act| !act.signed && !bots.contains(&act.who)) {
        if draw.chance(world::LOST_AUTHORS) && !matches!(act.kind, Kind::Join | Kind::Leave) {
            act.who = NONE;
        }
    }
}
