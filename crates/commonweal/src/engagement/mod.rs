//! Engagement: what is done, by how many, how it is shared out, and what comes back.
mod activity;
mod conversations;
mod counts;
mod inequality;
mod lorenz;
mod members;
mod owners;
mod recognition;
mod recognition_effect;
mod rhythm;
#[cfg(test)]
mod tests;
mod thread;
mod trending;

pub use activity::Activity;
pub use conversations::Conversations;
pub use inequality::Inequality;
pub use lorenz::Lorenz;
pub use members::Members;
pub use recognition::Recognition;
pub use recognition_effect::{Outcome, RecognitionEffect};
pub use rhythm::Rhythm;
pub use trending::Trending;
