//! Rows on their way into columns.
use std::path::Path;

use polars::prelude::*;

use crate::error::{Error, Result};

/// The kinds of the contract.
pub(crate) const KINDS: [&str; 15] = [
    "post", "reply", "reaction", "view", "share", "join", "leave", "resolve", "reopen", "assign", "flag", "moderate",
    "lead", "convert", "edit",
];

/// How well a time is known, where it is not exact.
pub(crate) const DAY: Option<&str> = Some("day");
pub(crate) const INHERITED: Option<&str> = Some("inherited");

/// One event; what is not said is null.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Event<'a> {
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub time: i64,
    pub member: Option<&'a str>,
    pub kind: &'a str,
    pub id: Option<&'a str>,
    pub thread: Option<&'a str>,
    pub parent: Option<&'a str>,
    pub channel: Option<&'a str>,
    pub text: Option<&'a str>,
    pub quality: Option<&'a str>,
}

/// Builds the events' columns. Nothing but the columns is kept in memory.
pub(crate) struct EventColumns {
    time: Vec<i64>,
    member: StringChunkedBuilder,
    kind: StringChunkedBuilder,
    id: StringChunkedBuilder,
    thread: StringChunkedBuilder,
    parent: StringChunkedBuilder,
    channel: StringChunkedBuilder,
    text: StringChunkedBuilder,
    quality: StringChunkedBuilder,
}

pub(crate) fn strings(name: &str) -> StringChunkedBuilder {
    StringChunkedBuilder::new(name.into(), 0)
}

impl EventColumns {
    pub fn new() -> Self {
        Self {
            time: Vec::new(),
            member: strings("member"),
            kind: strings("kind"),
            id: strings("id"),
            thread: strings("thread"),
            parent: strings("parent"),
            channel: strings("channel"),
            text: strings("text"),
            quality: strings("time_quality"),
        }
    }

    pub fn len(&self) -> usize {
        self.time.len()
    }

    pub fn push(&mut self, event: Event<'_>) {
        self.time.push(event.time);
        self.member.append_option(event.member);
        self.kind.append_value(event.kind);
        self.id.append_option(event.id);
        self.thread.append_option(event.thread);
        self.parent.append_option(event.parent);
        self.channel.append_option(event.channel);
        self.text.append_option(event.text.filter(|text| !text.is_empty()));
        self.quality.append_option(event.quality);
    }

    /// The frame in the contract's order of columns, then the extra ones. An extra column of a known name takes its place.
    pub fn finish(self, path: &Path, platform: &str, extra: Vec<Column>) -> Result<DataFrame> {
        let height = self.len();
        let columns = vec![
            times("time", Int64Chunked::from_vec(PlSmallStr::EMPTY, self.time)),
            self.member.finish().into_column(),
            self.kind.finish().into_column(),
            self.id.finish().into_column(),
            self.thread.finish().into_column(),
            self.parent.finish().into_column(),
            self.channel.finish().into_column(),
            Column::new_scalar("platform".into(), Scalar::from(PlSmallStr::from_str(platform)), height),
            self.text.finish().into_column(),
            self.quality.finish().into_column(),
        ];
        let told = |error| Error::frame(path, &error);
        let mut frame = DataFrame::new(height, columns).map_err(told)?;
        for column in extra {
            frame.with_column(column).map_err(|error| Error::frame(path, &error))?;
        }
        Ok(frame)
    }
}

/// A column of times in UTC.
pub(crate) fn times(name: &str, micros: Int64Chunked) -> Column {
    let named = micros.with_name(name.into());
    named.into_datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)).into_column()
}

/// One row of the members table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Member<'a> {
    pub member: &'a str,
    pub name: Option<&'a str>,
    pub role: Option<&'a str>,
}

/// Builds the columns that every members table has.
pub(crate) struct MemberColumns {
    member: StringChunkedBuilder,
    name: StringChunkedBuilder,
    role: StringChunkedBuilder,
    height: usize,
}

impl MemberColumns {
    pub fn new() -> Self {
        Self { member: strings("member"), name: strings("name"), role: strings("role"), height: 0 }
    }

    pub fn push(&mut self, member: Member<'_>) {
        self.member.append_value(member.member);
        self.name.append_option(member.name);
        self.role.append_option(member.role);
        self.height += 1;
    }

    /// The frame: `member`, `name`, the extra columns, `role`.
    pub fn finish(self, path: &Path, extra: Vec<Column>) -> Result<DataFrame> {
        let mut columns = vec![self.member.finish().into_column(), self.name.finish().into_column()];
        columns.extend(extra);
        columns.push(self.role.finish().into_column());
        DataFrame::new(self.height, columns).map_err(|error| Error::frame(path, &error))
    }
}
