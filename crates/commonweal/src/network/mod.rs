//! Who is tied to whom.
mod edges;
mod graph;
mod ties;

pub use edges::Edges;
pub use ties::Ties;
