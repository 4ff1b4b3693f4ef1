//! Readers of community exports: what people can actually get out of a platform, as events and members.
//!
//! [`read`] takes a file, a folder, a pattern or an archive (zip, tar, and gzip, xz, zstd), recognises the format from the content and gives the [`Source`]: a frame of
//! events, a frame of members where the export tells of them, and the account of every row: kept, or refused with the reason.
//! Options are data ([`ReadOptions`] is serde), and so is the [`Mapping`] of a table's columns.
//!
//! | format | what it is | what becomes what |
//! |---|---|---|
//! | [`Format::StackExchange`] | data dump of a site: `Posts.xml` and the files beside it | [`stackexchange`] |
//! | [`Format::Discourse`] | topic JSON, `/t/<id>.json` | [`discourse`] |
//! | [`Format::Zulip`] | zulip-archive: a JSON file per topic | [`zulip`] |
//! | [`Format::Slack`] | workspace export: a folder per channel, a JSON file per day | [`slack`] |
//! | [`Format::Discord`] | channels as DiscordChatExporter writes them: JSON, HTML or CSV | [`discord`] |
//! | [`Format::Mattermost`] | bulk export: JSONL | [`mattermost`] |
//! | [`Format::Telegram`] | Telegram Desktop's `result.json` | [`telegram`] |
//! | [`Format::Irc`] | logs of irssi, weechat, ZNC and others | [`irc`] |
//! | [`Format::WordPress`] | export of a site: WXR | [`wordpress`] |
//! | [`Format::Mbox`] | mbox, Pipermail text | [`mbox`] |
//! | [`Format::Parquet`], [`Format::Csv`], [`Format::Ndjson`] | a table of events | [`table`] |
//!
//! Exports are hostile input: files are streamed, one record at a time goes into columns, a record and an archive's expansion are
//! capped, names that lead out of an archive are refused, links inside a folder are not followed, and bytes that are no UTF-8 are
//! replaced and noted. Nothing is fetched, nothing is written.
mod chat;
pub mod discord;
pub mod discourse;
mod error;
mod event;
mod format;
mod html;
mod input;
pub mod irc;
mod job;
mod json;
mod made;
mod markup;
pub mod mattermost;
pub mod mbox;
mod options;
mod presence;
mod recognise;
pub mod simulate;
pub mod slack;
mod source;
pub mod stackexchange;
pub mod table;
pub mod telegram;
mod time;
pub mod wordpress;
mod xml;
pub mod zulip;

pub use error::{Error, Place, Result};
pub use format::Format;
pub use job::Progress;
pub use options::{Mapping, MembersMapping, ReadOptions, TimeUnit};
pub use recognise::recognise;
pub use source::{Source, read, read_with_progress};
