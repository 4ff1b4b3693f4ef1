//! Halves of surrogate pairs in JSON: `\ud83d` with no `\ude00` behind it is no character, and becomes `\ufffd`.
//!
//! Exports that cut texts after so many UTF-16 units hold them: half of an emoji is left. No parser of JSON into UTF-8 takes one.
use std::borrow::Cow;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

const BUFFER: usize = 64 * 1024;
/// `\ud83d`
const ESCAPE: usize = 6;
const REPLACEMENT: &[u8] = b"fffd";

/// Mends the escapes of JSON on the way, as many bytes as come in.
pub(crate) struct Surrogates<R> {
    inner: R,
    buffer: Box<[u8]>,
    /// `start..mended` can be served, `mended..end` is not looked at to its end yet.
    start: usize,
    mended: usize,
    end: usize,
    lone: Rc<Cell<u64>>,
}

impl<R: Read> Surrogates<R> {
    pub fn new(inner: R, lone: Rc<Cell<u64>>) -> Self {
        Self { inner, buffer: vec![0; BUFFER].into_boxed_slice(), start: 0, mended: 0, end: 0, lone }
    }
}

impl<R: Read> Read for Surrogates<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.start == self.mended {
            self.buffer.copy_within(self.mended..self.end, 0);
            self.end -= self.mended;
            (self.start, self.mended) = (0, 0);
            let read = match self.inner.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.end += read;
            let (mended, lone) = mend(&mut self.buffer[..self.end], read == 0);
            self.mended = mended;
            self.lone.set(self.lone.get() + lone);
            if read == 0 && self.end == self.mended && self.start == self.mended {
                return Ok(0);
            }
        }
        let bytes = (self.mended - self.start).min(buffer.len());
        buffer[..bytes].copy_from_slice(&self.buffer[self.start..self.start + bytes]);
        self.start += bytes;
        Ok(bytes)
    }
}

/// A text of JSON with what it holds of halves replaced.
pub(crate) fn without_halves(text: &str) -> Cow<'_, str> {
    let mut bytes = text.as_bytes().to_vec();
    match mend(&mut bytes, true) {
        (_, 0) => Cow::Borrowed(text),
        // Digits of ASCII in the place of others: it stays UTF-8.
        _ => String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned),
    }
}

/// Replaces the halves: how far it could tell, and how many they were. Unless this is the `last` of it, what the end cuts is left.
fn mend(bytes: &mut [u8], last: bool) -> (usize, u64) {
    let (mut at, mut lone) = (0, 0);
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        let cut = |length: usize| !last && bytes.len() < at + length;
        if cut(2) || (bytes.get(at + 1) == Some(&b'u') && cut(ESCAPE)) {
            return (at, lone);
        }
        match unit(bytes, at) {
            Some(0xD800..=0xDBFF) => match unit(bytes, at + ESCAPE) {
                Some(0xDC00..=0xDFFF) => at += 2 * ESCAPE,
                None if cut(2 * ESCAPE)
                    && b"\\u".starts_with(&bytes[at + ESCAPE..][..2.min(bytes.len() - at - ESCAPE)]) =>
                {
                    return (at, lone);
                }
                _ => {
                    bytes[at + 2..at + ESCAPE].copy_from_slice(REPLACEMENT);
                    (at, lone) = (at + ESCAPE, lone + 1);
                }
            },
            Some(0xDC00..=0xDFFF) => {
                bytes[at + 2..at + ESCAPE].copy_from_slice(REPLACEMENT);
                (at, lone) = (at + ESCAPE, lone + 1);
            }
            Some(_) => at += ESCAPE,
            None => at = (at + 2).min(bytes.len()),
        }
    }
    (bytes.len(), lone)
}

/// The UTF-16 unit that is escaped at a place.
fn unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + ESCAPE)?.strip_prefix(b"\\u")?;
    digits.iter().try_fold(0, |unit: u16, digit| Some(unit << 4 | (*digit as char).to_digit(16)? as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let bytes = self.0.len().min(buffer.len()).min(self.1);
            buffer[..bytes].copy_from_slice(&self.0[..bytes]);
            self.0 = &self.0[bytes..];
            Ok(bytes)
        }
    }

    #[test]
    fn halves_are_replaced_and_all_else_stays() {
        for (text, mended, count) in [
            (r#""a \ud83d b""#, r#""a \ufffd b""#, 1),
            (r#""\uD83D\uDE00""#, r#""\uD83D\uDE00""#, 0),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#, 1),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#, 2),
            (r#""\ud83d\n""#, r#""\ufffd\n""#, 1),
            (r#""\ud83d\u0041""#, r#""\ufffd\u0041""#, 1),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#, 1),
            (r#""\ud83d\\ude00""#, r#""\ufffd\\ude00""#, 1),
            (r#""\ud8zz \u12 \ud83"#, r#""\ud8zz \u12 \ud83"#, 0),
            (r#""\ud83d\u"#, r#""\ufffd\u"#, 1),
            (r#""\ud83d\"#, r#""\ufffd\"#, 1),
            (r#""\"#, r#""\"#, 0),
            ("", "", 0),
        ] {
            for piece in 1..=text.len() + 1 {
                let lone = Rc::default();
                let mut read = String::new();
                Surrogates::new(Pieces(text.as_bytes(), piece), Rc::clone(&lone))
                    .read_to_string(&mut read)
                    .expect("memory");
                assert_eq!((read.as_str(), lone.get()), (mended, count), "{text} in pieces of {piece}");
            }
            assert_eq!(without_halves(text), mended);
        }
    }

    #[test]
    fn a_run_of_backslashes_longer_than_the_buffer() {
        for run in [BUFFER - 1, BUFFER, 2 * BUFFER + 1, 2 * BUFFER + 2] {
            let lone = Rc::default();
            let mut read = String::new();
            let text = format!("{}ud83d", "\\".repeat(run));
            Surrogates::new(text.as_bytes(), Rc::clone(&lone)).read_to_string(&mut read).expect("memory");
            assert_eq!(lone.get(), run as u64 % 2);
            assert_eq!(read, if run % 2 == 1 { text.replace("ud83d", "ufffd") } else { text });
        }
    }

    #[test]
    fn a_pair_across_the_end_of_the_buffer_stays_one() {
        for before in BUFFER - 14..=BUFFER + 1 {
            let text = format!("{}\\ud83d\\ude00\\ud83d{}", "a".repeat(before), "b".repeat(20));
            let lone = Rc::default();
            let mut read = String::new();
            Surrogates::new(text.as_bytes(), Rc::clone(&lone)).read_to_string(&mut read).expect("memory");
            assert_eq!(read, format!("{}\\ud83d\\ude00\\ufffd{}", "a".repeat(before), "b".repeat(20)));
            assert_eq!(lone.get(), 1);
        }
    }
}
