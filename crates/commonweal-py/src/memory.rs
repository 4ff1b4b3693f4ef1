//! How the extension holds its memory.
//!
//! mimalloc, since the system's allocator takes large tables from the kernel page by page, one KPI after the other. What is free goes back at
//! once: tables are as large as what follows them, and waiting, as mimalloc does by itself, raises the peak by a third and saves no time
//! (measured in benches/README.md). What the environment says (`MIMALLOC_PURGE_DELAY`) wins.
#![allow(unsafe_code)]
use std::sync::Once;

use libmimalloc_sys::{mi_option_set_default, mi_option_t};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// `mi_option_purge_delay` of mimalloc.h, for which the crate has no name.
const PURGE_DELAY: mi_option_t = 15;

/// Sees to it, before the first table is there.
pub(crate) fn give_back_at_once() {
    static ONCE: Once = Once::new();
    // SAFETY: sets one number of the library, of any value.
    ONCE.call_once(|| unsafe { mi_option_set_default(PURGE_DELAY, 0) });
}
