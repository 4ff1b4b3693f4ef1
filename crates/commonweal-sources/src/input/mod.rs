//! The bytes of an export: files, a folder or an archive (zip, tar), gzip, xz and zstd undone, everything capped.
mod declared;
mod guard;
mod surrogates;
mod tar;
mod tree;
mod unpack;
mod utf8;

pub(crate) use guard::{Allowance, Guard};
pub(crate) use surrogates::without_halves;
pub(crate) use tree::{Entry, Tree};
pub(crate) use utf8::{Replaced, Utf8};

/// The largest single record (an XML row, a line, a topic, a message) that is read.
pub(crate) const RECORD_LIMIT: u64 = 256 * 1024 * 1024;
