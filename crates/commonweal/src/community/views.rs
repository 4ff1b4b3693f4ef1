//! The views of a community: what KPIs ask it for, each made once.
use std::sync::Arc;

use polars::prelude::DataFrame;

use super::Community;
use super::cache::{cached, kept, made};
use crate::error::Result;
use crate::kpi::Table;
use crate::numbers::Numbers;
use crate::schema::Kind;
use crate::view::scores::Scores;
use crate::view::{
    ActiveDays, Csr, Dense, Dimension, Groups, KnownParents, Membership, Parents, Questions, RoleBook, Roles, Terms,
};

impl Community {
    /// Who joined and left when; none where no table tells.
    pub(crate) fn membership(&self) -> Result<Arc<Option<Membership>>> {
        cached(&self.0.membership, (), || Membership::read(self.members()))
    }

    pub(crate) fn dense(&self) -> &Dense {
        &self.0.dense
    }

    pub(crate) fn role_book(&self) -> &RoleBook {
        &self.0.role_book
    }

    pub(crate) fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// The rows of each member, in order of time.
    pub(crate) fn timeline(&self) -> &Csr {
        self.0.timeline.get_or_init(|| self.0.dense.timeline())
    }

    /// The days on which each member contributed.
    pub(crate) fn contributing_days(&self) -> &ActiveDays {
        made(&self.0.contributing_days, || ActiveDays::build(self.dense(), self.0.zone, Kind::is_contribution))
    }

    /// The days on which each member did anything.
    pub(crate) fn present_days(&self) -> &ActiveDays {
        made(&self.0.present_days, || ActiveDays::build(self.dense(), self.0.zone, |_| true))
    }

    /// The rows of each thread, in order of time.
    pub(crate) fn conversations(&self) -> &Csr {
        self.0.conversations.get_or_init(|| self.0.dense.conversations())
    }

    /// The row that each act answers, where it names one of its own thread.
    pub(crate) fn parents(&self) -> Result<Parents<'_>> {
        let (held, thread) = (&self.0.held, self.dense().thread());
        let ids = held.numbers("id");
        let own = held.numbers("parent").filter(|own| ids.is_some_and(|ids| ids.written == own.written));
        let known = cached(&self.0.parents, (), || {
            let others = |ids: &Numbers| match held.numbers("parent") {
                Some(numbers) => Some(ids.others(&numbers.spelled("parent"))),
                None => Some(ids.others(held.frame().column("parent").ok()?.str().ok()?)),
            };
            let by_number = |ids: &Numbers| {
                let others = if own.is_some() { None } else { Some(others(ids)?) };
                KnownParents::by_number(ids, others)
            };
            match ids.and_then(by_number) {
                Some(known) => Ok(known),
                None => KnownParents::by_text(&held.whole(), thread, || self.conversations()),
            }
        })?;
        Ok(Parents::new(known, own.map_or(&[], |own| &own.rows), thread))
    }

    /// The tables of ties, made by `make` where they are not those that were asked for last.
    pub(crate) fn ties(&self, key: String, make: impl FnOnce() -> Result<Vec<Table>>) -> Result<Arc<Vec<Table>>> {
        kept(&self.0.ties, key, make)
    }

    /// The tables of waits for an answer, made by `make` where they are not those that were asked for last.
    pub(crate) fn waits(&self, key: String, make: impl FnOnce() -> Result<Vec<Table>>) -> Result<Arc<Vec<Table>>> {
        kept(&self.0.waits, key, make)
    }

    /// The sentiment of each message by a model, made by `make` the first time.
    pub(crate) fn scores(&self, model: &str, make: impl FnOnce() -> Result<Scores>) -> Result<Arc<Scores>> {
        cached(&self.0.scores, model.to_owned(), make)
    }

    /// What the posts of each thread are about.
    pub(crate) fn terms(&self) -> Result<Arc<Terms>> {
        let dense = self.dense();
        cached(&self.0.terms, (), || {
            Terms::build(self.events(), &dense.kind, &dense.thread().rows, dense.thread().labels.len())
        })
    }

    /// Which messages ask.
    ///
    /// # Errors
    /// As [`Questions::read`].
    pub(crate) fn questions(&self) -> Result<Arc<Questions>> {
        cached(&self.0.questions, (), || Questions::read(self.events()))
    }

    pub(crate) fn dimension(&self, name: &str) -> Result<Arc<Dimension>> {
        let inner = &*self.0;
        cached(&inner.dimensions, name.to_owned(), || {
            let rows = (&inner.dense.member, inner.dense.time());
            let build = |events: &DataFrame| {
                Dimension::build(name, events, inner.members.as_ref(), inner.affiliations.as_ref(), rows)
            };
            // A column that is not there may be packed; and who is told which there are is told of all.
            build(inner.held.frame()).or_else(|_| build(&inner.held.whole()))
        })
    }

    pub(crate) fn groups(&self, by: &[String]) -> Result<Arc<Groups>> {
        cached(&self.0.groups, by.to_vec(), || {
            let dimensions = by.iter().map(|name| self.dimension(name)).collect::<Result<_>>()?;
            Ok(Groups::build(dimensions, &self.dense().member))
        })
    }
}
