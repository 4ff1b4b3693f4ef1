//! Sentiment: what the messages sound like, and how that changes.
mod messages;
mod scores;
mod trend;

pub use messages::Messages;
pub use scores::Model;
pub(crate) use scores::Scores;
pub use trend::Trend;
