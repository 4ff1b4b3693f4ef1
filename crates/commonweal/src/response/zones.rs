//! The zones of members' own clocks, and the groups that carry them.
use std::str::FromStr;
use std::sync::Arc;

use chrono_tz::Tz;
use hashbrown::HashMap;

use crate::community::Community;
use crate::error::{Error, Result};
use crate::hours::{BusinessHours, Clock};
use crate::view::{Dimension, Group};

/// The zone of the clock that each post is measured on, where that is not the team's.
#[derive(Debug)]
pub(super) struct Zones {
    whose: Clock,
    column: Arc<Dimension>,
    /// The name of the zone that each label of the column is; none where it is no zone.
    names: Vec<Option<&'static str>>,
}

impl Zones {
    /// None where the clock is the wall's or the team's.
    pub(super) fn of(community: &Community, hours: Option<&BusinessHours>) -> Result<Option<Self>> {
        let Some(hours) = hours.filter(|hours| hours.whose() != Clock::Team) else { return Ok(None) };
        let column = community.dimension(hours.column()).map_err(|error| match error {
            Error::UnknownDimension { name, have } => {
                let allowed =
                    "the column of the members with their time zone, as \"Europe/Berlin\" (or clock \"team\")";
                Error::option("hours.column", allowed, format!("{name:?}; there are {}", have.join(", ")))
            }
            other => other,
        })?;
        let names = column.events.labels.iter().map(|label| Tz::from_str(label.trim()).ok().map(Tz::name)).collect();
        Ok(Some(Self { whose: hours.whose(), column, names }))
    }

    /// The zone that the member of a row lived in, where it is known.
    pub(super) fn name(&self, row: usize) -> Option<&'static str> {
        self.names.get(self.column.events.code(row) as usize).copied().flatten()
    }

    /// The zone that a post is measured in; none for the team's.
    pub(super) fn of_post(&self, post: usize, answer: Option<usize>) -> Option<&'static str> {
        match self.whose {
            Clock::Team => None,
            Clock::Asker => self.name(post),
            Clock::Responder => answer.and_then(|answer| self.name(answer)),
        }
    }
}

/// Codes of groups with a zone each.
#[derive(Debug, Default)]
pub(super) struct Places {
    codes: HashMap<(u32, Option<&'static str>), u32>,
    places: Vec<(u32, Option<&'static str>)>,
}

impl Places {
    pub(super) fn code(&mut self, group: u32, zone: Option<&'static str>) -> u32 {
        *self.codes.entry((group, zone)).or_insert_with(|| {
            self.places.push((group, zone));
            self.places.len() as u32 - 1
        })
    }

    /// The labels of the group, and the name of the zone.
    pub(super) fn label(&self, code: u32, label: impl Fn(u32) -> Group) -> Group {
        let (group, zone) = self.places[code as usize];
        let mut labels = label(group);
        labels.push(zone.map(str::to_owned));
        labels
    }
}
