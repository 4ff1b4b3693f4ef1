//! Tar archives, packed or not, read as a stream: nothing is written, and nothing but the headers is kept.
//!
//! A file can be read when the stream comes by it. Whoever asks for files in the order of the archive has them in one pass; going back
//! begins the stream anew.
use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::guard::Counted;
use super::unpack::{read_full, unpacked};
use crate::error::{Error, Place, Result};

const BLOCK: usize = 512;
/// The longest name that is believed; systems allow 4096 bytes.
const LONGEST_NAME: u64 = 64 * 1024;
/// What is kept of a file's beginning, so that a look at it costs no second pass.
const HELD: usize = 1024 * 1024;

/// A file of the archive.
#[derive(Debug)]
pub(super) struct Listed {
    pub name: String,
    pub size: u64,
    /// Its number among the files of the archive.
    pub place: usize,
}

/// An archive that is read now and then.
pub(super) struct Tar {
    path: PathBuf,
    packed: u64,
    bytes: Rc<Cell<u64>>,
    stream: Option<Stream>,
}

/// Where the reading is.
struct Stream {
    source: Box<dyn Read>,
    /// How many files have begun.
    begun: usize,
    /// Bytes of the file that began last, and bytes of padding behind it.
    left: u64,
    padding: u64,
    /// The beginning of that file, as far as it was read; none once it was read further.
    held: Option<Vec<u8>>,
    size: u64,
}

impl Tar {
    /// The archive at a path and its files; none if it is no tar archive.
    pub fn open(path: &Path, bytes: Rc<Cell<u64>>) -> Result<Option<(Self, Vec<Listed>)>> {
        let told = |error| Error::io(path, error);
        let packed = std::fs::metadata(path).map_err(told)?.len();
        let tar = Self { path: path.to_owned(), packed, bytes, stream: None };
        let mut first = [0; BLOCK];
        // What breaks off is for the reader of the single file to tell, if it is one.
        match tar.start().and_then(|mut stream| read_full(&mut stream.source, &mut first)) {
            Ok(BLOCK) if is_header(&first) => {}
            Ok(BLOCK) if &first[257..262] == b"ustar" => return Err(broken(path, "a header's checksum does not hold")),
            _ => return Ok(None),
        }
        let mut stream = tar.start().map_err(told)?;
        let mut listed = Vec::new();
        while let Some((name, size)) = stream.next_file(path)? {
            if listed.len() == super::tree::MOST_FILES {
                let what = format!("more than {} files", super::tree::MOST_FILES);
                return Err(Error::TooMany { path: path.to_owned(), what });
            }
            listed.push(Listed { name, size, place: listed.len() });
        }
        Ok(Some((tar, listed)))
    }

    fn start(&self) -> io::Result<Stream> {
        let raw = Counted { inner: File::open(&self.path)?, bytes: Rc::clone(&self.bytes) };
        let source = unpacked(raw, self.path.clone(), self.packed)?;
        Ok(Stream { source, begun: 0, left: 0, padding: 0, held: None, size: 0 })
    }

    /// The content of a file.
    pub fn reader(&mut self, place: usize) -> Result<Member<'_>> {
        let is_ahead = |stream: &Stream| stream.begun <= place || stream.begun == place + 1 && stream.held.is_some();
        let mut stream = match self.stream.take().filter(is_ahead) {
            Some(stream) => stream,
            None => self.start().map_err(|error| Error::io(&self.path, error))?,
        };
        while stream.begun <= place {
            if stream.next_file(&self.path)?.is_none() {
                return Err(cut(&self.path));
            }
        }
        Ok(Member { stream: self.stream.insert(stream), at: 0 })
    }
}

/// One file while it is read.
pub(super) struct Member<'a> {
    stream: &'a mut Stream,
    at: usize,
}

impl Read for Member<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let stream = &mut *self.stream;
        if let Some(held) = &stream.held
            && self.at < held.len()
        {
            let bytes = (held.len() - self.at).min(buffer.len());
            buffer[..bytes].copy_from_slice(&held[self.at..self.at + bytes]);
            self.at += bytes;
            return Ok(bytes);
        }
        let wanted = buffer.len().min(usize::try_from(stream.left).unwrap_or(usize::MAX));
        if wanted == 0 {
            return Ok(0);
        }
        let bytes = stream.source.read(&mut buffer[..wanted])?;
        if bytes == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        stream.left -= bytes as u64;
        match &mut stream.held {
            Some(held) if held.len() + bytes <= HELD => {
                held.extend_from_slice(&buffer[..bytes]);
                self.at += bytes;
            }
            held => *held = None,
        }
        Ok(bytes)
    }
}

impl Stream {
    fn skip(&mut self, bytes: u64, path: &Path) -> Result<()> {
        let skipped = io::copy(&mut (&mut self.source).take(bytes), &mut io::sink());
        match skipped.map_err(|error| Error::io(path, error))? {
            skipped if skipped == bytes => Ok(()),
            _ => Err(cut(path)),
        }
    }

