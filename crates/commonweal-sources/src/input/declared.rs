//! XML in another encoding than UTF-8, which it declares: decoded on the way.
use std::cell::Cell;
use std::io::{self, Chain, Cursor, Read};
use std::rc::Rc;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

const BUFFER: usize = 64 * 1024;
/// No declaration is longer.
const HEAD: u64 = 256;

/// Hands over UTF-8; where no other encoding is declared, bytes as they are.
pub(crate) struct Declared<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    decoder: Option<Decoder>,
    /// Whether there was a letter that tells encodings apart.
    is_sure: bool,
    bytes: Vec<u8>,
    /// What is decoded, served up to `start`.
    text: String,
    start: usize,
    at_end: bool,
    replaced: Rc<Cell<u64>>,
}

impl<R: Read> Declared<R> {
    pub fn new(mut source: R, replaced: Rc<Cell<u64>>) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(HEAD).read_to_end(&mut head)?;
        let decoder = encoding(&head).map(Encoding::new_decoder_without_bom_handling);
        let (inner, bytes, text) = (Cursor::new(head).chain(source), Vec::new(), String::new());
        Ok(Self { inner, decoder, is_sure: false, bytes, text, start: 0, at_end: false, replaced })
    }
}

impl<R: Read> Read for Declared<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else { return self.inner.read(buffer) };
        while self.start == self.text.len() && !self.at_end {
            self.bytes.clear();
            self.at_end = self.inner.by_ref().take(BUFFER as u64).read_to_end(&mut self.bytes)? < BUFFER;
            if !self.is_sure && !self.bytes.is_ascii() {
                self.is_sure = true;
                if is_utf8(&self.bytes).is_none() {
                    // No letter of UTF-8 has more left.
                    self.at_end |= self.inner.by_ref().take(3).read_to_end(&mut self.bytes)? < 3;
                }
                // A site may name one encoding in its settings and write another.
                if is_utf8(&self.bytes) == Some(true) {
                    *decoder = UTF_8.new_decoder_without_bom_handling();
                }
            }
            self.text.clear();
            self.start = 0;
            let replaced = decode(decoder, &self.bytes, self.at_end, &mut self.text);
            self.replaced.set(self.replaced.get() + replaced);
        }
        let bytes = (&self.text.as_bytes()[self.start..]).read(buffer)?;
        self.start += bytes;
        Ok(bytes)
    }
}

/// Decodes, and tells how much could not be.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], is_last: bool, text: &mut String) -> u64 {
    let mut replaced = 0;
    loop {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(BUFFER));
        let (result, taken) = decoder.decode_to_string_without_replacement(bytes, text, is_last);
        bytes = &bytes[taken..];
        match result {
            DecoderResult::InputEmpty => return replaced,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => {
                text.push(char::REPLACEMENT_CHARACTER);
                replaced += 1;
            }
        }
    }
}

/// The encoding that the declaration names; none for UTF-8, and for what no one knows.
fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    let head = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = memchr::memchr(b'>', head)?;
    let declaration = std::str::from_utf8(&head[..end]).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let label = value[1..].split(quote).next()?;
    // What could be read up to here is no UTF-16, whatever it says.
    let encoding = Encoding::for_label(label.as_bytes())?.output_encoding();
    (encoding != UTF_8).then_some(encoding)
}

/// Whether the letters are UTF-8, of which the last may be cut; none where that is the only one.
fn is_utf8(bytes: &[u8]) -> Option<bool> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Some(true),
        Err(error) if error.error_len().is_some() => Some(false),
        Err(error) => (!bytes[..error.valid_up_to()].is_ascii()).then_some(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, u64) {
        let replaced = Rc::default();
        let mut text = String::new();
        let mut reader = Declared::new(bytes, Rc::clone(&replaced)).expect("memory");
        reader.read_to_string(&mut text).expect("UTF-8");
        (text, replaced.get())
    }

    fn declared(label: &str, rest: &[u8]) -> Vec<u8> {
        [format!("<?xml version=\"1.0\" encoding=\"{label}\" ?>\n").as_bytes(), rest].concat()
    }

    #[test]
    fn letters_are_those_of_the_declared_encoding() {
        for (label, bytes, text) in [
            ("ISO-8859-1", &b"caf\xE9"[..], "café"),
            ("iso-8859-2", b"za\xBF\xF3\xB3\xE6", "zażółć"),
            ("windows-1251", b"\xEF\xF0\xE8\xE2\xE5\xF2", "привет"),
            ("Shift_JIS", b"\x82\xB1\x82\xF1", "こん"),
            ("UTF-8", "żółć".as_bytes(), "żółć"),
            // Declared wrongly, or by a name that nobody knows.
            ("ISO-8859-1", "żółć".as_bytes(), "żółć"),
            ("UTF-16", "żółć".as_bytes(), "żółć"),
            ("utf8mb4", "żółć".as_bytes(), "żółć"),
        ] {
            let (found, replaced) = read(&declared(label, bytes));
            assert_eq!((found.lines().nth(1), replaced), (Some(text), 0), "{label}");
        }
        assert_eq!(
            read(b"<?xml version='1.0' encoding = 'latin1'?>\xE9").0,
            "<?xml version='1.0' encoding = 'latin1'?>é"
        );
        for same in ["", "<", "<?xml", "<?xml version=\"1.0\"?><a encoding=\"latin1\">é</a>", "<?xml encoding=\"latin1"]
        {
            assert_eq!(read(same.as_bytes()), (same.to_owned(), 0));
        }
    }

    #[test]
    fn a_letter_on_the_edge_is_whole_and_a_broken_one_is_counted() {
        for before in BUFFER - 60..BUFFER {
            let bytes = declared("Shift_JIS", &[&vec![b'a'; before][..], b"\x82\xB1\x82\xF1"].concat());
            let (text, replaced) = read(&bytes);
            assert!(text.ends_with("aこん") && replaced == 0, "{before}");
        }
        // Declared wrongly, and told by a letter of which not all is in the first piece.
        for before in BUFFER - 60..BUFFER {
            let bytes = declared("ISO-8859-1", &[&vec![b'a'; before][..], "é, żółć".as_bytes()].concat());
            assert!(read(&bytes).0.ends_with("aé, żółć"), "{before}");
        }
        let (text, replaced) = read(&declared("Shift_JIS", b"\x82\xB1\x82 a \x82"));
        assert!(text.ends_with("こ\u{FFFD} a \u{FFFD}") && replaced == 2, "{text} {replaced}");
    }
}
