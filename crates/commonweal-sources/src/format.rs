//! The formats that are read.
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A format that [`crate::read`] reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Format {
    /// Stack Exchange data dump: `Posts.xml` and the files beside it.
    StackExchange,
    /// Discourse topics as JSON: `/t/<id>.json`.
    Discourse,
    /// zulip-archive: a folder per stream, a JSON file per topic.
    Zulip,
    /// Mailbox or Pipermail text.
    Mbox,
    /// A table of events in Parquet.
    Parquet,
    /// A table of events as delimited text.
    Csv,
    /// A table of events as one JSON object a line.
    Ndjson,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 7] =
        [Self::StackExchange, Self::Discourse, Self::Zulip, Self::Mbox, Self::Parquet, Self::Csv, Self::Ndjson];
    pub(crate) const NAMES: [&'static str; 7] =
        ["stackexchange", "discourse", "zulip", "mbox", "parquet", "csv", "ndjson"];
    pub(crate) const READABLE: &'static str = "a Stack Exchange dump, Discourse topic JSON, zulip-archive JSON, mbox or Pipermail text, \
         and tables of events as Parquet, CSV or NDJSON";

    /// The format's name, as the option `format` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::StackExchange => "stackexchange",
            Self::Discourse => "discourse",
            Self::Zulip => "zulip",
            Self::Mbox => "mbox",
            Self::Parquet => "parquet",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    /// True for tables of events, which take a [`crate::Mapping`].
    pub fn is_table(self) -> bool {
        matches!(self, Self::Parquet | Self::Csv | Self::Ndjson)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let wanted = name.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|format| format.name() == wanted)
            .ok_or_else(|| Error::UnknownFormat { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_formats_are_one_list() {
        for (format, name) in Format::ALL.into_iter().zip(Format::NAMES) {
            assert_eq!(format.name(), name);
            assert_eq!(name.parse::<Format>().expect("a name from the list"), format);
            assert_eq!(serde_json::to_string(&format).expect("an enum"), format!("{name:?}"));
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let error = "slack".parse::<Format>().expect_err("no such format");
        assert_eq!(
            error.to_string(),
            "the option `format` must be one of stackexchange, discourse, zulip, mbox, parquet, csv, ndjson, got \"slack\""
        );
    }
}
