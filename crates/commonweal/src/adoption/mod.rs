//! Adoption: who is there, who comes, who stays.
mod active_days;
mod active_members;
mod growth;
mod membership;
mod rolling_active;

pub use active_days::ActivityKind;
pub use active_members::ActiveMembers;
pub use growth::Growth;
pub use rolling_active::RollingActive;
