//! Readers that stop hostile input: a cap on unpacked bytes and a cap on one record.
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::rc::Rc;

use crate::error::Error;

/// Real text packs at most some dozens to one; deflate can reach a thousand.
const EXPANSION: u64 = 250;
/// Small files may pack better.
const EXPANSION_FLOOR: u64 = 1024 * 1024;

/// Counts what is read of the packed source, for progress.
pub(crate) struct Counted<R> {
    pub inner: R,
    pub bytes: Rc<Cell<u64>>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes.set(self.bytes.get() + read as u64);
        Ok(read)
    }
}

/// Fails once more has come out than `packed` bytes can plausibly hold.
pub(crate) struct Capped<R> {
    inner: R,
    path: PathBuf,
    packed: u64,
    left: u64,
}

impl<R> Capped<R> {
    pub fn new(inner: R, path: PathBuf, packed: u64) -> Self {
        Self { inner, path, packed, left: limit(packed) }
    }
}

fn limit(packed: u64) -> u64 {
    packed.saturating_mul(EXPANSION).saturating_add(EXPANSION_FLOOR)
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            Error::Expansion { path: self.path.clone(), packed: self.packed, limit: limit(self.packed) }.into_io()
        })?;
        Ok(read)
    }
}

/// What is left of the bytes that one record may take; a reader renews it at each record.
#[derive(Clone)]
pub(crate) struct Allowance {
    left: Rc<Cell<u64>>,
    limit: u64,
}

impl Allowance {
    pub fn new(limit: u64) -> Self {
        Self { left: Rc::new(Cell::new(limit)), limit }
    }

    pub fn renew(&self) {
        self.left.set(self.limit);
    }
}

/// Fails when one record takes more than its [`Allowance`].
pub(crate) struct Guard<R> {
    inner: R,
    path: PathBuf,
    allowance: Allowance,
}

impl<R: BufRead> Guard<R> {
    pub fn new(inner: R, path: PathBuf, allowance: Allowance) -> Self {
        Self { inner, path, allowance }
    }
}

impl<R: BufRead> BufRead for Guard<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.allowance.left.get() == 0 {
            return Err(Error::RecordTooLarge { path: self.path.clone(), limit: self.allowance.limit }.into_io());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, bytes: usize) {
        let left = &self.allowance.left;
        left.set(left.get().saturating_sub(bytes as u64));
        self.inner.consume(bytes);
    }
}

impl<R: BufRead> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion_beyond_the_cap_is_an_error() {
        let mut sink = Vec::new();
        let error = Capped::new(io::repeat(0), "bomb.gz".into(), 100)
            .read_to_end(&mut sink)
            .map_err(|error| Error::io("bomb.gz".as_ref(), error))
            .expect_err("it never ends");
        assert_eq!(
            error.to_string(),
            "bomb.gz: unpacks to more than 1073576 bytes from 100; if you trust it, unpack it first and give the folder"
        );
    }

    #[test]
    fn a_record_without_end_is_an_error() {
        let allowance = Allowance::new(10);
        let mut guard = Guard::new(&b"0123456789abcdef"[..], "x.ndjson".into(), allowance.clone());
        let mut ten = [0; 10];
        guard.read_exact(&mut ten).expect("within the allowance");
        let error = Error::io("x.ndjson".as_ref(), guard.read_exact(&mut ten[..1]).expect_err("spent"));
        assert_eq!(error.to_string(), "x.ndjson: one record is larger than 10 bytes; the file is broken or hostile");
        allowance.renew();
        guard.read_exact(&mut ten[..6]).expect("renewed");
        assert_eq!(&ten[..6], b"abcdef");
    }
}
