//! The rows of an XML file that is a list of elements with attributes.
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// One `<row …/>`.
pub(crate) struct Row<'a>(&'a BytesStart<'a>);

impl Row<'_> {
    /// Hands over each attribute: its name, and its value without escapes, or none where the escapes are broken.
    pub fn each(&self, mut take: impl FnMut(&str, Option<Cow<'_, str>>)) {
        for attribute in self.0.attributes().with_checks(false).flatten() {
            take(attribute.key.as_ref(), unescape(&attribute.value).ok());
        }
    }
}

/// Hands over the rows of a file, one at a time. The file must end where its root element ends.
pub(crate) fn rows(source: impl Read, path: &Path, mut take: impl FnMut(Row<'_>) -> Result<()>) -> Result<Replaced> {
    let text = Utf8::new(source, path.to_owned());
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut reader = Reader::from_reader(Guard::new(text, path.to_owned(), allowance.clone()));
    let (mut buffer, mut depth) = (Vec::new(), 0_usize);
    loop {
        buffer.clear();
        allowance.renew();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Empty(element)) if element.name().as_ref() == "row" => take(Row(&element))?,
            Ok(Event::Eof) if depth == 0 => return Ok(replaced),
            Ok(Event::Eof) => return Err(cut(path, reader.buffer_position(), "its last element is not closed")),
            Ok(_) => {}
            Err(quick_xml::Error::Io(error)) => {
                // The error is shared with the reader's state only, and the reader ends here.
                drop(reader);
                return Err(match std::sync::Arc::try_unwrap(error) {
                    Ok(error) => Error::io(path, error),
                    Err(error) => Error::io(path, std::io::Error::new(error.kind(), error.to_string())),
                });
            }
            Err(quick_xml::Error::Syntax(error)) if error != SyntaxError::InvalidBangMarkup => {
                return Err(cut(path, reader.error_position(), &error.to_string()));
            }
            Err(error) => {
                return Err(Error::Malformed {
                    path: path.to_owned(),
                    place: Place::byte(reader.error_position()),
                    format: "XML",
                    detail: error.to_string(),
                });
            }
        }
    }
}

fn cut(path: &Path, byte: u64, detail: &str) -> Error {
    Error::Truncated { path: path.to_owned(), place: Place::byte(byte), detail: detail.to_owned() }
}
