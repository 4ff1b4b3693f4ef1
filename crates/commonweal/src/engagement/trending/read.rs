//! From the table of messages to the threads of the last window, and to what those before them did.
use std::collections::{BTreeMap, BTreeSet};

use super::clock::{self, Clock, Habit, Hours};
use super::{OWN, Trending, baseline::Run};
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Table};
use crate::schema::TIME_RANGE;

/// A thread of the last window.
#[derive(Debug)]
pub(super) struct Thread<'t> {
    pub(super) group: usize,
    pub(super) name: &'t Option<String>,
    pub(super) channel: &'t Option<String>,
    pub(super) messages: u64,
    pub(super) authors: u64,
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) run: Run,
}

/// What the table tells at an end of observation.
#[derive(Debug, Default)]
pub(super) struct Past<'t> {
    /// The groups, and the distinct members of each.
    pub(super) groups: Vec<(&'t [Option<String>], i64)>,
    pub(super) channels: usize,
    /// The threads of the last window, by group, name and channel.
    pub(super) threads: Vec<Thread<'t>>,
    /// Those of the windows before, and their messages: time since the first, how many.
    pub(super) runs: Vec<Run>,
    pub(super) messages: Vec<(f64, f64)>,
}

/// Messages of one time and author: how many, and how many are no self-replies.
#[derive(Clone, Copy, Debug)]
struct Act {
    at: i64,
    by: i64,
    n: u64,
    heard: u64,
}

/// A thread of the table.
struct Row<'t> {
    group: usize,
    channel: usize,
    labels: &'t [Option<String>],
    acts: Vec<Act>,
}

impl<'t> Past<'t> {
    pub(super) fn read(table: &'t Table, options: &Trending, horizon: &Horizon) -> Result<Self> {
        let by = options.scope.by.len();
        let (window, end) = (options.window.micros(), horizon.as_of);
        if !TIME_RANGE.contains(&end) {
            return Err(Error::State("they lie outside of the years 1 to 9999".to_owned()));
        }
        let mut past = Self::default();
        let rows = past.rows(table, by, end)?;
        let Some(first) = rows.iter().filter_map(|row| Some(row.acts.first()?.at)).min() else { return Ok(past) };
        // So many whole windows of the past were observed.
        let windows = ((end - window - first) / window).clamp(0, options.history.micros() / window);
        let (history, start) = (end - window, end - window - windows * window);
        let hours = Hours::new(horizon.zone, start, history, end);
        let mut weeks = vec![clock::NONE; past.channels];
        for row in &rows {
            for act in row.acts.iter().filter(|act| act.at > start && act.at <= history) {
                weeks[row.channel][hours.of_week(act.at)] += act.n as f64;
            }
        }
        let all = std::array::from_fn(|hour| weeks.iter().map(|week| week[hour]).sum());
        let habit = Habit::new(&hours, &all);
        let mut of_channel: Vec<Vec<usize>> = vec![vec![]; past.channels];
        rows.iter().enumerate().for_each(|(i, row)| of_channel[row.channel].push(i));
        for (channel, of_it) in of_channel.into_iter().enumerate() {
            let clock = Clock::new(&hours, &habit, &weeks[channel]);
            for row in of_it.into_iter().map(|i| &rows[i]) {
                let seen = &row.acts[row.acts.partition_point(|act| act.at <= start)..];
                for acts in seen.chunk_by(|a, b| (end - a.at) / window == (end - b.at) / window) {
                    let ago = (end - acts[0].at) / window;
                    past.run(row, acts, &clock, end - ago * window, ago == 0);
                }
            }
        }
        past.threads.sort_by(|a, b| (a.group, a.name, a.channel).cmp(&(b.group, b.name, b.channel)));
        Ok(past)
    }

    /// The threads of the table, and the groups and channels that they are of.
    fn rows(&mut self, table: &'t Table, by: usize, end: i64) -> Result<Vec<Row<'t>>> {
        let mut rows: Vec<Row<'t>> = vec![];
        let mut channels: BTreeMap<(usize, &'t Option<String>), usize> = BTreeMap::new();
        let mut members: BTreeSet<i64> = BTreeSet::new();
        for (labels, at, by_whom, counts) in table.rows() {
            let Some((group, [_, channel])) = labels.split_at_checked(by).filter(|(_, own)| own.len() == OWN.len())
            else {
                return Err(Error::malformed());
            };
            if at > end || !TIME_RANGE.contains(&at) {
                continue;
            }
            if self.groups.last().is_none_or(|(last, _)| *last != group) {
                self.groups.push((group, 0));
                members.clear();
            }
            let count = |n: i128| n.clamp(0, i128::from(u32::MAX)) as u64;
            let act = Act { at, by: by_whom, n: count(counts[0]), heard: count(counts[1]) };
            let place = self.groups.len() - 1;
            if by_whom != 0 && members.insert(by_whom) {
                self.groups[place].1 += 1;
            }
            let next = channels.len();
            let channel = *channels.entry((place, channel)).or_insert(next);
            match rows.last_mut().filter(|row| std::ptr::eq(row.labels, labels.as_slice())) {
                Some(row) => row.acts.push(act),
                None => rows.push(Row { group: place, channel, labels: labels.as_slice(), acts: vec![act] }),
            }
        }
        self.channels = channels.len();
        Ok(rows)
    }

    /// Takes down the acts of a thread in one window.
    fn run(&mut self, row: &Row<'t>, acts: &[Act], clock: &Clock<'_>, end: i64, last: bool) {
        let first = acts[0].at;
        let since = |at: i64| clock.between(first, at);
        let messages: u64 = acts.iter().map(|act| act.n).sum();
        let further = messages.saturating_sub(1);
        let run = Run { channel: row.channel, length: since(end), further: further as f64 };
        if last {
            let authors: BTreeSet<i64> = acts.iter().filter(|act| act.heard > 0).map(|act| act.by).collect();
            let [.., name, channel] = row.labels else { return };
            let (authors, last) = (authors.len() as u64, acts[acts.len() - 1].at);
            self.threads.push(Thread { group: row.group, name, channel, messages, authors, first, last, run });
            return;
        }
        self.runs.push(run);
        for (i, act) in acts.iter().enumerate() {
            let n = act.n.saturating_sub(u64::from(i == 0));
            if n > 0 {
                self.messages.push((since(act.at), n as f64));
            }
        }
    }
}

/// When each thread was opened, and with which words.
pub(super) fn openers(table: &Table) -> BTreeMap<&str, (i128, Option<&str>)> {
    let mut openers = BTreeMap::new();
    for (labels, _, _, at) in table.rows() {
        if let [Some(thread), said] = labels.as_slice() {
            let found = (at[0], said.as_deref());
            let known = openers.entry(thread.as_str()).or_insert(found);
            *known = found.min(*known);
        }
    }
    openers
}
