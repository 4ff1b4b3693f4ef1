//! How the extension holds its memory.
//!
//! mimalloc, since the system's allocator takes large tables from the kernel page by page, one KPI after the other. What is free goes back after
//! a tenth of a second: after four milliseconds takes an eighth more time, as tables are as large as what follows them, and the peak is lower by a twentieth;
//! after a second, as mimalloc does by itself, nothing is the quicker, and the peak is higher by a twelfth. Huge pages are not asked for: tables come
//! and go, and to clear pages of two megabytes, and to split those of which a part is given back, took a quarter of all time (all measured as
//! benches/README.md tells). What the environment says (`MIMALLOC_PURGE_DELAY`) wins.
#![allow(unsafe_code)]
use std::sync::Once;

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, in milliseconds, for which the crate has no name, and by what it is multiplied (`mi_option_arena_purge_mult`).
const PURGE_DELAY: mi_option_t = 15;
const PURGE_FACTOR: mi_option_t = 24;

/// Sees to it, before the first table is there.
pub(crate) fn give_back_soon() {
    static ONCE: Once = Once::new();
    // SAFETY: sets numbers of the library, of any value.
    ONCE.call_once(|| unsafe {
        mi_option_set_default(PURGE_DELAY, 100);
        mi_option_set_default(PURGE_FACTOR, 1);
    });
}
