//! A range of members or threads of one community: what a thread of the machine works on.
use std::ops::Range;

use crate::community::{Community, Whole};
use crate::error::Result;
use crate::kpi::{Scope, Scoped};

/// Whole members, or whole threads, of a community.
#[derive(Debug)]
pub struct Part<'a> {
    pub(crate) community: &'a Community,
    whole: Whole,
    range: Range<usize>,
    /// Whether this is the first part: what belongs to no member and no thread is told by it alone.
    pub(crate) first: bool,
}

impl<'a> Part<'a> {
    /// The parts of a community, at most so many.
    pub(crate) fn cut(community: &'a Community, whole: Whole, parts: usize) -> Vec<Self> {
        // One more than there are: the rows without a member, or without a thread.
        let groups = keys(community, whole) + 1;
        let parts = parts.clamp(1, groups);
        let cut = |all: usize, part: usize| all * part / parts..all * (part + 1) / parts;
        (0..parts).map(|part| Self { community, whole, range: cut(groups, part), first: part == 0 }).collect()
    }

    /// A part of nobody: to make one of it makes all that every part asks for, so that they find it when they ask at once.
    pub(crate) fn nobody(community: &'a Community, whole: Whole) -> Self {
        Self { community, whole, range: 0..0, first: false }
    }

    /// The rows of each member or thread, in order of time. Rows without one come as a group of their own, see [`Part::is_none`].
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, &'a [u32])> {
        let rows = match self.whole {
            Whole::Member => self.community.timeline(),
            Whole::Thread => self.community.conversations(),
        };
        self.range.clone().map(move |group| (group, rows.rows(group)))
    }

    /// The members, or threads, of the part, by code.
    pub(crate) fn keys(&self) -> Range<usize> {
        self.range.start..self.range.end.min(keys(self.community, self.whole))
    }

    /// Whether the rows without a member, or without a thread, are of the part.
    pub(crate) fn has_none(&self) -> bool {
        self.range.contains(&keys(self.community, self.whole))
    }

    /// Whether a group holds the rows without a member, or without a thread.
    pub(crate) fn is_none(&self, group: usize) -> bool {
        group == keys(self.community, self.whole)
    }

    /// The scope in this part's community.
    pub(crate) fn scoped<'s>(&'s self, scope: &'s Scope) -> Result<Scoped<'s>> {
        Scoped::new(self.community, scope)
    }
}

fn keys(community: &Community, whole: Whole) -> usize {
    match whole {
        Whole::Member => community.n_members(),
        Whole::Thread => community.n_threads(),
    }
}
