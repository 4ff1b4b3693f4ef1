//! Which threads are talked in more than their channel leads one to expect.
mod baseline;
mod clock;
mod read;
#[cfg(test)]
mod tests;

use polars::prelude::DataFrame;
use serde::{Deserialize, Serialize};

use crate::community::{Community, Whole};
use crate::error::{Error, Result};
use crate::hash::stable_hash;
use crate::kpi::sheet::{Cells, Values};
use crate::kpi::table::{LabelledBuilder, TableBuilder};
use crate::kpi::{Horizon, Kpi, KpiSpec, Part, Scope, Shape, Table};
use crate::period::Span;
use crate::schema::Kind;
use crate::view::{Group, NONE};
use baseline::{Baseline, LEAST_RUNS};
use read::{Past, Thread};

/// Which threads are busier in the last `window` than their channel's own past leads one to expect.
///
/// # Formula
/// A thread's run starts with its first message in the window; y messages follow to the window's end. Time is counted on the channel's
/// own clock, which runs as messages come by weekday and hour, so that an hour at night is short. With M(u) the mean number of
/// messages that follow a first one within u (mean cumulative function) in the windows of the same length in the `history` before, and
/// r the channel's rate against all (Gamma posterior mean): m = r · M(u), expected = 1 + m, surprise = −log₁₀ P(Y ≥ y), Y negative
/// binomial of mean m and variance m + φ m², φ of the channel's own past.
///
/// # Columns
/// At most `top` rows for each group, the most surprising first: `by` …, thread, channel (null where there is none), opener (title of the
/// opening post, else the first 200 characters of its text; null where neither is known), messages, authors (distinct members with a
/// message that is no self-reply), expected (messages), surprise (2 is one thread in a hundred, 3 in a thousand), first_activity,
/// last_activity (UTC, in the window).
///
/// # Edge cases
/// The window is (as_of − window, as_of]. A self-reply (to an own message or, where none is named, after messages of the author alone)
/// counts as volume and makes no author. Threads of fewer than `authors` are left out; of those that are left and surprise alike, the first
/// by name comes first. Messages without a time of their own are left out. With `by`, the messages of each group have channels and threads
/// of their own; the clock's prior, M and the priors of r and φ are those of all. A suppressed group has one row. Declines where messages
/// are in no thread, and where fewer than 10 threads were active in whole windows of the history.
///
/// # Source
/// Weekday and hour: Ihler, Hutchins & Smyth, KDD 2006. M: Nelson, Recurrent Events Data Analysis (2003). Negative binomial: Lawless,
/// Canadian Journal of Statistics 15 (1987); rates drawn to the mean: DuMouchel, American Statistician 53 (1999).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trending {
    /// How long the last window is, and those of the past that it is held against. Default: 7 days.
    pub window: Span,
    /// How far before the window the past is looked at, in whole windows. Default: 364 days.
    pub history: Span,
    /// The number of threads, in each group. Default: 20.
    pub top: u32,
    /// Threads of fewer distinct authors are left out. Default: 3.
    pub authors: u32,
    /// Grouping, and which messages count.
    #[serde(flatten)]
    pub scope: Scope,
}

impl Default for Trending {
    fn default() -> Self {
        let (window, history) = (Span::days(7), Span::days(364));
        Self { window, history, top: 20, authors: 3, scope: Scope::default() }
    }
}

/// Threads in a list, at most.
const MOST: u32 = 1_000_000;

/// The longest past, which bounds the clocks.
const LONGEST: Span = Span::days(3_660);

/// Characters of an opening post that are shown.
const SHOWN: usize = 200;

/// What a row says of its thread, in the order of the labels after those of the group.
const OWN: [&str; 2] = ["thread", "channel"];

impl Trending {
    pub(crate) const SPEC: KpiSpec = KpiSpec {
        name: "engagement.trending",
        question: "Which threads are talked in more than usual for their channel and hour?",
        formula: "surprise = −log₁₀ P(Y ≥ messages after the first in the window), Y negative binomial; its mean by the channel's own past, on a clock that runs as messages come by weekday and hour",
        unit: "−log₁₀ probability",
        source: "Ihler, Hutchins & Smyth (2006); Nelson (2003); Lawless (1987); DuMouchel (1999)",
        whole: Whole::Thread,
    };

    /// What the messages are grouped by: the scope's columns, the thread, and the channel where there are channels.
    fn columns(&self, community: &Community) -> Vec<String> {
        let own = OWN.iter().filter(|name| community.events().get_column_index(name).is_some());
        self.scope.by.iter().cloned().chain(own.map(|name| (*name).to_owned())).collect()
    }
}

