//! How the extension holds its memory.
//!
//! mimalloc, since the system's allocator takes large tables from the kernel page by page, one KPI after the other. What is free goes back after a
//! second, as it does by itself: tables are as large as what follows them, and sooner costs time (a sixteenth after a tenth of a second) for little
//! memory. Huge pages are not asked for: in a virtual machine that hands free ones back to its host, to be given them again takes longer than all
//! else (both measured as benches/README.md tells). What the environment says (`MIMALLOC_PURGE_DELAY`) wins.
#![allow(unsafe_code)]
use libmimalloc_sys::{mi_option_set_default, mi_option_t};
use pyo3::pyfunction;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, in milliseconds, for which the crate has no name.
const PURGE_DELAY: mi_option_t = 15;

/// From now on, what is free goes back at once: whoever has a limit would rather wait.
#[pyfunction]
pub(crate) fn give_back_at_once() {
    // SAFETY: sets a number of the library, of any value.
    unsafe { mi_option_set_default(PURGE_DELAY, 4) }
}
