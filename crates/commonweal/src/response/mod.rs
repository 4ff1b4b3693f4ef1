//! Response: who is answered, and how fast, the unanswered included.
mod acts;
mod answers;
mod backlog;
pub(crate) mod columns;
mod compare;
mod curve;
mod experts;
mod first_response;
mod incidence;
mod newcomers;
mod resolution;
mod responders;
mod retention_effect;
mod return_curve;
mod routing;
mod zones;

pub use compare::Compare;
mod standing;
mod waiting;
pub(crate) mod waits;

pub use answers::{Per, Responder};
pub use backlog::Backlog;
pub use curve::Curve;
pub use experts::{Experts, Rank};
pub use first_response::FirstResponse;
pub use incidence::Incidence;
pub use resolution::Resolution;
pub use responders::{Each, Responders};
pub use retention_effect::RetentionEffect;
pub use return_curve::ReturnCurve;
pub use routing::{Handoffs, Load, Right, Routing};
pub use waiting::Waiting;
