//! Days with a message, recognised or not, and those that are alike.
use std::collections::{BTreeMap, BTreeSet};

use super::{Outcome, RecognitionEffect};
use crate::error::{Error, Result};
use crate::kpi::{Horizon, Table};
use crate::period::{Calendar, Every, days_since_epoch, midnight};
use crate::schema::TIME_RANGE;
use crate::stats::matching::Matched;

/// What a member did on a day, and on which day the first recognition of its messages came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Day {
    /// Days since 1970.
    pub(super) date: i32,
    messages: u32,
    recognised: Option<i32>,
}

/// A member in a group, and the days on which it was active.
#[derive(Debug)]
pub(super) struct Member<'t> {
    pub(super) group: &'t [Option<String>],
    pub(super) days: Vec<Day>,
    /// Messages before each of the days, and at last all.
    sums: Vec<u32>,
}

/// The members of the tables, by group.
pub(super) fn members<'t>(tables: &'t [Table], by: usize, horizon: &Horizon) -> Result<Vec<Member<'t>>> {
    if !TIME_RANGE.contains(&horizon.as_of) {
        return Err(Error::State("they lie outside of the years 1 to 9999".to_owned()));
    }
    let calendar = Calendar::new(horizon.zone, Every::Day);
    let date = |at: i64| days_since_epoch(calendar.date_of(at));
    let mut first: BTreeMap<(&[Option<String>], i32), i32> = BTreeMap::new();
    for (labels, day, _, at) in tables[1].rows() {
        let at = i64::try_from(at[0]).ok().filter(|at| TIME_RANGE.contains(at) && TIME_RANGE.contains(&day));
        if let Some(at) = at {
            first.insert((labels, date(day)), date(at));
        }
    }
    let mut members: Vec<Member<'_>> = vec![];
    let mut last: Option<&[Option<String>]> = None;
    for (labels, day, _, counts) in tables[0].rows() {
        let Some((_, group)) = labels.split_last().filter(|(_, group)| group.len() == by) else {
            return Err(Error::malformed());
        };
        if day > horizon.as_of || !TIME_RANGE.contains(&day) {
            continue;
        }
        if last != Some(labels.as_slice()) {
            members.push(Member { group, days: vec![], sums: vec![0] });
            last = Some(labels);
        }
        let Some(member) = members.last_mut() else { continue };
        let messages = counts[0].clamp(0, i128::from(u16::MAX)) as u32;
        let recognised = first.get(&(labels.as_slice(), date(day))).copied();
        member.days.push(Day { date: date(day), messages, recognised });
        member.sums.push(member.sums[member.sums.len() - 1].saturating_add(messages));
    }
    Ok(members)
}

impl Member<'_> {
    /// Active days and messages of the days `[from, until)`.
    fn done(&self, from: i32, until: i32) -> [u32; 2] {
        let place = |date: i32| self.days.partition_point(|day| day.date < date);
        let (a, b) = (place(from), place(until));
        [(b - a) as u32, self.sums[b].saturating_sub(self.sums[a])]
    }
}

/// Which members are alike: the period; powers of two of the active days and messages before, and of the messages on the day; powers of
/// four of the active days earlier than that.
type Alike = (i64, [u32; 3], u32);

/// A recognised day, or one that was not.
#[derive(Clone, Copy, Debug)]
struct Episode {
    member: usize,
    before: f64,
    after: f64,
    /// The change in the time before; none where that is not on record.
    trend: Option<f64>,
}

/// The recognised of one group and those that are like them.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) early: usize,
    pub(super) censored: usize,
    pub(super) unmatched: usize,
    pub(super) matched: usize,
    pub(super) controls: usize,
    pub(super) control_members: usize,
    /// Of the recognised before and after, of the others before and after.
    pub(super) means: Option<[f64; 4]>,
    /// After − before, by stratum.
    pub(super) changes: Vec<Matched>,
    /// Before − the time before that.
    pub(super) before: Vec<Matched>,
}

impl Compared {
    pub(super) fn recognitions(&self) -> usize {
        self.early + self.censored + self.unmatched + self.matched
    }
}

