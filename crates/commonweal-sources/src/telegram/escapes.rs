//! JSON as Telegram Desktop writes it, in which a control character is `\x1F`, turned into JSON.
use std::io::{self, Read};

/// Reads `\x1F` as `\u001F`, and all else as it is.
pub(super) struct Escapes<R> {
    inner: R,
    input: Vec<u8>,
    output: Vec<u8>,
    /// How much of the output is handed out.
    given: usize,
    /// The last byte was a backslash that escapes what follows.
    escaping: bool,
}

const BUFFER: usize = 64 * 1024;

impl<R: Read> Escapes<R> {
    pub fn new(inner: R) -> Self {
        Self { inner, input: vec![0; BUFFER], output: Vec::new(), given: 0, escaping: false }
    }
}

impl<R: Read> Read for Escapes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.output.len() {
            let read = self.inner.read(&mut self.input)?;
            self.output.clear();
            self.given = 0;
            for byte in &self.input[..read] {
                match (self.escaping, *byte) {
                    (true, b'x') => self.output.extend_from_slice(b"u00"),
                    (_, byte) => self.output.push(byte),
                }
                self.escaping = !self.escaping && *byte == b'\\';
            }
        }
        let bytes = (self.output.len() - self.given).min(buffer.len());
        buffer[..bytes].copy_from_slice(&self.output[self.given..self.given + bytes]);
        self.given += bytes;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_no_json_changes() {
        for (text, mended) in [
            (r#""a\x1Fb""#, r#""a\u001Fb""#),
            (r#""a\\x1Fb""#, r#""a\\x1Fb""#),
            (r#""\\\x1F \n \u0041 x""#, r#""\\\u001F \n \u0041 x""#),
            ("", ""),
        ] {
            let mut read = String::new();
            Escapes::new(text.as_bytes()).read_to_string(&mut read).expect("memory");
            assert_eq!(read, mended);
        }
    }
}
