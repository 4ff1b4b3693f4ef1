//! What the kernels work on: dense codes, and rows grouped by member and by thread. Built once, when first needed.
mod active_days;
mod codes;
mod csr;
mod dense;
mod dimension;
mod groups;
mod membership;
mod parents;
mod questions;
mod roles;
pub(crate) mod scores;
mod terms;
mod threads;

pub(crate) use crate::numbers::NONE;
pub(crate) use active_days::ActiveDays;
pub(crate) use codes::Codes;
pub(crate) use csr::Csr;
pub(crate) use dense::Dense;
pub(crate) use dimension::{ANY, Dimension, spells as dimension_spells};
pub use groups::Group;
pub(crate) use groups::Groups;
pub(crate) use membership::Membership;
pub(crate) use parents::{Known as KnownParents, Parents};
pub(crate) use questions::Questions;
pub(crate) use roles::{RoleBook, Roles};
pub(crate) use terms::{TEXT_COLUMNS, Terms};
pub(crate) use threads::fill as fill_threads;
