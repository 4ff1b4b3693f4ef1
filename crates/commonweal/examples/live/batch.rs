//! A batch of events, from JSON to a frame.
use chrono::{DateTime, Utc};
use commonweal::Kind;
use polars::prelude::*;
use serde::Deserialize;

use crate::Result;

/// An act, as it is posted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    pub time: DateTime<Utc>,
    pub member: Option<String>,
    pub kind: Kind,
    pub id: Option<String>,
    pub thread: Option<String>,
    pub parent: Option<String>,
    pub channel: Option<String>,
    pub text: Option<String>,
}

/// The events of these acts.
pub fn frame(acts: &[Act]) -> Result<DataFrame> {
    let texts = |name: &str, text: fn(&Act) -> Option<&String>| {
        Column::new(name.into(), acts.iter().map(|act| text(act).map(String::as_str)).collect::<Vec<_>>())
    };
    let time = Column::new("time".into(), acts.iter().map(|act| act.time.timestamp_micros()).collect::<Vec<_>>());
    let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let columns = vec![
        time.cast(&utc)?,
        Column::new("kind".into(), acts.iter().map(|act| act.kind.name()).collect::<Vec<_>>()),
        texts("member", |act| act.member.as_ref()),
        texts("id", |act| act.id.as_ref()),
        texts("thread", |act| act.thread.as_ref()),
        texts("parent", |act| act.parent.as_ref()),
        texts("channel", |act| act.channel.as_ref()),
        texts("text", |act| act.text.as_ref()),
    ];
    Ok(DataFrame::new(acts.len(), columns)?)
}
