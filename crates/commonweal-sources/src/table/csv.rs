//! Delimited text, a row at a time into columns of text.
use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use csv::{ReaderBuilder, StringRecord};
use polars::prelude::*;

use super::delimiter;
use crate::error::{Error, Place, Result};
use crate::event::strings;
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

const UNEVEN: &str = "row with more or fewer fields than the header";

/// A row put behind the last one: whatever takes it in is a field that was never closed.
const END: &str = "\u{1}end of the table";

/// Remembers the last byte read.
struct Last<R> {
    inner: R,
    last: Rc<Cell<u8>>,
}

impl<R: Read> Read for Last<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if let Some(last) = buffer[..read].last() {
            self.last.set(*last);
        }
        Ok(read)
    }
}

pub(super) fn load(
    source: impl Read,
    path: &Path,
    refuse: &mut dyn FnMut(&'static str),
) -> Result<(DataFrame, Replaced)> {
    let told = |error: io::Error| Error::io(path, error);
    let allowance = Allowance::new(RECORD_LIMIT);
    let last = Rc::new(Cell::new(b'\n'));
    let text = Utf8::new(source, path.to_owned());
    let replaced = text.replaced();
    let mut text = Guard::new(text, path.to_owned(), allowance.clone());
    let mut header = Vec::new();
    text.read_until(b'\n', &mut header).map_err(told)?;
    let delimiter = delimiter(&String::from_utf8_lossy(&header)).unwrap_or(',');
    let whole = Last { inner: header.as_slice().chain(text), last: Rc::clone(&last) };
    let end = format!("\n{END}\n");
    let whole = BufReader::new(whole.chain(end.as_bytes()));
    let mut reader = ReaderBuilder::new().delimiter(delimiter as u8).flexible(true).from_reader(whole);
    let header = reader.headers().map_err(|error| fault(path, error))?;
    if is_open(header) {
        return Err(unclosed(path, &[], header));
    }
    let names = names(header, path)?;
    let mut columns: Vec<StringChunkedBuilder> = names.iter().map(|name| strings(name)).collect();
    let (mut record, mut height, mut uneven) = (StringRecord::new(), 0, None);
    loop {
        allowance.renew();
        if !reader.read_record(&mut record).map_err(|error| fault(path, error))? {
            break;
        }
        if record.iter().eq([END]) {
            continue;
        }
        if is_open(&record) {
            return Err(unclosed(path, &names, &record));
        }
        if record.len() != columns.len() {
            uneven = record.position().map(|position| position.line());
            refuse(UNEVEN);
            continue;
        }
        uneven = None;
        height += 1;
        for (column, field) in columns.iter_mut().zip(&record) {
            column.append_option(Some(field).filter(|field| !field.is_empty()));
        }
    }
    if let Some(line) = uneven
        && last.get() != b'\n'
    {
        let detail = "the last row lacks fields and a line end".to_owned();
        return Err(Error::Truncated { path: path.to_owned(), place: Place::line(line), detail });
    }
    let columns = columns.into_iter().map(|column| column.finish().into_column()).collect();
    let frame = DataFrame::new(height, columns).map_err(|error| Error::frame(path, &error))?;
    Ok((frame, replaced))
}

/// Whether the last field of a row took in what is behind the table.
fn is_open(record: &StringRecord) -> bool {
    record.iter().next_back().is_some_and(|field| field.trim_end_matches('\n').ends_with(END))
}

/// A field that was never closed, told of where it begins.
fn unclosed(path: &Path, names: &[String], record: &StringRecord) -> Error {
    let (fields, begins) = (record.iter(), record.position().map_or(1, csv::Position::line));
    let before = fields.take(record.len() - 1).flat_map(str::bytes).filter(|byte| *byte == b'\n').count() as u64;
    let field = record.iter().next_back().unwrap_or_default().lines().next().unwrap_or_default();
    let start: String = field.chars().take(20).collect();
    let column = names.get(record.len() - 1).map(|name| format!(" of the column {name:?}")).unwrap_or_default();
    let detail = format!(
        "the quote before {start:?}{column} is never closed, so that all that follows would be one field; close it, or \
         write it twice within quotes where it is a part of the text"
    );
    Error::Malformed { path: path.to_owned(), place: Place::line(begins + before), format: "CSV", detail }
}

/// The header's names; one without a name (as pandas writes its index) gets one.
fn names(header: &StringRecord, path: &Path) -> Result<Vec<String>> {
    let mut seen = HashSet::new();
    let mut names = Vec::with_capacity(header.len());
    for (at, name) in header.iter().enumerate() {
        let name = if name.trim().is_empty() { format!("column_{at}") } else { name.trim().to_owned() };
        if !seen.insert(name.clone()) {
            return Err(Error::Malformed {
                path: path.to_owned(),
                place: Place::line(1),
                format: "CSV",
                detail: format!("two columns are named {name:?}"),
            });
        }
        names.push(name);
    }
    Ok(names)
}

fn fault(path: &Path, error: csv::Error) -> Error {
    let place = error.position().map_or(Place::default(), |position| Place::line(position.line()));
    let detail = error.to_string();
    match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(path, error),
        _ => Error::Malformed { path: path.to_owned(), place, format: "CSV", detail },
    }
}
