//! Conversations of a chat that has no threads.
mod calls;
mod features;
mod given;
mod ids;
mod link;
mod memory;
mod message;
mod read;
mod template;
#[cfg(test)]
mod tests;
mod training;
mod weights;

use polars::prelude::*;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::community::Community;
use crate::error::{Error, Fault, Faults, Result};
use crate::period::Span;
use crate::schema::Kind;
use crate::view::NONE;

use given::Given;
use link::{Limits, Weights, links};
use read::Logs;
#[doc(hidden)]
pub use training::infer_threads_features;

/// Finds the conversations of a flat log, such as IRC or a channel without threads: see [`Community::infer_threads`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InferThreads {
    /// The columns of the events that part one log from another, beside the platform. Default: `channel`, and one log where there is none.
    pub channel: Vec<String>,
    /// No message answers one that is older than this. Default: a day.
    pub longest_gap: Span,
    /// How many messages back a message's candidates go. Default: 100.
    pub look_back: u32,
    /// A link that is less sure than this is not made: the message opens a conversation. Within `[0, 1]`. Default: 0, the likeliest holds.
    pub min_confidence: f64,
}

impl Default for InferThreads {
    fn default() -> Self {
        Self { channel: vec!["channel".to_owned()], longest_gap: Span::days(1), look_back: 100, min_confidence: 0.0 }
    }
}

/// The column that says how sure each link is.
const CONFIDENCE: &str = "parent_confidence";

/// More candidates than this help nobody.
const FARTHEST: u32 = 10_000;

impl InferThreads {
    fn check(&self, community: &Community) -> Result<()> {
        if let Some(whole) = community.partition_of() {
            let found = format!("this is a part of a partition by {}", format!("{whole:?}").to_lowercase());
            return Err(Error::declined(
                "infer_threads",
                "every channel whole, so infer first and partition then",
                found,
            ));
        }
        let events = community.events();
        if !(0.0..=1.0).contains(&self.min_confidence) {
            return Err(Error::option("min_confidence", "from 0 to 1", self.min_confidence));
        }
        if !(1..=FARTHEST).contains(&self.look_back) {
            return Err(Error::option("look_back", format!("from 1 to {FARTHEST} messages"), self.look_back));
        }
        for name in &self.channel {
            if name != "channel" && events.column(name).is_err() {
                let have: Vec<&str> = events.get_column_names().into_iter().map(|name| name.as_str()).collect();
                return Err(Error::option(
                    "channel",
                    format!("among the columns of the events ({})", have.join(", ")),
                    format!("{name:?}"),
                ));
            }
        }
        Ok(())
    }

    fn limits<'a>(&self, weights: Weights<'a>) -> Limits<'a> {
        Limits {
            weights,
            look_back: self.look_back as usize,
            longest_gap: self.longest_gap.micros(),
            min_confidence: self.min_confidence,
        }
    }

    /// The columns that part logs: those asked for and the platform, as far as they are there.
    fn apart(&self, events: &DataFrame) -> Vec<String> {
        let mut names: Vec<String> = self.channel.iter().cloned().chain(["platform".to_owned()]).collect();
        names.retain(|name| events.column(name).is_ok());
        names.sort();
        names.dedup();
        names
    }
}