impl Kpi for Trending {
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
        if self.window < Span::hours(1) {
            return Err(Error::option("window", "1 hour or more: shorter ones have no rhythm", self.window));
        }
        if self.history < self.window || self.history > LONGEST {
            let allowed = format!("from one window, {}, to {LONGEST}", self.window);
            return Err(Error::option("history", allowed, self.history));
        }
        if self.top == 0 || self.top > MOST {
            return Err(Error::option("top", format!("a number of threads from 1 to {MOST}"), self.top));
        }
        self.scope.check()
    }

    fn shapes(&self) -> &'static [Shape] {
        // By thread, time and author: messages, and those that are no self-replies. By thread and its opener: when it was opened.
        // Messages in no thread.
        const { &[Shape::sums(2), Shape::least(1), Shape::sums(1)] }
    }

    fn partial(&self, part: &Part<'_>) -> Result<Vec<Table>> {
        let scoped = part.scoped(&self.scope)?;
        let community = part.community;
        let (dense, parents) = (community.dense(), community.parents()?);
        let (time, member) = (dense.time(), &dense.member);
        let columns = self.columns(community);
        let keys = community.groups(&columns)?;
        let text = |name: &str| community.events().column(name).ok().and_then(|column| column.str().ok());
        let (titles, texts) = (text("title"), text("text"));
        let names: Vec<i64> = member.labels.iter().map(|name| stable_hash(name.as_bytes()) as i64).collect();
        let (mut acts, mut outside) = (TableBuilder::<2>::new(), TableBuilder::<1>::new());
        let mut openers = LabelledBuilder::<1>::least();
        let mut messages: Vec<usize> = vec![];
        for (thread, rows) in part.groups() {
            let rows = rows.iter().map(|row| *row as usize);
            messages.clear();
            messages.extend(rows.filter(|row| dense.kind[*row].is_message() && dense.has_own_time(*row)));
            if part.is_none(thread) {
                let counted = messages.iter().filter(|row| scoped.counts(**row)).count();
                outside.at(0, 0, 0)[0] += counted as i128;
                continue;
            }
            let mut before: &[usize] = &[];
            for instant in messages.chunk_by(|a, b| time[*a] == time[*b]) {
                for row in instant.iter().copied().filter(|row| scoped.counts(*row)) {
                    let by = member.rows[row];
                    let own = |other: &usize| member.rows[*other] == by;
                    let echo = dense.kind[row] == Kind::Reply
                        && match parents.of(row) {
                            NONE => !before.is_empty() && before.iter().all(own),
                            parent => own(&(parent as usize)),
                        };
                    let named = names.get(by as usize);
                    let counts = acts.at(keys.of(row), time[row], named.copied().unwrap_or(0));
                    counts[0] += 1;
                    counts[1] += i128::from(named.is_some() && !echo);
                }
                before = instant;
            }
            let said = |row: usize| {
                let of = |column: Option<&polars::prelude::StringChunked>| -> Option<String> {
                    column?.get(row).map(|text| text.chars().take(SHOWN).collect())
                };
                of(titles).or_else(|| of(texts))
            };
            let opened = messages.iter().copied().filter(|row| dense.kind[*row] == Kind::Post);
            if let Some((at, said)) = opened.map(|row| (time[row], said(row))).min() {
                openers.at(vec![dense.thread().label(thread as u32).map(str::to_owned), said], 0, 0)[0] =
                    i128::from(at);
            }
        }
        let label = |code: u32| {
            let mut label = keys.label(code);
            label.resize(self.scope.by.len() + OWN.len(), None);
            label
        };
        Ok(vec![acts.finish(label), openers.finish(), outside.finish(|_| Group::new())])
    }

    fn finish(&self, tables: &[Table], horizon: &Horizon) -> Result<DataFrame> {
        let past = Past::read(&tables[0], self, horizon)?;
        if past.threads.is_empty() && tables[2].rows().any(|(.., n)| n[0] > 0) {
            let found = "all messages are in none: give the events a column thread, or parents";
            return Err(Error::declined(Self::SPEC.name, "messages in threads", found));
        }
        let groups: Vec<Group> = past.groups.iter().map(|(group, _)| group.to_vec()).collect();
        let cells = Cells::new(&groups, None, None, horizon)?;
        let mut listed: Vec<Vec<(&Thread<'_>, f64, f64)>> = vec![vec![]; groups.len()];
        if !past.threads.is_empty() {
            let runs = past.runs.len();
            let baseline = Baseline::new(&past.runs, past.messages, past.channels).ok_or_else(|| {
                let needs =
                    format!("{LEAST_RUNS} threads with a message, some with more, in whole windows before the last");
                let found = format!(
                    "there are {runs} in windows of {}: take a shorter window, or observe for longer",
                    self.window
                );
                Error::declined(Self::SPEC.name, needs, found)
            })?;
            for thread in past.threads.iter().filter(|thread| thread.authors >= u64::from(self.authors)) {
                let (mean, surprise) = baseline.judge(&thread.run);
                listed[thread.group].push((thread, 1.0 + mean, surprise));
            }
        }
        for listed in &mut listed {
            // Threads come by name, so those that surprise alike stay so.
            listed.sort_by(|a, b| b.2.total_cmp(&a.2));
            listed.truncate(self.top as usize);
        }
        let rows = listed.iter().enumerate().flat_map(|(cell, listed)| vec![cell; listed.len()]).collect();
        let listed: Vec<_> = listed.concat();
        let openers = read::openers(&tables[1]);
        let opener = |thread: &Option<String>| openers.get(thread.as_deref()?)?.1.map(str::to_owned);
        let mut sheet = cells.sheet(&self.scope).members(past.groups.iter().map(|(_, members)| *members).collect());
        for (i, name) in OWN.into_iter().enumerate().filter(|(_, name)| !self.scope.by.iter().any(|by| by == name)) {
            let values = listed.iter().map(|(thread, ..)| [thread.name, thread.channel][i].clone());
            sheet = sheet.column(name, Values::Text(values.collect()));
        }
        sheet
            .column("opener", Values::Text(listed.iter().map(|(thread, ..)| opener(thread.name)).collect()))
            .counts("messages", listed.iter().map(|(thread, ..)| thread.messages as i64))
            .counts("authors", listed.iter().map(|(thread, ..)| thread.authors as i64))
            .numbers("expected", listed.iter().map(|(_, expected, _)| Some(*expected)))
            .numbers("surprise", listed.iter().map(|(.., surprise)| Some(*surprise)))
            .column("first_activity", Values::Instant(listed.iter().map(|(thread, ..)| Some(thread.first)).collect()))
            .column("last_activity", Values::Instant(listed.iter().map(|(thread, ..)| Some(thread.last)).collect()))
            .rows(rows)
            .one_row_if_hidden()
            .finish()
    }
}
