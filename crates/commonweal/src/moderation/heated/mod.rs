//! Which conversations a person should look at before they burn.
mod rank;
mod read;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::Whole;
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Span;

/// Conversations by how much they sound like a quarrel, the worst first: a queue for a person, **never a verdict and never an action**.
///
/// # Formula
/// Of each message: r = words of the second person / (words + 10); d = how negative its harshest sentence with such a word is (−VADER's
/// compound, 0 to 1); a = the probability that it attacks a person, by the trained model (0 where it can't tell). All are set against all
/// messages of the community, observed to its end: z = (value − mean) / deviation. heat = Σ over the messages of a thread of (z_r + z_d + z_a)
/// / √(3 (messages + 5)): the 5 keep a single remark from the top.
///
/// # Columns
/// At most `top` rows for each group, the hottest first: `by` …, thread, channel, opener (title of the opening post, else the start of its
/// text), messages (with text), authors (members), heat, second_person (share of the words), directed (mean of d), attack (mean of a), alternation (share
/// of the messages whose author spoke two before, and another between), repetition (mean share of the terms of a message, and ten more, that its
/// author has used in the thread before, over the messages of those who had spoken), first_activity, last_activity (UTC), message (id of the one with
/// the harshest sentence), span (that sentence).
///
/// # Edge cases
/// Code, quotations, signatures and addresses of pages are not read. Messages without text, in no thread, or whose time is inherited do not
/// count. alternation and repetition are told, not ranked by: in disputes between two they tell nothing of who attacks. A message that brings a
/// link or code repeats nothing. Declines where there are messages and none in a thread has text. Every row is a talk of few people:
/// `min_group` hides the rows of groups with fewer authors, it does not make the list anonymous.
///
/// # Source
/// De Kock, Stafford & Vlachos, *How to disagree well*, EMNLP (2022), whose labels chose the signals; Zhang and others, *Conversations Gone
/// Awry*, ACL (2018), on second persons; Hutto & Gilbert (2014).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heated {
    /// Only threads with a message within this time before the end of observation; none for all. Default: none.
    pub window: Option<Span>,
    /// The most threads of each group. Default: 20.
    pub top: u32,
    /// Threads of fewer distinct authors are left out. Default: 2.
    pub authors: u32,
    /// Grouping, by that of a thread's first message, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Heated {
    fn default() -> Self {
        Self { window: None, top: 20, authors: 2, scope: Scope::default() }
    }
}

/// Threads in a list, at most.
const MOST: u32 = 1_000_000;

impl Heated {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "moderation.heated",
        question: "Which conversations should a person look at before they burn?",
        formula: "heat = Σ (z of the share of second persons + z of the harshest sentence with one + z of the attack score) / √(3 (messages + 5))",
        unit: "standard deviations",
        source: "De Kock, Stafford & Vlachos (2022); Zhang and others (2018); Hutto & Gilbert (2014)",
        whole: Whole::Thread,
    };
}

impl Kpi for Heated {
    fn spec(&self) -> &'static KpiSpec {
        &Self::SPEC
    }

    fn options(&self) -> serde_json::Value {
        serde_json::json!(self)
    }

    fn scope(&self) -> Option<&Scope> {
        Some(&self.scope)
    }

    fn check(&self) -> Result<()> {
        if self.top == 0 || self.top > MOST {
            return Err(Error::option("top", format!("a number of threads from 1 to {MOST}"), self.top));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By thread and what is shown of it: sums over its messages. By group and member: messages. Messages that can't be read.
        const { &[Shape::sums(read::WIDTH), Shape::sums(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        read::partial(self, part)
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        rank::finish(self, tables, horizon)
    }
}
