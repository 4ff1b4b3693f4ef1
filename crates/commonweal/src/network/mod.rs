//! Who is tied to whom.
mod edges;
mod flow;
mod graph;
mod leaders;
mod newcomers;
mod places;
mod ties;

pub use edges::Edges;
pub use flow::Flow;
pub use leaders::{Direction, Leaders, SortedBy};
pub use newcomers::{Newcomers, TiedBy};
pub use ties::Ties;

#[cfg(test)]
mod tests;
