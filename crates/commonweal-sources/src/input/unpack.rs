//! Packed files undone: gzip, xz and zstd, told by their first bytes, each with a cap on what comes out.
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use lzma_rust2::XzReader;
use zstd::stream::read::Decoder as ZstdReader;

use super::guard::Capped;
use crate::error::{Error, Place};

/// The most memory that unpacking xz may take: `xz -9` needs 65 MiB.
const XZ_MEMORY: u32 = 1024 * 1024;
/// The widest window of zstd that is read: archives of Reddit are packed with `--long=31`. Memory is taken as content comes.
const ZSTD_WINDOW: u32 = 31;

const GZIP: &[u8] = b"\x1F\x8B";
const XZ: &[u8] = b"\xFD7zXZ\0";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";

/// The content: unpacked if `raw` is packed, else as it is. `packed` is the size of it all, for the cap.
pub(super) fn unpacked<'a>(mut raw: impl Read + 'a, path: PathBuf, packed: u64) -> io::Result<Box<dyn Read + 'a>> {
    let mut magic = [0; 6];
    let got = read_full(&mut raw, &mut magic)?;
    let magic = &magic[..got];
    let whole = Cursor::new(magic.to_vec()).chain(raw);
    if magic.starts_with(GZIP) {
        let decoder = Told { inner: MultiGzDecoder::new(BufReader::new(whole)), path: path.clone(), format: "gzip" };
        Ok(Box::new(Capped::new(decoder, path, packed)))
    } else if magic.starts_with(XZ) {
        let decoder = XzReader::new_mem_limit(BufReader::new(whole), true, XZ_MEMORY);
        Ok(Box::new(Capped::new(Told { inner: decoder, path: path.clone(), format: "xz" }, path, packed)))
    } else if magic.starts_with(ZSTD) {
        let mut decoder = ZstdReader::new(whole)?;
        decoder.window_log_max(ZSTD_WINDOW)?;
        Ok(Box::new(Capped::new(Told { inner: decoder, path: path.clone(), format: "zstd" }, path, packed)))
    } else {
        Ok(Box::new(whole))
    }
}

/// Tells a decoder's errors by what they are: content that breaks the rules of its format.
struct Told<R> {
    inner: R,
    path: PathBuf,
    format: &'static str,
}

impl<R: Read> Read for Told<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| {
            let is_own = error.get_ref().is_some_and(|inner| inner.is::<Error>());
            let passes = matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::Interrupted);
            if is_own || passes || error.raw_os_error().is_some() {
                return error;
            }
            let (path, place) = (self.path.clone(), Place::default());
            Error::Malformed { path, place, format: self.format, detail: error.to_string() }.into_io()
        })
    }
}

/// The endings of packed files' names, in lower case.
pub(super) const ENDINGS: [&str; 3] = [".gz", ".xz", ".zst"];

/// A name without the ending that says that it is packed.
pub(super) fn without_ending(name: &str) -> &str {
    let ending = ENDINGS.iter().find(|ending| {
        name.len() > ending.len() && name.is_char_boundary(name.len() - ending.len()) && {
            name[name.len() - ending.len()..].eq_ignore_ascii_case(ending)
        }
    });
    ending.map_or(name, |ending| &name[..name.len() - ending.len()])
}

pub(super) fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut got = 0;
    while got < buffer.len() {
        match reader.read(&mut buffer[got..]) {
            Ok(0) => break,
            Ok(read) => got += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(got)
}
