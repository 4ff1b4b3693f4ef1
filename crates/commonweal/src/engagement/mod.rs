//! Engagement: what is done, by how many, and how it is shared out.
mod activity;
mod counts;
mod inequality;
mod lorenz;
#[cfg(test)]
mod tests;

pub use activity::Activity;
pub use inequality::Inequality;
pub use lorenz::Lorenz;
