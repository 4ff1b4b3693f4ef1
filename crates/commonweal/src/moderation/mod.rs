//! Moderation: what a person should look at. Ranked lists, never a verdict.
mod heated;

pub use heated::Heated;
