//! CSV with a header, a row at a time, the fields asked for by name.
use std::collections::HashMap;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::{ReaderBuilder, StringRecord};

use crate::error::{Error, Place, Result};
use crate::input::{Allowance, Guard, RECORD_LIMIT, Replaced, Utf8};

/// The header's names, in lower case, with what stands between the words put aside: `Sent At`, `sent_at` and `SentAt` are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header(HashMap<String, usize>);

/// A name as it is compared.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Header {
    pub fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.contains_key(&plain(name)))
    }

    /// The header of a text, if its first line is one of several names.
    pub fn of(text: &str) -> Self {
        let line = text.trim_start_matches('\u{FEFF}').lines().next().unwrap_or_default();
        let delimiter = crate::table::delimiter(line).unwrap_or(',');
        let names = line.split(delimiter).map(|name| plain(name.trim().trim_matches('"')));
        Self(names.enumerate().map(|(at, name)| (name, at)).collect())
    }
}

/// One row.
pub(crate) struct Row<'a> {
    header: &'a Header,
    record: &'a StringRecord,
}

impl Row<'_> {
    /// The first of these fields that is there and not empty.
    pub fn get(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let at = self.header.0.get(&plain(name))?;
            self.record.get(*at).map(str::trim).filter(|field| !field.is_empty())
        })
    }
}

/// Hands over each row. Rows with fewer or more fields than the header are handed over as they are; a last one that breaks off is an error.
pub(crate) fn each(source: impl Read, path: &Path, mut take: impl FnMut(Row<'_>)) -> Result<Replaced> {
    let fault = |error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => Error::io(path, error),
        other => Error::Malformed {
            path: path.to_owned(),
            place: Place::default(),
            format: "CSV",
            detail: format!("{other:?}"),
        },
    };
    let allowance = Allowance::new(RECORD_LIMIT);
    let text = Utf8::new(source, path.to_owned());
    let replaced = text.replaced();
    let mut text = BufReader::new(Guard::new(text, path.to_owned(), allowance.clone()));
    let delimiter = {
        use std::io::BufRead;
        let start = text.fill_buf().map_err(|error| Error::io(path, error))?;
        let line = String::from_utf8_lossy(start);
        crate::table::delimiter(line.lines().next().unwrap_or_default()).unwrap_or(',')
    };
    let mut reader = ReaderBuilder::new().delimiter(delimiter as u8).flexible(true).from_reader(text);
    let names = reader.headers().map_err(fault)?.clone();
    let names = names.iter().map(|name| plain(name.trim_start_matches('\u{FEFF}')));
    let mut header = Header::default();
    for (at, name) in names.enumerate() {
        // Of two columns of one name the first counts.
        header.0.entry(name).or_insert(at);
    }
    let mut record = StringRecord::new();
    loop {
        allowance.renew();
        if !reader.read_record(&mut record).map_err(fault)? {
            return Ok(replaced);
        }
        take(Row { header: &header, record: &record });
    }
}