    /// Goes on to the next file, past folders, links and devices: its name and size.
    fn next_file(&mut self, path: &Path) -> Result<Option<(String, u64)>> {
        let (mut long_name, mut long_size) = (None, None);
        loop {
            self.skip(self.left + self.padding, path)?;
            (self.left, self.padding, self.held) = (0, 0, None);
            let mut block = [0; BLOCK];
            let got = read_full(&mut self.source, &mut block).map_err(|error| Error::io(path, error))?;
            // Two empty blocks end an archive; some lack them.
            if got == 0 || block.iter().all(|byte| *byte == 0) {
                return Ok(None);
            }
            if got < BLOCK {
                return Err(cut(path));
            }
            if !is_header(&block) {
                return Err(broken(path, "a header's checksum does not hold"));
            }
            let size = number(&block[124..136]).ok_or_else(|| broken(path, "a size that cannot be read"))?;
            let kind = block[156];
            let size = if matches!(kind, b'x' | b'g' | b'L' | b'K') { size } else { long_size.take().unwrap_or(size) };
            (self.left, self.padding, self.size) = (size, size.next_multiple_of(BLOCK as u64) - size, size);
            match kind {
                b'L' => long_name = Some(text(&self.whole(path)?)),
                b'x' => {
                    let records = self.whole(path)?;
                    long_name = record(&records, "path").map(text).or(long_name);
                    long_size = record(&records, "size").and_then(|size| text(size).parse().ok()).or(long_size);
                }
                b'0' | 0 | b'7' => {
                    let name = long_name.take().unwrap_or_else(|| short_name(&block));
                    // Archives of long ago mark folders by the name alone.
                    if !name.ends_with('/') {
                        self.begun += 1;
                        self.held = Some(Vec::new());
                        return Ok(Some((name, size)));
                    }
                }
                b'K' => {}
                // Folders, links, devices; what a global header says is not needed.
                _ => (long_name, long_size) = (None, None),
            }
        }
    }

    /// The content of a header's own record.
    fn whole(&mut self, path: &Path) -> Result<Vec<u8>> {
        if self.left > LONGEST_NAME {
            return Err(broken(path, "a name longer than any system's"));
        }
        let mut bytes = vec![0; self.left as usize];
        let got = read_full(&mut self.source, &mut bytes).map_err(|error| Error::io(path, error))?;
        if got < bytes.len() {
            return Err(cut(path));
        }
        self.left = 0;
        Ok(bytes)
    }
}

fn cut(path: &Path) -> Error {
    let detail = "the tar archive ends too early".to_owned();
    Error::Truncated { path: path.to_owned(), place: Place::default(), detail }
}

fn broken(path: &Path, detail: &str) -> Error {
    Error::Malformed { path: path.to_owned(), place: Place::default(), format: "tar", detail: detail.to_owned() }
}

/// The sum over a header with blanks for the sum itself.
fn is_header(block: &[u8; BLOCK]) -> bool {
    let sum: u64 =
        block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u64::from(*byte) }).sum();
    sum > 256 && number(&block[148..156]) == Some(sum)
}

/// Digits to the base 8, or after a first byte of 128 the bytes of the number itself.
fn number(field: &[u8]) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        let mut value = u64::from(field[0] & 0x7F);
        for byte in &field[1..] {
            value = value.checked_mul(256)?.checked_add(u64::from(*byte))?;
        }
        return Some(value).filter(|value| *value < 1 << 62);
    }
    let digits = text(field);
    let digits = digits.trim();
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// Text up to the first zero.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

fn short_name(block: &[u8; BLOCK]) -> String {
    let (name, prefix) = (text(&block[..100]), text(&block[345..500]));
    let has_prefix = &block[257..263] == b"ustar\0" && !prefix.is_empty();
    if has_prefix { format!("{prefix}/{name}") } else { name }
}

/// The value of a key in records such as `30 path=a/long/name`, of which the number is the length.
fn record<'a>(records: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let (mut rest, mut found) = (records, None);
    while let Some(blank) = rest.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(&rest[..blank]).ok()?.parse().ok()?;
        let line = rest.get(blank + 1..length.checked_sub(1)?)?;
        if let Some(value) = line.strip_prefix(key.as_bytes()).and_then(|line| line.strip_prefix(b"=")) {
            found = Some(value);
        }
        rest = &rest[length..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_records() {
        assert_eq!(number(b"0000644\0"), Some(0o644));
        assert_eq!(number(b"   644 \0"), Some(0o644));
        assert_eq!(number(b"\x80\0\0\0\0\0\x01\0"), Some(256));
        assert_eq!(number(b"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"), None);
        assert_eq!(number(b"99999999"), None);
        assert_eq!(record(b"11 path=ab\n12 size=999\n", "size"), Some(&b"999"[..]));
        assert_eq!(record(b"11 path=ab\n12 size=999\n", "path"), Some(&b"ab"[..]));
        for bad in [&b"99 path=ab\n"[..], b"0 path=ab\n", b"x path=ab\n", b"", b"11path"] {
            assert_eq!(record(bad, "path"), None);
        }
    }
}
