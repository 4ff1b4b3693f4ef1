//! What all KPIs of the family share: what waits, for whom, and by which clock.
//!
//! A KPI bundles these options in [`Asked`], and every duration in [`super::waits::Waits`] is one of open time where there are `hours`;
//! none is the wall clock. The tables know nothing of the schedule: a post is its time and the wall-clock wait, and
//! [`super::waits::waits`] measures both anew. Only where the clock is not the team's does the name of the zone travel, as the last label
//! of the group. What measures on its own, as the age of a backlog at some time, uses [`crate::hours::Meter::between`].
use std::sync::Arc;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::acts::{Acts, WaitsBuilder};
use crate::community::{Community, Whole};
use crate::error::{Error, Result};
use crate::hours::{BusinessHours, Clock};
use crate::kpi::table::{Labelled, TableBuilder, Tally};
use crate::kpi::{Part, Periods, Scope, Shape, Table};
use crate::period::Every;
use crate::schema::Role;
use crate::view::Questions;

/// Whose reply is a response. A bot's never is, nor the asker's own, nor that of an unknown author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Responder {
    /// Any other person's.
    #[default]
    Any,
    /// A member of staff's.
    Staff,
    /// That of a person who is not staff.
    Peer,
}

impl Responder {
    pub(super) fn accepts(self, role: Option<Role>) -> bool {
        match (self, role) {
            (_, None | Some(Role::Bot)) => false,
            (Self::Any, _) => true,
            (Self::Staff, Some(role)) => role == Role::Staff,
            (Self::Peer, Some(role)) => role == Role::Member,
        }
    }
}

/// What waits for a response.
///
/// A *turn* is one wait of an asker in a conversation. An asker is who has a post in the thread. A turn starts with a message of theirs
/// (the post, or a reply of their own) when they are not waiting already, and ends with the next response; what they write in between
/// belongs to it. So the turns of an asker in a thread follow each other, and where a thread has one post, its first turn is the wait of
/// that post. Of one instant, what askers write comes before what answers it. A post of an unknown author is one turn: who writes again
/// can't be told. With `questions_only`, a turn starts with a message that asks, not with thanks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Each post.
    #[default]
    Post,
    /// Each turn of an asker.
    Turn,
}

/// The tables of a response KPI: waits by the time they began and their length, and, for suppression, the askers; then the posts of which
/// nobody can tell whether they ask, as they have no text.
pub(super) const SHAPES: &[Shape] = &[Shape::sums(1), Shape::sums(1), Shape::sums(1)];

/// Stands for the wait of a post without an answer. It goes on ageing until `finish`, so the table does not depend on the end of
/// observation.
pub(super) const OPEN: i64 = -1;

/// Refuses the clocks of members: what is open at one time is measured by one clock.
pub(super) fn one_clock(hours: Option<&BusinessHours>) -> Result<()> {
    let clock = match hours.map_or(Clock::Team, BusinessHours::whose) {
        Clock::Team => return Ok(()),
        Clock::Asker => "\"asker\"",
        Clock::Responder => "\"responder\"",
    };
    Err(Error::option("hours.clock", "\"team\": what is open at one time is measured by one clock", clock))
}

/// Which posts wait, and whose reply ends it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) scope: &'a Scope,
    pub(super) every: Option<Every>,
    pub(super) responder: Responder,
    pub(super) per: Per,
    pub(super) questions_only: bool,
    pub(super) hours: Option<&'a BusinessHours>,
}

impl Asked<'_> {
    pub(super) fn questions(&self, community: &Community) -> Result<Option<Arc<Questions>>> {
        self.questions_only.then(|| community.questions()).transpose()
    }

    /// The tables of a part, see [`SHAPES`].
    pub(super) fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        // The first part tells for all: so the tables are there for the next KPI that asks for the same waits, as they mostly do.
        if !part.first {
            return Ok(Table::empty(SHAPES));
        }
        let community = part.community;
        // One part a core, as each passes all messages; their waits are many, so that one table is made of all.
        let make = || {
            let parts = community.each_part(Whole::Thread, 1, |part| self.of_part(part))?;
            let (waits, others): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
            let others =
                others.into_par_iter().reduce_with(Table::merge_all).unwrap_or_else(|| Table::empty(&SHAPES[1..]));
            Ok([vec![Tally::table(waits.into_iter().flatten().collect())], others].concat())
        };
        let tables = community.waits(self.key(), make)?;
        Ok(tables.to_vec())
    }

    /// What the tables depend on. Of the schedule it is whose clock it is, and of periods nothing but who asked in each.
    fn key(&self) -> String {
        let Scope { by, bots, roles, .. } = self.scope;
        let clock = self.hours.filter(|hours| hours.whose() != Clock::Team);
        let every = self.every.filter(|_| self.questions_only || self.scope.suppresses());
        let suppresses = self.scope.suppresses();
        format!("{:?}", (by, bots, roles, self.responder, self.per, self.questions_only, clock, every, suppresses))
    }

    /// The waits of a part, and its other tables.
    fn of_part(&self, part: &Part<'_>) -> Result<(Vec<Labelled>, Vec<Table>)> {
        let acts = Acts::of(self, part)?;
        let (mut waits, mut askers) = (WaitsBuilder::default(), TableBuilder::<1>::new());
        let periods = Periods::of(part.community, self.every);
        acts.each(
            part,
            |row| acts.group(row),
            |row, answer| {
                acts.wait(&mut waits, row, answer);
                acts.count_asker(&mut askers, row, |asked| periods.start_of(asked));
            },
        );
        Ok((acts.waits(waits), vec![acts.table(askers), acts.without_text(part, &periods)]))
    }
}