impl Community {
    /// The community with the conversations of a chat that has no threads: for every message the earlier one that it answers, or that it
    /// opens a conversation, and how sure that is.
    ///
    /// Every message (post or reply) for which the source names neither a parent nor a thread is compared with those before it in its
    /// channel. What speaks for a candidate (mentions, who spoke last to whom, time and messages between, questions, rare words in common)
    /// has weights, learnt from conversations that people had marked by hand; the likeliest candidate is the parent, if it is likelier than
    /// that the message opens a conversation. In the community that is returned
    ///
    /// * `parent` is the id of that message, `thread` follows from the parents, and `parent_confidence` says how sure it is: 1 where the
    ///   source gave it, null for what is no message;
    /// * `kind` is `reply` for messages with a parent and `post` for others, unless the source gave a thread;
    /// * `id` is made up where there was none, from channel, time, author and text, so that it stays the same.
    ///
    /// A message's link depends on nothing that comes after it. So events that are appended later change no link, and messages that have a
    /// `parent_confidence` already keep it. Messages of one instant are taken in the order of the rows.
    ///
    /// ```
    /// use commonweal::{Community, InferThreads};
    /// use polars::prelude::*;
    ///
    /// let at = |second: i64| 1_700_000_000_000_000 + second * 1_000_000;
    /// let mut events = df![
    ///     "time" => [at(0), at(20), at(45), at(60)],
    ///     "member" => ["ana", "bo", "cy", "dee"],
    ///     "kind" => ["post", "post", "post", "post"],
    ///     "text" => ["how do I mount a disk?", "anyone using the beta?", "ana: with the mount command", "bo: I do, works fine"],
    /// ]?;
    /// let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    /// events.with_column(events.column("time")?.cast(&utc)?)?;
    ///
    /// let chat = Community::builder(events).build()?.infer_threads(&InferThreads::default())?;
    /// let kind: Vec<_> = chat.events().column("kind")?.str()?.iter().flatten().collect();
    /// assert_eq!(kind, ["post", "post", "reply", "reply"]);
    /// assert_eq!(chat.n_threads(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidOption`] for options that make no sense, [`Error::Invalid`] where there is a column `parent_confidence` that holds no
    /// numbers, [`Error::Declined`] for a part of a partition: channels must be whole.
    pub fn infer_threads(&self, options: &InferThreads) -> Result<Self> {
        let events = self.events();
        options.check(self)?;
        let before = confidence(events)?;
        let order = self.order();
        let given = Given::read(events, &order, &before.iter().map(Option::is_some).collect::<Vec<_>>())?;
        let logs = Logs::read(self, &order, &given, &options.apart(events))?;
        let limits = options.limits(Weights::LEARNT);
        let found: Vec<_> = logs.0.par_iter().map(|log| links(&log.log, limits, |_, _| {})).collect();

        let mut parent = given.parent.clone();
        let mut sure = before;
        for (log, found) in logs.0.iter().zip(&found) {
            for (row, link) in log.rows.iter().zip(found) {
                let row = *row as usize;
                match link {
                    Some(link) => {
                        parent[row] = link.parent.map_or(NONE, |at| log.rows[at]);
                        sure[row] = Some(link.confidence);
                    }
                    None => sure[row] = sure[row].or(Some(1.0)),
                }
            }
        }
        self.rebuild(linked(events, &order, &given, &parent, sure, &options.apart(events))?).build()
    }

    /// The rows in order of time, those of one instant as they are.
    fn order(&self) -> Vec<u32> {
        let mut order = Vec::with_capacity(self.n_events());
        self.dense().in_order(|_| true, |_| true, |row| order.push(row as u32));
        order
    }
}

/// What was inferred before.
fn confidence(events: &DataFrame) -> Result<Vec<Option<f64>>> {
    let Ok(column) = events.column(CONFIDENCE) else { return Ok(vec![None; events.height()]) };
    if !column.dtype().is_float() && *column.dtype() != DataType::Null {
        let mut faults = Faults::default();
        faults.push(Fault {
            table: "events",
            column: CONFIDENCE.to_owned(),
            rows: vec![],
            problem: format!(
                "has the type {}, not float: it is where the confidence of each link is put",
                column.dtype()
            ),
            remedy: "rename it, or leave it out".to_owned(),
        });
        faults.into_result()?;
    }
    Ok(column.cast(&DataType::Float64)?.f64()?.iter().collect())
}

/// The events with ids, parents, kinds and confidences. Threads that follow from them are left for the community to fill in.
fn linked(
    events: &DataFrame,
    order: &[u32],
    given: &Given,
    parent: &[u32],
    sure: Vec<Option<f64>>,
    apart: &[String],
) -> Result<DataFrame> {
    let rows = events.height();
    let messages: Vec<u32> = order.iter().copied().filter(|row| sure[*row as usize].is_some()).collect();
    let id = ids::fill(events, &messages, apart)?;
    let strings = |name: &str| -> Result<StringChunked> {
        Ok(match events.column(name) {
            Ok(column) => column.str()?.clone(),
            Err(_) => StringChunked::full_null(name.into(), rows),
        })
    };
    let (named, thread, kind) = (strings("parent")?, strings("thread")?, strings("kind")?);
    let parents: StringChunked = named
        .iter()
        .zip(parent)
        .map(|(named, row)| named.or_else(|| (*row != NONE).then(|| id.get(*row as usize)).flatten()))
        .collect();
    let threads: StringChunked =
        thread.iter().zip(&given.thread).map(|(thread, given)| thread.filter(|_| *given)).collect();
    let kinds: StringChunked = kind
        .iter()
        .enumerate()
        .map(|(row, kind)| match (sure[row], given.thread[row], parents.get(row)) {
            (None, _, _) | (_, true, _) => kind,
            (_, _, Some(_)) => Some(Kind::Reply.name()),
            (_, _, None) => Some(Kind::Post.name()),
        })
        .collect();
    let mut events = events.clone();
    for (name, column) in [("kind", kinds), ("parent", parents), ("thread", threads), ("id", id)] {
        events.with_column(column.with_name(name.into()).into_column())?;
    }
    events.with_column(Float64Chunked::from_iter(sure).with_name(CONFIDENCE.into()).into_column())?;
    Ok(events)
}
