//! XML, streamed: the rows of a file that is a list of elements with attributes, and the pieces of any other.
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::errors::SyntaxError;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// One `<row …/>`, or what the attributes of another element are.
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
    events(source, path, |event, allowance| {
        allowance.renew();
        match event {
            Event::Empty(element) if element.name().as_ref() == "row" => take(Row(&element)),
            _ => Ok(()),
        }
    })
}

/// A piece of a file whose records are elements with elements in them.
pub(crate) enum Piece<'a> {
    Open(&'a str, Row<'a>),
    Text(&'a str),
    Close(&'a str),
}

/// Hands over what a file is made of, in its order, entities undone. `records` are the elements that records are: each may be as large
/// as a record may be.
pub(crate) fn pieces(
    source: impl Read,
    path: &Path,
    records: &[&str],
    mut take: impl FnMut(Piece<'_>),
) -> Result<Replaced> {
    events(source, path, |event, allowance| {
        match event {
            Event::Start(element) => {
                if records.contains(&element.name().as_ref()) {
                    allowance.renew();
                }
                take(Piece::Open(element.name().as_ref(), Row(&element)));
            }
            Event::Empty(element) => {
                take(Piece::Open(element.name().as_ref(), Row(&element)));
                take(Piece::Close(element.name().as_ref()));
            }
            Event::End(element) => {
                take(Piece::Close(element.name().as_ref()));
                if records.contains(&element.name().as_ref()) {
                    allowance.renew();
                }
            }
            Event::Text(text) => take(Piece::Text(&text)),
            Event::CData(text) => take(Piece::Text(&text)),
            // Entities of a document type of its own are not expanded.
            Event::GeneralRef(name) => {
                let whole = format!("&{};", &*name);
                take(Piece::Text(unescape(&whole).as_deref().unwrap_or(&whole)));
            }
            _ => {}
        }
        Ok(())
    })
}

fn events(
    source: impl Read,
    path: &Path,
    mut take: impl FnMut(Event<'_>, &Allowance) -> Result<()>,
) -> Result<Replaced> {
    let text = Utf8::of_xml(source, path.to_owned()).map_err(|error| Error::io(path, error))?;
    let replaced = text.replaced();
    let allowance = Allowance::new(RECORD_LIMIT);
    let mut reader = Reader::from_reader(Guard::new(text, path.to_owned(), allowance.clone()));
    let (mut buffer, mut depth) = (Vec::new(), 0_usize);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) if depth == 0 => return Ok(replaced),
            Ok(Event::Eof) => return Err(cut(path, reader.buffer_position(), "its last element is not closed")),
            Ok(event) => {
                match &event {
                    Event::Start(_) => depth += 1,
                    Event::End(_) => depth = depth.saturating_sub(1),
                    _ => {}
                }
                take(event, &allowance)?;
            }
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
