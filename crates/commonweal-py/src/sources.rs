//! Communities from exports, and simulated ones.
use pyo3::prelude::*;

use crate::community::Community;
use crate::error::Result;

