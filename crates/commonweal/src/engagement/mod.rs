//! Engagement: what is done, and by how many.
mod activity;

pub use activity::Activity;
