//! UTF-8 made sure of: a byte order mark is dropped, invalid bytes become U+FFFD and are counted, UTF-16 is refused.
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::rc::Rc;

use super::declared::Declared;
use super::surrogates::Surrogates;
use crate::error::Error;

const BUFFER: usize = 64 * 1024;
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// How much was replaced on the way.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replaced {
    /// Invalid sequences of bytes.
    pub(crate) bytes: Rc<Cell<u64>>,
    /// Halves of surrogate pairs, in JSON.
    pub(crate) halves: Rc<Cell<u64>>,
    /// Sequences that the encoding does not have which XML declares.
    pub(crate) undeclared: Rc<Cell<u64>>,
}

/// A reader whose bytes are valid UTF-8, whatever the source holds.
pub(crate) struct Utf8<R> {
    inner: R,
    path: PathBuf,
    buffer: Box<[u8]>,
    /// `start..valid` can be served, `valid..end` is not looked at yet.
    start: usize,
    valid: usize,
    end: usize,
    /// Bytes after `valid` that are invalid, and bytes of the replacement still to serve.
    invalid: usize,
    replacing: usize,
    begun: bool,
    replaced: Replaced,
}

impl<R: Read> Utf8<R> {
    pub fn new(inner: R, path: PathBuf) -> Self {
        Self {
            inner,
            path,
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            valid: 0,
            end: 0,
            invalid: 0,
            replacing: 0,
            begun: false,
            replaced: Replaced::default(),
        }
    }

    /// The count of replacements, which stays readable after the reader is handed on.
    pub fn replaced(&self) -> Replaced {
        self.replaced.clone()
    }

    fn replace(&mut self, bytes: usize) {
        self.valid += bytes;
        self.start = self.valid;
        self.invalid = 0;
        self.replacing = REPLACEMENT.len();
        self.replaced.bytes.set(self.replaced.bytes.get() + 1);
    }

    /// Reads on behind what is not looked at yet; false at the end.
    fn refill(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.valid..self.end, 0);
        self.end -= self.valid;
        (self.start, self.valid) = (0, 0);
        let read = loop {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.end += read;
        Ok(read > 0)
    }

    /// Drops the byte order mark.
    fn begin(&mut self) -> io::Result<()> {
        self.begun = true;
        while self.end < 4 && self.refill()? {}
        let encoding = match &self.buffer[..self.end] {
            [0xEF, 0xBB, 0xBF, ..] => {
                (self.start, self.valid) = (3, 3);
                return Ok(());
            }
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
            _ => return Ok(()),
        };
        Err(Error::Encoding { path: self.path.clone(), encoding }.into_io())
    }
}

impl<R: Read> Utf8<Surrogates<R>> {
    /// Of JSON, whose escapes are made sure of, too.
    pub fn of_json(inner: R, path: PathBuf) -> Self {
        let replaced = Replaced::default();
        let inner = Surrogates::new(inner, Rc::clone(&replaced.halves));
        Self { replaced, ..Self::new(inner, path) }
    }
}

impl<R: Read> Utf8<Declared<R>> {
    /// Of XML, which may declare another encoding.
    pub fn of_xml(inner: R, path: PathBuf) -> io::Result<Self> {
        let replaced = Replaced::default();
        let inner = Declared::new(inner, Rc::clone(&replaced.undeclared))?;
        Ok(Self { replaced, ..Self::new(inner, path) })
    }
}

impl<R: Read> BufRead for Utf8<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if !self.begun {
            self.begin()?;
        }
        while self.start == self.valid && self.replacing == 0 {
            if self.invalid > 0 {
                self.replace(self.invalid);
                continue;
            }
            match std::str::from_utf8(&self.buffer[self.valid..self.end]) {
                Ok(_) if self.valid < self.end => self.valid = self.end,
                Ok(_) => {
                    if !self.refill()? {
                        return Ok(&[]);
                    }
                }
                Err(error) => match (error.valid_up_to(), error.error_len()) {
                    (good, Some(bad)) => {
                        self.valid += good;
                        self.invalid = bad;
                    }
                    // A character cut by the end of the buffer, unless it is cut by the end of the file.
                    (0, None) => {
                        if !self.refill()? {
                            self.replace(self.end);
                        }
                    }
                    (good, None) => self.valid += good,
                },
            }
        }
        if self.start < self.valid {
            Ok(&self.buffer[self.start..self.valid])
        } else {
            Ok(&REPLACEMENT[REPLACEMENT.len() - self.replacing..])
        }
    }

    fn consume(&mut self, bytes: usize) {
        if self.start < self.valid {
            self.start += bytes;
        } else {
            self.replacing -= bytes.min(self.replacing);
        }
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?.read(buffer)?;
        self.consume(bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, the hardest split.
    struct Drops<'a>(&'a [u8]);

    impl Read for Drops<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.len().min(buffer.len()).min(1);
            buffer[..bytes].copy_from_slice(&self.0[..bytes]);
            self.0 = &self.0[bytes..];
            Ok(bytes)
        }
    }

    fn both(bytes: &[u8]) -> (String, u64) {
        let mut whole = Utf8::new(bytes, "x".into());
        let mut drops = Utf8::new(Drops(bytes), "x".into());
        let (mut text, mut again) = (String::new(), String::new());
        whole.read_to_string(&mut text).expect("always UTF-8");
        drops.read_to_string(&mut again).expect("always UTF-8");
        assert_eq!(text, again);
        assert_eq!(whole.replaced().bytes.get(), drops.replaced().bytes.get());
        (text, whole.replaced().bytes.get())
    }

    #[test]
    fn good_text_passes_and_the_mark_goes() {
        assert_eq!(both("zażółć 😀".as_bytes()), ("zażółć 😀".to_owned(), 0));
        assert_eq!(both(b"\xEF\xBB\xBFa"), ("a".to_owned(), 0));
        assert_eq!(both(b""), (String::new(), 0));
    }

    #[test]
    fn bad_bytes_are_replaced_as_the_standard_library_does() {
        for bytes in
            [&b"caf\xE9 au lait"[..], b"\xFF\xFEx"[1..].as_ref(), b"\xF0\x9F\x98", b"a\x80\x80b", b"\xE2\x28\xA1"]
        {
            let lossy = String::from_utf8_lossy(bytes).into_owned();
            let count = lossy.matches('\u{FFFD}').count() as u64;
            assert_eq!(both(bytes), (lossy, count));
        }
    }

    #[test]
    fn long_text_with_a_character_on_the_edge() {
        let text = format!("{}ż{}", "a".repeat(BUFFER - 1), "b".repeat(BUFFER));
        assert_eq!(both(text.as_bytes()), (text, 0));
    }

    #[test]
    fn utf16_is_refused_with_the_remedy() {
        let error = Utf8::new(&b"\xFF\xFEa\0"[..], "x.csv".into()).read(&mut [0; 8]).expect_err("UTF-16");
        assert_eq!(Error::io("x.csv".as_ref(), error).to_string(), "x.csv: is encoded as UTF-16; save it as UTF-8");
    }
}
