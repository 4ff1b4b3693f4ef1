//! The one error of the crate: every fault names the file, the place in it where known, and what would help.
use std::borrow::Cow;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::format::Format;

/// What every reader returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Where in a file a fault lies, as far as the format lets us know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line, counted from 1.
    pub line: Option<u64>,
    /// Byte of the (unpacked) content, counted from 0.
    pub byte: Option<u64>,
}

impl Place {
    /// A place known by its line.
    pub fn line(line: u64) -> Self {
        Self { line: Some(line), byte: None }
    }

    /// A place known by its byte.
    pub fn byte(byte: u64) -> Self {
        Self { line: None, byte: Some(byte) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.byte) {
            (Some(line), _) => write!(f, ", line {line}"),
            (None, Some(byte)) => write!(f, ", byte {byte}"),
            (None, None) => Ok(()),
        }
    }
}

/// Why an export could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing is at the path.
    #[error("{}: no such file or folder; check the path", path.display())]
    NotFound {
        /// The path that was asked for.
        path: PathBuf,
    },
    /// The operating system refused to give the bytes.
    #[error("{}: cannot be read ({source}); check its permissions and the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file has no content.
    #[error("{}: the file is empty; export it again", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The folder or archive holds nothing that could be an export.
    #[error("{}: no export in this folder or archive; readable are: {}", path.display(), Format::READABLE)]
    EmptyFolder {
        /// The folder or archive.
        path: PathBuf,
    },
    /// The content is of no known format.
    #[error("{}: the format is not recognised (it begins with {begins:?}); readable are: {}", path.display(), Format::READABLE)]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The first characters of it.
        begins: String,
    },
    /// The content is JSON, but one array and not one object a line.
    #[error("{}: is one JSON array, of no export that is known; a table of events has one object a line: write it so, as `jq -c '.[]' events.json > events.ndjson` does, or in Python `polars.read_json(\"events.json\").write_ndjson(\"events.ndjson\")`", path.display())]
    JsonArray {
        /// The file.
        path: PathBuf,
    },
    /// The folder holds several formats.
    #[error("{}: holds several formats ({}); name the one to read with the option `format`, or give the path of one file", path.display(), found.join(", "))]
    Ambiguous {
        /// The folder or archive.
        path: PathBuf,
        /// The formats found, each with one file.
        found: Vec<String>,
    },
    /// The folder holds several exports, or several variants, of one format.
    #[error("{}: holds several exports of one format ({}); give the files of one of them: its file, its folder, or a pattern such as \"export/*.json\"", path.display(), found.join(", "))]
    Several {
        /// The folder or archive.
        path: PathBuf,
        /// What was found, each with one file.
        found: Vec<String>,
    },
    /// The content is not what the option `format` says.
    #[error("{}: is not {format} ({found}); leave the option `format` out to have it recognised", path.display())]
    Mismatch {
        /// The file or folder.
        path: PathBuf,
        /// The format that was asked for.
        format: Format,
        /// What was found instead.
        found: String,
    },
    /// The export lacks the file that everything else hangs on.
    #[error("{}: the export has no {file}; give the folder or archive that holds it", path.display())]
    MissingFile {
        /// The folder, archive or file.
        path: PathBuf,
        /// The file that is missing.
        file: &'static str,
    },
    /// The content is packed in a way that is not unpacked here.
    #[error("{}: is a {packing}, which is not unpacked here; {remedy}", path.display())]
    Packed {
        /// The file.
        path: PathBuf,
        /// The kind of archive.
        packing: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// The content stops before its end.
    #[error("{}{place}: the file is cut off ({detail}); fetch or export it again", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Where it ends.
        place: Place,
        /// What is missing.
        detail: String,
    },
    /// The content breaks the rules of its format.
    #[error("{}{place}: not valid {format} ({}); export it again, or mend that place", path.display(), brief(detail))]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where.
        place: Place,
        /// The format that it should be.
        format: &'static str,
        /// What is wrong.
        detail: String,
    },
    /// The text is in an encoding that is not read.
    #[error("{}: is encoded as {encoding}; save it as UTF-8", path.display())]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The encoding found.
        encoding: &'static str,
    },
    /// One record is larger than any real one.
    #[error("{}: one record is larger than {limit} bytes; the file is broken or hostile", path.display())]
    RecordTooLarge {
        /// The file.
        path: PathBuf,
        /// The largest record that is read.
        limit: u64,
    },
    /// Packed content unpacks to implausibly much.
    #[error("{}: unpacks to more than {limit} bytes from {packed}; if you trust it, unpack it first and give the folder", path.display())]
    Expansion {
        /// The file or archive.
        path: PathBuf,
        /// Bytes when packed.
        packed: u64,
        /// Bytes allowed when unpacked.
        limit: u64,
    },
    /// The archive names a file outside of itself.
    #[error("{}: holds the unsafe name {name:?}; such an archive is not read, pack it again with relative names", path.display())]
    UnsafeName {
        /// The archive.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The folder or archive has too many files, or is nested too deep.
    #[error("{}: {what}; give the folder that holds the export itself", path.display())]
    TooMany {
        /// The folder or archive.
        path: PathBuf,
        /// What there is too much of.
        what: String,
    },
    /// The table lacks a column that events need.
    #[error("{}: no column for `{column}`; the table has {}; name it in the mapping, as in {{\"{column}\": \"your column\"}}", path.display(), list(have))]
    MissingColumn {
        /// The table.
        path: PathBuf,
        /// The column of the contract.
        column: &'static str,
        /// The table's columns.
        have: Vec<String>,
    },
    /// The columns to read name one that the table lacks.
    #[error("{}: columns names {column:?}, which is not in the table; it has {}", path.display(), list(have))]
    AbsentColumn {
        /// The table.
        path: PathBuf,
        /// The column that is not there.
        column: String,
        /// The table's columns.
        have: Vec<String>,
    },
    /// The mapping names a column that the table lacks.
    #[error("{}: the mapping takes `{column}` from {source_column:?}, which is not in the table; it has {}", path.display(), list(have))]
    UnknownColumn {
        /// The table.
        path: PathBuf,
        /// The column of the contract.
        column: String,
        /// The column that the mapping names.
        source_column: String,
        /// The table's columns.
        have: Vec<String>,
    },
    /// A column has a type that cannot serve.
    #[error("{}: the column {column:?} is {found}, expected {expected}", path.display())]
    ColumnType {
        /// The table.
        path: PathBuf,
        /// The column of the table.
        column: String,
        /// Its type.
        found: String,
        /// What would serve.
        expected: &'static str,
    },
    /// Times without a zone, and no zone named.
    #[error("{}{place}: the times in {column:?} have no zone (such as {example:?}); name it with the option `time_zone`, as in \"UTC\" or \"Europe/Berlin\"", path.display())]
    NaiveTime {
        /// The table.
        path: PathBuf,
        /// The first such row.
        place: Place,
        /// The column.
        column: String,
        /// The first such value.
        example: String,
    },
    /// The option `time_zone` names no zone.
    #[error("the option `time_zone` must be an IANA name such as \"UTC\" or \"Europe/Berlin\", got {name:?}")]
    UnknownZone {
        /// What was given.
        name: String,
    },
    /// The option `format` names no format.
    #[error("the option `format` must be one of {}, got {name:?}", Format::names())]
    UnknownFormat {
        /// What was given.
        name: String,
    },
    /// The mapping gives a kind that events do not have.
    #[error("the mapping turns {value:?} into the kind {kind:?}; a kind must be one of {}", crate::event::KINDS.join(", "))]
    UnknownKind {
        /// The value of the table.
        value: String,
        /// The kind named for it.
        kind: String,
    },
    /// The key of the option `privacy` is too short to be a secret.
    #[error("the option `privacy`: the key must have {fewest} letters or more, else it can be guessed")]
    WeakKey {
        /// The fewest letters of a key.
        fewest: usize,
    },
    /// An option is given that the format has no use for.
    #[error("{}: the option `{option}` serves tables only, and this is {format}; leave it out", path.display())]
    UnusedOption {
        /// The file or folder.
        path: PathBuf,
        /// The option.
        option: &'static str,
        /// The format found.
        format: Format,
    },
    /// The frame could not be built.
    #[error("{}: the columns could not be built ({detail})", path.display())]
    Frame {
        /// The file or folder.
        path: PathBuf,
        /// What polars said.
        detail: String,
    },
}

