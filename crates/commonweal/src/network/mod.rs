//! Who is tied to whom.
mod bridges;
mod communities;
mod edges;
mod flow;
mod graph;
mod introductions;
mod leaders;
mod newcomers;
mod places;
mod silo_matrix;
mod silos;
mod ties;
mod units;

pub use bridges::Bridges;
pub use communities::Communities;
pub use edges::Edges;
pub use flow::Flow;
pub use introductions::Introductions;
pub use leaders::{Direction, Leaders, SortedBy};
pub use newcomers::{Newcomers, TiedBy};
pub use silo_matrix::SiloMatrix;
pub use silos::Silos;
pub use ties::Ties;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod units_tests;
