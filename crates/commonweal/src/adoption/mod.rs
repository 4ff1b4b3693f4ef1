//! Adoption: who is there, who comes, who stays.
mod act;
mod activation;
mod active_days;
mod active_members;
mod churn;
mod diffusion;
mod diffusion_curve;
mod first_uses;
mod funnel;
mod growth;
mod habit;
mod joined;
mod journey;
mod levels;
mod lifecycle;
mod lifecycle_transitions;
mod onward;
mod power_users;
mod retention;
mod rolling_active;
#[cfg(test)]
mod tests;

pub use act::Act;
pub use activation::Activation;
pub use active_days::ActivityKind;
pub use active_members::ActiveMembers;
pub use churn::Churn;
pub use diffusion::Diffusion;
pub use diffusion_curve::DiffusionCurve;
pub use funnel::Funnel;
pub use growth::Growth;
pub use levels::Thresholds;
pub use lifecycle::Lifecycle;
pub use lifecycle_transitions::LifecycleTransitions;
pub use power_users::PowerUsers;
pub use retention::{Cohort, Retention, RetentionKind};
pub use rolling_active::RollingActive;