/// A detail that quotes the file, which may have a name of megabytes where a word should be.
fn brief(detail: &str) -> Cow<'_, str> {
    shortened(detail, 300)
}

/// The first letters of a text.
fn shortened(text: &str, longest: usize) -> Cow<'_, str> {
    match text.char_indices().nth(longest) {
        Some((end, _)) => Cow::Owned(format!("{} …", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

impl Error {
    /// An error of the system, told of the file. Faults that our own readers sent through [`io::Error`] come out again.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            return Self::NotFound { path: path.to_owned() };
        }
        match source.downcast::<Self>() {
            Ok(own) => own,
            Err(source) if source.kind() == io::ErrorKind::UnexpectedEof => Self::Truncated {
                path: path.to_owned(),
                place: Place::default(),
                detail: "its packed content ends too early".to_owned(),
            },
            Err(source) => Self::Io { path: path.to_owned(), source },
        }
    }

    /// Wraps the error so that it can pass through a [`std::io::Read`].
    pub(crate) fn into_io(self) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, self)
    }

    /// An error of polars, told of the file.
    pub(crate) fn frame(path: &Path, error: &polars::error::PolarsError) -> Self {
        Self::Frame { path: path.to_owned(), detail: error.to_string() }
    }
}

/// Columns by name, as many and as long as a person reads: a broken file may have one of megabytes, or a thousand.
fn list(names: &[String]) -> String {
    const MOST: usize = 20;
    const LONGEST: usize = 60;
    if names.is_empty() {
        return "no columns".to_owned();
    }
    let mut shown: Vec<Cow<'_, str>> = names.iter().take(MOST).map(|name| shortened(name, LONGEST)).collect();
    if names.len() > MOST {
        shown.push(Cow::Owned(format!("and {} more", names.len() - MOST)));
    }
    shown.join(", ")
}
