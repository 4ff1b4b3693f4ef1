//! Moderation: what a person should look at. Ranked lists, never a verdict.
mod attack;
mod heated;
mod trolls;
mod workload;

pub use heated::Heated;
pub use trolls::Trolls;
pub use workload::Workload;
