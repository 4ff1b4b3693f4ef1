//! A range of members or threads of one community: what a thread of the machine works on.
use std::ops::Range;

use crate::community::Community;
use crate::community::Whole;
use crate::error::Result;
use crate::kpi::{Scope, Scoped};
use crate::view::Csr;

/// Whole members, or whole threads, of a community.
#[derive(Debug)]
pub struct Part<'a> {
    pub(crate) community: &'a Community,
    csr: &'a Csr,
    range: Range<usize>,
    /// Whether this is the first part: what belongs to no member and no thread is told by it alone.
    pub(crate) first: bool,
}

impl<'a> Part<'a> {
    /// The parts of a community, about as large as each other.
    pub(crate) fn cut(community: &'a Community, whole: Whole, parts: usize) -> Vec<Self> {
        let csr = match whole {
            Whole::Member => community.timeline(),
            Whole::Thread => community.conversations(),
        };
        let ranges = csr.cut(parts).into_iter().enumerate();
        ranges.map(|(i, range)| Self { community, csr, range, first: i == 0 }).collect()
    }

    /// The rows of each member or thread, in order of time. Rows without one come as a group of their own, see [`Part::is_none`].
    pub(crate) fn groups(&self) -> impl Iterator<Item = (usize, &'a [u32])> {
        let csr = self.csr;
        self.range.clone().map(move |group| (group, csr.rows(group)))
    }

    /// Whether a group holds the rows without a member, or without a thread.
    pub(crate) fn is_none(&self, group: usize) -> bool {
        group + 1 == self.csr.len()
    }

    /// The scope in this part's community.
    pub(crate) fn scoped<'s>(&'s self, scope: &'s Scope) -> Result<Scoped<'s>> {
        Scoped::new(self.community, scope)
    }
}