/// Matches the episodes of the members of a group; the record begins with `start`.
pub(super) fn compare(
    options: &RecognitionEffect,
    members: &[Member<'_>],
    start: Option<i32>,
    horizon: &Horizon,
) -> Compared {
    let mut compared = Compared::default();
    let Some(start) = start else { return compared };
    let days = |span: crate::period::Span| span.whole_days().unwrap_or(0) as i32;
    let (within, landmark) = (days(options.within), days(options.landmark));
    let calendar = Calendar::new(horizon.zone, Every::Day);
    // The last day that was watched to its end.
    let today = calendar.start_of(horizon.as_of);
    let over = calendar.next(today) <= horizon.as_of.saturating_add(1);
    let last = days_since_epoch(calendar.date_of(today)) - i32::from(!over);
    let periods = Calendar::new(horizon.zone, options.adjust_every);
    let mut period_of: BTreeMap<i32, i64> = BTreeMap::new();
    let mut strata: BTreeMap<Alike, [Vec<Episode>; 2]> = BTreeMap::new();
    for (who, member) in members.iter().enumerate() {
        // The days on which earlier messages were first recognised.
        let mut past: BTreeSet<i32> = BTreeSet::new();
        for day in member.days.iter().filter(|day| day.messages > 0) {
            let (date, reach) = (day.date, day.date + landmark);
            let since = if options.first { i32::MIN } else { date - within };
            let fresh = past.range(since..=reach).next().is_none();
            past.extend(day.recognised);
            if !fresh {
                continue;
            }
            let recognised = day.recognised.is_some_and(|on| on <= reach);
            if date - within < start {
                compared.early += usize::from(recognised);
                continue;
            }
            if reach + within > last {
                compared.censored += usize::from(recognised);
                continue;
            }
            let outcome = |[active, messages]: [u32; 2]| {
                f64::from(if options.outcome == Outcome::ActiveDays { active } else { messages })
            };
            let done = member.done(date - within, date);
            let (before, after) = (outcome(done), outcome(member.done(reach + 1, reach + 1 + within)));
            let earlier = (date - 2 * within >= start).then(|| outcome(member.done(date - 2 * within, date - within)));
            let period = *period_of.entry(date).or_insert_with(|| periods.start_of(instant(date, horizon)));
            let power = |n: u32| u32::BITS - n.leading_zeros();
            let long_ago = power(member.done(i32::MIN, date - within)[0]).div_ceil(2);
            let alike = (period, [done[0], done[1], day.messages].map(power), long_ago);
            let trend = earlier.map(|earlier| before - earlier);
            strata.entry(alike).or_default()[usize::from(!recognised)].push(Episode {
                member: who,
                before,
                after,
                trend,
            });
        }
    }
    compared.read(strata.into_values());
    compared
}

impl Compared {
    fn read(&mut self, strata: impl Iterator<Item = [Vec<Episode>; 2]>) {
        let mut sums = [0.0; 4];
        let mut others: BTreeSet<usize> = BTreeSet::new();
        for [recognised, controls] in strata {
            if controls.is_empty() {
                self.unmatched += recognised.len();
                continue;
            }
            if recognised.is_empty() {
                continue;
            }
            self.matched += recognised.len();
            self.controls += controls.len();
            others.extend(controls.iter().map(|episode| episode.member));
            let weight = recognised.len() as f64 / controls.len() as f64;
            for (place, episodes, weight) in [(0, &recognised, 1.0), (2, &controls, weight)] {
                for episode in episodes {
                    sums[place] += weight * episode.before;
                    sums[place + 1] += weight * episode.after;
                }
            }
            let of = |episodes: &[Episode]| episodes.iter().map(|e| (e.member, e.after - e.before)).collect();
            self.changes.push(Matched { exposed: of(&recognised), others: of(&controls) });
            let of = |episodes: &[Episode]| episodes.iter().filter_map(|e| Some((e.member, e.trend?))).collect();
            self.before.push(Matched { exposed: of(&recognised), others: of(&controls) });
        }
        self.control_members = others.len();
        self.means = (self.matched > 0).then(|| sums.map(|sum| sum / self.matched as f64));
    }
}

/// The start of a date.
fn instant(date: i32, horizon: &Horizon) -> i64 {
    chrono::NaiveDate::from_epoch_days(date).map_or(0, |date| midnight(horizon.zone, date))
}
