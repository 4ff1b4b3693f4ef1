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
    /// Discourse: topics as JSON, `/t/<id>.json`, or the archive of a user.
    Discourse,
    /// zulip-archive: a folder per stream, a JSON file per topic.
    Zulip,
    /// Slack workspace export: a folder per channel, a JSON file per day.
    Slack,
    /// Discord channels, as DiscordChatExporter writes them: JSON, HTML or CSV.
    Discord,
    /// Mattermost bulk export: JSONL.
    Mattermost,
    /// Telegram Desktop: `result.json`.
    Telegram,
    /// IRC logs.
    Irc,
    /// WordPress export: WXR.
    WordPress,
    /// GitHub: the archive of a repository, or hours of GH Archive.
    GitHub,
    /// MediaWiki: the XML dump of a wiki.
    MediaWiki,
    /// Reddit: dumps of Pushshift and Arctic Shift.
    Reddit,
    /// Items that Perceval of GrimoireLab writes.
    Perceval,
    /// What `git log` writes.
    Git,
    /// X, formerly Twitter: the archive of an account.
    Twitter,
    /// Facebook: what a profile or page can download of itself as JSON.
    Facebook,
    /// LinkedIn: the archive of a person.
    LinkedIn,
    /// Viva Engage, formerly Yammer: the export of a network, or of a user's data.
    Yammer,
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
    pub const ALL: [Self; 22] = [
        Self::StackExchange,
        Self::Discourse,
        Self::Zulip,
        Self::Slack,
        Self::Discord,
        Self::Mattermost,
        Self::Telegram,
        Self::Irc,
        Self::WordPress,
        Self::GitHub,
        Self::MediaWiki,
        Self::Reddit,
        Self::Perceval,
        Self::Git,
        Self::Twitter,
        Self::Facebook,
        Self::LinkedIn,
        Self::Yammer,
        Self::Mbox,
        Self::Parquet,
        Self::Csv,
        Self::Ndjson,
    ];
    pub(crate) const READABLE: &'static str = "a Stack Exchange dump, Discourse topic JSON, zulip-archive JSON, a Slack export, \
         DiscordChatExporter files (JSON, HTML, CSV), \
         a Mattermost bulk export, Telegram's result.json, IRC logs, WordPress WXR, archives of GitHub, MediaWiki XML, dumps of Reddit, items of Perceval, `git log`, archives of X, Facebook and LinkedIn, exports of Viva Engage (Yammer), mbox or Pipermail text, and tables of events as Parquet, CSV or NDJSON";

    /// The names of all, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The format's name, as the option `format` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::StackExchange => "stackexchange",
            Self::Discourse => "discourse",
            Self::Zulip => "zulip",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Mattermost => "mattermost",
            Self::Telegram => "telegram",
            Self::Irc => "irc",
            Self::WordPress => "wordpress",
            Self::GitHub => "github",
            Self::MediaWiki => "mediawiki",
            Self::Reddit => "reddit",
            Self::Perceval => "perceval",
            Self::Git => "git",
            Self::Twitter => "twitter",
            Self::Facebook => "facebook",
            Self::LinkedIn => "linkedin",
            Self::Yammer => "yammer",
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
        for (format, name) in Format::ALL.into_iter().map(|format| (format, format.name())) {
            assert_eq!(name.parse::<Format>().expect("a name from the list"), format);
            assert_eq!(serde_json::to_string(&format).expect("an enum"), format!("{name:?}"));
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let error = "teams".parse::<Format>().expect_err("no such format").to_string();
        assert!(
            error.starts_with("the option `format` must be one of stackexchange, discourse, zulip, slack, discord, "),
            "{error}"
        );
        assert!(error.ends_with("parquet, csv, ndjson, got \"teams\""), "{error}");
    }
}
