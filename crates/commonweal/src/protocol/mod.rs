//! A KPI of a community that no single machine holds: what is asked, the parts that answer, and the proof that none is missing.
//!
//! A [`Spec`] says what is asked, and into how many buckets the community falls. A [`Partition`] is what one worker holds; of it and
//! the spec comes a [`Partial`]. Partials are merged in any order, and the sum is finished to the table. Each partial tells which
//! buckets it speaks for, and by what it was asked, so that a part that is missing, that came twice, or that answers another question
//! is refused.
mod bytes;
mod gathering;
mod partial;
mod partition;
mod spec;
#[cfg(test)]
mod tests;

pub use gathering::Gathering;
pub use partial::Partial;
pub use partition::Partition;
pub use spec::Spec;

/// The column that says to which bucket a row belongs; and the kind of the rows that open a bucket.
pub(crate) const BUCKET: &str = "cw_bucket";

/// What two versions mean by the same name may differ.
pub(crate) const NAMED_VERSION: &str = concat!("commonweal ", env!("CARGO_PKG_VERSION"));
