//! The Python extension `commonweal._core`: frames in, spec in, table out. Nothing here computes.
mod arrow;
mod community;
mod error;
mod hours;
mod impact;
mod instant;
mod protocol;
mod sources;
mod state;
mod text;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Has the allocator hold what is free for a second before it gives it back: one KPI follows the other. What the environment says wins.
#[allow(unsafe_code)]
fn hold_memory() {
    // Of areas as large as tables it waits ten times as long as this.
    const MILLISECONDS: std::ffi::c_long = 100;
    // Sets a number of the library, which takes any.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, MILLISECONDS) }
}

/// `mi_option_purge_delay` of mimalloc.h, which the crate has no name for.
const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

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
    use crate::protocol::{finish_partial, merge_partials, openers, partials, spec, spec_key, with_buckets};
    #[pymodule_export]
    use crate::sources::{file_rows, read, simulate, table_rows};
    #[pymodule_export]
    use crate::state::{finish, kpis, merge};
    #[pymodule_export]
    use crate::text::{Profile, is_question, vader};

    #[pymodule_init]
    fn init(_module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        crate::hold_memory();
        Ok(())
    }
}
