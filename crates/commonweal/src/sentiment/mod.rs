//! Sentiment: what the messages sound like, and how that changes.
mod aspects;
mod audit;
mod audit_sample;
mod audited;
mod messages;
mod model;
mod nets;
mod phrases;
mod recoveries;
mod reply_effect;
mod shifts;
#[cfg(test)]
mod tests;
mod trend;

pub use aspects::Aspects;
pub use audit::{Audit, Labelled, Mood};
pub use audit_sample::AuditSample;
pub use messages::Messages;
pub use model::Model;
pub use recoveries::Recoveries;
pub use reply_effect::{Answer, ReplyEffect};
pub use shifts::{Method as ShiftMethod, Shifts, Side as ShiftSide, Towards};
pub use trend::Trend;
