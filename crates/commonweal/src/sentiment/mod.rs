//! Sentiment: what the messages sound like, and how that changes.
mod messages;
mod model;
mod trend;

pub use messages::Messages;
pub use model::Model;
pub use trend::Trend;
