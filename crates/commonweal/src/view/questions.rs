//! Which messages ask.
use commonweal_text::question::is_question;
use polars::prelude::*;
use rayon::prelude::*;

use crate::error::{Error, Result};
use crate::schema::Kind;

/// Whether the message of a row asks; other acts than messages do not.
#[derive(Debug)]
pub(crate) struct Questions(Vec<Option<bool>>);

impl Questions {
    /// Reads the text of every message, and its title where there is a column of titles.
    ///
    /// # Errors
    /// [`Error::InvalidOption`] where the events have no text.
    pub(crate) fn read(events: &DataFrame) -> Result<Self> {
        let strings = |name: &str| events.column(name).ok().and_then(|column| column.str().ok());
        let Some(text) = strings("text") else {
            let allowed =
                "false where the events have no column \"text\": it is what tells a question from other posts";
            return Err(Error::option("questions_only", allowed, true));
        };
        let title = strings("title").cloned().unwrap_or_else(|| StringChunked::full_null("title".into(), text.len()));
        let kind = events.column("kind")?.str()?;
        const CHUNK: usize = 16_384;
        let chunks: Vec<usize> = (0..events.height()).step_by(CHUNK).collect();
        let asks = chunks.into_par_iter().flat_map_iter(|start| {
            let part = |column: &StringChunked| column.slice(start as i64, CHUNK);
            let (text, title, kind) = (part(text), part(&title), part(kind));
            let asks = |((text, title), kind): ((Option<&str>, Option<&str>), Option<&str>)| {
                if !kind.and_then(Kind::parse).is_some_and(Kind::is_message) {
                    return Some(false);
                }
                let text = text.filter(|text| !text.trim().is_empty());
                if title.is_some_and(is_question) { Some(true) } else { text.map(is_question) }
            };
            text.iter().zip(title.iter()).zip(kind.iter()).map(asks).collect::<Vec<_>>()
        });
        Ok(Self(asks.collect()))
    }

    /// Whether the message of a row asks; none where it has no text, nor a title that asks.
    pub(crate) fn of(&self, row: usize) -> Option<bool> {
        self.0[row]
    }
}
