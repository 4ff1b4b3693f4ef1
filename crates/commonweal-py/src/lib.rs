//! The Python extension `commonweal._core`: frames in, spec in, table out. Nothing here computes.
mod arrow;
mod community;
mod error;
mod hours;
mod impact;
mod instant;
mod memory;
mod protocol;
mod sources;
mod state;
mod text;

#[pyo3::pymodule]
mod _core {
    #[pymodule_export]
    use crate::arrow::Table;
    #[pymodule_export]
    use crate::community::{Community, concat};
    #[pymodule_export]
    use crate::hours::Hours;
    #[pymodule_export]
    use crate::impact::impact;
    #[pymodule_export]
    use crate::memory::give_back_at_once;
    #[pymodule_export]
    use crate::protocol::{Gathering, openers, partials, spec, spec_key, with_buckets};
    #[pymodule_export]
    use crate::sources::{file_rows, read, simulate, table_rows};
    #[pymodule_export]
    use crate::state::{finish, kpis, merge};
    #[pymodule_export]
    use crate::text::{Profile, is_question, vader};
}
