//! How the extension holds its memory.
//!
//! mimalloc, since the system's allocator takes large tables from the kernel page by page, one KPI after the other. What is free goes back after a
//! second, as it does by itself: tables are as large as what follows them, and sooner costs time (a sixteenth after a tenth of a second) for little
//! memory. Huge pages are not asked for: in a virtual machine that hands free ones back to its host, to be given them again takes longer than all
//! else (both measured as benches/README.md tells). What the environment says (`MIMALLOC_PURGE_DELAY`) wins.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
