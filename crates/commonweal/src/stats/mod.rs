//! Statistics as pure functions on slices.
pub(crate) mod bass;
pub(crate) mod bootstrap;
pub(crate) mod competing;
pub(crate) mod concentration;
pub(crate) mod difference;
pub(crate) mod hazard;
pub(crate) mod linear;
pub(crate) mod log_rank;
pub(crate) mod logistic;
pub(crate) mod mean;
pub(crate) mod minimise;
pub(crate) mod nested;
pub(crate) mod normal;
pub(crate) mod proportion;
pub(crate) mod ranks;
pub(crate) mod stratified;
pub(crate) mod survival;
