//! Readers of community exports: what people can actually get out of a platform, as events and members.
//!
//! [`read`] takes a file, a folder, a pattern or an archive (zip, tar, and gzip, xz, zstd), recognises the format from the content and gives the [`Source`]: a frame of
//! events, a frame of members where the export tells of them, and the account of every row: kept, or refused with the reason.
//! Options are data ([`ReadOptions`] is serde), and so is the [`Mapping`] of a table's columns.
//!
//! | format | what it is | what becomes what |
//! |---|---|---|
//! | [`Format::StackExchange`] | data dump of a site: `Posts.xml` and the files beside it | [`stackexchange`] |
//! | [`Format::Discourse`] | topic JSON, `/t/<id>.json`; the archive of a user | [`discourse`] |
//! | [`Format::Zulip`] | zulip-archive: a JSON file per topic | [`zulip`] |
//! | [`Format::Slack`] | workspace export: a folder per channel, a JSON file per day | [`slack`] |
//! | [`Format::Discord`] | channels as DiscordChatExporter writes them: JSON, HTML or CSV | [`discord`] |
//! | [`Format::Mattermost`] | bulk export: JSONL | [`mattermost`] |
//! | [`Format::Telegram`] | Telegram Desktop's `result.json` | [`telegram`] |
//! | [`Format::Irc`] | logs of irssi, weechat, ZNC and others | [`irc`] |
//! | [`Format::WordPress`] | export of a site: WXR | [`wordpress`] |
//! | [`Format::GitHub`] | the archive of a repository, or hours of GH Archive | [`github`] |
//! | [`Format::MediaWiki`] | the XML dump of a wiki | [`mediawiki`] |
//! | [`Format::Reddit`] | dumps of Pushshift and Arctic Shift | [`reddit`] |
//! | [`Format::Perceval`] | items of GrimoireLab's fetcher | [`perceval`] |
//! | [`Format::Git`] | what `git log` writes | [`git`] |
//! | [`Format::Twitter`] | the archive of an account of X | [`personal::twitter`] |
//! | [`Format::Facebook`] | what a profile can download as JSON | [`personal::facebook`] |
//! | [`Format::LinkedIn`] | the archive of a person | [`personal::linkedin`] |
//! | [`Format::Yammer`] | the export of a network of Viva Engage, or of a user's data | [`yammer`] |
//! | [`Format::Mbox`] | mbox, Pipermail text | [`mbox`] |
//! | [`Format::Parquet`], [`Format::Csv`], [`Format::Ndjson`] | a table of events | [`table`] |
//!
//! Exports are hostile input: files are streamed, one record at a time goes into columns, a record and an archive's expansion are
//! capped, names that lead out of an archive are refused, links inside a folder are not followed, and bytes that are no UTF-8,
//! and halves of surrogate pairs in JSON, are replaced and noted. Nothing is fetched, nothing is written.
mod calendar;
mod chat;
pub mod discord;
pub mod discourse;
mod error;
mod event;
mod format;
pub mod git;
pub mod github;
mod html;
mod input;
pub mod irc;
mod job;
mod json;
mod made;
mod markup;
pub mod mattermost;
pub mod mbox;
pub mod mediawiki;
mod options;
pub mod perceval;
pub mod personal;
mod presence;
mod privacy;

mod recognise;
pub mod reddit;
mod rows;
pub mod simulate;
pub mod slack;
mod source;
pub mod stackexchange;
pub mod table;
pub mod telegram;
mod time;
pub mod wordpress;
mod xml;
pub mod yammer;
pub mod zulip;

pub use error::{Error, Place, Result};
pub use format::Format;
pub use job::Progress;
pub use options::{Mapping, MembersMapping, ReadOptions, TextFormat, TimeUnit};
pub use privacy::{Key, Privacy};
pub use recognise::recognise;
pub use source::{Source, read, read_with_progress};
